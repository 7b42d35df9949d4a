//! Recall per class: which classes the model still finds.
//!
//! Must not know how lines are drawn.

use super::View;
use super::accuracy::whole;
use super::company::Summary;
use super::lines::{Lines, Range, Series};
use crate::t;

pub(super) fn lines<'a>(view: &View) -> Lines<'a> {
    let classes = view.class_count();
    let series = (0..classes).map(|class| {
        Series::measured(view.class_name(class), view.theme.series(class), (class, classes), move |lane| {
            whole(lane, lane.confusion.recall().get(class).copied().unwrap_or(f32::NAN))
        })
    });
    let summary = Summary {
        label: t!("chart.recall.lowest"),
        value: Box::new(|lane| whole(lane, lane.confusion.recall().into_iter().fold(f32::NAN, f32::min))),
    };
    Lines { range: Range::Share, series: series.collect(), band: None, summary }
}
