//! Operations on every number on the CPU: Burn's meaning and Burn's buffers, without what other kinds of
//! numbers would need.
//!
//! Must not give other numbers than Burn's operations of the same names; the tests compare the bits. What has no
//! such name is several of them in one pass, held to its expression by the training core's tests. Burn
//! compiles each operation for four kinds of floats and every stride, two fifths of the CPU worker's
//! code; ours are all `f32`. Sums use the kernels Burn uses, in its order, and outside browsers products too.

mod descent;
mod layer;
mod loss;
mod pool;
mod product;
mod stem;
mod walk;

pub use descent::Run;
pub use loss::Sums;
pub use pool::Origins;
pub use stem::Framed;

use burn_backend::{Scalar, Shape, TensorData};
use burn_flex::simd::kernels;
use burn_flex::{FlexTensor, Layout};
use walk::{Walk, shape_of_both};

/// The operations, by the names of Burn's traits. Each stays a function of its own: inlined into one that is
/// compiled for few bytes, its loops would not be vectorised.
pub struct Plain;

/// Operations on every number.
macro_rules! unary {
    ($($name:ident: $operation:expr,)*) => {
        $(#[inline(never)]
        pub fn $name(tensor: FlexTensor) -> FlexTensor {
            map(tensor, $operation)
        })*
    };
}

/// Operations on every number with one that is the same for all.
macro_rules! scalar {
    ($($name:ident: $operation:expr,)*) => {
        $(#[inline(never)]
        pub fn $name(tensor: FlexTensor, number: Scalar) -> FlexTensor {
            let number = float(number);
            map(tensor, |x| $operation(x, number))
        })*
    };
}

/// Operations on the numbers of two tensors.
macro_rules! binary {
    ($($name:ident: $operation:expr,)*) => {
        $(#[inline(never)]
        pub fn $name(one: FlexTensor, other: FlexTensor) -> FlexTensor {
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
        relu: relu,
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

    #[inline(never)]
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

    #[inline(never)]
    pub fn float_sum_dim(tensor: FlexTensor, axis: usize) -> FlexTensor {
        let tensor = contiguous(tensor);
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

    #[inline(never)]
    pub fn float_mean_dim(tensor: FlexTensor, axis: usize) -> FlexTensor {
        let length = tensor.layout().shape()[axis] as f32;
        map(Self::float_sum_dim(tensor, axis), |x| x / length)
    }

    #[inline(never)]
    pub fn float_max_dim(tensor: FlexTensor, axis: usize) -> FlexTensor {
        let tensor = contiguous(tensor);
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
    #[inline(never)]
    pub fn log_softmax(tensor: FlexTensor, axis: usize) -> FlexTensor {
        debug_assert_eq!(axis + 1, tensor.layout().num_dims());
        loss::Softmax::logarithms(tensor)
    }

    /// Of matrices in the last two axes.
    #[inline(never)]
    pub fn float_matmul(one: FlexTensor, other: FlexTensor) -> FlexTensor {
        let (numbers, shape) = product::product(&one, &other);
        new(numbers, shape)
    }

    #[inline(never)]
    pub fn float_cat(tensors: Vec<FlexTensor>, axis: usize) -> FlexTensor {
        let tensors: Vec<FlexTensor> = tensors.into_iter().map(contiguous).collect();
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

/// NaN stays NaN.
fn relu(x: f32) -> f32 {
    if x.is_nan() || x > 0.0 { x } else { 0.0 }
}

/// 1 for a positive number, 0 for 0; a part of 1 below 1e-30.
fn positive(x: f32) -> f32 {
    let share = x * 1e30;
    if share.is_nan() || share < 1.0 { share } else { 1.0 }
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

/// The tensor itself if its numbers follow each other, else a copy of which that holds.
fn contiguous(tensor: FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() { tensor } else { tensor.to_contiguous() }
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
mod tests;
