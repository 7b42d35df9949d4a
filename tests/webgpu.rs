//! The kernels of our own give what the tensor operations on the CPU give, which autodiff holds to
//! account in `src/fleet/oracle.rs`; on a real WebGPU device: `cargo xtask test webgpu`.
//!
//! The CPU is the reference and not Burn's own WebGPU operations, so that both backends are held to
//! one result.
#![cfg(all(feature = "cpu", feature = "gpu", target_arch = "wasm32"))]

use collapse_lab::experiment::{Activation, DataName, Experiment, LossName, ModelName, OptimizerName};
use collapse_lab::fleet::{Batch, Device, Fleet, InputShape, LaneObservation, Probe, Rates};
use collapse_lab::stream::Stream;
use std::slice::from_ref;
use wasm_bindgen_test::wasm_bindgen_test as test;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

unsafe extern "C" {
    fn __wasm_call_ctors();
}

/// A second device in one page fails, so there is one test; its parts say what they hold to account.
#[test]
async fn kernels_agree_with_the_cpu() {
    // SAFETY: as in the worker: referring to the linker's symbol keeps exports from calling it.
    unsafe { __wasm_call_ctors() }
    let gpu = burn::tensor::Device::wgpu_options().init_async().await.expect("the browser has WebGPU");
    let gpu = gpu.as_dispatch().clone();
    let mut stream = Stream::named(3, "cases");
    for (name, experiment, input) in cases(&mut stream) {
        for lanes in [1, 3] {
            courses_agree(&name, &experiment, input, lanes, &gpu).await;
        }
        lanes_are_alone(&name, &experiment, input, &gpu).await;
    }
}

/// Networks of odd sizes, one after the other with each activation, loss, optimiser and setting that
/// kernels cover or hand over.
fn cases(stream: &mut Stream) -> Vec<(String, Experiment, InputShape)> {
    let mut cases = Vec::new();
    let mut add = |name: &str, input: InputShape, change: &dyn Fn(&mut Experiment)| {
        let mut experiment = Experiment::default();
        experiment.data.name = DataName::Digits;
        experiment.optimizer.name = OptimizerName::Sgd;
        experiment.live.learning_rate = 0.05;
        experiment.model.width = 5 + stream.below(13) as u32;
        experiment.model.depth = 1;
        if let InputShape::Image(_) = input {
            experiment.model.name = ModelName::Cnn;
            experiment.model.channels = 8;
        }
        change(&mut experiment);
        cases.push((name.to_owned(), experiment, input));
    };
    let vector = InputShape::Vector;
    for (name, kind) in [
        ("relu", Activation::Relu),
        ("leaky relu", Activation::LeakyRelu),
        ("tanh", Activation::Tanh),
        ("sigmoid", Activation::Sigmoid),
        ("gelu", Activation::Gelu),
    ] {
        add(name, vector(7), &|experiment| {
            (experiment.model.activation, experiment.model.depth) = (kind, 2);
        });
    }
    add("no hidden layer", vector(3), &|experiment| experiment.model.depth = 0);
    add("many inputs to the output", vector(4), &|experiment| experiment.model.width = 300);
    add("smoothing", vector(6), &|experiment| experiment.loss.label_smoothing = 0.1);
    add("focal", vector(6), &|experiment| experiment.loss.name = LossName::Focal);
    add("penalties and clipping", vector(6), &|experiment| {
        (experiment.live.l2, experiment.live.l1, experiment.live.clip_norm) = (0.02, 0.01, 0.1);
    });
    add("dropout", vector(6), &|experiment| experiment.live.dropout = 0.3);
    add("batch norm", vector(6), &|experiment| experiment.model.batch_norm = true);
    add("adam", vector(6), &|experiment| {
        experiment.optimizer.name = OptimizerName::Adam;
        (experiment.live.learning_rate, experiment.live.weight_decay) = (0.01, 0.5);
    });
    add("rmsprop", vector(6), &|experiment| experiment.optimizer.name = OptimizerName::RmsProp);
    add("cnn", InputShape::Image([1, 4, 4]), &|_| ());
    add("cnn of odd size", InputShape::Image([3, 7, 9]), &|experiment| {
        experiment.model.activation = Activation::Tanh;
    });
    add("cnn with many parts", InputShape::Image([2, 16, 16]), &|_| ());
    add("cnn with odd filters", InputShape::Image([1, 6, 6]), &|experiment| experiment.model.channels = 6);
    add("cnn with two blocks", InputShape::Image([1, 8, 8]), &|experiment| experiment.model.blocks = 2);
    cases
}

/// Examples a lane; no multiple of what a thread takes at once.
const SIZE: usize = 13;
const STEPS: u32 = 4;

async fn courses_agree(name: &str, experiment: &Experiment, input: InputShape, lanes: usize, gpu: &Device) {
    let on_cpu = course(experiment, input, lanes, &burn::tensor::Device::flex().as_dispatch().clone()).await;
    let on_gpu = course(experiment, input, lanes, gpu).await;
    let what = format!("{name}, {lanes} lanes");
    assert_close(&on_gpu.tensors, &on_cpu.tensors, &format!("{what}: parameters and state"));
    for (lane, (gpu, cpu)) in on_gpu.seen.iter().zip(&on_cpu.seen).enumerate() {
        let what = format!("{what}: lane {lane}");
        assert_close(from_ref(&gpu.logits), from_ref(&cpu.logits), &format!("{what} logits"));
        assert_close(from_ref(&gpu.grad_norm), from_ref(&cpu.grad_norm), &format!("{what} gradient"));
        assert_close(from_ref(&gpu.update_ratio), from_ref(&cpu.update_ratio), &format!("{what} update"));
        assert_close(&[vec![gpu.loss_train]], &[vec![cpu.loss_train]], &format!("{what} loss"));
        assert_eq!(gpu.dead_share, cpu.dead_share, "{what} dead units");
    }
}

/// The last of three lanes computes to the bit what it computes alone, whatever the others do.
async fn lanes_are_alone(name: &str, experiment: &Experiment, input: InputShape, gpu: &Device) {
    let classes = experiment.classes();
    let mut fleet = Fleet::new(&[experiment; 3], input, gpu);
    let mut alone = Fleet::new(&[experiment], input, gpu);
    let rates = |lane| lane_rates(experiment, lane, classes);
    (0..3).for_each(|lane| fleet.set_rates(lane, rates(lane)));
    alone.set_rates(0, rates(2));
    for step in 0..STEPS {
        fleet.step(batch(input, classes, &[0, 1, 2], step), false);
        alone.step(batch(input, classes, &[2], step), false);
    }
    fleet.select_lanes(&[2]);
    let [fleet, alone] = [&fleet, &alone].map(Fleet::checkpoint);
    let (fleet, alone) = (fleet.await.expect("the device works"), alone.await.expect("the device works"));
    assert_eq!(fleet, alone, "{name}: lane 2 in a fleet and alone");
}

struct Course {
    tensors: Vec<Vec<f32>>,
    seen: Vec<LaneObservation>,
}

async fn course(experiment: &Experiment, input: InputShape, lanes: usize, device: &Device) -> Course {
    let is_shared = experiment.model.depth != 2;
    let classes = experiment.classes();
    let mut fleet = Fleet::new(&vec![experiment; lanes], input, device);
    (0..lanes).for_each(|lane| fleet.set_rates(lane, lane_rates(experiment, lane, classes)));
    let asked = |lane: usize| batch(input, classes, &[9 + lane], 0).inputs;
    // One probe for all, or each lane its own.
    let examples: Vec<Vec<f32>> = (0..if is_shared { 1 } else { lanes }).map(asked).collect();
    let probe = Probe::new(&fleet, &examples.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let every: Vec<usize> = (0..lanes).collect();
    for step in 0..STEPS {
        fleet.step(batch(input, classes, &every, step), step + 1 == STEPS);
    }
    let seen = probe.observe(&mut fleet).await.expect("the device works");
    Course { tensors: fleet.checkpoint().await.expect("the device works"), seen }
}

/// Every lane has a rate of its own, and the second adds something to its logits.
fn lane_rates(experiment: &Experiment, lane: usize, classes: usize) -> Rates {
    let mut rates = Rates::new(&experiment.live, experiment.optimizer.name, &[], 0);
    rates.learning_rate *= 1.0 + lane as f32;
    if lane == 1 {
        rates.logit_offset = (0..classes).map(|class| -0.1 * class as f32).collect();
    }
    rates
}

/// A batch in which a lane's part depends on the lane and the step alone. Examples are weighted, and
/// the third lane's blended.
fn batch(input: InputShape, classes: usize, lanes: &[usize], step: u32) -> Batch {
    let (mut inputs, mut labels) = (Vec::new(), Vec::new());
    for lane in lanes {
        let mut stream = Stream::named(step, &format!("batch {lane}"));
        inputs.extend((0..SIZE * input.features()).map(|_| stream.normal()));
        labels.extend((0..SIZE).map(|_| stream.below(classes) as u8));
    }
    let weights: Vec<f32> = (0..classes).map(|class| 0.5 + class as f32 / classes as f32).collect();
    let mut batch = Batch::new(inputs, labels, &vec![&*weights; lanes.len()]);
    if let Some(third) = lanes.iter().position(|lane| *lane == 2) {
        let others = (0..SIZE).map(|row| ((row % classes) as u8, 0.3));
        batch.blend(third, others, &weights);
    }
    batch
}

/// Within 1e-4 of the largest number of each tensor.
fn assert_close(actual: &[Vec<f32>], expected: &[Vec<f32>], what: &str) {
    assert_eq!(
        actual.iter().map(Vec::len).collect::<Vec<_>>(),
        expected.iter().map(Vec::len).collect::<Vec<_>>(),
        "{what}"
    );
    for (actual, expected) in actual.iter().zip(expected) {
        let scale = expected.iter().fold(1e-3_f32, |scale, value| scale.max(value.abs()));
        for (index, (a, e)) in actual.iter().zip(expected).enumerate() {
            assert!((a - e).abs() <= 1e-4 * scale, "{what}: [{index}] {a} is not {e} (scale {scale})");
        }
    }
}
