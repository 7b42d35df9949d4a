//! As tensor operations, for every backend.

// A list of one range is a slice in one dimension.
#![allow(clippy::single_range_in_vec_init)]

use super::RowSum;
use crate::fleet::im2col::Patches;
use crate::fleet::layer::product_over_rows;
use crate::fleet::layout::Layout;
use crate::fleet::tensor::{Device, Tensor};

/// `input weight + bias` per lane; the bias has one row.
pub fn affine(input: &Tensor<3>, weight: &Tensor<3>, bias: &Tensor<3>) -> Tensor<3> {
    input.clone().matmul(weight.clone()) + bias.clone()
}

/// The gradient of what a ReLU was given, from that of its `output`.
pub fn relu_gradient(gradient: Tensor<3>, output: Tensor<3>) -> Tensor<3> {
    gradient * positive(output)
}

/// 1 where `output` is positive; for one that is never negative, else 0. Outputs below 1e-30 count as
/// partly positive, which no training reaches.
pub fn positive(output: Tensor<3>) -> Tensor<3> {
    output.mul_scalar(1e30).clamp_max(1.0)
}

/// Probabilities from their logarithms.
pub fn probability(log_probability: Tensor<3>) -> Tensor<3> {
    log_probability.exp()
}

/// Terms `w log p` of the cross-entropy and its gradient `s p - w`, of logits and weighted targets `w` with
/// row sums `s`.
pub fn cross_entropy(logits: Tensor<3>, targets: Tensor<3>, sums: &RowSum) -> (Tensor<3>, Tensor<3>) {
    let log_probability = logits.log_softmax(2);
    let terms = log_probability.clone() * targets.clone();
    (terms, sums.times(probability(log_probability)) - targets)
}

/// Which of four slabs won, as float gates for the backward pass.
pub struct Routing {
    /// 1 where slab 2 beat slab 0 or slab 3 beat slab 1, `[lanes, 2 x rows, channels]`.
    halves: Tensor<3>,
    /// 1 where the winner of (1, 3) beat the winner of (0, 2), `[lanes, rows, channels]`.
    pair: Tensor<3>,
}

/// Maximum of four slabs that lie one after another, `[lanes, 4 x rows, channels]`.
pub fn max4(slabs: Tensor<3>) -> (Tensor<3>, Routing) {
    let (winners, halves) = max_of_halves(slabs);
    let (max, pair) = max_of_halves(winners);
    (max, Routing { halves, pair })
}

/// What [`stem`] reads of `images`, `[lanes, batch, channels x height x width]`: their patches,
/// `[lanes, 4 x batch x pools, 9 x channels]`.
pub fn images(images: &[f32], [lanes, batch]: [usize; 2], patches: Patches, device: &Device) -> Tensor<3> {
    let [height, width] = patches.pooled();
    let rows = images.chunks_exact(images.len() / lanes).flat_map(|lane| patches.rows(lane)).collect();
    Tensor::from_numbers(rows, [lanes, 4 * batch * height * width, patches.columns()], device)
}

/// A 3x3 convolution and the maximum of each 2x2 pool of it, `[lanes, batch x pools, filters]`.
pub fn stem(input: &Tensor<3>, weight: &Tensor<3>, _: Patches) -> (Tensor<3>, Routing) {
    max4(input.clone().matmul(weight.clone()))
}

impl Routing {
    /// The gradient of the slabs from the gradient of the maximum.
    pub fn spread(self, gradient: Tensor<3>) -> Tensor<3> {
        spread(spread(gradient, self.pair), self.halves)
    }

    /// The gradient of the weight of [`stem`] from that of its maximum.
    pub fn stem_gradient(self, input: Tensor<3>, gradient: Tensor<3>, _: Patches) -> Tensor<3> {
        product_over_rows(input, self.spread(gradient))
    }
}

/// Maximum of the first and second half of the rows, and 1 where the second won.
fn max_of_halves(tensor: Tensor<3>) -> (Tensor<3>, Tensor<3>) {
    let [lanes, rows, channels] = tensor.dims();
    let first = tensor.clone().slice([0..lanes, 0..rows / 2, 0..channels]);
    let second = tensor.slice([0..lanes, rows / 2..rows, 0..channels]);
    let excess = (second - first.clone()).relu();
    (first + excess.clone(), positive(excess))
}

/// The gradient of both halves from the gradient of their maximum.
fn spread(gradient: Tensor<3>, second_won: Tensor<3>) -> Tensor<3> {
    let second = gradient.clone() * second_won;
    Tensor::cat(vec![gradient - second.clone(), second], 1)
}

/// A tensor of `shape` whose numbers stand in `flat` from `first` on.
pub fn view(flat: &Tensor<1>, first: usize, shape: [usize; 3]) -> Tensor<3> {
    flat.clone().slice([first..first + shape.iter().product::<usize>()]).reshape(shape)
}

/// The numbers of all tensors in one row.
pub fn join(tensors: Vec<Tensor<3>>) -> Tensor<1> {
    Tensor::cat(tensors.into_iter().map(|tensor| tensor.flat()).collect(), 0)
}

/// Adam's direction (Kingma & Ba 2015), `scale mean / (sqrt(square) + epsilon)`, after decaying the sums of
/// gradients and of their squares and adding the gradient.
pub fn adam(
    [mean, square]: [&mut Tensor<1>; 2],
    gradient: Tensor<1>,
    [beta_mean, beta_square]: [f32; 2],
    [scale, epsilon]: [f32; 2],
) -> Tensor<1> {
    let squared = gradient.clone() * gradient.clone();
    *mean = mean.take().mul_scalar(beta_mean) + gradient;
    *square = square.take().mul_scalar(beta_square) + squared;
    mean.clone().mul_scalar(scale) / square.clone().sqrt().add_scalar(epsilon)
}

/// What a step leaves of each parameter, `1 - learning rate x weight decay`, and its learning rate.
pub struct Descent {
    keep: Factor,
    rate: Factor,
}

/// A factor that is the same for all parameters or one per parameter. Both give the same bits.
enum Factor {
    Uniform(f32),
    PerParameter(Tensor<1>),
}

impl Factor {
    fn new(lanes: &[f32], layout: &Layout, like: &Tensor<1>) -> Self {
        if lanes.iter().all(|value| *value == lanes[0]) {
            Self::Uniform(lanes[0])
        } else {
            Self::PerParameter(layout.per_lane(lanes, like))
        }
    }

    fn times(&self, tensor: Tensor<1>) -> Tensor<1> {
        match self {
            Self::Uniform(1.0) => tensor,
            Self::Uniform(value) => tensor.mul_scalar(*value),
            Self::PerParameter(values) => tensor * values.clone(),
        }
    }
}

impl Descent {
    /// Of `keep` and `rates` by lane; `like` lives where the parameters do.
    pub fn new(layout: &Layout, keep: &[f32], rates: &[f32], like: &Tensor<1>) -> Self {
        Self { keep: Factor::new(keep, layout, like), rate: Factor::new(rates, layout, like) }
    }

    /// `keep params - rate direction`.
    pub fn step(&self, params: &mut Tensor<1>, direction: Tensor<1>) {
        *params = self.keep.times(params.take()) - self.rate.times(direction);
    }
}

/// What an optimiser keeps of gradients: a GPU makes numbers 0 that are too small for its form of floats.
pub fn flushed(sum: Tensor<1>) -> Tensor<1> {
    sum
}

/// The same of squares.
pub fn flushed_square(sum: Tensor<1>) -> Tensor<1> {
    sum
}
