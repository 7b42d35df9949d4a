//! Accuracy as an imbalanced test set would report it, and balanced, against chance, the majority
//! guess and, where it is known, the best any model can reach.
//!
//! Must not know how lines are drawn.

use super::View;
use super::lines::{Lines, Range, Series};

pub(super) fn lines<'a>(view: &View) -> Lines<'a> {
    let chance = 1.0 / view.class_count() as f32;
    let colour = |index| view.theme.series(index);
    let mut series = vec![
        Series::measured("balanced", colour(0), (0, 2), |lane| lane.confusion.balanced_accuracy()),
        Series::measured("plain", colour(6), (1, 2), |lane| lane.accuracy()),
        Series::reference("always the majority", "majority", view, 0, |lane| lane.majority_share()),
        Series::reference("chance", "chance", view, 1, move |_| chance),
    ];
    if let Some(ceiling) = view.experiment.bayes_accuracy() {
        series.push(Series::reference("best possible", "best", view, 2, move |_| ceiling));
    }
    Lines { range: Range::Share, series, band: None }
}
