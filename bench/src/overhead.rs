//! What looking at runs and judging them costs beside training them.
//!
//! Must not know what is said.

use crate::statistics::quantile;
use crate::train::group;
use collapse_lab::diagnosis::Memory;
use collapse_lab::experiment::link;
use collapse_lab::protocol::Backend;
use collapse_lab::session::pace;
use collapse_lab::telemetry::{History, Snapshot};
use std::time::Instant;

/// Pairs measured per shape.
const REPEATS: usize = 25;
/// Steps of a pair.
const STEPS: u32 = 20;
/// A history as long as the page keeps.
const LOOKS_BEFORE: u32 = 300;

/// What one shape costs.
#[derive(Clone, Debug)]
pub struct Cost {
    /// Its settings.
    pub settings: &'static str,
    /// A step of training, milliseconds.
    pub step: f64,
    /// A look: held-out examples, gradients, units.
    pub look: f64,
    /// Verdict and all rules on one more look after [`LOOKS_BEFORE`], as the page asks for them.
    pub rules: f64,
}

impl Cost {
    /// Share of the training time that one look and one judgement take where looks are as far apart as on the
    /// page.
    pub fn share(&self) -> f64 {
        (self.look + self.rules) / self.training()
    }

    /// The rules' part of it.
    pub fn rules_share(&self) -> f64 {
        self.rules / self.training()
    }

    /// Milliseconds of training from one look to the next.
    fn training(&self) -> f64 {
        pace::between_looks(Backend::Cpu, self.look) - self.look - self.rules
    }
}

/// What the page opens with, and shapes around it.
const SHAPES: [&str; 5] = [
    "",
    "data=moons&width=16&depth=2",
    "data=mnist&width=64",
    "data=wine&standardise=on&depth=3&width=64&batch_norm=on",
    "data=shapes&model=cnn",
];

/// Medians over interleaved repeats, so that a busy moment hits training, looks and rules alike.
pub fn measure() -> Vec<Cost> {
    SHAPES
        .iter()
        .map(|settings| {
            let experiment = link::read(settings).experiment;
            let mut group = group(vec![experiment.clone()]);
            let mut history = History::default();
            let mut memory = Memory::default();
            let mut look = |group: &mut collapse_lab::session::group::Group, step: u32| {
                let begun = Instant::now();
                let lanes = pollster::block_on(group.observe()).expect("the CPU is not lost");
                let looked = millis(begun);
                history.push(Snapshot { step, epoch: group.epoch(0), lanes });
                let begun = Instant::now();
                let judged = memory.judge(&history, &experiment, &[]);
                std::hint::black_box((judged, memory.findings(&history, &experiment, &[])));
                [looked, millis(begun)]
            };
            for step in 1..=LOOKS_BEFORE {
                pollster::block_on(group.train(1, None)).expect("the CPU is not lost");
                look(&mut group, step);
            }
            let [mut steps, mut looks, mut rules] = [const { Vec::new() }; 3];
            for repeat in 1..=REPEATS {
                let begun = Instant::now();
                pollster::block_on(group.train(STEPS, None)).expect("the CPU is not lost");
                steps.push(millis(begun) / f64::from(STEPS));
                let [looked, judged] = look(&mut group, LOOKS_BEFORE + repeat as u32 * STEPS);
                looks.push(looked);
                rules.push(judged);
            }
            let median = |values: &[f64]| quantile(values, 0.5).unwrap_or(f64::NAN);
            Cost { settings, step: median(&steps), look: median(&looks), rules: median(&rules) }
        })
        .collect()
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_the_time_left_for_training() {
        let cost = Cost { settings: "", step: 0.1, look: 4.0, rules: 1.0 };
        let training = pace::between_looks(Backend::Cpu, 4.0) - 5.0;
        assert!((cost.share() - 5.0 / training).abs() < 1e-9);
        assert!((cost.rules_share() - 1.0 / training).abs() < 1e-9);
    }

    #[test]
    fn every_shape_is_a_valid_link() {
        for settings in SHAPES {
            assert!(link::read(settings).notices.is_empty(), "{settings}");
        }
    }
}
