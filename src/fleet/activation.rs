//! What a hidden unit does with its sum, and back.
//!
//! Must not know layers. Derivatives are products of float operations: boolean masks are slow on the
//! CPU backend.

use super::fused::{self, positive};
use super::tensor::Tensor;
use crate::experiment::Activation;

/// Slope of leaky ReLU below zero (Maas et al. 2013).
const LEAK: f32 = 0.01;
/// `sqrt(2 / pi)` of GELU's tanh approximation (Hendrycks & Gimpel 2016).
const GELU_SCALE: f32 = 0.797_884_6;
/// Coefficient of the cube there.
const GELU_CUBE: f32 = 0.044_715;
/// Beyond this GELU is the identity or zero to the last bit of f32; without the bound its derivative
/// would be infinity times zero for a diverging model.
const GELU_END: f32 = 10.0;

/// The outputs of `sums`, and what [`pull_back`] needs of them.
pub(crate) fn apply(kind: Activation, sums: Tensor<3>) -> (Tensor<3>, Tensor<3>) {
    let output = match kind {
        Activation::Relu => sums.relu(),
        Activation::LeakyRelu => sums.clone().mul_scalar(LEAK) + sums.relu().mul_scalar(1.0 - LEAK),
        Activation::Tanh => sums.tanh(),
        Activation::Sigmoid => sums.sigmoid(),
        Activation::Gelu => {
            let share = gelu_bend(sums.clone()).add_scalar(1.0).mul_scalar(0.5);
            return (sums.clone() * share, sums);
        }
    };
    (output.clone(), output)
}

/// The gradient of the sums from that of the outputs.
pub(crate) fn pull_back(kind: Activation, gradient: Tensor<3>, kept: Tensor<3>) -> Tensor<3> {
    match kind {
        Activation::Relu => fused::relu_gradient(gradient, kept),
        Activation::LeakyRelu => {
            gradient * positive(kept).clamp_min(0.0).mul_scalar(1.0 - LEAK).add_scalar(LEAK)
        }
        Activation::Tanh => gradient * (kept.clone() * kept).neg().add_scalar(1.0),
        Activation::Sigmoid => gradient * (kept.clone() - kept.clone() * kept),
        Activation::Gelu => gradient * gelu_slope(kept),
    }
}

/// Positive where a unit with this output still passes on what it is told, else 0 or less: a unit that
/// is nowhere positive is dead (ReLU, GELU: zero) or saturated (tanh, sigmoid: within 1 % of an end).
/// Leaky ReLU always leaks.
pub(crate) fn margin(kind: Activation, output: Tensor<3>) -> Tensor<3> {
    match kind {
        Activation::Relu => output,
        Activation::LeakyRelu => output.mul_scalar(0.0).add_scalar(1.0),
        // GELU never is exactly zero for long; 0.001 is passed at sums of about -3.4.
        Activation::Gelu => output.abs().sub_scalar(1e-3),
        Activation::Tanh => output.abs().neg().add_scalar(0.99),
        Activation::Sigmoid => output.sub_scalar(0.5).abs().neg().add_scalar(0.49),
    }
}

/// `tanh(sqrt(2 / pi) (x + 0.044715 x^3))`.
fn gelu_bend(sums: Tensor<3>) -> Tensor<3> {
    let near = sums.clamp(-GELU_END, GELU_END);
    let square = near.clone() * near.clone();
    (near * square.mul_scalar(GELU_CUBE).add_scalar(1.0)).mul_scalar(GELU_SCALE).tanh()
}

/// `1/2 (1 + t) + 1/2 x (1 - t^2) t'` with the bend `t`.
fn gelu_slope(sums: Tensor<3>) -> Tensor<3> {
    let bend = gelu_bend(sums.clone());
    let near = sums.clamp(-GELU_END, GELU_END);
    let square = near.clone() * near.clone();
    let rise = square.mul_scalar(3.0 * GELU_CUBE).add_scalar(1.0).mul_scalar(0.5 * GELU_SCALE);
    let curve = (bend.clone() * bend.clone()).neg().add_scalar(1.0);
    bend.add_scalar(1.0).mul_scalar(0.5) + near * rise * curve
}
