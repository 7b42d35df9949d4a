//! Weighted softmax cross-entropy and its gradient.
//!
//! Must not know the model.

use burn::tensor::{Device, Tensor, TensorData, activation::log_softmax};

/// Targets of a batch on the device.
pub(crate) struct Target {
    /// `[lanes, batch, classes]`, `weight / batch` at the true class.
    weights: Tensor<3>,
    row_sum: RowSum,
}

/// Sum of a row of the targets: what multiplies the softmax in the gradient.
enum RowSum {
    /// All rows alike: `1 / batch`.
    Uniform(f32),
    /// `[lanes, batch, 1]`.
    PerRow(Tensor<3>),
}

impl Target {
    /// Uploads `targets` as [`super::Batch`] packs them.
    pub fn upload(targets: &[f32], weighted: bool, lanes: usize, batch: usize, device: &Device) -> Self {
        let classes = targets.len() / (lanes * batch);
        let upload = |values: Vec<f32>, columns| {
            Tensor::from_data(TensorData::new(values, [lanes, batch, columns]), device)
        };
        let row_sum = if weighted {
            RowSum::PerRow(upload(targets.chunks_exact(classes).map(|row| row.iter().sum()).collect(), 1))
        } else {
            RowSum::Uniform(1.0 / batch as f32)
        };
        Self { weights: upload(targets.to_vec(), classes), row_sum }
    }

    /// Weighted log-probabilities `[lanes, batch, classes]`, whose negative sum over the last two
    /// axes is the loss, and the gradient of that loss with respect to `logits`.
    pub fn cross_entropy(self, logits: Tensor<3>) -> (Tensor<3>, Tensor<3>) {
        let log_probability = log_softmax(logits, 2);
        let terms = log_probability.clone() * self.weights.clone();
        let scaled = match self.row_sum {
            RowSum::Uniform(sum) => log_probability.exp().mul_scalar(sum),
            RowSum::PerRow(sums) => log_probability.exp() * sums,
        };
        (terms, scaled - self.weights)
    }
}
