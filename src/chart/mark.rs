//! Small marks for points: a shape per class, so that colour is not the only difference.
//!
//! Must not know what is marked.

use super::pen::{Pen, Stroke};
use super::{DrawError, Rgb};
use plotters::prelude::DrawingBackend;
use std::f32::consts::FRAC_1_SQRT_2;

/// A filled mark of `radius` backend pixels in the shape of class `class`.
pub(super) fn class<DB: DrawingBackend>(
    pen: &Pen<DB>,
    class: usize,
    at: (i32, i32),
    radius: f32,
    colour: Rgb,
) -> Result<(), DrawError> {
    let shape = &SHAPES[class % SHAPES.len()];
    pen.fill(polygon(at, radius * shape.size, shape), colour, 1.0)
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

/// A regular polygon. Sine and cosine are 4 kB of program for these few angles.
struct Shape {
    corners: u32,
    /// Cosine and sine of the first corner's angle.
    first: (f32, f32),
    /// The same of the turn from one corner to the next.
    turn: (f32, f32),
    /// Size that makes areas alike.
    size: f32,
}

const COS_30: f32 = 0.866_025_4;
const SHAPES: [Shape; 4] = [
    Shape { corners: 12, first: (1.0, 0.0), turn: (COS_30, 0.5), size: 1.0 },
    Shape { corners: 4, first: (FRAC_1_SQRT_2, FRAC_1_SQRT_2), turn: (0.0, 1.0), size: 1.2 },
    Shape { corners: 3, first: (0.0, -1.0), turn: (-0.5, COS_30), size: 1.35 },
    Shape { corners: 4, first: (1.0, 0.0), turn: (0.0, 1.0), size: 1.25 },
];

fn polygon((x, y): (i32, i32), radius: f32, shape: &Shape) -> Vec<(i32, i32)> {
    let (turn_cos, turn_sin) = shape.turn;
    let corners = std::iter::successors(Some(shape.first), |(cos, sin)| {
        Some((cos * turn_cos - sin * turn_sin, sin * turn_cos + cos * turn_sin))
    });
    let place =
        |(cos, sin): (f32, f32)| (x + (radius * cos).round() as i32, y + (radius * sin).round() as i32);
    corners.take(shape.corners as usize).map(place).collect()
}
