//! What training minimises, with its gradient.
//!
//! Must not know the model. A row of targets is `s y`: the distribution `y` the answer should have
//! times the weight `s` of the example over the batch size, so class weights act on every loss alike.

use super::Batch;
use super::fused::{self, RowSum};
use super::tensor::{Device, Tensor};
use crate::experiment::{LossName, LossSpec};
use std::borrow::Cow;

/// A loss over that many classes.
#[derive(Clone)]
pub(crate) struct Loss {
    spec: LossSpec,
    classes: usize,
}

/// The least probability that counts, as Keras clips it. Only the softmax over one unit, which is
/// certain and wrong, ever gets there.
const LEAST: f32 = 1e-7;

/// The class that the softmax over one unit always answers.
const ONLY_ANSWER: usize = 1;

impl Loss {
    /// The loss `spec` describes.
    pub fn new(spec: &LossSpec, classes: usize) -> Self {
        Self { spec: spec.clone(), classes }
    }

    /// Whether the classes compete in one softmax, so that a prior can be added to their logits.
    pub fn is_softmax(&self) -> bool {
        !matches!(self.spec.name, LossName::SigmoidBce | LossName::SoftmaxOneUnit)
    }

    /// Terms `[lanes, batch, classes]`, whose negative sum over the last two axes is the loss, and the
    /// gradient of that loss with respect to `logits`, `[lanes, batch, outputs]`.
    pub fn evaluate(&self, batch: &Batch, logits: Tensor<3>, device: &Device) -> (Tensor<3>, Tensor<3>) {
        let lanes = logits.dims()[0];
        let upload = |targets: &[f32]| Target::upload(targets, batch.weighted, lanes, batch.size, device);
        let targets = self.smooth(&batch.targets);
        match self.spec.name {
            LossName::CrossEntropy => upload(&targets).cross_entropy(logits),
            LossName::Focal => upload(&targets).focal(logits, self.spec.focal_gamma),
            LossName::MeanSquared => upload(&targets).mean_squared(logits),
            LossName::SigmoidBce => upload(&targets).sigmoid_bce(logits),
            LossName::SoftmaxOneUnit => {
                let terms = batch.targets.iter().enumerate().map(|(index, target)| {
                    if index % self.classes == ONLY_ANSWER { 0.0 } else { target * LEAST.ln() }
                });
                let shape = [lanes, batch.size, self.classes];
                // The softmax of one number is 1 whatever the number: nothing moves it.
                (Tensor::from_numbers(terms.collect(), shape, device), logits.zeros_like())
            }
        }
    }

    /// Logits whose softmax is what the model answers, `[lanes, batch, classes]`: sigmoids are
    /// divided by their sum, and a single unit answers class 1 with certainty.
    pub fn answers(&self, logits: Tensor<3>) -> Tensor<3> {
        match self.spec.name {
            LossName::SigmoidBce => log_sigmoid(logits),
            LossName::SoftmaxOneUnit => {
                // Not a constant, so that a diverged unit shows: infinity less infinity is NaN.
                let certain = logits.clone() - logits;
                let answer = |class| match class {
                    ONLY_ANSWER => certain.clone(),
                    _ => certain.clone().add_scalar(LEAST.ln()),
                };
                Tensor::cat((0..self.classes).map(answer).collect(), 2)
            }
            _ => logits,
        }
    }

    /// Which loss it is.
    #[cfg(feature = "gpu")]
    pub fn name(&self) -> LossName {
        self.spec.name
    }

    /// Exponent of the focal loss.
    #[cfg(feature = "gpu")]
    pub fn focal_gamma(&self) -> f32 {
        self.spec.focal_gamma
    }

    /// Targets with a share spread evenly over the classes (Szegedy et al. 2016).
    pub fn smooth<'a>(&self, targets: &'a [f32]) -> Cow<'a, [f32]> {
        let share = self.spec.label_smoothing;
        if share == 0.0 {
            return Cow::Borrowed(targets);
        }
        let mut smooth = targets.to_vec();
        for row in smooth.chunks_exact_mut(self.classes) {
            let even = share * row.iter().sum::<f32>() / self.classes as f32;
            row.iter_mut().for_each(|target| *target = (1.0 - share) * *target + even);
        }
        Cow::Owned(smooth)
    }
}

/// Targets of a batch on the device.
struct Target {
    /// `[lanes, batch, classes]`, rows `s y`.
    weights: Tensor<3>,
    row_sum: RowSum,
}

impl Target {
    /// Uploads targets as [`Batch`] packs them.
    fn upload(targets: &[f32], weighted: bool, lanes: usize, batch: usize, device: &Device) -> Self {
        let classes = targets.len() / (lanes * batch);
        let upload =
            |values: Vec<f32>, columns| Tensor::from_numbers(values, [lanes, batch, columns], device);
        let row_sum = if weighted {
            RowSum::PerRow(upload(targets.chunks_exact(classes).map(|row| row.iter().sum()).collect(), 1))
        } else {
            RowSum::Uniform(1.0 / batch as f32)
        };
        Self { weights: upload(targets.to_vec(), classes), row_sum }
    }

    /// `-sum_k s y_k log p_k`.
    fn cross_entropy(self, logits: Tensor<3>) -> (Tensor<3>, Tensor<3>) {
        fused::cross_entropy(logits, self.weights, &self.row_sum)
    }

    /// `-sum_k s y_k (1 - p_k)^gamma log p_k` (Lin et al. 2017).
    fn focal(self, logits: Tensor<3>, gamma: f32) -> (Tensor<3>, Tensor<3>) {
        let log_probability = logits.log_softmax(2);
        let probability = fused::probability(log_probability.clone());
        // Not below the rounding of 1 - p, or a certain answer would be 0 to a negative power.
        let doubt = probability.clone().neg().add_scalar(1.0).clamp_min(1e-7);
        let discount = doubt.clone().powf_scalar(gamma);
        let terms = self.weights.clone() * discount.clone() * log_probability.clone();
        // Minus the derivative with respect to log p; 1 for cross-entropy.
        let pull = discount
            - (probability.clone() * doubt.powf_scalar(gamma - 1.0) * log_probability).mul_scalar(gamma);
        let pull = self.weights * pull;
        (terms, probability * pull.clone().sum_dim(2) - pull)
    }

    /// `s / K sum_k (p_k - y_k)^2`, the mean over classes as in Keras and PyTorch.
    fn mean_squared(self, logits: Tensor<3>) -> (Tensor<3>, Tensor<3>) {
        let classes = logits.dims()[2] as f32;
        let probability = fused::probability(logits.log_softmax(2));
        let error = probability.clone() - self.row_sum.divide(self.weights);
        let weighted = self.row_sum.times(error.clone()).div_scalar(classes);
        let terms = (weighted.clone() * error).neg();
        let push = weighted.mul_scalar(2.0) * probability.clone();
        (terms, push.clone() - probability * push.sum_dim(2))
    }

    /// `s / K sum_k BCE(y_k, sigmoid(z_k))`, the mean over classes as in Keras and PyTorch.
    fn sigmoid_bce(self, logits: Tensor<3>) -> (Tensor<3>, Tensor<3>) {
        let classes = logits.dims()[2] as f32;
        let wanted = self.row_sum.divide(self.weights);
        // y log p + (1 - y) log(1 - p) without overflow: log p = log_sigmoid(z), log(1 - p) = log p - z.
        let likelihood = log_sigmoid(logits.clone()) - logits.clone() * wanted.clone().neg().add_scalar(1.0);
        let terms = self.row_sum.times(likelihood).div_scalar(classes);
        let gradient = self.row_sum.times(logits.sigmoid() - wanted).div_scalar(classes);
        (terms, gradient)
    }
}

/// `log sigmoid(z) = -(max(-z, 0) + log(1 + exp(-|z|)))`, without Burn's boolean masks.
fn log_sigmoid(logits: Tensor<3>) -> Tensor<3> {
    let rest = logits.clone().abs().neg().exp().log1p();
    (logits.neg().relu() + rest).neg()
}
