//! Operations on every number on the CPU: Burn's meaning and Burn's buffers, without what other kinds of
//! numbers would need.
//!
//! Must not give other numbers than Burn's operations of the same names; the tests compare the bits. Burn
//! compiles each operation for four kinds of floats and every stride, two fifths of the CPU worker's
//! code; ours are all `f32`. Sums add in Burn's order with its kernels; matrix products stay Burn's.

use super::walk::{Walk, shape_of_both};
use burn_backend::{Scalar, Shape, TensorData};
use burn_flex::simd::kernels;
use burn_flex::{FlexTensor, Layout};

/// What [`super::tensor`] calls, by the names of Burn's traits.
pub(super) struct Plain;

/// Operations on every number.
macro_rules! unary {
    ($($name:ident: $operation:expr,)*) => {
        $(pub fn $name(tensor: FlexTensor) -> FlexTensor {
            map(tensor, $operation)
        })*
    };
}

/// Operations on every number with one that is the same for all.
macro_rules! scalar {
    ($($name:ident: $operation:expr,)*) => {
        $(pub fn $name(tensor: FlexTensor, number: Scalar) -> FlexTensor {
            let number = float(number);
            map(tensor, |x| $operation(x, number))
        })*
    };
}

/// Operations on the numbers of two tensors.
macro_rules! binary {
    ($($name:ident: $operation:expr,)*) => {
        $(pub fn $name(one: FlexTensor, other: FlexTensor) -> FlexTensor {
            zip(one, other, $operation)
        })*
    };
}

impl Plain {
    unary! {
        float_abs: f32::abs,
        float_exp: f32::exp,
        float_log: f32::ln,
        float_log1p: f32::ln_1p,
        float_neg: |x: f32| -x,
        float_recip: |x: f32| 1.0 / x,
        float_sqrt: f32::sqrt,
        float_tanh: f32::tanh,
        // NaN stays NaN.
        relu: |x: f32| if x.is_nan() || x > 0.0 { x } else { 0.0 },
        sigmoid: sigmoid,
    }

    scalar! {
        float_add_scalar: |x: f32, number| x + number,
        float_clamp_max: |x: f32, most| if x.is_nan() || x < most { x } else { most },
        float_clamp_min: |x: f32, least| if x.is_nan() || x > least { x } else { least },
        float_div_scalar: |x: f32, number| x / number,
        float_mul_scalar: |x: f32, number| x * number,
        float_sub_scalar: |x: f32, number| x - number,
    }

    binary! {
        float_add: |a: f32, b| a + b,
        float_div: |a: f32, b| a / b,
        float_mul: |a: f32, b| a * b,
        float_sub: |a: f32, b| a - b,
    }

    pub fn float_powf_scalar(tensor: FlexTensor, power: Scalar) -> FlexTensor {
        let power = float(power);
        if power == 0.0 {
            map(tensor, |_| 1.0)
        } else if power == 1.0 {
            tensor
        } else if power == 2.0 {
            map(tensor, |x| x * x)
        } else if power == -1.0 {
            Self::float_recip(tensor)
        } else if power == -2.0 {
            map(tensor, |x| 1.0 / (x * x))
        } else {
            map(tensor, |x| x.powf(power))
        }
    }

    pub fn float_sum_dim(tensor: FlexTensor, axis: usize) -> FlexTensor {
        let tensor = tensor.to_contiguous();
        let mut shape = tensor.layout().shape().clone();
        let (length, inner) = (shape[axis], shape[axis + 1..].iter().product::<usize>());
        let numbers = &tensor.storage::<f32>()[tensor.layout().start_offset()..];
        shape[axis] = 1;
        let mut sums = vec![0.0; shape.num_elements()];
        if sums.is_empty() || length == 0 {
            return new(sums, shape);
        }
        if inner == 1 {
            let rows = sums.len();
            kernels::sum_rows_f32(numbers, &mut sums, rows, length);
        } else {
            let outer = sums.len() / inner;
            kernels::scatter_add_batched(numbers, &mut sums, outer, length, inner, length * inner, inner);
        }
        new(sums, shape)
    }

    pub fn float_mean_dim(tensor: FlexTensor, axis: usize) -> FlexTensor {
        let length = tensor.layout().shape()[axis] as f32;
        map(Self::float_sum_dim(tensor, axis), |x| x / length)
    }

    pub fn float_max_dim(tensor: FlexTensor, axis: usize) -> FlexTensor {
        let tensor = tensor.to_contiguous();
        let mut shape = tensor.layout().shape().clone();
        let (length, inner) = (shape[axis], shape[axis + 1..].iter().product::<usize>());
        let numbers = &tensor.storage::<f32>()[tensor.layout().start_offset()..];
        shape[axis] = 1;
        let most = |index: usize| {
            let first = index / inner * inner * length + index % inner;
            let column = (0..length).map(|row| numbers[first + row * inner]);
            column.fold(f32::NEG_INFINITY, |most, x| if x.is_nan() || x > most { x } else { most })
        };
        new((0..shape.num_elements()).map(most).collect(), shape)
    }

    pub fn log_softmax(tensor: FlexTensor, axis: usize) -> FlexTensor {
        let most = Self::float_max_dim(tensor.clone(), axis);
        let shifted = Self::float_sub(tensor, most);
        let sum = Self::float_sum_dim(Self::float_exp(shifted.clone()), axis);
        Self::float_sub(shifted, Self::float_log(sum))
    }

    pub fn float_cat(tensors: Vec<FlexTensor>, axis: usize) -> FlexTensor {
        let tensors: Vec<FlexTensor> = tensors.iter().map(FlexTensor::to_contiguous).collect();
        let mut shape = tensors[0].layout().shape().clone();
        let rows = shape[..axis].iter().product::<usize>();
        shape[axis] = tensors.iter().map(|tensor| tensor.layout().shape()[axis]).sum();
        let mut numbers = Vec::with_capacity(shape.num_elements());
        for row in 0..rows {
            for tensor in &tensors {
                let length = tensor.layout().num_elements() / rows;
                let first = tensor.layout().start_offset() + row * length;
                numbers.extend_from_slice(&tensor.storage()[first..first + length]);
            }
        }
        new(numbers, shape)
    }
}

/// Without overflow on either side.
fn sigmoid(x: f32) -> f32 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

fn float(number: Scalar) -> f32 {
    match number {
        Scalar::Float(number) => number as f32,
        Scalar::Int(number) => number as f32,
        Scalar::UInt(number) => number as f32,
        Scalar::Bool(number) => f32::from(u8::from(number)),
    }
}

fn new(numbers: Vec<f32>, shape: Shape) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(numbers, shape))
}

/// In place where nobody else holds the numbers.
fn map(mut tensor: FlexTensor, operation: impl Fn(f32) -> f32) -> FlexTensor {
    let count = tensor.layout().num_elements();
    // A view without holes keeps its strides; any other is copied first.
    if tensor.storage::<f32>().len() != count {
        tensor = tensor.to_contiguous();
    }
    let has_holes = tensor.storage::<f32>().len() != count;
    if tensor.is_unique() && !has_holes {
        tensor.storage_mut().iter_mut().for_each(|x| *x = operation(*x));
        return tensor;
    }
    if has_holes {
        // Contiguous, but a part of something longer.
        let first = tensor.layout().start_offset();
        let part = &tensor.storage()[first..first + count];
        return new(part.iter().map(|x| operation(*x)).collect(), tensor.layout().shape().clone());
    }
    let numbers: Vec<f32> = tensor.storage().iter().map(|x| operation(*x)).collect();
    let layout = tensor.layout().clone();
    new(numbers, Shape::from([count])).with_layout(layout)
}

/// In place where nobody else holds the numbers of one of the two. Axes of length 1 are repeated.
fn zip(mut one: FlexTensor, mut other: FlexTensor, operation: impl Fn(f32, f32) -> f32) -> FlexTensor {
    let shape = shape_of_both(one.layout().shape(), other.layout().shape());
    if let (Some(a), Some(b)) = (all_of(one.layout(), &shape), all_of(other.layout(), &shape)) {
        if a.0 == 0 && one.is_unique() {
            let others = &other.storage()[b.0..b.1];
            one.storage_mut()[..a.1].iter_mut().zip(others).for_each(|(x, y)| *x = operation(*x, *y));
            return one;
        }
        let ones = &one.storage()[a.0..a.1];
        if b.0 == 0 && other.is_unique() {
            other.storage_mut()[..b.1].iter_mut().zip(ones).for_each(|(y, x)| *y = operation(*x, *y));
            return other;
        }
        let others = &other.storage()[b.0..b.1];
        return new(ones.iter().zip(others).map(|(x, y)| operation(*x, *y)).collect(), shape);
    }
    let walk = Walk::over(&shape, [one.layout(), other.layout()]);
    if one.is_unique() && all_of(one.layout(), &shape).is_some_and(|(first, _)| first == 0) {
        let (numbers, others): (&mut [f32], &[f32]) = (one.storage_mut(), other.storage());
        walk.rows(|target, [_, from], [_, step]| {
            numbers[target]
                .iter_mut()
                .enumerate()
                .for_each(|(i, x)| *x = operation(*x, others[from + i * step]));
        });
        return one;
    }
    let mut numbers = vec![0.0; shape.num_elements()];
    let (ones, others): (&[f32], &[f32]) = (one.storage(), other.storage());
    walk.rows(|target, [a, b], [to, step]| {
        let target = &mut numbers[target];
        target
            .iter_mut()
            .enumerate()
            .for_each(|(i, x)| *x = operation(ones[a + i * to], others[b + i * step]));
    });
    new(numbers, shape)
}

/// Where a tensor's numbers stand, if it has the whole shape and they follow each other.
fn all_of(layout: &Layout, shape: &Shape) -> Option<(usize, usize)> {
    layout.contiguous_offsets().filter(|_| layout.shape() == shape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn_backend::Slice;
    use burn_backend::TensorMetadata;
    use burn_backend::ops::{ActivationOps, FloatTensorOps};
    use burn_flex::Flex;

    /// Reproducible numbers with the odd ones between them.
    fn numbers(shape: impl Into<Shape>) -> FlexTensor {
        let shape = shape.into();
        let odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0, -0.0, 1e-40, 2.0];
        let one =
            |i: usize| if i % 11 == 5 { odd[i / 11 % 7] } else { ((i * 37 % 101) as f32 - 50.0) / 13.0 };
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
            float_log: Flex::float_log,
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
                let burns = <Flex as ActivationOps<Flex>>::log_softmax(kind.clone(), axis);
                same(Plain::log_softmax(kind.clone(), axis), burns);
                let both = || vec![kind.clone(), numbers([4, 6, 5]), kind.clone()];
                same(Plain::float_cat(both(), axis), Flex::float_cat(both(), axis));
            }
        }
    }
}
