//! A later convolution block: 3x3 convolution and max-pool 2x2, patches made on the device.
//!
//! Must not know what is before it but the size of its map. Bias and activation follow the pool, see
//! [`ConvStem`](super::conv_stem::ConvStem).

use super::fused::max4;
use super::layer::{Gradients, Layer, Tape, product_over_rows, with_bias};
use super::tensor::Tensor;

/// Convolution block on a map of earlier channels.
pub(crate) struct ConvBlock {
    /// Rows of the incoming map, at least 2.
    pub height: usize,
    /// Columns of the incoming map, at least 2.
    pub width: usize,
    /// Channels of the incoming map.
    pub inputs: usize,
    /// Filters.
    pub channels: usize,
}

impl ConvBlock {
    fn pooled(&self) -> [usize; 2] {
        [self.height / 2, self.width / 2]
    }

    /// Patches `[lanes, batch x height x width, 9 x inputs]` of maps `[lanes, batch, height x width x inputs]`.
    fn patches(&self, input: Tensor<3>) -> Tensor<3> {
        let [lanes, batch, _] = input.dims();
        let (height, width, inputs) = (self.height, self.width, self.inputs);
        let map = input.reshape([lanes * batch, height, width, inputs]);
        let padded = place(map, [height + 2, width + 2], [1, 1]);
        let taps = (0..9).map(|tap| {
            let (down, right) = (tap / 3, tap % 3);
            padded
                .clone()
                .slice([0..lanes * batch, down..down + height, right..right + width, 0..inputs])
                .reshape([lanes, batch * height * width, inputs])
        });
        Tensor::cat(taps.collect(), 2)
    }

    /// Gradient of the maps from the gradient of the patches: each tap is put back where it was read.
    fn unpatch(&self, patches: Tensor<3>) -> Tensor<3> {
        let [lanes, rows, _] = patches.dims();
        let (height, width, inputs) = (self.height, self.width, self.inputs);
        let batch = rows / (height * width);
        let padded = (0..9)
            .map(|tap| {
                let part = patches.clone().slice([0..lanes, 0..rows, tap * inputs..(tap + 1) * inputs]);
                let map = part.reshape([lanes * batch, height, width, inputs]);
                place(map, [height + 2, width + 2], [tap / 3, tap % 3])
            })
            .reduce(|sum, part| sum + part)
            .expect("there are nine taps");
        padded.slice([0..lanes * batch, 1..height + 1, 1..width + 1, 0..inputs]).reshape([
            lanes,
            batch,
            height * width * inputs,
        ])
    }

    /// The four pool positions one after another, `[lanes, 4 x batch x pooled, channels]`, of
    /// `[lanes, batch x height x width, channels]`.
    fn slabs(&self, map: Tensor<3>) -> Tensor<3> {
        let [lanes, rows, channels] = map.dims();
        let images = lanes * rows / (self.height * self.width);
        let [height, width] = self.pooled();
        let windows = map
            .reshape([images, self.height, self.width, channels])
            .slice([0..images, 0..2 * height, 0..2 * width, 0..channels])
            .reshape([images, height, 2, width, 2, channels]);
        let slab = |position: usize| {
            let (down, right) = (position / 2, position % 2);
            windows
                .clone()
                .slice([0..images, 0..height, down..down + 1, 0..width, right..right + 1, 0..channels])
                .reshape([lanes, images / lanes * height * width, channels])
        };
        Tensor::cat((0..4).map(slab).collect(), 1)
    }

    /// The inverse of [`ConvBlock::slabs`]; a dropped odd edge gets zeros.
    fn unslab(&self, slabs: Tensor<3>) -> Tensor<3> {
        let [lanes, rows, channels] = slabs.dims();
        let [height, width] = self.pooled();
        let slab_rows = rows / 4;
        let images = lanes * slab_rows / (height * width);
        let slab = |position: usize| {
            slabs
                .clone()
                .slice([0..lanes, position * slab_rows..(position + 1) * slab_rows, 0..channels])
                .reshape([images, height, 1, width, 1, channels])
        };
        let row = |down: usize| Tensor::cat(vec![slab(2 * down), slab(2 * down + 1)], 4);
        let windows: Tensor<6> = Tensor::cat(vec![row(0), row(1)], 2);
        place(windows.reshape([images, 2 * height, 2 * width, channels]), [self.height, self.width], [0, 0])
            .reshape([lanes, images / lanes * self.height * self.width, channels])
    }
}

impl Layer for ConvBlock {
    fn weight_shape(&self) -> [usize; 2] {
        [9 * self.inputs, self.channels]
    }

    #[cfg(feature = "gpu")]
    fn kind(&self) -> super::layer::Kind {
        super::layer::Kind::Block
    }

    fn positions(&self) -> usize {
        let [height, width] = self.pooled();
        height * width
    }

    fn forward(&self, weight: &Tensor<3>, bias: Option<&Tensor<3>>, input: Tensor<3>) -> (Tensor<3>, Tape) {
        let patches = self.patches(input);
        let (max, routing) = max4(self.slabs(patches.clone().matmul(weight.clone())));
        (with_bias(max, bias), Tape { input: patches, routing: Some(routing) })
    }

    fn backward(&self, weight: &Tensor<3>, tape: Tape, gradient: Tensor<3>, wants_input: bool) -> Gradients {
        let routing = tape.routing.expect("forward taped which position won");
        let map = self.unslab(routing.spread(gradient));
        Gradients {
            weight: product_over_rows(tape.input, map.clone()),
            input: wants_input.then(|| self.unpatch(map.matmul(weight.clone().swap_dims(1, 2)))),
        }
    }
}

/// A map `[images, h, w, channels]` placed at `[top, left]` in a frame of zeros of `[height, width]`.
fn place(map: Tensor<4>, [height, width]: [usize; 2], [top, left]: [usize; 2]) -> Tensor<4> {
    let [_, rows, columns, _] = map.dims();
    let device = map.device();
    let fill = |map: Tensor<4>, before: usize, after: usize, dim: usize| {
        let zeros = |length: usize| {
            let mut shape = map.dims();
            shape[dim] = length;
            Tensor::zeros(shape, &device)
        };
        let mut parts = Vec::with_capacity(3);
        if before > 0 {
            parts.push(zeros(before));
        }
        parts.push(map.clone());
        if after > 0 {
            parts.push(zeros(after));
        }
        if parts.len() == 1 { map } else { Tensor::cat(parts, dim) }
    };
    let map = fill(map, left, width - left - columns, 2);
    fill(map, top, height - top - rows, 1)
}
