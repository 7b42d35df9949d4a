//! What the output layer says about each class, before the softmax.
//!
//! Must not know the layers before it.

use serde::{Deserialize, Serialize};

/// One class's logit. A softmax does not change when all logits move together, so every figure is
/// measured from the mean over the classes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassOutput {
    /// Mean logit over all probe examples.
    pub everywhere: f32,
    /// Mean logit over the probe examples of this class. Its distance from `everywhere` is what the
    /// model takes from the input.
    pub own: f32,
    /// The output unit's bias; NaN where there is none for this class.
    pub bias: f32,
    /// `ln(class share)`: what a model that knows only how frequent each class is would say; `-inf`
    /// for a starved class.
    pub log_share: f32,
}

impl ClassOutput {
    /// One per class. `logits`: `[examples, classes]`; `bias` and `shares`: per class.
    pub fn of_classes(logits: &[f32], labels: &[u8], bias: &[f32], shares: &[f32]) -> Vec<Self> {
        let classes = shares.len();
        let mut everywhere = vec![Mean::default(); classes];
        let mut own = vec![Mean::default(); classes];
        for (row, label) in logits.chunks_exact(classes).zip(labels) {
            let middle = row.iter().sum::<f32>() / classes as f32;
            for (class, logit) in row.iter().enumerate() {
                everywhere[class].add(logit - middle);
                if class == usize::from(*label) {
                    own[class].add(logit - middle);
                }
            }
        }
        let log_shares: Vec<f32> = shares.iter().map(|share| share.ln()).collect();
        let (bias, log_shares) = (centred(bias), centred(&log_shares));
        (0..classes)
            .map(|class| Self {
                everywhere: everywhere[class].value(),
                own: own[class].value(),
                bias: bias.get(class).copied().unwrap_or(f32::NAN),
                log_share: log_shares[class],
            })
            .collect()
    }
}

#[derive(Clone, Copy, Default)]
struct Mean {
    sum: f64,
    count: u32,
}

impl Mean {
    fn add(&mut self, value: f32) {
        self.sum += f64::from(value);
        self.count += 1;
    }

    fn value(self) -> f32 {
        (self.sum / f64::from(self.count)) as f32
    }
}

/// The values less the mean of the finite ones.
fn centred(values: &[f32]) -> Vec<f32> {
    let mut mean = Mean::default();
    values.iter().filter(|value| value.is_finite()).for_each(|value| mean.add(*value));
    values.iter().map(|value| value - mean.value()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_model_says_the_same_of_its_own_class_and_of_all() {
        let logits = [3.0, 1.0].repeat(4);
        let found = ClassOutput::of_classes(&logits, &[0, 0, 1, 1], &[1.5, -0.5], &[0.9, 0.1]);
        assert_eq!((found[0].everywhere, found[0].own, found[0].bias), (1.0, 1.0, 1.0));
        assert_eq!((found[1].everywhere, found[1].own, found[1].bias), (-1.0, -1.0, -1.0));
        assert!((found[0].log_share - 9.0f32.ln() / 2.0).abs() < 1e-6);
    }

    #[test]
    fn a_model_that_looks_lifts_the_logit_of_the_right_class() {
        let found = ClassOutput::of_classes(&[2.0, 0.0, 0.0, 2.0], &[0, 1], &[], &[1.0, 0.0]);
        assert_eq!((found[0].everywhere, found[0].own, found[1].own), (0.0, 1.0, 1.0));
        assert!(found[0].bias.is_nan() && found[1].log_share == f32::NEG_INFINITY);
    }
}
