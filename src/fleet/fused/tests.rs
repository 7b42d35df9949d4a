//! The passes beside the expressions they stand for.

use super::super::probe;
use super::*;
use crate::fleet::im2col::Patches;
use crate::fleet::layout::Layout;
use crate::stream::Stream;
use burn_backend::ops::FloatTensorOps;
use burn_backend::{Shape, TensorData};
use burn_flex::{Flex, FlexTensor};
use plain_tensors::{Framed, Plain, Run, Sums};

const LANES: usize = 3;

/// The same random numbers for both.
struct Pair<const D: usize> {
    numbers: Vec<f32>,
    shape: [usize; D],
}

impl<const D: usize> Pair<D> {
    fn random(stream: &mut Stream, shape: [usize; D]) -> Self {
        let numbers = (0..shape.iter().product()).map(|_| stream.normal()).collect();
        Self { numbers, shape }
    }

    fn map(mut self, change: impl Fn(f32) -> f32) -> Self {
        self.numbers.iter_mut().for_each(|x| *x = change(*x));
        self
    }

    fn pass(&self) -> FlexTensor {
        FlexTensor::from_data(TensorData::new(self.numbers.clone(), self.shape))
    }

    fn expression(&self) -> Tensor<D> {
        Tensor::from_numbers(self.numbers.clone(), self.shape, &Default::default())
    }
}

fn passed(pass: FlexTensor) -> Vec<f32> {
    pass.as_slice().expect("numbers that follow each other").to_vec()
}

fn expressed<const D: usize>(expression: Tensor<D>) -> Vec<f32> {
    pollster::block_on(probe::read(vec![expression.flat()])).expect("the CPU is never lost").swap_remove(0)
}

#[track_caller]
fn assert_same<const D: usize>(pass: FlexTensor, expression: Tensor<D>) {
    assert_eq!(pass.layout().shape().iter().copied().collect::<Vec<_>>(), expression.dims());
    // Both zeros are one number.
    assert_eq!(passed(pass), expressed(expression));
}

#[track_caller]
fn assert_close<const D: usize>(pass: FlexTensor, expression: Tensor<D>) {
    let (pass, expression) = (passed(pass), expressed(expression));
    assert_eq!(pass.len(), expression.len());
    for (pass, expression) in pass.iter().zip(&expression) {
        assert!((pass - expression).abs() <= 1e-5 * expression.abs().max(1.0), "{pass} is not {expression}");
    }
}

#[test]
fn a_layer() {
    let mut stream = Stream::named(1, "fused");
    let mut pair = |shape| Pair::random(&mut stream, shape);
    let (input, weight, bias) = (pair([LANES, 8, 5]), pair([LANES, 5, 7]), pair([LANES, 1, 7]));
    assert_same(
        Plain::affine(&input.pass(), &weight.pass(), &bias.pass()),
        affine(&input.expression(), &weight.expression(), &bias.expression()),
    );
    let (slope, output) = (pair([LANES, 8, 7]), pair([LANES, 8, 7]).map(|x| x.max(0.0)));
    assert_same(
        Plain::relu_gradient(slope.pass(), output.pass()),
        relu_gradient(slope.expression(), output.expression()),
    );
}

#[test]
fn the_loss_with_rows_alike_and_each_its_own() {
    let mut stream = Stream::named(2, "fused");
    for classes in [2, 10] {
        let mut pair = |columns| Pair::random(&mut stream, [LANES, 9, columns]);
        let logits = pair(classes).map(|x| 3.0 * x);
        let (targets, sums) = (pair(classes).map(f32::abs), pair(1).map(f32::abs));
        let uniform = cross_entropy(logits.expression(), targets.expression(), &RowSum::Uniform(0.25));
        let [terms, gradient] = Plain::cross_entropy(logits.pass(), &targets.pass(), Sums::Uniform(0.25));
        assert_same(terms, uniform.0);
        assert_close(gradient, uniform.1);
        let rows = RowSum::PerRow(sums.expression());
        let own = cross_entropy(logits.expression(), targets.expression(), &rows);
        let [terms, gradient] =
            Plain::cross_entropy(logits.pass(), &targets.pass(), Sums::PerRow(&sums.pass()));
        assert_same(terms, own.0);
        assert_close(gradient, own.1);
    }
}

#[test]
fn a_pool_and_its_gradient() {
    let mut stream = Stream::named(3, "fused");
    let mut pair = |rows| Pair::random(&mut stream, [LANES, rows, 5]);
    // Equals among them.
    let slabs = pair(4 * 30).map(|x| (2.0 * x).round());
    let (max, routing) = max4(slabs.expression());
    let (pass, origins) = Plain::max4(slabs.pass());
    assert_same(pass, max);
    let slopes = pair(30);
    assert_same(Plain::spread4(slopes.pass(), &origins), routing.spread(slopes.expression()));
}

#[test]
fn a_first_convolution_and_its_gradient() {
    let mut stream = Stream::named(6, "fused");
    // Odd edges; more pools than are collected at once; filters and channels that fill no whole block.
    for (channels, height, width, filters) in [(1, 5, 4, 3), (3, 20, 18, 8), (2, 4, 4, 1), (4, 6, 7, 6)] {
        let patches = Patches { channels, height, width };
        let batch = 2;
        let features = channels * height * width;
        let images = Pair::random(&mut stream, [LANES, batch, features]);
        let frames = patches.frames(&images.numbers);
        let frames = FlexTensor::from_data(TensorData::new(frames, [LANES, batch, patches.frame_len()]));
        let rows = super::images(&images.numbers, [LANES, batch], patches, &Default::default());
        let framed = Framed { channels, height, width };
        let weight = Pair::random(&mut stream, [LANES, 9 * channels, filters]);
        let (pass, origins) = Plain::stem(&frames, &weight.pass(), framed);
        let (max, routing) = stem(&rows, &weight.expression(), patches);
        assert_close(pass, max);
        // Slopes that are 0 among them.
        let pools = (height / 2) * (width / 2);
        let slopes = Pair::random(&mut stream, [LANES, batch * pools, filters]).map(|x| x.max(0.0));
        assert_close(
            Plain::stem_gradient(&frames, slopes.pass(), &origins, framed),
            routing.stem_gradient(rows, slopes.expression(), patches),
        );
    }
}

#[test]
fn lanes_may_share_images_and_a_diverged_lane_is_seen() {
    let mut stream = Stream::named(7, "fused");
    let patches = Patches { channels: 3, height: 6, width: 6 };
    let framed = Framed { channels: 3, height: 6, width: 6 };
    let images = patches.frames(&Pair::random(&mut stream, [2, 108]).numbers);
    let frames = FlexTensor::from_data(TensorData::new(images.clone(), [1, 2, patches.frame_len()]));
    let shared = Flex::float_expand(frames, Shape::from([LANES, 2, patches.frame_len()]));
    let own = FlexTensor::from_data(TensorData::new(images.repeat(LANES), [LANES, 2, patches.frame_len()]));
    let mut weight = Pair::random(&mut stream, [LANES, 27, 5]);
    let last = weight.numbers.len() - 1;
    weight.numbers[last] = f32::NAN;
    let [one, other] = [shared, own].map(|frames| passed(Plain::stem(&frames, &weight.pass(), framed).0));
    let bits = |numbers: &[f32]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&one), bits(&other));
    let lost = |numbers: &[f32]| numbers.iter().filter(|x| x.is_nan()).count();
    let lane = one.len() / LANES;
    assert_eq!(lost(&one[..lane * (LANES - 1)]), 0);
    // One of five filters.
    assert_eq!(lost(&one[lane * (LANES - 1)..]), lane / 5);
}

#[test]
fn parts_of_the_parameters_and_the_whole() {
    let mut stream = Stream::named(4, "fused");
    let flat = Pair::random(&mut stream, [LANES * 20]);
    let parts = [(0, [LANES, 3, 4]), (LANES * 12, [LANES, 1, 8])];
    let passes = parts.map(|(first, shape)| Plain::view(&flat.pass(), first, shape));
    let expressions = parts.map(|(first, shape)| view(&flat.expression(), first, shape));
    for (pass, expression) in passes.iter().zip(&expressions) {
        assert_same(pass.clone(), expression.clone());
    }
    assert_same(Plain::join(passes.to_vec()), join(expressions.to_vec()));
    assert_eq!(passed(Plain::join(passes.to_vec())), flat.numbers);
    let turned = |tensor: &FlexTensor| tensor.transpose(1, 2);
    let swapped = |tensor: &Tensor<3>| tensor.clone().swap_dims(1, 2);
    assert_same(
        Plain::join(passes.iter().map(turned).collect()),
        join(expressions.iter().map(swapped).collect()),
    );
}

#[test]
fn an_optimisers_step_with_rates_alike_and_by_lane() {
    let mut stream = Stream::named(5, "fused");
    let layout = Layout::new(vec![[4, 3], [1, 3]], LANES);
    for (keep, rates) in [([0.99; LANES], [0.1; LANES]), ([1.0, 0.9, 1.0], [0.1, 0.2, 0.3])] {
        let mut pair = || Pair::random(&mut stream, [layout.len()]);
        let (params, gradient, mean, square) = (pair(), pair(), pair(), pair().map(f32::abs));
        let (betas, scales) = ([0.9, 0.999], [0.3, 1e-5]);
        let mut passes = [mean.pass(), square.pass(), params.pass()];
        let [means, squares, updated] = &mut passes;
        let run = |(length, lane): (usize, usize)| Run { length, keep: keep[lane], rate: rates[lane] };
        let runs: Vec<Run> = layout.runs().map(run).collect();
        let direction = Plain::adam([means, squares], gradient.pass(), betas, scales);
        Plain::descend(updated, &direction, &runs);
        let mut expressions = [mean.expression(), square.expression(), params.expression()];
        let [means, squares, updated] = &mut expressions;
        let expression = adam([means, squares], gradient.expression(), betas, scales);
        Descent::new(&layout, &keep, &rates, &params.expression()).step(updated, expression.clone());
        assert_same(direction, expression);
        for (pass, expression) in passes.into_iter().zip(expressions) {
            assert_same(pass, expression);
        }
    }
}
