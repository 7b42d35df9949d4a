//! What the model predicts over the plane its data lie in: colour is the class, depth how sure it is.
//!
//! Must not know how predictions are made, or time.

use super::contour::zero_lines;
use super::frame::Frame;
use super::pen::{Align, LINE, Pen, Stroke};
use super::{DrawError, Reading, Rgb, View, look, mark};
use crate::t;
use crate::telemetry::insight::{Plane, PlanePoint};
use crate::words::percent;
use plotters::prelude::DrawingBackend;

pub(super) fn draw<DB: DrawingBackend>(view: &View, pen: &Pen<DB>) -> Result<Frame, DrawError> {
    let (width, height) = pen.size();
    let room = (view.px(2.0), view.px(4.0), width - view.px(2.0), height - view.px(LINE + 8.0));
    let room = (room.0, room.1, room.2.max(room.0 + 1), room.3.max(room.1 + 1));
    let Some(plane) = plane(view) else {
        let frame = Frame { plot: room, steps: view.steps(), classes: 0 };
        look::hint(pen, &frame, t!("chart.boundary.none"))?;
        return Ok(frame.shifted(pen));
    };
    let frame = Frame { plot: fit(plane, room), steps: view.steps(), classes: 0 };
    fields(view, pen, plane, frame.plot)?;
    let place = |column: f32, row: f32| {
        let (x0, y0, x1, y1) = frame.plot;
        let [columns, rows] = plane.size.map(|side| (side - 1) as f32);
        let x = x0 as f32 + (x1 - x0) as f32 * column / columns;
        let y = y1 as f32 - (y1 - y0) as f32 * row / rows;
        (x.round() as i32, y.round() as i32)
    };
    // Two classes share one boundary.
    let classes = plane.classes as usize;
    for class in 0..if classes == 2 { 1 } else { classes } {
        for line in zero_lines(&plane.lead(class), plane.size[0] as usize) {
            let line: Vec<_> = line.into_iter().map(|(column, row)| place(column, row)).collect();
            pen.path(&line, Stroke { alpha: 0.55, ..Stroke::solid(pen.colours.background, 4.0) })?;
            pen.path(&line, Stroke::solid(pen.colours.text, 1.6))?;
        }
    }
    let points = |points: &[PlanePoint]| -> Vec<((i32, i32), usize)> {
        let placed = points.iter().filter_map(|point| {
            let (column, row) = plane.locate(point.x, point.y)?;
            Some((place(column, row), usize::from(point.class)))
        });
        placed.collect()
    };
    for (at, class) in points(&plane.training) {
        mark::class(pen, class, at, view.scale * 4.0, pen.colours.background)?;
        mark::class(pen, class, at, view.scale * 2.9, ink(view, class))?;
    }
    for (at, _) in points(&plane.mistakes) {
        mark::cross(pen, at, view.px(3.0), Stroke::solid(pen.colours.background, 4.0))?;
        mark::cross(pen, at, view.px(3.0), Stroke::solid(pen.colours.text, 1.6))?;
    }
    legend(view, pen, &frame, !plane.mistakes.is_empty())?;
    Ok(frame.shifted(pen))
}

/// The answer under a backend pixel.
pub(super) fn read(view: &View, frame: Frame, (x, y): (f32, f32)) -> Vec<Reading> {
    let (x0, y0, x1, y1) = frame.plot;
    let share = ((x - x0 as f32) / (x1 - x0).max(1) as f32, (y1 as f32 - y) / (y1 - y0).max(1) as f32);
    let answer = plane(view).and_then(|plane| {
        let [columns, rows] = plane.size.map(|side| (side - 1) as f32);
        let inside = (0.0..=1.0).contains(&share.0) && (0.0..=1.0).contains(&share.1);
        let at = inside.then_some((share.0 * columns, share.1 * rows))?;
        plane.answer(at, &mut Vec::new())
    });
    let reading = |(class, sure)| Reading {
        label: view.class_name(class),
        value: t!("chart.boundary.sure", share = percent(sure)),
        colour: Some(view.theme.series(class)),
    };
    answer.map(reading).into_iter().collect()
}

/// Per class, how much of the plane it takes and how many of the held-out points it loses.
pub(super) fn table(view: &View) -> (Vec<String>, Vec<Vec<String>>) {
    let header = ["chart.boundary.class", "chart.boundary.area", "chart.boundary.mistakes"];
    let rows = plane(view).map_or_else(Vec::new, |plane| {
        let leads = (0..plane.classes as usize).map(|class| plane.lead(class));
        let row = |(class, lead): (usize, Vec<f32>)| {
            let area = lead.iter().filter(|lead| **lead > 0.0).count() as f32 / lead.len() as f32;
            let mistakes = plane.mistakes.iter().filter(|point| usize::from(point.class) == class).count();
            vec![view.class_name(class), percent(area), mistakes.to_string()]
        };
        leads.enumerate().map(row).collect()
    });
    (header.iter().map(|key| t!(key).to_owned()).collect(), rows)
}

fn plane<'a>(view: &View<'a>) -> Option<&'a Plane> {
    view.insight?.plane.as_ref().filter(|plane| plane.classes > 0)
}

/// The largest rectangle of the plane's shape in the middle of `room`.
fn fit(plane: &Plane, (x0, y0, x1, y1): (i32, i32, i32, i32)) -> (i32, i32, i32, i32) {
    let [left, bottom, right, top] = plane.bounds;
    let shape = (right - left) / (top - bottom);
    let (width, height) = ((x1 - x0) as f32, (y1 - y0) as f32);
    let wide = width.min(height * shape).max(1.0) as i32;
    let tall = height.min(width / shape).max(1.0) as i32;
    let (left, top) = (x0 + (x1 - x0 - wide) / 2, y0 + (y1 - y0 - tall) / 2);
    (left, top, left + wide, top + tall)
}

/// Shades of a class, from undecided to certain.
const SHADES: f32 = 12.0;
/// Sides of a patch of one colour, CSS pixels.
const PATCH: f32 = 3.0;

/// The plane as patches of colour, equal neighbours drawn as one.
fn fields<DB: DrawingBackend>(
    view: &View,
    pen: &Pen<DB>,
    plane: &Plane,
    (x0, y0, x1, y1): (i32, i32, i32, i32),
) -> Result<(), DrawError> {
    let count = |pixels: i32| (pixels / view.px(PATCH)).max(1);
    let (across, down) = (count(x1 - x0), count(y1 - y0));
    let [columns, rows] = plane.size.map(|side| (side - 1) as f32);
    let x = |index: i32| x0 + (x1 - x0) * index / across;
    let y = |index: i32| y0 + (y1 - y0) * index / down;
    let mut sums = Vec::new();
    // Runs of the row above: first and last patch, shade, and the row where they began.
    let mut open: Vec<(i32, i32, Shade, i32)> = Vec::new();
    for row in 0..=down {
        let mut runs: Vec<(i32, i32, Shade, i32)> = Vec::new();
        for column in 0..if row < down { across } else { 0 } {
            let at = (column as f32 + 0.5, row as f32 + 0.5);
            let at = (at.0 / across as f32 * columns, (1.0 - at.1 / down as f32) * rows);
            let shade = plane.answer(at, &mut sums).map(|(class, sure)| {
                let chance = 1.0 / plane.classes as f32;
                (class, ((sure - chance) / (1.0 - chance) * (SHADES - 1.0)).round() as u8)
            });
            match runs.last_mut() {
                Some(last) if last.2 == shade => last.1 = column,
                _ => runs.push((column, column, shade, row)),
            }
        }
        for run in &open {
            // The same run below goes on; any other ends here.
            if let Some(same) = runs.iter_mut().find(|next| (next.0, next.1, next.2) == (run.0, run.1, run.2))
            {
                same.3 = run.3;
            } else if let Some(shade) = run.2 {
                pen.rect((x(run.0), y(run.3), x(run.1 + 1), y(row)), colour(view, pen, shade), 1.0)?;
            }
        }
        open = runs;
    }
    Ok(())
}

/// A class and how sure, or no answer.
type Shade = Option<(usize, u8)>;

fn colour<DB: DrawingBackend>(view: &View, pen: &Pen<DB>, (class, shade): (usize, u8)) -> Rgb {
    let sure = f32::from(shade) / (SHADES - 1.0);
    pen.colours.background.mix(view.theme.series(class), 0.10 + 0.45 * sure)
}

/// A class's points on its own field: its colour, moved towards the text so that they stand out.
fn ink(view: &View, class: usize) -> Rgb {
    view.theme.series(class).mix(view.theme.colours().text, 0.18)
}

fn legend<DB: DrawingBackend>(
    view: &View,
    pen: &Pen<DB>,
    frame: &Frame,
    mistakes: bool,
) -> Result<(), DrawError> {
    let (width, _) = pen.size();
    let mut x = frame.plot.0 + view.px(4.0);
    let y = frame.plot.3 + view.px(LINE / 2.0 + 5.0);
    for class in 0..=view.class_count() {
        let last = class == view.class_count();
        let text = if last { t!("chart.boundary.cross").to_owned() } else { view.class_name(class) };
        if last && !mistakes {
            break;
        }
        let end = x + view.px(9.0) + pen.text_width(&text)?;
        if end > width {
            break;
        }
        if last {
            mark::cross(pen, (x, y), view.px(3.0), Stroke::solid(pen.colours.text, 1.6))?;
        } else {
            mark::class(pen, class, (x, y), view.scale * 3.5, ink(view, class))?;
        }
        pen.text(&text, (x + view.px(9.0), y), Align::Left, pen.colours.quiet)?;
        x = end + view.px(16.0);
    }
    Ok(())
}
