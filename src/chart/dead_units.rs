//! Dead units per hidden layer: ReLUs that are zero whatever comes in.
//!
//! Must not know how lines are drawn.

use super::View;
use super::company::Summary;
use super::gradients::per_layer;
use super::lines::{Lines, Range};
use crate::t;
use crate::telemetry::LaneSnapshot;

pub(super) fn lines<'a>(view: &View) -> Lines<'a> {
    let series = per_layer(view, view.hidden, "name.hidden_n", |lane| &lane.dead_share);
    let worst = |lane: &LaneSnapshot| lane.dead_share.iter().copied().fold(f32::NAN, f32::max);
    let summary = Summary { label: t!("chart.dead.worst"), value: Box::new(worst) };
    Lines { range: Range::Share, series, band: None, summary }
}
