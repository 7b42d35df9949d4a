//! The first convolution block: 3x3 convolution, max-pool 2x2, bias and ReLU, on host-made patches.
//!
//! Must not be used deeper in: it has no input gradient. Bias and ReLU commute with the maximum, so
//! they come after the pool, on a quarter of the numbers.

use super::im2col::Patches;
use super::layer::{Gradients, Layer, Tape, product_over_rows, relu_gate};
use super::pool::{Routing, max4};
use burn::tensor::{Tensor, activation::relu};

/// Convolution block on the input image.
pub(crate) struct ConvStem {
    /// Patch geometry.
    pub patches: Patches,
    /// Filters.
    pub channels: usize,
}

impl ConvStem {
    fn positions(&self) -> usize {
        let [height, width] = self.patches.pooled();
        height * width
    }
}

impl Layer for ConvStem {
    fn weight_shape(&self) -> [usize; 2] {
        [self.patches.columns(), self.channels]
    }

    fn fans(&self) -> (usize, usize) {
        (self.patches.columns(), 9 * self.channels)
    }

    /// `input`: `[lanes, 4 x batch x positions, 9 x channels]` from [`Patches::rows`].
    fn forward(&self, weight: &Tensor<3>, bias: &Tensor<3>, input: Tensor<3>) -> (Tensor<3>, Tape) {
        let (max, routing) = max4(input.clone().matmul(weight.clone()));
        let output = relu(max + bias.clone()); // [lanes, batch x positions, channels]
        let [lanes, rows, channels] = output.dims();
        let positions = self.positions();
        let flat = output.clone().reshape([lanes, rows / positions, positions * channels]);
        let [halves, pair] = routing.into_tape();
        (flat, vec![input, output, halves, pair])
    }

    fn backward(&self, _: &Tensor<3>, tape: Tape, gradient: Tensor<3>, _wants_input: bool) -> Gradients {
        let [input, output, halves, pair]: [Tensor<3>; 4] =
            tape.try_into().expect("forward taped four tensors");
        let gradient = gradient.reshape(output.dims()) * relu_gate(output);
        let bias = gradient.clone().sum_dim(1);
        let slabs = Routing::from_tape([halves, pair]).backward(gradient);
        let weight = product_over_rows(input, slabs);
        Gradients { weight, bias, input: None }
    }

    fn units(&self, output: Tensor<3>) -> Option<Tensor<3>> {
        let [lanes, batch, _] = output.dims();
        Some(output.reshape([lanes, batch * self.positions(), self.channels]))
    }
}
