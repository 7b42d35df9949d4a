//! Operations on every number on the CPU: Burn's meaning and Burn's buffers, without what other kinds of
//! numbers would need.
//!
//! Must not give other numbers than Burn's operations of the same names; the tests compare the bits. Burn
//! compiles each operation for four kinds of floats and every stride, two fifths of the CPU worker's
//! code; ours are all `f32`. Sums and products use the kernels Burn uses, in its order.

mod product;
mod walk;

use burn_backend::{Scalar, Shape, TensorData};
use burn_flex::simd::kernels;
use burn_flex::{FlexTensor, Layout};
use walk::{Walk, shape_of_both};

/// The operations, by the names of Burn's traits.
pub struct Plain;

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
        let numbers = part(&tensor);
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
        let numbers = part(&tensor);
        shape[axis] = 1;
        let most = |index: usize| {
            let first = index / inner * inner * length + index % inner;
            greatest((0..length).map(|row| numbers[first + row * inner]))
        };
        new((0..shape.num_elements()).map(most).collect(), shape)
    }

    /// Along the last axis.
    pub fn log_softmax(tensor: FlexTensor, axis: usize) -> FlexTensor {
        let shape = tensor.layout().shape().clone();
        debug_assert_eq!(axis + 1, shape.num_dims());
        let length = shape[axis];
        let mut shifted = part(&tensor.to_contiguous()).to_vec();
        for row in shifted.chunks_exact_mut(length) {
            let most = greatest(row.iter().copied());
            row.iter_mut().for_each(|x| *x -= most);
        }
        let powers: Vec<f32> = shifted.iter().map(|x| x.exp()).collect();
        let mut sums = vec![0.0; powers.len() / length];
        let rows = sums.len();
        kernels::sum_rows_f32(&powers, &mut sums, rows, length);
        for (row, sum) in shifted.chunks_exact_mut(length).zip(sums) {
            let log = sum.ln();
            row.iter_mut().for_each(|x| *x -= log);
        }
        new(shifted, shape)
    }

    /// Adam's direction (Kingma & Ba 2015), `scale mean / (sqrt(square) + epsilon)`, after decaying the
    /// sums of gradients and of their squares in place and adding the gradient.
    pub fn adam(
        sums: [&mut FlexTensor; 2],
        gradient: FlexTensor,
        [beta_mean, beta_square]: [f32; 2],
        [scale, epsilon]: [f32; 2],
    ) -> FlexTensor {
        let mut direction = gradient;
        let [means, squares] = sums.map(whole);
        for ((x, mean), square) in whole(&mut direction).iter_mut().zip(means).zip(squares) {
            *mean = *mean * beta_mean + *x;
            *square = *square * beta_square + *x * *x;
            *x = *mean * scale / (square.sqrt() + epsilon);
        }
        direction
    }

    /// Of matrices in the last two axes.
    pub fn float_matmul(one: FlexTensor, other: FlexTensor) -> FlexTensor {
        let (numbers, shape) = product::product(&one, &other);
        new(numbers, shape)
    }

    pub fn float_cat(tensors: Vec<FlexTensor>, axis: usize) -> FlexTensor {
        let tensors: Vec<FlexTensor> = tensors.iter().map(FlexTensor::to_contiguous).collect();
        let mut shape = tensors[0].layout().shape().clone();
        let rows = shape[..axis].iter().product::<usize>();
        shape[axis] = tensors.iter().map(|tensor| tensor.layout().shape()[axis]).sum();
        let mut numbers = Vec::with_capacity(shape.num_elements());
        for row in 0..rows {
            for numbers_of in tensors.iter().map(part) {
                let length = numbers_of.len() / rows;
                numbers.extend_from_slice(&numbers_of[row * length..][..length]);
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

/// NaN if there is one.
fn greatest(numbers: impl Iterator<Item = f32>) -> f32 {
    numbers.fold(f32::NEG_INFINITY, |most, x| if x.is_nan() || x > most { x } else { most })
}

/// The numbers of a contiguous tensor.
fn part(tensor: &FlexTensor) -> &[f32] {
    let first = tensor.layout().start_offset();
    &tensor.storage()[first..first + tensor.layout().num_elements()]
}

/// The numbers of a tensor and no others, to be changed: a copy of what somebody else holds.
fn whole(tensor: &mut FlexTensor) -> &mut [f32] {
    let count = tensor.layout().num_elements();
    if !tensor.is_contiguous() || tensor.storage::<f32>().len() != count {
        let copy = tensor.to_contiguous();
        *tensor = new(part(&copy).to_vec(), tensor.layout().shape().clone());
    }
    tensor.storage_mut()
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
        let numbers = part(&tensor).iter().map(|x| operation(*x)).collect();
        return new(numbers, tensor.layout().shape().clone());
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
            let row = numbers[target].iter_mut();
            match step {
                0 => {
                    let y = others[from];
                    row.for_each(|x| *x = operation(*x, y));
                }
                1 => row.zip(&others[from..]).for_each(|(x, y)| *x = operation(*x, *y)),
                _ => row.zip(others[from..].iter().step_by(step)).for_each(|(x, y)| *x = operation(*x, *y)),
            }
        });
        return one;
    }
    let mut numbers = vec![0.0; shape.num_elements()];
    let (ones, others): (&[f32], &[f32]) = (one.storage(), other.storage());
    walk.rows(|target, [a, b], steps| {
        let row = numbers[target].iter_mut();
        match steps {
            [1, 0] => {
                let y = others[b];
                row.zip(&ones[a..]).for_each(|(z, x)| *z = operation(*x, y));
            }
            [0, 1] => {
                let x = ones[a];
                row.zip(&others[b..]).for_each(|(z, y)| *z = operation(x, *y));
            }
            [1, 1] => {
                let pairs = ones[a..].iter().zip(&others[b..]);
                row.zip(pairs).for_each(|(z, (x, y))| *z = operation(*x, *y));
            }
            [to, step] => {
                row.enumerate().for_each(|(i, z)| *z = operation(ones[a + i * to], others[b + i * step]))
            }
        }
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
            let others = [
                numbers([4, 5, 7]),
                numbers([1, 5, 7]),
                numbers([4, 7, 5]).transpose(1, 2),
                numbers([4, 5, 1]),
            ];
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
        let own = |shift: usize| {
            new((0..50).map(|i| ((i * 7 + shift) % 23) as f32 / 9.0).collect(), Shape::from([50]))
        };
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
}
