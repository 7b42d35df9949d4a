//! Products of matrices, with the kernel Burn uses.
//!
//! Must not know any other operation. Burn's own covers four kinds of floats and collects its strides in
//! vectors for every product, which for a small network costs as much as the product.

use burn_backend::Shape;
use burn_flex::{FlexTensor, Layout};
use gemm::Parallelism;

/// The matrices of a tensor: the last two axes.
struct Matrices<'a> {
    numbers: &'a [f32],
    layout: &'a Layout,
    rows: usize,
    columns: usize,
    /// Distances between rows and between columns.
    steps: [isize; 2],
}

impl<'a> Matrices<'a> {
    fn of(tensor: &'a FlexTensor) -> Self {
        let layout = tensor.layout();
        let (shape, strides) = (layout.shape(), layout.strides());
        let rank = shape.num_dims();
        Self {
            numbers: tensor.storage(),
            layout,
            rows: shape[rank - 2],
            columns: shape[rank - 1],
            steps: [strides[rank - 2], strides[rank - 1]],
        }
    }

    /// From where the numbers of matrix `index` of those of `batch` stand.
    fn from(&self, mut index: usize, batch: &[usize]) -> &'a [f32] {
        let mut offset = self.layout.start_offset();
        for (axis, length) in batch.iter().enumerate().rev() {
            if self.layout.shape()[axis] > 1 {
                offset += index % length * self.layout.strides()[axis] as usize;
            }
            index /= length;
        }
        &self.numbers[offset..]
    }

    /// Numbers from the first to the last of a matrix.
    fn reach(&self) -> usize {
        (self.rows - 1) * self.steps[0] as usize + (self.columns - 1) * self.steps[1] as usize + 1
    }
}

/// Product of the matrices in the last two axes. Other axes may have length 1 where the other's are longer.
pub(crate) fn product(one: &FlexTensor, other: &FlexTensor) -> (Vec<f32>, Shape) {
    let [a, b] = [one, other].map(Matrices::of);
    let mut shape = super::walk::shape_of_both(a.layout.shape(), b.layout.shape());
    let rank = shape.num_dims();
    (shape[rank - 2], shape[rank - 1]) = (a.rows, b.columns);
    let size = a.rows * b.columns;
    let count = shape.num_elements();
    if count == 0 || a.columns == 0 {
        return (vec![0.0; count], shape);
    }
    let mut numbers: Vec<f32> = Vec::with_capacity(count);
    for (index, target) in numbers.spare_capacity_mut()[..count].chunks_exact_mut(size).enumerate() {
        let batch = &shape[..rank - 2];
        let (from, with) = (a.from(index, batch), b.from(index, batch));
        assert!(a.columns == b.rows && from.len() >= a.reach() && with.len() >= b.reach());
        // SAFETY: the numbers the kernel reads lie within `from` and `with`, whose lengths were just compared
        // with the distance from the first to the last of them (strides of views are never negative), and
        // `target` has room for each row and column of the product, which the kernel writes without reading.
        unsafe {
            gemm::gemm(
                a.rows,
                b.columns,
                a.columns,
                target.as_mut_ptr().cast(),
                1,
                b.columns as isize,
                false,
                from.as_ptr(),
                a.steps[1],
                a.steps[0],
                with.as_ptr(),
                b.steps[1],
                b.steps[0],
                0.0,
                1.0,
                false,
                false,
                false,
                Parallelism::None,
            );
        }
    }
    // SAFETY: there are whole matrices, and the kernel has written every number of each.
    unsafe { numbers.set_len(count) };
    (numbers, shape)
}
