//! The one place that reads back from the device: everything an observation needs in one transaction.
//!
//! Must not know what the numbers mean to a visitor.

use super::network::Inspection;
use super::tensor::{Backend, Tensor};
use super::{Fleet, Trace, activation};
use burn_backend::ops::{TransactionOps, TransactionPrimitive};
use std::cell::Cell;

/// The balanced held-out examples, resident on the device.
pub struct Probe {
    /// As the first layer reads them: one copy for all lanes, or one per lane.
    input: Tensor<3>,
    is_shared: bool,
    /// Training examples to ask about as well, likewise.
    clean: Option<Tensor<3>>,
    /// What the models said before the first step, until it is read.
    start: Cell<Option<Vec<Tensor<1>>>>,
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
    /// Share of units that are dead or saturated on all probe and training examples, per hidden layer.
    pub dead_share: Vec<f32>,
    /// `[examples, classes]` on the training examples; empty without any.
    pub clean_logits: Vec<f32>,
    /// `|w|` per layer before the recorded step, over that at step 0.
    pub weight_ratio: Vec<f32>,
    /// `|w - mean unit| / |w|` per layer before the recorded step.
    pub unit_spread: Vec<f32>,
    /// The model at step 0, once.
    pub start: Option<LaneStart>,
}

/// What one lane showed before its first step.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneStart {
    /// As in [`LaneObservation`].
    pub logits: Vec<f32>,
    /// As in [`LaneObservation`].
    pub dead_share: Vec<f32>,
}

impl Probe {
    /// Uploads examples for `fleet`'s network: `[count, features]` once for all lanes, or for each lane
    /// its own, equally many.
    pub fn new(fleet: &Fleet, examples: &[&[f32]]) -> Self {
        let count = examples[0].len() / fleet.network.features();
        let input = fleet.upload(&examples.concat(), examples.len(), count);
        Self { input, is_shared: examples.len() == 1, clean: None, start: Cell::new(None) }
    }

    /// With training examples, `[count, features]` once for all lanes if the probe's are, or for each lane.
    /// The fleet must not have trained: what its models say now is what they began with.
    #[must_use]
    pub fn with_clean(mut self, fleet: &Fleet, examples: &[&[f32]]) -> Self {
        let count = examples[0].len() / fleet.network.features();
        self.clean = Some(fleet.upload(&examples.concat(), examples.len(), count));
        let seen = fleet.inspect(self.input());
        self.start.set(Some(look(seen)));
        self
    }

    /// Follows [`Fleet::select_lanes`].
    pub fn select_lanes(&mut self, sources: &[usize]) {
        self.start.set(None);
        if !self.is_shared {
            self.input = lanes_of(&self.input, sources);
            self.clean = self.clean.as_ref().map(|clean| lanes_of(clean, sources));
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
        let (hidden, classes) = (seen.units.len(), seen.logits.dims()[2]);
        let mut tensors = look(seen);
        let start = self.start.take();
        let has_start = start.is_some();
        tensors.extend(start.into_iter().flatten());
        if let Some(clean) = &self.clean {
            tensors.extend(look(fleet.inspect(clean.clone())));
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

        let mut looked = |wanted: bool| Looked {
            logits: if wanted { next() } else { Vec::new() },
            highest: (0..if wanted { hidden } else { 0 }).map(|_| next()).collect(),
        };
        let (seen, start, clean) = (looked(true), looked(has_start), looked(self.clean.is_some()));
        let figures = recorded.map(|labels| TraceFigures {
            labels,
            logits: next(),
            squares: next(),
            apart: next(),
            names: fleet.network.names().len(),
            lanes,
        });
        let losses = next();
        let of = |lane: usize, figure: &dyn Fn(&TraceFigures, usize) -> Vec<f32>| {
            figures.as_ref().map_or_else(Vec::new, |figures| figure(figures, lane))
        };
        Ok((0..lanes)
            .map(|lane| LaneObservation {
                loss_train: losses.get(lane).map_or(f32::NAN, |sum| -sum / loss_steps as f32),
                accuracy_train: figures.as_ref().map_or(f32::NAN, |f| f.accuracy(lane, classes)),
                logits: lane_part(&seen.logits, lane, lanes).to_vec(),
                grad_norm: of(lane, &|figures, lane| figures.norms(lane, 0)),
                update_ratio: of(lane, &TraceFigures::update_ratios),
                dead_share: seen.dead_share(lane, lanes, &clean.highest),
                clean_logits: lane_part(&clean.logits, lane, lanes).to_vec(),
                weight_ratio: of(lane, &|figures, lane| {
                    let began = fleet.began[lane].norm.iter();
                    figures.norms(lane, 2).iter().zip(began).map(|(now, began)| now / began).collect()
                }),
                unit_spread: of(lane, &TraceFigures::unit_spread),
                start: has_start.then(|| LaneStart {
                    logits: lane_part(&start.logits, lane, lanes).to_vec(),
                    dead_share: start.dead_share(lane, lanes, &[]),
                }),
            })
            .collect())
    }
}

/// Logits, and the largest margin of every hidden unit per layer.
fn look(seen: Inspection) -> Vec<Tensor<1>> {
    let margin = |(kind, units)| activation::margin(kind, units).max_dim(1).flat();
    std::iter::once(seen.logits.flat()).chain(seen.units.into_iter().map(margin)).collect()
}

/// [`look`] once it is read.
struct Looked {
    logits: Vec<f32>,
    highest: Vec<Vec<f32>>,
}

impl Looked {
    /// A unit that lives on any of the `others` lives.
    fn dead_share(&self, lane: usize, lanes: usize, others: &[Vec<f32>]) -> Vec<f32> {
        let layer = |(layer, highest): (usize, &Vec<f32>)| {
            let highest = lane_part(highest, lane, lanes);
            match others.get(layer).map(|others| lane_part(others, lane, lanes)) {
                // A NaN on either side stays one.
                Some(others) => {
                    let both =
                        highest.iter().zip(others).map(|(a, b)| if a > b || a.is_nan() { *a } else { *b });
                    dead_share(&both.collect::<Vec<_>>())
                }
                None => dead_share(highest),
            }
        };
        self.highest.iter().enumerate().map(layer).collect()
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

/// The recorded batch's logits, per tensor the squared norms of gradient, update and weight, and per layer
/// that of what its units do not have in common.
fn trace_tensors(fleet: &Fleet, trace: Trace) -> [Tensor<1>; 3] {
    let update = trace.before.clone() - fleet.params.clone();
    let mut squares = Vec::new();
    for flat in [&trace.gradient, &update, &trace.before] {
        for tensor in fleet.layout.split(flat) {
            let [lanes, rows, columns] = tensor.dims();
            let flat = tensor.reshape([lanes, rows * columns]);
            squares.push((flat.clone() * flat).sum_dim(1).flat());
        }
    }
    let layers = fleet.network.names().len();
    let weights = fleet.layout.split(&trace.before).into_iter().step_by(2).take(layers);
    let apart = weights.map(|weight| {
        let [lanes, rows, columns] = weight.dims();
        let apart = (weight.clone() - weight.mean_dim(2)).reshape([lanes, rows * columns]);
        (apart.clone() * apart).sum_dim(1).flat()
    });
    let apart = Tensor::cat(apart.collect(), 0);
    [trace.logits.flat(), Tensor::cat(squares, 0), apart]
}

struct TraceFigures {
    labels: Vec<u8>,
    logits: Vec<f32>,
    /// `[gradient | update | weight, tensor, lane]`.
    squares: Vec<f32>,
    /// `[layer, lane]`.
    apart: Vec<f32>,
    /// Layers with weights.
    names: usize,
    lanes: usize,
}

impl TraceFigures {
    fn accuracy(&self, lane: usize, classes: usize) -> f32 {
        let labels = lane_part(&self.labels, lane, self.lanes);
        let logits = lane_part(&self.logits, lane, self.lanes);
        let right = |(row, label): &(&[f32], &u8)| {
            crate::telemetry::confusion::argmax(row) == Some(usize::from(**label))
        };
        logits.chunks_exact(classes).zip(labels).filter(right).count() as f32 / labels.len() as f32
    }

    /// Squared norm of one tensor; `kind` 0 gradient, 1 update, 2 weight.
    fn square(&self, lane: usize, tensor: usize, kind: usize) -> f32 {
        let tensors = self.squares.len() / (3 * self.lanes);
        self.squares[(kind * tensors + tensor) * self.lanes + lane]
    }

    /// Norm of weight and bias together per layer.
    fn norms(&self, lane: usize, kind: usize) -> Vec<f32> {
        let square = |tensor: usize| self.square(lane, tensor, kind);
        (0..self.names).map(|layer| (square(2 * layer) + square(2 * layer + 1)).sqrt()).collect()
    }

    fn update_ratios(&self, lane: usize) -> Vec<f32> {
        let (updates, weights) = (self.norms(lane, 1), self.norms(lane, 2));
        updates.iter().zip(weights).map(|(update, weight)| update / weight).collect()
    }

    fn unit_spread(&self, lane: usize) -> Vec<f32> {
        let apart = |layer: usize| self.apart[layer * self.lanes + lane];
        (0..self.names).map(|layer| (apart(layer) / self.square(lane, 2 * layer, 2)).sqrt()).collect()
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

/// The lanes `sources` of an input `[lanes, rows, columns]`.
fn lanes_of(input: &Tensor<3>, sources: &[usize]) -> Tensor<3> {
    let [_, rows, columns] = input.dims();
    let lane = |&lane: &usize| input.clone().slice([lane..lane + 1, 0..rows, 0..columns]);
    Tensor::cat(sources.iter().map(lane).collect(), 0)
}
