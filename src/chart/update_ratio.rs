//! Size of an update relative to the weights, per layer.
//!
//! Must not know how lines are drawn.

use super::View;
use super::company::Summary;
use super::gradients::per_layer;
use super::lines::{Lines, Range};
use crate::t;
use crate::telemetry::LaneSnapshot;

/// Half a decade either side of 1e-3, the rule of thumb of Stanford's CS231n notes, "Neural
/// Networks Part 3", section "Ratio of weights:updates" (Karpathy).
const USUAL: (f32, f32) = (3e-4, 3e-3);

pub(super) fn lines<'a>(view: &View) -> Lines<'a> {
    let series = per_layer(view, view.layers, "name.layer_n", |lane| &lane.update_ratio);
    let largest = |lane: &LaneSnapshot| lane.update_ratio.iter().copied().fold(f32::NAN, f32::max);
    let summary = Summary { label: t!("chart.updates.largest"), value: Box::new(largest) };
    Lines { range: Range::Log, series, band: Some((USUAL.0, USUAL.1, t!("chart.updates.usual"))), summary }
}
