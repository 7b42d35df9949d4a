//! One stage of the network: a layer's product, then bias or batch normalisation, then activation.
//!
//! Must not know its neighbours.

use super::activation;
use super::layer::{Layer, Tape};
use super::normalisation::{self, Moments, NormTape};
use super::tensor::Tensor;
use crate::experiment::Activation;

/// A layer with what follows it.
pub(crate) struct Stage {
    /// What the page calls it.
    pub name: String,
    /// What multiplies.
    pub layer: Box<dyn Layer>,
    /// What the units do; `None` for the output.
    pub activation: Option<Activation>,
}

/// A stage's parameters, all lanes.
#[derive(Clone, Copy)]
pub(crate) struct StageParams<'a> {
    /// `[lanes, rows, units]`.
    pub weight: &'a Tensor<3>,
    /// `[lanes, 1, units]`; the shift after a normalisation.
    pub bias: &'a Tensor<3>,
    /// Scale after a normalisation, `[lanes, 1, units]`; `None` where there is none.
    pub scale: Option<&'a Tensor<3>>,
}

/// What a stage's backward pass needs.
pub(crate) struct StageTape {
    layer: Tape,
    /// In a box, so that a stage without normalisation does not carry its size about.
    norm: Option<Box<NormTape>>,
    /// For the activation; `None` for the output.
    kept: Option<Tensor<3>>,
}

impl StageTape {
    /// The batch's moments, if it was normalised by them.
    pub fn moments(&self) -> Option<&Moments> {
        self.norm.as_ref().map(|norm| &norm.moments)
    }
}

/// A stage's gradients.
pub(crate) struct StageGradients {
    pub weight: Tensor<3>,
    pub bias: Tensor<3>,
    /// If there is a normalisation.
    pub scale: Option<Tensor<3>>,
    /// Gradient of the stage's input, if asked for.
    pub input: Option<Tensor<3>>,
}

impl Stage {
    /// Output units of one example.
    pub fn outputs(&self) -> usize {
        self.layer.positions() * self.layer.weight_shape()[1]
    }

    /// Training: output `[lanes, batch x positions, units]` and tape.
    pub fn forward(&self, params: StageParams, input: Tensor<3>) -> (Tensor<3>, StageTape) {
        let bias = params.scale.is_none().then_some(params.bias);
        let (sums, layer) = self.layer.forward(params.weight, bias, input);
        let (sums, norm) = match params.scale {
            Some(scale) => {
                let (sums, tape) = normalisation::by_batch(sums, scale, params.bias);
                (sums, Some(Box::new(tape)))
            }
            None => (sums, None),
        };
        let (output, kept) = match self.activation {
            Some(kind) => {
                let (output, kept) = activation::apply(kind, sums);
                (output, Some(kept))
            }
            None => (sums, None),
        };
        (output, StageTape { layer, norm, kept })
    }

    /// Prediction: output `[lanes, batch x positions, units]`, normalised by `moments`.
    pub fn inspect(&self, params: StageParams, input: Tensor<3>, moments: Option<&Moments>) -> Tensor<3> {
        let norm = params.scale.zip(moments);
        let bias = norm.is_none().then_some(params.bias);
        let (sums, _) = self.layer.forward(params.weight, bias, input);
        let sums = match norm {
            Some((scale, moments)) => normalisation::by_moments(sums, scale, params.bias, moments),
            None => sums,
        };
        match self.activation {
            Some(kind) => activation::apply(kind, sums).0,
            None => sums,
        }
    }

    /// The output as the next stage reads it, `[lanes, batch, positions x units]`.
    pub fn fold(&self, output: Tensor<3>) -> Tensor<3> {
        let positions = self.layer.positions();
        if positions == 1 {
            return output;
        }
        let [lanes, rows, units] = output.dims();
        output.reshape([lanes, rows / positions, positions * units])
    }

    /// Gradients from that of the folded output.
    pub fn backward(
        &self,
        params: StageParams,
        tape: StageTape,
        gradient: Tensor<3>,
        wants_input: bool,
    ) -> StageGradients {
        let gradient = self.unfold(gradient);
        let gradient = match (self.activation, tape.kept) {
            (Some(kind), Some(kept)) => activation::pull_back(kind, gradient, kept),
            _ => gradient,
        };
        let (gradient, bias, scale) = match (params.scale, tape.norm) {
            (Some(scale), Some(tape)) => {
                let found = normalisation::backward(gradient, *tape, scale);
                (found.sums, found.shift, Some(found.scale))
            }
            _ => {
                let bias = gradient.clone().sum_dim(1);
                (gradient, bias, None)
            }
        };
        let found = self.layer.backward(params.weight, tape.layer, gradient, wants_input);
        StageGradients { weight: found.weight, bias, scale, input: found.input }
    }

    /// The inverse of [`Stage::fold`].
    fn unfold(&self, folded: Tensor<3>) -> Tensor<3> {
        let positions = self.layer.positions();
        if positions == 1 {
            return folded;
        }
        let [lanes, batch, outputs] = folded.dims();
        folded.reshape([lanes, batch * positions, outputs / positions])
    }
}
