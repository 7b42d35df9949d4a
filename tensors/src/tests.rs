//! Our numbers beside Burn's, bit for bit.

use super::*;
use burn_backend::Slice;
use burn_backend::TensorMetadata;
use burn_backend::ops::{ActivationOps, FloatTensorOps};
use burn_flex::Flex;

/// Reproducible numbers with the odd ones between them.
fn numbers(shape: impl Into<Shape>) -> FlexTensor {
    let shape = shape.into();
    let odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0, -0.0, 1e-40, 2.0];
    let one = |i: usize| if i % 11 == 5 { odd[i / 11 % 7] } else { ((i * 37 % 101) as f32 - 50.0) / 13.0 };
    new((0..shape.num_elements()).map(one).collect(), shape)
}

/// The same 4 x 6 x 5 tensor of each kind: its own, shared, a view with an offset, turned, repeated.
fn kinds() -> Vec<FlexTensor> {
    let own = numbers([4, 6, 5]);
    let whole = |length| Slice::from(0..length);
    vec![
        own.clone(),
        Flex::float_slice(numbers([9, 6, 5]), &[Slice::from(3..7), whole(6), whole(5)]),
        Flex::float_slice(numbers([4, 6, 8]), &[whole(4), whole(6), Slice::from(2..7)]),
        numbers([4, 5, 6]).transpose(1, 2),
        numbers([5, 6, 4]).transpose(0, 2),
        Flex::float_expand(numbers([4, 1, 5]), Shape::from([4, 6, 5])),
    ]
}

#[track_caller]
fn same(ours: FlexTensor, burns: FlexTensor) {
    assert_eq!(ours.shape(), burns.shape());
    let bits = |tensor: FlexTensor| -> Vec<u32> {
        let data = tensor.into_data().try_to_vec::<f32>().expect("floats");
        data.into_iter().map(|x| if x.is_nan() { u32::MAX } else { x.to_bits() }).collect()
    };
    assert_eq!(bits(ours), bits(burns));
}

#[test]
fn every_number_is_burns_to_the_bit() {
    macro_rules! check {
        ($($name:ident: $burns:expr,)*) => {
            $(for kind in kinds() {
                same(Plain::$name(kind.clone()), $burns(kind.clone()));
                // Unshared, in place.
                let copy = || FlexTensor::from_data(kind.clone().into_data());
                same(Plain::$name(copy()), $burns(copy()));
            })*
        };
    }
    check! {
        float_abs: Flex::float_abs,
        float_exp: Flex::float_exp,
        float_log1p: Flex::float_log1p,
        float_neg: Flex::float_neg,
        float_recip: Flex::float_recip,
        float_sqrt: Flex::float_sqrt,
        float_tanh: Flex::float_tanh,
        relu: <Flex as ActivationOps<Flex>>::relu,
        sigmoid: <Flex as ActivationOps<Flex>>::sigmoid,
    }
}

#[test]
fn every_number_with_a_scalar_is_burns_to_the_bit() {
    macro_rules! check {
        ($($name:ident,)*) => {
            $(for kind in kinds() {
                for number in [-2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0] {
                    let number = Scalar::Float(number);
                    same(Plain::$name(kind.clone(), number), Flex::$name(kind.clone(), number));
                }
            })*
        };
    }
    check! {
        float_add_scalar,
        float_clamp_max,
        float_clamp_min,
        float_div_scalar,
        float_mul_scalar,
        float_powf_scalar,
        float_sub_scalar,
    }
}

#[test]
fn pairs_are_burns_to_the_bit_whatever_their_strides() {
    let more = [[1, 6, 5], [4, 1, 5], [4, 6, 1], [1, 1, 5], [4, 1, 1], [1, 6, 1], [1, 1, 1]].map(numbers);
    let all: Vec<FlexTensor> = kinds().into_iter().chain(more).collect();
    for (one, other) in all.iter().flat_map(|one| all.iter().map(move |other| (one, other))) {
        macro_rules! check {
            ($($name:ident,)*) => {
                $(
                    let own = |tensor: &FlexTensor| FlexTensor::from_data(tensor.clone().into_data());
                    let burns = || Flex::$name(one.clone(), other.clone());
                    same(Plain::$name(one.clone(), other.clone()), burns());
                    same(Plain::$name(own(one), other.clone()), burns());
                    same(Plain::$name(one.clone(), own(other)), burns());
                    same(Plain::$name(own(one), own(other)), burns());
                )*
            };
        }
        check! { float_add, float_div, float_mul, float_sub, }
    }
}

#[test]
fn along_an_axis_they_are_burns_to_the_bit() {
    for kind in kinds() {
        for axis in 0..3 {
            same(Plain::float_max_dim(kind.clone(), axis), Flex::float_max_dim(kind.clone(), axis));
            same(Plain::float_sum_dim(kind.clone(), axis), Flex::float_sum_dim(kind.clone(), axis));
            same(Plain::float_mean_dim(kind.clone(), axis), Flex::float_mean_dim(kind.clone(), axis));
            let both = || vec![kind.clone(), numbers([4, 6, 5]), kind.clone()];
            same(Plain::float_cat(both(), axis), Flex::float_cat(both(), axis));
        }
        let burns = <Flex as ActivationOps<Flex>>::log_softmax(kind.clone(), 2);
        same(Plain::log_softmax(kind.clone(), 2), burns);
    }
}

#[test]
fn products_are_burns_to_the_bit_whatever_their_strides() {
    let calm = |tensor: FlexTensor| {
        Plain::float_clamp_max(Plain::float_clamp_min(tensor, Scalar::Float(-9.0)), Scalar::Float(9.0))
    };
    for one in kinds().into_iter().chain([numbers([1, 6, 5])]).map(calm) {
        let others =
            [numbers([4, 5, 7]), numbers([1, 5, 7]), numbers([4, 7, 5]).transpose(1, 2), numbers([4, 5, 1])];
        for other in others.map(calm) {
            same(Plain::float_matmul(one.clone(), other.clone()), Flex::float_matmul(one.clone(), other));
        }
        let turned = one.transpose(1, 2);
        same(Plain::float_matmul(turned.clone(), one.clone()), Flex::float_matmul(turned, one));
    }
    let flat = [numbers([6, 40]), numbers([40, 33])].map(calm);
    let [a, b] = flat;
    same(Plain::float_matmul(a.clone(), b.clone()), Flex::float_matmul(a, b));
}

#[test]
fn adam_is_its_expression_to_the_bit() {
    let own =
        |shift: usize| new((0..50).map(|i| ((i * 7 + shift) % 23) as f32 / 9.0).collect(), Shape::from([50]));
    let (mut mean, mut square, gradient) = (own(3), own(5), numbers([50]));
    let scalar = |x: f32| Scalar::Float(f64::from(x));
    let decayed = |sum: &FlexTensor, beta| Flex::float_mul_scalar(sum.clone(), scalar(beta));
    let squared = Flex::float_mul(gradient.clone(), gradient.clone());
    let means = Flex::float_add(decayed(&mean, 0.9), gradient.clone());
    let squares = Flex::float_add(decayed(&square, 0.999), squared);
    let root = Flex::float_add_scalar(Flex::float_sqrt(squares.clone()), scalar(1e-5));
    let direction = Flex::float_div(Flex::float_mul_scalar(means.clone(), scalar(0.3)), root);
    let before = mean.clone();
    // A part of something longer.
    square = Flex::float_slice(Flex::float_cat(vec![own(1), square], 0), &[Slice::from(50..100)]);
    let ours = Plain::adam([&mut mean, &mut square], gradient, [0.9, 0.999], [0.3, 1e-5]);
    same(ours, direction);
    same(mean, means);
    same(square, squares);
    same(before, own(3));
}
