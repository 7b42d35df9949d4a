//! The maximum of four slabs that lie one after another, and where it came from.
//!
//! Must not know images. The maximum is a sum, `max(a, b) = a + relu(b - a)`, like the expression it
//! stands for, so that both give the same bits.

use crate::{Plain, contiguous, new, part, relu};
use burn_backend::Shape;
use burn_flex::FlexTensor;

impl Plain {
    /// Of `[lanes, 4 rows, channels]`: the maximum and the number of the slab it came from, the earlier one
    /// of two equals, both `[lanes, rows, channels]`.
    #[inline(never)]
    pub fn max4(slabs: FlexTensor) -> [FlexTensor; 2] {
        let slabs = contiguous(slabs);
        let shape = slabs.layout().shape();
        let (lanes, rows, channels) = (shape[0], shape[1] / 4, shape[2]);
        let size = rows * channels;
        let mut most = Vec::with_capacity(lanes * size);
        let mut winners = vec![0.0; lanes * size];
        for (lane, winners) in part(&slabs).chunks_exact(4 * size).zip(winners.chunks_exact_mut(size)) {
            let [a, b, c, d] = [0, 1, 2, 3].map(|quarter| &lane[quarter * size..][..size]);
            let pairs = a.iter().zip(c).zip(b.iter().zip(d));
            most.extend(pairs.zip(winners).map(|(((a, c), (b, d)), winner)| {
                let (left, right) = (relu(c - a), relu(d - b));
                let (one, other) = (a + left, b + right);
                let excess = relu(other - one);
                let of_left = if left > 0.0 { 2.0 } else { 0.0 };
                let of_right = if right > 0.0 { 3.0 } else { 1.0 };
                *winner = if excess > 0.0 { of_right } else { of_left };
                one + excess
            }));
        }
        let shape = Shape::from([lanes, rows, channels]);
        [new(most, shape.clone()), new(winners, shape)]
    }

    /// The gradient of the slabs from that of the maximum.
    #[inline(never)]
    pub fn spread4(gradient: FlexTensor, winners: &FlexTensor) -> FlexTensor {
        let gradient = contiguous(gradient);
        let shape = gradient.layout().shape();
        let (lanes, rows, channels) = (shape[0], shape[1], shape[2]);
        let size = rows * channels;
        let mut slabs = Vec::with_capacity(4 * lanes * size);
        for (slopes, winners) in part(&gradient).chunks_exact(size).zip(part(winners).chunks_exact(size)) {
            for slab in [0.0, 1.0, 2.0, 3.0] {
                let of_slab = |(slope, winner): (&f32, &f32)| if *winner == slab { *slope } else { 0.0 };
                slabs.extend(slopes.iter().zip(winners).map(of_slab));
            }
        }
        new(slabs, Shape::from([lanes, 4 * rows, channels]))
    }

    /// `input^T gradient` per lane, `[lanes, columns, channels]`, of what gave the slabs,
    /// `[lanes, 4 rows, columns]`, and the gradient of the maximum: three of four slopes of the slabs are 0
    /// and are not multiplied. The sums are taken in another order than by a product of matrices.
    #[inline(never)]
    pub fn routed_product(input: &FlexTensor, gradient: FlexTensor, winners: &FlexTensor) -> FlexTensor {
        let gradient = contiguous(gradient);
        let (shape, columns) = (gradient.layout().shape(), input.layout().shape()[2]);
        let (lanes, rows, channels) = (shape[0], shape[1], shape[2]);
        let mut products = vec![0.0; lanes * columns * channels];
        let inputs = part(input).chunks_exact(4 * rows * columns);
        let slopes = part(&gradient).chunks_exact(rows * channels);
        let winners = part(winners).chunks_exact(rows * channels);
        let lanes = products.chunks_exact_mut(columns * channels).zip(inputs).zip(slopes.zip(winners));
        for ((product, input), (slopes, winners)) in lanes {
            let routed = Routed { input, slopes, winners, rows, columns, channels };
            for first in (0..rows).step_by(BLOCK) {
                match columns {
                    ..=12 => routed.add::<12>(first, product),
                    _ => routed.add::<28>(first, product),
                }
            }
        }
        new(products, Shape::from([gradient.layout().shape()[0], columns, channels]))
    }
}

/// Rows of the maximum multiplied at once: what they are multiplied with stays in the nearest cache.
const BLOCK: usize = 64;

/// One lane of [`Plain::routed_product`].
struct Routed<'a> {
    input: &'a [f32],
    slopes: &'a [f32],
    winners: &'a [f32],
    rows: usize,
    columns: usize,
    channels: usize,
}

impl Routed<'_> {
    /// Adds what the rows from `first` on give, that many columns at once.
    fn add<const WIDTH: usize>(&self, first: usize, product: &mut [f32]) {
        let rows = first..self.rows.min(first + BLOCK);
        let mut list = [(0, 0.0); BLOCK];
        for channel in 0..self.channels {
            let mut count = 0;
            for row in rows.clone() {
                let at = row * self.channels + channel;
                let (slope, slab) = (self.slopes[at], self.winners[at] as i32 as usize);
                // A write that the next one replaces is faster than a branch.
                list[count % BLOCK] = ((slab * self.rows + row) * self.columns, slope);
                count += usize::from(slope != 0.0);
            }
            for column in (0..self.columns).step_by(WIDTH) {
                let mut sums = [0.0; WIDTH];
                for (at, slope) in &list[..count] {
                    let numbers = &self.input[at + column..];
                    // Beyond the row stand others, whose sums nobody reads.
                    match numbers.first_chunk::<WIDTH>() {
                        Some(numbers) => sums.iter_mut().zip(numbers).for_each(|(sum, x)| *sum += slope * x),
                        None => sums.iter_mut().zip(numbers).for_each(|(sum, x)| *sum += slope * x),
                    }
                }
                for (row, sum) in product.chunks_exact_mut(self.channels).skip(column).zip(sums) {
                    row[channel] += sum;
                }
            }
        }
    }
}
