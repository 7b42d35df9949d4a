//! Which networks the kernels cover, and in which order they run.
//!
//! Must not know how a kernel computes.

use super::launch::{Gpu, buffer, functions, tensor};
use super::{Found, conv, dense, loss};
use crate::experiment::Activation;
use crate::fleet::im2col::Patches;
use crate::fleet::layer::Kind;
use crate::fleet::network::Inspection;
use crate::fleet::tensor::{Device, Tensor};
use crate::fleet::{Batch, Loss, Network, Rates};
use burn_wgpu::CubeTensor;

/// The kernels of one network.
#[derive(Clone)]
pub(crate) struct Plan {
    stages: Vec<Stage>,
    /// Numbers per example as uploaded.
    features: usize,
    loss: Loss,
}

/// One layer and where its parameters are.
#[derive(Clone)]
pub(super) struct Stage {
    /// Image geometry, if this is the convolution.
    pub patches: Option<Patches>,
    /// Rows of the weight.
    pub inputs: usize,
    /// Columns of the weight.
    pub units: usize,
    /// Where the weight would begin in the flat vector of one lane.
    pub weight: usize,
    /// The same of the bias.
    pub bias: usize,
    /// `None` for the output.
    pub activation: Option<Activation>,
}

/// What the shapes of a pass depend on.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    /// Number of models.
    pub lanes: usize,
    /// Examples a lane.
    pub rows: usize,
    /// 1 if each lane has examples of its own, 0 if all read the same.
    pub input_lanes: usize,
}

impl Sizes {
    /// The same for a stage further in: what it reads, each lane has made for itself.
    fn of_stage(self, index: usize) -> Self {
        Self { input_lanes: if index == 0 { self.input_lanes } else { 1 }, ..self }
    }
}

impl Stage {
    /// The sizes the dense kernels are compiled for.
    pub fn numbers(&self, sizes: Sizes) -> Vec<(&'static str, usize)> {
        vec![
            ("ROWS", sizes.rows),
            ("INPUT_LANES", sizes.input_lanes),
            ("INPUTS", self.inputs),
            ("UNITS", self.units),
            ("WEIGHT", self.weight),
            ("BIAS", self.bias),
        ]
    }
}

impl Plan {
    /// The plan for `network`, if the kernels cover all of it and `device` is a WebGPU one.
    pub fn new(network: &Network, loss: &Loss, device: &Device) -> Option<Self> {
        buffer(&Tensor::<1>::empty([1], device))?;
        loss::judge(loss)?;
        if !network.normalised().is_empty() {
            return None;
        }
        let mut offset = 0;
        let stage = |(kind, [inputs, units], activation): (Kind, [usize; 2], Option<Activation>)| {
            let patches = match kind {
                Kind::Dense => None,
                Kind::Stem(patches) if units % 4 == 0 => Some(patches),
                Kind::Stem(_) | Kind::Block => return None,
            };
            if let Some(kind) = activation {
                functions(kind)?;
            }
            let (weight, bias) = (offset, offset + inputs * units);
            offset = bias + units;
            Some(Stage { patches, inputs, units, weight, bias, activation })
        };
        let stages: Vec<Stage> = network.shapes().map(stage).collect::<Option<_>>()?;
        let features = stages[0].patches.map_or(network.features(), |patches| patches.frame_len());
        Some(Self { stages, features, loss: loss.clone() })
    }

    /// Everything the kernels read of one step, in one buffer: examples (of images, frames), targets,
    /// logit offsets, and for [`Plan::adam`] each lane's `rates` with what the optimiser adds.
    pub fn upload(
        &self,
        batch: &Batch,
        mut numbers: Vec<f32>,
        rates: &[Rates],
        adam: Option<[f32; 2]>,
        device: &Device,
    ) -> Tensor<1> {
        if let Some(patches) = self.stages[0].patches {
            numbers = patches.frames(&numbers);
        }
        numbers.extend_from_slice(&self.loss.smooth(&batch.targets));
        let classes = self.output().units;
        for rate in rates {
            let offset = |class: usize| rate.logit_offset.get(class).filter(|_| self.loss.is_softmax());
            numbers.extend((0..classes).map(|class| offset(class).copied().unwrap_or(0.0)));
        }
        if let Some(scales) = adam {
            for rate in rates {
                numbers.extend([rate.learning_rate, rate.keep()]);
            }
            numbers.extend(scales);
        }
        let length = numbers.len();
        Tensor::from_numbers(numbers, [length], device)
    }

    /// Forward and backward over what [`Plan::upload`] packed; adds the loss's terms to `terms`,
    /// `[lanes, batch, classes]`.
    pub fn gradient(&self, params: &Tensor<1>, batch: &Tensor<1>, terms: &Tensor<3>) -> Found {
        let [lanes, rows, _] = terms.dims();
        let read = "a plan is only made on WebGPU";
        let (params, batch) = (buffer(params).expect(read), buffer(batch).expect(read));
        let terms = buffer(terms).expect(read);
        let gpu = Gpu::of(&params);
        let sizes = Sizes { lanes, rows, input_lanes: 1 };
        let hidden = self.hidden(&gpu, sizes, &params, &batch);
        let input = |index: usize| if index == 0 { &batch } else { &hidden[index - 1][0] };

        let last = self.stages.len() - 1;
        let [logits, mut delta] = loss::evaluate(
            &gpu,
            self.output(),
            sizes,
            self.features,
            &self.loss,
            [&params, input(last), &batch, &terms],
        );
        let gradient = gpu.empty([lanes * (self.output().bias + self.output().units)]);
        for (index, stage) in self.stages.iter().enumerate().rev() {
            if let Some(patches) = stage.patches {
                let winners = &hidden[index][1];
                conv::weight_gradient(&gpu, stage, patches, sizes, [&batch, winners, &delta, &gradient]);
                continue;
            }
            dense::weight_gradient(&gpu, stage, sizes, [input(index), &delta, &gradient]);
            if index > 0 {
                let activation = self.stages[index - 1].activation.expect("hidden layers have one");
                delta =
                    dense::input_gradient(&gpu, stage, sizes, activation, [&params, &delta, input(index)]);
            }
        }
        Found { logits: tensor(logits), gradient: tensor(gradient) }
    }

    /// Outputs of the hidden stages, and for a convolution its winners.
    fn hidden(
        &self,
        gpu: &Gpu,
        sizes: Sizes,
        params: &CubeTensor,
        batch: &CubeTensor,
    ) -> Vec<Vec<CubeTensor>> {
        let mut outputs: Vec<Vec<CubeTensor>> = Vec::with_capacity(self.stages.len());
        for (index, stage) in self.stages[..self.stages.len() - 1].iter().enumerate() {
            let sizes = sizes.of_stage(index);
            let input = outputs.last().map_or(batch, |output| &output[0]);
            outputs.push(match stage.patches {
                Some(patches) => conv::forward(gpu, stage, patches, sizes, [params, input]).into(),
                None => vec![dense::forward(gpu, stage, sizes, params, input)],
            });
        }
        outputs
    }

    /// `examples` as [`Plan::inspect`] reads them: `[1 or lanes, count, numbers]`.
    pub fn upload_examples(
        &self,
        mut examples: Vec<f32>,
        [lanes, count]: [usize; 2],
        device: &Device,
    ) -> Tensor<3> {
        if let Some(patches) = self.stages[0].patches {
            examples = patches.frames(&examples);
        }
        let length = examples.len();
        let flat = Tensor::<1>::from_numbers(examples, [length], device);
        flat.reshape([lanes, count, self.features])
    }

    /// Logits and hidden units of every lane on `input`, `[1 or lanes, examples, numbers]`.
    pub fn inspect(&self, params: &Tensor<1>, input: Tensor<3>, lanes: usize) -> Inspection {
        let [input_lanes, rows, _] = input.dims();
        let read = "a plan is only made on WebGPU";
        let (params, input) = (buffer(params).expect(read), buffer(&input).expect(read));
        let gpu = Gpu::of(&params);
        let sizes = Sizes { lanes, rows, input_lanes: usize::from(input_lanes > 1) };
        let hidden = self.hidden(&gpu, sizes, &params, &input);
        let last = hidden.last().map_or(&input, |output| &output[0]);
        let logits = loss::logits(&gpu, self.output(), sizes.of_stage(hidden.len()), [&params, last]);
        let units = self.stages.iter().zip(hidden).map(|(stage, mut output)| {
            let units: Tensor<3> = tensor(output.swap_remove(0));
            let rows = units.dims().iter().product::<usize>() / (lanes * stage.units);
            let activation = stage.activation.expect("hidden layers have one");
            (activation, units.reshape([lanes, rows, stage.units]))
        });
        Inspection { units: units.collect(), logits: tensor(logits) }
    }

    fn output(&self) -> &Stage {
        self.stages.last().expect("every network has an output layer")
    }
}
