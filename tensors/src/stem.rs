//! A 3x3 convolution and the maximum of each 2x2 pool of it, of images on the host, and its gradient.
//!
//! Must not know layers. Nothing between the images and the pool is ever in memory: patches are nine times the
//! images, and what they give is four times what a pool leaves of it.

mod routes;
mod winograd;

use crate::{Origins, Plain, contiguous, new, part};
use burn_backend::Shape;
use burn_flex::FlexTensor;
use routes::Routes;

/// Images in a frame of zeros, `[channels, height + 2, width + 2]` each.
#[derive(Clone, Copy, Debug)]
pub struct Framed {
    /// Colours.
    pub channels: usize,
    /// Rows of the image, without the frame.
    pub height: usize,
    /// Columns of the image.
    pub width: usize,
}

impl Framed {
    fn stride(&self) -> usize {
        self.width + 2
    }

    fn plane(&self) -> usize {
        (self.height + 2) * self.stride()
    }

    fn len(&self) -> usize {
        self.channels * self.plane()
    }

    /// Pools of an image; an odd last row or column has none.
    fn pools(&self) -> usize {
        (self.height / 2) * (self.width / 2)
    }

    /// Where the patch of a pool's first position begins.
    fn corner(&self, pool: usize) -> usize {
        let across = self.width / 2;
        2 * (pool / across * self.stride() + pool % across)
    }

    /// How much further those of all four positions begin.
    fn positions(&self) -> [usize; 4] {
        [0, 1, self.stride(), self.stride() + 1]
    }
}

impl Plain {
    /// Of `frames`, `[lanes, batch, numbers of a frame]`, and `weight`, `[lanes, 9 x channels, filters]`: the
    /// maximum of every pool, `[lanes, batch x pools, filters]`, and where it came from, the earlier one of
    /// two equals.
    #[inline(never)]
    pub fn stem(frames: &FlexTensor, weight: &FlexTensor, framed: Framed) -> (FlexTensor, Origins) {
        let shape = frames.layout().shape();
        let (lanes, batch, filters) = (shape[0], shape[1], weight.layout().shape()[2]);
        let count = lanes * batch * framed.pools() * filters;
        let (mut most, mut origins) = (vec![0.0; count], vec![0; count]);
        let weight = contiguous(weight.clone());
        let weights = part(&weight).chunks_exact(9 * framed.channels * filters);
        let size = (framed.pools() * filters).max(1);
        let outputs =
            most.chunks_exact_mut((batch * size).max(1)).zip(origins.chunks_exact_mut((batch * size).max(1)));
        for (lane, (weight, (most, origins))) in weights.zip(outputs).enumerate() {
            let blocks = winograd::blocks(weight, filters);
            let outputs = most.chunks_exact_mut(size).zip(origins.chunks_exact_mut(size));
            for (frame, (most, origins)) in lane_of(frames, lane).chunks_exact(framed.len()).zip(outputs) {
                winograd::convolve(frame, framed, &blocks, filters, most, origins);
            }
        }
        (new(most, Shape::from([lanes, batch * framed.pools(), filters])), Origins(origins))
    }

    /// The gradient of the weight from that of the maximum: three of four slopes of the positions are 0 and
    /// are not multiplied.
    #[inline(never)]
    pub fn stem_gradient(
        frames: &FlexTensor,
        gradient: FlexTensor,
        origins: &Origins,
        framed: Framed,
    ) -> FlexTensor {
        let gradient = contiguous(gradient);
        let shape = gradient.layout().shape();
        let (lanes, filters) = (shape[0], shape[2]);
        let columns = 9 * framed.channels;
        let mut products = vec![0.0; lanes * columns * filters];
        let size = (framed.pools() * filters).max(1);
        let mut routes = Routes::new(framed, filters);
        let per_lane = (shape[1] * filters).max(1);
        let slopes = part(&gradient).chunks_exact(per_lane).zip(origins.0.chunks_exact(per_lane));
        for (lane, (product, (slopes, origins))) in
            products.chunks_exact_mut(columns * filters).zip(slopes).enumerate()
        {
            let images = lane_of(frames, lane).chunks_exact(framed.len());
            let slopes = slopes.chunks_exact(size).zip(origins.chunks_exact(size));
            for (frame, (slopes, origins)) in images.zip(slopes) {
                routes.add(frame, slopes, origins, product);
            }
        }
        new(products, Shape::from([lanes, columns, filters]))
    }
}

/// The numbers of one lane, which all lanes may share.
fn lane_of(frames: &FlexTensor, lane: usize) -> &[f32] {
    let layout = frames.layout();
    let (shape, strides) = (layout.shape(), layout.strides());
    assert!(strides[2] == 1 && strides[1] == shape[2] as isize, "frames follow each other");
    let first = layout.start_offset() + lane * strides[0] as usize;
    &frames.storage()[first..first + shape[1] * shape[2]]
}
