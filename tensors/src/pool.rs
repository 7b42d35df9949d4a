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
}
