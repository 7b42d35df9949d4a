//! The classifier: stages in a row, forward with a tape and backward over it.
//!
//! Must not know the optimiser or where examples come from.

use super::conv_block::ConvBlock;
use super::conv_stem::ConvStem;
use super::dense::Dense;
use super::fused;
use super::im2col::Patches;
use super::layer::Layer;
use super::normalisation::Running;
use super::stage::{Stage, StageParams, StageTape};
use super::tensor::{Device, Tensor};
pub use crate::architecture::InputShape;
use crate::architecture::{Architecture, LayerKind, LayerShape};
use crate::experiment::{Activation, Experiment};

/// Layers of a classifier with their names.
pub struct Network {
    stages: Vec<Stage>,
    features: usize,
    patches: Option<Patches>,
    shape: Architecture,
}

/// A forward pass, ready to go backward.
pub(crate) struct Pass {
    /// `[lanes, batch, output units]`.
    pub logits: Tensor<3>,
    /// One per stage.
    pub tapes: Vec<StageTape>,
}

/// A forward pass to look at.
pub(crate) struct Inspection {
    /// `[lanes, examples, output units]`.
    pub logits: Tensor<3>,
    /// What the hidden units put out, `[lanes, examples x positions, units]` per hidden layer.
    pub units: Vec<(Activation, Tensor<3>)>,
}

impl Network {
    /// The architecture `experiment` asks for on examples of shape `input`.
    pub fn new(experiment: &Experiment, input: InputShape) -> Self {
        let shape = Architecture::new(experiment, input);
        let last = shape.layers.len() - 1;
        let stage = |(index, layer): (usize, &LayerShape)| Stage {
            name: layer.name.clone(),
            layer: multiplier(layer.kind, index == 0),
            activation: (index < last).then_some(shape.activation),
        };
        let stages = shape.layers.iter().enumerate().map(stage).collect();
        Self { patches: patches(&shape), stages, features: input.features(), shape }
    }

    /// `[rows, columns]` of every parameter tensor of one lane, see [`Architecture::tensors`].
    pub fn tensors(&self) -> Vec<[usize; 2]> {
        self.shape.tensors()
    }

    /// Units of each batch-normalised layer.
    pub(crate) fn normalised(&self) -> Vec<usize> {
        self.shape.normalised()
    }

    /// [`Architecture::initial`].
    pub(crate) fn initial(&self, experiment: &Experiment) -> Vec<f32> {
        self.shape.initial(experiment)
    }

    /// Outputs of each hidden layer for one example.
    pub(crate) fn hidden_widths(&self) -> Vec<usize> {
        self.stages[..self.stages.len() - 1].iter().map(Stage::outputs).collect()
    }

    /// Names of the layers, input side first.
    pub fn names(&self) -> Vec<String> {
        self.stages.iter().map(|stage| stage.name.clone()).collect()
    }

    /// Kind, weight shape and activation of each stage, input side first.
    #[cfg(feature = "gpu")]
    pub(crate) fn shapes(
        &self,
    ) -> impl Iterator<Item = (super::layer::Kind, [usize; 2], Option<Activation>)> {
        self.stages.iter().map(|stage| (stage.layer.kind(), stage.layer.weight_shape(), stage.activation))
    }

    /// Numbers per example.
    pub fn features(&self) -> usize {
        self.features
    }

    /// Units of the output layer.
    pub(crate) fn outputs(&self) -> usize {
        self.stages.last().map_or(0, Stage::outputs)
    }

    pub(crate) fn layers(&self) -> impl Iterator<Item = &dyn Layer> {
        self.stages.iter().map(|stage| &*stage.layer)
    }

    /// Uploads `examples`, `[lanes, batch, features]`, as the first layer reads them: as they are for the
    /// MLP, as [`fused::images`] for the CNN.
    pub(crate) fn upload(
        &self,
        examples: Vec<f32>,
        lanes: usize,
        batch: usize,
        device: &Device,
    ) -> Tensor<3> {
        match self.patches {
            Some(patches) => fused::images(&examples, [lanes, batch], patches, device),
            None => Tensor::from_numbers(examples, [lanes, batch, self.features], device),
        }
    }

    /// Logits and tapes. `params` as [`super::layout::Layout::split`] gives them; `masks` as
    /// [`super::dropout::masks`] does.
    pub(crate) fn forward(&self, params: &[Tensor<3>], input: Tensor<3>, masks: &[Tensor<3>]) -> Pass {
        let mut signal = input;
        let mut tapes = Vec::with_capacity(self.stages.len());
        for (index, stage) in self.stages.iter().enumerate() {
            let (output, tape) = stage.forward(self.stage_params(params, index), signal);
            tapes.push(tape);
            signal = masked(stage.fold(output), masks.get(index));
        }
        Pass { logits: signal, tapes }
    }

    /// Logits and hidden units as they are when predicting, for the probe. `running`: for batch
    /// normalisation.
    pub(crate) fn inspect(
        &self,
        params: &[Tensor<3>],
        input: Tensor<3>,
        running: Option<&Running>,
    ) -> Inspection {
        let mut signal = input;
        let mut units = Vec::new();
        for (index, stage) in self.stages.iter().enumerate() {
            let params = self.stage_params(params, index);
            let moments = params.scale.and(running).map(|running| running.of_layer(index));
            let output = stage.inspect(params, signal, moments);
            units.extend(stage.activation.map(|kind| (kind, output.clone())));
            signal = stage.fold(output);
        }
        Inspection { logits: signal, units }
    }

    /// Gradients in the order of [`Network::tensors`], from the gradient of the logits; `masks` as in
    /// the forward pass.
    pub(crate) fn backward(
        &self,
        params: &[Tensor<3>],
        tapes: Vec<StageTape>,
        masks: &[Tensor<3>],
        gradient: Tensor<3>,
    ) -> Vec<Tensor<3>> {
        let mut gradients = vec![None; params.len()];
        let mut signal = Some(gradient);
        for (index, tape) in tapes.into_iter().enumerate().rev() {
            let incoming = signal.take().expect("every stage but the first passes a gradient on");
            let incoming = masked(incoming, masks.get(index));
            let found =
                self.stages[index].backward(self.stage_params(params, index), tape, incoming, index > 0);
            gradients[2 * index] = Some(found.weight);
            gradients[2 * index + 1] = Some(found.bias);
            if let Some(scale) = found.scale {
                gradients[2 * self.stages.len() + index] = Some(scale);
            }
            signal = found.input;
        }
        gradients.into_iter().map(|gradient| gradient.expect("every stage gives all gradients")).collect()
    }

    fn stage_params<'a>(&self, params: &'a [Tensor<3>], stage: usize) -> StageParams<'a> {
        // Empty without batch normalisation, and one too few for the output.
        let scales = &params[2 * self.stages.len()..];
        StageParams { weight: &params[2 * stage], bias: &params[2 * stage + 1], scale: scales.get(stage) }
    }
}

fn masked(signal: Tensor<3>, mask: Option<&Tensor<3>>) -> Tensor<3> {
    match mask {
        Some(mask) => signal * mask.clone(),
        None => signal,
    }
}

/// What multiplies in a layer; the first convolution gets its patches from the host.
fn multiplier(kind: LayerKind, is_first: bool) -> Box<dyn Layer> {
    match kind {
        LayerKind::Dense { inputs, outputs } => Box::new(Dense { inputs, outputs }),
        LayerKind::Conv { channels, height, width, filters } if is_first => {
            Box::new(ConvStem { patches: Patches { channels, height, width }, channels: filters })
        }
        LayerKind::Conv { channels, height, width, filters } => {
            Box::new(ConvBlock { height, width, inputs: channels, channels: filters })
        }
    }
}

/// The patches of images that the first layer reads, if it is a convolution.
fn patches(shape: &Architecture) -> Option<Patches> {
    match shape.layers[0].kind {
        LayerKind::Conv { channels, height, width, .. } => Some(Patches { channels, height, width }),
        LayerKind::Dense { .. } => None,
    }
}
