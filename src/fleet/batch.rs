//! One training batch of every lane, as the host hands it to the fleet.
//!
//! Must not know where examples come from.

/// Inputs and targets of one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Examples per lane.
    pub size: usize,
    /// `[lanes, size, features]`.
    pub inputs: Vec<f32>,
    /// `[lanes, size, classes]`: `weight / size` at the true class, else 0; shared with another class by
    /// [`Batch::blend`].
    pub targets: Vec<f32>,
    /// True class of each example, `[lanes, size]`; the larger one of a blend.
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

    /// Shares the targets of one lane with other classes: `others` has, for each of the lane's examples,
    /// the class it was blended with and that class's share, 0 to 0.5 (mixup).
    pub fn blend(&mut self, lane: usize, others: impl Iterator<Item = (u8, f32)>, class_weights: &[f32]) {
        let (classes, size) = (class_weights.len(), self.size);
        let targets = self.targets.chunks_exact_mut(classes).zip(&self.labels).skip(lane * size).take(size);
        for ((target, &label), (other, share)) in targets.zip(others) {
            target[usize::from(label)] *= 1.0 - share;
            target[usize::from(other)] += share * class_weights[usize::from(other)] / size as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blend_shares_the_target_and_leaves_the_other_lane_alone() {
        let weights = [1.0, 2.0, 0.5];
        let mut batch = Batch::new(vec![], vec![0, 1, 2, 1], &[&[1.0; 3], &weights]);
        let plain = batch.targets.clone();
        batch.blend(1, [(1, 0.25), (1, 0.5)].into_iter(), &weights);
        assert_eq!(batch.targets[..6], plain[..6]);
        // Three quarters of class 2 (weight 0.5), a quarter of class 1 (weight 2), over a batch of 2.
        assert_eq!(batch.targets[6..9], [0.0, 0.25, 0.1875]);
        assert_eq!(batch.targets[9..], plain[9..], "a blend with the same class is that class");
    }
}
