//! The collapse map: a heat map over two settings, what is not trained yet, and theory on top.
//!
//! Must not know who trains, or time.

use super::axis::{scientific, short, spread_ticks};
use super::cividis;
use super::map_lines;
use super::pen::{Align, LINE, Pen, Stroke};
use super::theme::{Rgb, Theme};
use super::{DrawError, Reading};
use crate::experiment::knob::{Domain, Scale};
use crate::map::theory::Line;
use crate::map::{Axis, Grid, MapSpec, Measure, Plan};
use crate::{t, words};
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingBackend, IntoDrawingArea, SVGBackend};

/// What the map is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct MapView<'a> {
    /// What it is made of.
    pub spec: &'a MapSpec,
    /// What is known.
    pub grid: &'a Grid,
    /// Which cells speak for others.
    pub plan: &'a Plan,
    /// What colours show.
    pub measure: Measure,
    /// Theory, in drawing order.
    pub lines: &'a [Line],
    /// The cell that is read.
    pub selected: Option<usize>,
    /// Colours for a light or a dark page.
    pub theme: Theme,
    /// Device pixels per CSS pixel, above 0.
    pub scale: f32,
}

/// Where a drawn map's cells lie.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MapFrame {
    /// `(x0, y0, x1, y1)` of the cells in backend pixels.
    pub plot: (i32, i32, i32, i32),
    /// Cells across.
    pub columns: usize,
    /// Cells up.
    pub rows: usize,
}

impl MapFrame {
    /// The cell under a backend pixel; `None` outside.
    pub fn cell_at(&self, x: f32, y: f32) -> Option<usize> {
        let (x0, y0, x1, y1) = self.plot;
        let index =
            |share: f32, cells: usize| (0.0..1.0).contains(&share).then_some((share * cells as f32) as usize);
        let column = index((x - x0 as f32) / (x1 - x0).max(1) as f32, self.columns)?;
        let row = index((y1 as f32 - y) / (y1 - y0).max(1) as f32, self.rows)?;
        Some(row * self.columns + column)
    }

    /// The rectangle of a cell.
    fn cell(&self, cell: usize) -> (i32, i32, i32, i32) {
        let (x0, y0, x1, y1) = self.plot;
        let (column, row) = (cell % self.columns, cell / self.columns);
        let x = |at: usize| x0 + ((x1 - x0) as usize * at / self.columns) as i32;
        let y = |at: usize| y1 - ((y1 - y0) as usize * at / self.rows) as i32;
        (x(column), y(row + 1), x(column + 1), y(row))
    }

    /// Pixel column of a share of the horizontal axis, 0 in the middle of the first cell.
    fn x(&self, share: f64) -> i32 {
        let (x0, _, x1, _) = self.plot;
        x0 + ((share * (self.columns - 1) as f64 + 0.5) / self.columns as f64 * f64::from(x1 - x0)) as i32
    }

    /// Pixel row of a share of the vertical axis.
    fn y(&self, share: f64) -> i32 {
        let (_, y0, _, y1) = self.plot;
        y1 - ((share * (self.rows - 1) as f64 + 0.5) / self.rows as f64 * f64::from(y1 - y0)) as i32
    }
}

/// Draws a map over the whole of `area`.
///
/// # Errors
/// The backend refused; nothing about the map is an error.
pub fn draw_map<DB: DrawingBackend>(
    view: &MapView,
    area: &DrawingArea<DB, Shift>,
) -> Result<MapFrame, DrawError> {
    let pen = Pen::plain(area, view.theme, view.scale);
    let (columns, rows) = view.spec.size();
    let (width, height) = pen.size();
    let up = ticks(view.spec.y, rows, height / pen.px(28.0));
    let mut left = 0;
    for (_, label) in &up {
        left = left.max(pen.text_width(label)?);
    }
    let x0 = left + pen.px(LINE + 12.0);
    let y0 = pen.px(LINE * 2.0 + 4.0);
    let plot = (x0, y0, (width - pen.px(10.0)).max(x0 + 1), (height - pen.px(LINE * 2.0 + 10.0)).max(y0 + 1));
    let frame = MapFrame { plot, columns, rows };
    legend(view, &pen, &frame)?;
    for cell in 0..columns * rows {
        draw_cell(view, &pen, &frame, cell)?;
    }
    axes(view, &pen, &frame, &up)?;
    map_lines::draw(view.lines, &pen, plot)?;
    if let Some(cell) = view.selected.filter(|cell| *cell < columns * rows) {
        outline(&pen, frame.cell(cell))?;
    }
    Ok(frame)
}

/// [`draw_map`] on a page of its own colour, for pictures that stand alone; without the cell that is read.
///
/// # Errors
/// The backend refused.
pub fn draw_map_card<DB: DrawingBackend>(
    view: &MapView,
    area: &DrawingArea<DB, Shift>,
) -> Result<MapFrame, DrawError> {
    let pen = Pen::plain(area, view.theme, view.scale);
    let (width, height) = pen.size();
    pen.rect((0, 0, width, height), pen.colours.background, 1.0)?;
    draw_map(&MapView { selected: None, ..*view }, area)
}

/// The same as an SVG of that many CSS pixels.
///
/// # Errors
/// As [`draw_map_card`].
pub fn map_svg(view: &MapView, size: (u32, u32)) -> Result<String, DrawError> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        draw_map_card(view, &area)?;
        area.present().map_err(|error| DrawError(error.to_string()))?;
    }
    Ok(svg)
}

/// What the map says about a cell: its settings, then what became of its runs.
pub fn read_map(spec: &MapSpec, grid: &Grid, cell: usize) -> Vec<Reading> {
    let Some(place) = spec.places().get(cell).copied() else { return Vec::new() };
    let say = |label: &str, value: String| Reading { label: label.to_owned(), value, colour: None };
    let axis = |axis: Axis, value: f64| {
        say(axis.knob.label(), axis.knob.describe(&crate::experiment::knob::Value::Number(value)))
    };
    let mut readings = vec![axis(spec.x, place.x), axis(spec.y, place.y)];
    let Some(summary) = grid.summary(cell) else {
        readings.push(say(t!("map.cell"), t!("map.cell.empty").to_owned()));
        return readings;
    };
    let classes = spec.base.classes();
    let number = |value: f32| words::decimal(value, 2);
    readings.extend([
        say(
            Measure::Classes.label(),
            t!("map.read.classes", used = number(summary.n_eff), classes = classes),
        ),
        say(
            Measure::Skill.label(),
            t!(
                "map.read.range",
                mean = number(summary.skill),
                low = number(summary.skill_range.0),
                high = number(summary.skill_range.1)
            ),
        ),
        say(t!("map.read.balanced"), words::percent(summary.balanced_accuracy(classes))),
        say(Measure::Minority.label(), words::percent(summary.minority_recall)),
        say(t!("map.read.collapsed"), t!("map.read.seeds", n = summary.collapsed, all = summary.seeds)),
    ]);
    if summary.diverged > 0 {
        let seeds = t!("map.read.seeds", n = summary.diverged, all = summary.seeds);
        readings.push(say(t!("map.read.diverged"), seeds));
    }
    readings
}

/// Values with a label along an axis of `cells`, as shares, at most about `most`.
fn ticks(axis: Axis, cells: usize, most: i32) -> Vec<(f64, String)> {
    let most = most.clamp(2, 10) as usize;
    let (low, high) = axis.ends();
    let (scale, whole) = match axis.knob.domain {
        Domain::Number { scale, .. } => (scale, false),
        Domain::Integer { scale, .. } => (scale, true),
        _ => (Scale::Linear, false),
    };
    let values: Vec<(f64, String)> = if whole && cells <= most {
        axis.values(cells as u32).into_iter().map(|value| (value, short(value as f32))).collect()
    } else if scale == Scale::Linear {
        let ticks = spread_ticks((low as f32, high as f32), most, false);
        ticks.into_iter().map(|(value, label)| (f64::from(value), label)).collect()
    } else {
        decades(low, high, most)
    };
    let placed = values.into_iter().filter_map(|(value, label)| Some((axis.share(value)?, label)));
    placed.collect()
}

/// Powers of ten from `low` to `high`, with 2 and 5 where there is room; 0 where the axis begins there.
fn decades(low: f64, high: f64, most: usize) -> Vec<(f64, String)> {
    let zero = (low <= 0.0).then(|| (0.0, short(0.0)));
    let first = if low > 0.0 { low } else { high * 1e-5 };
    let powers = (first.log10().floor() as i32)..=(high.log10().ceil() as i32);
    let inside = |value: &f64| (first * 0.999..=high * 1.001).contains(value);
    let of = |digits: &[f64]| -> Vec<f64> {
        let values = powers.clone().flat_map(|power| digits.iter().map(move |d| d * 10f64.powi(power)));
        values.filter(inside).collect()
    };
    let fine = of(&[1.0, 2.0, 5.0]);
    let mut values = if fine.len() <= most { fine } else { of(&[1.0]) };
    let every = values.len().div_ceil(most).max(1);
    values = values.into_iter().step_by(every).collect();
    let plain = values.iter().all(|value| (0.009..=10_001.0).contains(value));
    let label = |value: f64| if plain { short(value as f32) } else { scientific(value as f32) };
    zero.into_iter().chain(values.into_iter().map(|value| (value, label(value)))).collect()
}

fn axes<DB: DrawingBackend>(
    view: &MapView,
    pen: &Pen<DB>,
    frame: &MapFrame,
    up: &[(f64, String)],
) -> Result<(), DrawError> {
    let (x0, y0, x1, y1) = frame.plot;
    let (quiet, stroke) = (pen.colours.quiet, Stroke::solid(pen.colours.axis, 1.0));
    let mut free = i32::MAX;
    for (share, label) in up {
        let y = frame.y(*share);
        pen.path(&[(x0 - pen.px(3.0), y), (x0, y)], stroke)?;
        // From the bottom up; what would touch the label below stays without.
        if y + pen.px(LINE) / 2 <= free {
            pen.text(label, (x0 - pen.px(5.0), y), Align::Right, quiet)?;
            free = y - pen.px(LINE) / 2;
        }
    }
    let across = ticks(view.spec.x, frame.columns, (x1 - x0) / pen.px(48.0));
    let row = y1 + pen.px(LINE / 2.0 + 4.0);
    let mut free = 0;
    for (share, label) in &across {
        let (x, width) = (frame.x(*share), pen.text_width(label)?);
        pen.path(&[(x, y1), (x, y1 + pen.px(3.0))], stroke)?;
        let left = (x - width / 2).min(pen.size().0 - width);
        if left >= free {
            pen.text(label, (left, row), Align::Left, quiet)?;
            free = left + width + pen.px(6.0);
        }
    }
    let text = pen.colours.text;
    let row = y1 + pen.px(LINE * 1.5 + 5.0);
    let name = pen.fitted(view.spec.x.knob.label(), x1 - x0)?;
    pen.text(&name, ((x0 + x1) / 2, row), Align::Center, text)?;
    let name = pen.fitted(view.spec.y.knob.label(), y1 - y0)?;
    pen.text_upwards(&name, (pen.px(LINE / 2.0 + 1.0), (y0 + y1) / 2), text)
}

/// Above the cells: what colours mean, with the numbers at both ends.
fn legend<DB: DrawingBackend>(view: &MapView, pen: &Pen<DB>, frame: &MapFrame) -> Result<(), DrawError> {
    let (x0, _, x1, _) = frame.plot;
    let middle = pen.px(LINE / 2.0 + 2.0);
    let (text, quiet) = (pen.colours.text, pen.colours.quiet);
    let classes = view.spec.base.classes();
    let (low, high) = view.measure.range(classes);
    let say = |value: f32| match view.measure {
        Measure::Classes | Measure::Skill => short(value),
        Measure::Collapsed | Measure::Minority => words::percent(value),
    };
    let name = pen.fitted(view.measure.label(), (x1 - x0) / 2)?;
    pen.text(&name, (x0, middle), Align::Left, text)?;
    let mut x = x0 + pen.text_width(&name)? + pen.px(10.0);
    pen.text(&say(low), (x, middle), Align::Left, quiet)?;
    x += pen.text_width(&say(low))? + pen.px(5.0);
    let bar = (x1 - x - pen.text_width(&say(high))? - pen.px(6.0)).clamp(pen.px(20.0), pen.px(160.0));
    let half = pen.px(5.0);
    let slices = 40;
    for slice in 0..slices {
        let value = low + (high - low) * (slice as f32 + 0.5) / slices as f32;
        let edge = |at: i32| x + bar * at / slices;
        let colour = cividis::at(view.measure.goodness(value, classes));
        pen.rect((edge(slice), middle - half, edge(slice + 1), middle + half), colour, 1.0)?;
    }
    x += bar + pen.px(5.0);
    pen.text(&say(high), (x, middle), Align::Left, quiet)?;
    x += pen.text_width(&say(high))? + pen.px(14.0);
    let side = pen.px(10.0);
    let diverged = t!("map.legend.diverged");
    if x + side + pen.px(5.0) + pen.text_width(diverged)? <= x1 {
        draw_diverged(pen, (x, middle - half, x + side, middle + half))?;
        pen.text(diverged, (x + side + pen.px(5.0), middle), Align::Left, quiet)?;
    }
    Ok(())
}

fn draw_cell<DB: DrawingBackend>(
    view: &MapView,
    pen: &Pen<DB>,
    frame: &MapFrame,
    cell: usize,
) -> Result<(), DrawError> {
    let (x0, y0, x1, y1) = frame.cell(cell);
    // A line of page between cells, where they are large enough to spare it.
    let gap = i32::from(x1 - x0 > pen.px(7.0) && y1 - y0 > pen.px(7.0));
    let own = (x0, y0, x1 - gap, y1 - gap);
    let speaker = view.plan.speaker(cell, |cell| view.grid.is_trained(cell));
    let Some(summary) = speaker.and_then(|speaker| view.grid.summary(speaker)) else {
        let empty = pen.colours.background.mix(pen.colours.grid, 0.6);
        return pen.rect(own, empty, 1.0);
    };
    let is_own = speaker == Some(cell);
    let Some(value) = view.measure.of(summary) else {
        return if is_own { draw_diverged(pen, own) } else { pen.rect(own, diverged(pen), 0.6) };
    };
    let colour = cividis::at(view.measure.goodness(value, view.spec.base.classes()));
    if !is_own {
        // A block: what the coarse cell says until this one is trained.
        let faint = pen.colours.background.mix(colour, 0.72);
        return pen.rect((x0, y0, x1, y1), faint, 1.0);
    }
    pen.rect(own, colour, 1.0)?;
    if summary.diverged > 0 {
        // A corner: some of the runs diverged.
        let side = ((x1 - x0) / 3).max(2);
        let corner = vec![(own.2, own.1), (own.2, own.1 + side), (own.2 - side, own.1)];
        pen.fill(corner, diverged(pen), 1.0)?;
    }
    Ok(())
}

/// What a cell looks like whose runs all diverged: none of the scale's colours, and a cross.
fn draw_diverged<DB: DrawingBackend>(pen: &Pen<DB>, at: (i32, i32, i32, i32)) -> Result<(), DrawError> {
    pen.rect(at, diverged(pen), 1.0)?;
    let inset = ((at.2 - at.0) / 4).max(1);
    let (x0, y0, x1, y1) = (at.0 + inset, at.1 + inset, at.2 - inset, at.3 - inset);
    let stroke = Stroke::solid(Rgb(255, 255, 255), 1.0);
    pen.path(&[(x0, y0), (x1, y1)], stroke)?;
    pen.path(&[(x0, y1), (x1, y0)], stroke)
}

fn diverged<DB: DrawingBackend>(pen: &Pen<DB>) -> Rgb {
    pen.colours.alarm.mix(Rgb(0, 0, 0), 0.25)
}

/// A frame that shows on every colour of the scale.
fn outline<DB: DrawingBackend>(
    pen: &Pen<DB>,
    (x0, y0, x1, y1): (i32, i32, i32, i32),
) -> Result<(), DrawError> {
    let around = [(x0, y0), (x1 - 1, y0), (x1 - 1, y1 - 1), (x0, y1 - 1), (x0, y0)];
    pen.path(&around, Stroke::solid(Rgb(20, 20, 20), 4.0))?;
    pen.path(&around, Stroke::solid(Rgb(255, 255, 255), 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pointer_finds_the_cell_it_is_on() {
        let frame = MapFrame { plot: (40, 10, 240, 110), columns: 4, rows: 2 };
        assert_eq!(frame.cell_at(41.0, 109.0), Some(0));
        assert_eq!(frame.cell_at(239.0, 11.0), Some(7));
        assert_eq!(frame.cell_at(240.0, 11.0), None);
        assert_eq!(frame.cell_at(41.0, 110.5), None);
        assert_eq!(frame.cell(7), (190, 10, 240, 60));
        for cell in 0..8 {
            let (x0, y0, x1, y1) = frame.cell(cell);
            assert_eq!(frame.cell_at((x0 + x1) as f32 / 2.0, (y0 + y1) as f32 / 2.0), Some(cell));
        }
        assert_eq!((frame.x(0.0), frame.x(1.0), frame.y(0.0)), (65, 215, 85));
    }

    #[test]
    fn ticks_are_round() {
        let axis = |name: &str| crate::experiment::knob::knob(name).and_then(Axis::new).expect("an axis");
        let labels = |name: &str, cells: usize, most: i32| {
            ticks(axis(name), cells, most).into_iter().map(|tick| tick.1).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(labels("learning_rate", 16, 6), "10⁻⁴ 10⁻³ 10⁻² 10⁻¹ 1");
        assert_eq!(labels("imbalance", 16, 10), "1 2 5 10 20 50 100 200 500 1k");
        assert_eq!(labels("depth", 9, 10), "0 1 2 3 4 5 6 7 8");
        assert_eq!(labels("dropout", 16, 5), "0 0.2 0.4 0.6 0.8");
        assert!(labels("weight_decay", 16, 8).starts_with("0 10⁻⁵"));
    }
}
