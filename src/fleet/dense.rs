//! A fully connected layer with optional ReLU.
//!
//! Must not know images.

use super::layer::{Gradients, Layer, Tape, relu_gate};
use burn::tensor::{Tensor, activation::relu};

/// `output = relu(input W + b)` or, for the last layer, `input W + b`.
pub(crate) struct Dense {
    /// Numbers in.
    pub inputs: usize,
    /// Units.
    pub outputs: usize,
    /// Whether ReLU follows.
    pub relu: bool,
}

impl Layer for Dense {
    fn weight_shape(&self) -> [usize; 2] {
        [self.inputs, self.outputs]
    }

    fn fans(&self) -> (usize, usize) {
        (self.inputs, self.outputs)
    }

    fn forward(&self, weight: &Tensor<3>, bias: &Tensor<3>, input: Tensor<3>) -> (Tensor<3>, Tape) {
        let sum = input.clone().matmul(weight.clone()) + bias.clone(); // [lanes, batch, outputs]
        if self.relu {
            let output = relu(sum);
            (output.clone(), vec![input, output])
        } else {
            (sum, vec![input])
        }
    }

    fn backward(
        &self,
        weight: &Tensor<3>,
        mut tape: Tape,
        gradient: Tensor<3>,
        wants_input: bool,
    ) -> Gradients {
        let gradient = if self.relu {
            gradient * relu_gate(tape.pop().expect("forward taped the output"))
        } else {
            gradient
        };
        let input = tape.pop().expect("forward taped the input");
        Gradients {
            bias: gradient.clone().sum_dim(1),
            weight: input.swap_dims(1, 2).matmul(gradient.clone()),
            input: wants_input.then(|| gradient.matmul(weight.clone().swap_dims(1, 2))),
        }
    }

    fn units(&self, output: Tensor<3>) -> Option<Tensor<3>> {
        self.relu.then_some(output)
    }
}
