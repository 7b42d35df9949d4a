//! Adam's direction (Kingma & Ba 2015), bias corrections folded into scalars.
//!
//! Must not know rates. The moments are kept without their `1 - beta` factors (`mean / (1 - beta1)`,
//! `square / (1 - beta2)`), which saves two multiplications over all parameters per step.

use super::fused;
use super::tensor::Tensor;

/// Adam's constants and state.
pub(crate) struct Adam {
    /// Decay of the mean gradient, 0 to 1.
    pub beta_mean: f64,
    /// Decay of the mean squared gradient, 0 to 1.
    pub beta_square: f64,
    /// Added to the root of the mean squared gradient; PyTorch has 1e-8, Keras 1e-7, Burn 1e-5.
    pub epsilon: f64,
    /// Decayed sum of gradients.
    pub mean: Tensor<1>,
    /// Decayed sum of squared gradients.
    pub square: Tensor<1>,
}

impl Adam {
    /// What to subtract per unit of learning rate at step `steps` (1 for the first).
    pub fn direction(&mut self, gradient: Tensor<1>, steps: u32) -> Tensor<1> {
        let (betas, scales) = ([self.beta_mean as f32, self.beta_square as f32], self.scales(steps));
        fused::adam([&mut self.mean, &mut self.square], gradient, betas, scales)
    }

    /// What multiplies the mean, and what is added to the root of the square, at step `steps`.
    pub fn scales(&self, steps: u32) -> [f32; 2] {
        let Self { beta_mean, beta_square, epsilon, .. } = *self;
        let steps = f64::from(steps);
        let spread = ((1.0 - beta_square.powf(steps)) / (1.0 - beta_square)).sqrt();
        let scale = (1.0 - beta_mean) / (1.0 - beta_mean.powf(steps)) * spread;
        [scale as f32, (epsilon * spread) as f32]
    }
}
