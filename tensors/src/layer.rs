//! What a layer does around its product, and views of the one vector that holds all parameters.
//!
//! Must not know which layers there are.

use crate::{Plain, contiguous, map, new, part, positive, product, zip};
use burn_backend::Shape;
use burn_flex::{FlexTensor, Layout};

impl Plain {
    /// `input weight + bias`; the bias has one row.
    #[inline(never)]
    pub fn affine(input: &FlexTensor, weight: &FlexTensor, bias: &FlexTensor) -> FlexTensor {
        let (mut sums, shape) = product::product(input, weight);
        let rank = shape.num_dims();
        let units = shape[rank - 1];
        let lanes = sums.chunks_exact_mut((shape[rank - 2] * units).max(1));
        for (lane, bias) in lanes.zip(part(bias).chunks_exact(units)) {
            for row in lane.chunks_exact_mut(units) {
                row.iter_mut().zip(bias).for_each(|(sum, bias)| *sum += bias);
            }
        }
        new(sums, shape)
    }

    /// 1 for a positive number, 0 for 0; a part of 1 below 1e-30.
    #[inline(never)]
    pub fn positive(tensor: FlexTensor) -> FlexTensor {
        map(tensor, positive)
    }

    /// The gradient of what a ReLU was given, from that of its `output`.
    #[inline(never)]
    pub fn relu_gradient(gradient: FlexTensor, output: FlexTensor) -> FlexTensor {
        zip(gradient, output, |slope, output| slope * positive(output))
    }

    /// A tensor of `shape` whose numbers stand in `flat` from `first` on.
    #[inline(never)]
    pub fn view(flat: &FlexTensor, first: usize, shape: [usize; 3]) -> FlexTensor {
        let first = flat.layout().start_offset() + first;
        let strides = vec![(shape[1] * shape[2]) as isize, shape[2] as isize, 1];
        let layout = Layout::new(Shape::from(shape), strides, first);
        FlexTensor::from_arc(flat.data_arc(), layout, flat.dtype())
    }

    /// The numbers of all tensors in one row.
    #[inline(never)]
    pub fn join(tensors: Vec<FlexTensor>) -> FlexTensor {
        let length = tensors.iter().map(|tensor| tensor.layout().num_elements()).sum();
        let mut numbers = Vec::with_capacity(length);
        for tensor in tensors {
            numbers.extend_from_slice(part(&contiguous(tensor)));
        }
        new(numbers, Shape::from([length]))
    }
}
