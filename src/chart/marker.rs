//! Markers on the step axis: a thin line and a glyph per kind; words only on demand.
//!
//! Must not know which chart it crosses.

use super::frame::Frame;
use super::pen::{Pen, Stroke};
use super::{DrawError, Reading, Theme, View};
use crate::chart::Rgb;
use crate::t;
use crate::telemetry::MarkerKind;
use plotters::prelude::DrawingBackend;

/// Draws every marker of the run within the frame, from its top to `bottom`.
pub(super) fn draw<DB: DrawingBackend>(
    frame: &Frame,
    view: &View,
    pen: &Pen<DB>,
    bottom: i32,
) -> Result<(), DrawError> {
    let top = frame.plot.1;
    let colours = pen.colours;
    for marker in view.history.markers().iter().filter(|m| m.step as f32 <= frame.steps.1) {
        let x = frame.x(marker.step as f32);
        let colour = colour(marker.kind, view.theme);
        // A halo keeps the line visible on any band.
        let halo = Stroke { alpha: 0.55, ..Stroke::solid(colours.background, 3.0) };
        pen.path(&[(x, top), (x, bottom)], halo)?;
        pen.path(&[(x, top), (x, bottom)], Stroke { alpha: 0.9, ..Stroke::solid(colour, 1.0) })?;
        let r = view.px(4.0);
        let points = glyph(marker.kind)
            .map(|(dx, dy)| (x + (dx * r as f32) as i32, top - r - view.px(1.0) + (dy * r as f32) as i32));
        pen.fill(points.to_vec(), colour, 1.0)?;
    }
    Ok(())
}

/// The markers within a fiftieth of the axis of `step`, in words.
pub(super) fn read(view: &View, step: f32) -> Vec<Reading> {
    let reach = (view.steps().1 / 50.0).max(1.0);
    view.history
        .markers()
        .iter()
        .filter(|marker| (marker.step as f32 - step).abs() <= reach)
        .map(|marker| Reading {
            label: t!("chart.marker", what = kind(marker.kind), step = marker.step),
            value: marker.text.clone(),
            colour: Some(colour(marker.kind, view.theme)),
        })
        .collect()
}

fn kind(kind: MarkerKind) -> &'static str {
    match kind {
        MarkerKind::Knob => t!("chart.marker.knob"),
        MarkerKind::Remedy => t!("chart.marker.remedy"),
        MarkerKind::Collapsed => t!("chart.marker.collapsed"),
        MarkerKind::Recovered => t!("chart.marker.recovered"),
        MarkerKind::Diverged => t!("chart.marker.diverged"),
        MarkerKind::Backend => t!("chart.marker.backend"),
    }
}

fn colour(kind: MarkerKind, theme: Theme) -> Rgb {
    let colours = theme.colours();
    match kind {
        MarkerKind::Knob | MarkerKind::Backend => colours.quiet,
        MarkerKind::Remedy => colours.text,
        MarkerKind::Collapsed | MarkerKind::Diverged => colours.alarm,
        MarkerKind::Recovered => match theme {
            Theme::Light => Rgb(0x0f, 0x76, 0x6e),
            Theme::Dark => Rgb(0x5e, 0xd0, 0xc0),
        },
    }
}

/// Four corners on -1 to 1, so that kinds differ in shape as well as colour.
fn glyph(kind: MarkerKind) -> [(f32, f32); 4] {
    match kind {
        // Diamond.
        MarkerKind::Knob => [(0.0, -0.8), (0.8, 0.0), (0.0, 0.8), (-0.8, 0.0)],
        // Square.
        MarkerKind::Remedy => [(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)],
        // Pointing down, up.
        MarkerKind::Collapsed => [(-1.0, -0.9), (1.0, -0.9), (0.0, 1.0), (0.0, 1.0)],
        MarkerKind::Recovered => [(0.0, -1.0), (1.0, 0.9), (-1.0, 0.9), (0.0, -1.0)],
        // Hourglass.
        MarkerKind::Diverged => [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)],
        // Flat bar.
        MarkerKind::Backend => [(-0.9, -0.3), (0.9, -0.3), (0.9, 0.4), (-0.9, 0.4)],
    }
}
