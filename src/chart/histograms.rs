//! How each layer's numbers are spread, one row per layer over one axis.
//!
//! Must not know which numbers they are, but for the words.

use super::axis::{number, spread_ticks};
use super::frame::Frame;
use super::pen::{Align, LINE, Pen, Stroke};
use super::{DrawError, Reading, View, look, name};
use crate::t;
use crate::telemetry::Insight;
use crate::telemetry::insight::{Histogram, Scale};
use crate::words::{count, percent};
use plotters::prelude::DrawingBackend;

/// Which numbers, and what to say of each row.
pub(super) struct Histograms {
    /// Begin of the words' keys.
    key: &'static str,
    rows: fn(&Insight) -> &Vec<Histogram>,
    /// Rows are hidden layers, not all layers.
    hidden: bool,
    figure: fn(&Histogram) -> String,
}

/// Weights per layer.
pub(super) const WEIGHTS: Histograms = Histograms {
    key: "weights",
    rows: |insight| &insight.weights,
    hidden: false,
    figure: |row| t!("chart.weights.figure", spread = number(row.deviation)),
};

/// Sizes of gradient components per layer.
pub(super) const GRADIENTS: Histograms = Histograms {
    key: "gradient_histogram",
    rows: |insight| &insight.gradients,
    hidden: false,
    figure: |row| t!("chart.gradient_histogram.figure", share = percent(row.zero_share())),
};

/// Outputs of hidden units per hidden layer.
pub(super) const ACTIVATIONS: Histograms = Histograms {
    key: "activations",
    rows: |insight| &insight.activations,
    hidden: true,
    figure: |row| t!("chart.activations.figure", share = percent(row.zero_share())),
};

impl Histograms {
    pub fn draw<DB: DrawingBackend>(&self, view: &View, pen: &Pen<DB>) -> Result<Frame, DrawError> {
        let rows = self.rows(view);
        let (width, height) = pen.size();
        let (mut left, mut right) = (view.px(10.0), view.px(14.0));
        for (index, row) in rows.iter().enumerate() {
            left =
                left.max(pen.text_width(&pen.fitted(&self.layer(view, index), width / 4)?)? + view.px(7.0));
            right = right.max(pen.text_width(&self.figure(row))? + view.px(7.0));
        }
        let (x0, y0) = (left, view.px(4.0));
        let x1 = (width - right.min(width / 3)).max(x0 + 1);
        let y1 = (height - view.px(18.0)).max(y0 + 1);
        let frame = Frame { plot: (x0, y0, x1, y1), steps: view.steps(), classes: 0 };
        let Some(first) = rows.first() else {
            look::hint(pen, &frame, t!(&["chart.", self.key, ".none"].concat()))?;
            return Ok(frame.shifted(pen));
        };
        self.draw_axis(view, pen, &frame, first)?;
        for (index, row) in rows.iter().enumerate() {
            self.draw_row(view, pen, &frame, index, row)?;
        }
        Ok(frame.shifted(pen))
    }

    /// The row under a backend pixel.
    pub fn read(&self, view: &View, frame: Frame, (_, y): (f32, f32)) -> Vec<Reading> {
        let rows = self.rows(view);
        let index = look::row(frame, y, rows.len());
        let Some(row) = rows.get(index) else { return Vec::new() };
        let head = Reading {
            label: self.layer(view, index),
            value: t!("chart.inside.values", n = row.total()),
            colour: Some(view.theme.series(index)),
        };
        let figures = FIGURES.iter().zip(figures(row)).skip(1);
        let figures = figures.map(|(key, value)| Reading { label: t!(key).to_owned(), value, colour: None });
        look::step(view).into_iter().chain([head]).chain(figures).collect()
    }

    /// One row per layer.
    pub fn table(&self, view: &View) -> (Vec<String>, Vec<Vec<String>>) {
        let header = std::iter::once("chart.inside.layer").chain(FIGURES);
        let rows = self.rows(view).iter().enumerate();
        (
            header.map(|key| t!(key).to_owned()).collect(),
            rows.map(|(index, row)| std::iter::once(self.layer(view, index)).chain(figures(row)).collect())
                .collect(),
        )
    }

    fn rows<'a>(&self, view: &View<'a>) -> &'a [Histogram] {
        view.insight.map_or(&[], |insight| (self.rows)(insight))
    }

    fn layer(&self, view: &View, index: usize) -> String {
        name(if self.hidden { view.hidden } else { view.layers }, index, "name.layer_n")
    }

    /// What stands behind a row: the warning that numbers are missing comes before all else.
    fn figure(&self, row: &Histogram) -> String {
        match row.missing {
            0 => (self.figure)(row),
            _ => t!("chart.inside.missing", share = percent(row.missing_share())),
        }
    }

    fn draw_axis<DB: DrawingBackend>(
        &self,
        view: &View,
        pen: &Pen<DB>,
        frame: &Frame,
        range: &Histogram,
    ) -> Result<(), DrawError> {
        let (x0, y0, x1, y1) = frame.plot;
        let count = ((x1 - x0) / view.px(52.0)).clamp(2, 7) as usize;
        for (value, label) in spread_ticks((range.low, range.high), count, range.scale == Scale::Magnitude) {
            let share = (value - range.low) / (range.high - range.low);
            let x = x0 + (share * (x1 - x0) as f32).round() as i32;
            pen.path(&[(x, y0), (x, y1)], Stroke::solid(pen.colours.grid, 1.0))?;
            pen.text(&label, (x, y1 + view.px(LINE / 2.0 + 3.0)), Align::Center, pen.colours.quiet)?;
        }
        Ok(())
    }

    fn draw_row<DB: DrawingBackend>(
        &self,
        view: &View,
        pen: &Pen<DB>,
        frame: &Frame,
        index: usize,
        row: &Histogram,
    ) -> Result<(), DrawError> {
        let (x0, y0, x1, y1) = frame.plot;
        let count = self.rows(view).len() as i32;
        let (top, bottom) =
            (y0 + (y1 - y0) * index as i32 / count, y0 + (y1 - y0) * (index as i32 + 1) / count);
        // A little air above the highest bar of each row.
        let tall = (bottom - top) as f32 * 0.88;
        let highest = row.counts.iter().copied().max().unwrap_or(0);
        let bins = row.counts.len() as i32;
        let colour = view.theme.series(index);
        if highest > 0 {
            let mut outline = vec![(x0, bottom)];
            for (bin, count) in row.counts.iter().enumerate() {
                // Even one value must be told from none.
                let share = if *count == 0 { 0.0 } else { (*count as f32 / highest as f32).max(0.02) };
                let y = bottom - (share * tall).ceil() as i32;
                let edge = |bin: i32| x0 + (x1 - x0) * bin / bins;
                outline.extend([(edge(bin as i32), y), (edge(bin as i32 + 1), y)]);
            }
            outline.push((x1, bottom));
            pen.fill(outline, colour, 0.85)?;
        }
        pen.path(&[(x0, bottom), (x1, bottom)], Stroke::solid(pen.colours.axis, 1.0))?;
        if bottom - top >= view.px(9.0) {
            let middle = (top + bottom) / 2;
            let label = pen.fitted(&self.layer(view, index), frame.plot.0 - view.px(5.0))?;
            pen.text(&label, (x0 - view.px(5.0), middle), Align::Right, pen.colours.quiet)?;
            let figure = pen.fitted(&self.figure(row), pen.size().0 - x1 - view.px(5.0))?;
            let ink = if row.missing > 0 { pen.colours.alarm } else { pen.colours.text };
            pen.text(&figure, (x1 + view.px(5.0), middle), Align::Left, ink)?;
        }
        Ok(())
    }
}

/// Headings of what the table and the reading say of a layer.
const FIGURES: [&str; 7] = [
    "chart.inside.count",
    "chart.inside.mean",
    "chart.inside.spread",
    "chart.inside.min",
    "chart.inside.max",
    "chart.inside.zero",
    "chart.inside.lost",
];

fn figures(row: &Histogram) -> [String; 7] {
    [
        count(row.total()),
        number(row.mean),
        number(row.deviation),
        number(row.min),
        number(row.max),
        percent(row.zero_share()),
        percent(row.missing_share()),
    ]
}
