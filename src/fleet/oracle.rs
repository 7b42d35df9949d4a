//! Tests that hold the hand-written training step against Burn's autodiff, finite differences and
//! arithmetic by hand.

use super::tensor::Backend;
use super::*;
use crate::experiment::{Activation, BiasInit, DataName, InitName, LossName, ModelName, OptimizerName};
use crate::stream::Stream;
use burn_backend::AutodiffBackend;
use burn_backend::ops::{ActivationOps, FloatTensorOps};

fn device() -> Device {
    Device::default()
}

/// Architectures over random shapes: dense of several depths, CNNs of one and two blocks, odd sizes.
fn cases() -> Vec<(Experiment, InputShape)> {
    let mut cases = Vec::new();
    let mut stream = Stream::named(5, "cases");
    for depth in 0..4 {
        let mut experiment = Experiment::default();
        experiment.data.name = DataName::Linear;
        experiment.model.depth = depth;
        experiment.model.width = 1 + stream.below(9) as u32;
        cases.push((experiment, InputShape::Vector(1 + stream.below(7))));
    }
    // The last has enough rows for its weight gradient to be summed in parts.
    for (blocks, shape) in
        [(1, [1, 4, 4]), (1, [3, 6, 5]), (2, [2, 8, 8]), (2, [1, 7, 9]), (2, [1, 2, 2]), (1, [1, 32, 32])]
    {
        let mut experiment = Experiment::default();
        experiment.model.name = ModelName::Cnn;
        experiment.model.blocks = blocks;
        experiment.model.channels = 1 + stream.below(5) as u32;
        cases.push((experiment, InputShape::Image(shape)));
    }
    cases
}

fn batch(network: &Network, classes: usize, lanes: usize, size: usize, weights: &[f32], seed: u32) -> Batch {
    let mut stream = Stream::named(seed, "batch");
    let numbers = lanes * size * network.features();
    let inputs = (0..numbers).map(|_| stream.normal()).collect();
    let labels = (0..lanes * size).map(|_| stream.below(classes) as u8).collect();
    Batch::new(inputs, labels, &vec![weights; lanes])
}

fn values(tensor: Tensor<1>) -> Vec<f32> {
    pollster::block_on(probe::read(vec![tensor])).expect("the CPU is never lost").swap_remove(0)
}

fn assert_close(actual: &[f32], expected: &[f32], tolerance: f32, what: &str) {
    assert_eq!(actual.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(1e-3_f32, |scale, value| scale.max(value.abs()));
    for (index, (a, e)) in actual.iter().zip(expected).enumerate() {
        assert!((a - e).abs() <= tolerance * scale, "{what}: [{index}] {a} is not {e} (scale {scale})");
    }
}

/// Loss and flat gradient by hand.
fn by_hand(fleet: &Fleet, batch: &Batch) -> (f32, Vec<f32>) {
    let params = fleet.layout.split(&fleet.params);
    let input = fleet.network.upload(batch.inputs.clone(), fleet.lanes(), batch.size, &fleet.device);
    let masks = fleet.masks(batch.size);
    let pass = fleet.network.forward(&params, input, &masks);
    let (terms, gradient) = fleet.loss.evaluate(batch, pass.logits, &fleet.device);
    let gradient = fleet.layout.join(fleet.network.backward(&params, pass.tapes, &masks, gradient));
    (-values(terms.sum())[0], values(gradient))
}

/// The same from Burn's autodiff on the same forward pass, the loss written down once more in
/// probabilities.
fn by_autodiff(experiment: &Experiment, fleet: &Fleet, batch: &Batch) -> (f32, Vec<f32>) {
    let params: Vec<Tensor<3>> = fleet
        .layout
        .split(&fleet.params)
        .into_iter()
        .map(|tensor| Tensor(Backend::float_set_require_grad(tensor.0, true)))
        .collect();
    let input = fleet.network.upload(batch.inputs.clone(), fleet.lanes(), batch.size, &fleet.device);
    let masks = fleet.masks(batch.size);
    let logits = fleet.network.forward(&params, input, &masks).logits;
    let loss = loss_in_probabilities(experiment, logits, batch, &fleet.device);
    let value = values(loss.clone())[0];
    let mut gradients = Backend::backward(loss.0);
    let tensors = params.iter().map(|param| {
        let gradient = Backend::grad_remove(&param.0, &mut gradients).expect("used in the loss");
        Tensor(Backend::from_inner(gradient))
    });
    (value, values(fleet.layout.join(tensors.collect())))
}

fn loss_in_probabilities(
    experiment: &Experiment,
    logits: Tensor<3>,
    batch: &Batch,
    device: &Device,
) -> Tensor<1> {
    let classes = experiment.classes();
    let smoothing = experiment.loss.label_smoothing;
    let [lanes, size, _] = logits.dims();
    let (mut weights, mut wanted) = (Vec::new(), Vec::new());
    for row in batch.targets.chunks_exact(classes) {
        let sum: f32 = row.iter().sum();
        weights.extend(vec![sum; classes]);
        wanted.extend(row.iter().map(|target| (1.0 - smoothing) * target / sum + smoothing / classes as f32));
    }
    let upload = |values| Tensor::<3>::from_numbers(values, [lanes, size, classes], device);
    let (weights, wanted) = (upload(weights), upload(wanted));
    let probability = logits.clone().softmax(2);
    let log_sigmoid = |logits: Tensor<3>| Tensor(Backend::log_sigmoid(logits.0));
    let terms = match experiment.loss.name {
        LossName::CrossEntropy => (logits.log_softmax(2) * wanted).neg(),
        LossName::Focal => {
            let doubt = probability.clone().neg().add_scalar(1.0);
            let likelihood = Tensor(Backend::float_log(probability.0));
            (doubt.powf_scalar(experiment.loss.focal_gamma) * likelihood * wanted).neg()
        }
        LossName::MeanSquared => {
            let error = probability - wanted;
            (error.clone() * error).div_scalar(classes as f32)
        }
        LossName::SigmoidBce => {
            let unwanted = wanted.clone().neg().add_scalar(1.0);
            let likelihood = wanted * log_sigmoid(logits.clone()) + unwanted * log_sigmoid(logits.neg());
            likelihood.neg().div_scalar(classes as f32)
        }
        LossName::SoftmaxOneUnit => unreachable!("has no gradient"),
    };
    (terms * weights).sum()
}

/// A fleet of which every lane has its own weights, biases off zero so that no ReLU sits on its kink.
fn scattered(experiment: &Experiment, input: InputShape, lanes: usize, seed: u32) -> Fleet {
    let mut fleet = Fleet::new(&vec![experiment; lanes], input, &device());
    let mut stream = Stream::named(seed, "weights");
    let noise: Vec<f32> = (0..fleet.layout.len()).map(|_| 0.3 * stream.normal()).collect();
    fleet.params = fleet.params + Tensor::from_numbers(noise, [fleet.layout.len()], &fleet.device);
    fleet
}

/// Holds the gradient by hand against autodiff and, for some parameters, central differences.
fn check_gradient(experiment: &Experiment, input: InputShape, seed: u32, what: &str) {
    for (lanes, weighted) in [(1, false), (3, true)] {
        let what = format!("{what}, {lanes} lanes");
        let mut fleet = scattered(experiment, input, lanes, seed);
        let classes = experiment.classes();
        let weight = |class| if weighted { 0.5 + class as f32 } else { 1.0 };
        let weights: Vec<f32> = (0..classes).map(weight).collect();
        let batch = batch(&fleet.network, classes, lanes, 4, &weights, seed);
        let (loss, hand) = by_hand(&fleet, &batch);
        let (loss_oracle, oracle) = by_autodiff(experiment, &fleet, &batch);
        assert_close(&[loss], &[loss_oracle], 1e-4, &what);
        assert_close(&hand, &oracle, 1e-4, &what);

        let mut stream = Stream::named(seed, "differences");
        let flat = values(fleet.params.clone());
        let scale = hand.iter().fold(1e-2_f32, |scale, value| scale.max(value.abs()));
        for _ in 0..6 {
            let parameter = stream.below(flat.len());
            let mut loss_at = |offset: f32| {
                let mut moved = flat.clone();
                moved[parameter] += offset;
                fleet.params = Tensor::from_numbers(moved, [flat.len()], &fleet.device);
                f64::from(by_hand(&fleet, &batch).0)
            };
            // A kink between the two points spoils a difference; the nearer points then agree.
            let mut slope = |step: f32| ((loss_at(step) - loss_at(-step)) / (2.0 * f64::from(step))) as f32;
            let slopes = [slope(1e-2), slope(2e-3)];
            let agrees = slopes.iter().any(|slope| (slope - hand[parameter]).abs() < 0.05 * scale);
            assert!(agrees, "{what}: parameter {parameter}: {slopes:?} is not {}", hand[parameter]);
        }
    }
}

#[test]
fn every_layer_agrees_with_autodiff_and_finite_differences() {
    for (index, (mut experiment, input)) in cases().into_iter().enumerate() {
        experiment.model.init = InitName::He;
        check_gradient(&experiment, input, index as u32, &format!("case {index}"));
    }
}

#[test]
fn every_activation_agrees_with_autodiff_and_finite_differences() {
    for &activation in Activation::ALL {
        for (index, (mut experiment, input)) in cases().into_iter().enumerate() {
            experiment.model.activation = activation;
            check_gradient(&experiment, input, index as u32, &format!("{activation:?}, case {index}"));
        }
    }
}

#[test]
fn every_loss_agrees_with_autodiff_and_finite_differences() {
    let with_gradient = LossName::ALL.iter().filter(|name| **name != LossName::SoftmaxOneUnit);
    for (round, &name) in with_gradient.enumerate() {
        for (index, (mut experiment, input)) in cases().into_iter().enumerate().skip(round % 2).step_by(2) {
            experiment.loss.name = name;
            experiment.loss.focal_gamma = [0.0, 0.5, 1.0, 2.0, 5.0][index / 2];
            experiment.loss.label_smoothing = [0.0, 0.1, 0.5][index / 2 % 3];
            check_gradient(&experiment, input, index as u32, &format!("{name:?}, case {index}"));
        }
    }
}

#[test]
fn normalisation_and_dropout_agree_with_autodiff_and_finite_differences() {
    for (index, (mut experiment, input)) in cases().into_iter().enumerate() {
        experiment.model.batch_norm = true;
        experiment.model.activation = Activation::ALL[index % Activation::ALL.len()];
        experiment.live.dropout = [0.0, 0.3, 0.6][index % 3];
        check_gradient(&experiment, input, index as u32, &format!("case {index}"));
    }
}

/// Two examples, one unit: sums 1 and 3 have mean 2 and variance 1.
#[test]
fn predictions_are_normalised_by_running_moments() {
    let mut experiment = Experiment::default();
    experiment.data.name = DataName::Gaussians;
    experiment.model.width = 1;
    experiment.model.batch_norm = true;
    experiment.model.batch_norm_momentum = 0.75;
    experiment.live.learning_rate = 0.0;
    let mut fleet = Fleet::new(&[&experiment], InputShape::Vector(1), &device());
    // Weight 1, shift 0, output weights and biases 0, scale 1.
    fleet.params = Tensor::from_numbers(vec![1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], [7], &device());
    let moments = |fleet: &Fleet| values(fleet.running.as_ref().expect("batch norm is on").state());
    assert_eq!(moments(&fleet), [0.0, 1.0]);
    for _ in 0..2 {
        let batch = Batch::new(vec![1.0, 3.0], vec![0, 1], &[&[1.0, 1.0]]);
        fleet.step(batch, false);
    }
    // 2 (1 - 0.75^2) and 1.
    assert_eq!(moments(&fleet), [0.875, 1.0]);
    let input = Tensor::from_numbers(vec![1.875_f32, -1.0], [1, 2, 1], &device());
    let units = fleet.inspect(input).units.swap_remove(0).1;
    let expected = 1.0 / (1.0_f32 + 1e-3).sqrt();
    assert_close(&values(units.flat()), &[expected, 0.0], 1e-6, "units");
}

#[test]
fn dropout_leaves_out_its_share_and_keeps_the_sum() {
    let masks = dropout::masks(&[(1, 0.0), (1, 0.25)], &[40, 50], 100, 7, &device());
    assert_eq!(masks.len(), 2);
    for mask in &masks {
        let both = values(mask.clone().flat());
        let (none, some) = both.split_at(both.len() / 2);
        assert!(none.iter().all(|factor| *factor == 1.0));
        let left_out = some.iter().filter(|factor| **factor == 0.0).count() as f32 / some.len() as f32;
        assert!((left_out - 0.25).abs() < 0.03, "{left_out}");
        assert!(some.iter().all(|factor| *factor == 0.0 || (factor - 4.0 / 3.0).abs() < 1e-6));
    }
    let other = dropout::masks(&[(1, 0.25)], &[40], 100, 8, &device());
    assert_ne!(values(other[0].clone().flat()), values(masks[0].clone().flat())[4000..]);
}

#[test]
fn penalties_pull_weights_and_clipping_bounds_the_whole_gradient() {
    let (mut experiment, input) = cases().swap_remove(2);
    experiment.optimizer.name = OptimizerName::Sgd;
    experiment.optimizer.momentum = 0.0;
    experiment.model.batch_norm = true;
    let mut fleet = scattered(&experiment, input, 2, 3);
    let lane =
        |rates: &Rates, l1, l2, clip_norm| Rates { learning_rate: 0.5, l1, l2, clip_norm, ..rates.clone() };
    let off = lane(&fleet.rates[0], 0.0, 0.0, 0.0);
    fleet.set_rates(0, off);
    let on = lane(&fleet.rates[1], 0.01, 0.1, 0.25);
    fleet.set_rates(1, on);
    let batch = batch(&fleet.network, experiment.classes(), 2, 6, &[1.0, 1.0], 4);
    let (_, gradient) = by_hand(&fleet, &batch);
    let before = values(fleet.params.clone());
    let mut expected = vec![0.0_f64; before.len()];
    let mut square = 0.0_f64;
    let spans: Vec<_> = fleet.layout.spans().collect();
    for (tensor, &(offset, length)) in spans.iter().enumerate() {
        let is_weight = tensor < 2 * fleet.network.layers().count() && tensor % 2 == 0;
        for at in offset..offset + length {
            let (g, w) = (f64::from(gradient[at]), f64::from(before[at]));
            let penalised = at >= offset + length / 2 && is_weight;
            expected[at] = if penalised { g + 0.1 * w + 0.01 * w.signum() } else { g };
            if at >= offset + length / 2 {
                square += expected[at] * expected[at];
            }
        }
    }
    let factor = (0.25 / square.sqrt()).min(1.0);
    assert!(factor < 0.9, "the gradient is long enough to be clipped: {factor}");
    for &(offset, length) in &spans {
        expected[offset + length / 2..offset + length].iter_mut().for_each(|g| *g *= factor);
    }
    let after: Vec<f32> =
        before.iter().zip(&expected).map(|(w, g)| (f64::from(*w) - 0.5 * g) as f32).collect();
    fleet.step(batch, false);
    assert_close(&values(fleet.params), &after, 1e-5, "parameters");
}

/// GELU's tanh approximation as Hendrycks & Gimpel write it.
fn gelu(x: f32) -> f32 {
    let bend = (2.0 / std::f32::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3));
    0.5 * x * (1.0 + bend.tanh())
}

/// Activations against their definitions, far out too, where a derivative must not turn into NaN.
#[test]
fn activations_are_what_they_are_called() {
    let sums = [-1e30_f32, -50.0, -3.0, -0.5, 0.0, 0.25, 2.0, 50.0, 1e30];
    let tensor = || Tensor::<3>::from_numbers(sums.to_vec(), [1, 1, sums.len()], &device());
    for &kind in Activation::ALL {
        let (output, kept) = activation::apply(kind, tensor());
        let expected: Vec<f32> = match kind {
            Activation::Relu => sums.iter().map(|x| x.max(0.0)).collect(),
            Activation::LeakyRelu => sums.iter().map(|x| x.max(0.01 * x)).collect(),
            Activation::Tanh => sums.iter().map(|x| x.tanh()).collect(),
            Activation::Sigmoid => sums.iter().map(|x| 1.0 / (1.0 + (-x).exp())).collect(),
            Activation::Gelu => sums.iter().map(|x| gelu(*x)).collect(),
        };
        let output = values(output.flat());
        for (got, wanted) in output.iter().zip(expected) {
            assert!((got - wanted).abs() <= 1e-5 * wanted.abs().max(1.0), "{kind:?}: {got} is not {wanted}");
        }
        let slope = activation::pull_back(kind, Tensor::ones([1, 1, sums.len()], &device()), kept);
        assert!(values(slope.flat()).iter().all(|slope| slope.is_finite()), "{kind:?}");
    }
}

#[test]
fn softmax_over_one_unit_answers_class_1_and_never_moves() {
    let mut experiment = Experiment::default();
    experiment.data.name = DataName::Gaussians;
    experiment.loss.name = LossName::SoftmaxOneUnit;
    let mut fleet = Fleet::new(&[&experiment], InputShape::Vector(10), &device());
    let before = values(fleet.params.clone());
    let probe = Probe::new(&fleet, &[&[0.5; 20]]);
    for step in 0..5 {
        let batch = batch(&fleet.network, 2, 1, 8, &[1.0, 1.0], step);
        fleet.step(batch, true);
    }
    assert_eq!(values(fleet.params.clone()), before);
    let seen = pollster::block_on(probe.observe(&mut fleet)).expect("the CPU is never lost");
    assert_eq!(seen[0].logits.len(), 4);
    assert!(seen[0].logits.chunks_exact(2).all(|row| row[1] - row[0] > 16.0), "{:?}", seen[0].logits);
    // Keras: -log(1e-7) for every example of class 0.
    assert!(seen[0].loss_train > 1.0 && seen[0].loss_train < 16.2, "{}", seen[0].loss_train);
}

#[test]
fn a_prior_in_the_output_bias_answers_the_class_shares() {
    for name in [LossName::CrossEntropy, LossName::SigmoidBce] {
        let mut experiment = Experiment::default();
        experiment.data.name = DataName::Gaussians;
        experiment.live.imbalance = 9.0;
        experiment.loss.name = name;
        experiment.model.init = InitName::Zeros;
        experiment.model.bias_init = BiasInit::LogPrior;
        let mut fleet = Fleet::new(&[&experiment], InputShape::Vector(10), &device());
        let probe = Probe::new(&fleet, &[&[0.5; 10]]);
        let seen = pollster::block_on(probe.observe(&mut fleet)).expect("the CPU is never lost");
        let odds = (seen[0].logits[0] - seen[0].logits[1]).exp();
        assert!((odds - 9.0).abs() < 1e-3, "{name:?}: {odds}");
    }
}

#[test]
fn constant_weights_are_all_the_same() {
    let mut experiment = Experiment::default();
    experiment.model.init = InitName::Constant;
    experiment.model.init_scale = 0.25;
    let network = Network::new(&experiment, InputShape::Vector(3));
    let weights = network.initial(&experiment);
    assert!(weights.iter().all(|weight| [0.0, 0.25].contains(weight)));
    assert_eq!(weights[..96], [0.25; 96]);
}

#[test]
fn saturated_and_dead_units_are_told_from_working_ones() {
    // Example by unit: works, always low, always high.
    let cases = [
        (Activation::Relu, [[0.0, 0.0, 9.0], [2.0, 0.0, 9.0]], [1, 0, 1]),
        (Activation::LeakyRelu, [[-0.1, -0.1, 9.0], [2.0, -0.2, 9.0]], [1, 1, 1]),
        (Activation::Gelu, [[-0.1, 0.0, 9.0], [2.0, -0.0005, 9.0]], [1, 0, 1]),
        (Activation::Tanh, [[0.0, -1.0, 1.0], [1.0, -0.995, 0.992]], [1, 0, 0]),
        (Activation::Sigmoid, [[0.5, 0.0, 1.0], [1.0, 0.009, 0.995]], [1, 0, 0]),
    ];
    for (kind, outputs, working) in cases {
        let tensor = Tensor::<3>::from_numbers(outputs.concat(), [1, 2, 3], &device());
        let margin = values(activation::margin(kind, tensor).max_dim(1).flat());
        let found: Vec<i32> = margin.iter().map(|margin| i32::from(*margin > 0.0)).collect();
        assert_eq!(found, working, "{kind:?}");
    }
}

/// Adding the prior's log to the logits is the same as a network whose output bias has it, but for the
/// bias itself.
#[test]
fn logit_adjustment_moves_the_training_logits_only() {
    let mut experiment = Experiment::default();
    experiment.data.name = DataName::Gaussians;
    experiment.optimizer.name = OptimizerName::Sgd;
    let input = InputShape::Vector(4);
    let mut adjusted = Fleet::new(&[&experiment; 2], input, &device());
    let offset = vec![0.5, -2.0];
    let rates = Rates { logit_offset: offset.clone(), ..adjusted.rates[0].clone() };
    adjusted.set_rates(1, rates);
    let mut biased = Fleet::new(&[&experiment], input, &device());
    let mut flat = values(biased.params.clone());
    let last = flat.len() - 2;
    flat[last..].copy_from_slice(&offset);
    biased.params = Tensor::from_numbers(flat, [last + 2], &device());
    let one = batch(&biased.network, 2, 1, 8, &[1.0, 1.0], 3);
    let two = Batch {
        inputs: one.inputs.repeat(2),
        targets: one.targets.repeat(2),
        labels: one.labels.repeat(2),
        ..one.clone()
    };
    adjusted.step(two, false);
    biased.step(one, false);
    adjusted.select_lanes(&[1]);
    let (adjusted, biased) = (values(adjusted.params), values(biased.params));
    assert_close(&adjusted[..last], &biased[..last], 1e-6, "weights");
    let without_offset: Vec<f32> =
        biased[last..].iter().zip(offset).map(|(bias, offset)| bias - offset).collect();
    assert_close(&adjusted[last..], &without_offset, 1e-5, "bias");
}

/// Everything a run can switch on at once.
fn everything(experiment: &Experiment, round: usize) -> Experiment {
    let mut all = experiment.clone();
    all.model.activation = Activation::ALL[round % Activation::ALL.len()];
    all.model.batch_norm = true;
    all.loss.name = [LossName::Focal, LossName::MeanSquared, LossName::CrossEntropy][round % 3];
    all.loss.label_smoothing = 0.1;
    all.optimizer.name = OptimizerName::ALL[round % OptimizerName::ALL.len()];
    all.live.dropout = 0.3;
    all.live.l1 = 1e-3;
    all.live.l2 = 1e-2;
    all.live.clip_norm = 0.5;
    all.live.weight_decay = 0.01;
    all.live.weighting = crate::experiment::Weighting::LogitAdjustment;
    all.live.imbalance = 5.0;
    all
}

#[test]
fn a_lane_of_a_fleet_is_bitwise_the_run_alone() {
    let plain = cases();
    let all: Vec<_> = cases()
        .into_iter()
        .enumerate()
        .map(|(round, (one, input))| (everything(&one, round), input))
        .collect();
    for (experiment, input) in plain.into_iter().chain(all) {
        let weights = vec![1.0; experiment.classes()];
        let mut alone = Fleet::new(&[&experiment], input, &device());
        let mut fleet = Fleet::new(&[&experiment; 3], input, &device());
        for lane in [0, 2] {
            let rates = Rates {
                learning_rate: 0.05,
                weight_decay: 0.1,
                l1: 0.2,
                clip_norm: 0.1,
                dropout: 0.7,
                ..fleet.rates[lane].clone()
            };
            fleet.set_rates(lane, rates);
        }
        for step in 0..5 {
            let one = batch(&alone.network, experiment.classes(), 1, 4, &weights, step);
            let other = batch(&alone.network, experiment.classes(), 1, 4, &weights, 100 + step);
            let three = Batch {
                size: 4,
                inputs: [&*other.inputs, &one.inputs, &other.inputs].concat(),
                targets: [&*other.targets, &one.targets, &other.targets].concat(),
                labels: [&*other.labels, &one.labels, &other.labels].concat(),
                weighted: false,
            };
            alone.step(one, false);
            fleet.step(three, false);
        }
        fleet.select_lanes(&[1]);
        assert_eq!(values(alone.params), values(fleet.params), "{experiment:?}");
        let moments =
            |running: Option<Running>| running.map(|running| values(running.state())).unwrap_or_default();
        assert_eq!(moments(alone.running), moments(fleet.running));
    }
}

/// One parameter under given gradients, computed in f64 by hand.
#[test]
fn every_optimiser_follows_its_paper() {
    let layout = Layout::new(vec![[1, 1]], 1);
    let gradients = [0.5, -0.25, 2.0, 0.0];
    let scalar = |value: f32| Tensor::from_numbers(vec![value], [1], &device());
    let usual = Experiment::default().optimizer;
    let odd = crate::experiment::OptimizerSpec {
        momentum: 0.5,
        beta_mean: 0.3,
        beta_square: 0.6,
        epsilon: 0.1,
        ..usual.clone()
    };
    let specs = OptimizerName::ALL.iter().flat_map(|name| [(*name, usual.clone()), (*name, odd.clone())]);
    for (name, constants) in specs {
        let spec = crate::experiment::OptimizerSpec { name, ..constants };
        let live = crate::experiment::Live { learning_rate: 0.1, ..Experiment::default().live };
        let rates = [Rates::new(&live, name, &[], 1)];
        // PyTorch's default for AdamW, nothing for the others.
        let decay = if name == OptimizerName::AdamW { 0.01 } else { 0.0 };
        let mut optimizer = Optimizer::new(&spec, 1, &device());
        let mut params = scalar(1.0);
        let (beta1, beta2) = (f64::from(spec.beta_mean), f64::from(spec.beta_square));
        let (momentum, epsilon) = (f64::from(spec.momentum), f64::from(spec.epsilon));
        let (mut weight, mut mean, mut square, mut velocity) = (1.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
        for (index, gradient) in gradients.into_iter().enumerate() {
            optimizer.step(&mut params, scalar(gradient), &layout, &rates);
            let (g, t) = (f64::from(gradient), index as i32 + 1);
            mean = beta1 * mean + (1.0 - beta1) * g;
            square = beta2 * square + (1.0 - beta2) * g * g;
            velocity = momentum * velocity
                + if name == OptimizerName::RmsProp { g / (square.sqrt() + epsilon) } else { g };
            let direction = match name {
                OptimizerName::Adam | OptimizerName::AdamW => {
                    (mean / (1.0 - beta1.powi(t))) / ((square / (1.0 - beta2.powi(t))).sqrt() + epsilon)
                }
                OptimizerName::Sgd | OptimizerName::RmsProp => velocity,
            };
            weight = weight * (1.0 - 0.1 * decay) - 0.1 * direction;
            let got = f64::from(values(params.clone())[0]);
            assert!(
                (got - weight).abs() < 1e-5 * weight.abs().max(1.0),
                "{spec:?} step {t}: {got} is not {weight}"
            );
        }
    }
}

#[test]
fn a_checkpoint_goes_on_bitwise_as_if_never_stopped() {
    let (plain, input) = cases().swap_remove(2);
    for experiment in (0..4).map(|round| everything(&plain, round)).chain([plain.clone()]) {
        let weights = vec![1.0; experiment.classes()];
        let mut through = Fleet::new(&[&experiment], input, &device());
        let steps = |fleet: &mut Fleet, from: u32| {
            for step in from..from + 5 {
                let batch = batch(&fleet.network, experiment.classes(), 1, 4, &weights, step);
                fleet.step(batch, false);
            }
        };
        steps(&mut through, 0);
        let saved = pollster::block_on(through.checkpoint()).expect("the CPU is never lost");
        steps(&mut through, 5);

        let mut resumed = Fleet::new(&[&experiment], input, &device());
        resumed.restore(&saved, 5, through.rates.clone()).expect("same model");
        steps(&mut resumed, 5);
        let end = |fleet: &Fleet| pollster::block_on(fleet.checkpoint()).expect("the CPU is never lost");
        assert_eq!(end(&through), end(&resumed));
        assert!(resumed.restore(&saved[..1], 5, through.rates.clone()).is_err());
        let other = vec![vec![0.0; 3]; saved.len()];
        assert!(resumed.restore(&other, 5, through.rates.clone()).is_err());
    }
}

#[test]
fn the_probe_reports_what_the_step_did() {
    let (mut experiment, input) = cases().swap_remove(1);
    experiment.optimizer.name = OptimizerName::Sgd;
    experiment.optimizer.momentum = 0.0;
    experiment.live.learning_rate = 0.5;
    let weights = vec![1.0; experiment.classes()];
    let mut fleet = Fleet::new(&[&experiment; 2], input, &device());
    let batch = batch(&fleet.network, experiment.classes(), 2, 4, &weights, 1);
    let (loss, gradient) = by_hand(&fleet, &batch);
    let before = values(fleet.params.clone());
    let layout = fleet.layout.clone();
    let probe = Probe::new(&fleet, &[&vec![0.5; 3 * fleet.network.features()]]);
    fleet.step(batch, true);
    let seen = pollster::block_on(probe.observe(&mut fleet)).expect("the CPU is never lost");
    assert_eq!(seen.len(), 2);
    assert!((seen[0].loss_train + seen[1].loss_train - loss).abs() < 1e-5);
    assert_eq!(seen[0].logits.len(), 3 * experiment.classes());
    // Norm of the first layer's gradient of lane 0, from the flat vector.
    let norm = |flat: &[f32]| {
        let sum: f32 = layout
            .spans()
            .take(2)
            .flat_map(|(offset, length)| &flat[offset..offset + length / 2])
            .map(|x| x * x)
            .sum();
        sum.sqrt()
    };
    assert!((seen[0].grad_norm[0] - norm(&gradient)).abs() < 1e-5);
    // Plain SGD: |dw| = learning rate x |gradient|.
    assert!((seen[0].update_ratio[0] - 0.5 * norm(&gradient) / norm(&before)).abs() < 1e-4);
    assert_eq!(seen[0].dead_share.len(), 1);
}
