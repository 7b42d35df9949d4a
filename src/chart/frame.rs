//! The frame around data over training steps: margins, grid, step axis, markers, empty hint.
//!
//! Must not know which values are drawn inside.

use super::axis::{Axis, step_ticks};
use super::pen::{Align, Pen, Stroke};
use super::{DrawError, View, marker};
use crate::t;
use plotters::prelude::DrawingBackend;

/// Where a drawn chart's data lie, for the page to find what is under the pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// `(x0, y0, x1, y1)` of the data in backend pixels.
    pub plot: (i32, i32, i32, i32),
    /// Steps at `x0` and `x1`.
    pub steps: (f32, f32),
    /// Classes of a confusion matrix, 0 for other charts.
    pub classes: usize,
}

impl Frame {
    /// The step under backend pixel `x`, held within the axis.
    pub fn step_at(&self, x: f32) -> f32 {
        let (left, right) = (self.plot.0 as f32, self.plot.2 as f32);
        let share = ((x - left) / (right - left).max(1.0)).clamp(0.0, 1.0);
        self.steps.0 + (self.steps.1 - self.steps.0) * share
    }

    /// Backend pixel of `step`, held within the plot.
    pub fn x_at(&self, step: f32) -> f32 {
        let share = ((step - self.steps.0) / (self.steps.1 - self.steps.0)).clamp(0.0, 1.0);
        self.plot.0 as f32 + (self.plot.2 - self.plot.0) as f32 * share
    }

    /// The `(actual, predicted)` cell under a backend pixel; `None` outside and on other charts.
    pub fn cell_at(&self, x: f32, y: f32) -> Option<(usize, usize)> {
        let (x0, y0, x1, y1) = self.plot;
        let index = |at: f32, low: i32, high: i32| {
            let share = (at - low as f32) / (high - low).max(1) as f32;
            (0.0..1.0).contains(&share).then_some((share * self.classes as f32) as usize)
        };
        (self.classes > 0).then_some(())?;
        Some((index(y, y0, y1)?, index(x, x0, x1)?))
    }

    /// Rounded [`Self::x_at`].
    pub(super) fn x(&self, step: f32) -> i32 {
        self.x_at(step).round() as i32
    }

    /// Pixel row of an axis position, 0 bottom to 1 top.
    pub(super) fn y(&self, position: f32) -> i32 {
        let (_, top, _, bottom) = self.plot;
        (bottom as f32 - (bottom - top) as f32 * position).round() as i32
    }

    /// The frame left over by `axis` labels on the left and `right` pixels on the right.
    pub(super) fn fit<DB: DrawingBackend>(
        view: &View,
        pen: &Pen<DB>,
        axis: &Axis,
        right: i32,
    ) -> Result<Self, DrawError> {
        let (width, height) = pen.size();
        let mut left = 0;
        for (_, label) in &axis.ticks {
            left = left.max(pen.text_width(label)?);
        }
        // A fifth more: the width in an SVG is a guess, because its font is the reader's.
        let (x0, y0) = (left + left / 5 + view.px(7.0), view.px(12.0));
        let x1 = (width - right.max(view.px(14.0))).max(x0 + 1);
        let y1 = (height - view.px(18.0)).max(y0 + 1);
        Ok(Self { plot: (x0, y0, x1, y1), steps: view.steps(), classes: 0 })
    }

    /// The same frame as the page sees it, when the area is part of a larger picture.
    pub(super) fn shifted<DB: DrawingBackend>(mut self, pen: &Pen<DB>) -> Self {
        let (x, y) = pen.origin();
        let plot = self.plot;
        self.plot = (plot.0 + x, plot.1 + y, plot.2 + x, plot.3 + y);
        self
    }

    /// Horizontal grid lines and their labels.
    pub(super) fn draw_axis<DB: DrawingBackend>(&self, pen: &Pen<DB>, axis: &Axis) -> Result<(), DrawError> {
        let (x0, _, x1, _) = self.plot;
        for (value, label) in &axis.ticks {
            let Some(position) = axis.position(*value) else { continue };
            let y = self.y(position);
            pen.path(&[(x0, y), (x1, y)], Stroke::solid(pen.colours.grid, 1.0))?;
            pen.text(label, (x0 - pen.px(5.0), y), Align::Right, pen.colours.quiet)?;
        }
        Ok(())
    }

    /// The step axis below `bottom`.
    pub(super) fn draw_steps<DB: DrawingBackend>(
        &self,
        view: &View,
        pen: &Pen<DB>,
        bottom: i32,
    ) -> Result<(), DrawError> {
        let (x0, _, x1, _) = self.plot;
        pen.path(&[(x0, bottom), (x1, bottom)], Stroke::solid(pen.colours.axis, 1.0))?;
        let count = ((x1 - x0) / view.px(64.0)).clamp(1, 6) as usize;
        let (width, _) = pen.size();
        let y = bottom + view.px(10.0);
        for (index, (step, label)) in step_ticks(self.steps.1, count).into_iter().enumerate() {
            let x = self.x(step);
            pen.path(&[(x, bottom), (x, bottom + view.px(3.0))], Stroke::solid(pen.colours.axis, 1.0))?;
            if index == 0 {
                // The axis title rides on the first tick, where there is always room.
                pen.text(t!("chart.step_zero"), (x0, y), Align::Left, pen.colours.quiet)?;
            } else if x + pen.text_width(&label)? / 2 > width {
                pen.text(&label, (width, y), Align::Right, pen.colours.quiet)?;
            } else {
                pen.text(&label, (x, y), Align::Center, pen.colours.quiet)?;
            }
        }
        Ok(())
    }

    /// What happened when, as thin lines with a glyph on top, down to `bottom`.
    pub(super) fn draw_markers<DB: DrawingBackend>(
        &self,
        view: &View,
        pen: &Pen<DB>,
        bottom: i32,
    ) -> Result<(), DrawError> {
        marker::draw(self, view, pen, bottom)
    }

    /// A quiet word in the middle of an empty plot; nothing once there are snapshots.
    pub(super) fn draw_hint<DB: DrawingBackend>(&self, view: &View, pen: &Pen<DB>) -> Result<(), DrawError> {
        if view.history.last().is_some() || view.others.iter().any(|other| other.history.last().is_some()) {
            return Ok(());
        }
        let (x0, y0, x1, y1) = self.plot;
        // Between the middle grid line and the next.
        let middle = ((x0 + x1) / 2, y0 + (y1 - y0) * 3 / 8);
        pen.text(hint(), middle, Align::Center, pen.colours.quiet)
    }
}

/// What an empty plot says.
pub(super) fn hint() -> &'static str {
    t!("chart.waiting")
}

/// Labels on an axis `height` backend pixels tall without crowding.
pub(super) fn tick_count(view: &View, height: i32) -> usize {
    (height / view.px(30.0)).clamp(2, 6) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointer_and_step_agree() {
        let frame = Frame { plot: (40, 10, 240, 110), steps: (0.0, 1000.0), classes: 0 };
        assert_eq!(frame.step_at(140.0), 500.0);
        assert_eq!(frame.x_at(500.0), 140.0);
        assert_eq!(frame.step_at(-5.0), 0.0);
        assert_eq!(frame.cell_at(100.0, 50.0), None);
    }

    #[test]
    fn cells_are_rows_of_actual_classes() {
        let frame = Frame { plot: (40, 10, 240, 110), steps: (0.0, 1.0), classes: 2 };
        assert_eq!(frame.cell_at(41.0, 100.0), Some((1, 0)));
        assert_eq!(frame.cell_at(239.0, 11.0), Some((0, 1)));
        assert_eq!(frame.cell_at(240.0, 11.0), None);
    }
}
