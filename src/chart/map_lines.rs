//! Theory over a map: lines with a halo, told apart by their dashes, each with its name beside it.
//!
//! Must not know the laws, only their fields.

use super::DrawError;
use super::contour::zero_lines;
use super::pen::{Align, LINE, Pen, Stroke};
use super::theme::Rgb;
use crate::map::theory::{Law, Line, SIDE};
use plotters::prelude::DrawingBackend;

/// A rectangle in backend pixels.
type Rect = (i32, i32, i32, i32);

/// Every line with its label, over a plot.
pub(super) fn draw<DB: DrawingBackend>(lines: &[Line], pen: &Pen<DB>, plot: Rect) -> Result<(), DrawError> {
    let (x0, y0, x1, y1) = plot;
    let along = |at: f32, from: i32, to: i32| from + ((to - from) as f32 * at / (SIDE - 1) as f32) as i32;
    let mut named: Vec<(String, Vec<(i32, i32)>)> = Vec::new();
    for line in lines {
        let paths: Vec<Vec<(i32, i32)>> = zero_lines(&line.field, SIDE)
            .into_iter()
            .map(|path| path.into_iter().map(|(c, r)| (along(c, x0, x1), along(r, y1, y0))).collect())
            .collect();
        for path in &paths {
            pen.path(path, Stroke { alpha: 0.85, ..Stroke::solid(DARK, 4.0) })?;
            pen.path(path, stroke(line.law))?;
        }
        let longest = paths.into_iter().max_by_key(Vec::len);
        let name = [line.law.label(), " ", &line.level].concat().trim().to_owned();
        // Two lines of one name are a band, which says its name once.
        if !named.iter().any(|(known, _)| *known == name) {
            named.extend(longest.map(|path| (name, path)));
        }
    }
    let mut taken: Vec<Rect> = Vec::new();
    for (name, path) in named {
        let name = pen.fitted(&name, x1 - x0)?;
        let (width, half) = (pen.text_width(&name)? + pen.px(8.0), pen.px(LINE) / 2 + pen.px(1.0));
        let boxed = |at: usize| {
            let (x, y) = path[at];
            let left = (x - width / 2).clamp(x0, (x1 - width).max(x0));
            let middle = y.clamp(y0 + half, (y1 - half).max(y0 + half));
            (left, middle - half, left + width, middle + half)
        };
        let places = [50, 30, 70, 15, 85, 5, 95].map(|percent| (path.len() - 1) * percent / 100);
        let Some(place) =
            places.into_iter().map(boxed).find(|place| !taken.iter().any(|t| meets(*t, *place)))
        else {
            continue;
        };
        taken.push(place);
        pen.rect(place, DARK, 0.85)?;
        pen.text(&name, (place.0 + pen.px(4.0), (place.1 + place.3) / 2), Align::Left, LIGHT)?;
    }
    Ok(())
}

/// On every colour of the scale a light line with a dark rim can be seen.
const LIGHT: Rgb = Rgb(255, 255, 255);
const DARK: Rgb = Rgb(16, 18, 24);

fn stroke(law: Law) -> Stroke {
    match law {
        Law::Escape => Stroke::solid(LIGHT, 2.0),
        Law::Bayes => Stroke::dashed(LIGHT, 2.0, 8.0, 5.0),
        Law::Stability => Stroke::dashed(LIGHT, 2.0, 2.0, 4.0),
        Law::BornDead => Stroke::dashed(LIGHT, 2.0, 14.0, 4.0),
    }
}

fn meets(a: Rect, b: Rect) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}
