//! Held-out examples with the model's answers: its mistakes, or those of one cell of the confusion
//! matrix.
//!
//! Must not ask the model again: it shows what the last observation saw.

use super::Group;
use crate::data;
use crate::order;
use crate::protocol::{Cell, Mistakes, SeenExample};
use crate::telemetry::confusion::argmax;
use crate::telemetry::insight::softmax;

/// Examples shown at most.
const SHOWN: usize = 24;
/// Numbers shown of a vector.
const VALUES: usize = 6;

impl Group {
    /// Without a cell: mistakes, the most confident first, then the right answers that were least
    /// certain. With one: its examples, the most confident first.
    pub fn mistakes(&self, lane: usize, cell: Option<Cell>) -> Mistakes {
        let lane = &self.lanes[lane];
        let (classes, labels) = (lane.dataset.classes.len(), &lane.dataset.probe.labels);
        let mut found: Vec<(usize, u8, Option<u8>, f32)> = lane
            .seen
            .chunks_exact(classes)
            .zip(labels)
            .enumerate()
            .map(|(index, (logits, label))| {
                let predicted = argmax(logits);
                let sure = predicted.map_or(f32::NAN, |class| softmax(logits)[class]);
                (index, *label, predicted.map(|class| class as u8), sure)
            })
            .filter(|(_, actual, predicted, _)| {
                cell.is_none_or(|cell| cell.actual == *actual && Some(cell.predicted) == *predicted)
            })
            .collect();
        let wrong = |actual: u8, predicted: Option<u8>| predicted != Some(actual);
        order::sort_by(&mut found, |a, b| {
            let (wrong_a, wrong_b) = (wrong(a.1, a.2), wrong(b.1, b.2));
            let by_confidence =
                if wrong_a || cell.is_some() { b.3.total_cmp(&a.3) } else { a.3.total_cmp(&b.3) };
            wrong_b.cmp(&wrong_a).then(by_confidence)
        });
        let total = match cell {
            Some(_) => found.len(),
            None => found.iter().filter(|(_, actual, predicted, _)| wrong(*actual, *predicted)).count(),
        };
        let probe = &lane.dataset.probe;
        let seen = |&(index, actual, predicted, confidence): &(usize, u8, Option<u8>, f32)| SeenExample {
            actual,
            predicted,
            confidence,
            picture: data::thumbnail(&lane.dataset, probe, index),
            values: match lane.dataset.image {
                Some(_) => Vec::new(),
                None => probe.row(index).iter().take(VALUES).copied().collect(),
            },
        };
        Mistakes { cell, total: total as u32, examples: found.iter().take(SHOWN).map(seen).collect() }
    }
}
