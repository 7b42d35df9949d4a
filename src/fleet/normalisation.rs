//! Batch normalisation (Ioffe & Szegedy 2015): each unit's sums shifted and scaled to mean 0 and
//! deviation 1 over the batch, then by a trained scale and shift.
//!
//! Must not know layers. The layer's bias is the shift: a bias before the normalisation would be
//! subtracted again. In a convolution the batch is all positions of all images.

use super::layout::Layout;
use super::tensor::{Device, Tensor};

/// Added to variances; Keras has 1e-3, PyTorch 1e-5.
const EPSILON: f32 = 1e-3;

/// Mean and (biased) variance of each unit, `[lanes, 1, units]`.
#[derive(Clone)]
pub(crate) struct Moments {
    pub mean: Tensor<3>,
    pub variance: Tensor<3>,
}

impl Moments {
    /// Of `sums`, `[lanes, rows, units]`, and the sums less their mean.
    fn of(sums: Tensor<3>) -> (Self, Tensor<3>) {
        let mean = sums.clone().mean_dim(1);
        let centred = sums - mean.clone();
        let variance = (centred.clone() * centred.clone()).mean_dim(1);
        (Self { mean, variance }, centred)
    }

    fn inverse_deviation(&self) -> Tensor<3> {
        self.variance.clone().add_scalar(EPSILON).sqrt().recip()
    }
}

/// What the backward pass needs.
pub(crate) struct NormTape {
    /// Normalised sums, `[lanes, rows, units]`.
    normal: Tensor<3>,
    /// `[lanes, 1, units]`.
    inverse_deviation: Tensor<3>,
    /// The batch's, for the running ones.
    pub moments: Moments,
}

/// Gradients of sums, scale and shift.
pub(crate) struct NormGradients {
    pub sums: Tensor<3>,
    pub scale: Tensor<3>,
    pub shift: Tensor<3>,
}

/// Training: by the batch's own moments.
pub(crate) fn by_batch(sums: Tensor<3>, scale: &Tensor<3>, shift: &Tensor<3>) -> (Tensor<3>, NormTape) {
    let (moments, centred) = Moments::of(sums);
    let inverse_deviation = moments.inverse_deviation();
    let normal = centred * inverse_deviation.clone();
    let output = normal.clone() * scale.clone() + shift.clone();
    (output, NormTape { normal, inverse_deviation, moments })
}

/// Prediction: by the running moments.
pub(crate) fn by_moments(
    sums: Tensor<3>,
    scale: &Tensor<3>,
    shift: &Tensor<3>,
    moments: &Moments,
) -> Tensor<3> {
    (sums - moments.mean.clone()) * moments.inverse_deviation() * scale.clone() + shift.clone()
}

/// Backward through [`by_batch`], the moments included.
pub(crate) fn backward(gradient: Tensor<3>, tape: NormTape, scale: &Tensor<3>) -> NormGradients {
    let NormTape { normal, inverse_deviation, .. } = tape;
    let rows = gradient.dims()[1] as f32;
    let shift_gradient = gradient.clone().sum_dim(1);
    let scale_gradient = (gradient.clone() * normal.clone()).sum_dim(1);
    let along = normal * scale_gradient.clone().div_scalar(rows);
    let sums = gradient - shift_gradient.clone().div_scalar(rows) - along;
    NormGradients {
        sums: sums * (inverse_deviation * scale.clone()),
        scale: scale_gradient,
        shift: shift_gradient,
    }
}

/// The moments that predictions use, per hidden layer: a decaying mean over the batches seen.
pub(crate) struct Running {
    moments: Vec<Moments>,
    /// Share kept at each step.
    keep: f32,
    layout: Layout,
}

impl Running {
    /// Mean 0 and variance 1, as Keras and PyTorch begin. `units` per hidden layer.
    pub fn new(units: &[usize], lanes: usize, keep: f32, device: &Device) -> Self {
        let shapes = units.iter().flat_map(|&units| [[1, units], [1, units]]).collect();
        let layout = Layout::new(shapes, lanes);
        let one = |&units: &usize| Moments {
            mean: Tensor::zeros([lanes, 1, units], device),
            variance: Tensor::ones([lanes, 1, units], device),
        };
        Self { moments: units.iter().map(one).collect(), keep, layout }
    }

    /// One layer's moments.
    pub fn of_layer(&self, layer: usize) -> &Moments {
        &self.moments[layer]
    }

    /// Moves towards the moments of a batch.
    pub fn follow<'a>(&mut self, batch: impl Iterator<Item = &'a Moments>) {
        let keep = self.keep;
        let step = |old: &Tensor<3>, new: &Tensor<3>| {
            old.clone().mul_scalar(keep) + new.clone().mul_scalar(1.0 - keep)
        };
        for (running, new) in self.moments.iter_mut().zip(batch) {
            running.mean = step(&running.mean, &new.mean);
            running.variance = step(&running.variance, &new.variance);
        }
    }

    /// Length of the state of that many lanes.
    pub fn state_len(&self, lanes: usize) -> usize {
        self.layout.with_lanes(lanes).len()
    }

    /// All moments in one vector.
    pub fn state(&self) -> Tensor<1> {
        let tensors = self.moments.iter().flat_map(|one| [one.mean.clone(), one.variance.clone()]);
        self.layout.join(tensors.collect())
    }

    /// The moments of one lane.
    pub fn state_of(&self, lane: usize) -> Tensor<1> {
        self.layout.select(&self.state(), &[lane])
    }

    /// Puts back what [`Running::state`] gave with that many lanes.
    pub fn restore(&mut self, state: &Tensor<1>, lanes: usize) {
        self.layout = self.layout.with_lanes(lanes);
        let tensors = self.layout.split(state);
        let pair = |pair: &[Tensor<3>]| Moments { mean: pair[0].clone(), variance: pair[1].clone() };
        self.moments = tensors.chunks_exact(2).map(pair).collect();
    }

    /// Keeps the lanes `sources`.
    pub fn select_lanes(&mut self, sources: &[usize]) {
        let state = self.layout.select(&self.state(), sources);
        self.restore(&state, sources.len());
    }
}
