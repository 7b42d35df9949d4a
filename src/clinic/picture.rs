//! A case's curves as lines of a chart, with what a model that knows nothing would reach.
//!
//! Must not know how lines are drawn.

use super::case::Case;
use super::metric::{Kind, Split};
use crate::chart::ImportedLine;
use crate::t;

/// Losses, with `ln K` and the entropy of the class shares where they are known.
pub fn losses(case: &Case) -> Vec<ImportedLine> {
    let mut lines =
        measured(case, Kind::Loss, t!("clinic.curve.validation.loss"), t!("clinic.curve.train.loss"));
    if let Some(classes) = case.classes().filter(|_| !lines.is_empty()) {
        lines.push(yardstick(t!("clinic.curve.ignorance"), 2, (classes as f32).ln()));
    }
    if let Some(shares) = case.shares().filter(|_| !lines.is_empty()) {
        let entropy = shares.iter().filter(|share| **share > 0.0).map(|share| -share * share.ln()).sum();
        lines.push(yardstick(t!("clinic.curve.prior"), 3, entropy));
    }
    lines
}

/// Accuracies, with that of always answering the most frequent class; balanced ones where a log has no others.
pub fn accuracies(case: &Case) -> Vec<ImportedLine> {
    let [held_out, train] = [t!("clinic.curve.validation.accuracy"), t!("clinic.curve.train.accuracy")];
    let mut lines = measured(case, Kind::Accuracy, held_out, train);
    if lines.is_empty() {
        let [held_out, train] = [t!("clinic.curve.validation.balanced"), t!("clinic.curve.train.balanced")];
        return measured(case, Kind::BalancedAccuracy, held_out, train);
    }
    if let Some(shares) = case.shares() {
        let majority = shares.into_iter().fold(0.0, f32::max);
        lines.push(yardstick(t!("clinic.curve.majority"), 2, majority));
    }
    lines
}

/// The series of a kind, with its words for held-out and for training data.
fn measured(case: &Case, kind: Kind, held_out: &str, train: &str) -> Vec<ImportedLine> {
    let Some(curves) = &case.curves else { return Vec::new() };
    let line = |slot: usize, label: &str, split: Split| {
        let series = curves.find(kind, split)?;
        Some(ImportedLine { label: label.to_owned(), slot, points: series.points.clone() })
    };
    [line(0, held_out, Split::Validation), line(1, train, Split::Train)].into_iter().flatten().collect()
}

fn yardstick(label: &str, slot: usize, value: f32) -> ImportedLine {
    ImportedLine { label: label.to_owned(), slot, points: vec![(0.0, value)] }
}
