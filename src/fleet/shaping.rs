//! What is done to gradients before the optimiser sees them: penalties on weights, then clipping.
//!
//! Must not know the optimiser. As in Keras, penalties are part of the gradient that is clipped, and
//! act on weights only, not on biases or the scales of normalisation.

use super::Rates;
use super::tensor::{Device, Tensor};

/// Strengths per lane, `[lanes, 1, 1]` each, kept on the device until one changes.
pub(crate) struct Shaping {
    l1: Option<Tensor<3>>,
    l2: Option<Tensor<3>>,
    /// Longest gradient.
    clip: Option<Tensor<3>>,
}

/// "Never" for a lane without clipping beside one with it.
const UNCLIPPED: f32 = 1e30;

impl Shaping {
    /// `None` when no lane wants any of it.
    pub fn new(rates: &[Rates], device: &Device) -> Option<Self> {
        let upload = |strength: &dyn Fn(&Rates) -> f32, off: f32| {
            let values: Vec<f32> = rates.iter().map(strength).collect();
            let wanted = values.iter().any(|value| *value != off);
            wanted.then(|| Tensor::from_numbers(values, [rates.len(), 1, 1], device))
        };
        let clip = |rate: &Rates| if rate.clip_norm > 0.0 { rate.clip_norm } else { UNCLIPPED };
        let shaping = Self {
            l1: upload(&|rate| rate.l1, 0.0),
            l2: upload(&|rate| rate.l2, 0.0),
            clip: upload(&clip, UNCLIPPED),
        };
        (shaping.l1.is_some() || shaping.l2.is_some() || shaping.clip.is_some()).then_some(shaping)
    }

    /// `params` and `gradients` in the order of [`super::Network::tensors`]; of the first `2 x layers`
    /// every other one is a weight.
    pub fn apply(
        &self,
        params: &[Tensor<3>],
        mut gradients: Vec<Tensor<3>>,
        layers: usize,
    ) -> Vec<Tensor<3>> {
        for layer in 0..layers {
            let weight = &params[2 * layer];
            let mut pull = |pull: Tensor<3>| gradients[2 * layer] = gradients[2 * layer].clone() + pull;
            if let Some(l2) = &self.l2 {
                pull(weight.clone() * l2.clone());
            }
            if let Some(l1) = &self.l1 {
                pull(weight.clone().mul_scalar(1e30).clamp(-1.0, 1.0) * l1.clone());
            }
        }
        match &self.clip {
            Some(clip) => clipped(gradients, clip.clone()),
            None => gradients,
        }
    }
}

/// Each lane's gradients scaled down to the norm `clip` over all of them (Pascanu et al. 2013).
fn clipped(gradients: Vec<Tensor<3>>, clip: Tensor<3>) -> Vec<Tensor<3>> {
    let square = |gradient: &Tensor<3>| {
        let [lanes, rows, columns] = gradient.dims();
        let flat = gradient.clone().reshape([lanes, 1, rows * columns]);
        (flat.clone() * flat).sum_dim(2) // [lanes, 1, 1]
    };
    let sum = gradients.iter().map(square).reduce(|sum, square| sum + square);
    let norm = sum.expect("every network has an output layer").sqrt();
    // 1e-6 as in PyTorch's clip_grad_norm_, against a division by zero.
    let factor = (clip / norm.add_scalar(1e-6)).clamp_max(1.0);
    gradients.into_iter().map(|gradient| gradient * factor.clone()).collect()
}
