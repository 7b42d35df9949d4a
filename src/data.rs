//! Data sets: a fixed pool to train on and a balanced probe set, and how batches are drawn from them.
//!
//! Must not know models, tensors or the browser; bytes of real sets are handed in.

// (data helper: submodules digits, mnist, gaussians, shapes, linear, noise, sampler, augment, gallery)

/// Labelled examples, features in `[0, 1]` for images (channel-major `[C, H, W]`) before `input_scale`.
#[derive(Clone, Debug, PartialEq)]
pub struct Examples {
    /// `[examples, features]`, row-major.
    pub inputs: Vec<f32>,
    /// Class of each example.
    pub labels: Vec<u8>,
    /// Numbers per example.
    pub features: usize,
}
