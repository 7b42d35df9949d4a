//! What a program needs to repeat a run: examples, their order, weights, and the settings as numbers.
//!
//! Must not know what a program looks like.

use super::archive::{self, Numbers};
use super::caveat::{self, Caveat};
use super::model::{Model, Named};
use super::{Target, model};
use crate::architecture::{Architecture, InputShape};
use crate::data::{DataError, Dataset, Examples, Sampler};
use crate::experiment::{Experiment, LossName, Weighting, log_shares};

/// An experiment from its step 0 on, with everything drawn.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The settings, as they are now.
    pub experiment: Experiment,
    /// The address that opens it.
    pub address: String,
    /// The model.
    pub architecture: Architecture,
    /// Its weights before the first step.
    pub initial: Model,
    /// Number of classes.
    pub classes: usize,
    /// Steps the program trains.
    pub steps: u32,
    /// What is trained on.
    pub batches: Batches,
    /// What collapse is measured on.
    pub probe: Examples,
    /// Factor on the loss of each class's examples.
    pub class_weights: Vec<f32>,
    /// Log of the shares of the classes.
    pub log_shares: Vec<f32>,
    /// Added to the logits before the largest is taken as the answer.
    pub answer_offsets: Option<Vec<f32>>,
    /// Whether live settings changed while the run went on.
    pub changed: bool,
}

/// The examples of each step.
#[derive(Clone, Debug)]
pub enum Batches {
    /// Rows of a pool, unchanged.
    Rows {
        /// The examples that are drawn.
        pool: Examples,
        /// `[steps, batch]`, rows of the pool.
        order: Vec<i32>,
    },
    /// Inputs that were changed at random, drawn once and for all.
    Drawn {
        /// `[steps, batch, features]`.
        inputs: Vec<f32>,
        /// `[steps, batch]`.
        labels: Vec<u8>,
        /// `[steps, batch, classes]`: for mixup, the share of each class times its weight.
        targets: Option<Vec<f32>>,
    },
}

/// Steps of a program at least, if the run's budget allows, and at most.
const STEPS: [u32; 2] = [500, 5000];
/// Changed inputs are written out whole: no more than so many bytes of them.
const MOST_BYTES: usize = 24 << 20;

impl Plan {
    /// The plan of an experiment whose run has done `done` steps.
    ///
    /// `file`: the bytes of its data file, if it has one; `changed`: whether live settings changed meanwhile.
    ///
    /// # Errors
    /// The data file is missing or damaged.
    pub fn new(
        experiment: &Experiment,
        file: Option<&[u8]>,
        done: u32,
        changed: bool,
        address: &str,
    ) -> Result<Self, DataError> {
        let dataset = Dataset::load(&experiment.data, experiment.seeds.data, file)?;
        let input = match dataset.image {
            Some(shape) => InputShape::Image(shape),
            None => InputShape::Vector(dataset.pool.features),
        };
        let architecture = Architecture::new(experiment, input);
        let mut sampler = Sampler::new(&dataset, &experiment.data, experiment.seeds.order, &experiment.live);
        let class_weights = sampler.loss_weights().to_vec();
        let shares = sampler.class_shares().to_vec();
        let wanted = done.clamp(STEPS[0], STEPS[1]).min(experiment.live.steps) as usize;
        let batch = experiment.batch_size as usize;
        let (batches, steps) = if is_changed(experiment) {
            let fit = MOST_BYTES / (4 * batch * dataset.pool.features);
            let steps = wanted.min(fit.max(1));
            (drawn(&dataset, &mut sampler, [steps, batch]), steps)
        } else {
            (rows(&dataset, &mut sampler, [wanted, batch]), wanted)
        };
        Ok(Self {
            initial: Model::initial(&architecture, experiment),
            architecture,
            classes: dataset.classes.len(),
            steps: steps as u32,
            batches,
            probe: dataset.probe,
            class_weights,
            answer_offsets: experiment.live.answer_offsets(&shares),
            log_shares: log_shares(&shares),
            address: address.to_owned(),
            changed,
            experiment: experiment.clone(),
        })
    }

    /// What a program for `target` does differently.
    pub fn caveats(&self, target: Target) -> Vec<Caveat> {
        caveat::of(self, target)
    }

    /// Numbers per example.
    pub fn features(&self) -> usize {
        self.architecture.input.features()
    }

    /// The prior added to the logits in training, if any.
    pub fn training_offsets(&self) -> Option<&[f32]> {
        let adjusts = self.experiment.live.weighting == Weighting::LogitAdjustment
            && !matches!(self.experiment.loss.name, LossName::SigmoidBce | LossName::SoftmaxOneUnit);
        adjusts.then_some(&self.log_shares)
    }

    /// Decoupled weight decay in force: AdamW's own where none is set.
    pub fn weight_decay(&self) -> f32 {
        let live = &self.experiment.live;
        let is_adamw = self.experiment.optimizer.name == crate::experiment::OptimizerName::AdamW;
        if is_adamw && live.weight_decay == 0.0 { 0.01 } else { live.weight_decay }
    }

    /// The file `data.safetensors` of a program.
    pub fn data(&self, target: Target) -> Vec<u8> {
        let (steps, batch) = (self.steps as usize, self.experiment.batch_size as usize);
        let (features, classes) = (self.features(), self.classes);
        let bytes = |name: &str, shape: &[usize], labels: &[u8]| Named {
            name: name.to_owned(),
            shape: shape.to_vec(),
            numbers: Numbers::Bytes(labels.to_vec()),
        };
        let mut tensors = Vec::new();
        match &self.batches {
            Batches::Rows { pool, order } => {
                let rows = pool.labels.len();
                tensors.push(Named::floats("pool.inputs", &[rows, features], pool.inputs.clone()));
                tensors.push(bytes("pool.labels", &[rows], &pool.labels));
                let numbers = Numbers::Indices(order.clone());
                tensors.push(Named { name: "order".to_owned(), shape: vec![steps, batch], numbers });
            }
            Batches::Drawn { inputs, labels, targets } => {
                tensors.push(Named::floats("batch.inputs", &[steps, batch, features], inputs.clone()));
                tensors.push(bytes("batch.labels", &[steps, batch], labels));
                if let Some(targets) = targets {
                    tensors.push(Named::floats("batch.targets", &[steps, batch, classes], targets.clone()));
                }
            }
        }
        let rows = self.probe.labels.len();
        tensors.push(Named::floats("probe.inputs", &[rows, features], self.probe.inputs.clone()));
        tensors.push(bytes("probe.labels", &[rows], &self.probe.labels));
        tensors.extend(self.initial.tensors(target.convention()).into_iter().map(|mut tensor| {
            tensor.name.insert_str(0, "initial.");
            tensor
        }));
        archive::safetensors(&tensors, &[("address", self.address.clone())])
    }

    /// Name of a layer in programs.
    pub(super) fn identifiers(&self) -> Vec<String> {
        self.architecture.layers.iter().map(model::identifier).collect()
    }
}

/// Whether examples are changed after they are drawn.
fn is_changed(experiment: &Experiment) -> bool {
    let live = &experiment.live;
    live.mixup > 0.0 || (experiment.is_image() && live.augment != Default::default())
}

fn rows(dataset: &Dataset, sampler: &mut Sampler, [steps, batch]: [usize; 2]) -> Batches {
    let drawn = sampler.draw_indices(dataset, steps * batch);
    // Only examples that occur, in the order of the pool.
    let mut place = vec![-1; dataset.pool.labels.len()];
    drawn.iter().for_each(|&index| place[index as usize] = 0);
    let features = dataset.pool.features;
    let mut pool = Examples { inputs: Vec::new(), labels: Vec::new(), features };
    for (index, place) in place.iter_mut().enumerate().filter(|(_, place)| **place == 0) {
        *place = pool.labels.len() as i32;
        pool.inputs.extend_from_slice(dataset.pool.row(index));
        pool.labels.push(dataset.pool.labels[index]);
    }
    Batches::Rows { pool, order: drawn.into_iter().map(|index| place[index as usize]).collect() }
}

fn drawn(dataset: &Dataset, sampler: &mut Sampler, [steps, batch]: [usize; 2]) -> Batches {
    let (features, classes) = (dataset.pool.features, dataset.classes.len());
    let mut inputs = vec![0.0; steps * batch * features];
    let mut labels = vec![0; steps * batch];
    let mut targets = Vec::new();
    let weights = sampler.loss_weights().to_vec();
    for (inputs, labels) in inputs.chunks_exact_mut(batch * features).zip(labels.chunks_exact_mut(batch)) {
        sampler.draw(dataset, inputs, labels);
        for (blend, &label) in sampler.mix(inputs, labels).into_iter().zip(&*labels) {
            let mut row = vec![0.0; classes];
            let (own, other) = (usize::from(label), usize::from(blend.label));
            row[own] += (1.0 - blend.share) * weights[own];
            row[other] += blend.share * weights[other];
            targets.extend(row);
        }
    }
    Batches::Drawn { inputs, labels, targets: (!targets.is_empty()).then_some(targets) }
}
