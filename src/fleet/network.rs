//! The classifier: stages in a row, forward with a tape and backward over it.
//!
//! Must not know the optimiser or where examples come from.

use super::conv_block::ConvBlock;
use super::conv_stem::ConvStem;
use super::dense::Dense;
use super::im2col::Patches;
use super::layer::Layer;
use super::loss::Loss;
use super::normalisation::Running;
use super::stage::{Stage, StageParams, StageTape};
use super::tensor::{Device, Tensor};
use crate::experiment::{Activation, Experiment, ModelName};

/// Shape of one example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputShape {
    /// That many features.
    Vector(usize),
    /// Channels, height, width.
    Image([usize; 3]),
}

impl InputShape {
    /// Numbers per example.
    pub fn features(self) -> usize {
        match self {
            Self::Vector(features) => features,
            Self::Image([channels, height, width]) => channels * height * width,
        }
    }
}

/// Layers of a classifier with their names.
pub struct Network {
    stages: Vec<Stage>,
    features: usize,
    patches: Option<Patches>,
    /// Whether hidden layers are batch-normalised.
    normalises: bool,
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
        let model = &experiment.model;
        let (hidden, width, patches) = match (experiment.model_name(), input) {
            (ModelName::Cnn, InputShape::Image(shape)) => {
                let [channels, height, width] = shape;
                let (layers, outputs) = convolutions(shape, model.channels as usize, model.blocks as usize);
                (layers, outputs, Some(Patches { channels, height, width }))
            }
            _ => {
                let (layers, outputs) = hidden(input.features(), model.width as usize, model.depth as usize);
                (layers, outputs, None)
            }
        };
        let mut stages: Vec<Stage> = hidden
            .into_iter()
            .map(|(name, layer)| Stage { name, layer, activation: Some(model.activation) })
            .collect();
        let outputs = Loss::new(&experiment.loss, experiment.classes()).outputs();
        stages.push(Stage {
            name: "output".to_owned(),
            layer: Box::new(Dense { inputs: width, outputs }),
            activation: None,
        });
        Self { stages, features: input.features(), patches, normalises: model.batch_norm }
    }

    /// `[rows, columns]` of every parameter tensor of one lane: weight, bias, weight, bias, …, then the
    /// scale of each hidden layer if they are batch-normalised.
    pub fn tensors(&self) -> Vec<[usize; 2]> {
        let pair = |layer: &dyn Layer| {
            let [rows, columns] = layer.weight_shape();
            [[rows, columns], [1, columns]]
        };
        let scales = self.normalised().into_iter().map(|units| [1, units]);
        self.layers().flat_map(pair).chain(scales).collect()
    }

    /// Units of each batch-normalised layer.
    pub(crate) fn normalised(&self) -> Vec<usize> {
        let hidden = if self.normalises { self.stages.len() - 1 } else { 0 };
        self.layers().take(hidden).map(|layer| layer.weight_shape()[1]).collect()
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
    /// MLP, as patches for the CNN.
    pub(crate) fn upload(
        &self,
        examples: Vec<f32>,
        lanes: usize,
        batch: usize,
        device: &Device,
    ) -> Tensor<3> {
        let Some(patches) = self.patches else {
            return Tensor::from_numbers(examples, [lanes, batch, self.features], device);
        };
        let mut rows = Vec::new();
        for lane in examples.chunks_exact(batch * self.features) {
            let patches = patches.rows(lane);
            if rows.is_empty() { rows = patches } else { rows.extend(patches) }
        }
        let [height, width] = patches.pooled();
        let shape = [lanes, 4 * batch * height * width, patches.columns()];
        Tensor::from_numbers(rows, shape, device)
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

/// Layers with their names, and how many numbers the last of them gives.
type Layers = (Vec<(String, Box<dyn Layer>)>, usize);

/// Hidden layers of the dense network.
fn hidden(features: usize, width: usize, depth: usize) -> Layers {
    let mut layers: Vec<(String, Box<dyn Layer>)> = Vec::new();
    let mut inputs = features;
    for index in 1..=depth {
        layers.push((format!("dense {index}"), Box::new(Dense { inputs, outputs: width })));
        inputs = width;
    }
    (layers, inputs)
}

/// Convolution blocks; fewer where the map gets too small to pool.
fn convolutions([channels, height, width]: [usize; 3], filters: usize, blocks: usize) -> Layers {
    let patches = Patches { channels, height, width };
    let mut layers: Vec<(String, Box<dyn Layer>)> =
        vec![("conv 1".to_owned(), Box::new(ConvStem { patches, channels: filters }))];
    let mut map = patches.pooled();
    for index in 2..=blocks {
        let [height, width] = map;
        if height < 2 || width < 2 {
            break;
        }
        let block = ConvBlock { height, width, inputs: filters, channels: filters };
        layers.push((format!("conv {index}"), Box::new(block)));
        map = [height / 2, width / 2];
    }
    (layers, map[0] * map[1] * filters)
}
