//! Images on the host as a first convolution reads them: as patches for a product of matrices, or in frames.
//!
//! Must not know tensors. Padding 1 around, so a 3x3 convolution keeps the image's size.

/// Size of the images and of the pooled map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patches {
    /// Channels of the image.
    pub channels: usize,
    /// Rows of the image.
    pub height: usize,
    /// Columns of the image.
    pub width: usize,
}

impl Patches {
    /// Numbers per patch.
    pub fn columns(&self) -> usize {
        9 * self.channels
    }

    /// Rows and columns after 2x2 pooling (an odd last row or column is dropped).
    pub fn pooled(&self) -> [usize; 2] {
        [self.height / 2, self.width / 2]
    }

    /// Rows `[4 pool positions, batch, pooled height, pooled width]` of `[channel, 3, 3]` patches.
    ///
    /// `images`: `[batch, channels, height, width]`. The pool position comes first so that pooling
    /// is a maximum of four contiguous slabs.
    #[cfg(any(feature = "gpu", test))]
    pub fn rows(&self, images: &[f32]) -> Vec<f32> {
        let [pooled_height, pooled_width] = self.pooled();
        let image_len = self.channels * self.height * self.width;
        let batch = images.len() / image_len;
        let columns = self.columns();
        let slab = batch * pooled_height * pooled_width * columns;
        let mut rows = vec![0.0; 4 * slab];
        let stride = self.width + 2;
        let plane = (self.height + 2) * stride;
        let mut padded = vec![0.0; self.channels * plane];
        for (index, image) in images.chunks_exact(image_len).enumerate() {
            self.pad(image, &mut padded);
            for position in 0..4 {
                let (down, right) = (position / 2, position % 2);
                let start = position * slab + index * pooled_height * pooled_width * columns;
                let mut out =
                    rows[start..start + pooled_height * pooled_width * columns].chunks_exact_mut(columns);
                for y in 0..pooled_height {
                    let corner_row = (2 * y + down) * stride + right;
                    for x in 0..pooled_width {
                        let Some(patch) = out.next() else { return rows };
                        let corner = corner_row + 2 * x;
                        for (channel, cells) in patch.chunks_exact_mut(9).enumerate() {
                            let from = channel * plane + corner;
                            cells[0..3].copy_from_slice(&padded[from..from + 3]);
                            cells[3..6].copy_from_slice(&padded[from + stride..from + stride + 3]);
                            cells[6..9].copy_from_slice(&padded[from + 2 * stride..from + 2 * stride + 3]);
                        }
                    }
                }
            }
        }
        rows
    }

    /// The images, each in a frame of zeros: `[batch, channels, height + 2, width + 2]`.
    pub fn frames(&self, images: &[f32]) -> Vec<f32> {
        let image_len = self.channels * self.height * self.width;
        let mut frames = vec![0.0; images.len() / image_len * self.frame_len()];
        for (image, frame) in images.chunks_exact(image_len).zip(frames.chunks_exact_mut(self.frame_len())) {
            self.pad(image, frame);
        }
        frames
    }

    /// Numbers of one framed image.
    pub fn frame_len(&self) -> usize {
        self.channels * (self.height + 2) * (self.width + 2)
    }

    /// Copies an image into the middle of a frame of zeros.
    fn pad(&self, image: &[f32], padded: &mut [f32]) {
        let stride = self.width + 2;
        for (row, pixels) in image.chunks_exact(self.width).enumerate() {
            let (channel, y) = (row / self.height, row % self.height);
            let start = channel * (self.height + 2) * stride + (y + 1) * stride + 1;
            padded[start..start + self.width].copy_from_slice(pixels);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_are_the_padded_neighbourhoods() {
        let patches = Patches { channels: 1, height: 2, width: 2 };
        let rows = patches.rows(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(rows.len(), 4 * 9);
        assert_eq!(rows[0..9], [0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 3.0, 4.0]);
        assert_eq!(rows[27..36], [1.0, 2.0, 0.0, 3.0, 4.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn odd_edges_are_dropped() {
        let patches = Patches { channels: 2, height: 5, width: 3 };
        assert_eq!(patches.pooled(), [2, 1]);
        assert_eq!(patches.rows(&vec![1.0; 3 * 30]).len(), 4 * 3 * 2 * 18);
    }
}
