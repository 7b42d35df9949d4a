//! An experiment: one training run described completely, the only source of truth.
//!
//! Must not know tensors, time or the browser. What the page, the link, the JSON and the README
//! say about a setting comes from the [knob](crate::experiment::knob) table.

pub mod choice;
pub mod json;
pub mod knob;
pub mod link;
pub mod own;
pub mod remedy;
pub mod scenario;
mod shape;

pub use choice::{
    Activation, BiasInit, DataName, InitName, LossName, Missing, ModelName, OptimizerName, Schedule,
    Weighting,
};
pub use own::Own;
use serde::{Deserialize, Serialize};

/// A run, completely described: equal experiments give equal data, order and initial weights on
/// every backend, and bitwise equal curves on the CPU.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Experiment {
    /// What is learned.
    pub data: DataSpec,
    /// What learns.
    pub model: ModelSpec,
    /// What training minimises.
    pub loss: LossSpec,
    /// How it learns; the learning rate is in `live`.
    pub optimizer: OptimizerSpec,
    /// Examples per step, 1 to 256.
    pub batch_size: u32,
    /// Where randomness starts.
    pub seeds: Seeds,
    /// What may change mid-run.
    pub live: Live,
}

/// The data set and the parts of it that are fixed when a run starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSpec {
    /// Which set.
    pub name: DataName,
    /// Training examples when balanced, over all classes, 20 to 5,000; sets that have fewer give all.
    pub train_size: u32,
    /// Distance between the class means of [`DataName::Gaussians`] in each of 10 dimensions, in
    /// standard deviations, 0 to 3. At 0 the classes are identical.
    pub separation: f32,
    /// [`DataName::Shapes`]: training shapes sit in the top-left quadrant, probe shapes in the others.
    pub position_shift: bool,
    /// Share of labels replaced by a uniformly drawn class, in training and probe alike, 0 to 1.
    pub label_noise: f32,
    /// Share of the training examples that are copies of others of their class, 0 to 0.99.
    pub duplicates: f32,
    /// Standard deviation of the noise on the points of the plane sets, 0 to 1.
    pub spread: f32,
    /// What is put where a value is missing.
    pub missing: Missing,
    /// Share of the *training* examples of class `flip_from` labelled `flip_to`, 0 to 1. A class the set
    /// does not have flips nothing.
    pub label_flip: f32,
    /// The class mislabelled.
    pub flip_from: u32,
    /// What it is labelled as.
    pub flip_to: u32,
    /// Factor on every input, 1e-3 to 1e3; 255 feeds images as raw pixels.
    pub input_scale: f32,
    /// Added to every input after `input_scale`, -100 to 100.
    pub input_offset: f32,
    /// Shift and scale every feature (every channel of images) to mean 0 and deviation 1 over the
    /// training pool, after `input_scale` and `input_offset`.
    pub standardise: bool,
    /// Added to every probe input, in standard deviations of the pool's features, -3 to 3.
    pub test_shift: f32,
    /// Factor on every probe input only, 1e-3 to 1e3: test data prepared differently.
    pub test_scale: f32,
    /// [`DataName::Own`]: what the visitor's own data are.
    pub own: Own,
}

impl DataSpec {
    /// How often each class occurs in the set itself, in any unit; as long as there are classes.
    pub fn natural_shares(&self) -> &[f32] {
        match self.name {
            DataName::Own => &self.own.counts,
            name => name.natural_shares(),
        }
    }

    /// Whether examples are points in the plane, so that the decision boundary can be drawn.
    pub fn is_plane(&self) -> bool {
        let own = self.own.image.is_none() && self.own.features == 2 && self.missing != Missing::Indicator;
        self.name.is_plane() || self.name == DataName::Own && own
    }
}

/// The classifier's architecture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelSpec {
    /// Family; data without pixels always uses the MLP (see [`Experiment::model_name`]).
    pub name: ModelName,
    /// Hidden layers of the MLP, 0 to 8.
    pub depth: u32,
    /// Units per hidden layer of the MLP, 1 to 512.
    pub width: u32,
    /// Convolution blocks of the CNN, 1 or 2.
    pub blocks: u32,
    /// Channels of the CNN's first block, 1 to 64; the second block has the same number.
    pub channels: u32,
    /// Weight distribution.
    pub init: InitName,
    /// Factor on the initial weights (standard deviation for [`InitName::Normal`], the value itself for
    /// [`InitName::Constant`]), 1e-4 to 100.
    pub init_scale: f32,
    /// What hidden units do with their sum.
    pub activation: Activation,
    /// Biases before the first step.
    pub bias_init: BiasInit,
    /// Batch normalisation of every hidden layer before its activation (Ioffe & Szegedy 2015).
    pub batch_norm: bool,
    /// Share of the running statistics kept at each step, 0 to 0.999 (Keras's convention).
    pub batch_norm_momentum: f32,
}

/// What training minimises.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LossSpec {
    /// Family.
    pub name: LossName,
    /// Focal loss: how strongly easy examples are discounted, 0 to 5.
    pub focal_gamma: f32,
    /// Share of the target spread evenly over all classes, 0 to 0.5 (Szegedy et al. 2016).
    pub label_smoothing: f32,
}

/// The optimiser and its constants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OptimizerSpec {
    /// Family.
    pub name: OptimizerName,
    /// Momentum of SGD and RMSprop, 0 to 0.999.
    pub momentum: f32,
    /// Adam's decay of the mean gradient, 0 to 0.999.
    pub beta_mean: f32,
    /// Decay of the mean squared gradient of Adam and RMSprop, 0 to 0.9999.
    pub beta_square: f32,
    /// Added to the root of the mean squared gradient, 1e-10 to 1.
    pub epsilon: f32,
}

/// Seeds of the named streams; one lane of a seed band changes `weights` and `order` only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seeds {
    /// Generation and split of the data.
    pub data: u32,
    /// Initial weights.
    pub weights: u32,
    /// Order of examples and augmentation.
    pub order: u32,
}

/// The settings that may change while the run goes on. A type of its own, so that a data set
/// cannot ride along.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// Step size, 1e-6 to 10.
    pub learning_rate: f32,
    /// How many times more often class 0 is drawn than any other class, 1 to 1,000.
    pub imbalance: f32,
    /// Relative frequency of each class before `imbalance`; a missing entry is 1, 0 starves a class.
    pub shares: Vec<f32>,
    /// Counter-measure to imbalance.
    pub weighting: Weighting,
    /// Decoupled weight decay per step and unit learning rate (Loshchilov & Hutter 2019), 0 to 1.
    pub weight_decay: f32,
    /// Pull of each weight towards zero in the gradient, `l2 w`, 0 to 1.
    pub l2: f32,
    /// Pull of each weight towards zero by a constant, `l1 sign(w)`, in the gradient, 0 to 1.
    pub l1: f32,
    /// Share of hidden units left out at each training step, 0 to 0.95 (Srivastava et al. 2014).
    pub dropout: f32,
    /// How the learning rate moves.
    pub schedule: Schedule,
    /// Steps of the schedule, 1 to 100,000; what they mean depends on it.
    pub schedule_steps: u32,
    /// Longest gradient a step uses, as the norm over all weights, 0 (off) to 100 (Pascanu et al. 2013).
    pub clip_norm: f32,
    /// Draw examples in random order; off gives one class after the other.
    pub shuffle: bool,
    /// Parameter of the Beta distribution that mixes pairs of examples and labels, 0 (off) to 1 (Zhang
    /// et al. 2018).
    pub mixup: f32,
    /// Random changes to training images.
    pub augment: Augment,
    /// Multiple of the log class shares taken off the logits when predicting, 0 to 2: cures a prior
    /// without retraining (Menon et al. 2021).
    pub prior_correction: f32,
    /// Two classes: predict class 1 when its probability is at least this, 0.001 to 0.999.
    pub threshold: f32,
    /// The run pauses when the probe loss has not improved for this many checks of 50 steps; 0 is off.
    pub early_stopping: u32,
    /// The run pauses at this step, 10 to 100,000.
    pub steps: u32,
}

/// Strengths of the augmentations, all 0 = off. Applied to image data, independently, in this order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Augment {
    /// Probability of a left-right mirror, 0 to 1.
    pub flip_horizontal: f32,
    /// Probability of an upside-down mirror, its own coin, 0 to 1.
    pub flip_vertical: f32,
    /// Largest rotation either way in degrees, 0 to 180.
    pub rotation: f32,
    /// Largest shift either way as a share of the side, 0 to 0.5.
    pub shift: f32,
    /// Standard deviation of pixel noise on the 0 to 1 scale, 0 to 1.
    pub noise: f32,
    /// Largest brightness change either way on the 0 to 1 scale, 0 to 1.
    pub brightness: f32,
    /// Side of an erased square as a share of the image's side, 0 to 0.75.
    pub cutout: f32,
}

impl Default for Experiment {
    /// What the page opens with: digits, a small dense network, Adam at 1e-3. Never changes within
    /// link version 1, because links leave defaults out.
    fn default() -> Self {
        Self {
            data: DataSpec {
                name: DataName::Digits,
                train_size: 1000,
                separation: 1.0,
                position_shift: true,
                label_noise: 0.0,
                duplicates: 0.0,
                spread: 0.1,
                missing: Missing::Mean,
                label_flip: 0.0,
                flip_from: 0,
                flip_to: 1,
                input_scale: 1.0,
                input_offset: 0.0,
                standardise: false,
                test_shift: 0.0,
                test_scale: 1.0,
                own: Own::default(),
            },
            model: ModelSpec {
                name: ModelName::Mlp,
                depth: 1,
                width: 32,
                blocks: 1,
                channels: 32,
                init: InitName::Glorot,
                init_scale: 1.0,
                activation: Activation::Relu,
                bias_init: BiasInit::Zero,
                batch_norm: false,
                batch_norm_momentum: 0.9,
            },
            loss: LossSpec { name: LossName::CrossEntropy, focal_gamma: 2.0, label_smoothing: 0.0 },
            optimizer: OptimizerSpec {
                name: OptimizerName::Adam,
                momentum: 0.9,
                beta_mean: 0.9,
                beta_square: 0.999,
                epsilon: 1e-8,
            },
            batch_size: 32,
            seeds: Seeds { data: 1, weights: 1, order: 1 },
            live: Live {
                learning_rate: 1e-3,
                imbalance: 1.0,
                shares: Vec::new(),
                weighting: Weighting::None,
                weight_decay: 0.0,
                l2: 0.0,
                l1: 0.0,
                dropout: 0.0,
                schedule: Schedule::Constant,
                schedule_steps: 500,
                clip_norm: 0.0,
                shuffle: true,
                mixup: 0.0,
                augment: Augment::default(),
                prior_correction: 0.0,
                threshold: 0.5,
                early_stopping: 0,
                steps: 20_000,
            },
        }
    }
}

impl Experiment {
    /// Number of classes of the data set.
    pub fn classes(&self) -> usize {
        self.data.natural_shares().len()
    }

    /// The visitor's own data, where they are what is learned and have been chosen.
    pub fn own(&self) -> Option<&Own> {
        (self.data.name == DataName::Own && self.data.own.id > 0).then_some(&self.data.own)
    }

    /// Whether the examples are images (and so can be augmented and convolved).
    pub fn is_image(&self) -> bool {
        match self.data.name {
            DataName::Digits | DataName::Mnist | DataName::Shapes | DataName::Noise => true,
            DataName::Own => self.data.own.image.is_some(),
            _ => false,
        }
    }

    /// The model that is really trained: vectors cannot be convolved, so they get the MLP.
    pub fn model_name(&self) -> ModelName {
        if self.is_image() { self.model.name } else { ModelName::Mlp }
    }

    /// Probability of each class among drawn training examples before any counter-measure; sums to
    /// 1. Uniform when every class is starved.
    pub fn class_shares(&self) -> Vec<f32> {
        self.live.class_shares(self.data.natural_shares())
    }

    /// Highest accuracy any classifier can reach on balanced probe data, where it is known from how
    /// the data were generated; `None` for real data and shapes without label noise.
    ///
    /// Two unit Gaussians whose means differ by `separation` in 10 dimensions: `Phi(d/2)` with
    /// `d = separation * sqrt(10)`. Round clusters at the corners of a square of side 2: right on both axes,
    /// `Phi(1/spread)^2`. Wrong training labels and moved probe inputs change what is learned, not what can
    /// be known. Label noise `r` over `K` classes keeps `1 - r + r/K` of it.
    pub fn bayes_accuracy(&self) -> Option<f32> {
        let classes = self.classes() as f32;
        let clean = match self.data.name {
            DataName::Gaussians => normal_cdf(self.data.separation * 10f32.sqrt() / 2.0),
            DataName::Linear => 1.0,
            DataName::Blobs => normal_cdf(1.0 / self.data.spread).powi(2),
            DataName::Noise => return Some(1.0 / classes),
            _ => {
                // Unknown unless the labels are pure noise.
                return (self.data.label_noise >= 1.0).then_some(1.0 / classes);
            }
        };
        let noise = self.data.label_noise;
        Some((1.0 - noise) * clean + noise / classes)
    }

    /// Whether the labels are independent of the inputs by construction: nothing can be learned.
    pub fn has_no_signal(&self) -> bool {
        self.bayes_accuracy().is_some_and(|ceiling| ceiling <= 1.0 / self.classes() as f32 + 1e-6)
    }
}

impl Live {
    /// See [`Experiment::class_shares`]; `natural`: how often each class occurs in the set itself.
    pub fn class_shares(&self, natural: &[f32]) -> Vec<f32> {
        let classes = natural.len();
        let weight = |class: usize| {
            let share = natural[class] * self.shares.get(class).copied().unwrap_or(1.0).max(0.0);
            if class == 0 { share * self.imbalance } else { share }
        };
        let total: f32 = (0..classes).map(weight).sum();
        if total > 0.0 {
            (0..classes).map(|class| weight(class) / total).collect()
        } else {
            vec![1.0 / classes as f32; classes]
        }
    }
}

impl Live {
    /// What is added to logits before the largest is taken as the answer, per class: `prior_correction` times
    /// the log class shares is taken off (Menon et al. 2021), and with two classes the second is moved so
    /// that it wins from `threshold` on. `None` when nothing is.
    pub fn answer_offsets(&self, class_shares: &[f32]) -> Option<Vec<f32>> {
        let moves = self.threshold != 0.5 && class_shares.len() == 2;
        if self.prior_correction == 0.0 && !moves {
            return None;
        }
        let mut offsets: Vec<f32> =
            log_shares(class_shares).into_iter().map(|log| -self.prior_correction * log).collect();
        if moves {
            offsets[1] += ((1.0 - self.threshold) / self.threshold).ln();
        }
        Some(offsets)
    }
}

/// Log of class shares, for priors; a class that never occurs counts as one in a million.
pub fn log_shares(shares: &[f32]) -> Vec<f32> {
    shares.iter().map(|share| share.max(1e-6).ln()).collect()
}

/// Standard normal distribution function, absolute error below 1e-7 (Abramowitz & Stegun 7.1.26 on
/// erf gives 1.5e-7).
pub fn normal_cdf(x: f32) -> f32 {
    let z = f64::from(x.abs()) / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let poly = t
        * (0.254_829_592
            + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    let upper = 0.5 * poly * (-z * z).exp();
    (if x >= 0.0 { 1.0 - upper } else { upper }) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imbalance_multiplies_class_zero() {
        let mut experiment = Experiment::default();
        experiment.data.name = DataName::Gaussians;
        experiment.live.imbalance = 99.0;
        let shares = experiment.class_shares();
        assert!((shares[0] - 0.99).abs() < 1e-6 && (shares[1] - 0.01).abs() < 1e-6, "{shares:?}");
    }

    #[test]
    fn a_class_can_go_to_zero_but_not_all() {
        let mut live = Experiment::default().live;
        live.shares = vec![1.0, 0.0];
        assert_eq!(live.class_shares(&[1.0; 3]), [0.5, 0.0, 0.5]);
        live.shares = vec![0.0; 3];
        assert_eq!(live.class_shares(&[1.0; 3]), [1.0 / 3.0; 3]);
    }

    #[test]
    fn gaussians_without_separation_have_no_signal() {
        let mut experiment = Experiment::default();
        experiment.data.name = DataName::Gaussians;
        // Phi(sqrt(10)/2) = 0.94307 (scipy.stats.norm.cdf)
        assert!((experiment.bayes_accuracy().expect("generated") - 0.943_07).abs() < 1e-4);
        assert!(!experiment.has_no_signal());
        experiment.data.separation = 0.0;
        assert!(experiment.has_no_signal());
    }

    #[test]
    fn blobs_overlap_by_their_spread() {
        let mut experiment = Experiment::default();
        experiment.data.name = DataName::Blobs;
        let mut best = |spread| {
            experiment.data.spread = spread;
            experiment.bayes_accuracy().expect("known")
        };
        // Phi(1)^2 and Phi(2)^2 (scipy.stats.norm.cdf)
        assert!((best(1.0) - 0.707_861).abs() < 1e-5 && (best(0.5) - 0.955_017).abs() < 1e-5);
        assert_eq!(best(0.0), 1.0);
        experiment.data.label_noise = 1.0;
        assert!(experiment.has_no_signal());
        experiment.data.name = DataName::Moons;
        assert!(experiment.has_no_signal());
        experiment.data.label_noise = 0.9;
        assert_eq!(experiment.bayes_accuracy(), None);
    }
}
