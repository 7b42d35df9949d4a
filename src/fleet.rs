//! Many models of one shape trained as one tensor program: every parameter has a leading lane axis.
//!
//! A fleet knows tensors and settings of lanes; it must not know data sets, time or messages.
//! Measured against autodiff in the same wasm, layers with their own backward are 2 to 4 times
//! faster, and every activation and gradient is there for the probe to see.

// A list of one range is how Burn spells a slice in one dimension.
#![allow(clippy::single_range_in_vec_init)]
// Tensors are handles of a few hundred bytes; a box would cost an allocation per step.
#![allow(clippy::large_enum_variant)]

mod activation;
mod adam;
pub mod batch;
mod conv_block;
mod conv_stem;
mod dense;
mod im2col;
mod init;
mod layer;
pub mod layout;
mod loss;
pub mod network;
mod optimizer;
#[cfg(test)]
mod oracle;
mod pool;
pub mod probe;
mod rates;
mod rmsprop;
mod sgd;
mod stage;

pub use batch::Batch;
use burn::tensor::{Device, Tensor, TensorData};
pub use network::{InputShape, Network};
use optimizer::Optimizer;
pub use probe::{LaneObservation, Probe};
pub use rates::Rates;

use crate::experiment::{Experiment, log_shares};
use layout::Layout;
use loss::Loss;

/// Models in training. Equal experiments give equal fleets on every backend up to rounding.
pub struct Fleet {
    network: Network,
    layout: Layout,
    device: Device,
    loss: Loss,
    rates: Vec<Rates>,
    /// `[lanes, 1, classes]` added to the logits in training; made anew after a rate changed, `None`
    /// inside when no lane wants any.
    logit_offset: Option<Option<Tensor<3>>>,
    /// All parameters of all lanes in one vector, tensor after tensor, lanes within each tensor.
    params: Tensor<1>,
    optimizer: Optimizer,
    /// Weighted log-probabilities `[lanes, batch, classes]` summed since the last observation; the
    /// loss is their negative sum, taken only when somebody looks.
    loss_sum: Option<Tensor<3>>,
    loss_steps: u32,
    trace: Option<Trace>,
}

/// The intermediate values of one recorded step.
pub(crate) struct Trace {
    gradient: Tensor<1>,
    before: Tensor<1>,
    logits: Tensor<3>,
    labels: Vec<u8>,
}

impl Fleet {
    /// `lanes` models with the same initial weights.
    pub fn new(experiment: &Experiment, input: InputShape, lanes: usize, device: &Device) -> Self {
        let network = Network::new(experiment, input);
        let layout = Layout::new(network.tensors(), lanes);
        let initial = layout.spread(&init::weights(&network, experiment));
        let length = initial.len();
        let logs = log_shares(&experiment.class_shares());
        Self {
            params: Tensor::from_data(TensorData::new(initial, [length]), device),
            optimizer: Optimizer::new(&experiment.optimizer, length, device),
            network,
            layout,
            device: device.clone(),
            loss: Loss::new(&experiment.loss, experiment.classes()),
            rates: vec![Rates::new(&experiment.live, experiment.optimizer.name, &logs); lanes],
            logit_offset: None,
            loss_sum: None,
            loss_steps: 0,
            trace: None,
        }
    }

    /// Number of models.
    pub fn lanes(&self) -> usize {
        self.layout.lanes()
    }

    /// The architecture.
    pub fn network(&self) -> &Network {
        &self.network
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
            self.logit_offset = None;
        }
    }

    /// One optimisation step of every lane. With `record`, keeps what [`Probe`] reports about it.
    ///
    /// A model that diverges goes on with non-finite numbers: that is an observation, not an error.
    pub fn step(&mut self, mut batch: Batch, record: bool) {
        let params = self.layout.split(&self.params);
        let inputs = std::mem::take(&mut batch.inputs);
        let input = self.network.upload(inputs, self.lanes(), batch.size, &self.device);
        let pass = self.network.forward(&params, input);
        let logits = record.then(|| self.loss.answers(pass.logits.clone()));
        let offset = self.logit_offset.get_or_insert_with(|| {
            logit_offset(&self.rates, &self.loss, self.network.outputs(), &self.device)
        });
        let adjusted = match offset {
            Some(offset) => pass.logits + offset.clone(),
            None => pass.logits,
        };
        let (terms, gradient) = self.loss.evaluate(&batch, adjusted, &self.device);
        let gradient = self.layout.join(self.network.backward(&params, pass.tapes, gradient));
        drop(params);

        self.loss_sum = Some(match self.loss_sum.take() {
            Some(sum) => sum + terms,
            None => terms,
        });
        self.loss_steps += 1;
        let params = std::mem::replace(&mut self.params, Tensor::empty([0], &self.device));
        self.trace = logits.map(|logits| Trace {
            gradient: gradient.clone(),
            before: params.clone(),
            logits,
            labels: batch.labels,
        });
        self.params = self.optimizer.step(params, gradient, &self.layout, &self.rates);
    }

    /// Makes the lanes `sources` of this fleet its new lanes, in that order: `[0, 0]` forks lane 0.
    pub fn select_lanes(&mut self, sources: &[usize]) {
        self.params = self.layout.select(&self.params, sources);
        self.optimizer.select_lanes(&self.layout, sources);
        self.rates = sources.iter().map(|&source| self.rates[source].clone()).collect();
        self.logit_offset = None;
        self.layout = self.layout.with_lanes(sources.len());
        self.loss_sum = None;
        self.loss_steps = 0;
        self.trace = None;
    }

    /// Weights and optimiser state as host vectors, read in one transaction; the inverse of
    /// [`Fleet::restore`].
    ///
    /// # Errors
    /// The device is lost.
    pub async fn checkpoint(&self) -> Result<Vec<Vec<f32>>, String> {
        let mut tensors = vec![self.params.clone()];
        tensors.extend(self.optimizer.state());
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
        let expected = 1 + self.optimizer.state_len();
        if tensors.len() != expected || tensors.iter().any(|tensor| tensor.len() != layout.len()) {
            return Err("the checkpoint belongs to another model".to_owned());
        }
        let device = &self.device;
        let mut uploaded = tensors
            .iter()
            .map(|values| Tensor::from_data(TensorData::new(values.clone(), [values.len()]), device));
        self.params = uploaded.next().expect("counted above");
        self.optimizer.restore(uploaded.collect(), steps);
        self.layout = layout;
        self.rates = rates;
        self.logit_offset = None;
        self.loss_sum = None;
        self.loss_steps = 0;
        self.trace = None;
        Ok(())
    }
}

/// The lanes' logit offsets, zero where a lane has none; `None` when all have none or the loss has no
/// softmax to add them to.
fn logit_offset(rates: &[Rates], loss: &Loss, outputs: usize, device: &Device) -> Option<Tensor<3>> {
    if !loss.is_softmax() || rates.iter().all(|rate| rate.logit_offset.is_empty()) {
        return None;
    }
    let of_lane = |rate: &Rates| {
        (0..outputs).map(|class| rate.logit_offset.get(class).copied().unwrap_or(0.0)).collect()
    };
    let offsets: Vec<Vec<f32>> = rates.iter().map(of_lane).collect();
    Some(Tensor::from_data(TensorData::new(offsets.concat(), [rates.len(), 1, outputs]), device))
}
