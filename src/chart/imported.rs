//! Curves of a run trained elsewhere: lines over epochs or steps, with their yardsticks.
//!
//! Must not know files or causes, only numbers and names.

use super::DrawError;
use super::axis::{Axis, spread_ticks};
use super::frame::Frame;
use super::label::{self, Label};
use super::pen::{Align, LINE, Pen, Stroke};
use super::theme::Theme;
use super::view::{MAX_POINTS, thin};
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingBackend};

/// What such a chart is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct ImportedView<'a> {
    /// The lines, the most important first.
    pub lines: &'a [ImportedLine],
    /// Whether values are shares, 0 to 1; else they begin at 0 and end anywhere.
    pub is_share: bool,
    /// What the horizontal axis counts.
    pub axis: &'a str,
    /// What is said where no line has a finite value.
    pub hint: &'a str,
    /// Colours for a light or a dark page.
    pub theme: Theme,
    /// Device pixels per CSS pixel, above 0.
    pub scale: f32,
}

/// A line of such a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedLine {
    /// What it is.
    pub label: String,
    /// Where it is: 0 for held-out data, 1 for training data, 2 and more for yardsticks.
    pub slot: usize,
    /// Place and value in order of place; gaps where a value is not finite. A yardstick has its value alone.
    pub points: Vec<(f32, f32)>,
}

impl ImportedLine {
    fn is_yardstick(&self) -> bool {
        self.slot >= 2
    }

    /// The same colours as the page's own charts of loss and accuracy.
    fn stroke(&self, theme: Theme) -> Stroke {
        match self.slot {
            0 => Stroke::solid(theme.series(0), 2.4),
            1 => Stroke::solid(theme.series(6), 1.4),
            _ => {
                let (dash, gap) = [(4.0, 3.0), (1.0, 3.0), (9.0, 3.0)][self.slot % 3];
                Stroke::dashed(theme.colours().quiet, 1.0, dash, gap)
            }
        }
    }

    /// At most [`MAX_POINTS`] of its points.
    fn thinned(&self) -> Vec<(f32, f32)> {
        thin(self.points.len(), MAX_POINTS).map(|index| self.points[index]).collect()
    }
}

/// Draws the lines over the whole of `area`, on whatever is there.
///
/// # Errors
/// The backend refused; nothing about the numbers is an error.
pub fn draw_imported<DB: DrawingBackend>(
    view: &ImportedView,
    area: &DrawingArea<DB, Shift>,
) -> Result<(), DrawError> {
    let pen = Pen::plain(area, view.theme, view.scale);
    let (width, height) = pen.size();
    let (x0, x1) = places(view.lines);
    let axis = value_axis(view, (height / pen.px(30.0)).clamp(2, 6) as usize);
    let end = |line: &ImportedLine| line.points.iter().rev().find_map(|point| axis.position(point.1));
    let label = |y: i32, line: &ImportedLine| Label {
        y,
        long: line.label.clone(),
        short: line.label.clone(),
        key: Some(line.stroke(view.theme)),
    };
    let visible: Vec<&ImportedLine> = view.lines.iter().filter(|line| end(line).is_some()).collect();
    let unplaced: Vec<Label> = visible.iter().map(|line| label(0, line)).collect();
    let (right, long) = label::margin(&pen, &unplaced)?;
    let mut left = 0;
    for (_, text) in &axis.ticks {
        left = left.max(pen.text_width(text)?);
    }
    let plot = (
        left + pen.px(7.0),
        pen.px(8.0),
        (width - right.max(pen.px(14.0))).max(left + pen.px(8.0)),
        (height - pen.px(18.0)).max(pen.px(9.0)),
    );
    let frame = Frame { plot, steps: (x0, x1), classes: 0 };
    frame.draw_axis(&pen, &axis)?;
    draw_places(view, &pen, &frame)?;
    for line in visible.iter().rev() {
        draw_line(&pen, &frame, &axis, line, line.stroke(view.theme))?;
    }
    let labels = visible.iter().filter_map(|line| Some(label(frame.y(end(line)?), line))).collect();
    label::draw(&pen, labels, long, plot.2, (plot.1, plot.3))?;
    if !visible.iter().any(|line| !line.is_yardstick()) {
        let middle = ((plot.0 + plot.2) / 2, (plot.1 + plot.3) / 2);
        pen.text(view.hint, middle, Align::Center, pen.colours.quiet)?;
    }
    Ok(())
}

/// First and last place of any line, never equal.
fn places(lines: &[ImportedLine]) -> (f32, f32) {
    let measured = lines.iter().filter(|line| !line.is_yardstick());
    let places: Vec<f32> = measured
        .flat_map(|line| &line.points)
        .map(|point| point.0)
        .filter(|place| place.is_finite())
        .collect();
    let low = places.iter().copied().fold(f32::INFINITY, f32::min);
    let high = places.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if low > high {
        (0.0, 1.0)
    } else if high > low {
        (low, high)
    } else {
        (low - 0.5, low + 0.5)
    }
}

/// Shares from 0 to 1; losses from 0, a spike beyond four times the usual cut off.
fn value_axis(view: &ImportedView, ticks: usize) -> Axis {
    if view.is_share {
        return Axis::share(ticks);
    }
    let values = view.lines.iter().flat_map(|line| &line.points).map(|point| point.1);
    let mut usable: Vec<f32> = values.filter(|value| value.is_finite() && *value >= 0.0).collect();
    usable.sort_by(f32::total_cmp);
    let usual = usable.get(usable.len() * 9 / 10).copied().unwrap_or(f32::NAN);
    let most = usable.last().copied().unwrap_or(f32::NAN);
    Axis::from_zero(most.min(4.0 * usual), ticks)
}

fn draw_places<DB: DrawingBackend>(
    view: &ImportedView,
    pen: &Pen<DB>,
    frame: &Frame,
) -> Result<(), DrawError> {
    let (x0, _, x1, bottom) = frame.plot;
    pen.path(&[(x0, bottom), (x1, bottom)], Stroke::solid(pen.colours.axis, 1.0))?;
    let y = bottom + pen.px(LINE / 2.0 + 4.0);
    // The axis' name rides at its beginning; ticks keep clear of it.
    pen.text(view.axis, (x0, y), Align::Left, pen.colours.quiet)?;
    let clear = x0 + pen.text_width(view.axis)? + pen.px(10.0);
    let count = ((x1 - x0) / pen.px(64.0)).clamp(1, 6) as usize;
    for (place, label) in spread_ticks(frame.steps, count, false) {
        let (x, half) = (frame.x(place), pen.text_width(&label)? / 2);
        if place.fract() == 0.0 && x - half >= clear && x + half <= pen.size().0 {
            pen.path(&[(x, bottom), (x, bottom + pen.px(3.0))], Stroke::solid(pen.colours.axis, 1.0))?;
            pen.text(&label, (x, y), Align::Center, pen.colours.quiet)?;
        }
    }
    Ok(())
}

/// One line, with a gap wherever there is no value or it lies above the axis.
fn draw_line<DB: DrawingBackend>(
    pen: &Pen<DB>,
    frame: &Frame,
    axis: &Axis,
    line: &ImportedLine,
    stroke: Stroke,
) -> Result<(), DrawError> {
    let mut points = line.thinned();
    if let (true, Some(&(_, value))) = (line.is_yardstick(), points.first()) {
        points = vec![(frame.steps.0, value), (frame.steps.1, value)];
    }
    let placed: Vec<Option<(i32, i32)>> = points
        .iter()
        .map(|&(place, value)| {
            let position = axis.position(value).filter(|_| !axis.is_above(value))?;
            place.is_finite().then(|| (frame.x(place), frame.y(position)))
        })
        .collect();
    placed
        .split(Option::is_none)
        .map(|part| part.iter().copied().flatten().collect::<Vec<_>>())
        .try_for_each(|part| pen.path(&part, stroke))
}
