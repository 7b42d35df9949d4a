//! Max-pooling 2x2 over four slabs, one per position in the window, with its gradient.
//!
//! Must not know how the slabs were made. `max(a, b) = a + relu(b - a)` keeps the routing as plain
//! float products; boolean masks and `max_pair` are slow on the CPU backend. Two slabs at a time,
//! so that a GPU gets few, large operations.

use super::tensor::Tensor;

/// Which slab won, as float gates for the backward pass.
pub(crate) struct Routing {
    /// 1 where slab 2 beat slab 0 or slab 3 beat slab 1, `[lanes, 2 x rows, channels]`.
    halves: Tensor<3>,
    /// 1 where the winner of (1, 3) beat the winner of (0, 2), `[lanes, rows, channels]`.
    pair: Tensor<3>,
}

/// Elementwise maximum of four slabs that lie one after another, `[lanes, 4 x rows, channels]`.
pub(crate) fn max4(slabs: Tensor<3>) -> (Tensor<3>, Routing) {
    let (winners, halves) = max_of_halves(slabs);
    let (max, pair) = max_of_halves(winners);
    (max, Routing { halves, pair })
}

impl Routing {
    /// The gradient of the slabs from the gradient of the maximum.
    pub fn backward(self, gradient: Tensor<3>) -> Tensor<3> {
        spread(spread(gradient, self.pair), self.halves)
    }

    /// As a tape.
    pub fn into_tape(self) -> [Tensor<3>; 2] {
        [self.halves, self.pair]
    }

    /// Back from a tape.
    pub fn from_tape([halves, pair]: [Tensor<3>; 2]) -> Self {
        Self { halves, pair }
    }
}

/// Maximum of the first and second half of the rows, and 1 where the second won.
fn max_of_halves(tensor: Tensor<3>) -> (Tensor<3>, Tensor<3>) {
    let [lanes, rows, channels] = tensor.dims();
    let first = tensor.clone().slice([0..lanes, 0..rows / 2, 0..channels]);
    let second = tensor.slice([0..lanes, rows / 2..rows, 0..channels]);
    let excess = (second - first.clone()).relu();
    (first + excess.clone(), excess.mul_scalar(1e30).clamp_max(1.0))
}

/// The gradient of both halves from the gradient of their maximum.
fn spread(gradient: Tensor<3>, second_won: Tensor<3>) -> Tensor<3> {
    let second = gradient.clone() * second_won;
    Tensor::cat(vec![gradient - second.clone(), second], 1)
}
