//! Parts of a step that are one pass over the numbers on the CPU, and an expression of tensor operations
//! everywhere else.
//!
//! Must not know networks. The expressions say what is computed; a small model's step on the CPU would spend
//! most of its time on the tensors between their operations. The passes give the same up to rounding, and 0
//! for numbers too small to move anything.

#[cfg(any(feature = "gpu", test))]
mod expressions;
#[cfg(all(not(feature = "gpu"), not(test)))]
mod passes;

#[cfg(any(feature = "gpu", test))]
pub(super) use expressions::*;
#[cfg(all(not(feature = "gpu"), not(test)))]
pub(super) use passes::*;

use super::tensor::Tensor;

/// Sum of a row of the targets: what multiplies the softmax in the gradient.
pub(super) enum RowSum {
    /// All rows alike: `1 / batch`.
    Uniform(f32),
    /// `[lanes, batch, 1]`.
    PerRow(Tensor<3>),
}

impl RowSum {
    /// Every row times its sum.
    pub fn times(&self, tensor: Tensor<3>) -> Tensor<3> {
        match self {
            Self::Uniform(sum) => tensor.mul_scalar(*sum),
            Self::PerRow(sums) => tensor * sums.clone(),
        }
    }

    /// Rows that count nothing (a class weight of 0) give zeros.
    pub fn divide(&self, tensor: Tensor<3>) -> Tensor<3> {
        match self {
            Self::Uniform(sum) => tensor.div_scalar(*sum),
            Self::PerRow(sums) => tensor / sums.clone().clamp_min(1e-30),
        }
    }
}

#[cfg(all(test, feature = "cpu"))]
mod tests;
