//! Recall per class: which classes the model still finds.
//!
//! Must not know how lines are drawn.

use super::View;
use super::accuracy::whole;
use super::lines::{Lines, Range, Series};

pub(super) fn lines<'a>(view: &View) -> Lines<'a> {
    let classes = view.class_count();
    let series = (0..classes).map(|class| {
        Series::measured(view.class_name(class), view.theme.series(class), (class, classes), move |lane| {
            whole(lane, lane.confusion.recall().get(class).copied().unwrap_or(f32::NAN))
        })
    });
    Lines { range: Range::Share, series: series.collect(), band: None }
}
