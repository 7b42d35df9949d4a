//! Line charts: from a list of series to a picture, a reading and a table.
//!
//! Must not know which quantity a series is.

use super::axis::{Axis, number};
use super::company::{self, Band, Curve, Summary, quantile};
use super::frame::{Frame, tick_count};
use super::label::{self, Label};
use super::pen::{Align, Pen, Stroke};
use super::view::lane;
use super::{DrawError, MAX_ROWS, Reading, Rgb, View, thin};
use crate::order;
use crate::telemetry::{History, LaneSnapshot, Snapshot};
use crate::{t, words};
use plotters::prelude::DrawingBackend;

/// A line chart, described.
pub(super) struct Lines<'a> {
    pub range: Range,
    /// In order of importance: the first keep their label when space is short.
    pub series: Vec<Series<'a>>,
    /// A shaded range of values, and its name.
    pub band: Option<(f32, f32, &'static str)>,
    /// What is compared between lanes.
    pub summary: Summary<'a>,
}

/// What the value axis covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// 0 to 100 %.
    Share,
    /// From zero; a spike beyond four times the usual is clipped so that it hides nothing else.
    FromZero,
    /// Powers of ten, at most six either side of the median; zeros are gaps.
    Log,
}

/// One line.
pub(super) struct Series<'a> {
    pub label: String,
    /// For narrow charts.
    pub short: String,
    pub stroke: Stroke,
    /// A yardstick rather than a measurement: thin, and drawn from edge to edge.
    pub reference: bool,
    pub value: Box<dyn Fn(&LaneSnapshot) -> f32 + 'a>,
}

impl<'a> Series<'a> {
    /// A measured line. The `index`-th of `count`; few lines also differ by width and dash.
    pub fn measured(
        label: impl Into<String>,
        colour: Rgb,
        (index, count): (usize, usize),
        value: impl Fn(&LaneSnapshot) -> f32 + 'a,
    ) -> Self {
        let label = label.into();
        let stroke = match (count, index) {
            (1, _) | (2..=3, 0) => Stroke::solid(colour, 2.4),
            // Not dashed: a noisy line chopped into dashes reads as dust.
            (2..=3, 1) => Stroke::solid(colour, 1.4),
            (2..=3, _) => Stroke::dashed(colour, 1.5, 6.0, 2.0),
            _ => Stroke::solid(colour, 1.5),
        };
        Self { short: label.clone(), label, stroke, reference: false, value: Box::new(value) }
    }

    /// A yardstick; `index` tells several apart by dash.
    pub fn reference(
        label: &str,
        short: &str,
        view: &View,
        index: usize,
        value: impl Fn(&LaneSnapshot) -> f32 + 'a,
    ) -> Self {
        let (dash, gap) = [(4.0, 3.0), (1.0, 3.0), (9.0, 3.0)][index % 3];
        let stroke = Stroke::dashed(view.theme.colours().quiet, 1.0, dash, gap);
        Self {
            label: label.to_owned(),
            short: short.to_owned(),
            stroke,
            reference: true,
            value: Box::new(value),
        }
    }

    fn points(&self, states: &[(f32, &LaneSnapshot)]) -> Vec<(f32, f32)> {
        states.iter().map(|(step, state)| (*step, (self.value)(state))).collect()
    }
}

impl Lines<'_> {
    pub fn draw<DB: DrawingBackend>(&self, view: &View, pen: &Pen<DB>) -> Result<Frame, DrawError> {
        let curves = self.curves(view);
        let seeds = if view.compares() { company::band(view, &self.summary) } else { None };
        let edges = seeds.iter().flat_map(|band| &band.edges);
        let visible =
            curves.iter().filter(|curve| curve.label.is_some() || !curve.reference).flat_map(|curve| {
                let all = curve.label.is_some() && !view.compares();
                curve.points.iter().filter(move |point| all || point.0 <= view.steps().1)
            });
        let values: Vec<f32> =
            visible.map(|point| point.1).chain(edges.flat_map(|edge| [edge.1, edge.2])).collect();
        let (_, height) = pen.size();
        let axis = self.axis(&values, tick_count(view, height - view.px(30.0)));

        let label = |y: i32, curve: &Curve| {
            let (long, short) = curve.label.clone()?;
            Some(Label { y, long, short, key: Some(curve.stroke) })
        };
        let end = |curve: &Curve| curve.points.iter().rev().find_map(|point| axis.position(point.1));
        let unplaced: Vec<_> =
            curves.iter().filter(|curve| end(curve).is_some()).filter_map(|curve| label(0, curve)).collect();
        let (right, long) = label::margin(pen, &unplaced)?;
        let frame = Frame::fit(view, pen, &axis, right)?;
        let (x0, y0, x1, y1) = frame.plot;

        if let Some((low, high, name)) = self.band
            && let (Some(low), Some(high)) = (axis.position(low), axis.position(high))
            && high > low
        {
            pen.rect((x0, frame.y(high), x1, frame.y(low)), view.theme.series(0), 0.14)?;
            if frame.y(low) - frame.y(high) >= view.px(12.0) {
                pen.text(
                    name,
                    (x0 + view.px(5.0), frame.y(low) - view.px(7.0)),
                    Align::Left,
                    pen.colours.quiet,
                )?;
            }
        }
        frame.draw_axis(pen, &axis)?;
        frame.draw_steps(view, pen, y1)?;
        if let Some(seeds) = &seeds {
            fill_band(&frame, pen, &axis, seeds)?;
        }
        for curve in curves.iter().filter(|curve| curve.reference) {
            self.line(&frame, pen, &axis, &to_edges(&curve.points, frame.steps), curve.stroke)?;
        }
        for curve in curves.iter().filter(|curve| curve.label.is_none()) {
            self.line(&frame, pen, &axis, &curve.points, curve.stroke)?;
        }
        frame.draw_markers(view, pen, y1)?;
        // The first series is broad and the next ones narrow: where they coincide both show.
        for curve in curves.iter().filter(|curve| !curve.reference && curve.label.is_some()) {
            self.line(&frame, pen, &axis, &curve.points, curve.stroke)?;
        }
        if view.compares() {
            let at = (x0, y0 - view.px(6.0));
            pen.text(self.summary.label, at, Align::Left, pen.colours.quiet)?;
        }
        let labels = curves.iter().filter_map(|curve| label(frame.y(end(curve)?), curve)).collect();
        label::draw(pen, labels, long, x1, (y0, y1))?;
        frame.draw_hint(view, pen)?;
        Ok(frame.shifted(pen))
    }

    /// Every line: those of the run, and a ghost of each where the run without the remedy trains beside
    /// it; or one per lane where lanes are compared.
    fn curves(&self, view: &View) -> Vec<Curve> {
        let run = view.run();
        let compares = view.compares();
        let mut curves: Vec<Curve> = self
            .series
            .iter()
            .filter(|series| series.reference || !compares)
            .map(|series| Curve {
                label: Some((series.label.clone(), series.short.clone())),
                stroke: series.stroke,
                reference: series.reference,
                points: series.points(&run),
            })
            .collect();
        if compares {
            let mut lanes = company::curves(view, &self.summary);
            lanes.append(&mut curves);
            return lanes;
        }
        if let Some(twin) = view.twin() {
            let twin = lane(twin.history.snapshots(), 0);
            let dash = (self.series.len() <= 5).then_some((3.0, 3.0));
            curves.extend(self.series.iter().filter(|series| !series.reference).map(|series| Curve {
                label: None,
                stroke: Stroke { alpha: 0.7, width: 1.0, dash, ..series.stroke },
                reference: false,
                points: series.points(&twin),
            }));
        }
        curves
    }

    /// One series with a gap wherever there is no value, and while it is above the axis: a line
    /// along the upper edge would look like a measurement.
    fn line<DB: DrawingBackend>(
        &self,
        frame: &Frame,
        pen: &Pen<DB>,
        axis: &Axis,
        points: &[(f32, f32)],
        stroke: Stroke,
    ) -> Result<(), DrawError> {
        let inside = |index: usize| {
            let value = points.get(index).map_or(f32::NAN, |point| point.1);
            axis.position(value).is_some() && !axis.is_above(value)
        };
        let placed: Vec<Option<(i32, i32)>> = (0..points.len())
            .map(|index| {
                let (step, value) = points[index];
                let seen = inside(index) || inside(index + 1) || (index > 0 && inside(index - 1));
                let position = axis.position(value).filter(|_| step <= frame.steps.1 && seen)?;
                Some((frame.x(step), frame.y(position)))
            })
            .collect();
        placed
            .split(Option::is_none)
            .map(|part| part.iter().copied().flatten().collect::<Vec<_>>())
            .try_for_each(|part| pen.path(&part, stroke))
    }

    fn axis(&self, values: &[f32], ticks: usize) -> Axis {
        let mut usable: Vec<f32> = values
            .iter()
            .copied()
            .filter(|value| value.is_finite() && (self.range != Range::Log || *value > 0.0))
            .collect();
        order::sort_numbers(&mut usable);
        let max = usable.last().copied().unwrap_or(f32::NAN);
        match self.range {
            Range::Share => Axis::share(ticks),
            Range::Log => {
                let min = usable.first().copied().unwrap_or(f32::NAN);
                // A step before it overflows, a diverging run reaches 1e30: six decades either side
                // of the usual keep the rest legible.
                let usual = usable.get(usable.len() / 2).copied().unwrap_or(f32::NAN);
                let (min, max) = (min.max(usual * 1e-6), max.min(usual * 1e6));
                let (min, max) = match self.band {
                    // The yardstick stays in sight.
                    Some((low, high, _)) if usable.is_empty() => (low / 10.0, high * 10.0),
                    Some((low, high, _)) => (min.min(low), max.max(high)),
                    None => (min, max),
                };
                Axis::log(min, max, ticks)
            }
            Range::FromZero => {
                let usual = usable.get(usable.len() * 9 / 10).copied().unwrap_or(f32::NAN);
                Axis::from_zero(max.min(4.0 * usual), ticks)
            }
        }
    }

    pub fn read(&self, view: &View, snapshot: &Snapshot) -> Vec<Reading> {
        let Some(state) = snapshot.lanes.first() else { return Vec::new() };
        if view.compares() {
            return self.read_lanes(view, snapshot.step as f32, state);
        }
        let twin = view.twin().and_then(|twin| at(twin.history, snapshot.step));
        self.series
            .iter()
            .map(|series| {
                let now = self.text((series.value)(state));
                let value = match twin.filter(|_| !series.reference) {
                    Some(twin) => {
                        t!("chart.without_fix", value = now, other = self.text((series.value)(twin)))
                    }
                    None => now,
                };
                Reading { label: series.label.clone(), value, colour: Some(series.stroke.colour) }
            })
            .collect()
    }

    /// Each lane's number, and how far it is from the run's.
    fn read_lanes(&self, view: &View, step: f32, state: &LaneSnapshot) -> Vec<Reading> {
        let run = (self.summary.value)(state);
        let mut readings = Vec::new();
        if let Some(seeds) = view.band.and_then(|band| band.nearest(step)) {
            let values = company::values(seeds, &self.summary);
            let [low, middle, high] = [0.1, 0.5, 0.9].map(|share| self.text(quantile(&values, share)));
            readings.push(Reading {
                label: t!("lane.median", n = seeds.lanes.len()),
                value: t!("lane.spread", middle = middle, low = low, high = high),
                colour: Some(view.theme.series(0)),
            });
        }
        readings.push(Reading {
            label: t!("lane.label", letter = "A", name = t!("lane.run")),
            value: self.text(run),
            colour: Some(company::lane_colour(0, view.theme)),
        });
        readings.extend(view.others.iter().map(|other| {
            let value = at(other.history, step as u32).map_or(f32::NAN, |state| (self.summary.value)(state));
            let apart = value - run;
            let sign = if apart < 0.0 { "−" } else { "+" };
            let text = self.text(value);
            Reading {
                label: t!("lane.label", letter = company::letter(other.slot), name = other.name),
                value: match apart.is_finite() {
                    true => t!("lane.apart", value = text, sign = sign, apart = self.text(apart.abs())),
                    false => text,
                },
                colour: Some(company::lane_colour(other.slot, view.theme)),
            }
        }));
        readings
    }

    pub fn table(&self, view: &View) -> (Vec<String>, Vec<Vec<String>>) {
        let header = std::iter::once(t!("chart.step").to_owned())
            .chain(self.series.iter().map(|series| series.label.clone()))
            .collect();
        let run = view.run();
        let rows = thin(run.len(), MAX_ROWS)
            .map(|index| {
                let (step, state) = run[index];
                std::iter::once(words::count(step as u32))
                    .chain(self.series.iter().map(|series| self.text((series.value)(state))))
                    .collect()
            })
            .collect();
        (header, rows)
    }

    fn text(&self, value: f32) -> String {
        if self.range == Range::Share { words::percent(value) } else { number(value) }
    }
}

/// The state of a run at the snapshot nearest to `step`, unless it is far from it.
pub(super) fn at(history: &History, step: u32) -> Option<&LaneSnapshot> {
    let nearest = history.nearest(step as f32)?;
    let far = history.last().map_or(0, |last| last.step) / 50 + 20;
    (nearest.step.abs_diff(step) <= far).then(|| nearest.lanes.first()).flatten()
}

fn fill_band<DB: DrawingBackend>(
    frame: &Frame,
    pen: &Pen<DB>,
    axis: &Axis,
    band: &Band,
) -> Result<(), DrawError> {
    let place = |step: f32, value: f32| Some((frame.x(step), frame.y(axis.position(value)?)));
    let parts: Vec<_> = band
        .edges
        .iter()
        .filter(|edge| edge.0 <= frame.steps.1)
        .map(|&(step, low, high)| place(step, low).zip(place(step, high)))
        .collect();
    for part in parts.split(Option::is_none) {
        let lower = part.iter().flatten().map(|edge| edge.0);
        let upper = part.iter().rev().flatten().map(|edge| edge.1);
        if part.len() > 1 {
            pen.fill(lower.chain(upper).collect(), band.colour, 0.2)?;
        }
    }
    Ok(())
}

/// The points with the first value carried to the start of the axis and the last to its end.
fn to_edges(points: &[(f32, f32)], steps: (f32, f32)) -> Vec<(f32, f32)> {
    let ends = points.first().zip(points.last());
    let start = ends.map(|(first, _)| (steps.0, first.1));
    let end = ends.map(|(_, last)| (steps.1, last.1));
    start.into_iter().chain(points.iter().copied()).chain(end).collect()
}
