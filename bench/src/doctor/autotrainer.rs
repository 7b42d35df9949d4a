//! `AutoTrainer`'s published rules (Zhang et al., ICSE 2021), re-implemented from the paper and its repository,
//! with the repairs of its default order "balance".
//!
//! Where it measures what this trainer does not, the nearest measurement stands in, never a worse one:
//! accuracy is that on the held-out examples weighted by the training class shares, once an epoch (its own
//! single batches would swing by themselves), and the share of zero gradients is the share of units that are
//! dead on every held-out example. SELU, which this trainer lacks, is GELU.

use super::{Named, Opinion};
use crate::cause::Cause;
use crate::remedy::patch;
use collapse_lab::experiment::remedy::Remedy;
use collapse_lab::experiment::{Activation, Experiment, OptimizerName};
use collapse_lab::telemetry::{LaneSnapshot, Snapshot};

const RATIO_LOW: f32 = 1e-3;
const FIRST_LOW: f32 = 1e-4;
const RATIO_HIGH: f32 = 70.0;
const LOSS_HIGH: f32 = 1e3;
const ZERO_GRADIENTS: f32 = 0.7;
const SWING: f32 = 0.03;
const SWINGS: f32 = 0.2;
const ACCURACY_LOW: f32 = 0.6;
/// Repairs it tries here; as many as the page.
const TRIES: usize = 3;

struct Symptom {
    name: &'static str,
    causes: &'static [Cause],
    /// In its order, "balance".
    repairs: fn(&Experiment) -> Vec<String>,
}

static EXPLODING: Symptom = Symptom {
    name: "exploding gradient",
    causes: &[Cause::Exploding, Cause::RateHigh, Cause::InitLarge],
    repairs: |_| {
        texts(&[
            "activation=gelu",
            "activation=relu&init=he",
            "clip_norm=1",
            "activation=tanh",
            "batch_norm=on",
        ])
    },
};
static VANISHING: Symptom = Symptom {
    name: "vanishing gradient",
    causes: &[Cause::Vanishing, Cause::InitSmall, Cause::Saturated],
    repairs: |_| texts(&["activation=gelu", "activation=relu&init=he", "batch_norm=on"]),
};
static DYING: Symptom = Symptom {
    name: "dying ReLU",
    causes: &[Cause::DeadUnits],
    repairs: |_| {
        texts(&["activation=gelu", "batch_norm=on", "init=he&init_scale=1", "activation=leaky_relu"])
    },
};
static OSCILLATING: Symptom = Symptom {
    name: "oscillating loss",
    causes: &[Cause::RateHigh, Cause::SmallBatch],
    repairs: |run| {
        let adam = (run.optimizer.name != OptimizerName::Adam)
            .then(|| "optimizer=adam&learning_rate=0.001".to_owned());
        let slower =
            format!("learning_rate={}", if run.optimizer.name == OptimizerName::Sgd { 0.001 } else { 1e-4 });
        adam.into_iter()
            .chain([slower, "schedule=plateau&schedule_steps=100".to_owned()])
            .chain([format!("batch_size={}", (run.batch_size * 2).min(256))])
            .collect()
    },
};
static SLOW: Symptom = Symptom {
    name: "slow convergence",
    causes: &[Cause::RateLow],
    repairs: |run| {
        let optimizer =
            if run.optimizer.name == OptimizerName::Adam { "optimizer=sgd" } else { "optimizer=adam" };
        let faster = if run.optimizer.name == OptimizerName::Sgd { 0.1 } else { 0.01 };
        vec![optimizer.to_owned(), format!("learning_rate={faster}"), "init=he&init_scale=1".to_owned()]
    },
};

fn texts(repairs: &[&str]) -> Vec<String> {
    repairs.iter().map(|repair| (*repair).to_owned()).collect()
}

pub(super) fn examine(looks: &[Snapshot], experiment: &Experiment) -> Opinion {
    let symptoms = symptoms(looks, experiment);
    let named = |symptom: &&Symptom| Named { name: symptom.name, causes: symptom.causes, remedy: None };
    let repairs = symptoms.first().map_or_else(Vec::new, |symptom| (symptom.repairs)(experiment));
    let repairs = repairs.iter().map(|settings| patch(settings));
    let repairs: Vec<Remedy> = repairs.filter(|remedy| remedy.changes(experiment)).take(TRIES).collect();
    // It looks once, when the epochs are over.
    let step = looks.last().map_or(0, |last| last.step);
    let mut opinion = Opinion::at(step, symptoms.iter().map(named).collect(), repairs.clone());
    if let Some(first) = opinion.named.first_mut() {
        first.remedy = repairs.first().cloned();
    }
    opinion
}

fn symptoms(looks: &[Snapshot], experiment: &Experiment) -> Vec<&'static Symptom> {
    let accuracy = accuracy_by_epoch(looks);
    let best = accuracy.iter().copied().fold(0.0, f32::max);
    let lanes = || looks.iter().filter_map(|look| look.lanes.first());
    let mut found: Vec<&'static Symptom> = Vec::new();
    if lanes().any(is_broken) {
        found.push(&EXPLODING);
    } else if best < ACCURACY_LOW {
        // Its code asks for causes in the gradients only where training does not get anywhere.
        let is_relu = experiment.model.activation == Activation::Relu;
        if is_relu && lanes().any(|lane| lane.dead_share.iter().any(|dead| *dead >= ZERO_GRADIENTS)) {
            found.push(&DYING);
        } else if lanes().any(|lane| ratio(lane).is_some_and(|(_, ratio)| ratio > RATIO_HIGH)) {
            found.push(&EXPLODING);
        } else if lanes()
            .any(|lane| ratio(lane).is_some_and(|(first, ratio)| ratio < RATIO_LOW && first < FIRST_LOW))
        {
            found.push(&VANISHING);
        } else {
            found.push(&SLOW);
        }
    }
    if swings(&accuracy) {
        found.push(&OSCILLATING);
    }
    found
}

fn is_broken(lane: &LaneSnapshot) -> bool {
    let losses = [lane.loss_train, lane.loss_probe];
    lane.is_diverged() || losses.iter().any(|loss| !loss.is_finite() || *loss >= LOSS_HIGH)
}

/// Norm of the first layer's gradient, and its ratio to the last layer's.
fn ratio(lane: &LaneSnapshot) -> Option<(f32, f32)> {
    let [first, .., last] = lane.grad_norm.as_slice() else { return None };
    Some((*first, first / last))
}

fn accuracy_by_epoch(looks: &[Snapshot]) -> Vec<f32> {
    let mut epoch = -1.0;
    let mut accuracy = Vec::new();
    for look in looks {
        if look.epoch.floor() > epoch {
            epoch = look.epoch.floor();
            accuracy.extend(look.lanes.first().map(LaneSnapshot::accuracy));
        }
    }
    accuracy
}

/// Pairs of a local maximum and a local minimum that far apart, in that share of the epochs.
fn swings(accuracy: &[f32]) -> bool {
    let inner = accuracy.windows(3);
    let maxima = inner.clone().filter(|w| w[1] >= w[0] && w[1] >= w[2]).map(|w| w[1]);
    let minima = inner.filter(|w| w[1] <= w[0] && w[1] <= w[2]).map(|w| w[1]);
    let count = maxima.zip(minima).filter(|(high, low)| high - low >= SWING).count();
    count as f32 >= SWINGS * accuracy.len() as f32 && count > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::tests::looks;
    use collapse_lab::experiment::link;

    fn names(settings: &str, text: &str) -> Vec<&'static str> {
        let experiment = link::read(settings).experiment;
        symptoms(&looks(text), &experiment).iter().map(|symptom| symptom.name).collect()
    }

    #[test]
    fn each_published_rule_fires_on_a_history_made_for_it() {
        assert_eq!(names("", "recall .5 .5 | loss 2000"), ["exploding gradient"]);
        assert_eq!(names("", "recall .5 .5 | grad 80 1"), ["exploding gradient"]);
        assert_eq!(names("", "recall .5 .5 | grad 0.00001 1"), ["vanishing gradient"]);
        assert_eq!(names("", "recall .5 .5 | dead .7"), ["dying ReLU"]);
        assert_eq!(names("activation=tanh", "recall .5 .5 | dead .7"), ["slow convergence"]);
        assert_eq!(names("", "recall .5 .5"), ["slow convergence"]);
        let swinging = "recall .8 .8\nrecall .9 .9\nrecall .8 .8\nrecall .9 .9\nrecall .8 .8";
        assert_eq!(names("", swinging), ["oscillating loss"]);
        assert_eq!(names("", "recall .9 .9"), [""; 0]);
    }

    #[test]
    fn a_majority_of_95_percent_is_not_noticed() {
        assert_eq!(names("", "recall 1 0 | shares .95 .05"), [""; 0]);
    }

    #[test]
    fn repairs_come_in_its_order() {
        let experiment = link::read("optimizer=sgd").experiment;
        let opinion = examine(&looks("recall .5 .5"), &experiment);
        let first = opinion.remedies[0].apply(&experiment);
        assert_eq!(first.optimizer.name, OptimizerName::Adam);
        assert_eq!(opinion.remedies.len(), TRIES);
    }
}
