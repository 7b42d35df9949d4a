//! How a layer's numbers are spread.
//!
//! Must not know which numbers they are.

use serde::{Deserialize, Serialize};

/// Counts of values in equal bins, with the figures a picture cannot show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// What the bins divide equally.
    pub scale: Scale,
    /// Lower edge of the first bin: a value, or the decimal logarithm of a size.
    pub low: f32,
    /// Upper edge of the last bin.
    pub high: f32,
    /// Values per bin, exact zeros left out.
    pub counts: Vec<u32>,
    /// Values that are exactly zero.
    pub zeros: u32,
    /// Values that are not finite.
    pub missing: u32,
    /// Mean of the finite values; NaN without any.
    pub mean: f32,
    /// Their standard deviation.
    pub deviation: f32,
    /// Their smallest.
    pub min: f32,
    /// Their largest.
    pub max: f32,
}

/// What the bins of a [`Histogram`] divide equally.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scale {
    /// The values.
    Linear,
    /// The decimal logarithm of their sizes, signs ignored.
    Magnitude,
}

impl Histogram {
    /// Bins of every histogram.
    pub const BINS: usize = 40;

    /// One histogram per layer, all over one range, so that layers can be compared.
    pub fn of_layers(layers: &[Vec<f32>], scale: Scale) -> Vec<Self> {
        let placed = |value: f32| match scale {
            Scale::Linear => value,
            Scale::Magnitude => value.abs().log10(),
        };
        let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
        for value in layers.iter().flatten().filter(|value| counts(**value)) {
            let value = placed(*value);
            (low, high) = (low.min(value), high.max(value));
        }
        if low > high {
            (low, high) = (0.0, 0.0);
        }
        if high - low <= f32::EPSILON * high.abs().max(low.abs()) {
            // All alike: a range around the one value, so that it is a bar in the middle.
            let half = (low.abs() * 0.5).max(0.5);
            (low, high) = (low - half, high + half);
        }
        layers.iter().map(|values| Self::of(values, scale, (low, high), placed)).collect()
    }

    fn of(values: &[f32], scale: Scale, (low, high): (f32, f32), placed: impl Fn(f32) -> f32) -> Self {
        let mut histogram = Self {
            scale,
            low,
            high,
            counts: vec![0; Self::BINS],
            zeros: 0,
            missing: 0,
            mean: f32::NAN,
            deviation: f32::NAN,
            min: f32::NAN,
            max: f32::NAN,
        };
        let (mut sum, mut square) = (0.0f64, 0.0f64);
        let per_unit = Self::BINS as f32 / (high - low);
        for &value in values {
            if !value.is_finite() {
                histogram.missing += 1;
                continue;
            }
            sum += f64::from(value);
            square += f64::from(value) * f64::from(value);
            histogram.min = histogram.min.min(value);
            histogram.max = histogram.max.max(value);
            if value == 0.0 {
                histogram.zeros += 1;
            } else {
                // The cast saturates: rounding cannot leave the first or the last bin.
                let bin = ((placed(value) - low) * per_unit) as usize;
                histogram.counts[bin.min(Self::BINS - 1)] += 1;
            }
        }
        let finite = values.len() - histogram.missing as usize;
        if finite > 0 {
            let mean = sum / finite as f64;
            histogram.mean = mean as f32;
            histogram.deviation = (square / finite as f64 - mean * mean).max(0.0).sqrt() as f32;
        }
        histogram
    }

    /// Values counted, zeros and missing ones included.
    pub fn total(&self) -> u32 {
        self.counts.iter().sum::<u32>() + self.zeros + self.missing
    }

    /// Share of exact zeros; NaN without values.
    pub fn zero_share(&self) -> f32 {
        self.zeros as f32 / self.total() as f32
    }

    /// Share of values that are not finite; NaN without values.
    pub fn missing_share(&self) -> f32 {
        self.missing as f32 / self.total() as f32
    }
}

/// Whether a value has a place in a bin.
fn counts(value: f32) -> bool {
    value.is_finite() && value != 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_share_a_range_and_lose_nothing() {
        let layers = [vec![-1.0, 0.0, 1.0, f32::NAN], vec![3.0; 5], vec![]];
        let found = Histogram::of_layers(&layers, Scale::Linear);
        assert!(found.iter().all(|histogram| (histogram.low, histogram.high) == (-1.0, 3.0)));
        assert_eq!(found[0].total(), 4);
        assert_eq!((found[0].zeros, found[0].missing), (1, 1));
        assert_eq!((found[0].counts[0], found[0].counts[20], found[1].counts[39]), (1, 1, 5));
        assert_eq!((found[0].mean, found[0].min, found[0].max), (0.0, -1.0, 1.0));
        assert!((found[0].deviation - (2.0f32 / 3.0).sqrt()).abs() < 1e-6);
        assert!(found[2].mean.is_nan() && found[2].zero_share().is_nan());
    }

    #[test]
    fn sizes_are_spread_over_decades() {
        let found = Histogram::of_layers(&[vec![-1e-4, 1e-4, 1.0, 0.0]], Scale::Magnitude);
        assert!((found[0].low + 4.0).abs() < 1e-5 && found[0].high == 0.0);
        assert_eq!((found[0].counts[0], found[0].counts[39], found[0].zeros), (2, 1, 1));
    }

    #[test]
    fn equal_values_are_one_bar_in_the_middle() {
        for value in [0.25, -3.0, 1e-20, 1e20] {
            let found = Histogram::of_layers(&[vec![value; 7]], Scale::Linear);
            assert!((15..25).any(|bin| found[0].counts[bin] == 7), "{value}: {:?}", found[0]);
        }
        assert_eq!(Histogram::of_layers(&[vec![0.0; 3]], Scale::Linear)[0].zeros, 3);
        assert_eq!(Histogram::of_layers(&[vec![f32::NAN; 3]], Scale::Magnitude)[0].missing, 3);
    }
}
