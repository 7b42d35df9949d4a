//! Runs on data whose labels do not depend on the inputs, and the article's three examples as written.
//!
//! Must not know how results are counted.

use crate::doctor::{Doctor, Opinion};
use crate::frozen::{Frozen, Split};
use crate::healthy::{draw, log_range, seeded, tidy};
use crate::train::{Job, Trained, train};
use collapse_lab::experiment::scenario::{self, Group};
use collapse_lab::experiment::{DataName, Experiment, Weighting};
use collapse_lab::stream::Stream;

/// Steps of the article's examples here; nothing changes after.
const ARTICLE_STEPS: u32 = 100;

/// A run that can learn nothing.
pub struct Unlearnable {
    /// The set, or the scenario's name.
    pub name: &'static str,
    /// As trained.
    pub experiment: Experiment,
    /// Every look.
    pub seen: Trained,
    /// In the order of [`Doctor::ALL`].
    pub opinions: Vec<(Doctor, Opinion)>,
}

/// The `attempt`th configuration of a part with labels drawn at random: on any set, now and then imbalanced or
/// with a rate out of the usual.
pub fn draw_case(part: &str, attempt: usize, split: &Split, frozen: &Frozen) -> Experiment {
    let mut stream = Stream::named(frozen.seed, &format!("{part} unlearnable {attempt}"));
    let set = crate::case::draw_set(split, &mut stream);
    let mut experiment = draw(set, &mut stream);
    if set == DataName::Gaussians && stream.coin(0.5) {
        experiment.data.separation = 0.0;
    } else {
        experiment.data.label_noise = 1.0;
    }
    if stream.coin(0.3) {
        experiment.live.imbalance = tidy(log_range(&mut stream, 2.0, 50.0));
        experiment.live.weighting = Weighting::None;
    }
    if stream.coin(0.3) {
        experiment.live.learning_rate =
            tidy(experiment.live.learning_rate * log_range(&mut stream, 0.1, 50.0));
    }
    seeded(&experiment, stream.below(5_000) as u32, 0)
}

/// The article's examples, each with so many seeds, and the scenarios' names.
pub fn article(seeds: u32) -> Vec<(&'static str, Experiment)> {
    let written = scenario::SCENARIOS.iter().filter(|scenario| scenario.group == Group::AsWritten);
    written
        .flat_map(|scenario| {
            (1..=seeds).map(|seed| {
                let mut experiment = seeded(&scenario.experiment(), seed, 0);
                experiment.live.steps = ARTICLE_STEPS;
                (scenario.id, experiment)
            })
        })
        .collect()
}

/// Trains it and asks everybody.
pub fn examine(name: &'static str, experiment: &Experiment) -> Unlearnable {
    let job = Job { experiment: experiment.clone(), watched: true };
    let seen = train(&[job]).swap_remove(0);
    let opinions =
        Doctor::ALL.iter().map(|doctor| (*doctor, doctor.examine(&seen.looks, experiment))).collect();
    Unlearnable { name, experiment: experiment.clone(), seen, opinions }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_be_learned_from_any_of_them() {
        let frozen = Frozen::load().expect("readable");
        for attempt in 0..20 {
            for (part, split) in [("tuning", &frozen.tuning), ("held_out", &frozen.held_out)] {
                let experiment = draw_case(part, attempt, split, &frozen);
                assert_eq!(experiment, draw_case(part, attempt, split, &frozen));
                assert!(experiment.has_no_signal());
            }
        }
        let article = article(2);
        assert_eq!(article.len(), 6);
        assert!(article.iter().all(|(_, experiment)| experiment.has_no_signal()));
    }
}
