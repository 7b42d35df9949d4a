//! Products of matrices outside browsers, with the kernel Burn uses.
//!
//! Must not know tensors. Burn's own covers four kinds of floats and collects its strides in vectors for every
//! product, which for a small network costs as much as the product.

use super::Matrix;
use gemm::Parallelism;
use std::mem::MaybeUninit;

/// `one other`, row after row into `target`, whose length is that of the product. Neither is empty.
pub(super) fn product(one: Matrix, other: Matrix, target: &mut [MaybeUninit<f32>], _: &mut Vec<f32>) {
    assert!(one.columns == other.rows && target.len() == one.rows * other.columns);
    assert!(one.numbers.len() >= one.reach() && other.numbers.len() >= other.reach());
    let steps = |matrix: Matrix| matrix.steps.map(|step| step as isize);
    // SAFETY: the numbers the kernel reads lie within those of the matrices, whose count was just compared with
    // the distance from the first to the last of them, and `target` has room for each row and column of the
    // product, which the kernel writes without reading.
    unsafe {
        gemm::gemm(
            one.rows,
            other.columns,
            one.columns,
            target.as_mut_ptr().cast(),
            1,
            other.columns as isize,
            false,
            one.numbers.as_ptr(),
            steps(one)[1],
            steps(one)[0],
            other.numbers.as_ptr(),
            steps(other)[1],
            steps(other)[0],
            0.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}
