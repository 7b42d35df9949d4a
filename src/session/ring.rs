//! The run's past: states kept at even distances in bounded memory, and what changed between them.
//!
//! Must not know models: a state between two kept ones is trained again by whoever asks.

use crate::experiment::Live;
use crate::protocol::{GroupState, Kept};

/// States of one run in step order.
#[derive(Default)]
pub(crate) struct Ring {
    moments: Vec<Moment>,
    bytes: usize,
    /// Steps between kept states; doubles whenever the ring is full.
    stride: u32,
    /// Every change of live settings, by the number of steps done when it took effect.
    changes: Vec<(u32, Live)>,
}

/// A kept state.
pub(crate) struct Moment {
    pub state: GroupState,
    /// How many of the changes it has seen.
    changes: usize,
}

/// States kept at most.
const MOST: usize = 128;
/// Their memory at most.
const MOST_BYTES: usize = 32 << 20;

impl Ring {
    /// Whether a state at `step` would be kept.
    pub fn wants(&self, step: u32) -> bool {
        self.moments.last().is_none_or(|last| step >= last.state.step + self.stride.max(1))
    }

    /// Adds a state newer than all others.
    pub fn keep(&mut self, state: GroupState) {
        self.bytes += size(&state);
        self.moments.push(Moment { state, changes: self.changes.len() });
        while self.moments.len() > MOST || (self.bytes > MOST_BYTES && self.moments.len() > 2) {
            self.thin();
        }
    }

    /// Every second state goes, the first stays.
    fn thin(&mut self) {
        let last = self.moments.last().map_or(0, |last| last.state.step);
        self.stride = (2 * self.stride).max(2 * last / MOST as u32).max(1);
        let mut index = 0;
        self.moments.retain(|_| {
            index += 1;
            index % 2 == 1
        });
        self.bytes = self.moments.iter().map(|moment| size(&moment.state)).sum();
    }

    /// Live settings changed after `step` steps.
    pub fn changed(&mut self, step: u32, live: Live) {
        self.changes.push((step, live));
    }

    /// The newest state at or before `step`, the oldest if there is none.
    pub fn before(&self, step: u32) -> Option<&Moment> {
        let moment = self.moments.iter().rev().find(|moment| moment.state.step <= step);
        moment.or(self.moments.first())
    }

    /// What changed between a state and `step`.
    pub fn changes(&self, moment: &Moment, step: u32) -> Vec<(u32, Live)> {
        self.changes[moment.changes..].iter().filter(|(at, _)| *at < step).cloned().collect()
    }

    /// Forgets what came after `step`.
    pub fn forget_after(&mut self, step: u32) {
        self.moments.retain(|moment| moment.state.step <= step);
        self.changes.retain(|(at, _)| *at < step);
        for moment in &mut self.moments {
            moment.changes = moment.changes.min(self.changes.len());
        }
        self.bytes = self.moments.iter().map(|moment| size(&moment.state)).sum();
    }

    /// What the page is told.
    pub fn kept(&self) -> Kept {
        Kept {
            moments: self.moments.len() as u32,
            bytes: self.bytes as u32,
            first: self.moments.first().map_or(0, |first| first.state.step),
        }
    }
}

fn size(state: &GroupState) -> usize {
    let lanes: usize = state.lanes.iter().map(|lane| lane.sampler.len() + lane.course.len()).sum();
    lanes + state.tensors.iter().map(|tensor| 4 * tensor.len()).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;

    fn state(step: u32, numbers: usize) -> GroupState {
        GroupState { step, lanes: Vec::new(), tensors: vec![vec![0.0; numbers]] }
    }

    #[test]
    fn stays_bounded_and_evenly_spread() {
        for (numbers, most) in [(10, MOST), (1 << 20, 8)] {
            let mut ring = Ring::default();
            for step in 0..5_000 {
                if ring.wants(step) {
                    ring.keep(state(step, numbers));
                }
                let kept = ring.kept();
                assert!(kept.moments as usize <= most && kept.bytes as usize <= MOST_BYTES, "{kept:?}");
                assert_eq!(kept.first, 0);
            }
            let steps: Vec<u32> = ring.moments.iter().map(|moment| moment.state.step).collect();
            assert!(steps.len() > most / 3, "{steps:?}");
            let gaps: Vec<u32> = steps.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert!(gaps.iter().max() <= gaps.iter().min().map(|gap| 3 * gap).as_ref(), "{gaps:?}");
        }
    }

    #[test]
    fn a_moment_comes_with_the_changes_since() {
        let mut ring = Ring::default();
        let live = |learning_rate| Live { learning_rate, ..Experiment::default().live };
        ring.keep(state(0, 1));
        ring.changed(5, live(0.5));
        ring.changed(10, live(0.25));
        ring.keep(state(10, 1));
        ring.changed(10, live(0.125));
        ring.changed(30, live(1.0));
        let at = |step| {
            let moment = ring.before(step).expect("states are there");
            let changes = ring.changes(moment, step);
            (
                moment.state.step,
                changes.iter().map(|(at, live)| (*at, live.learning_rate)).collect::<Vec<_>>(),
            )
        };
        assert_eq!(at(7), (0, vec![(5, 0.5)]));
        assert_eq!(at(20), (10, vec![(10, 0.125)]));
        assert_eq!(at(40), (10, vec![(10, 0.125), (30, 1.0)]));
        ring.forget_after(9);
        assert_eq!(ring.kept().moments, 1);
        let first = ring.before(50).expect("the first");
        assert_eq!(ring.changes(first, 50).len(), 1);
    }
}
