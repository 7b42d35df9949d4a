//! The first convolution block: 3x3 convolution, 2x2 max-pool, bias and activation in one kernel.
//!
//! Must not know what follows. As a product of patches it moves nine copies of every image and four
//! full maps through memory, for a product 27 numbers deep; here a thread reads one 4x4 window and
//! keeps the sums of four filters. Only the winner of a window passes a gradient on, so the backward
//! pass multiplies a quarter of the numbers.

use super::launch::{Gpu, Shader};
use super::plan::{Sizes, Stage};
use crate::fleet::im2col::Patches;
use burn_wgpu::CubeTensor;

/// Output `[lanes, rows, positions x filters]`, and which of the four positions won where, two bits
/// each and four filters a word.
pub(super) fn forward(
    gpu: &Gpu,
    stage: &Stage,
    patches: Patches,
    sizes: Sizes,
    [params, frames]: [&CubeTensor; 2],
) -> [CubeTensor; 2] {
    let outputs = positions(patches) * stage.units;
    let output = gpu.empty([sizes.lanes, sizes.rows, outputs]);
    let winners = gpu.empty([sizes.lanes, sizes.rows, outputs / 4]);
    Shader::new("conv_forward", include_str!("conv_forward.wgsl"), &numbers(stage, patches, sizes))
        .activation(stage.activation.expect("hidden layers have one"))
        .launch(gpu, sizes.rows * outputs / 4, sizes.lanes, &[params, frames, &output, &winners]);
    [output, winners]
}

/// Pooled cells whose gradients one thread adds up.
const PART: usize = 128;

/// Writes the gradients of the filters and their biases where they belong in `gradient`.
///
/// Two kernels: parts of the sum side by side, then the sum of the parts.
pub(super) fn weight_gradient(
    gpu: &Gpu,
    stage: &Stage,
    patches: Patches,
    sizes: Sizes,
    [frames, winners, delta, gradient]: [&CubeTensor; 4],
) {
    let parts = (sizes.rows * positions(patches)).div_ceil(PART);
    let weights = stage.inputs * stage.units;
    let sums = gpu.empty([sizes.lanes, parts, weights + stage.units]);
    let mut numbers = numbers(stage, patches, sizes);
    numbers.extend([("PARTS", parts), ("PART", PART)]);
    Shader::new("conv_gradient", include_str!("conv_gradient.wgsl"), &numbers).launch(
        gpu,
        parts * (patches.channels + 1) * stage.units,
        sizes.lanes,
        &[frames, winners, delta, &sums],
    );
    let numbers = [
        ("PARTS", parts),
        ("WEIGHTS", weights),
        ("UNITS", stage.units),
        ("WEIGHT", stage.weight),
        ("BIAS", stage.bias),
    ];
    Shader::new("sum_parts", include_str!("sum_parts.wgsl"), &numbers).launch(
        gpu,
        weights + stage.units,
        sizes.lanes,
        &[&sums, gradient],
    );
}

fn positions(patches: Patches) -> usize {
    let [height, width] = patches.pooled();
    height * width
}

fn numbers(stage: &Stage, patches: Patches, sizes: Sizes) -> Vec<(&'static str, usize)> {
    let [height, width] = patches.pooled();
    vec![
        ("ROWS", sizes.rows),
        ("INPUT_LANES", sizes.input_lanes),
        ("CHANNELS", patches.channels),
        ("FRAME_HEIGHT", patches.height + 2),
        ("FRAME_WIDTH", patches.width + 2),
        ("POOLED_HEIGHT", height),
        ("POOLED_WIDTH", width),
        ("FILTERS", stage.units),
        ("WEIGHT", stage.weight),
        ("BIAS", stage.bias),
    ]
}
