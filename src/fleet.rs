//! Many models of one shape trained as one tensor program: every parameter has a leading lane axis.
//!
//! A fleet knows tensors and settings of lanes; it must not know data sets, time or messages.
//! Measured against autodiff in the same wasm, layers with their own backward are 2 to 4 times
//! faster, and every activation and gradient is there for the probe to see.

// A list of one range is a slice in one dimension.
#![allow(clippy::single_range_in_vec_init)]
// Tensors are handles of a few hundred bytes; a box would cost an allocation per step.
#![allow(clippy::large_enum_variant)]

mod activation;
mod adam;
pub mod batch;
mod began;
mod conv_block;
mod conv_stem;
mod curvature;
mod dense;
mod dropout;
mod fused;
mod im2col;
mod kernel;
mod layer;
pub mod layout;
mod look;
mod loss;
pub mod network;
mod normalisation;
mod optimizer;
#[cfg(test)]
mod oracle;
pub mod probe;
mod rates;
mod rmsprop;
mod sgd;
mod shaping;
mod stage;
mod tensor;

pub use batch::Batch;
pub use began::Began;
pub use curvature::largest_eigenvalue;
pub use network::{InputShape, Network};
use optimizer::Optimizer;
pub use probe::{LaneObservation, Probe};
pub use rates::Rates;
pub use tensor::Device;

use crate::experiment::{Experiment, log_shares};
use kernel::Plan;
use layout::Layout;
pub use look::{Look, Sights};
use loss::Loss;
use normalisation::Running;
use shaping::Shaping;
use stage::StageTape;
use tensor::Tensor;

/// Models in training. Equal experiments give equal fleets on every backend up to rounding.
pub struct Fleet {
    network: Network,
    layout: Layout,
    device: Device,
    loss: Loss,
    rates: Vec<Rates>,
    /// What follows from the rates beside the optimiser; made anew after one changed.
    resident: Option<Box<Resident>>,
    /// Batch normalisation's moments for predictions.
    running: Option<Running>,
    /// All parameters of all lanes in one vector, tensor after tensor, lanes within each tensor.
    params: Tensor<1>,
    optimizer: Optimizer,
    /// Kernels of our own, where they cover this network on this device.
    plan: Option<Plan>,
    /// Weighted log-probabilities `[lanes, batch, classes]` summed since the last observation; the
    /// loss is their negative sum, taken only when somebody looks.
    loss_sum: Option<Tensor<3>>,
    loss_steps: u32,
    trace: Option<Trace>,
    /// Of each lane.
    began: Vec<Began>,
    /// Gradient of the last recorded step, kept for looks inside the model.
    seen_gradient: Option<Tensor<1>>,
}

/// What the lanes' settings come to on the device.
struct Resident {
    /// `[lanes, 1, classes]` added to the logits in training; `None` when no lane wants any.
    logit_offset: Option<Tensor<3>>,
    shaping: Option<Shaping>,
}

/// How one batch pulls at the parameters.
struct Pull {
    /// As the trace wants them.
    logits: Option<Tensor<3>>,
    /// As the optimiser wants it.
    gradient: Tensor<1>,
    /// Before shaping, if that is another.
    unshaped: Option<Tensor<1>>,
    /// What kernels read of this step.
    uploaded: Option<Tensor<1>>,
}

/// The intermediate values of one recorded step.
pub(crate) struct Trace {
    gradient: Tensor<1>,
    before: Tensor<1>,
    logits: Tensor<3>,
    labels: Vec<u8>,
}

impl Fleet {
    /// One model per experiment, all of one shape ([`Experiment::fits_beside`]): what they share is read
    /// from the first.
    pub fn new(experiments: &[&Experiment], input: InputShape, device: &Device) -> Self {
        let (experiment, lanes) = (experiments[0], experiments.len());
        debug_assert!(experiments.iter().all(|other| other.fits_beside(experiment)));
        let network = Network::new(experiment, input);
        let layout = Layout::new(network.tensors(), lanes);
        let drawn = |experiment: &&Experiment| network.initial(experiment);
        let drawn: Vec<Vec<f32>> = experiments.iter().map(drawn).collect();
        let began = drawn.iter().map(|weights| Began::of(&network, weights)).collect();
        let initial = layout.interleave(&drawn);
        let length = initial.len();
        let rates = |experiment: &&Experiment| {
            let logs = log_shares(&experiment.class_shares());
            Rates::new(&experiment.live, experiment.optimizer.name, &logs, experiment.seeds.order)
        };
        let (normalised, keep) = (network.normalised(), experiment.model.batch_norm_momentum);
        let running = (!normalised.is_empty()).then(|| Running::new(&normalised, lanes, keep, device));
        let loss = Loss::new(&experiment.loss, experiment.classes());
        Self {
            plan: Plan::new(&network, &loss, device),
            params: Tensor::from_numbers(initial, [length], device),
            optimizer: Optimizer::new(&experiment.optimizer, length, device),
            network,
            layout,
            device: device.to_owned(),
            running,
            loss,
            rates: experiments.iter().map(rates).collect(),
            resident: None,
            loss_sum: None,
            loss_steps: 0,
            trace: None,
            began,
            seen_gradient: None,
        }
    }

    /// Number of models.
    pub fn lanes(&self) -> usize {
        self.layout.lanes()
    }

    /// What a lane's weights were when they were drawn.
    pub fn began(&self, lane: usize) -> &Began {
        &self.began[lane]
    }

    /// The architecture.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Where its tensors live.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Steps done since the weights were drawn.
    pub fn steps(&self) -> u32 {
        self.optimizer.steps()
    }

    /// Changes the live rates of one lane; the others compute exactly what they did before.
    pub fn set_rates(&mut self, lane: usize, rates: Rates) {
        if self.rates[lane] != rates {
            self.rates[lane] = rates;
            self.optimizer.forget_rates();
            self.resident = None;
        }
    }

    /// Learning rate of each lane's next step.
    pub fn learning_rate(&self, lane: usize) -> f32 {
        self.rates[lane].learning_rate
    }

    /// Changes nothing but one lane's learning rate, as schedules do at every step.
    pub fn set_learning_rate(&mut self, lane: usize, learning_rate: f32) {
        if self.rates[lane].learning_rate != learning_rate {
            self.rates[lane].learning_rate = learning_rate;
            self.optimizer.forget_rates();
        }
    }

    /// One optimisation step of every lane. With `record`, keeps what [`Probe`] reports about it.
    ///
    /// A model that diverges goes on with non-finite numbers: that is an observation, not an error.
    pub fn step(&mut self, mut batch: Batch, record: bool) {
        let resident = self.resident.take().unwrap_or_else(|| self.resident());
        // The kernels have no dropout.
        let plan = self.plan.clone().filter(|_| self.rates.iter().all(|rate| rate.dropout == 0.0));
        let pull = match &plan {
            Some(plan) => self.pull_by_kernels(plan, &mut batch, &resident, record),
            None => self.pull(&mut batch, &resident, record),
        };
        self.resident = Some(resident);
        self.loss_steps += 1;
        if record {
            self.seen_gradient = Some(pull.gradient.clone());
        }
        self.trace = pull.logits.map(|logits| Trace {
            gradient: pull.unshaped.unwrap_or_else(|| pull.gradient.clone()),
            before: self.params.clone(),
            logits,
            labels: batch.labels,
        });
        let lanes = (&self.layout, &*self.rates);
        match (plan, pull.uploaded) {
            (Some(plan), Some(uploaded)) => {
                self.optimizer.step_by_kernel(&plan, &mut self.params, pull.gradient, &uploaded, lanes);
            }
            _ => self.optimizer.step(&mut self.params, pull.gradient, &self.layout, &self.rates),
        }
    }

    /// The gradient by tensor operations.
    fn pull(&mut self, batch: &mut Batch, resident: &Resident, record: bool) -> Pull {
        let params = self.layout.split(&self.params);
        let inputs = std::mem::take(&mut batch.inputs);
        let input = self.network.upload(inputs, self.lanes(), batch.size, &self.device);
        let masks = self.masks(batch.size);
        let pass = self.network.forward(&params, input, &masks);
        if let Some(running) = &mut self.running {
            running.follow(pass.tapes.iter().filter_map(StageTape::moments));
        }
        let logits = record.then(|| self.loss.answers(pass.logits.clone()));
        let adjusted = match &resident.logit_offset {
            Some(offset) => pass.logits + offset.clone(),
            None => pass.logits,
        };
        let (terms, gradient) = self.loss.evaluate(batch, adjusted, &self.device);
        let gradients = self.network.backward(&params, pass.tapes, &masks, gradient);
        self.loss_sum = Some(match self.loss_sum.take() {
            Some(sum) => sum + terms,
            None => terms,
        });
        let (gradient, unshaped) = self.shaped(&params, gradients, resident, record);
        Pull { logits, gradient, unshaped, uploaded: None }
    }

    /// The same by kernels of our own.
    fn pull_by_kernels(&mut self, plan: &Plan, batch: &mut Batch, resident: &Resident, record: bool) -> Pull {
        let inputs = std::mem::take(&mut batch.inputs);
        let uploaded = plan.upload(batch, inputs, &self.rates, self.optimizer.adam_scales(), &self.device);
        let terms = self.loss_sum.take().unwrap_or_else(|| {
            Tensor::zeros([self.lanes(), batch.size, self.network.outputs()], &self.device)
        });
        let found = plan.gradient(&self.params, &uploaded, &terms);
        self.loss_sum = Some(terms);
        let (gradient, unshaped) = match &resident.shaping {
            Some(_) => {
                let params = self.layout.split(&self.params);
                self.shaped(&params, self.layout.split(&found.gradient), resident, record)
            }
            None => (found.gradient, None),
        };
        let logits = record.then(|| self.loss.answers(found.logits));
        Pull { logits, gradient, unshaped, uploaded: Some(uploaded) }
    }

    /// What the optimiser gets of `gradients`, and with `record` what it was before.
    fn shaped(
        &self,
        params: &[Tensor<3>],
        gradients: Vec<Tensor<3>>,
        resident: &Resident,
        record: bool,
    ) -> (Tensor<1>, Option<Tensor<1>>) {
        match &resident.shaping {
            Some(shaping) => {
                // The charts show how the loss pulls, not what was made of it.
                let unshaped = record.then(|| self.layout.join(gradients.clone()));
                let layers = self.network.layers().count();
                (self.layout.join(shaping.apply(params, gradients, layers)), unshaped)
            }
            None => (self.layout.join(gradients), None),
        }
    }

    /// Makes the lanes `sources` of this fleet its new lanes, in that order: `[0, 0]` forks lane 0.
    pub fn select_lanes(&mut self, sources: &[usize]) {
        self.params = self.layout.select(&self.params, sources);
        self.optimizer.select_lanes(&self.layout, sources);
        self.rates = sources.iter().map(|&source| self.rates[source].clone()).collect();
        self.began = sources.iter().map(|&source| self.began[source].clone()).collect();
        self.resident = None;
        if let Some(running) = &mut self.running {
            running.select_lanes(sources);
        }
        self.layout = self.layout.with_lanes(sources.len());
        self.loss_sum = None;
        self.loss_steps = 0;
        self.trace = None;
        self.seen_gradient = None;
    }

    /// Weights, optimiser state and running moments as host vectors, read in one transaction; the inverse of
    /// [`Fleet::restore`].
    ///
    /// # Errors
    /// The device is lost.
    pub async fn checkpoint(&self) -> Result<Vec<Vec<f32>>, String> {
        let mut tensors = vec![self.params.clone()];
        tensors.extend(self.optimizer.state());
        tensors.extend(self.running.as_ref().map(Running::state));
        probe::read(tensors).await
    }

    /// [`Fleet::checkpoint`] of one lane, as a fleet of that lane alone would give it.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn checkpoint_of(&self, lane: usize) -> Result<Vec<Vec<f32>>, String> {
        if self.lanes() == 1 {
            return self.checkpoint().await;
        }
        let select = |flat: Tensor<1>| self.layout.select(&flat, &[lane]);
        let mut tensors = vec![select(self.params.clone())];
        tensors.extend(self.optimizer.state().into_iter().map(select));
        tensors.extend(self.running.as_ref().map(|running| running.state_of(lane)));
        probe::read(tensors).await
    }

    /// Waits until the steps queued so far are done.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn settle(&self) -> Result<(), String> {
        probe::read(vec![self.params.clone().slice([0..1])]).await.map(drop)
    }

    /// Continues from `tensors` at `steps`, with `rates` per lane.
    ///
    /// # Errors
    /// The tensors are not those of this architecture with that many lanes.
    pub fn restore(&mut self, tensors: &[Vec<f32>], steps: u32, rates: Vec<Rates>) -> Result<(), String> {
        let layout = self.layout.with_lanes(rates.len());
        let mut lengths = vec![layout.len(); 1 + self.optimizer.state_len()];
        lengths.extend(self.running.as_ref().map(|running| running.state_len(rates.len())));
        if !tensors.iter().map(Vec::len).eq(lengths) {
            return Err("the checkpoint belongs to another model".to_owned());
        }
        let device = &self.device;
        let mut uploaded =
            tensors.iter().map(|values| Tensor::from_numbers(values.clone(), [values.len()], device));
        self.params = uploaded.next().expect("counted above");
        let state = uploaded.by_ref().take(self.optimizer.state_len()).collect();
        self.optimizer.restore(state, steps);
        if let (Some(running), Some(state)) = (&mut self.running, uploaded.next()) {
            running.restore(&state, rates.len());
        }
        self.layout = layout;
        self.rates = rates;
        self.resident = None;
        self.loss_sum = None;
        self.loss_steps = 0;
        self.trace = None;
        self.seen_gradient = None;
        Ok(())
    }

    fn resident(&self) -> Box<Resident> {
        Box::new(Resident {
            logit_offset: self.logit_offset(),
            shaping: Shaping::new(&self.rates, &self.device),
        })
    }

    /// Zero for a lane that has none; `None` when all have none or the loss has no softmax to add them
    /// to.
    fn logit_offset(&self) -> Option<Tensor<3>> {
        if !self.loss.is_softmax() || self.rates.iter().all(|rate| rate.logit_offset.is_empty()) {
            return None;
        }
        let classes = self.network.outputs();
        let of_lane = |rate: &Rates| {
            (0..classes).map(|class| rate.logit_offset.get(class).copied().unwrap_or(0.0)).collect()
        };
        let offsets: Vec<Vec<f32>> = self.rates.iter().map(of_lane).collect();
        Some(Tensor::from_numbers(offsets.concat(), [self.lanes(), 1, classes], &self.device))
    }

    fn masks(&self, batch: usize) -> Vec<Tensor<3>> {
        if self.rates.iter().all(|rate| rate.dropout == 0.0) {
            return Vec::new();
        }
        let lanes: Vec<(u32, f32)> = self.rates.iter().map(|rate| (rate.seed_order, rate.dropout)).collect();
        dropout::masks(&lanes, &self.network.hidden_widths(), batch, self.steps(), &self.device)
    }

    /// `examples` for [`Fleet::inspect`]: `[1 or lanes, count, features]`.
    pub(crate) fn upload(&self, examples: &[f32], lanes: usize, count: usize) -> Tensor<3> {
        match &self.plan {
            Some(plan) => plan.upload_examples(examples.to_vec(), [lanes, count], &self.device),
            None => self.network.upload(examples.to_vec(), lanes, count, &self.device),
        }
    }

    /// Logits and hidden units of every lane on what [`Fleet::upload`] gave, as they are when predicting.
    pub(crate) fn inspect(&self, input: Tensor<3>) -> network::Inspection {
        if let Some(plan) = &self.plan {
            let mut seen = plan.inspect(&self.params, input, self.lanes());
            seen.logits = self.loss.answers(seen.logits);
            return seen;
        }
        let params = self.layout.split(&self.params);
        let [_, rows, columns] = input.dims();
        let input = input.expand([self.lanes(), rows, columns]);
        let mut seen = self.network.inspect(&params, input, self.running.as_ref());
        seen.logits = self.loss.answers(seen.logits);
        seen
    }
}
