//! Dense layers: product, bias and activation in one kernel; gradients straight into the flat vector.
//!
//! Must not know what is around them. Burn's tiled product of such skinny matrices spends its time at
//! workgroup barriers, and the bias, the activation and the join of the gradients are launches of
//! their own. Here each thread sums a few numbers by itself and neighbours read neighbouring units.

use super::launch::{Gpu, Shader};
use super::plan::{Sizes, Stage};
use crate::experiment::Activation;
use burn_wgpu::CubeTensor;

/// `activate(input W + b)`, `[lanes, rows, units]`.
pub(super) fn forward(
    gpu: &Gpu,
    stage: &Stage,
    sizes: Sizes,
    params: &CubeTensor,
    input: &CubeTensor,
) -> CubeTensor {
    let output = gpu.empty([sizes.lanes, sizes.rows, stage.units]);
    let activation = stage.activation.expect("hidden layers have one");
    Shader::new("dense_forward", include_str!("dense_forward.wgsl"), &stage.numbers(sizes))
        .activation(activation)
        .launch(
            gpu,
            sizes.rows.div_ceil(4) * stage.units.div_ceil(4),
            sizes.lanes,
            &[params, input, &output],
        );
    output
}

/// Writes the gradients of weight and bias where they belong in `gradient`.
pub(super) fn weight_gradient(
    gpu: &Gpu,
    stage: &Stage,
    sizes: Sizes,
    [input, delta, gradient]: [&CubeTensor; 3],
) {
    // Four inputs to four units a thread, and one more thread for the biases of the four.
    let threads = (stage.inputs.div_ceil(4) + 1) * stage.units.div_ceil(4);
    Shader::new("dense_gradient", include_str!("dense_gradient.wgsl"), &stage.numbers(sizes)).launch(
        gpu,
        threads,
        sizes.lanes,
        &[input, delta, gradient],
    );
}

/// The gradient of the sums before `activation`, which put out `input`, from that of this layer's sums.
pub(super) fn input_gradient(
    gpu: &Gpu,
    stage: &Stage,
    sizes: Sizes,
    activation: Activation,
    [params, delta, input]: [&CubeTensor; 3],
) -> CubeTensor {
    let before = gpu.empty([sizes.lanes, sizes.rows, stage.inputs]);
    Shader::new("input_gradient", include_str!("input_gradient.wgsl"), &stage.numbers(sizes))
        .activation(activation)
        .launch(
            gpu,
            sizes.rows.div_ceil(4) * stage.inputs.div_ceil(4),
            sizes.lanes,
            &[params, delta, input, &before],
        );
    before
}
