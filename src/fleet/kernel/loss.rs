//! The output layer and the loss with its gradient.
//!
//! Must not know what is before it. The output layer of a network on images sums thousands of numbers
//! for a handful of classes: its sums are cut into parts, so that no thread runs long. The second
//! kernel adds them up and does in one go what as tensors are two reductions and five passes.

use super::launch::{Gpu, Shader};
use super::plan::{Sizes, Stage};
use crate::experiment::LossName;
use crate::fleet::Loss;
use burn_wgpu::CubeTensor;

/// Inputs whose products one thread adds up.
const PART: usize = 128;

/// Logits and their gradient, `[lanes, rows, classes]`; the weighted log-probabilities are added to
/// `terms`. `batch` is what [`super::Plan::upload`] packed, `features` numbers an example.
pub(super) fn evaluate(
    gpu: &Gpu,
    stage: &Stage,
    sizes: Sizes,
    features: usize,
    loss: &Loss,
    [params, input, batch, terms]: [&CubeTensor; 4],
) -> [CubeTensor; 2] {
    let (sums, mut numbers) = parts(gpu, stage, sizes, [params, input]);
    numbers.extend([("FEATURES", features), ("GAMMA", loss.focal_gamma().to_bits() as usize)]);
    let logits = gpu.empty([sizes.lanes, sizes.rows, stage.units]);
    let delta = gpu.empty([sizes.lanes, sizes.rows, stage.units]);
    Shader::new("loss", include_str!("loss.wgsl"), &numbers)
        .part(include_str!("verdict.wgsl"))
        .part(judge(loss).expect("the plan covers this loss"))
        .launch(gpu, sizes.rows, sizes.lanes, &[params, &sums, batch, &logits, &delta, terms]);
    [logits, delta]
}

/// The loss in WGSL; `None` for the one that nothing moves.
pub(super) fn judge(loss: &Loss) -> Option<&'static str> {
    match loss.name() {
        LossName::CrossEntropy => Some(include_str!("cross_entropy.wgsl")),
        LossName::Focal => Some(include_str!("focal.wgsl")),
        LossName::MeanSquared => Some(include_str!("mean_squared.wgsl")),
        LossName::SigmoidBce => Some(include_str!("sigmoid_bce.wgsl")),
        LossName::SoftmaxOneUnit => None,
    }
}

/// The logits alone.
pub(super) fn logits(
    gpu: &Gpu,
    stage: &Stage,
    sizes: Sizes,
    [params, input]: [&CubeTensor; 2],
) -> CubeTensor {
    let (sums, numbers) = parts(gpu, stage, sizes, [params, input]);
    let logits = gpu.empty([sizes.lanes, sizes.rows, stage.units]);
    Shader::new("logits", include_str!("logits.wgsl"), &numbers).launch(
        gpu,
        sizes.rows * stage.units,
        sizes.lanes,
        &[params, &sums, &logits],
    );
    logits
}

/// Parts of the sums of the output layer, and the sizes of what adds them up.
fn parts(
    gpu: &Gpu,
    stage: &Stage,
    sizes: Sizes,
    [params, input]: [&CubeTensor; 2],
) -> (CubeTensor, Vec<(&'static str, usize)>) {
    let parts = stage.inputs.div_ceil(PART);
    let sums = gpu.empty([sizes.lanes, sizes.rows, parts * stage.units]);
    let mut numbers = stage.numbers(sizes);
    numbers.push(("PARTS", parts));
    Shader::new("output_parts", include_str!("output_parts.wgsl"), &numbers).launch(
        gpu,
        sizes.rows * parts * stage.units,
        sizes.lanes,
        &[params, input, &sums],
    );
    (sums, numbers)
}
