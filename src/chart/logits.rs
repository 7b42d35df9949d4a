//! What the output layer says per class: for everything, for the class's own examples, from its bias
//! alone, beside the logarithm of the class shares.
//!
//! Must not know how logits are made.

use super::axis::{number, spread_ticks};
use super::frame::Frame;
use super::pen::{Align, LINE, Pen, Stroke};
use super::{DrawError, Reading, View, look, mark};
use crate::t;
use crate::telemetry::insight::ClassOutput;
use plotters::prelude::DrawingBackend;

pub(super) fn draw<DB: DrawingBackend>(view: &View, pen: &Pen<DB>) -> Result<Frame, DrawError> {
    let outputs = outputs(view);
    let (width, height) = pen.size();
    let mut left = view.px(10.0);
    for class in 0..outputs.len() {
        left = left.max(pen.text_width(&pen.fitted(&view.class_name(class), width / 4)?)? + view.px(7.0));
    }
    let (x0, y0) = (left, view.px(4.0));
    let (x1, y1) = ((width - view.px(14.0)).max(x0 + 1), (height - view.px(LINE * 2.0 + 8.0)).max(y0 + 1));
    let frame = Frame { plot: (x0, y0, x1, y1), steps: view.steps(), classes: 0 };
    if outputs.is_empty() {
        look::hint(pen, &frame, t!("chart.logits.none"))?;
        return Ok(frame.shifted(pen));
    }
    let (low, high) = range(outputs);
    let x = |value: f32| x0 + ((value - low) / (high - low) * (x1 - x0) as f32).round() as i32;
    for (value, label) in spread_ticks((low, high), ((x1 - x0) / view.px(52.0)).clamp(2, 7) as usize, false) {
        let zero = if value == 0.0 { pen.colours.axis } else { pen.colours.grid };
        pen.path(&[(x(value), y0), (x(value), y1)], Stroke::solid(zero, 1.0))?;
        pen.text(&label, (x(value), y1 + view.px(LINE / 2.0 + 2.0)), Align::Center, pen.colours.quiet)?;
    }
    let rows = outputs.len() as i32;
    for (class, output) in outputs.iter().enumerate() {
        let (top, bottom) =
            (y0 + (y1 - y0) * class as i32 / rows, y0 + (y1 - y0) * (class as i32 + 1) / rows);
        let middle = (top + bottom) / 2;
        if bottom - top >= view.px(9.0) {
            let label = pen.fitted(&view.class_name(class), x0 - view.px(5.0))?;
            pen.text(&label, (x0 - view.px(5.0), middle), Align::Right, pen.colours.quiet)?;
        }
        let colour = view.theme.series(class);
        let tall = ((bottom - top) as f32 * 0.3).min(view.scale * 9.0).max(2.0) as i32;
        let finite = |value: f32| value.is_finite().then(|| x(value));
        if let (Some(everywhere), Some(own)) = (finite(output.everywhere), finite(output.own)) {
            // What the input adds, as a bar between the two means.
            let (from, to) = (everywhere.min(own), everywhere.max(own));
            pen.rect((from, middle - tall / 2, to.max(from + 1), middle + (tall + 1) / 2), colour, 0.45)?;
            mark::disc(pen, (own, middle), view.scale * 3.5, colour)?;
        }
        if let Some(everywhere) = finite(output.everywhere) {
            let stroke = Stroke::solid(colour, 2.5);
            pen.path(&[(everywhere, middle - tall), (everywhere, middle + tall)], stroke)?;
        }
        if let Some(share) = finite(output.log_share) {
            let stroke = Stroke::dashed(pen.colours.text, 1.4, 2.0, 2.0);
            pen.path(&[(share, middle - tall), (share, middle + tall)], stroke)?;
        }
        if let Some(bias) = finite(output.bias) {
            mark::diamond(pen, (bias, middle), view.scale * 3.6, pen.colours.background)?;
            mark::diamond(pen, (bias, middle), view.scale * 2.4, pen.colours.text)?;
        }
    }
    legend(view, pen, (x0, height - view.px(LINE / 2.0)))?;
    Ok(frame.shifted(pen))
}

/// The class under a backend pixel.
pub(super) fn read(view: &View, frame: Frame, (_, y): (f32, f32)) -> Vec<Reading> {
    let outputs = outputs(view);
    let index = look::row(frame, y, outputs.len());
    let Some(output) = outputs.get(index) else { return Vec::new() };
    let head = Reading {
        label: view.class_name(index),
        value: String::new(),
        colour: Some(view.theme.series(index)),
    };
    let rest = KEYS.iter().zip(figures(output));
    let rest = rest.map(|(key, value)| Reading { label: t!(key).to_owned(), value, colour: None });
    look::step(view).into_iter().chain([head]).chain(rest).collect()
}

/// One row per class.
pub(super) fn table(view: &View) -> (Vec<String>, Vec<Vec<String>>) {
    let header = std::iter::once("chart.boundary.class").chain(KEYS).map(|key| t!(key).to_owned());
    let rows = outputs(view)
        .iter()
        .enumerate()
        .map(|(class, output)| std::iter::once(view.class_name(class)).chain(figures(output)).collect());
    (header.collect(), rows.collect())
}

const KEYS: [&str; 4] =
    ["chart.logits.everywhere", "chart.logits.own", "chart.logits.bias", "chart.logits.log_share"];

fn figures(output: &ClassOutput) -> [String; 4] {
    [output.everywhere, output.own, output.bias, output.log_share].map(number)
}

fn outputs<'a>(view: &View<'a>) -> &'a [ClassOutput] {
    view.insight.map_or(&[], |insight| &insight.outputs)
}

/// All finite figures and zero, with a little room.
fn range(outputs: &[ClassOutput]) -> (f32, f32) {
    let values = outputs.iter().flat_map(|o| [o.everywhere, o.own, o.bias, o.log_share]);
    let values = values.filter(|value| value.is_finite()).map(|value| value.clamp(-MOST, MOST));
    let (low, high) = values.fold((0.0f32, 0.0f32), |(low, high), value| (low.min(value), high.max(value)));
    let room = ((high - low) * 0.06).max(0.1);
    (low - room, high + room)
}

/// A diverging model's logits leave the picture.
const MOST: f32 = 1e6;

/// The marks and their names, as many as fit.
fn legend<DB: DrawingBackend>(view: &View, pen: &Pen<DB>, (mut x, y): (i32, i32)) -> Result<(), DrawError> {
    let (width, _) = pen.size();
    let quiet = pen.colours.quiet;
    // Names are long: the row begins at the left edge where it would not fit otherwise.
    let mut needed = 0;
    for key in KEYS {
        needed += pen.text_width(t!(&[key, ".short"].concat()))? + view.px(20.0);
    }
    if x + needed > width {
        x = view.px(4.0);
    }
    for (index, key) in KEYS.into_iter().enumerate() {
        let name = t!(&[key, ".short"].concat());
        let end = x + view.px(9.0) + pen.text_width(name)?;
        if end > width {
            break;
        }
        let tall = view.px(4.0);
        match index {
            0 => pen.path(&[(x, y - tall), (x, y + tall)], Stroke::solid(quiet, 2.5))?,
            1 => mark::disc(pen, (x, y), view.scale * 3.5, quiet)?,
            2 => mark::diamond(pen, (x, y), view.scale * 2.8, pen.colours.text)?,
            _ => {
                pen.path(&[(x, y - tall), (x, y + tall)], Stroke::dashed(pen.colours.text, 1.4, 2.0, 2.0))?
            }
        }
        pen.text(name, (x + view.px(8.0), y), Align::Left, quiet)?;
        x = end + view.px(12.0);
    }
    Ok(())
}
