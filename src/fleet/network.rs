//! The classifier: layers in a row, forward with a tape and backward over it.
//!
//! Must not know the optimiser or where examples come from.

use super::conv_block::ConvBlock;
use super::conv_stem::ConvStem;
use super::dense::Dense;
use super::im2col::Patches;
use super::layer::{Layer, Tape};
use crate::experiment::{Experiment, ModelName};
use burn::tensor::{Device, Tensor, TensorData};

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
    layers: Vec<(String, Box<dyn Layer>)>,
    features: usize,
    patches: Option<Patches>,
}

/// A forward pass, ready to go backward.
pub(crate) struct Pass {
    /// `[lanes, batch, classes]`.
    pub logits: Tensor<3>,
    /// One per layer.
    pub tapes: Vec<Tape>,
    /// Hidden units as [`Layer::units`] gives them, per hidden layer.
    pub units: Vec<Tensor<3>>,
}

impl Network {
    /// The architecture `experiment` asks for on examples of shape `input`.
    pub fn new(experiment: &Experiment, input: InputShape) -> Self {
        let classes = experiment.classes();
        let model = &experiment.model;
        match (experiment.model_name(), input) {
            (ModelName::Cnn, InputShape::Image(shape)) => {
                Self::cnn(shape, model.channels as usize, model.blocks as usize, classes)
            }
            _ => Self::mlp(input.features(), model.width as usize, model.depth as usize, classes),
        }
    }

    fn mlp(features: usize, width: usize, depth: usize, classes: usize) -> Self {
        let mut layers: Vec<(String, Box<dyn Layer>)> = Vec::new();
        let mut inputs = features;
        for index in 1..=depth {
            layers.push((format!("dense {index}"), Box::new(Dense { inputs, outputs: width, relu: true })));
            inputs = width;
        }
        layers.push(("output".to_owned(), Box::new(Dense { inputs, outputs: classes, relu: false })));
        Self { layers, features, patches: None }
    }

    fn cnn([channels, height, width]: [usize; 3], filters: usize, blocks: usize, classes: usize) -> Self {
        let patches = Patches { channels, height, width };
        let mut layers: Vec<(String, Box<dyn Layer>)> =
            vec![("conv 1".to_owned(), Box::new(ConvStem { patches, channels: filters }))];
        let mut map = patches.pooled();
        for index in 2..=blocks {
            let [height, width] = map;
            if height < 2 || width < 2 {
                break;
            }
            layers.push((
                format!("conv {index}"),
                Box::new(ConvBlock { height, width, inputs: filters, channels: filters }),
            ));
            map = [height / 2, width / 2];
        }
        let inputs = map[0] * map[1] * filters;
        layers.push(("output".to_owned(), Box::new(Dense { inputs, outputs: classes, relu: false })));
        Self { layers, features: channels * height * width, patches: Some(patches) }
    }

    /// `[rows, columns]` of every parameter tensor of one lane: weight, bias, weight, bias, …
    pub fn tensors(&self) -> Vec<[usize; 2]> {
        self.layers()
            .flat_map(|layer| {
                let [rows, columns] = layer.weight_shape();
                [[rows, columns], [1, columns]]
            })
            .collect()
    }

    /// Names of the layers, input side first.
    pub fn names(&self) -> Vec<String> {
        self.layers.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Numbers per example before [`Network::rows`].
    pub fn features(&self) -> usize {
        self.features
    }

    pub(crate) fn layers(&self) -> impl Iterator<Item = &dyn Layer> {
        self.layers.iter().map(|(_, layer)| &**layer)
    }

    /// One lane's examples `[batch, features]` as the first layer reads them: as they are for the
    /// MLP, as patches for the CNN.
    pub fn rows(&self, examples: Vec<f32>) -> Vec<f32> {
        match self.patches {
            Some(patches) => patches.rows(&examples),
            None => examples,
        }
    }

    /// Uploads what [`Network::rows`] gave for each lane, concatenated.
    pub(crate) fn upload(&self, rows: Vec<f32>, lanes: usize, batch: usize, device: &Device) -> Tensor<3> {
        let shape = match self.patches {
            Some(patches) => {
                let [height, width] = patches.pooled();
                [lanes, 4 * batch * height * width, patches.columns()]
            }
            None => [lanes, batch, self.features],
        };
        Tensor::from_data(TensorData::new(rows, shape), device)
    }

    /// Logits, tapes and hidden units. `params` as [`super::layout::Layout::split`] gives them.
    pub(crate) fn forward(&self, params: &[Tensor<3>], input: Tensor<3>) -> Pass {
        let mut signal = input;
        let mut tapes = Vec::with_capacity(self.layers.len());
        for (layer, pair) in self.layers().zip(params.chunks_exact(2)) {
            let (output, tape) = layer.forward(&pair[0], &pair[1], signal);
            tapes.push(tape);
            signal = output;
        }
        Pass { logits: signal, tapes, units: Vec::new() }
    }

    /// Logits and hidden units only, for the probe.
    pub(crate) fn inspect(&self, params: &[Tensor<3>], input: Tensor<3>) -> Pass {
        let mut signal = input;
        let mut units = Vec::new();
        for (layer, pair) in self.layers().zip(params.chunks_exact(2)) {
            signal = layer.forward(&pair[0], &pair[1], signal).0;
            units.extend(layer.units(signal.clone()));
        }
        Pass { logits: signal, tapes: Vec::new(), units }
    }

    /// Gradients in the order of [`Network::tensors`], from the gradient of the logits.
    pub(crate) fn backward(
        &self,
        params: &[Tensor<3>],
        tapes: Vec<Tape>,
        gradient: Tensor<3>,
    ) -> Vec<Tensor<3>> {
        let mut gradients = vec![None; params.len()];
        let mut signal = Some(gradient);
        for (index, tape) in tapes.into_iter().enumerate().rev() {
            let incoming = signal.take().expect("every layer but the first passes a gradient on");
            let layer = &self.layers[index].1;
            let found = layer.backward(&params[2 * index], tape, incoming, index > 0);
            gradients[2 * index] = Some(found.weight);
            gradients[2 * index + 1] = Some(found.bias);
            signal = found.input;
        }
        gradients.into_iter().map(|gradient| gradient.expect("every layer gives both gradients")).collect()
    }
}
