//! Products of matrices for browsers, where four numbers are multiplied at once.
//!
//! Must not know tensors. Burn's kernel is made for large matrices: before each product it measures out blocks
//! and copies both matrices into them, a third of the time for those of a small network. Here a panel of
//! columns is multiplied with a few rows at a time, every number the sum of its products in their order.

use super::Matrix;
use std::mem::MaybeUninit;
use std::ops::Range;
use wide::f32x4;

/// Columns of a panel: with four rows, as many sums as there are registers for.
const WIDE: usize = 8;
/// Columns of a panel of what is left, with eight rows.
const NARROW: usize = 4;
/// Products summed before the sum is written down, for which a panel stays in the nearest cache.
const DEPTH: usize = 512;
/// Numbers of the rows that all panels are multiplied with before the next rows: a part of the second cache.
const NEAR: usize = 1 << 15;

/// `one other`, row after row into `target`, whose length is that of the product. Neither is empty.
pub(super) fn product(one: Matrix, other: Matrix, target: &mut [MaybeUninit<f32>], panel: &mut Vec<f32>) {
    assert!(one.columns == other.rows && target.len() == one.rows * other.columns);
    if other.columns <= NARROW && one.steps[0] == 1 && one.rows >= WIDE {
        // Of a narrow product whose rows lie apart, the transpose is wide, and its rows lie together.
        let target = Target { steps: [1, other.columns], numbers: target };
        in_blocks(other.turned(), one.turned(), target, panel);
    } else {
        in_blocks(one, other, Target { steps: [other.columns, 1], numbers: target }, panel);
    }
}

/// Where a product is written.
struct Target<'a> {
    numbers: &'a mut [MaybeUninit<f32>],
    /// Distances between rows and between columns.
    steps: [usize; 2],
}

fn in_blocks(one: Matrix, other: Matrix, mut target: Target, panel: &mut Vec<f32>) {
    let rows_at_once = (NEAR / one.columns.min(DEPTH)).max(WIDE);
    for depth in ranges(one.columns, DEPTH) {
        for rows in ranges(one.rows, rows_at_once) {
            let one = one.part(rows.clone(), depth.clone());
            for columns in ranges(other.columns, WIDE) {
                let other = other.part(depth.clone(), columns.clone());
                let place = Place { row: rows.start, column: columns.start, adds: depth.start > 0 };
                match other.columns {
                    ..=NARROW => multiply::<1>(one, other, &mut target, place, panel),
                    _ => multiply::<2>(one, other, &mut target, place, panel),
                }
            }
        }
    }
}

fn ranges(length: usize, step: usize) -> impl Iterator<Item = Range<usize>> {
    (0..length).step_by(step).map(move |first| first..length.min(first + step))
}

/// Where in the product a part of it begins, and whether it is added to what stands there.
#[derive(Clone, Copy)]
struct Place {
    row: usize,
    column: usize,
    adds: bool,
}

/// All rows of `one` with one panel.
#[inline(always)]
fn multiply<const VECTORS: usize>(
    one: Matrix,
    other: Matrix,
    target: &mut Target,
    mut place: Place,
    panel: &mut Vec<f32>,
) {
    let width = 4 * VECTORS;
    let lies = other.columns == width && other.steps[1] == 1;
    let (numbers, step) = if lies {
        (other.numbers, other.steps[0])
    } else {
        pack(other, width, panel);
        (&panel[..], width)
    };
    let panel = Panel { numbers, step, columns: other.columns };
    let mut row = 0;
    while row < one.rows {
        let from = one.part(row..one.rows, 0..one.columns);
        let rows = match (VECTORS, from.rows) {
            (1, 8..) => panel.with_rows::<8, VECTORS>(from, target, place),
            (_, 4..) => panel.with_rows::<4, VECTORS>(from, target, place),
            (_, 2..) => panel.with_rows::<2, VECTORS>(from, target, place),
            _ => panel.with_rows::<1, VECTORS>(from, target, place),
        };
        row += rows;
        place.row += rows;
    }
}

/// The columns of every row one after another, filled up with zeros to `width`.
fn pack(matrix: Matrix, width: usize, panel: &mut Vec<f32>) {
    panel.clear();
    panel.resize(matrix.rows * width, 0.0);
    for (row, packed) in panel.chunks_exact_mut(width).enumerate() {
        let numbers = &matrix.numbers[row * matrix.steps[0]..];
        for (column, number) in packed[..matrix.columns].iter_mut().enumerate() {
            *number = numbers[column * matrix.steps[1]];
        }
    }
}

/// Columns that are multiplied with rows.
struct Panel<'a> {
    numbers: &'a [f32],
    /// Between rows of these numbers.
    step: usize,
    /// How many of them are the product's.
    columns: usize,
}

impl Panel<'_> {
    /// The first of `from`'s rows, that many; returns how many.
    #[inline(always)]
    fn with_rows<const ROWS: usize, const VECTORS: usize>(
        &self,
        from: Matrix,
        target: &mut Target,
        place: Place,
    ) -> usize {
        let [down, along] = from.steps;
        assert!(from.columns > 0 && from.numbers.len() > (ROWS - 1) * down + (from.columns - 1) * along);
        assert!(self.numbers.len() >= (from.columns - 1) * self.step + 4 * VECTORS);
        let mut sums = [[f32x4::ZERO; VECTORS]; ROWS];
        let (mut column, mut others) = (from.numbers.as_ptr(), self.numbers.as_ptr());
        for _ in 0..from.columns {
            // SAFETY: the last of these reads ends where the second assertion says.
            let panel: [f32x4; VECTORS] = std::array::from_fn(|vector| unsafe {
                f32x4::from(others.add(4 * vector).cast::<[f32; 4]>().read_unaligned())
            });
            for (row, sums) in sums.iter_mut().enumerate() {
                // SAFETY: the last of these is the one in the first assertion.
                let number = f32x4::splat(unsafe { *column.add(row * down) });
                for (sum, other) in sums.iter_mut().zip(&panel) {
                    *sum += number * *other;
                }
            }
            (column, others) = (column.wrapping_add(along), others.wrapping_add(self.step));
        }
        let mut row = 0;
        while row < ROWS {
            self.write(sums[row], target, Place { row: place.row + row, ..place });
            row += 1;
        }
        ROWS
    }

    #[inline(always)]
    fn write<const VECTORS: usize>(&self, sums: [f32x4; VECTORS], target: &mut Target, place: Place) {
        let [down, along] = target.steps;
        let numbers = &mut target.numbers[place.row * down + place.column * along..];
        if along == 1 && self.columns == 4 * VECTORS && !place.adds {
            let numbers = &mut numbers[..4 * VECTORS];
            for (vector, sums) in sums.iter().enumerate() {
                numbers[4 * vector..][..4].write_copy_of_slice(&sums.to_array());
            }
        } else {
            self.scatter(sums.map(f32x4::to_array).as_flattened(), numbers, along, place.adds);
        }
    }

    #[inline(never)]
    fn scatter(&self, sums: &[f32], numbers: &mut [MaybeUninit<f32>], along: usize, adds: bool) {
        for (number, sum) in numbers.iter_mut().step_by(along).zip(&sums[..self.columns]) {
            if adds {
                // SAFETY: the products before these were written where these are added.
                *unsafe { number.assume_init_mut() } += sum;
            } else {
                number.write(*sum);
            }
        }
    }
}
