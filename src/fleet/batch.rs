//! One training batch of every lane, as the host hands it to the fleet.
//!
//! Must not know where examples come from.

/// Inputs and targets of one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Examples per lane.
    pub size: usize,
    /// As [`super::Network::rows`] lays them out, lane after lane.
    pub inputs: Vec<f32>,
    /// `[lanes, size, classes]`: `weight / size` at the true class, else 0.
    pub targets: Vec<f32>,
    /// True class of each example, `[lanes, size]`.
    pub labels: Vec<u8>,
    /// Whether any example's weight differs from 1.
    pub weighted: bool,
}

impl Batch {
    /// Packs `labels` (`[lanes, size]`) with the loss weight per class of each lane.
    ///
    /// Weights are mean 1 over the drawn examples, and the sum is divided by the batch size as Keras
    /// does, so that a batch without rare examples takes a small step instead of a full one.
    pub fn new(inputs: Vec<f32>, labels: Vec<u8>, class_weights: &[&[f32]]) -> Self {
        let lanes = class_weights.len();
        let classes = class_weights.first().map_or(0, |weights| weights.len());
        let size = labels.len() / lanes.max(1);
        let mut targets = vec![0.0; labels.len() * classes];
        for (row, (target, &label)) in targets.chunks_exact_mut(classes.max(1)).zip(&labels).enumerate() {
            let class = usize::from(label);
            target[class] = class_weights[row / size][class] / size as f32;
        }
        let weighted = class_weights.iter().any(|weights| weights.iter().any(|weight| *weight != 1.0));
        Self { size, inputs, targets, labels, weighted }
    }
}
