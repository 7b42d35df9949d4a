//! Small marks for points: a shape per class, so that colour is not the only difference.
//!
//! Must not know what is marked.

use super::pen::{Pen, Stroke};
use super::{DrawError, Rgb};
use plotters::prelude::DrawingBackend;

/// A filled mark of `radius` backend pixels in the shape of class `class`.
pub(super) fn class<DB: DrawingBackend>(
    pen: &Pen<DB>,
    class: usize,
    at: (i32, i32),
    radius: f32,
    colour: Rgb,
) -> Result<(), DrawError> {
    let (corners, turn, size) = SHAPES[class % SHAPES.len()];
    pen.fill(polygon(at, radius * size, corners, turn), colour, 1.0)
}

/// A filled disc.
pub(super) fn disc<DB: DrawingBackend>(
    pen: &Pen<DB>,
    at: (i32, i32),
    radius: f32,
    colour: Rgb,
) -> Result<(), DrawError> {
    class(pen, 0, at, radius, colour)
}

/// A filled diamond.
pub(super) fn diamond<DB: DrawingBackend>(
    pen: &Pen<DB>,
    at: (i32, i32),
    radius: f32,
    colour: Rgb,
) -> Result<(), DrawError> {
    class(pen, 3, at, radius, colour)
}

/// A cross, its arms `radius` long.
pub(super) fn cross<DB: DrawingBackend>(
    pen: &Pen<DB>,
    (x, y): (i32, i32),
    radius: i32,
    stroke: Stroke,
) -> Result<(), DrawError> {
    pen.path(&[(x - radius, y - radius), (x + radius, y + radius)], stroke)?;
    pen.path(&[(x - radius, y + radius), (x + radius, y - radius)], stroke)
}

/// Corners, turn of the first in full turns, and size that makes areas alike.
const SHAPES: [(u32, f32, f32); 4] = [(12, 0.0, 1.0), (4, 0.125, 1.2), (3, 0.75, 1.35), (4, 0.0, 1.25)];

fn polygon((x, y): (i32, i32), radius: f32, corners: u32, turn: f32) -> Vec<(i32, i32)> {
    (0..corners)
        .map(|corner| {
            let angle = (corner as f32 / corners as f32 + turn) * std::f32::consts::TAU;
            (x + (radius * angle.cos()).round() as i32, y + (radius * angle.sin()).round() as i32)
        })
        .collect()
}
