//! Accuracy as an imbalanced test set would report it, and balanced, against chance, the majority
//! guess and, where it is known, the best any model can reach.
//!
//! Must not know how lines are drawn.

use super::View;
use super::company::Summary;
use super::lines::{Lines, Range, Series};
use super::pen::Stroke;
use crate::t;
use crate::telemetry::LaneSnapshot;

pub(super) fn lines<'a>(view: &View) -> Lines<'a> {
    let chance = 1.0 / view.class_count() as f32;
    let colour = |index| view.theme.series(index);
    // On balanced data both are the same line: dashes let the other show through.
    let dashes = Stroke::dashed(colour(6), 2.0, 6.0, 5.0);
    let mut series = vec![
        Series::measured(t!("chart.accuracy.balanced"), colour(0), (0, 2), |lane| {
            whole(lane, lane.confusion.balanced_accuracy())
        }),
        Series {
            stroke: dashes,
            ..Series::measured(t!("chart.accuracy.plain"), colour(6), (1, 2), |lane| {
                whole(lane, lane.accuracy())
            })
        },
        Series::reference(
            t!("chart.accuracy.majority"),
            t!("chart.accuracy.majority.short"),
            view,
            0,
            |lane| lane.majority_share(),
        ),
        Series::reference(t!("chart.accuracy.chance"), t!("chart.accuracy.chance"), view, 1, move |_| chance),
    ];
    if let Some(ceiling) = view.experiment.bayes_accuracy() {
        series.push(Series::reference(
            t!("chart.accuracy.best"),
            t!("chart.accuracy.best.short"),
            view,
            2,
            move |_| ceiling,
        ));
    }
    let summary = Summary {
        label: t!("chart.accuracy.balanced"),
        value: Box::new(|lane| whole(lane, lane.confusion.balanced_accuracy())),
    };
    Lines { range: Range::Share, series, band: None, summary }
}

/// `value`, unless predictions are missing: a diverged model has no accuracy, not an accuracy of 0.
pub(super) fn whole(lane: &LaneSnapshot, value: f32) -> f32 {
    if lane.confusion.missing() > 0 { f32::NAN } else { value }
}
