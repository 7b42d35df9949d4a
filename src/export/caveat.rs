//! What a program does differently from the page, so that nothing is dropped silently.
//!
//! Must not know how programs are written.

use super::{Batches, Plan, Target};
use crate::experiment::{OptimizerName, Schedule};
use crate::t;

/// One difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caveat {
    /// Live settings changed during the run; the program has the present ones from the start.
    Changed,
    /// The program ends after these steps, though the run may go on.
    Steps(u32),
    /// Changed inputs are written out, not drawn anew.
    Drawn,
    /// Left-out units are drawn by the framework.
    Dropout,
    /// The learning rate does not follow plateaus.
    Plateau,
    /// Training does not stop early.
    EarlyStopping,
    /// PyTorch's and Burn's running variance is that of a sample.
    Variance,
    /// Keras adds epsilon before the bias correction.
    KerasEpsilon,
    /// Keras adds epsilon under the root.
    KerasRoot,
    /// Keras keeps the learning rate inside the momentum.
    KerasMomentum,
    /// Burn shortens each tensor's gradient by itself.
    BurnClip,
    /// Burn has no decoupled decay for this optimiser.
    BurnDecay,
}

impl Caveat {
    /// In the visitor's language.
    pub fn text(self) -> String {
        match self {
            Self::Steps(steps) => t!("export.caveat.steps", n = steps),
            other => t!(other.key()).to_owned(),
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Changed => "export.caveat.changed",
            Self::Steps(_) => "export.caveat.steps",
            Self::Drawn => "export.caveat.drawn",
            Self::Dropout => "export.caveat.dropout",
            Self::Plateau => "export.caveat.plateau",
            Self::EarlyStopping => "export.caveat.early_stopping",
            Self::Variance => "export.caveat.variance",
            Self::KerasEpsilon => "export.caveat.keras_epsilon",
            Self::KerasRoot => "export.caveat.keras_root",
            Self::KerasMomentum => "export.caveat.keras_momentum",
            Self::BurnClip => "export.caveat.burn_clip",
            Self::BurnDecay => "export.caveat.burn_decay",
        }
    }
}

/// Beyond this epsilon the place where it is added can be seen.
const SMALL_EPSILON: f32 = 1e-6;

/// Every difference of the program for `target`.
pub(super) fn of(plan: &Plan, target: Target) -> Vec<Caveat> {
    let (experiment, live) = (&plan.experiment, &plan.experiment.live);
    let optimizer = &experiment.optimizer;
    let (keras, burn) = (target == Target::Keras, target == Target::Burn);
    let is = |name: OptimizerName| optimizer.name == name;
    let adaptive = is(OptimizerName::Adam) || is(OptimizerName::AdamW);
    let moves = live.schedule != Schedule::Constant;
    let has_hidden = !plan.architecture.hidden().is_empty();
    let all = [
        (Caveat::Changed, plan.changed),
        (Caveat::Steps(plan.steps), plan.steps < live.steps),
        (Caveat::Drawn, matches!(plan.batches, Batches::Drawn { .. })),
        (Caveat::Dropout, live.dropout > 0.0 && has_hidden),
        (Caveat::Plateau, live.schedule == Schedule::Plateau),
        (Caveat::EarlyStopping, live.early_stopping > 0),
        (Caveat::Variance, target == Target::PyTorch && !plan.architecture.normalised().is_empty()),
        (Caveat::KerasEpsilon, keras && adaptive && optimizer.epsilon > SMALL_EPSILON),
        (Caveat::KerasRoot, keras && is(OptimizerName::RmsProp)),
        (Caveat::KerasMomentum, keras && !adaptive && optimizer.momentum > 0.0 && moves),
        (Caveat::BurnClip, burn && live.clip_norm > 0.0),
        (Caveat::BurnDecay, burn && !adaptive && live.weight_decay > 0.0),
    ];
    all.into_iter().filter(|(_, holds)| *holds).map(|(caveat, _)| caveat).collect()
}
