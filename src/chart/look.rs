//! What the pictures of one look inside the model have in common.
//!
//! Must not know which picture asks.

use super::frame::Frame;
use super::pen::{Align, Pen};
use super::{DrawError, Reading, View};
use crate::t;
use crate::words::count;
use plotters::prelude::DrawingBackend;

/// A quiet word in the middle of an empty plot.
pub(super) fn hint<DB: DrawingBackend>(pen: &Pen<DB>, frame: &Frame, text: &str) -> Result<(), DrawError> {
    let (x0, y0, x1, y1) = frame.plot;
    let text = pen.fitted(text, x1 - x0)?;
    pen.text(&text, ((x0 + x1) / 2, (y0 + y1) / 2), Align::Center, pen.colours.quiet)
}

/// The row under backend pixel `y` of `count` rows of equal height; 0 when there is none.
pub(super) fn row(frame: Frame, y: f32, count: usize) -> usize {
    let (_, y0, _, y1) = frame.plot;
    let share = ((y - y0 as f32) / (y1 - y0).max(1) as f32).clamp(0.0, 1.0);
    ((share * count as f32) as usize).min(count.saturating_sub(1))
}

/// When the look was taken.
pub(super) fn step(view: &View) -> Option<Reading> {
    let insight = view.insight?;
    Some(Reading { label: t!("chart.inside.step").to_owned(), value: count(insight.step), colour: None })
}
