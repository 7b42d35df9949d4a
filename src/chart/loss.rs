//! Loss: training and probe, against what a model that knows nothing, or only how frequent each
//! class is, would pay.
//!
//! Must not know how lines are drawn.

use super::View;
use super::company::Summary;
use super::lines::{Lines, Range, Series};
use crate::t;

pub(super) fn lines<'a>(view: &View) -> Lines<'a> {
    let classes = view.class_count();
    let colour = |index| view.theme.series(index);
    let nothing = (classes as f32).ln();
    Lines {
        range: if view.log_loss { Range::Log } else { Range::FromZero },
        series: vec![
            Series::measured(t!("chart.loss.test"), colour(0), (0, 2), |lane| lane.loss_probe),
            Series::measured(t!("chart.loss.train"), colour(6), (1, 2), |lane| lane.loss_train),
            // The cross-entropy of the uniform guess, and of guessing the class shares.
            Series::reference(
                t!("chart.loss.nothing"),
                &t!("chart.loss.nothing.short", classes = classes),
                view,
                0,
                move |_| nothing,
            ),
            Series::reference(t!("chart.loss.prior"), t!("chart.loss.prior.short"), view, 1, |lane| {
                lane.prior_entropy()
            }),
        ],
        band: None,
        summary: Summary { label: t!("chart.loss.test"), value: Box::new(|lane| lane.loss_probe) },
    }
}
