//! Training steps on WebGPU in a few kernels of our own, where Burn's tensor operations are the wall.
//!
//! Must not know data, pacing or settings beyond what a kernel computes. Burn launches tens of small
//! operations a step and pads skinny matrix products to tiles behind workgroup barriers; a network of
//! dense layers, with or without a first convolution, needs two or three kernels a layer. What a
//! [`Plan`] does not cover goes through the tensor operations, which stay the definition of the result.

#[cfg(feature = "gpu")]
mod conv;
#[cfg(feature = "gpu")]
mod dense;
#[cfg(feature = "gpu")]
mod launch;
#[cfg(feature = "gpu")]
mod loss;
#[cfg(feature = "gpu")]
mod plan;
#[cfg(feature = "gpu")]
mod update;

#[cfg(not(feature = "gpu"))]
pub(crate) use absent::Plan;
#[cfg(feature = "gpu")]
pub(crate) use plan::Plan;

use super::tensor::Tensor;

/// What a plan found out about one batch.
pub(crate) struct Found {
    /// `[lanes, batch, classes]`, before any offset.
    pub logits: Tensor<3>,
    /// As long as the parameters.
    pub gradient: Tensor<1>,
}

#[cfg(not(feature = "gpu"))]
#[path = "kernel/absent.rs"]
mod absent;
