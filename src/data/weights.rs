//! How much each class's examples count in the loss, when weights are to make up for rare classes.
//!
//! Must not know how examples are drawn.

use crate::experiment::Weighting;

/// Decay in the effective number of examples: what Cui et al. (2019) found best for long tails of this
/// size.
const BETA: f64 = 0.999;

/// Factor on the loss of each class's examples, mean 1 over drawn examples; 0 for classes never drawn
/// where weights are on, else all 1.
///
/// `shares`: share of each class among drawn examples; `counts`: its distinct examples.
pub fn per_class(weighting: Weighting, shares: &[f32], counts: &[u32]) -> Vec<f32> {
    let drawable = counts.iter().filter(|&&count| count > 0).count() as f32;
    let each = |weight: &dyn Fn(f32, u32) -> f32| -> Vec<f32> {
        let pairs = shares.iter().zip(counts);
        pairs.map(|(&share, &count)| if count > 0 { weight(share, count) } else { 0.0 }).collect()
    };
    match weighting {
        Weighting::InverseFrequency => each(&|share, _| 1.0 / (drawable * share)),
        Weighting::EffectiveNumber => {
            let mut weights = each(&|_, count| {
                let effective = (1.0 - BETA.powf(f64::from(count))) / (1.0 - BETA);
                (1.0 / effective) as f32
            });
            let mean: f32 = weights.iter().zip(shares).map(|(weight, share)| weight * share).sum();
            if mean > 0.0 {
                weights.iter_mut().for_each(|weight| *weight /= mean);
            }
            weights
        }
        _ => vec![1.0; shares.len()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effective_numbers_lie_between_no_weights_and_inverse_frequency() {
        let (shares, counts) = ([0.99, 0.01], [990, 10]);
        let weights = per_class(Weighting::EffectiveNumber, &shares, &counts);
        // (1 - .999^990) / (1 - .999^10) = 0.62861 / 0.0099551 = 63.145 by hand.
        assert!((weights[1] / weights[0] - 63.145).abs() < 0.05, "{weights:?}");
        assert!((0.99 * weights[0] + 0.01 * weights[1] - 1.0).abs() < 1e-5);
        let inverse = per_class(Weighting::InverseFrequency, &shares, &counts);
        assert!((inverse[1] / inverse[0] - 99.0).abs() < 0.01);
        assert_eq!(per_class(Weighting::Oversampling, &shares, &counts), [1.0, 1.0]);
    }

    #[test]
    fn a_class_never_drawn_has_no_weight() {
        for weighting in [Weighting::InverseFrequency, Weighting::EffectiveNumber] {
            let weights = per_class(weighting, &[0.5, 0.0, 0.5], &[7, 0, 7]);
            assert!(weights[1] == 0.0 && (weights[0] - 1.0).abs() < 1e-6, "{weights:?}");
        }
    }
}
