//! Tests that hold the hand-written training step against Burn's autodiff, finite differences and
//! arithmetic by hand.

use super::*;
use crate::experiment::{DataName, InitName, ModelName, OptimizerName};
use crate::stream::Stream;
use burn::tensor::activation::log_softmax;

fn device() -> Device {
    Device::flex()
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
    let mut inputs = Vec::new();
    for _ in 0..lanes {
        inputs.extend(network.rows((0..size * network.features()).map(|_| stream.normal()).collect()));
    }
    let labels = (0..lanes * size).map(|_| stream.below(classes) as u8).collect();
    Batch::new(inputs, labels, &vec![weights; lanes])
}

fn values(tensor: Tensor<1>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
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
    let pass = fleet.network.forward(&params, input);
    let target =
        loss::Target::upload(&batch.targets, batch.weighted, fleet.lanes(), batch.size, &fleet.device);
    let (terms, gradient) = target.cross_entropy(pass.logits);
    let gradient = fleet.layout.join(fleet.network.backward(&params, pass.tapes, gradient));
    (-terms.sum().into_scalar::<f32>(), values(gradient))
}

/// The same from Burn's autodiff on the same forward pass.
fn by_autodiff(fleet: &Fleet, batch: &Batch) -> Vec<f32> {
    let device = fleet.device.clone().autodiff();
    let params: Vec<Tensor<3>> = fleet
        .layout
        .split(&fleet.params)
        .into_iter()
        .map(|tensor| Tensor::from_inner(tensor).require_grad())
        .collect();
    let input = fleet.network.upload(batch.inputs.clone(), fleet.lanes(), batch.size, &device);
    let logits = fleet.network.forward(&params, input).logits;
    let target = Tensor::<3>::from_data(TensorData::new(batch.targets.clone(), logits.dims()), &device);
    let mut gradients = (log_softmax(logits, 2) * target).sum().neg().backward();
    let tensors = params.iter().map(|param| param.grad_remove(&mut gradients).expect("used in the loss"));
    values(fleet.layout.join(tensors.collect()))
}

#[test]
fn every_layer_agrees_with_autodiff_and_finite_differences() {
    for (index, (mut experiment, input)) in cases().into_iter().enumerate() {
        experiment.model.init = InitName::He;
        for (lanes, weighted) in [(1, false), (3, true)] {
            let what = format!("case {index}, {lanes} lanes");
            let mut fleet = Fleet::new(&experiment, input, lanes, &device());
            // Every lane its own weights, biases off zero so that no ReLU sits on its kink.
            let mut stream = Stream::named(index as u32, "weights");
            let noise: Vec<f32> = (0..fleet.layout.len()).map(|_| 0.3 * stream.normal()).collect();
            fleet.params =
                fleet.params + Tensor::from_data(TensorData::new(noise, [fleet.layout.len()]), &fleet.device);
            let classes = experiment.classes();
            let weights: Vec<f32> =
                (0..classes).map(|class| if weighted { 0.5 + class as f32 } else { 1.0 }).collect();
            let batch = batch(&fleet.network, classes, lanes, 4, &weights, index as u32);
            let (_, hand) = by_hand(&fleet, &batch);
            assert_close(&hand, &by_autodiff(&fleet, &batch), 1e-4, &what);

            // Central differences in the direction of random parameters.
            let flat = values(fleet.params.clone());
            for _ in 0..6 {
                let parameter = stream.below(flat.len());
                let mut loss_at = |offset: f32| {
                    let mut moved = flat.clone();
                    moved[parameter] += offset;
                    fleet.params = Tensor::from_data(TensorData::new(moved, [flat.len()]), &fleet.device);
                    f64::from(by_hand(&fleet, &batch).0)
                };
                let step = 1e-2;
                let numeric = (loss_at(step) - loss_at(-step)) / (2.0 * f64::from(step));
                let scale = hand.iter().fold(1e-2_f32, |scale, value| scale.max(value.abs()));
                let gap = (numeric as f32 - hand[parameter]).abs();
                assert!(
                    gap < 0.05 * scale,
                    "{what}: parameter {parameter}: {numeric} is not {}",
                    hand[parameter]
                );
            }
        }
    }
}

#[test]
fn a_lane_of_a_fleet_is_bitwise_the_run_alone() {
    for (experiment, input) in cases() {
        let weights = vec![1.0; experiment.classes()];
        let mut alone = Fleet::new(&experiment, input, 1, &device());
        let mut fleet = Fleet::new(&experiment, input, 3, &device());
        for lane in [0, 2] {
            fleet.set_rates(lane, Rates { learning_rate: 0.05, weight_decay: 0.1 });
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
        assert_eq!(values(alone.params), values(fleet.params));
    }
}

/// One parameter under a constant gradient, computed in f64 by hand.
#[test]
fn adam_and_sgd_follow_their_papers() {
    let layout = Layout::new(vec![[1, 1]], 1);
    let rates = [Rates { learning_rate: 0.1, weight_decay: 0.01 }];
    let gradients = [0.5, -0.25, 2.0, 0.0];
    let scalar = |value: f32| Tensor::from_data(TensorData::new(vec![value], [1]), &device());

    for name in [OptimizerName::Adam, OptimizerName::Sgd] {
        let spec = crate::experiment::OptimizerSpec { name, ..Experiment::default().optimizer };
        let mut optimizer = Optimizer::new(&spec, 1, &device());
        let mut params = scalar(1.0);
        let (mut weight, mut mean, mut square, mut velocity) = (1.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
        for (index, gradient) in gradients.into_iter().enumerate() {
            params = optimizer.step(params, scalar(gradient), &layout, &rates);
            let (g, t) = (f64::from(gradient), index as i32 + 1);
            mean = 0.9 * mean + 0.1 * g;
            square = 0.999 * square + 0.001 * g * g;
            velocity = 0.9 * velocity + g;
            let direction = match name {
                OptimizerName::Adam | OptimizerName::AdamW | OptimizerName::RmsProp => {
                    (mean / (1.0 - 0.9_f64.powi(t))) / ((square / (1.0 - 0.999_f64.powi(t))).sqrt() + 1e-8)
                }
                OptimizerName::Sgd => velocity,
            };
            weight = weight * (1.0 - 0.1 * 0.01) - 0.1 * direction;
            let got = f64::from(params.clone().into_scalar::<f32>());
            assert!((got - weight).abs() < 1e-6, "{name:?} step {t}: {got} is not {weight}");
        }
    }
}

#[test]
fn a_checkpoint_goes_on_bitwise_as_if_never_stopped() {
    let (experiment, input) = cases().swap_remove(2);
    let weights = vec![1.0; experiment.classes()];
    let mut through = Fleet::new(&experiment, input, 1, &device());
    let steps = |fleet: &mut Fleet, from: u32| {
        for step in from..from + 5 {
            let batch = batch(&fleet.network, experiment.classes(), 1, 4, &weights, step);
            fleet.step(batch, false);
        }
    };
    steps(&mut through, 0);
    let saved = pollster::block_on(through.checkpoint()).expect("the CPU is never lost");
    steps(&mut through, 5);

    let mut resumed = Fleet::new(&experiment, input, 1, &device());
    resumed.restore(&saved, 5, vec![Rates::from(&experiment.live)]).expect("same model");
    steps(&mut resumed, 5);
    assert_eq!(values(through.params.clone()), values(resumed.params.clone()));
    assert!(resumed.restore(&saved[..1], 5, vec![Rates::from(&experiment.live)]).is_err());
    let other = vec![vec![0.0; 3]; 3];
    assert!(resumed.restore(&other, 5, vec![Rates::from(&experiment.live)]).is_err());
}

#[test]
fn the_probe_reports_what_the_step_did() {
    let (mut experiment, input) = cases().swap_remove(1);
    experiment.optimizer.name = OptimizerName::Sgd;
    experiment.optimizer.momentum = 0.0;
    experiment.live.learning_rate = 0.5;
    let weights = vec![1.0; experiment.classes()];
    let mut fleet = Fleet::new(&experiment, input, 2, &device());
    let batch = batch(&fleet.network, experiment.classes(), 2, 4, &weights, 1);
    let (loss, gradient) = by_hand(&fleet, &batch);
    let before = values(fleet.params.clone());
    let layout = fleet.layout.clone();
    let labels = vec![0_u8, 1, 0];
    let probe = Probe::new(&fleet, &vec![0.5; 3 * fleet.network.features()], &labels);
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
