//! What the model predicts over the plane its data lie in.
//!
//! Must not know how predictions are made.

use crate::telemetry::confusion::argmax;
use serde::{Deserialize, Serialize};

/// Predictions on a grid over the plane, and some of the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plane {
    /// Left, bottom, right, top of the grid, as the model gets its inputs; its outermost points lie on
    /// these edges.
    pub bounds: [f32; 4],
    /// Grid points across and up.
    pub size: [u32; 2],
    /// Number of classes.
    pub classes: u32,
    /// Log-probability of each class, -30 at least, `[up, across, classes]` from the bottom left; NaN
    /// where the model has no answer. Logarithms, so that a sharp boundary is still found between points.
    pub scores: Vec<f32>,
    /// Training points.
    pub training: Vec<PlanePoint>,
    /// Held-out points that are predicted wrongly.
    pub mistakes: Vec<PlanePoint>,
}

/// A labelled point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanePoint {
    /// Across.
    pub x: f32,
    /// Up.
    pub y: f32,
    /// Its class.
    pub class: u8,
}

impl Plane {
    /// A grid without predictions over `points`, `[count, 2]`, with room around them: four columns to
    /// three rows, so that it is about as wide as charts are. `columns`: grid points across, at least 2.
    pub fn around(points: &[f32], columns: usize) -> Self {
        let mut low = [f32::INFINITY; 2];
        let mut high = [f32::NEG_INFINITY; 2];
        for point in points.chunks_exact(2) {
            for axis in 0..2 {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        let (mut centre, mut half) = ([0.0; 2], [1.0; 2]);
        for axis in 0..2 {
            if low[axis] <= high[axis] {
                centre[axis] = (low[axis] + high[axis]) / 2.0;
                half[axis] = (high[axis] - low[axis]) / 2.0 * (1.0 + MARGIN);
            }
        }
        let unit = (half[0] / 4.0).max(half[1] / 3.0).max(f32::MIN_POSITIVE);
        let half = [unit * 4.0, unit * 3.0];
        Self {
            bounds: [centre[0] - half[0], centre[1] - half[1], centre[0] + half[0], centre[1] + half[1]],
            size: [columns as u32, (columns * 3 / 4).max(2) as u32],
            classes: 0,
            scores: Vec::new(),
            training: Vec::new(),
            mistakes: Vec::new(),
        }
    }

    /// The grid's points `[count, 2]` in the order of `scores`.
    pub fn points(&self) -> Vec<f32> {
        let [left, bottom, right, top] = self.bounds;
        let [columns, rows] = self.size;
        let along = |index: u32, count: u32, low: f32, high: f32| {
            low + (high - low) * index as f32 / (count - 1).max(1) as f32
        };
        (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (row, column)))
            .flat_map(|(row, column)| [along(column, columns, left, right), along(row, rows, bottom, top)])
            .collect()
    }

    /// Fills in predictions from rows of `logits`, `[points, classes]`.
    pub fn predict(&mut self, logits: &[f32], classes: usize) {
        self.classes = classes as u32;
        self.scores.clear();
        for row in logits.chunks_exact(classes) {
            let highest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let sum: f32 = row.iter().map(|logit| (logit - highest).exp()).sum();
            // Rust's `max` prefers numbers; what is NaN must stay NaN.
            let floor = |score: f32| if score < LOWEST { LOWEST } else { score };
            self.scores.extend(row.iter().map(|logit| floor(logit - highest - sum.ln())));
        }
    }

    /// Grid coordinates, from 0 to the size less one, of a place in the plane; `None` outside.
    pub fn locate(&self, x: f32, y: f32) -> Option<(f32, f32)> {
        let [left, bottom, right, top] = self.bounds;
        let [columns, rows] = self.size.map(|side| (side - 1) as f32);
        let at = ((x - left) / (right - left) * columns, (y - bottom) / (top - bottom) * rows);
        ((0.0..=columns).contains(&at.0) && (0.0..=rows).contains(&at.1)).then_some(at)
    }

    /// The predicted class at grid coordinates and its probability, interpolated between the corners;
    /// `None` where the model has no answer. `room` is for the sums and may be used again.
    pub fn answer(&self, (column, row): (f32, f32), room: &mut Vec<f32>) -> Option<(usize, f32)> {
        let [columns, rows] = self.size.map(|side| side as usize - 1);
        let (across, up) = ((column as usize).min(columns - 1), (row as usize).min(rows - 1));
        let (right, above) = (column - across as f32, row - up as f32);
        room.clear();
        room.resize(self.classes as usize, 0.0);
        for (dx, dy, weight) in [
            (0, 0, (1.0 - right) * (1.0 - above)),
            (1, 0, right * (1.0 - above)),
            (0, 1, (1.0 - right) * above),
            (1, 1, right * above),
        ] {
            for (score, corner) in room.iter_mut().zip(self.scores_at(across + dx, up + dy)?) {
                *score += weight * corner;
            }
        }
        let class = argmax(room)?;
        let sum: f32 = room.iter().map(|score| (score - room[class]).exp()).sum();
        Some((class, 1.0 / sum))
    }

    /// By how much `class` leads the best other class at each grid point, as a difference of scores:
    /// positive where it is predicted. NaN where the model has no answer.
    pub fn lead(&self, class: usize) -> Vec<f32> {
        let lead = |scores: &[f32]| {
            let others = scores.iter().enumerate().filter(|(other, _)| *other != class);
            scores[class] - others.map(|(_, score)| *score).fold(f32::NEG_INFINITY, f32::max)
        };
        self.scores.chunks_exact(self.classes.max(1) as usize).map(lead).collect()
    }

    fn scores_at(&self, column: usize, row: usize) -> Option<&[f32]> {
        let classes = self.classes as usize;
        let start = (row * self.size[0] as usize + column) * classes;
        self.scores.get(start..start + classes)
    }
}

/// Lowest score kept: certainty beyond one in 10^13 is no use to a picture.
const LOWEST: f32 = -30.0;
/// Room around the data as a share of their range.
const MARGIN: f32 = 0.12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_covers_the_data_and_reads_back_what_was_predicted() {
        let mut plane = Plane::around(&[-1.0, 0.0, 3.0, 1.0], 9);
        assert_eq!(plane.size, [9, 6]);
        let [left, bottom, right, top] = plane.bounds;
        assert!(left < -1.0 && right > 3.0 && bottom < 0.0 && top > 1.0, "{:?}", plane.bounds);
        assert!(((right - left) / (top - bottom) - 4.0 / 3.0).abs() < 1e-5);
        let points = plane.points();
        assert_eq!(points.len(), 9 * 6 * 2);
        assert_eq!((points[0], points[1]), (left, bottom));
        // Class 1 exactly where x is positive.
        let logits: Vec<f32> = points.chunks(2).flat_map(|point| [0.0, 100.0 * point[0]]).collect();
        plane.predict(&logits, 2);
        let answer = |x, y| plane.answer(plane.locate(x, y)?, &mut Vec::new());
        assert_eq!(answer(0.25, 0.5).map(|(class, sure)| (class, sure > 0.99)), Some((1, true)));
        assert_eq!(answer(-0.25, 0.5).map(|(class, sure)| (class, sure > 0.99)), Some((0, true)));
        assert_eq!(answer(right + 1.0, 0.5), None);
        assert!(answer(right, top).is_some() && answer(left, bottom).is_some());
        let lead = plane.lead(1);
        assert!(lead.iter().zip(points.chunks(2)).all(|(lead, point)| (*lead > 0.0) == (point[0] > 0.0)));
    }

    #[test]
    fn a_diverged_model_has_no_answer_anywhere() {
        let mut plane = Plane::around(&[0.0, 0.0], 4);
        plane.predict(&[f32::NAN; 24], 2);
        assert_eq!(plane.answer((1.0, 1.0), &mut Vec::new()), None);
    }
}
