//! How raw inputs become the numbers that are fed in: scale, offset, standardising, and for the probe set
//! alone what the test data were spoilt with.
//!
//! Must not know labels. Statistics come from the pool: the probe set must not leak into training.

use super::Examples;
use crate::experiment::DataSpec;
use serde::{Deserialize, Serialize};

/// What one column of inputs goes through: `fed = gain * raw + bias`. A column is a feature of vectors
/// or a channel of images.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feed {
    /// Factor.
    pub gain: f32,
    /// What raw 0 is fed as; for pixels the number for black.
    pub bias: f32,
    /// Mean over the pool as fed.
    pub mean: f32,
    /// Standard deviation over the pool as fed.
    pub deviation: f32,
}

impl Feed {
    /// The number for white: pixels lie between `bias` and this.
    pub fn white(self) -> f32 {
        self.bias + self.gain
    }
}

/// Turns raw inputs into what is fed in, in place; tells how, one entry per column.
///
/// `area`: neighbouring numbers of a row that share a column: pixels of a channel, 1 for vectors.
pub fn apply(pool: &mut Examples, probe: &mut Examples, area: usize, spec: &DataSpec) -> Vec<Feed> {
    let feeds: Vec<Feed> = moments(pool, area).into_iter().map(|moments| feed(moments, spec)).collect();
    each_column(pool, area, &feeds, change);
    each_column(probe, area, &feeds, |values, feed| {
        change(values, feed);
        if spec.test_scale != 1.0 {
            values.iter_mut().for_each(|value| *value *= spec.test_scale);
        }
        if spec.test_shift != 0.0 {
            let shift = spec.test_shift * feed.deviation;
            values.iter_mut().for_each(|value| *value += shift);
        }
    });
    feeds
}

fn feed((mean, deviation): (f64, f64), spec: &DataSpec) -> Feed {
    let (gain, bias) = if spec.standardise {
        // Worked out on raw inputs: scale and offset cancel exactly. A constant column becomes zero.
        let gain = if deviation > 0.0 { 1.0 / deviation } else { 1.0 };
        (gain, -mean * gain)
    } else {
        (f64::from(spec.input_scale), f64::from(spec.input_offset))
    };
    Feed {
        gain: gain as f32,
        bias: bias as f32,
        mean: (gain * mean + bias) as f32,
        deviation: (gain * deviation) as f32,
    }
}

fn change(values: &mut [f32], feed: Feed) {
    if feed.gain != 1.0 {
        values.iter_mut().for_each(|value| *value *= feed.gain);
    }
    if feed.bias != 0.0 {
        values.iter_mut().for_each(|value| *value += feed.bias);
    }
}

fn each_column(examples: &mut Examples, area: usize, feeds: &[Feed], change: impl Fn(&mut [f32], Feed)) {
    let columns = feeds.iter().copied().cycle();
    examples.inputs.chunks_exact_mut(area).zip(columns).for_each(|(values, feed)| change(values, feed));
}

/// Mean and standard deviation of each column of `area` numbers.
pub fn moments(examples: &Examples, area: usize) -> Vec<(f64, f64)> {
    let columns = examples.features / area;
    let count = (examples.labels.len() * area) as f64;
    let mut sums = vec![0.0f64; columns];
    for (at, values) in examples.inputs.chunks_exact(area).enumerate() {
        sums[at % columns] += values.iter().map(|&value| f64::from(value)).sum::<f64>();
    }
    let means: Vec<f64> = sums.iter().map(|sum| sum / count).collect();
    let mut squares = vec![0.0f64; columns];
    for (at, values) in examples.inputs.chunks_exact(area).enumerate() {
        let mean = means[at % columns];
        squares[at % columns] += values.iter().map(|&value| (f64::from(value) - mean).powi(2)).sum::<f64>();
    }
    means.into_iter().zip(squares).map(|(mean, square)| (mean, (square / count).sqrt())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::tests::{load, spec};
    use crate::data::{Dataset, set};
    use crate::experiment::DataName;

    fn area(dataset: &Dataset) -> usize {
        dataset.image.map_or(1, |[_, height, width]| height * width)
    }

    #[test]
    fn scale_comes_before_offset() {
        let plain = load(&spec(DataName::Digits), 1);
        let moved = DataSpec { input_scale: 2.0, input_offset: -3.0, ..spec(DataName::Digits) };
        let moved = load(&moved, 1);
        for (plain, moved) in [(&plain.pool, &moved.pool), (&plain.probe, &moved.probe)] {
            assert!(plain.inputs.iter().zip(&moved.inputs).all(|(a, b)| a * 2.0 - 3.0 == *b));
        }
        assert_eq!((moved.feeds[0].bias, moved.feeds[0].white()), (-3.0, -1.0));
    }

    #[test]
    fn standardising_gives_every_column_mean_0_and_deviation_1_whatever_the_scale() {
        for &name in DataName::ALL {
            let at = |input_scale, input_offset| {
                load(&DataSpec { standardise: true, input_scale, input_offset, ..spec(name) }, 1)
            };
            let dataset = at(1.0, 0.0);
            for (column, (mean, deviation)) in moments(&dataset.pool, area(&dataset)).into_iter().enumerate()
            {
                let spread = (deviation - 1.0).abs() < 1e-4 || deviation == 0.0;
                assert!(mean.abs() < 1e-4 && spread, "{name:?} column {column}: {mean}, {deviation}");
            }
            let columns = dataset.feeds.len();
            let features = if name == DataName::Own { spec(name).own.features } else { set(name).features };
            assert_eq!(columns, set(name).image.map_or(features, |[channels, ..]| channels));
            assert!(dataset == at(255.0, 40.0), "{name:?}");
        }
    }

    #[test]
    fn a_test_shift_is_in_deviations_of_the_pool_and_leaves_training_alone() {
        for name in [DataName::Linear, DataName::Shapes, DataName::Hypothyroid] {
            let plain = load(&spec(name), 1);
            let moved = load(&DataSpec { test_shift: 2.0, test_scale: 3.0, ..spec(name) }, 1);
            assert!(plain.pool == moved.pool);
            let deviations: Vec<f64> =
                moments(&plain.pool, area(&plain)).iter().map(|moments| moments.1).collect();
            let columns = plain.probe.inputs.chunks_exact(area(&plain)).zip(deviations.iter().cycle());
            for ((plain, deviation), moved) in columns.zip(moved.probe.inputs.chunks_exact(area(&plain))) {
                let expected = plain[0] * 3.0 + 2.0 * *deviation as f32;
                assert!((moved[0] - expected).abs() <= 1e-4 * expected.abs().max(1.0), "{name:?}");
            }
        }
    }

    #[test]
    fn a_constant_column_does_not_divide_by_zero() {
        let examples = |inputs: Vec<f32>| Examples { labels: vec![0; inputs.len()], inputs, features: 1 };
        let (mut pool, mut probe) = (examples(vec![7.0; 5]), examples(vec![9.0]));
        let spec = DataSpec { standardise: true, ..spec(DataName::Linear) };
        apply(&mut pool, &mut probe, 1, &spec);
        assert_eq!((pool.inputs, probe.inputs), (vec![0.0; 5], vec![2.0]));
    }
}
