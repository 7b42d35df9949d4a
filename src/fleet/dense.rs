//! A fully connected layer.
//!
//! Must not know images.

use super::fused;
use super::layer::{Gradients, Layer, Tape};
use super::tensor::Tensor;

/// `output = input W`.
pub(crate) struct Dense {
    /// Numbers in.
    pub inputs: usize,
    /// Units.
    pub outputs: usize,
}

impl Layer for Dense {
    fn weight_shape(&self) -> [usize; 2] {
        [self.inputs, self.outputs]
    }

    #[cfg(feature = "gpu")]
    fn kind(&self) -> super::layer::Kind {
        super::layer::Kind::Dense
    }

    fn positions(&self) -> usize {
        1
    }

    fn forward(&self, weight: &Tensor<3>, bias: Option<&Tensor<3>>, input: Tensor<3>) -> (Tensor<3>, Tape) {
        let sums = match bias {
            Some(bias) => fused::affine(&input, weight, bias),
            None => input.clone().matmul(weight.clone()),
        };
        (sums, Tape { input, routing: None }) // [lanes, batch, outputs]
    }

    fn backward(&self, weight: &Tensor<3>, tape: Tape, gradient: Tensor<3>, wants_input: bool) -> Gradients {
        Gradients {
            weight: tape.input.swap_dims(1, 2).matmul(gradient.clone()),
            input: wants_input.then(|| gradient.matmul(weight.clone().swap_dims(1, 2))),
        }
    }
}
