//! A walk over two tensors of one shape, of which either may repeat or skip numbers.
//!
//! Must not know what is done on the way. Axes that follow each other in both tensors are walked as one,
//! so that rows are as long as they can be.

use burn_backend::Shape;
use burn_flex::Layout;
use std::ops::Range;

/// An axis: its length, and the distance between its numbers in each of the two.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Axis {
    length: usize,
    steps: [usize; 2],
}

/// Axes, the innermost last, and where each of the two begins.
pub(crate) struct Walk {
    axes: Vec<Axis>,
    first: [usize; 2],
}

/// The shape of what two shapes give together: axes of length 1 are as long as the other's.
pub(crate) fn shape_of_both(one: &Shape, other: &Shape) -> Shape {
    if one == other {
        return one.clone();
    }
    Shape::from(one.iter().zip(other.iter()).map(|(a, b)| if *a == 1 { *b } else { *a }).collect::<Vec<_>>())
}

impl Walk {
    /// Over two tensors that both give `shape`. Strides of ours are never negative.
    pub fn over(shape: &Shape, layouts: [&Layout; 2]) -> Self {
        let mut axes: Vec<Axis> = Vec::with_capacity(shape.num_dims());
        for (axis, &length) in shape.iter().enumerate() {
            let step = |layout: &Layout| match layout.shape()[axis] {
                1 => 0,
                _ => layout.strides()[axis] as usize,
            };
            let next = Axis { length, steps: layouts.map(step) };
            match axes.last_mut() {
                _ if length == 1 => {}
                Some(last) if (0..2).all(|i| last.steps[i] == next.steps[i] * length) => {
                    *last = Axis { length: last.length * length, steps: next.steps };
                }
                _ => axes.push(next),
            }
        }
        Self { axes, first: layouts.map(Layout::start_offset) }
    }

    /// Calls `row` with where the row stands in the result, where it begins in each of the two, and the
    /// distances there.
    pub fn rows(&self, mut row: impl FnMut(Range<usize>, [usize; 2], [usize; 2])) {
        let Some((inner, outer)) = self.axes.split_last() else { return row(0..1, self.first, [0, 0]) };
        let count: usize = outer.iter().map(|axis| axis.length).product();
        let (mut at, mut place) = (self.first, vec![0; outer.len()]);
        for index in 0..count {
            row(index * inner.length..(index + 1) * inner.length, at, inner.steps);
            for (axis, place) in outer.iter().zip(&mut place).rev() {
                *place += 1;
                (0..2).for_each(|i| at[i] += axis.steps[i]);
                if *place < axis.length {
                    break;
                }
                *place = 0;
                (0..2).for_each(|i| at[i] -= axis.steps[i] * axis.length);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_that_follow_each_other_are_one() {
        let shape = Shape::from([4, 6, 5]);
        let whole = Layout::contiguous(shape.clone());
        let bias = Layout::contiguous(Shape::from([4, 1, 5]));
        let scalar = Layout::contiguous(Shape::from([4, 1, 1]));
        let one = |length, steps| Axis { length, steps };
        assert_eq!(Walk::over(&shape, [&whole, &whole]).axes, [one(120, [1, 1])]);
        assert_eq!(Walk::over(&shape, [&whole, &scalar]).axes, [one(4, [30, 1]), one(30, [1, 0])]);
        let axes = [one(4, [30, 5]), one(6, [5, 0]), one(5, [1, 1])];
        assert_eq!(Walk::over(&shape, [&whole, &bias]).axes, axes);
    }
}
