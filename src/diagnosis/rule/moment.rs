//! One snapshot in its surroundings, as rules look at it.
//!
//! Must not know any rule.

use crate::decimal;
use crate::diagnosis::signs::Signs;
use crate::diagnosis::{Evidence, class_name};
use crate::experiment::{Experiment, InitName, ModelName, OptimizerName};
use crate::t;
use crate::telemetry::confusion::argmax;
use crate::words::{self, Word};

/// A snapshot with everything before it and the present experiment.
pub(super) struct Moment<'a> {
    /// As it is now; what it was then shows in the snapshots.
    pub experiment: &'a Experiment,
    /// Names of the classes, may be shorter than their number.
    pub classes: &'a [String],
    /// Every snapshot.
    pub signs: &'a [Signs<'a>],
    /// The one meant.
    pub index: usize,
}

impl<'a> Moment<'a> {
    /// The snapshot meant.
    pub fn now(&self) -> &'a Signs<'a> {
        &self.signs[self.index]
    }

    /// The snapshot meant and up to `count - 1` before it.
    pub fn recent(&self, count: usize) -> &'a [Signs<'a>] {
        &self.signs[(self.index + 1).saturating_sub(count)..=self.index]
    }

    /// A class as the visitor knows it.
    pub fn class_name(&self, class: usize) -> String {
        class_name(self.classes, class)
    }

    /// Number of classes.
    pub fn class_count(&self) -> f32 {
        self.experiment.classes() as f32
    }

    /// Loss of a model that knows nothing, in nats.
    pub fn loss_of_ignorance(&self) -> f32 {
        self.class_count().ln()
    }

    /// The most frequent class among drawn examples and its probability.
    pub fn majority(&self) -> Option<(usize, f32)> {
        let shares = &self.now().lane.class_shares;
        argmax(shares).map(|class| (class, shares[class]))
    }

    /// How many times more often the most frequent class is drawn than the rarest that is drawn at
    /// all.
    pub fn imbalance(&self) -> f32 {
        let shares = &self.now().lane.class_shares;
        let rarest = shares.iter().copied().filter(|share| *share > 0.0).fold(f32::INFINITY, f32::min);
        self.majority().map_or(1.0, |(_, share)| share / rarest)
    }

    /// Largest share of dead units of any hidden layer, 0 without hidden layers.
    pub fn dead_share(&self) -> f32 {
        self.now().lane.dead_share.iter().copied().fold(0.0, f32::max)
    }

    /// Largest relative update of any layer; NaN when there is none.
    pub fn update_ratio(&self) -> f32 {
        self.now().lane.update_ratio.iter().copied().fold(f32::NAN, f32::max)
    }

    /// Whether hidden units exist and all begin at zero.
    pub fn begins_at_zero(&self) -> bool {
        let hidden = self.experiment.model_name() == ModelName::Cnn || self.experiment.model.depth > 0;
        hidden && self.experiment.model.init == InitName::Zeros
    }

    /// A learning rate that usually works: 1e-3 for Adam (Kingma & Ba 2015), 1e-2 for SGD with
    /// momentum.
    pub fn moderate_learning_rate(&self) -> f32 {
        match self.experiment.optimizer.name {
            OptimizerName::Adam | OptimizerName::AdamW | OptimizerName::RmsProp => 1e-3,
            OptimizerName::Sgd => 1e-2,
        }
    }
}

/// One line of evidence.
pub(super) fn evidence(
    label: impl Into<String>,
    value: impl Into<String>,
    healthy: impl Into<String>,
) -> Evidence {
    Evidence { label: label.into(), value: value.into(), healthy: healthy.into() }
}

/// "1.5", "0.002" or "3e-6".
pub(super) fn figure(value: f32) -> String {
    if value.is_finite() { words::short(value) } else { t!("finding.not_finite").to_owned() }
}

/// "below 50%" in words.
pub(super) fn below(value: impl Into<Word>) -> String {
    t!("finding.below", value = value)
}

/// "above 0" in words.
pub(super) fn above(value: impl Into<Word>) -> String {
    t!("finding.above", value = value)
}

/// "about 0.001" in words.
pub(super) fn about(value: impl Into<Word>) -> String {
    t!("finding.about", value = value)
}

/// A number to two significant digits, for knobs: a tenth of 0.01 is 0.001, not 0.0009999999.
pub(super) fn tidy(value: f32) -> f32 {
    decimal::f32(&format!("{value:.1e}")).unwrap_or(value)
}
