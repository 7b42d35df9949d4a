//! What a run shows of itself: snapshots, the metrics derived from them, and their history.
//!
//! Must not know tensors, charts or the browser.

pub mod confusion;
pub mod history;
pub mod insight;
pub mod vitals;

pub use confusion::Confusion;
pub use history::{History, Marker, MarkerKind};
pub use insight::{Insight, Wants};
use serde::{Deserialize, Serialize};
pub use vitals::{DataSigns, Origin, Start, Vitals};

/// One observation, taken right after a training step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Training steps done.
    pub step: u32,
    /// Passes over the training examples done, counted in drawn examples.
    pub epoch: f32,
    /// One of a run or branch; one per seed of a seed band.
    pub lanes: Vec<LaneSnapshot>,
}

/// One lane's part of a snapshot. Any float may be non-finite: a diverged model is data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneSnapshot {
    /// Learning rate in use, after any schedule.
    pub learning_rate: f32,
    /// Mean loss of the training batches since the last snapshot, in nats, class weights included.
    pub loss_train: f32,
    /// Mean unweighted cross-entropy on the probe set, in nats.
    pub loss_probe: f32,
    /// Accuracy on the last training batch, 0 to 1.
    pub accuracy_train: f32,
    /// Predictions on the balanced probe set.
    pub confusion: Confusion,
    /// Probability of each class among drawn examples when this was taken (before
    /// counter-measures); sums to 1.
    pub class_shares: Vec<f32>,
    /// Euclidean norm of the last gradient, per layer with weights, input side first.
    pub grad_norm: Vec<f32>,
    /// Size of the last update relative to the weights, `|dw|/|w|`, per layer with weights.
    pub update_ratio: Vec<f32>,
    /// Share of units that pass nothing on whatever the probe example, per hidden layer: *dead* ones
    /// that always put out zero (ReLU; below 0.001 for GELU; leaky ReLU has none), *saturated* ones
    /// that are always within 1 % of an end of their range (tanh, sigmoid).
    pub dead_share: Vec<f32>,
    /// What the rules read beside all this.
    pub vitals: Vitals,
}

impl LaneSnapshot {
    /// Entropy of the class shares in nats: the loss of a model that knows only how frequent each
    /// class is, `H(prior)`.
    pub fn prior_entropy(&self) -> f32 {
        self.class_shares.iter().filter(|&&share| share > 0.0).map(|share| -share * share.ln()).sum()
    }

    /// Accuracy on data with the training class shares, `sum_k share_k * recall_k`: the number an
    /// imbalanced test set would show. Examples without a prediction count as wrong.
    pub fn accuracy(&self) -> f32 {
        self.class_shares.iter().zip(self.confusion.recall()).map(|(share, recall)| share * recall).sum()
    }

    /// Accuracy of always answering the most frequent class, on the same data as [`Self::accuracy`].
    pub fn majority_share(&self) -> f32 {
        self.class_shares.iter().copied().fold(0.0, f32::max)
    }

    /// Whether training has broken down: a loss that is not finite, or predictions that are NaN.
    pub fn is_diverged(&self) -> bool {
        !self.loss_probe.is_finite() || self.confusion.missing() > 0
    }
}
