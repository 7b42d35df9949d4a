//! Whether the model is right as often as it is sure.
//!
//! Must not know how predictions are made. The probe set holds every class equally often, so a model
//! trained on imbalanced classes looks less calibrated here than on data like its own.

use super::softmax;
use crate::telemetry::confusion::argmax;
use serde::{Deserialize, Serialize};

/// Confidence against correctness, in bins of confidence (Guo et al. 2017).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Bins of equal width over confidence 0 to 1.
    pub bins: Vec<CalibrationBin>,
    /// Expected calibration error: the mean distance between a bin's confidence and its share right,
    /// weighted by count, 0 to 1; NaN without predictions.
    pub error: f32,
}

/// The examples whose confidence falls into one bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    /// Examples.
    pub count: u32,
    /// Of them, those predicted right.
    pub right: u32,
    /// Their mean confidence; NaN without examples.
    pub confidence: f32,
}

impl CalibrationBin {
    /// Share predicted right; NaN without examples.
    pub fn share(&self) -> f32 {
        self.right as f32 / self.count as f32
    }
}

impl Calibration {
    /// Bins over confidence 0 to 1.
    pub const BINS: usize = 10;

    /// From rows of `logits`, `[examples, classes]`; confidence is the largest softmax probability.
    /// Rows with NaN are left out.
    pub fn from_logits(logits: &[f32], labels: &[u8], classes: usize) -> Self {
        let mut bins = vec![CalibrationBin::default(); Self::BINS];
        for (row, label) in logits.chunks_exact(classes).zip(labels) {
            let shares = softmax(row);
            let Some(predicted) = argmax(&shares) else { continue };
            let confidence = shares[predicted];
            let bin = &mut bins[((confidence * Self::BINS as f32) as usize).min(Self::BINS - 1)];
            bin.count += 1;
            bin.right += u32::from(predicted == usize::from(*label));
            // A sum until all are counted.
            bin.confidence += confidence;
        }
        let total: u32 = bins.iter().map(|bin| bin.count).sum();
        let mut error = 0.0;
        for bin in &mut bins {
            bin.confidence /= bin.count as f32;
            if bin.count > 0 {
                error += bin.count as f32 * (bin.confidence - bin.share()).abs();
            }
        }
        Self { bins, error: error / total as f32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Logits of two classes that make class 0 this probable.
    fn sure(probability: f32) -> [f32; 2] {
        [(probability / (1.0 - probability)).ln(), 0.0]
    }

    #[test]
    fn error_is_the_weighted_distance_from_the_diagonal() {
        // Three examples at 0.75, two right; one at 0.95, right.
        let logits: Vec<f32> = [0.75, 0.75, 0.75, 0.95].into_iter().flat_map(sure).collect();
        let found = Calibration::from_logits(&logits, &[0, 0, 1, 0], 2);
        assert_eq!((found.bins[7].count, found.bins[7].right, found.bins[9].count), (3, 2, 1));
        let expected = (3.0 * (0.75 - 2.0 / 3.0) + 0.05) / 4.0;
        assert!((found.error - expected).abs() < 1e-5, "{}", found.error);
    }

    #[test]
    fn a_diverged_model_has_no_calibration() {
        let found = Calibration::from_logits(&[f32::NAN; 4], &[0, 1], 2);
        assert!(found.error.is_nan() && found.bins.iter().all(|bin| bin.count == 0));
    }
}
