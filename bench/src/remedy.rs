//! The remedies that truth is measured with: one or more for every cause, whatever was injected.
//!
//! Must not know what a diagnosis offers.

use crate::cause::Cause;
use collapse_lab::experiment::knob::knob;
use collapse_lab::experiment::remedy::Remedy;
use collapse_lab::experiment::{Activation, Experiment, OptimizerName};

/// A way to repair a run, and the causes it proves when it does.
pub struct Candidate {
    /// Its name in tables.
    pub name: &'static str,
    /// The causes.
    pub causes: &'static [Cause],
    /// Settings as in a link; empty where it does not apply.
    settings: fn(&Experiment) -> String,
}

/// A patch from settings as in a link: `init=he&init_scale=1`.
///
/// # Panics
/// A name or value is none of the knob table.
pub fn patch(settings: &str) -> Remedy {
    let pairs = settings.split('&').filter_map(|pair| pair.split_once('='));
    pairs.fold(Remedy::new("", ""), |remedy, (name, text)| {
        let knob = knob(name).unwrap_or_else(|| panic!("there is no knob {name}"));
        let value = knob.parse(text).unwrap_or_else(|error| panic!("{settings}: {error}"));
        remedy.with(knob.name, value)
    })
}

impl Candidate {
    /// `experiment` repaired so; `None` where that changes nothing.
    pub fn apply(&self, experiment: &Experiment) -> Option<Experiment> {
        let remedy = patch(&(self.settings)(experiment));
        remedy.changes(experiment).then(|| remedy.apply(experiment))
    }
}

/// A learning rate that usually works.
pub fn moderate_rate(optimizer: OptimizerName) -> f32 {
    match optimizer {
        OptimizerName::Adam | OptimizerName::AdamW | OptimizerName::RmsProp => 1e-3,
        OptimizerName::Sgd => 1e-2,
    }
}

fn fitting_init(activation: Activation) -> &'static str {
    if matches!(activation, Activation::Tanh | Activation::Sigmoid) { "glorot" } else { "he" }
}

fn has_images(experiment: &Experiment, settings: &str) -> String {
    if experiment.is_image() { settings.to_owned() } else { String::new() }
}

fn rate(experiment: &Experiment, factor: f32) -> String {
    format!("learning_rate={}", (experiment.live.learning_rate * factor).clamp(1e-6, 10.0))
}

/// All of them.
pub static CANDIDATES: &[Candidate] = &[
    Candidate { name: "a tenth of the rate", causes: &[Cause::RateHigh], settings: |run| rate(run, 0.1) },
    Candidate {
        name: "a hundredth of the rate",
        causes: &[Cause::RateHigh],
        settings: |run| rate(run, 0.01),
    },
    Candidate {
        name: "a moderate rate if it was higher",
        causes: &[Cause::RateHigh],
        settings: |run| {
            let moderate = moderate_rate(run.optimizer.name);
            if run.live.learning_rate > moderate {
                format!("learning_rate={moderate}")
            } else {
                String::new()
            }
        },
    },
    Candidate { name: "ten times the rate", causes: &[Cause::RateLow], settings: |run| rate(run, 10.0) },
    Candidate {
        name: "a moderate constant rate if it was lower",
        causes: &[Cause::RateLow],
        settings: |run| {
            let moderate = moderate_rate(run.optimizer.name).max(run.live.learning_rate);
            format!("learning_rate={moderate}&schedule=constant")
        },
    },
    Candidate {
        name: "four times the steps",
        causes: &[Cause::FewSteps],
        settings: |run| format!("steps={}", (run.live.steps * 4).min(crate::train::MOST_STEPS)),
    },
    Candidate {
        name: "at least 600 steps",
        causes: &[Cause::FewSteps],
        settings: |run| format!("steps={}", run.live.steps.max(600)),
    },
    Candidate {
        name: "fitting initial weights",
        causes: &[Cause::SymmetricInit, Cause::InitLarge, Cause::InitSmall],
        settings: |run| format!("init={}&init_scale=1", fitting_init(run.model.activation)),
    },
    Candidate {
        name: "leaky ReLU",
        causes: &[Cause::DeadUnits, Cause::Saturated, Cause::Vanishing],
        settings: |_| "activation=leaky_relu&init=he&init_scale=1".to_owned(),
    },
    Candidate {
        name: "batch normalisation",
        causes: &[Cause::Vanishing, Cause::Exploding, Cause::Saturated],
        settings: |_| "batch_norm=on&batch_norm_momentum=0.9".to_owned(),
    },
    Candidate {
        name: "fewer layers",
        causes: &[Cause::Vanishing, Cause::Exploding],
        settings: |run| format!("depth={}", run.model.depth.min(2)),
    },
    Candidate {
        name: "clipped gradients",
        causes: &[Cause::Exploding, Cause::RateHigh],
        settings: |_| "clip_norm=0.5".to_owned(),
    },
    Candidate {
        name: "warm-up",
        causes: &[Cause::RateHigh],
        settings: |_| "schedule=warmup&schedule_steps=200".to_owned(),
    },
    Candidate {
        name: "Adam at 0.001",
        causes: &[Cause::RateHigh, Cause::RateLow],
        settings: |run| {
            let is_adam = run.optimizer.name == OptimizerName::Adam;
            if is_adam { String::new() } else { "optimizer=adam&learning_rate=0.001".to_owned() }
        },
    },
    Candidate {
        name: "oversampling",
        causes: &[Cause::Imbalance],
        settings: |_| "weighting=oversampling".to_owned(),
    },
    Candidate {
        name: "class weights",
        causes: &[Cause::Imbalance],
        settings: |_| "weighting=inverse_frequency".to_owned(),
    },
    Candidate {
        name: "balanced data",
        causes: &[Cause::Imbalance],
        settings: |_| "imbalance=1&shares=".to_owned(),
    },
    Candidate {
        name: "standardised inputs",
        causes: &[Cause::Unnormalised],
        settings: |_| "input_scale=1&input_offset=0&standardise=on".to_owned(),
    },
    Candidate {
        name: "right labels",
        causes: &[Cause::LabelNoise],
        settings: |_| "label_noise=0&label_flip=0".to_owned(),
    },
    Candidate {
        name: "more and different examples",
        causes: &[Cause::Duplicates, Cause::Overfit],
        settings: |run| format!("duplicates=0&train_size={}", run.data.train_size.max(1000)),
    },
    Candidate {
        name: "regularisation",
        causes: &[Cause::Overfit],
        settings: |run| {
            let dropout = run.live.dropout.max(0.3);
            format!("l2={}&dropout={dropout}", run.live.l2.max(0.01))
        },
    },
    Candidate {
        name: "no regularisation",
        causes: &[Cause::OverRegularised],
        settings: |_| "weight_decay=0&l1=0&l2=0&dropout=0".to_owned(),
    },
    Candidate {
        name: "no augmentation",
        causes: &[Cause::HarmfulAugmentation],
        settings: |run| {
            let off =
                "flip_horizontal=0&flip_vertical=0&rotation=0&shift=0&noise=0&brightness=0&cutout=0&mixup=0";
            has_images(run, off)
        },
    },
    Candidate {
        name: "mirrored and shifted images",
        causes: &[Cause::Shift],
        settings: |run| has_images(run, "flip_horizontal=0.5&flip_vertical=0.5"),
    },
    Candidate { name: "shuffled batches", causes: &[Cause::Sorted], settings: |_| "shuffle=on".to_owned() },
    Candidate {
        name: "a wider and deeper model",
        causes: &[Cause::TooSmall],
        settings: |run| {
            format!("width={}&depth={}", (run.model.width * 4).clamp(32, 128), run.model.depth.max(2))
        },
    },
    Candidate {
        name: "a wider model",
        causes: &[Cause::TooSmall, Cause::DeadUnits],
        settings: |run| format!("width={}", run.model.width.max(32)),
    },
    Candidate {
        name: "quicker running statistics",
        causes: &[Cause::BatchNormStatistics],
        settings: |run| format!("batch_norm_momentum={}", run.model.batch_norm_momentum.min(0.9)),
    },
    Candidate {
        name: "test data prepared alike",
        causes: &[Cause::Preprocessing],
        settings: |_| "test_scale=1&test_shift=0".to_owned(),
    },
    Candidate {
        name: "cross-entropy over all classes",
        causes: &[Cause::WrongLoss],
        settings: |_| "loss=cross_entropy".to_owned(),
    },
    Candidate {
        name: "larger batches",
        causes: &[Cause::SmallBatch],
        settings: |run| format!("batch_size={}", run.batch_size.max(32)),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use collapse_lab::experiment::link;

    #[test]
    fn every_candidate_is_a_valid_patch_and_says_when_it_changes_nothing() {
        let broken = link::read(
            "data=shapes&learning_rate=1&width=2&init=zeros&imbalance=9&label_noise=0.5&input_scale=9&l1=0.1\
             &train_size=40&noise=1&shuffle=off&test_scale=9&loss=mse&batch_size=1&batch_norm=on\
             &batch_norm_momentum=0.99&depth=8&optimizer=sgd&dropout=0.1",
        );
        assert!(broken.notices.is_empty(), "{:?}", broken.notices);
        let applied = CANDIDATES.iter().filter(|candidate| candidate.apply(&broken.experiment).is_some());
        assert!(applied.count() >= CANDIDATES.len() - 2);
        let plain = Experiment::default();
        let kept: Vec<_> =
            CANDIDATES.iter().filter(|one| one.apply(&plain).is_none()).map(|one| one.name).collect();
        assert!(kept.contains(&"right labels") && kept.contains(&"shuffled batches"), "{kept:?}");
        assert!(!kept.contains(&"oversampling"));
    }
}
