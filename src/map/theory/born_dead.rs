//! The chance that a ReLU network is dead before the first step: some layer has no unit that answers.
//!
//! `1 - (1 - 2^-N)^L` for `L` hidden layers of `N` units, an upper bound for symmetric weights and no
//! biases (Lu, Shin, Su & Karniadakis 2020, "Dying ReLU and Initialization: Theory and Numerical
//! Examples", theorem 3.3, arXiv:1903.06733). Must not know other laws.

use super::{Absent, Known, Law, Line, field};
use crate::experiment::{Activation, BiasInit, Experiment, InitName, ModelName};
use crate::words;

/// Chances marked by lines.
const LEVELS: [f32; 3] = [0.05, 0.5, 0.95];

pub(super) fn lines(known: &Known) -> Result<Vec<Line>, Absent> {
    let chance = field(known.spec, |experiment, point| {
        // Whole-number knobs stand still between cells; the line runs on.
        let exact = |name: &str, value: u32| match name {
            name if known.spec.x.knob.name == name => known.spec.x.at(point.x),
            name if known.spec.y.knob.name == name => known.spec.y.at(point.y),
            _ => f64::from(value),
        };
        applies(experiment)?;
        let (depth, width) = (exact("depth", experiment.model.depth), exact("width", experiment.model.width));
        Some(probability(width, depth))
    })?;
    let line = |level: f32| Line {
        law: Law::BornDead,
        level: words::percent(level),
        field: chance.iter().map(|chance| chance - level).collect(),
    };
    Ok(LEVELS.map(line).to_vec())
}

fn applies(experiment: &Experiment) -> Option<()> {
    let model = &experiment.model;
    let symmetric = matches!(model.init, InitName::He | InitName::Glorot | InitName::Normal);
    let plain = symmetric
        && experiment.model_name() == ModelName::Mlp
        && model.activation == Activation::Relu
        && model.bias_init == BiasInit::Zero
        && !model.batch_norm;
    plain.then_some(())
}

/// `1 - (1 - 2^-width)^depth`.
pub(super) fn probability(width: f64, depth: f64) -> f64 {
    // Exact where 2^-width vanishes beside 1.
    -(depth * (-(-width * std::f64::consts::LN_2).exp()).ln_1p()).exp_m1()
}
