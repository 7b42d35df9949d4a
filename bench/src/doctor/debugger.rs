//! `SageMaker` Debugger's built-in rules with their documented thresholds, re-implemented from its documentation.
//!
//! It looks at every saved step and stops the job at the first rule that fires. What it reads of single
//! weights and gradients is read of norms here: the root mean square of a layer's gradient stands for the mean
//! of its absolute values, which it bounds from above.

use super::{Named, Opinion};
use crate::cause::Cause;
use collapse_lab::experiment::{Activation, Experiment, ModelName};
use collapse_lab::telemetry::{LaneSnapshot, Snapshot};

const IMBALANCE: f32 = 10.0;
const MISPREDICTED: f32 = 0.7;
const INACTIVE: f32 = 0.5;
const GRADIENT_LOW: f32 = 1e-7;
const UPDATE_HIGH: f32 = 10.0;
const UPDATE_LOW: f32 = 1e-8;
/// Of the loss, over ten steps.
const FALLS: f32 = 0.001;
const OVERFIT: f32 = 0.1;

struct Rule {
    name: &'static str,
    causes: &'static [Cause],
    fires: fn(&[Snapshot], &Experiment) -> bool,
}

/// In the order of what stops a job first, then as documented.
static RULES: &[Rule] = &[
    Rule {
        name: "ExplodingTensor",
        causes: &[Cause::Exploding, Cause::RateHigh],
        fires: |looks, _| now(looks).is_some_and(LaneSnapshot::is_diverged),
    },
    Rule {
        name: "ClassImbalance",
        causes: &[Cause::Imbalance],
        fires: |looks, _| now(looks).is_some_and(is_imbalanced),
    },
    Rule {
        name: "DeadRelu",
        causes: &[Cause::DeadUnits],
        fires: |looks, run| {
            run.model.activation == Activation::Relu
                && now(looks).is_some_and(|lane| lane.dead_share.iter().any(|dead| *dead > INACTIVE))
        },
    },
    Rule {
        name: "SaturatedActivation",
        causes: &[Cause::Saturated],
        fires: |looks, run| {
            matches!(run.model.activation, Activation::Tanh | Activation::Sigmoid)
                && now(looks).is_some_and(|lane| lane.dead_share.iter().any(|dead| *dead > INACTIVE))
        },
    },
    Rule {
        name: "VanishingGradient",
        causes: &[Cause::Vanishing, Cause::InitSmall, Cause::SymmetricInit],
        fires: |looks, run| {
            let Some(lane) = now(looks) else { return false };
            lane.grad_norm.iter().any(|norm| norm / weights_root(run) < GRADIENT_LOW)
        },
    },
    Rule {
        name: "WeightUpdateRatio",
        causes: &[Cause::RateHigh, Cause::RateLow],
        fires: |looks, _| {
            let Some(lane) = now(looks) else { return false };
            lane.update_ratio.iter().any(|ratio| *ratio > UPDATE_HIGH || *ratio < UPDATE_LOW)
        },
    },
    Rule {
        name: "Overfit",
        causes: &[Cause::Overfit, Cause::Duplicates, Cause::Shift, Cause::Preprocessing],
        fires: |looks, _| {
            now(looks).is_some_and(|lane| (lane.loss_probe - lane.loss_train) / lane.loss_train > OVERFIT)
        },
    },
    Rule { name: "LossNotDecreasing", causes: &[Cause::RateLow], fires: |looks, _| is_stuck(looks) },
];

pub(super) fn examine(looks: &[Snapshot], experiment: &Experiment) -> Opinion {
    let mut opinion = Opinion::default();
    for until in 1..=looks.len() {
        for rule in RULES {
            let known = opinion.said.iter().any(|(name, _)| *name == rule.name);
            if !known && (rule.fires)(&looks[..until], experiment) {
                opinion.said.push((rule.name, looks[until - 1].step));
                // What fired stays: an alarm is not taken back.
                opinion.named.push(Named { name: rule.name, causes: rule.causes, remedy: None });
            }
        }
    }
    opinion
}

fn now(looks: &[Snapshot]) -> Option<&LaneSnapshot> {
    looks.last()?.lanes.first()
}

/// Classes that far apart in frequency, or a class mispredicted that often.
fn is_imbalanced(lane: &LaneSnapshot) -> bool {
    let high = lane.class_shares.iter().copied().fold(0.0, f32::max);
    let low = lane.class_shares.iter().copied().fold(f32::INFINITY, f32::min);
    high / low > IMBALANCE || lane.confusion.recall().iter().any(|recall| 1.0 - recall > MISPREDICTED)
}

/// The loss, a mean over twenty steps, fell by less than the rule's share for ten twice over.
fn is_stuck(looks: &[Snapshot]) -> bool {
    let [.., before, now] = looks else { return false };
    let (Some(before), Some(now)) = (before.lanes.first(), now.lanes.first()) else { return false };
    now.loss_train > before.loss_train * (1.0 - 2.0 * FALLS)
}

/// Square root of the number of weights of a hidden layer.
fn weights_root(run: &Experiment) -> f32 {
    match run.model_name() {
        ModelName::Mlp => run.model.width as f32,
        ModelName::Cnn => (27.0 * run.model.channels as f32).sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::tests::looks;
    use collapse_lab::experiment::link;

    fn names(settings: &str, text: &str) -> Vec<&'static str> {
        let named = examine(&looks(text), &link::read(settings).experiment).named;
        named.iter().map(|named| named.name).collect()
    }

    #[test]
    fn each_documented_rule_fires_on_a_history_made_for_it() {
        assert_eq!(names("", "recall .9 .9 | shares .92 .08"), ["ClassImbalance"]);
        assert_eq!(names("", "recall .9 .2"), ["ClassImbalance"]);
        assert_eq!(names("", "recall .9 .9 | dead .6"), ["DeadRelu"]);
        assert_eq!(names("activation=tanh", "recall .9 .9 | dead .6"), ["SaturatedActivation"]);
        assert_eq!(names("", "recall .9 .9 | grad 1e-9 1"), ["VanishingGradient"]);
        assert_eq!(names("", "recall .9 .9 | update 20 .1"), ["WeightUpdateRatio"]);
        assert_eq!(names("", "recall .9 .9 | test .6"), ["Overfit"]);
        assert_eq!(names("", "recall .9 .9\nrecall .9 .9"), ["LossNotDecreasing"]);
        assert_eq!(names("", "recall .9 .9\nrecall .9 .9 | loss .4 | test .4"), [""; 0]);
    }

    #[test]
    fn alarms_are_not_taken_back() {
        let opinion =
            examine(&looks("recall .9 .2\nrecall .9 .9 | loss .4 | test .4"), &link::read("").experiment);
        assert_eq!(opinion.said, [("ClassImbalance", 20)]);
        assert_eq!(opinion.named.len(), 1);
    }
}
