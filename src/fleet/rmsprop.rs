//! RMSprop (Tieleman & Hinton 2012) with momentum, as PyTorch writes it.
//!
//! Must not know rates.

use super::fused;
use super::tensor::Tensor;

/// RMSprop's constants and state.
pub(crate) struct RmsProp {
    /// Share of the mean square kept, 0 to 1.
    pub beta_square: f32,
    /// Added to the root of the mean square.
    pub epsilon: f32,
    /// How much of the last velocity stays, 0 to 1.
    pub momentum: f32,
    /// Mean squared gradient.
    pub square: Tensor<1>,
    /// Decayed sum of scaled gradients.
    pub velocity: Tensor<1>,
}

impl RmsProp {
    /// What to subtract per unit of learning rate.
    pub fn direction(&mut self, gradient: Tensor<1>) -> Tensor<1> {
        let gradient = fused::flushed(gradient);
        let square = (gradient.clone() * gradient.clone()).mul_scalar(1.0 - self.beta_square);
        self.square = fused::flushed_square(self.square.take().mul_scalar(self.beta_square) + square);
        let scaled = gradient / self.square.clone().sqrt().add_scalar(self.epsilon);
        self.velocity = fused::flushed(self.velocity.take().mul_scalar(self.momentum) + scaled);
        self.velocity.clone()
    }
}
