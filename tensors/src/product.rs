//! Products of the matrices in the last two axes.
//!
//! Must not know how two matrices are multiplied: natively by the kernel Burn uses, in a browser by our own.

#[cfg(not(target_arch = "wasm32"))]
mod burns;
#[cfg(any(target_arch = "wasm32", test))]
mod panels;

use burn_backend::Shape;
use burn_flex::{FlexTensor, Layout};

#[cfg(not(target_arch = "wasm32"))]
use burns::product as multiply;
#[cfg(target_arch = "wasm32")]
use panels::product as multiply;

/// A matrix anywhere in `numbers`.
#[derive(Clone, Copy)]
struct Matrix<'a> {
    numbers: &'a [f32],
    rows: usize,
    columns: usize,
    /// Distances between rows and between columns.
    steps: [usize; 2],
}

impl<'a> Matrix<'a> {
    #[cfg(any(target_arch = "wasm32", test))]
    fn turned(self) -> Self {
        let Self { numbers, rows, columns, steps } = self;
        Self { numbers, rows: columns, columns: rows, steps: [steps[1], steps[0]] }
    }

    /// Numbers from the first to the last.
    #[cfg(not(target_arch = "wasm32"))]
    fn reach(&self) -> usize {
        (self.rows - 1) * self.steps[0] + (self.columns - 1) * self.steps[1] + 1
    }

    #[cfg(any(target_arch = "wasm32", test))]
    fn part(self, rows: std::ops::Range<usize>, columns: std::ops::Range<usize>) -> Self {
        let numbers = &self.numbers[rows.start * self.steps[0] + columns.start * self.steps[1]..];
        Self { numbers, rows: rows.len(), columns: columns.len(), steps: self.steps }
    }
}

/// The matrices of a tensor: the last two axes.
struct Matrices<'a> {
    numbers: &'a [f32],
    layout: &'a Layout,
    rows: usize,
    columns: usize,
    /// Distances between rows and between columns.
    steps: [usize; 2],
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
            steps: [strides[rank - 2], strides[rank - 1]]
                .map(|step| usize::try_from(step).expect("no view runs backwards")),
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

    fn matrix(&self, index: usize, batch: &[usize]) -> Matrix<'a> {
        let Self { rows, columns, steps, .. } = *self;
        Matrix { numbers: self.from(index, batch), rows, columns, steps }
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
    let mut panel = Vec::new();
    for (index, target) in numbers.spare_capacity_mut()[..count].chunks_exact_mut(size).enumerate() {
        let batch = &shape[..rank - 2];
        multiply(a.matrix(index, batch), b.matrix(index, batch), target, &mut panel);
    }
    // SAFETY: there are whole matrices, and the kernel has written every number of each.
    unsafe { numbers.set_len(count) };
    (numbers, shape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::MaybeUninit;

    type Kernel = fn(Matrix, Matrix, &mut [MaybeUninit<f32>], &mut Vec<f32>);

    fn by(kernel: Kernel, one: Matrix, other: Matrix) -> Vec<f32> {
        let mut numbers = Vec::with_capacity(one.rows * other.columns);
        let target = &mut numbers.spare_capacity_mut()[..one.rows * other.columns];
        kernel(one, other, target, &mut vec![7.0; 3]);
        // SAFETY: a kernel writes every number.
        unsafe { numbers.set_len(one.rows * other.columns) };
        numbers
    }

    #[test]
    fn panels_give_what_burns_kernel_gives() {
        let numbers: Vec<f32> = (0..80_000).map(|i| (i * 37 % 101) as f32 / 50.0 - 1.0).collect();
        // Narrow and wide; fewer rows and columns than are multiplied at once; more depth, and more rows of
        // it, than a block has.
        for (rows, depth, columns) in
            [(32, 20, 32), (1, 1, 1), (9, 3, 2), (7, 33, 13), (20, 5, 4), (15, 1100, 3), (70, 520, 9)]
        {
            let lies = |rows, columns| Matrix { numbers: &numbers, rows, columns, steps: [columns, 1] };
            let turned = |rows: usize, columns| Matrix { numbers: &numbers, rows, columns, steps: [1, rows] };
            let repeated = |rows, columns| Matrix { numbers: &numbers, rows, columns, steps: [0, 1] };
            for one in [lies(rows, depth), turned(rows, depth), repeated(rows, depth)] {
                for other in [lies(depth, columns), turned(depth, columns), repeated(depth, columns)] {
                    let [ours, burns] =
                        [panels::product, burns::product].map(|kernel| by(kernel, one, other));
                    for (ours, burns) in ours.iter().zip(&burns) {
                        let most = 1e-5 * depth as f32;
                        assert!(
                            (ours - burns).abs() <= most,
                            "{ours} is not {burns}: {rows} {depth} {columns}"
                        );
                    }
                }
            }
        }
    }
}
