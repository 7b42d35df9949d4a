//! What each snapshot says about lane 0, computed once for the verdict and all rules.
//!
//! Must not know thresholds.

use super::verdict::RECALL_FOUND;
use crate::telemetry::confusion::Skill;
use crate::telemetry::{Confusion, History, LaneSnapshot};
use crate::{t, words};
use std::ops::Deref;
use std::sync::Arc;

/// One snapshot of lane 0 with its [`Numbers`].
#[derive(Clone, Debug)]
pub struct Signs<'a> {
    /// The snapshot itself.
    pub lane: &'a LaneSnapshot,
    /// Tells it from the others.
    pub(super) mark: Mark,
    numbers: Arc<Numbers>,
}

impl Deref for Signs<'_> {
    type Target = Numbers;

    fn deref(&self) -> &Numbers {
        &self.numbers
    }
}

/// The metrics of one snapshot of lane 0.
#[derive(Debug)]
pub struct Numbers {
    /// Training steps done.
    pub step: u32,
    /// 0 uses all classes equally, 1 uses one; NaN without predictions.
    pub collapse: f32,
    /// Classes in effective use.
    pub effective_classes: f32,
    /// Skill on the probe set.
    pub skill: Skill,
    /// Recall per class.
    pub recall: Vec<f32>,
    /// Lowest recall of the classes with at least [`SUPPORT`] probe examples; of those that have any
    /// where no class has that many.
    pub recall_worst: f32,
    /// The most predicted class and its share.
    pub favourite: Option<(usize, f32)>,
    /// A loss or prediction is not finite.
    pub diverged: bool,
}

/// What tells a snapshot from every other of a run that is only ever continued, thinned or resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark(u32, [u32; 3]);

impl Mark {
    fn of(step: u32, lane: &LaneSnapshot) -> Self {
        Self(step, [lane.loss_train, lane.loss_probe, lane.accuracy_train].map(f32::to_bits))
    }
}

/// The numbers of the snapshots seen so far, so that only new ones are computed.
#[derive(Default)]
pub(super) struct Memory(Vec<(Mark, Arc<Numbers>)>);

impl Memory {
    /// One entry per snapshot that has a lane, in step order.
    pub fn signs<'a>(&mut self, history: &'a History) -> Vec<Signs<'a>> {
        let lanes = history.snapshots().iter().filter_map(|s| s.lanes.first().map(|lane| (s.step, lane)));
        let lanes: Vec<(u32, &LaneSnapshot)> = lanes.collect();
        let marks = lanes.iter().map(|(step, lane)| Mark::of(*step, lane));
        let known = marks.zip(&self.0).take_while(|(mark, (seen, _))| mark == seen).count();
        self.0.truncate(known);
        let new =
            |(step, lane): &(u32, &LaneSnapshot)| (Mark::of(*step, lane), Arc::new(Numbers::of(*step, lane)));
        self.0.extend(lanes[known..].iter().map(new));
        let sign = |((_, lane), (mark, numbers)): ((u32, &'a LaneSnapshot), &(Mark, Arc<Numbers>))| Signs {
            lane,
            mark: *mark,
            numbers: numbers.clone(),
        };
        lanes.into_iter().zip(&self.0).map(sign).collect()
    }
}

impl Numbers {
    fn of(step: u32, lane: &LaneSnapshot) -> Self {
        let confusion = &lane.confusion;
        let classes = confusion.classes() as f32;
        let effective_classes = confusion.effective_classes();
        let recall = confusion.recall();
        Self {
            step,
            collapse: (classes - effective_classes) / (classes - 1.0),
            effective_classes,
            skill: confusion.skill(),
            recall_worst: recall_worst(confusion, &recall),
            recall,
            favourite: confusion.favourite(),
            diverged: lane.is_diverged(),
        }
    }
}

impl Signs<'_> {
    /// "uses 1.0 of 10 classes; skill 0.00 (-0.05 to 0.05)".
    pub fn detail(&self) -> String {
        if self.effective_classes.is_nan() {
            return t!("verdict.detail.none").to_owned();
        }
        let used = words::decimal(self.effective_classes, 1);
        t!("verdict.detail", used = used, classes = self.recall.len(), skill = interval(self.skill))
    }

    /// Classes that are hardly ever recognised.
    pub fn lost_classes(&self) -> impl Iterator<Item = usize> {
        let known = |class| self.lane.confusion.support(class) >= SUPPORT;
        let lost = self.recall.iter().enumerate().filter(|(_, recall)| **recall <= RECALL_FOUND);
        lost.map(|(class, _)| class).filter(move |class| known(*class))
    }
}

/// Probe examples from which a class without a hit is called lost. At a recall of 0.3, none of 4
/// examples is right one time in four, none of 10 one time in thirty-five.
pub const SUPPORT: u32 = 10;

fn recall_worst(confusion: &Confusion, recall: &[f32]) -> f32 {
    // `f32::min` passes over the NaN of classes without examples.
    let lowest = |support: u32| {
        let known = (0..recall.len()).filter(|class| confusion.support(*class) >= support);
        known.map(|class| recall[class]).fold(f32::NAN, f32::min)
    };
    let known = lowest(SUPPORT);
    if known.is_nan() { lowest(1) } else { known }
}

/// "0.00 (-0.05 to 0.05)".
pub(super) fn interval(skill: Skill) -> String {
    // Adding zero turns "-0.00" into "0.00".
    // The normal interval may end beyond perfect, which nothing is.
    let hundredths = |value: f32| words::decimal((value.min(1.0) * 100.0).round() / 100.0 + 0.0, 2);
    let [value, low, high] = [skill.value, skill.low, skill.high].map(hundredths);
    t!("skill.interval", value = value, low = low, high = high)
}
