//! What became of a run and of the runs of a cell.
//!
//! Must not know where the runs lie on the map. Collapse is what the verdict calls so.

use crate::diagnosis::COLLAPSE_ENTER;
use crate::telemetry::{Confusion, LaneSnapshot};
use serde::{Deserialize, Serialize};

/// One run, seen after its last step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Classes in effective use, 1 to K; NaN without predictions.
    pub n_eff: f32,
    /// 0 is chance, 1 is perfect.
    pub skill: f32,
    /// Mean recall over the classes, 0 to 1.
    pub balanced_accuracy: f32,
    /// Mean recall of the classes that training sees least, all of them where it sees all alike.
    pub minority_recall: f32,
    /// One class, or few, for everything; never of a diverged run.
    pub collapsed: bool,
    /// A loss or prediction is not a finite number.
    pub diverged: bool,
}

impl Outcome {
    /// What a snapshot shows.
    pub fn of(lane: &LaneSnapshot) -> Self {
        let confusion = &lane.confusion;
        let diverged = lane.is_diverged();
        Self {
            n_eff: confusion.effective_classes(),
            skill: confusion.skill().value,
            balanced_accuracy: confusion.balanced_accuracy(),
            minority_recall: minority_recall(confusion, &lane.class_shares),
            collapsed: !diverged && confusion.collapse() >= COLLAPSE_ENTER,
            diverged,
        }
    }
}

fn minority_recall(confusion: &Confusion, shares: &[f32]) -> f32 {
    // A class that training never sees is starved, not rare.
    let least = shares.iter().copied().filter(|share| *share > 0.0).fold(f32::INFINITY, f32::min);
    let recall = confusion.recall();
    let rare = recall
        .iter()
        .zip(shares)
        .filter(|(recall, share)| recall.is_finite() && **share > 0.0 && **share <= least * 1.001);
    let (sum, count) = rare.fold((0.0, 0.0), |(sum, count), (recall, _)| (sum + recall, count + 1.0));
    sum / count
}

/// The runs of one cell together. Means are over the runs that did not diverge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Runs.
    pub seeds: u32,
    /// How many of them collapsed.
    pub collapsed: u32,
    /// How many of them diverged.
    pub diverged: u32,
    /// Mean of [`Outcome::n_eff`]; NaN when all diverged, like the other means.
    pub n_eff: f32,
    /// Mean of [`Outcome::skill`].
    pub skill: f32,
    /// Lowest and highest skill.
    pub skill_range: (f32, f32),
    /// Mean of [`Outcome::minority_recall`].
    pub minority_recall: f32,
}

impl Summary {
    /// The summary of some runs; `None` without any.
    pub fn of(outcomes: &[Outcome]) -> Option<Self> {
        (!outcomes.is_empty()).then_some(())?;
        let sound = || outcomes.iter().filter(|outcome| !outcome.diverged);
        let mean = |of: fn(&Outcome) -> f32| sound().map(of).sum::<f32>() / sound().count() as f32;
        let edge = |pick: fn(f32, f32) -> f32| sound().map(|o| o.skill).fold(f32::NAN, pick);
        Some(Self {
            seeds: outcomes.len() as u32,
            collapsed: outcomes.iter().filter(|outcome| outcome.collapsed).count() as u32,
            diverged: outcomes.iter().filter(|outcome| outcome.diverged).count() as u32,
            n_eff: mean(|outcome| outcome.n_eff),
            skill: mean(|outcome| outcome.skill),
            skill_range: (edge(f32::min), edge(f32::max)),
            minority_recall: mean(|outcome| outcome.minority_recall),
        })
    }

    /// Whether no run has anything else to report.
    pub fn is_diverged(&self) -> bool {
        self.diverged == self.seeds
    }

    /// Share of runs that collapsed; a diverged run did not collapse.
    pub fn collapsed_share(&self) -> f32 {
        self.collapsed as f32 / self.seeds as f32
    }

    /// Mean recall over the classes, from the skill: `1/K + skill (1 - 1/K)`.
    pub fn balanced_accuracy(&self, classes: usize) -> f32 {
        let chance = 1.0 / classes as f32;
        chance + self.skill * (1.0 - chance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(rows: &[&[u32]], shares: &[f32]) -> LaneSnapshot {
        LaneSnapshot {
            learning_rate: 0.001,
            loss_train: 0.1,
            loss_probe: 0.1,
            accuracy_train: 0.9,
            confusion: Confusion::from_rows(rows),
            class_shares: shares.to_vec(),
            grad_norm: vec![],
            update_ratio: vec![],
            dead_share: vec![],
            vitals: crate::telemetry::Vitals::default(),
        }
    }

    #[test]
    fn a_run_collapses_where_the_verdict_says_so() {
        let outcome =
            |majority: u32| Outcome::of(&lane(&[&[500, 0], &[majority, 500 - majority]], &[0.99, 0.01]));
        let all = outcome(500);
        assert!(all.collapsed && all.n_eff == 1.0 && all.skill == 0.0 && all.minority_recall == 0.0);
        // 95.1 % of the answers in one of two classes are a collapse of 0.755, 94.9 % are not.
        assert!(outcome(451).collapsed && !outcome(440).collapsed);
        assert_eq!(outcome(100).minority_recall, 0.8);
    }

    #[test]
    fn a_diverged_run_is_not_collapsed_and_counts_in_no_mean() {
        let mut broken = lane(&[&[9, 1], &[9, 1]], &[0.5, 0.5]);
        broken.loss_probe = f32::NAN;
        let broken = Outcome::of(&broken);
        assert!(broken.diverged && !broken.collapsed);
        let sound = Outcome::of(&lane(&[&[10, 0], &[0, 10]], &[0.5, 0.5]));
        let cell = Summary::of(&[broken, sound]).expect("two runs");
        assert_eq!((cell.diverged, cell.skill, cell.skill_range, cell.n_eff), (1, 1.0, (1.0, 1.0), 2.0));
        assert_eq!(cell.balanced_accuracy(2), 1.0);
        let lost = Summary::of(&[broken]).expect("a run");
        assert!(lost.is_diverged() && lost.skill.is_nan() && lost.skill_range.0.is_nan());
        assert_eq!(Summary::of(&[]), None);
    }

    #[test]
    fn the_minority_is_what_training_sees_least() {
        let rows: [&[u32]; 3] = [&[10, 0, 0], &[0, 5, 5], &[0, 9, 1]];
        let recall = |shares: &[f32]| Outcome::of(&lane(&rows, shares)).minority_recall;
        assert!((recall(&[0.8, 0.1, 0.1]) - 0.3).abs() < 1e-6);
        assert!((recall(&[0.8, 0.15, 0.05]) - 0.1).abs() < 1e-6);
        assert!((recall(&[0.6, 0.4, 0.0]) - 0.5).abs() < 1e-6, "a starved class is not the minority");
        assert!((recall(&[1.0 / 3.0; 3]) - 1.6 / 3.0).abs() < 1e-6);
    }
}
