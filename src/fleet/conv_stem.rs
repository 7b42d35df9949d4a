//! The first convolution block: 3x3 convolution and max-pool 2x2, on images from the host.
//!
//! Must not be used deeper in: it has no input gradient. Bias and activation come after the pool, on
//! a quarter of the numbers. For activations that never fall (ReLU, leaky ReLU, tanh, sigmoid) that
//! is the same as pooling last; for GELU, which dips below zero, and for batch normalisation, whose
//! statistics are then those of the maxima, it is a decision of ours.

use super::fused;
use super::im2col::Patches;
use super::layer::{Gradients, Layer, Tape, with_bias};
use super::tensor::Tensor;

/// Convolution block on the input image.
pub(crate) struct ConvStem {
    /// Patch geometry.
    pub patches: Patches,
    /// Filters.
    pub channels: usize,
}

impl Layer for ConvStem {
    fn weight_shape(&self) -> [usize; 2] {
        [self.patches.columns(), self.channels]
    }

    #[cfg(feature = "gpu")]
    fn kind(&self) -> super::layer::Kind {
        super::layer::Kind::Stem(self.patches)
    }

    fn positions(&self) -> usize {
        let [height, width] = self.patches.pooled();
        height * width
    }

    /// `input`: from [`fused::images`].
    fn forward(&self, weight: &Tensor<3>, bias: Option<&Tensor<3>>, input: Tensor<3>) -> (Tensor<3>, Tape) {
        let (max, routing) = fused::stem(&input, weight, self.patches);
        (with_bias(max, bias), Tape { input, routing: Some(routing) })
    }

    fn backward(&self, _: &Tensor<3>, tape: Tape, gradient: Tensor<3>, _wants_input: bool) -> Gradients {
        let routing = tape.routing.expect("forward taped which position won");
        Gradients { weight: routing.stem_gradient(tape.input, gradient, self.patches), input: None }
    }
}
