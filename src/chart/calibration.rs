//! How often the model is right against how sure it is ("reliability diagram", Guo et al. 2017).
//!
//! Must not know how predictions are made.

use super::axis::Axis;
use super::frame::{Frame, tick_count};
use super::pen::{Align, LINE, Pen, Stroke};
use super::{DrawError, Reading, View, look};
use crate::t;
use crate::telemetry::insight::{Calibration, CalibrationBin};
use crate::words::{count, percent};
use plotters::prelude::DrawingBackend;

pub(super) fn draw<DB: DrawingBackend>(view: &View, pen: &Pen<DB>) -> Result<Frame, DrawError> {
    let (_, height) = pen.size();
    let axis = Axis::share(tick_count(view, height - view.px(46.0)));
    let mut frame = Frame::fit(view, pen, &axis, 0)?;
    let (x0, y0, x1, bottom) = frame.plot;
    // Below the diagram a strip shows how many examples each bin stands for.
    let strip = ((bottom - y0) / 6).max(view.px(12.0));
    let y1 = (bottom - strip - view.px(4.0)).max(y0 + 1);
    frame.plot.3 = y1;
    let Some(calibration) = calibration(view) else {
        look::hint(pen, &frame, t!("chart.calibration.none"))?;
        return Ok(frame.shifted(pen));
    };
    frame.draw_axis(pen, &axis)?;
    let bins = calibration.bins.len() as i32;
    let most = calibration.bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1);
    for (index, bin) in calibration.bins.iter().enumerate().filter(|(_, bin)| bin.count > 0) {
        let edge = |index: i32| x0 + (x1 - x0) * index / bins;
        let (from, to) = (edge(index as i32) + view.px(1.0), edge(index as i32 + 1) - view.px(1.0));
        let to = to.max(from + 1);
        let (right, sure) = (frame.y(bin.share()), frame.y(bin.confidence));
        pen.rect((from, right, to, y1), view.theme.series(0), 0.8)?;
        // What is missing to the confidence, or too much.
        if right > sure {
            pen.rect((from, sure, to, right), pen.colours.alarm, 0.35)?;
        }
        pen.path(&[(from, sure), (to, sure)], Stroke::solid(pen.colours.text, 2.0))?;
        let tall = ((bin.count as f32 / most as f32) * strip as f32).ceil() as i32;
        pen.rect((from, bottom - tall, to, bottom), pen.colours.quiet, 0.6)?;
    }
    pen.path(&[(x0, y1), (x1, y0)], Stroke::dashed(pen.colours.quiet, 1.0, 4.0, 3.0))?;
    pen.path(&[(x0, y1), (x1, y1)], Stroke::solid(pen.colours.axis, 1.0))?;
    pen.path(&[(x0, bottom), (x1, bottom)], Stroke::solid(pen.colours.axis, 1.0))?;
    let y = bottom + view.px(LINE / 2.0 + 3.0);
    for (share, align) in [(0.0, Align::Left), (0.5, Align::Center), (1.0, Align::Right)] {
        let x = x0 + ((x1 - x0) as f32 * share).round() as i32;
        let text =
            if share == 0.0 { t!("chart.calibration.axis", share = percent(share)) } else { percent(share) };
        pen.text(&text, (x, y), align, pen.colours.quiet)?;
    }
    let text = t!("chart.calibration.error", share = percent(calibration.error));
    pen.text(&text, (x0 + view.px(6.0), y0 + view.px(LINE / 2.0)), Align::Left, pen.colours.text)?;
    Ok(frame.shifted(pen))
}

/// The bin under a backend pixel.
pub(super) fn read(view: &View, frame: Frame, (x, _): (f32, f32)) -> Vec<Reading> {
    let Some(calibration) = calibration(view) else { return Vec::new() };
    let (x0, _, x1, _) = frame.plot;
    let share = ((x - x0 as f32) / (x1 - x0).max(1) as f32).clamp(0.0, 1.0);
    let index = ((share * calibration.bins.len() as f32) as usize).min(calibration.bins.len() - 1);
    let values = figures(calibration, index);
    let readings = HEADER.iter().zip(values);
    let readings = readings.map(|(key, value)| Reading { label: t!(key).to_owned(), value, colour: None });
    look::step(view).into_iter().chain(readings).collect()
}

/// One row per bin.
pub(super) fn table(view: &View) -> (Vec<String>, Vec<Vec<String>>) {
    let rows = calibration(view).map_or_else(Vec::new, |calibration| {
        (0..calibration.bins.len()).map(|index| figures(calibration, index).to_vec()).collect()
    });
    (HEADER.iter().map(|key| t!(key).to_owned()).collect(), rows)
}

const HEADER: [&str; 4] = [
    "chart.calibration.range",
    "chart.calibration.examples",
    "chart.calibration.confidence",
    "chart.calibration.right",
];

fn figures(calibration: &Calibration, index: usize) -> [String; 4] {
    let width = 1.0 / calibration.bins.len() as f32;
    let CalibrationBin { count: examples, confidence, .. } = calibration.bins[index];
    let (from, to) = (index as f32 * width, (index + 1) as f32 * width);
    [
        t!("chart.calibration.between", from = percent(from), to = percent(to)),
        count(examples),
        percent(confidence),
        percent(calibration.bins[index].share()),
    ]
}

fn calibration<'a>(view: &View<'a>) -> Option<&'a Calibration> {
    view.insight?.calibration.as_ref()
}
