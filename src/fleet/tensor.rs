//! Tensors of floats, straight on a backend of Burn's.
//!
//! Must not know what is computed. Burn's own tensor type decides with every call which device, kind of
//! number and quantisation it has before it; here the build has decided. An operation more is a line more
//! in one of the tables below.

use burn_backend::TensorData;
use burn_backend::ops::{ActivationOps, FloatTensorOps};
use burn_backend::{BackendTypes, FloatDType, Scalar, Shape, Slice, TensorMetadata};
use std::ops::{Add, Div, Mul, Range, Sub};

/// The CPU.
#[cfg(all(not(feature = "gpu"), not(test)))]
pub(super) type Backend = burn_flex::Flex;
/// The CPU with gradients, for the oracle.
#[cfg(all(not(feature = "gpu"), test))]
pub(super) type Backend = burn_autodiff::Autodiff<burn_flex::Flex>;
/// WebGPU, or the CPU to compare it with.
#[cfg(feature = "gpu")]
pub(super) type Backend = burn::backend::Dispatch;

/// Whose operations on numbers these are: on the CPU alone our own, with Burn's results.
#[cfg(all(not(feature = "gpu"), not(test)))]
use plain_tensors::Plain as Numbers;
#[cfg(any(feature = "gpu", test))]
type Numbers = Backend;

/// What the backend makes of a tensor.
pub(super) type Primitive = <Backend as BackendTypes>::FloatTensorPrimitive;

/// Where tensors live.
pub type Device = <Backend as BackendTypes>::Device;

/// A tensor of `D` axes; a handle, cheap to clone.
#[derive(Clone)]
pub struct Tensor<const D: usize>(pub(super) Primitive);

/// Operations on every number.
macro_rules! unary {
    ($($name:ident: $operation:ident,)*) => {
        $(pub fn $name(self) -> Self {
            Self(Numbers::$operation(self.0))
        })*
    };
}

/// Operations on every number with one that is the same for all.
macro_rules! scalar {
    ($($name:ident: $operation:ident,)*) => {
        $(pub fn $name(self, number: f32) -> Self {
            Self(Numbers::$operation(self.0, Scalar::Float(f64::from(number))))
        })*
    };
}

/// Operations along one axis.
macro_rules! axis {
    ($($name:ident: $operation:path,)*) => {
        $(pub fn $name(self, axis: usize) -> Self {
            Self($operation(self.0, axis))
        })*
    };
}

impl<const D: usize> Tensor<D> {
    unary! {
        abs: float_abs,
        exp: float_exp,
        log1p: float_log1p,
        neg: float_neg,
        recip: float_recip,
        relu: relu,
        sigmoid: sigmoid,
        sqrt: float_sqrt,
        tanh: float_tanh,
    }

    scalar! {
        add_scalar: float_add_scalar,
        clamp_max: float_clamp_max,
        clamp_min: float_clamp_min,
        div_scalar: float_div_scalar,
        mul_scalar: float_mul_scalar,
        powf_scalar: float_powf_scalar,
        sub_scalar: float_sub_scalar,
    }

    // Reductions leave an axis of length 1.
    axis! {
        log_softmax: Numbers::log_softmax,
        max_dim: Numbers::float_max_dim,
        mean_dim: Numbers::float_mean_dim,
        softmax: Backend::softmax,
        sum_dim: Numbers::float_sum_dim,
    }

    /// `numbers` in rows of `shape`.
    pub fn from_numbers(numbers: Vec<f32>, shape: [usize; D], device: &Device) -> Self {
        Self(Backend::float_from_data(TensorData::new(numbers, shape), device))
    }

    pub fn zeros(shape: [usize; D], device: &Device) -> Self {
        Self(Backend::float_zeros(Shape::from(shape), device, FloatDType::F32))
    }

    pub fn ones(shape: [usize; D], device: &Device) -> Self {
        Self::zeros(shape, device).add_scalar(1.0)
    }

    /// Of any numbers.
    pub fn empty(shape: [usize; D], device: &Device) -> Self {
        Self(Backend::float_empty(Shape::from(shape), device, FloatDType::F32))
    }

    pub fn zeros_like(&self) -> Self {
        Self::zeros(self.dims(), &self.device())
    }

    pub fn device(&self) -> Device {
        self.0.device()
    }

    /// Lengths of the axes.
    pub fn dims(&self) -> [usize; D] {
        self.0.shape().dims()
    }

    /// The same numbers in rows of another shape.
    pub fn reshape<const E: usize>(self, shape: [usize; E]) -> Tensor<E> {
        Tensor(Backend::float_reshape(self.0, Shape::from(shape)))
    }

    /// The numbers in one row.
    pub fn flat(self) -> Tensor<1> {
        let length = self.dims().iter().product();
        self.reshape([length])
    }

    /// Repeats along axes of length 1.
    pub fn expand(self, shape: [usize; D]) -> Self {
        Self(Backend::float_expand(self.0, Shape::from(shape)))
    }

    /// A part, given for each axis.
    pub fn slice(self, ranges: [Range<usize>; D]) -> Self {
        Self(Backend::float_slice(self.0, &ranges.map(Slice::from)))
    }

    pub fn swap_dims(self, one: usize, other: usize) -> Self {
        Self(Backend::float_swap_dims(self.0, one, other))
    }

    /// Joins tensors along `axis`.
    pub fn cat(tensors: Vec<Self>, axis: usize) -> Self {
        Self(Numbers::float_cat(tensors.into_iter().map(|tensor| tensor.0).collect(), axis))
    }

    /// Product of the matrices in the last two axes.
    pub fn matmul(self, other: Self) -> Self {
        Self(Numbers::float_matmul(self.0, other.0))
    }

    pub fn clamp(self, least: f32, most: f32) -> Self {
        self.clamp_min(least).clamp_max(most)
    }

    /// Of all numbers.
    pub fn sum(self) -> Tensor<1> {
        self.flat().sum_dim(0)
    }
}

impl Tensor<1> {
    /// Moves the numbers out, so that the backend may change them in place.
    pub fn take(&mut self) -> Self {
        let placeholder = Self::empty([0], &self.device());
        std::mem::replace(self, placeholder)
    }
}

macro_rules! operator {
    ($($trait:ident $name:ident: $operation:ident,)*) => {
        /// One axis may have length 1 where the other has more.
        $(impl<const D: usize> $trait for Tensor<D> {
            type Output = Self;

            fn $name(self, other: Self) -> Self {
                Self(Numbers::$operation(self.0, other.0))
            }
        })*
    };
}

operator! {
    Add add: float_add,
    Div div: float_div,
    Mul mul: float_mul,
    Sub sub: float_sub,
}
