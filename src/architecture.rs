//! What a classifier is made of: its layers with their shapes, and the weights it begins with.
//!
//! Must not know tensors: the fleet computes with them, and what is exported names them.

use crate::experiment::{
    Activation, BiasInit, Experiment, InitName, LossName, ModelName, ModelSpec, log_shares,
};
use crate::stream::Stream;

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

/// Layers of a classifier, input side first; the last one is the output.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    /// Shape of one example.
    pub input: InputShape,
    /// Never empty.
    pub layers: Vec<LayerShape>,
    /// What hidden units do with their sum.
    pub activation: Activation,
    /// Whether hidden layers are batch-normalised.
    pub batch_norm: bool,
}

/// One layer with weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerShape {
    /// "conv 1", "dense 2", "output".
    pub name: String,
    /// What it multiplies.
    pub kind: LayerKind,
}

/// Kinds of layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerKind {
    /// Fully connected.
    Dense {
        /// Numbers in.
        inputs: usize,
        /// Units.
        outputs: usize,
    },
    /// Convolution 3x3 with padding 1, then max-pool 2x2; bias and activation follow the pool.
    Conv {
        /// Channels of the incoming map.
        channels: usize,
        /// Rows of the incoming map.
        height: usize,
        /// Columns of the incoming map.
        width: usize,
        /// Filters.
        filters: usize,
    },
}

impl LayerKind {
    /// `[rows, columns]` of the weight; the bias is `[1, columns]`. Rows of the first convolution are
    /// `[channel, 3, 3]`, those of a later one `[3, 3, channel]`.
    pub fn weight_shape(self) -> [usize; 2] {
        match self {
            Self::Dense { inputs, outputs } => [inputs, outputs],
            Self::Conv { channels, filters, .. } => [9 * channels, filters],
        }
    }

    /// Fan-in and fan-out, for initialisation.
    pub fn fans(self) -> (usize, usize) {
        match self {
            Self::Dense { inputs, outputs } => (inputs, outputs),
            Self::Conv { channels, filters, .. } => (9 * channels, 9 * filters),
        }
    }
}

impl Architecture {
    /// The architecture `experiment` asks for on examples of shape `input`.
    pub fn new(experiment: &Experiment, input: InputShape) -> Self {
        let model = &experiment.model;
        let (mut layers, width) = match (experiment.model_name(), input) {
            (ModelName::Cnn, InputShape::Image(shape)) => convolutions(shape, model),
            _ => hidden(input.features(), model),
        };
        let outputs = if experiment.loss.name == LossName::SoftmaxOneUnit { 1 } else { experiment.classes() };
        let kind = LayerKind::Dense { inputs: width, outputs };
        layers.push(LayerShape { name: "output".to_owned(), kind });
        Self { input, layers, activation: model.activation, batch_norm: model.batch_norm }
    }

    /// The hidden layers.
    pub fn hidden(&self) -> &[LayerShape] {
        &self.layers[..self.layers.len() - 1]
    }

    /// Units of the output layer.
    pub fn outputs(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.kind.weight_shape()[1])
    }

    /// Units of each batch-normalised layer.
    pub fn normalised(&self) -> Vec<usize> {
        let hidden = if self.batch_norm { self.hidden() } else { &[] };
        hidden.iter().map(|layer| layer.kind.weight_shape()[1]).collect()
    }

    /// `[rows, columns]` of every parameter tensor of one lane: weight, bias, weight, bias, …, then the
    /// scale of each hidden layer if they are batch-normalised.
    pub fn tensors(&self) -> Vec<[usize; 2]> {
        let pair = |layer: &LayerShape| {
            let [rows, columns] = layer.kind.weight_shape();
            [[rows, columns], [1, columns]]
        };
        let scales = self.normalised().into_iter().map(|units| [1, units]);
        self.layers.iter().flat_map(pair).chain(scales).collect()
    }

    /// Weights, biases and scales of one lane before the first step, concatenated in the order of
    /// [`Architecture::tensors`], equal on every backend.
    ///
    /// Each layer has its own stream, so that deepening a network leaves the earlier layers as they are.
    pub fn initial(&self, experiment: &Experiment) -> Vec<f32> {
        let mut flat = Vec::new();
        let mut last_bias = 0..0;
        for (index, layer) in self.layers.iter().enumerate() {
            let mut stream = Stream::named(experiment.seeds.weights, &format!("weights {index}"));
            let (fan_in, fan_out) = layer.kind.fans();
            let [rows, columns] = layer.kind.weight_shape();
            let weight = || draw(&mut stream, &experiment.model, fan_in as f32, fan_out as f32);
            flat.extend(std::iter::repeat_with(weight).take(rows * columns));
            last_bias = flat.len()..flat.len() + columns;
            flat.extend(std::iter::repeat_n(0.0, columns));
        }
        flat.extend(self.normalised().into_iter().flat_map(|units| std::iter::repeat_n(1.0, units)));
        if experiment.model.bias_init == BiasInit::LogPrior {
            flat[last_bias].copy_from_slice(&prior(experiment));
        }
        flat
    }
}

/// Layers, and how many numbers the last of them gives.
type Layers = (Vec<LayerShape>, usize);

/// Hidden layers of the dense network.
fn hidden(features: usize, model: &ModelSpec) -> Layers {
    let (mut layers, mut inputs) = (Vec::new(), features);
    for index in 1..=model.depth {
        let kind = LayerKind::Dense { inputs, outputs: model.width as usize };
        layers.push(LayerShape { name: format!("dense {index}"), kind });
        inputs = model.width as usize;
    }
    (layers, inputs)
}

/// Convolution blocks; fewer where the map gets too small to pool.
fn convolutions([mut channels, mut height, mut width]: [usize; 3], model: &ModelSpec) -> Layers {
    let (filters, mut layers) = (model.channels as usize, Vec::new());
    for index in 1..=model.blocks {
        if index > 1 && (height < 2 || width < 2) {
            break;
        }
        let kind = LayerKind::Conv { channels, height, width, filters };
        layers.push(LayerShape { name: format!("conv {index}"), kind });
        [channels, height, width] = [filters, height / 2, width / 2];
    }
    (layers, height * width * filters)
}

/// Output biases with which a model that sees nothing answers the class shares.
fn prior(experiment: &Experiment) -> Vec<f32> {
    let logs = log_shares(&experiment.class_shares());
    let odds = |log: f32| log - (1.0 - log.exp()).max(1e-6).ln();
    match experiment.loss.name {
        // Each class has its own yes or no.
        LossName::SigmoidBce => logs.into_iter().map(odds).collect(),
        LossName::SoftmaxOneUnit => vec![odds(logs[1])],
        _ => logs,
    }
}

fn draw(stream: &mut Stream, model: &ModelSpec, fan_in: f32, fan_out: f32) -> f32 {
    model.init_scale
        * match model.init {
            InitName::He => stream.normal() * (2.0 / fan_in).sqrt(),
            InitName::Glorot => {
                let limit = (6.0 / (fan_in + fan_out)).sqrt();
                stream.range(-limit, limit)
            }
            InitName::Normal => stream.normal(),
            InitName::Zeros => 0.0,
            InitName::Constant => 1.0,
        }
}
