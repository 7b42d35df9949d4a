//! Max-pooling 2x2 over four slabs, one per position in the window, with its gradient.
//!
//! Must not know how the slabs were made. `max(a, b) = a + relu(b - a)` keeps the routing as plain
//! float products; boolean masks and `max_pair` are slow on the CPU backend.

use burn::tensor::{Tensor, activation::relu};

/// Which slab won, as float gates for the backward pass.
pub(crate) struct Routing {
    /// 1 where slab 1 beat slab 0.
    first: Tensor<3>,
    /// 1 where slab 3 beat slab 2.
    second: Tensor<3>,
    /// 1 where the second pair beat the first.
    pair: Tensor<3>,
}

/// Elementwise maximum of four slabs of equal shape.
pub(crate) fn max4([a, b, c, d]: [Tensor<3>; 4]) -> (Tensor<3>, Routing) {
    let (ab, first) = max2(a, b);
    let (cd, second) = max2(c, d);
    let (max, pair) = max2(ab, cd);
    (max, Routing { first, second, pair })
}

impl Routing {
    /// The gradient of each slab from the gradient of the maximum.
    pub fn backward(self, gradient: Tensor<3>) -> [Tensor<3>; 4] {
        let cd = gradient.clone() * self.pair;
        let ab = gradient - cd.clone();
        let b = ab.clone() * self.first;
        let d = cd.clone() * self.second;
        [ab - b.clone(), b, cd - d.clone(), d]
    }

    /// As a tape.
    pub fn into_tape(self) -> [Tensor<3>; 3] {
        [self.first, self.second, self.pair]
    }

    /// Back from a tape.
    pub fn from_tape([first, second, pair]: [Tensor<3>; 3]) -> Self {
        Self { first, second, pair }
    }
}

fn max2(a: Tensor<3>, b: Tensor<3>) -> (Tensor<3>, Tensor<3>) {
    let excess = relu(b - a.clone());
    (a + excess.clone(), excess.mul_scalar(1e30).clamp_max(1.0))
}
