//! Stochastic gradient descent with heavy-ball momentum (Polyak 1964), as PyTorch writes it.
//!
//! Must not know rates.

use super::fused;
use super::tensor::Tensor;

/// SGD's state.
pub(crate) struct Sgd {
    /// How much of the last velocity stays, 0 to 1.
    pub momentum: f32,
    /// Decayed sum of gradients.
    pub velocity: Tensor<1>,
}

impl Sgd {
    /// What to subtract per unit of learning rate.
    pub fn direction(&mut self, gradient: Tensor<1>) -> Tensor<1> {
        self.velocity = fused::flushed(self.velocity.take().mul_scalar(self.momentum) + gradient);
        self.velocity.clone()
    }
}
