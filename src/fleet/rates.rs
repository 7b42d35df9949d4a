//! What a lane's training reads from its live settings.
//!
//! Must not know tensors.

use crate::experiment::{Live, OptimizerName, Weighting};

/// Settings of one lane that may change between steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    /// Learning rate of the next step.
    pub learning_rate: f32,
    /// Decoupled weight decay per step and unit learning rate.
    pub weight_decay: f32,
    /// Pull of each weight towards zero in the gradient, `l2 w`.
    pub l2: f32,
    /// Pull of each weight towards zero in the gradient, `l1 sign(w)`.
    pub l1: f32,
    /// Longest gradient, as the norm over all parameters; 0 for any length.
    pub clip_norm: f32,
    /// Share of hidden units left out, 0 to 1.
    pub dropout: f32,
    /// Added to the logits in training, per class; empty for nothing.
    pub logit_offset: Vec<f32>,
    /// Seed of what is drawn during training beside the batches: which units dropout leaves out.
    pub seed_order: u32,
}

/// AdamW's decay where none is set, as in PyTorch.
const ADAMW_DECAY: f32 = 0.01;

impl Rates {
    /// The rates of `live` under `optimizer`, the learning rate before any schedule.
    ///
    /// `log_shares`: log of the class shares the lane trains on, for logit adjustment.
    pub fn new(live: &Live, optimizer: OptimizerName, log_shares: &[f32], seed_order: u32) -> Self {
        let decays = optimizer == OptimizerName::AdamW && live.weight_decay == 0.0;
        let adjusts = live.weighting == Weighting::LogitAdjustment;
        Self {
            learning_rate: live.learning_rate,
            weight_decay: if decays { ADAMW_DECAY } else { live.weight_decay },
            l2: live.l2,
            l1: live.l1,
            clip_norm: live.clip_norm,
            dropout: live.dropout,
            logit_offset: if adjusts { log_shares.to_vec() } else { Vec::new() },
            seed_order,
        }
    }

    /// What one step leaves of a weight before its update.
    pub(crate) fn keep(&self) -> f32 {
        1.0 - self.learning_rate * self.weight_decay
    }
}
