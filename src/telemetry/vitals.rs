//! Cheap signals that only the rules read: what every observation carries beside the charts' numbers, and
//! what a lane began with.
//!
//! Must not know thresholds.

use super::confusion::{Confusion, Skill};
use serde::{Deserialize, Serialize};

/// Numbers of one observation. NaN or empty where there is nothing to measure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Vitals {
    /// What the answers tell about the input, `H(mean p) - mean H(p)` over the probe set in nats: 0 when
    /// every input gets the same answer, up to `ln K` (mutual information of input and answer).
    pub information: f32,
    /// Mean probability of the answer given on the probe set, 1/K to 1.
    pub confidence: f32,
    /// Mean accuracy on the surer half of the probe set, and on the other.
    pub sure_accuracy: [f32; 2],
    /// Mean logit of the class drawn most less that of the one drawn least, over the balanced probe set:
    /// next to `ln(ratio)` when the model has learned the prior.
    pub lean: f32,
    /// Mean recall on training examples as they are (no augmentation, predicting as on the probe set), by
    /// the labels training sees.
    pub accuracy_clean: f32,
    /// Mean cross-entropy there, in nats, every class counting alike.
    pub loss_clean: f32,
    /// `|w| / |w at step 0|` per layer with weights; infinite where weights began at zero.
    pub weight_ratio: Vec<f32>,
    /// How far the units of a layer differ, `|w - mean unit| / |w|` per layer with weights: 0 when all
    /// units are copies, near 1 when they have nothing in common.
    pub unit_spread: Vec<f32>,
    /// Sent once in a while, kept by the history.
    pub origin: Option<Box<Origin>>,
}

impl Default for Vitals {
    fn default() -> Self {
        Self {
            information: f32::NAN,
            confidence: f32::NAN,
            sure_accuracy: [f32::NAN; 2],
            lean: f32::NAN,
            accuracy_clean: f32::NAN,
            loss_clean: f32::NAN,
            weight_ratio: Vec::new(),
            unit_spread: Vec::new(),
            origin: None,
        }
    }
}

/// Bitwise, so that what could not be measured is equal; when the data were looked at does not count.
impl PartialEq for Vitals {
    fn eq(&self, other: &Self) -> bool {
        let numbers = |vitals: &Self| -> Vec<u32> {
            let Self { information, confidence, sure_accuracy, lean, accuracy_clean, loss_clean, .. } =
                vitals;
            let single = [*information, *confidence, *lean, *accuracy_clean, *loss_clean];
            let lists = [&single[..], sure_accuracy, &vitals.weight_ratio, &vitals.unit_spread];
            lists.concat().into_iter().map(f32::to_bits).collect()
        };
        numbers(self) == numbers(other)
    }
}

/// What a lane trains on and how its model was before the first step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The training data as the sampler gives them now.
    pub data: DataSigns,
    /// The model at step 0.
    pub start: Start,
}

/// A model before its first step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// Cross-entropy on the probe set in nats; `ln K` for a model that leans nowhere.
    pub loss: f32,
    /// See [`Vitals::information`].
    pub information: f32,
    /// Dead or saturated units per hidden layer, as a share.
    pub dead_share: Vec<f32>,
    /// Root mean square of the weights times the root of the fan-in, per layer: about 1 (Glorot) to 1.4
    /// (He) keeps a signal's strength.
    pub gain: Vec<f32>,
    /// See [`Vitals::unit_spread`].
    pub unit_spread: Vec<f32>,
}

/// What the training data show of themselves, without any model of ours. Skill is 0 at chance and 1 when
/// perfect, with every class counting alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSigns {
    /// Examples that training draws from, copies included.
    pub examples: u32,
    /// Share of them that equal another one number for number.
    pub copies: f32,
    /// Share of drawn labels per class.
    pub label_shares: Vec<f32>,
    /// Typical standard deviation of a column of inputs (a feature, a channel of images) as fed.
    pub scale: f32,
    /// Typical distance of a column's mean from 0, in its standard deviations.
    pub offset: f32,
    /// Largest over smallest standard deviation of a column.
    pub disparity: f32,
    /// How well an example's nearest neighbour among the others tells its label.
    pub neighbour: Skill,
    /// How well the nearest class mean of the others does.
    pub centroid: Skill,
    /// Accuracy of the better of the two where it is sure of itself, and where it is not: the same for
    /// labels that are wrong anywhere, different where classes overlap.
    pub sure_accuracy: [f32; 2],
    /// What the training examples' nearest neighbours say of the probe set.
    pub transfer: Confusion,
    /// What the class means say of the probe set.
    pub transfer_centroid: Skill,
    /// Typical distance of a probe example to its nearest training example, relative to that between
    /// training examples.
    pub distance: f32,
    /// How far the probe's columns lie from the training data's, in standard deviations.
    pub shift: f32,
    /// Standard deviation of the probe's columns over the training data's.
    pub stretch: f32,
    /// How much more often two examples in a row have the same label than chance says: 0 shuffled, 1 sorted.
    pub runs: f32,
    /// How well the nearest neighbour of an *augmented* example among the clean ones tells its label; `None`
    /// without augmentation.
    pub augmented: Option<Skill>,
}

impl DataSigns {
    /// The best that simple methods make of the training data, as skill on examples left out.
    pub fn promise(&self) -> Skill {
        if self.centroid.value > self.neighbour.value { self.centroid } else { self.neighbour }
    }

    /// The same on the probe set, where what differs between training and probe counts.
    pub fn transferred(&self) -> Skill {
        let neighbour = self.transfer.skill();
        if self.transfer_centroid.value > neighbour.value { self.transfer_centroid } else { neighbour }
    }
}

/// `H(mean p) - mean H(p)` and the mean probability of the answer, from rows of logits.
pub fn information(logits: &[f32], classes: usize) -> (f32, f32) {
    let (mut mean, mut entropy, mut sure, mut rows) = (vec![0.0f32; classes], 0.0, 0.0, 0.0f32);
    let mut p = vec![0.0; classes];
    for row in logits.chunks_exact(classes) {
        let highest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        p.iter_mut().zip(row).for_each(|(p, logit)| *p = (logit - highest).exp());
        let sum: f32 = p.iter().sum();
        // H = ln sum - sum p (z - max), without a logarithm per class.
        let tilt: f32 = p.iter().zip(row).filter(|(p, _)| **p > 0.0).map(|(p, z)| p * (z - highest)).sum();
        entropy += sum.ln() - tilt / sum;
        sure += 1.0 / sum;
        mean.iter_mut().zip(&p).for_each(|(mean, p)| *mean += p / sum);
        rows += 1.0;
    }
    let spread: f32 = mean.iter().map(|sum| sum / rows).filter(|p| *p > 0.0).map(|p| -p * p.ln()).sum();
    ((spread - entropy / rows).max(0.0), sure / rows)
}

/// Share of right answers among the surer half of `(sureness, right)`, and among the others.
pub fn by_sureness(answers: &mut Vec<(f32, bool)>) -> [f32; 2] {
    crate::order::sort_by(answers, |(one, _), (other, _)| other.total_cmp(one));
    let (sure, other) = answers.split_at(answers.len() / 2);
    [sure, other].map(|part| part.iter().filter(|(_, right)| *right).count() as f32 / part.len() as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_answer_for_all_tells_nothing_and_sure_right_answers_tell_the_class() {
        let (same, _) = information(&[2.0, 0.0, 2.0, 0.0], 2);
        let (all, sure) = information(&[50.0, 0.0, 0.0, 50.0], 2);
        assert!(same.abs() < 1e-6, "{same}");
        assert!((all - 2f32.ln()).abs() < 1e-6 && sure > 0.999, "{all} {sure}");
        // Probabilities 3/4 and 1/4 either way: ln 2 - H(1/4), H(1/4) = 0.562335.
        let tilted = 3f32.ln();
        let (some, sure) = information(&[tilted, 0.0, 0.0, tilted], 2);
        assert!((some - (2f32.ln() - 0.562_335)).abs() < 1e-5 && (sure - 0.75).abs() < 1e-6, "{some} {sure}");
        assert!(information(&[f32::NAN, 0.0], 2).0.is_nan() || information(&[f32::NAN, 0.0], 2).1.is_nan());
    }
}
