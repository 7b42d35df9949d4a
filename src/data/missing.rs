//! Puts something where a real set has no value, the same in pool and probe, and keeps count.
//!
//! Must not know why a value is missing. What is put comes from the pool alone: the probe set must not
//! leak into training.

use super::Examples;
use crate::experiment::Missing;
use crate::protocol::MissingValue;

/// Fills the NaNs of both parts and tells, per feature that has any, how many there were and what was
/// put; [`Missing::Indicator`] adds one column of 0 and 1 behind the others for each such feature.
pub fn fill(parts: [&mut Examples; 2], names: &[String], choice: Missing) -> Vec<MissingValue> {
    let [pool, probe] = parts;
    let incomplete: Vec<usize> = (0..names.len())
        .filter(|&feature| column(pool, feature).chain(column(probe, feature)).any(f32::is_nan))
        .collect();
    let told: Vec<MissingValue> = incomplete
        .iter()
        .map(|&feature| {
            let absent = |examples| column(examples, feature).filter(|value| value.is_nan()).count();
            MissingValue {
                feature: names[feature].clone(),
                missing: (absent(pool) + absent(probe)) as u32,
                put: if choice == Missing::Zero { 0.0 } else { mean(pool, feature) },
            }
        })
        .collect();
    for examples in [pool, probe] {
        if choice == Missing::Indicator {
            *examples = with_indicators(examples, &incomplete);
        }
        let features = examples.features;
        for row in examples.inputs.chunks_exact_mut(features) {
            for (&feature, told) in incomplete.iter().zip(&told) {
                if row[feature].is_nan() {
                    row[feature] = told.put;
                }
            }
        }
    }
    told
}

fn column(examples: &Examples, feature: usize) -> impl Iterator<Item = f32> {
    examples.inputs.iter().skip(feature).step_by(examples.features).copied()
}

/// Mean of the values that are there; 0 when there are none.
fn mean(examples: &Examples, feature: usize) -> f32 {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in column(examples, feature).filter(|value| !value.is_nan()) {
        sum += f64::from(value);
        count += 1.0;
    }
    (sum / f64::max(count, 1.0)) as f32
}

fn with_indicators(examples: &Examples, incomplete: &[usize]) -> Examples {
    let features = examples.features + incomplete.len();
    let mut inputs = Vec::with_capacity(examples.labels.len() * features);
    for row in examples.inputs.chunks_exact(examples.features) {
        inputs.extend_from_slice(row);
        inputs.extend(incomplete.iter().map(|&feature| f32::from(u8::from(row[feature].is_nan()))));
    }
    Examples { inputs, labels: examples.labels.clone(), features }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: f32 = f32::NAN;

    /// Pool and probe of two features, of which the second has gaps.
    fn filled(choice: Missing) -> (Examples, Examples, Vec<MissingValue>) {
        let examples = |inputs: Vec<f32>| Examples { labels: vec![0; inputs.len() / 2], inputs, features: 2 };
        let mut pool = examples(vec![1.0, 10.0, 2.0, GAP, 3.0, 20.0]);
        let mut probe = examples(vec![4.0, GAP, 5.0, 900.0]);
        let names = ["age".to_owned(), "TSH".to_owned()];
        let told = fill([&mut pool, &mut probe], &names, choice);
        (pool, probe, told)
    }

    #[test]
    fn the_mean_of_the_pool_fills_both_parts_and_is_told() {
        let (pool, probe, told) = filled(Missing::Mean);
        assert_eq!(pool.inputs, [1.0, 10.0, 2.0, 15.0, 3.0, 20.0]);
        assert_eq!(probe.inputs, [4.0, 15.0, 5.0, 900.0]);
        assert_eq!(told, [MissingValue { feature: "TSH".to_owned(), missing: 2, put: 15.0 }]);
    }

    #[test]
    fn zero_is_zero() {
        let (pool, probe, told) = filled(Missing::Zero);
        assert_eq!((pool.inputs[3], probe.inputs[1], told[0].put), (0.0, 0.0, 0.0));
    }

    #[test]
    fn an_indicator_is_a_column_for_each_feature_with_gaps() {
        let (pool, probe, _) = filled(Missing::Indicator);
        assert_eq!((pool.features, probe.features), (3, 3));
        assert_eq!(pool.inputs, [1.0, 10.0, 0.0, 2.0, 15.0, 1.0, 3.0, 20.0, 0.0]);
        assert_eq!(probe.inputs, [4.0, 15.0, 1.0, 5.0, 900.0, 0.0]);
    }
}
