//! The one place that reads back from the device: everything an observation needs in one transaction.
//!
//! Must not know what the numbers mean to a visitor.

use super::tensor::{Backend, Tensor};
use super::{Fleet, Trace, activation};
use burn_backend::ops::{TransactionOps, TransactionPrimitive};

/// The balanced held-out examples, resident on the device.
pub struct Probe {
    /// As the first layer reads them: one copy for all lanes, or one per lane.
    input: Tensor<3>,
    is_shared: bool,
}

/// What one lane showed. Floats may be non-finite.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneObservation {
    /// Mean weighted training loss since the last observation, nats.
    pub loss_train: f32,
    /// Accuracy on the recorded step's batch.
    pub accuracy_train: f32,
    /// `[examples, classes]` on the probe set; their softmax is what the model answers.
    pub logits: Vec<f32>,
    /// Gradient norm per layer in the recorded step.
    pub grad_norm: Vec<f32>,
    /// `|dw| / |w|` per layer in the recorded step.
    pub update_ratio: Vec<f32>,
    /// Share of units that are dead or saturated on all probe examples, per hidden layer.
    pub dead_share: Vec<f32>,
}

impl Probe {
    /// Uploads examples for `fleet`'s network: `[count, features]` once for all lanes, or for each lane
    /// its own, equally many.
    pub fn new(fleet: &Fleet, examples: &[&[f32]]) -> Self {
        let count = examples[0].len() / fleet.network.features();
        let input = fleet.upload(&examples.concat(), examples.len(), count);
        Self { input, is_shared: examples.len() == 1 }
    }

    /// Follows [`Fleet::select_lanes`].
    pub fn select_lanes(&mut self, sources: &[usize]) {
        if !self.is_shared {
            let lane = |&lane: &usize| {
                let [_, rows, columns] = self.input.dims();
                self.input.clone().slice([lane..lane + 1, 0..rows, 0..columns])
            };
            self.input = Tensor::cat(sources.iter().map(lane).collect(), 0);
        }
    }

    /// The logits of every lane and nothing else, `[examples, classes]` each.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn logits(&self, fleet: &Fleet) -> Result<Vec<Vec<f32>>, String> {
        let lanes = fleet.lanes();
        let logits = fleet.inspect(self.input()).logits;
        let read = read(vec![logits.flat()]).await?.swap_remove(0);
        Ok((0..lanes).map(|lane| lane_part(&read, lane, lanes).to_vec()).collect())
    }

    pub(super) fn input(&self) -> Tensor<3> {
        self.input.clone()
    }

    /// Looks at every lane. The last step must have been recorded; otherwise (before the first step)
    /// training figures are NaN.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn observe(&self, fleet: &mut Fleet) -> Result<Vec<LaneObservation>, String> {
        let lanes = fleet.lanes();
        let seen = fleet.inspect(self.input());
        let hidden = seen.units.len();
        let classes = seen.logits.dims()[2];
        let mut tensors = vec![seen.logits.flat()];
        for (kind, units) in seen.units {
            tensors.push(activation::margin(kind, units).max_dim(1).flat());
        }
        let recorded = fleet.trace.take().map(|trace| {
            let labels = trace.labels.clone();
            tensors.extend(trace_tensors(fleet, trace));
            labels
        });
        let loss_steps = std::mem::take(&mut fleet.loss_steps);
        if let Some(sum) = fleet.loss_sum.take() {
            tensors.push(sum.sum_dim(1).sum_dim(2).flat());
        }
        let mut read = read(tensors).await?.into_iter();
        let mut next = || read.next().unwrap_or_default();

        let logits = next();
        let highest: Vec<Vec<f32>> = (0..hidden).map(|_| next()).collect();
        let figures = recorded.map(|labels| TraceFigures { labels, logits: next(), squares: next() });
        let losses = next();
        let layers = fleet.network.names().len();
        let per_lane = logits.len() / lanes;
        Ok((0..lanes)
            .map(|lane| LaneObservation {
                loss_train: losses.get(lane).map_or(f32::NAN, |sum| -sum / loss_steps as f32),
                accuracy_train: figures.as_ref().map_or(f32::NAN, |f| f.accuracy(lane, lanes, classes)),
                logits: logits[lane * per_lane..(lane + 1) * per_lane].to_vec(),
                grad_norm: figures.as_ref().map_or_else(Vec::new, |f| f.norms(lane, lanes, layers, 0)),
                update_ratio: figures
                    .as_ref()
                    .map_or_else(Vec::new, |f| f.update_ratios(lane, lanes, layers)),
                dead_share: highest.iter().map(|units| dead_share(lane_part(units, lane, lanes))).collect(),
            })
            .collect())
    }
}

/// Reads tensors in one go.
///
/// # Errors
/// The device is lost.
pub(crate) async fn read(tensors: Vec<Tensor<1>>) -> Result<Vec<Vec<f32>>, String> {
    let mut transaction = TransactionPrimitive::<Backend>::default();
    transaction.read_floats = tensors.into_iter().map(|tensor| tensor.0).collect();
    let read = Backend::tr_execute(transaction).await.map_err(|error| format!("{error:?}"))?;
    let values = |data: &burn_backend::TensorData| data.as_slice().map(<[f32]>::to_vec);
    read.read_floats.iter().map(values).collect::<Result<_, _>>().map_err(|error| format!("{error:?}"))
}

/// The recorded batch's logits, and per tensor the squared norms of gradient, update and weight.
fn trace_tensors(fleet: &Fleet, trace: Trace) -> [Tensor<1>; 2] {
    let update = trace.before.clone() - fleet.params.clone();
    let mut squares = Vec::new();
    for flat in [&trace.gradient, &update, &trace.before] {
        for tensor in fleet.layout.split(flat) {
            let [lanes, rows, columns] = tensor.dims();
            let flat = tensor.reshape([lanes, rows * columns]);
            squares.push((flat.clone() * flat).sum_dim(1).flat());
        }
    }
    [trace.logits.flat(), Tensor::cat(squares, 0)]
}

struct TraceFigures {
    labels: Vec<u8>,
    logits: Vec<f32>,
    /// `[gradient | update | weight, tensor, lane]`.
    squares: Vec<f32>,
}

impl TraceFigures {
    fn accuracy(&self, lane: usize, lanes: usize, classes: usize) -> f32 {
        let labels = lane_part(&self.labels, lane, lanes);
        let logits = lane_part(&self.logits, lane, lanes);
        let right = |(row, label): &(&[f32], &u8)| {
            crate::telemetry::confusion::argmax(row) == Some(usize::from(**label))
        };
        logits.chunks_exact(classes).zip(labels).filter(right).count() as f32 / labels.len() as f32
    }

    /// Norm of weight and bias together per layer; `kind` 0 gradient, 1 update, 2 weight.
    fn norms(&self, lane: usize, lanes: usize, layers: usize, kind: usize) -> Vec<f32> {
        let tensors = self.squares.len() / (3 * lanes);
        let square = |tensor: usize| self.squares[(kind * tensors + tensor) * lanes + lane];
        (0..layers).map(|layer| (square(2 * layer) + square(2 * layer + 1)).sqrt()).collect()
    }

    fn update_ratios(&self, lane: usize, lanes: usize, layers: usize) -> Vec<f32> {
        let updates = self.norms(lane, lanes, layers, 1);
        let weights = self.norms(lane, lanes, layers, 2);
        updates.iter().zip(weights).map(|(update, weight)| update / weight).collect()
    }
}

fn lane_part<T>(values: &[T], lane: usize, lanes: usize) -> &[T] {
    let length = values.len() / lanes;
    &values[lane * length..(lane + 1) * length]
}

fn dead_share(highest: &[f32]) -> f32 {
    if highest.iter().any(|value| value.is_nan()) {
        return f32::NAN;
    }
    highest.iter().filter(|value| **value <= 0.0).count() as f32 / highest.len() as f32
}
