//! The hero: share of predictions per class over time, stacked, so that a collapse is one colour.
//!
//! Must not know why the shares are what they are.

use super::axis::Axis;
use super::company::{BAND_POINTS, Other, letter};
use super::frame::{Frame, tick_count};
use super::label::{self, Label};
use super::lines::at;
use super::pen::{Align, LINE, Pen, Stroke};
use super::view::lane;
use super::{DrawError, MAX_ROWS, Reading, View, thin};
use crate::telemetry::{LaneSnapshot, Snapshot};
use crate::{t, words};
use plotters::prelude::DrawingBackend;

pub(super) fn draw<DB: DrawingBackend>(view: &View, pen: &Pen<DB>) -> Result<Frame, DrawError> {
    let strips = strips(view);
    let (_, height) = pen.size();
    let part = if strips.len() > 1 { 14 } else { 10 };
    let (strip, gap) = ((height / part).max(view.px(14.0)), view.px(LINE + 4.0));
    let below = (strip + gap) * strips.len() as i32;
    let axis = Axis::share(tick_count(view, height - view.px(30.0) - below));
    let names: Vec<_> = (0..view.class_count()).map(|class| end_label(view, class, 1.0)).collect();
    let (right, long) = label::margin(pen, &names)?;
    let mut frame = Frame::fit(view, pen, &axis, right)?;
    let bottom = frame.plot.3;
    frame.plot.3 = (bottom - below).max(frame.plot.1 + 1);

    frame.draw_axis(pen, &axis)?;
    let run = view.run();
    ribbon(view, pen, &frame, &shares(&run), frame.plot)?;
    for (index, (name, states)) in strips.iter().enumerate() {
        let (x0, _, x1, _) = frame.plot;
        let bottom = frame.plot.3 + (strip + gap) * (index as i32 + 1);
        let middle = bottom - strip - view.px(LINE / 2.0 + 1.0);
        pen.text(&pen.fitted(name, x1 - x0)?, (x0, middle), Align::Left, pen.colours.quiet)?;
        ribbon(view, pen, &frame, states, (x0, bottom - strip, x1, bottom))?;
    }
    frame.draw_markers(view, pen, frame.plot.3)?;
    frame.draw_steps(view, pen, bottom)?;
    if let Some((_, last)) = run.last() {
        let labels = end_labels(view, &frame, &last.confusion.shares());
        label::draw(pen, labels, long, frame.plot.2, (frame.plot.1, frame.plot.3))?;
    }
    frame.draw_hint(view, pen)?;
    Ok(frame.shifted(pen))
}

/// Steps and shares per class.
type Course = Vec<(f32, Vec<f32>)>;

/// What is compared with the run, each as a ribbon of its own below it.
fn strips(view: &View) -> Vec<(String, Course)> {
    let name = |other: &Other| match view.twin() {
        Some(_) => t!("chart.ghost.twin").to_owned(),
        None => t!("lane.label", letter = letter(other.slot), name = other.name),
    };
    let others = view.others.iter().map(|other| (name(other), shares(&lane(other.history.snapshots(), 0))));
    let seeds = view.band.iter().map(|band| {
        let snapshots = band.snapshots();
        let mean = thin(snapshots.len(), BAND_POINTS).map(|index| mean_shares(&snapshots[index]));
        let count = snapshots.last().map_or(0, |last| last.lanes.len());
        (t!("lane.mean", n = count), mean.collect())
    });
    others.chain(seeds).filter(|(_, course): &(String, Course)| !course.is_empty()).collect()
}

fn shares(states: &[(f32, &LaneSnapshot)]) -> Course {
    states.iter().map(|(step, lane)| (*step, lane.confusion.shares())).collect()
}

/// Mean shares of the lanes that predict anything.
fn mean_shares(snapshot: &Snapshot) -> (f32, Vec<f32>) {
    let all: Vec<Vec<f32>> = snapshot.lanes.iter().map(|lane| lane.confusion.shares()).collect();
    let usable: Vec<&Vec<f32>> = all.iter().filter(|shares| shares.iter().all(|s| s.is_finite())).collect();
    let classes = all.first().map_or(0, Vec::len);
    let mean = |class: usize| usable.iter().map(|shares| shares[class]).sum::<f32>() / usable.len() as f32;
    (snapshot.step as f32, (0..classes).map(mean).collect())
}

pub(super) fn read(view: &View, snapshot: &Snapshot) -> Vec<Reading> {
    let Some(lane) = snapshot.lanes.first() else { return Vec::new() };
    let shares = lane.confusion.shares();
    let twin = view.twin().and_then(|twin| at(twin.history, snapshot.step));
    let twin = twin.map(|twin| twin.confusion.shares());
    shares
        .iter()
        .enumerate()
        .map(|(class, share)| Reading {
            label: view.class_name(class),
            value: match twin.as_ref().and_then(|twin| twin.get(class)) {
                Some(twin) => {
                    t!("chart.without_fix", value = words::percent(*share), other = words::percent(*twin))
                }
                None => words::percent(*share),
            },
            colour: Some(view.theme.series(class)),
        })
        .collect()
}

pub(super) fn table(view: &View) -> (Vec<String>, Vec<Vec<String>>) {
    let header = std::iter::once(t!("chart.step").to_owned())
        .chain((0..view.class_count()).map(|class| view.class_name(class)))
        .collect();
    let run = view.run();
    let rows = thin(run.len(), MAX_ROWS)
        .map(|index| {
            let (step, lane) = run[index];
            std::iter::once(words::count(step as u32))
                .chain(lane.confusion.shares().into_iter().map(words::percent))
                .collect()
        })
        .collect();
    (header, rows)
}

/// Stacked bands of one lane inside `(x0, y0, x1, y1)`, class 0 at the bottom; a gap where there
/// are no predictions.
fn ribbon<DB: DrawingBackend>(
    view: &View,
    pen: &Pen<DB>,
    frame: &Frame,
    states: &[(f32, Vec<f32>)],
    (x0, y0, x1, y1): (i32, i32, i32, i32),
) -> Result<(), DrawError> {
    let height = (y1 - y0) as f32;
    // Upper edge of each class's band at each step, in pixels.
    let columns: Vec<(i32, Option<Vec<i32>>)> = states
        .iter()
        .filter(|(step, _)| *step <= frame.steps.1)
        .map(|(step, shares)| {
            let mut sum = 0.0;
            let edges = shares.iter().map(|share| {
                sum += share;
                y1 - (sum.min(1.0) * height).round() as i32
            });
            let valid = shares.iter().all(|share| share.is_finite());
            (frame.x(*step), valid.then(|| edges.collect()))
        })
        .collect();
    for part in columns.split(|(_, edges)| edges.is_none()) {
        let mut part: Vec<(i32, &[i32])> =
            part.iter().filter_map(|(x, edges)| Some((*x, edges.as_deref()?))).collect();
        // A single observation is a bar from the start, or a sliver among gaps.
        if let [(x, edges)] = part[..] {
            let from = if states.len() == 1 { x0 } else { (x - view.px(1.0)).max(x0) };
            let to = if states.len() == 1 { x1 } else { (x + view.px(1.0)).min(x1) };
            part = vec![(from, edges), (to, edges)];
        }
        bands(view, pen, &part, y1)?;
    }
    Ok(())
}

/// The bands of one part without gaps. Each reaches down to the baseline and is painted over by
/// the ones below it: neighbours that only touched would show a hairline of background.
fn bands<DB: DrawingBackend>(
    view: &View,
    pen: &Pen<DB>,
    part: &[(i32, &[i32])],
    baseline: i32,
) -> Result<(), DrawError> {
    let (Some((first, edges)), Some((last, _))) = (part.first(), part.last()) else { return Ok(()) };
    for class in (0..edges.len()).rev() {
        let edge: Vec<(i32, i32)> = part.iter().map(|(x, edges)| (*x, edges[class])).collect();
        let outline = edge.iter().copied().chain([(*last, baseline), (*first, baseline)]);
        pen.fill(outline.collect(), view.theme.series(class), 1.0)?;
        if class + 1 < edges.len() {
            let stroke = Stroke { alpha: 0.6, ..Stroke::solid(pen.colours.background, 1.0) };
            pen.path(&edge, stroke)?;
        }
    }
    Ok(())
}

/// Labels of the bands that are tall enough at the newest snapshot, each at its band's middle.
fn end_labels(view: &View, frame: &Frame, shares: &[f32]) -> Vec<Label> {
    let height = (frame.plot.3 - frame.plot.1) as f32;
    let mut sum = 0.0;
    let mut labels = Vec::new();
    for (class, share) in shares.iter().enumerate().filter(|(_, share)| share.is_finite()) {
        if share * height >= view.px(8.0) as f32 {
            labels.push(Label { y: frame.y(sum + share / 2.0), ..end_label(view, class, *share) });
        }
        sum += share;
    }
    labels
}

fn end_label(view: &View, class: usize, share: f32) -> Label {
    let name = view.class_name(class);
    let key = Some(Stroke::solid(view.theme.series(class), 4.0));
    let long = t!("chart.label_share", name = &name, share = words::percent(share));
    Label { y: 0, long, short: name, key }
}
