//! Vectors in two dimensions, so that a visitor sees how far the classes overlap.
//!
//! Must not flatter: the axes come from the probe set and the points shown from the pool, so classes
//! that only *seem* apart in a few training examples are not shown apart.

use super::{Dataset, Examples};

/// Two axes in feature space.
///
/// The first is the leading principal direction of the class means (for two classes: from one mean
/// to the other), the second the leading principal direction of all examples across the first. Data that
/// have only two features keep their own axes.
pub struct Projection {
    centre: Vec<f32>,
    axes: [Vec<f32>; 2],
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
        let mut projection = Self { axes: [across, along], scale: 1.0, centre };
        let reach = |row| {
            let (x, y) = projection.point(row);
            x.abs().max(y.abs())
        };
        let largest = probe.inputs.chunks_exact(probe.features).map(reach).fold(0.0, f32::max);
        if largest > 0.0 {
            projection.scale = 1.0 / largest;
        }
        projection
    }

    /// A vector's place; probe examples lie within -1 to 1 on both axes.
    pub fn point(&self, row: &[f32]) -> (f32, f32) {
        let along = |axis: &[f32]| {
            let terms =
                row.iter().zip(&self.centre).zip(axis).map(|((value, mid), weight)| (value - mid) * weight);
            terms.sum::<f32>() * self.scale
        };
        (along(&self.axes[0]), along(&self.axes[1]))
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
