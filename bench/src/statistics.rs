//! The few statistics of the report. Must not know what is counted.

use collapse_lab::stream::Stream;

/// A share with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// How often.
    pub hits: usize,
    /// Of how many.
    pub of: usize,
    /// `hits / of`; NaN of nothing.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// Quantile of the normal distribution for 95 %.
const Z: f64 = 1.959_963_985;

/// Wilson's score interval (Wilson 1927), which stays within 0 and 1 and has width at 0 and 1.
pub fn wilson(hits: usize, of: usize) -> Share {
    let n = of as f64;
    let value = hits as f64 / n;
    if of == 0 {
        return Share { hits, of, value, low: 0.0, high: 1.0 };
    }
    let denominator = 1.0 + Z * Z / n;
    let middle = (value + Z * Z / (2.0 * n)) / denominator;
    let half = Z * (value * (1.0 - value) / n + Z * Z / (4.0 * n * n)).sqrt() / denominator;
    Share { hits, of, value, low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
}

/// [`wilson`] of how many of these are true.
pub fn share(hits: impl IntoIterator<Item = bool>) -> Share {
    let (mut count, mut of) = (0, 0);
    for hit in hits {
        count += usize::from(hit);
        of += 1;
    }
    wilson(count, of)
}

/// One-sided p of a mean difference above zero: the share of all sign flips of the paired differences whose
/// mean is at least as large (Fisher's exact permutation test for pairs). With five pairs the least is 1/32.
pub fn paired_p(differences: &[f64]) -> f64 {
    assert!(differences.len() < 20, "all sign flips are tried");
    let observed: f64 = differences.iter().sum();
    let flips = 1_u32 << differences.len();
    let sum = |signs: u32| -> f64 {
        let signed = |(index, value): (usize, &f64)| if signs >> index & 1 == 1 { -value } else { *value };
        differences.iter().enumerate().map(signed).sum()
    };
    // A hair of tolerance: the same sum in another order is the same sum.
    let as_large = (0..flips).filter(|signs| sum(*signs) >= observed - 1e-9).count();
    as_large as f64 / f64::from(flips)
}

/// Mean; NaN of nothing.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The value below which that share of the values lies; `None` of nothing.
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    Some(sorted[(share * last as f64).round() as usize])
}

/// Mean of chances with a 95 % percentile interval over 2,000 bootstrap samples (Efron 1979), drawn from a
/// fixed seed. What is not a count of hits has no Wilson interval.
pub fn bootstrap(values: &[f64]) -> (f64, f64, f64) {
    let mut stream = Stream::named(1, "bootstrap");
    let mut sample = || {
        let drawn: f64 = (0..values.len()).map(|_| values[stream.below(values.len())]).sum();
        drawn / values.len() as f64
    };
    let means: Vec<f64> = (0..2000).map(|_| sample()).collect();
    let at = |share| quantile(&means, share).unwrap_or(f64::NAN);
    (mean(values), at(0.025), at(0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-3, "{left} is not {right}");
    }

    #[test]
    fn wilson_agrees_with_published_values() {
        // Newcombe 1998, Statistics in Medicine 17, table I, method 3: 81/263, 15/148, 0/20, 1/29.
        for (hits, of, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let share = wilson(hits, of);
            close(share.low, low);
            close(share.high, high);
        }
        assert!(wilson(0, 0).value.is_nan());
    }

    #[test]
    fn the_permutation_test_counts_sign_flips() {
        close(paired_p(&[0.1, 0.2, 0.3, 0.2, 0.1, 0.4]), 1.0 / 64.0);
        // One small negative difference: only flipping it gives a larger sum.
        close(paired_p(&[0.1, 0.2, 0.3, 0.2, 0.1, -0.01]), 2.0 / 64.0);
        close(paired_p(&[0.0, 0.0, 0.0]), 1.0);
        assert!(paired_p(&[-0.1, -0.2, -0.3]) > 0.99);
    }

    #[test]
    fn quantiles_and_bootstrap_of_a_known_sample() {
        let values: Vec<f64> = (0..=100).map(f64::from).collect();
        assert_eq!(quantile(&values, 0.5), Some(50.0));
        assert_eq!(quantile(&[], 0.5), None);
        let (mean, low, high) = bootstrap(&values);
        // Standard error of the mean of 0..=100: 29.15 / sqrt(101) = 2.90.
        assert_eq!(mean, 50.0);
        assert!((low - 44.3).abs() < 1.0 && (high - 55.7).abs() < 1.0, "{low} {high}");
    }
}
