//! Gradient norm per layer, where vanishing and exploding gradients show.
//!
//! Must not know how lines are drawn.

use super::company::Summary;
use super::lines::{Lines, Range, Series};
use super::{View, name};
use crate::t;
use crate::telemetry::LaneSnapshot;

pub(super) fn lines<'a>(view: &View) -> Lines<'a> {
    let series = per_layer(view, view.layers, "name.layer_n", |lane| &lane.grad_norm);
    let whole = |lane: &LaneSnapshot| lane.grad_norm.iter().map(|norm| norm * norm).sum::<f32>().sqrt();
    let summary = Summary { label: t!("chart.gradients.whole"), value: Box::new(whole) };
    Lines { range: Range::Log, series, band: None, summary }
}

/// One line per layer. The names may arrive before or after the first snapshot: whichever knows
/// more layers decides.
pub(super) fn per_layer<'a>(
    view: &View,
    names: &[String],
    numbered: &str,
    values: fn(&LaneSnapshot) -> &Vec<f32>,
) -> Vec<Series<'a>> {
    let seen = view.history.last().and_then(|s| s.lanes.first()).map_or(0, |lane| values(lane).len());
    let count = names.len().max(seen);
    (0..count)
        .map(|layer| {
            let label = name(names, layer, numbered);
            Series::measured(label, view.theme.series(layer), (layer, count), move |lane| {
                values(lane).get(layer).copied().unwrap_or(f32::NAN)
            })
        })
        .collect()
}
