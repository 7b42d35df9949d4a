//! What all charts take from a view: sizes, names, and the run as thinned points.
//!
//! Must not know which chart asks.

use super::View;
use crate::telemetry::{LaneSnapshot, Snapshot};
use crate::{t, words};

/// Most points of a line; more cannot be seen and cost time.
pub(super) const MAX_POINTS: usize = 500;
/// Most rows of a table over time.
pub(super) const MAX_ROWS: usize = 20;

impl View<'_> {
    /// Number of classes.
    pub(super) fn class_count(&self) -> usize {
        self.experiment.classes()
    }

    /// Name of class `index`.
    pub(super) fn class_name(&self, index: usize) -> String {
        name(self.classes, index, "name.class_n")
    }

    /// A length in CSS pixels as backend pixels, at least 1.
    pub(super) fn px(&self, css: f32) -> i32 {
        (css * self.scale).round().max(1.0) as i32
    }

    /// First and last step of the time axis, never equal. It follows the run, not the others: an
    /// earlier run's 20,000 steps would squeeze a new run's first hundred into nothing.
    pub(super) fn steps(&self) -> (f32, f32) {
        let others = || self.others.iter().find_map(|other| other.history.last());
        let last = self.history.last().or_else(others).map_or(0, |last| last.step);
        (0.0, last.max(10) as f32)
    }

    /// The moment looked at: the newest, unless somebody visits the past.
    pub(super) fn now(&self) -> Option<&Snapshot> {
        self.moment.or(self.history.last())
    }

    /// Steps and states of the run, down-sampled.
    pub(super) fn run(&self) -> Vec<(f32, &LaneSnapshot)> {
        lane(self.history.snapshots(), 0)
    }
}

/// Steps and states of one lane, at most [`MAX_POINTS`], evenly thinned, the newest kept.
pub(super) fn lane(snapshots: &[Snapshot], lane: usize) -> Vec<(f32, &LaneSnapshot)> {
    let all: Vec<_> =
        snapshots.iter().filter_map(|s| s.lanes.get(lane).map(|state| (s.step as f32, state))).collect();
    thin(all.len(), MAX_POINTS).map(|index| all[index]).collect()
}

/// At most `limit` indices below `length`, evenly spread, first and last included.
pub(super) fn thin(length: usize, limit: usize) -> impl Iterator<Item = usize> {
    let kept = length.min(limit);
    (0..kept).map(move |i| if kept > 1 { i * (length - 1) / (kept - 1) } else { 0 })
}

/// `names[index]` in words, or the words of `numbered` while names are not known.
pub(super) fn name(names: &[String], index: usize, numbered: &str) -> String {
    names.get(index).map_or_else(|| t!(numbered, n = index), |name| words::name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_both_ends_and_order() {
        let kept: Vec<_> = thin(512, 500).collect();
        assert_eq!((kept.len(), kept[0], kept[499]), (500, 0, 511));
        assert!(kept.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(thin(3, 500).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(thin(1, 500).collect::<Vec<_>>(), [0]);
        assert_eq!(thin(0, 500).count(), 0);
    }
}
