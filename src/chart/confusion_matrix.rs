//! The confusion matrix of the newest snapshot: actual classes down, predicted classes across.
//!
//! Must not know time.

use super::frame::{Frame, hint};
use super::pen::{Align, LINE, Pen};
use super::{DrawError, Reading, Rgb, View};
use crate::telemetry::{Confusion, Snapshot};
use crate::{t, words};
use plotters::prelude::DrawingBackend;

pub(super) fn draw<DB: DrawingBackend>(view: &View, pen: &Pen<DB>) -> Result<Frame, DrawError> {
    let frame = fit(view, pen)?;
    let (x0, y0, x1, y1) = frame.plot;
    let quiet = pen.colours.quiet;
    pen.text(t!("chart.predicted"), ((x0 + x1) / 2, y1 + view.px(LINE * 1.5 + 2.0)), Align::Center, quiet)?;
    pen.text_upwards(
        t!("chart.actual"),
        (x0 - left(view, pen)? + view.px(LINE / 2.0), (y0 + y1) / 2),
        quiet,
    )?;
    let newest = newest(view);
    for class in 0..frame.classes {
        let (left, top, right, bottom) = cell(&frame, class, class);
        let name = pen.fitted(&view.class_name(class), pen.size().0 / 4)?;
        let middle = (top + bottom) / 2;
        if bottom - top >= view.px(8.0) {
            pen.text(&name, (x0 - view.px(5.0), middle), Align::Right, quiet)?;
        }
        let name = pen.fitted(&view.class_name(class), right - left)?;
        pen.text(&name, ((left + right) / 2, y1 + view.px(LINE / 2.0 + 2.0)), Align::Center, quiet)?;
        for predicted in 0..frame.classes {
            draw_cell(view, pen, cell(&frame, class, predicted), newest, (class, predicted))?;
        }
    }
    let hint = match newest {
        None => Some(hint()),
        Some(confusion) if confusion.shares().iter().any(|share| share.is_nan()) => {
            Some(t!("chart.no_predictions"))
        }
        Some(_) => None,
    };
    if let Some(hint) = hint {
        pen.text(hint, ((x0 + x1) / 2, (y0 + y1) / 2), Align::Center, pen.colours.text)?;
    }
    Ok(frame.shifted(pen))
}

/// Recall and the favourite answer of each actual class in `snapshot`.
pub(super) fn read(view: &View, snapshot: &Snapshot) -> Vec<Reading> {
    let Some(confusion) = snapshot.lanes.first().map(|lane| &lane.confusion) else { return Vec::new() };
    (0..confusion.classes())
        .map(|class| Reading {
            label: view.class_name(class),
            value: t!("chart.right", right = confusion.count(class, class), all = confusion.support(class)),
            colour: Some(view.theme.series(class)),
        })
        .collect()
}

/// See [`super::read_cell`].
pub(super) fn read_cell(view: &View, actual: usize, predicted: usize) -> Vec<Reading> {
    let Some(confusion) = newest(view).filter(|c| actual.max(predicted) < c.classes()) else {
        return Vec::new();
    };
    let count = confusion.count(actual, predicted);
    let share = count as f32 / confusion.support(actual) as f32;
    vec![Reading {
        label: t!("chart.cell", actual = view.class_name(actual), predicted = view.class_name(predicted)),
        value: t!(
            "chart.cell.value",
            count = count,
            all = confusion.support(actual),
            share = words::percent(share)
        ),
        colour: None,
    }]
}

pub(super) fn table(view: &View) -> (Vec<String>, Vec<Vec<String>>) {
    let classes = view.class_count();
    let header = std::iter::once(t!("chart.actual").to_owned())
        .chain((0..classes).map(|class| t!("chart.predicted_as", name = view.class_name(class))))
        .collect();
    let rows = newest(view).map_or_else(Vec::new, |confusion| {
        (0..confusion.classes())
            .map(|actual| {
                std::iter::once(view.class_name(actual))
                    .chain((0..confusion.classes()).map(|p| words::count(confusion.count(actual, p))))
                    .collect()
            })
            .collect()
    });
    (header, rows)
}

fn newest<'a>(view: &'a View) -> Option<&'a Confusion> {
    view.now()?.lanes.first().map(|lane| &lane.confusion)
}

/// Width left of the cells: the axis title and the longest class name.
fn left<DB: DrawingBackend>(view: &View, pen: &Pen<DB>) -> Result<i32, DrawError> {
    let mut widest = 0;
    for class in 0..view.class_count() {
        widest = widest.max(pen.text_width(&pen.fitted(&view.class_name(class), pen.size().0 / 4)?)?);
    }
    Ok(widest + view.px(LINE + 9.0))
}

/// The grid, centred, its cells at most 1.8 times as wide as tall.
fn fit<DB: DrawingBackend>(view: &View, pen: &Pen<DB>) -> Result<Frame, DrawError> {
    let (width, height) = pen.size();
    let classes = newest(view).map_or(view.class_count(), Confusion::classes).max(1);
    let left = left(view, pen)?;
    let top = view.px(4.0);
    let room = (width - left - view.px(6.0), height - top - view.px(LINE * 2.0 + 6.0));
    let tall = (room.1 / classes as i32).max(1);
    let wide = (room.0 / classes as i32).min((tall as f32 * 1.8) as i32).max(1);
    let x0 = left + (room.0 - wide * classes as i32).max(0) / 2;
    let plot = (x0, top, x0 + wide * classes as i32, top + tall * classes as i32);
    Ok(Frame { plot, steps: view.steps(), classes })
}

fn cell(frame: &Frame, actual: usize, predicted: usize) -> (i32, i32, i32, i32) {
    let (x0, y0, x1, y1) = frame.plot;
    let count = frame.classes as i32;
    let (wide, tall) = ((x1 - x0) / count, (y1 - y0) / count);
    let (x, y) = (x0 + predicted as i32 * wide, y0 + actual as i32 * tall);
    (x, y, x + wide, y + tall)
}

/// One cell: its share of the row as shade, right answers blue and wrong ones orange, and the count.
fn draw_cell<DB: DrawingBackend>(
    view: &View,
    pen: &Pen<DB>,
    (x0, y0, x1, y1): (i32, i32, i32, i32),
    confusion: Option<&Confusion>,
    (actual, predicted): (usize, usize),
) -> Result<(), DrawError> {
    let count = confusion.map_or(0, |confusion| confusion.count(actual, predicted));
    let support = confusion.map_or(0, |confusion| confusion.support(actual)).max(1);
    let hue = if actual == predicted { view.theme.series(0) } else { view.theme.series(6) };
    let empty = pen.colours.background.mix(pen.colours.grid, 0.55);
    let shade: Rgb = if count == 0 {
        empty
    } else {
        // Even one example in a hundred must be told from none.
        empty.mix(hue, 0.12 + 0.88 * count as f32 / support as f32)
    };
    // One pixel of background parts the cells.
    pen.rect((x0, y0, (x1 - 1).max(x0), (y1 - 1).max(y0)), shade, 1.0)?;
    let text = words::count(count);
    let fits = y1 - y0 >= view.px(11.0) && pen.text_width(&text)? <= x1 - x0 - view.px(2.0);
    if count > 0 && fits {
        pen.text(&text, ((x0 + x1) / 2, (y0 + y1) / 2), Align::Center, shade.ink())?;
    }
    Ok(())
}
