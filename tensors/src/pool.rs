//! The maximum of four slabs that lie one after another, and where it came from.
//!
//! Must not know images. The maximum is a sum, `max(a, b) = a + relu(b - a)`, like the expression it
//! stands for, so that both give the same bits.

use crate::{Plain, contiguous, new, part, relu};
use burn_backend::Shape;
use burn_flex::FlexTensor;

/// Of each number of a maximum, which of the four it was: the number of its slab, or its place in an image.
pub struct Origins(pub(crate) Vec<u32>);

impl Plain {
    /// Of `[lanes, 4 rows, channels]`: the maximum, `[lanes, rows, channels]`, and the number of the slab it
    /// came from, the earlier one of two equals.
    #[inline(never)]
    pub fn max4(slabs: FlexTensor) -> (FlexTensor, Origins) {
        let slabs = contiguous(slabs);
        let shape = slabs.layout().shape();
        let (lanes, rows, channels) = (shape[0], shape[1] / 4, shape[2]);
        let size = rows * channels;
        let mut most = Vec::with_capacity(lanes * size);
        let mut origins = vec![0; lanes * size];
        for (lane, origins) in part(&slabs).chunks_exact(4 * size).zip(origins.chunks_exact_mut(size)) {
            let [a, b, c, d] = [0, 1, 2, 3].map(|quarter| &lane[quarter * size..][..size]);
            let pairs = a.iter().zip(c).zip(b.iter().zip(d));
            most.extend(pairs.zip(origins).map(|(((a, c), (b, d)), origin)| {
                let (left, right) = (relu(c - a), relu(d - b));
                let (one, other) = (a + left, b + right);
                let excess = relu(other - one);
                let of_left = if left > 0.0 { 2 } else { 0 };
                let of_right = if right > 0.0 { 3 } else { 1 };
                *origin = if excess > 0.0 { of_right } else { of_left };
                one + excess
            }));
        }
        (new(most, Shape::from([lanes, rows, channels])), Origins(origins))
    }

    /// The gradient of the slabs from that of the maximum.
    #[inline(never)]
    pub fn spread4(gradient: FlexTensor, origins: &Origins) -> FlexTensor {
        let gradient = contiguous(gradient);
        let shape = gradient.layout().shape();
        let (lanes, rows, channels) = (shape[0], shape[1], shape[2]);
        let size = rows * channels;
        let mut slabs = Vec::with_capacity(4 * lanes * size);
        for (slopes, origins) in part(&gradient).chunks_exact(size).zip(origins.0.chunks_exact(size)) {
            for slab in 0..4 {
                let of_slab = |(slope, origin): (&f32, &u32)| if *origin == slab { *slope } else { 0.0 };
                slabs.extend(slopes.iter().zip(origins).map(of_slab));
            }
        }
        new(slabs, Shape::from([lanes, 4 * rows, channels]))
    }
}
