//! Dead units per hidden layer: ReLUs that are zero whatever comes in.
//!
//! Must not know how lines are drawn.

use super::View;
use super::gradients::per_layer;
use super::lines::{Lines, Range};

pub(super) fn lines<'a>(view: &View) -> Lines<'a> {
    let series = per_layer(view, view.hidden, "name.hidden_n", |lane| &lane.dead_share);
    Lines { range: Range::Share, series, band: None }
}
