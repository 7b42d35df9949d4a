//! Vectors in two dimensions, so that a visitor sees how far the classes overlap.
//!
//! Must not flatter: the axes come from the probe set and the points shown from the pool, so classes
//! that only *seem* apart in a few training examples are not shown apart. Where the middle lies and how
//! far the picture reaches comes from the pool, because the probe set may have been moved or scaled.

use super::{Dataset, Examples};

/// Two axes in feature space.
///
/// The first is the leading principal direction of the class means (for two classes: from one mean
/// to the other), the second the leading principal direction of all examples across the first. Data that
/// have only two features keep their own axes.
pub struct Projection {
    centre: Vec<f32>,
    axes: [Vec<f32>; 2],
    middle: (f32, f32),
    scale: f32,
}

impl Projection {
    /// Axes for a data set; balance does not move them.
    pub fn of(dataset: &Dataset) -> Self {
        let probe = &dataset.probe;
        let centre = mean(probe, |_| true);
        let offset =
            |row: &[f32]| -> Vec<f32> { row.iter().zip(&centre).map(|(value, mid)| value - mid).collect() };
        let means: Vec<Vec<f32>> = (0..dataset.classes.len())
            .map(|class| offset(&mean(probe, |label| usize::from(label) == class)))
            .collect();
        let all: Vec<Vec<f32>> = probe.inputs.chunks_exact(probe.features).map(offset).collect();
        let (across, along) = if probe.features == 2 {
            // Data in the plane are shown as they are.
            (vec![1.0, 0.0], vec![0.0, 1.0])
        } else {
            let across = leading(&means, &[]);
            let along = leading(&all, &across);
            (across, along)
        };
        let mut projection = Self { axes: [across, along], middle: (0.0, 0.0), scale: 1.0, centre };
        let places: Vec<(f32, f32)> = dataset
            .pool
            .inputs
            .chunks_exact(dataset.pool.features)
            .map(|row| projection.point(row))
            .collect();
        let ends = |axis: fn(&(f32, f32)) -> f32| {
            let values = places.iter().map(axis);
            values.fold((f32::MAX, f32::MIN), |(low, high), value| (low.min(value), high.max(value)))
        };
        let ((left, right), (bottom, top)) = (ends(|place| place.0), ends(|place| place.1));
        projection.middle = (0.5 * (left + right), 0.5 * (bottom + top));
        let reach = 0.5 * (right - left).max(top - bottom);
        if reach > 0.0 {
            projection.scale = 1.0 / reach;
        }
        projection
    }

    /// A vector's place; pool examples lie within -1 to 1 on both axes.
    pub fn point(&self, row: &[f32]) -> (f32, f32) {
        let along = |axis: &[f32]| {
            let terms =
                row.iter().zip(&self.centre).zip(axis).map(|((value, mid), weight)| (value - mid) * weight);
            terms.sum::<f32>()
        };
        let place = |axis: usize, middle: f32| (along(&self.axes[axis]) - middle) * self.scale;
        (place(0, self.middle.0), place(1, self.middle.1))
    }
}

fn mean(examples: &Examples, of: impl Fn(u8) -> bool) -> Vec<f32> {
    let mut sum = vec![0.0f32; examples.features];
    let mut count = 0.0;
    for (row, &label) in examples.inputs.chunks_exact(examples.features).zip(&examples.labels) {
        if of(label) {
            count += 1.0;
            sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
    }
    sum.iter_mut().for_each(|sum| *sum /= f32::max(count, 1.0));
    sum
}

/// Unit vector along which `rows` vary most, at right angles to `avoid`, by power iteration.
fn leading(rows: &[Vec<f32>], avoid: &[f32]) -> Vec<f32> {
    let features = rows.first().map_or(0, Vec::len);
    // Uneven start: no symmetric data set is exactly orthogonal to it.
    let mut axis: Vec<f32> = (0..features).map(|index| 1.0 + index as f32 / features as f32).collect();
    for _ in 0..100 {
        remove(&mut axis, avoid);
        let mut next = vec![0.0; features];
        for row in rows {
            let weight = dot(row, &axis);
            next.iter_mut().zip(row).for_each(|(next, value)| *next += weight * value);
        }
        remove(&mut next, avoid);
        if !normalise(&mut next) {
            break;
        }
        axis = next;
    }
    remove(&mut axis, avoid);
    normalise(&mut axis);
    axis
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn remove(axis: &mut [f32], avoid: &[f32]) {
    let shadow = dot(axis, avoid);
    axis.iter_mut().zip(avoid).for_each(|(value, unit)| *value -= shadow * unit);
}

fn normalise(axis: &mut [f32]) -> bool {
    let norm = dot(axis, axis).sqrt();
    if norm > 0.0 && norm.is_finite() {
        axis.iter_mut().for_each(|value| *value /= norm);
        return true;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::tests::{load, spec};
    use crate::experiment::{DataName, DataSpec};

    #[test]
    fn spoilt_test_data_do_not_move_the_picture() {
        for name in [DataName::Spirals, DataName::Gaussians] {
            let plain = load(&spec(name), 1);
            let spoilt = load(&DataSpec { test_shift: 3.0, test_scale: 10.0, ..spec(name) }, 1);
            let (seen, expected) = (Projection::of(&spoilt), Projection::of(&plain));
            for row in plain.pool.inputs.chunks_exact(plain.pool.features) {
                let ((x, y), (a, b)) = (seen.point(row), expected.point(row));
                assert!((x - a).abs() < 0.01 && (y - b).abs() < 0.01, "{name:?}: {x} {y}, not {a} {b}");
                assert!(x.abs() < 1.001 && y.abs() < 1.001);
            }
        }
    }
}
