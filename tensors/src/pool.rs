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
    pub fn routed_product(input: &FlexTensor, gradient: FlexTensor, winners: &FlexTensor) -> FlexTensor {
        let gradient = contiguous(gradient);
        let (shape, columns) = (gradient.layout().shape(), input.layout().shape()[2]);
        let (lanes, rows, channels) = (shape[0], shape[1], shape[2]);
        let mut products = vec![0.0; lanes * columns * channels];
        let inputs = part(input).chunks_exact(4 * rows * columns);
        let slopes = part(&gradient).chunks_exact(rows * channels);
        let winners = part(winners).chunks_exact(rows * channels);
        let lanes = products.chunks_exact_mut(columns * channels).zip(inputs).zip(slopes.zip(winners));
        let mut routed = Routed::new(channels);
        for ((product, input), (slopes, winners)) in lanes {
            for first in (0..rows).step_by(BLOCK) {
                let block = first * channels..rows.min(first + BLOCK) * channels;
                routed.sort(&slopes[block.clone()], &winners[block]);
                let at = |slab: u32, row: usize| (slab as usize * rows + first + row) * columns;
                match columns {
                    ..=12 => routed.add::<12>(product, input, at),
                    _ => routed.add::<28>(product, input, at),
                }
            }
        }
        new(products, Shape::from([gradient.layout().shape()[0], columns, channels]))
    }
}

/// Rows of the maximum multiplied at once: what they are multiplied with stays in the nearest cache.
const BLOCK: usize = 64;

/// The slopes of some rows that are not 0, channel by channel.
struct Routed {
    channels: usize,
    /// Up to [`BLOCK`] of each channel: slab, row and slope.
    slopes: Vec<(u32, f32)>,
    counts: Vec<usize>,
}

impl Routed {
    fn new(channels: usize) -> Self {
        Self { channels, slopes: vec![(0, 0.0); BLOCK * channels], counts: vec![0; channels] }
    }

    /// `[rows, channels]` each.
    fn sort(&mut self, slopes: &[f32], winners: &[f32]) {
        self.counts.fill(0);
        let rows = slopes.chunks_exact(self.channels).zip(winners.chunks_exact(self.channels));
        for (row, (slopes, winners)) in rows.enumerate() {
            let lists = self.slopes.chunks_exact_mut(BLOCK).zip(&mut self.counts);
            for ((slope, winner), (list, count)) in slopes.iter().zip(winners).zip(lists) {
                // A write that the next one replaces is faster than a branch.
                list[*count % BLOCK] = (*winner as u32 * BLOCK as u32 + row as u32, *slope);
                *count += usize::from(*slope != 0.0);
            }
        }
    }

    /// Adds to `product`, `[columns, channels]`, that many columns at once; `at` says where a row of a slab
    /// stands in `input`.
    fn add<const WIDTH: usize>(&self, product: &mut [f32], input: &[f32], at: impl Fn(u32, usize) -> usize) {
        let columns = product.len() / self.channels;
        for column in (0..columns).step_by(WIDTH) {
            for (channel, (list, count)) in self.slopes.chunks_exact(BLOCK).zip(&self.counts).enumerate() {
                let mut sums = [0.0; WIDTH];
                for (place, slope) in &list[..*count] {
                    let (slab, row) = (place / BLOCK as u32, *place as usize % BLOCK);
                    let numbers = &input[at(slab, row) + column..];
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
