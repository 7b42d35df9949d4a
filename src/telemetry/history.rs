//! The course of a run: bounded, decimated snapshots and markers.
//!
//! Must not know what is drawn from it.

use super::{Origin, Snapshot};
use serde::{Deserialize, Serialize};

/// Snapshots of one run in step order, never more than [`History::CAPACITY`], and its markers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    snapshots: Vec<Snapshot>,
    markers: Vec<Marker>,
    /// The newest of lane 0: thinning must not lose it.
    origin: Option<Box<Origin>>,
    /// Steps between kept snapshots; doubles whenever the history is full.
    stride: u32,
}

/// Something that happened at a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// The step it happened at.
    pub step: u32,
    /// What kind of thing.
    pub kind: MarkerKind,
    /// A few words: "learning_rate 0.1".
    pub text: String,
}

/// Kinds of markers; charts draw them alike but for colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarkerKind {
    /// A live knob moved.
    Knob,
    /// A remedy was applied.
    Remedy,
    /// The model collapsed.
    Collapsed,
    /// The model recovered.
    Recovered,
    /// A value stopped being finite.
    Diverged,
    /// Training moved to another backend or was resumed.
    Backend,
}

impl History {
    /// Most snapshots kept.
    pub const CAPACITY: usize = 512;
    /// Most markers kept; the oldest knob moves go first.
    pub const MARKERS: usize = 64;

    /// Adds a snapshot. Ones not newer than the last are ignored, so that a replay after a resume
    /// never draws a line backwards.
    pub fn push(&mut self, mut snapshot: Snapshot) {
        if let Some(origin) = snapshot.lanes.first_mut().and_then(|lane| lane.vitals.origin.take()) {
            self.origin = Some(origin);
        }
        if self.last().is_some_and(|last| snapshot.step <= last.step) {
            return;
        }
        // The newest point is provisional: it is replaced until it is `stride` past its neighbour,
        // so the chart always ends at the present while old points keep an even spacing.
        if let [.., before, last] = self.snapshots.as_slice()
            && last.step - before.step < self.stride
        {
            self.snapshots.pop();
        }
        self.snapshots.push(snapshot);
        if self.snapshots.len() >= Self::CAPACITY {
            self.thin();
        }
    }

    /// Adds a marker.
    pub fn mark(&mut self, step: u32, kind: MarkerKind, text: impl Into<String>) {
        let text = text.into();
        // A slider drag is one marker, not fifty: a knob's newer move replaces a recent one.
        if kind == MarkerKind::Knob
            && let Some(last) = self.markers.last_mut()
            && last.kind == kind
            && last.text.split(' ').next() == text.split(' ').next()
            && step.saturating_sub(last.step) <= self.stride.max(20)
        {
            last.text = text;
            return;
        }
        if self.markers.len() >= Self::MARKERS {
            let oldest = self.markers.iter().position(|m| m.kind == MarkerKind::Knob).unwrap_or(0);
            self.markers.remove(oldest);
        }
        self.markers.push(Marker { step, kind, text });
    }

    /// Forgets everything after `step`, for a resume from a checkpoint.
    pub fn truncate(&mut self, step: u32) {
        self.snapshots.retain(|snapshot| snapshot.step <= step);
        self.markers.retain(|marker| marker.step <= step);
    }

    /// Snapshots in step order.
    pub fn snapshots(&self) -> &[Snapshot] {
        &self.snapshots
    }

    /// What the run trains on and began with, once it was measured.
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_deref()
    }

    /// Markers in the order they happened.
    pub fn markers(&self) -> &[Marker] {
        &self.markers
    }

    /// The newest snapshot.
    pub fn last(&self) -> Option<&Snapshot> {
        self.snapshots.last()
    }

    /// The snapshot nearest to `step`.
    pub fn nearest(&self, step: f32) -> Option<&Snapshot> {
        let distance = |snapshot: &&Snapshot| (snapshot.step as f32 - step).abs();
        self.snapshots.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))
    }

    fn thin(&mut self) {
        let last_step = self.last().map_or(0, |last| last.step);
        self.stride = (self.stride * 2).max(last_step / (Self::CAPACITY as u32 / 2)).max(1);
        let mut next = 0;
        let stride = self.stride;
        self.snapshots.retain(|snapshot| {
            let keep = snapshot.step >= next || snapshot.step == last_step;
            if snapshot.step >= next {
                next = snapshot.step + stride;
            }
            keep
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(step: u32) -> Snapshot {
        Snapshot { step, epoch: 0.0, lanes: Vec::new() }
    }

    #[test]
    fn stays_bounded_even_and_ends_at_the_present() {
        let mut history = History::default();
        for step in 1..=20_000 {
            history.push(at(step));
            assert!(history.snapshots().len() < History::CAPACITY);
            assert_eq!(history.last().map(|s| s.step), Some(step));
        }
        assert_eq!(history.snapshots()[0].step, 1);
        assert!(history.snapshots().len() > History::CAPACITY / 4);
        let gaps: Vec<u32> = history.snapshots().windows(2).map(|w| w[1].step - w[0].step).collect();
        let inner = &gaps[..gaps.len() - 2];
        assert!(inner.iter().max() <= inner.iter().min().map(|gap| gap * 2).as_ref(), "{inner:?}");
    }

    #[test]
    fn old_steps_never_draw_backwards() {
        let mut history = History::default();
        for step in [1, 5, 3, 5, 6] {
            history.push(at(step));
        }
        let steps: Vec<u32> = history.snapshots().iter().map(|s| s.step).collect();
        assert_eq!(steps, [1, 5, 6]);
    }

    #[test]
    fn a_drag_is_one_marker() {
        let mut history = History::default();
        for (step, value) in [(10, "0.1"), (12, "0.2"), (14, "0.3"), (200, "0.4")] {
            history.mark(step, MarkerKind::Knob, format!("learning_rate {value}"));
        }
        let texts: Vec<&str> = history.markers().iter().map(|m| m.text.as_str()).collect();
        assert_eq!(texts, ["learning_rate 0.3", "learning_rate 0.4"]);
    }
}
