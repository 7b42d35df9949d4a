//! The steepest direction of the loss before the first step: the largest eigenvalue of its Gauss-Newton
//! matrix, by power iteration.
//!
//! `G v = J^T H (J v)`, `J` being the derivative of the logits by the parameters and `H` that of the loss
//! by the logits (Schraudolph 2002; `diag(p) - p p^T` for softmax cross-entropy). `J v` is a difference of
//! two forward passes, `J^T` the backward pass, so that every architecture is covered. Where Adam trains,
//! `G` is divided on both sides by the root of Adam's scale `sqrt(mean gradient^2) + epsilon`: the
//! preconditioned sharpness of Cohen et al. 2022 (arXiv:2207.14484). Must not know data sets.

use super::layout::Layout;
use super::loss::Loss;
use super::tensor::{Device, Tensor};
use super::{Batch, InputShape, Network, probe};
use crate::experiment::{Experiment, LossName, OptimizerName, Weighting};

/// Iterations: the estimate is within a few percent long before.
const ITERATIONS: usize = 30;
/// Length of the step of a difference, as a share of the length of all parameters.
const STEP: f32 = 1e-3;

/// The largest eigenvalue for the model of `experiment` on `batches` of one lane and equal size; NaN for
/// losses and counter-measures whose curvature is another.
///
/// # Errors
/// The device is lost.
pub async fn largest_eigenvalue(
    experiment: &Experiment,
    input: InputShape,
    batches: &[Batch],
    device: &Device,
) -> Result<f32, String> {
    let plain = experiment.loss.name == LossName::CrossEntropy
        && experiment.live.weighting != Weighting::LogitAdjustment;
    if !plain || batches.is_empty() {
        return Ok(f32::NAN);
    }
    let model = Model::new(experiment, input, batches, device);
    let adapts = matches!(experiment.optimizer.name, OptimizerName::Adam | OptimizerName::AdamW);
    let scale = adapts.then(|| model.adam_scale(experiment, batches));
    let length = model.params.dims()[0];
    // Any start that is not orthogonal to the answer: signs that repeat late.
    let start = (0..length).map(|index| if index * index % 7 < 3 { 1.0 } else { -1.0 }).collect();
    let mut direction: Tensor<1> = Tensor::from_numbers(start, [length], device);
    let size = model.norm(&model.params).await?;
    let mut largest = 0.0;
    for _ in 0..ITERATIONS {
        let norm = model.norm(&direction).await?;
        if norm <= 0.0 || !norm.is_finite() {
            // A model that answers the same whatever its parameters has no curvature.
            return Ok(largest);
        }
        direction = direction.div_scalar(norm);
        let along = match &scale {
            Some(scale) => direction.clone() / scale.clone(),
            None => direction.clone(),
        };
        let turned = model.gauss_newton(along, STEP * size.max(1.0)).await?;
        direction = match &scale {
            Some(scale) => turned / scale.clone(),
            None => turned,
        };
        largest = model.norm(&direction).await?;
    }
    Ok(largest)
}

/// One model before its first step with the examples of all batches.
struct Model<'a> {
    network: Network,
    layout: Layout,
    params: Tensor<1>,
    input: Tensor<3>,
    /// Weight of each example in the loss, `[1, examples, 1]`; the weights of all sum to about 1.
    weights: Tensor<3>,
    device: &'a Device,
}

impl<'a> Model<'a> {
    fn new(experiment: &Experiment, input: InputShape, batches: &[Batch], device: &'a Device) -> Self {
        let network = Network::new(experiment, input);
        let layout = Layout::new(network.tensors(), 1);
        let drawn = network.initial(experiment);
        let length = drawn.len();
        let classes = experiment.classes();
        let inputs: Vec<f32> = batches.iter().flat_map(|batch| batch.inputs.iter().copied()).collect();
        let share = 1.0 / batches.len() as f32;
        let targets = batches.iter().flat_map(|batch| batch.targets.chunks_exact(classes));
        let weights: Vec<f32> = targets.map(|row| row.iter().sum::<f32>() * share).collect();
        let examples = weights.len();
        Self {
            params: Tensor::from_numbers(drawn, [length], device),
            input: network.upload(inputs, 1, examples, device),
            weights: Tensor::from_numbers(weights, [1, examples, 1], device),
            network,
            layout,
            device,
        }
    }

    /// `G v`; `step`: length of the difference.
    async fn gauss_newton(&self, v: Tensor<1>, step: f32) -> Result<Tensor<1>, String> {
        let length = self.norm(&v).await?.max(f32::MIN_POSITIVE);
        let step = step / length;
        let logits = |params: Tensor<1>| {
            self.network.forward(&self.layout.split(&params), self.input.clone(), &[]).logits
        };
        let ahead = logits(self.params.clone() + v.clone().mul_scalar(step));
        let behind = logits(self.params.clone() - v.mul_scalar(step));
        let change = (ahead - behind).div_scalar(2.0 * step);
        let params = self.layout.split(&self.params);
        let pass = self.network.forward(&params, self.input.clone(), &[]);
        let probability = pass.logits.softmax(2);
        let along = probability.clone() * change;
        let pull = (along.clone() - probability * along.sum_dim(2)) * self.weights.clone();
        Ok(self.layout.join(self.network.backward(&params, pass.tapes, &[], pull)))
    }

    /// Root of `sqrt(mean gradient^2) + epsilon` over the batches.
    fn adam_scale(&self, experiment: &Experiment, batches: &[Batch]) -> Tensor<1> {
        let loss = Loss::new(&experiment.loss, experiment.classes());
        let params = self.layout.split(&self.params);
        let square = |batch: &Batch| {
            let input = self.network.upload(batch.inputs.clone(), 1, batch.size, self.device);
            let pass = self.network.forward(&params, input, &[]);
            let (_, gradient) = loss.evaluate(batch, pass.logits, self.device);
            let flat = self.layout.join(self.network.backward(&params, pass.tapes, &[], gradient));
            flat.clone() * flat
        };
        let sum = batches.iter().map(square).reduce(|sum, square| sum + square);
        let mean = sum.unwrap_or_else(|| self.params.zeros_like()).div_scalar(batches.len() as f32);
        mean.sqrt().add_scalar(experiment.optimizer.epsilon).sqrt()
    }

    async fn norm(&self, v: &Tensor<1>) -> Result<f32, String> {
        let read = probe::read(vec![(v.clone() * v.clone()).sum()]).await?;
        Ok(read.first().and_then(|values| values.first()).map_or(f32::NAN, |square| square.sqrt()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{DataName, InitName};

    fn experiment(depth: u32, optimizer: OptimizerName) -> Experiment {
        let mut experiment = Experiment::default();
        experiment.data.name = DataName::Gaussians;
        experiment.model.depth = depth;
        experiment.model.width = 3;
        experiment.optimizer.name = optimizer;
        experiment
    }

    fn largest(experiment: &Experiment, features: usize, batches: &[Batch]) -> f32 {
        let device = Device::default();
        let run = largest_eigenvalue(experiment, InputShape::Vector(features), batches, &device);
        pollster::block_on(run).expect("the CPU does not get lost")
    }

    /// Without hidden layers and with weights of zero every answer is one half: `G` is the second moment
    /// of the inputs (3, and 1 for the bias: largest eigenvalue 10) times that of `diag(p) - p p^T`, 1/2.
    #[test]
    fn a_problem_with_a_known_answer() {
        let mut plain = experiment(0, OptimizerName::Sgd);
        plain.model.init = InitName::Zeros;
        let batch = Batch::new(vec![3.0; 8], vec![0, 1, 0, 1, 1, 1, 0, 0], &[&[1.0, 1.0]]);
        let found = largest(&plain, 1, std::slice::from_ref(&batch));
        assert!((found - 5.0).abs() < 0.01, "{found}");
        // Adam's first step has a scale of its own for each parameter, |gradient| here: with as many of
        // both classes the gradient vanishes and epsilon is left.
        plain.optimizer.name = OptimizerName::Adam;
        plain.optimizer.epsilon = 0.5;
        let found = largest(&plain, 1, &[batch]);
        assert!((found - 10.0).abs() < 0.02, "{found}");
    }

    /// Against the matrix itself, made column by column from differences of the logits.
    #[test]
    fn a_small_network_agrees_with_its_explicit_matrix() {
        let plain = experiment(2, OptimizerName::Sgd);
        let inputs: Vec<f32> = (0..24).map(|index| ((index * 37 % 19) as f32 - 9.0) / 5.0).collect();
        let labels: Vec<u8> = (0..12).map(|index| u8::from(index % 3 == 0)).collect();
        let batch = Batch::new(inputs.clone(), labels, &[&[1.0, 1.0]]);
        let device = Device::default();
        let model = Model::new(&plain, InputShape::Vector(2), std::slice::from_ref(&batch), &device);
        let read = |tensor: Tensor<1>| -> Vec<f64> {
            let read = pollster::block_on(probe::read(vec![tensor])).expect("the CPU does not get lost");
            read[0].iter().map(|value| f64::from(*value)).collect()
        };
        let logits = |params: Tensor<1>| {
            let pass = model.network.forward(&model.layout.split(&params), model.input.clone(), &[]);
            read(pass.logits.flat())
        };
        let length = model.params.dims()[0];
        let columns: Vec<Vec<f64>> = (0..length)
            .map(|index| {
                let mut unit = vec![0.0_f32; length];
                unit[index] = 1e-3;
                let unit: Tensor<1> = Tensor::from_numbers(unit, [length], &device);
                let (ahead, behind) =
                    (logits(model.params.clone() + unit.clone()), logits(model.params.clone() - unit));
                ahead.iter().zip(behind).map(|(a, b)| (a - b) / 2e-3).collect()
            })
            .collect();
        let answers = logits(model.params.clone());
        // G = 1/12 sum_i J_i^T (diag p - p p^T) J_i, for two classes p (1 - p) times the difference of rows.
        let entry = |a: usize, b: usize| -> f64 {
            (0..12)
                .map(|row| {
                    let p = 1.0 / (1.0 + (answers[2 * row + 1] - answers[2 * row]).exp());
                    let difference = |column: &Vec<f64>| column[2 * row] - column[2 * row + 1];
                    p * (1.0 - p) * difference(&columns[a]) * difference(&columns[b]) / 12.0
                })
                .sum()
        };
        let matrix: Vec<Vec<f64>> = (0..length).map(|a| (0..length).map(|b| entry(a, b)).collect()).collect();
        let mut v: Vec<f64> = (0..length).map(|index| 1.0 + (index % 3) as f64).collect();
        let mut expected = 0.0;
        for _ in 0..500 {
            let next: Vec<f64> =
                matrix.iter().map(|row| row.iter().zip(&v).map(|(a, b)| a * b).sum::<f64>()).collect();
            expected = next.iter().map(|value| value * value).sum::<f64>().sqrt();
            v = next.iter().map(|value| value / expected).collect();
        }
        let found = f64::from(largest(&plain, 2, &[batch]));
        assert!((found / expected - 1.0).abs() < 0.02, "{found} is not {expected}");
    }

    #[test]
    fn other_losses_are_not_measured() {
        let mut focal = experiment(1, OptimizerName::Sgd);
        focal.loss.name = LossName::Focal;
        let batch = Batch::new(vec![1.0; 4], vec![0, 1], &[&[1.0, 1.0]]);
        assert!(largest(&focal, 2, &[batch]).is_nan());
    }
}
