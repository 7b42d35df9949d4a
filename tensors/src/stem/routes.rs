//! A convolution and its pool backward: slopes by filter, with the pixels their sums came from.
//!
//! Must not know tensors.

use super::Framed;
use wide::f32x4;

/// Pools whose slopes are collected at once: with what they are multiplied with, within the nearest cache.
const BLOCK: usize = 64;
/// Numbers read at once from a row of a patch, of which three are the patch's.
const READ: usize = 4;

/// The slopes of a block of pools that are not 0, by filter, with where their patches begin.
pub(super) struct Routes {
    framed: Framed,
    filters: usize,
    /// With room behind it for the last read, which goes a number beyond.
    image: Vec<f32>,
    lists: Vec<[(u32, f32); BLOCK]>,
    counts: Vec<usize>,
}

impl Routes {
    pub fn new(framed: Framed, filters: usize) -> Self {
        let lists = vec![[(0, 0.0); BLOCK]; filters];
        Self { framed, filters, image: vec![0.0; framed.len() + READ], lists, counts: vec![0; filters] }
    }

    /// Adds an image's part of the gradient of the weight.
    pub fn add(&mut self, frame: &[f32], slopes: &[f32], origins: &[u32], product: &mut [f32]) {
        self.image[..frame.len()].copy_from_slice(frame);
        let size = BLOCK * self.filters;
        for (slopes, origins) in slopes.chunks(size).zip(origins.chunks(size)) {
            self.collect(slopes, origins);
            for channel in (0..self.framed.channels).step_by(3) {
                match self.framed.channels - channel {
                    1 => self.add_channels::<1>(channel, product),
                    2 => self.add_channels::<2>(channel, product),
                    _ => self.add_channels::<3>(channel, product),
                }
            }
        }
    }

    fn collect(&mut self, slopes: &[f32], origins: &[u32]) {
        self.counts.fill(0);
        let rows = slopes.chunks_exact(self.filters).zip(origins.chunks_exact(self.filters));
        for (slopes, origins) in rows {
            let lists = self.lists.iter_mut().zip(&mut self.counts);
            for ((slope, origin), (list, count)) in slopes.iter().zip(origins).zip(lists) {
                // A write that the next one replaces is faster than a branch.
                list[*count % BLOCK] = (*origin, *slope);
                *count += usize::from(*slope != 0.0);
            }
        }
    }

    /// The collected part of as many channels, which together have no more sums than there are registers for.
    #[inline(never)]
    fn add_channels<const CHANNELS: usize>(&self, channel: usize, product: &mut [f32]) {
        let (plane, stride) = (self.framed.plane(), self.framed.stride());
        let image = &self.image[channel * plane..];
        let reach = (CHANNELS - 1) * plane + 2 * stride + READ;
        for (filter, (list, count)) in self.lists.iter().zip(&self.counts).enumerate() {
            let mut sums = [[f32x4::ZERO; 3]; CHANNELS];
            for (from, slope) in &list[..*count] {
                let patch = &image[*from as usize..][..reach];
                let slope = f32x4::splat(*slope);
                for (channel, sums) in sums.iter_mut().enumerate() {
                    for (down, sum) in sums.iter_mut().enumerate() {
                        let first = channel * plane + down * stride;
                        // SAFETY: the last of these reads ends at `reach`, which is the patch's length.
                        let pixels: [f32; READ] =
                            unsafe { patch.as_ptr().add(first).cast::<[f32; READ]>().read_unaligned() };
                        *sum += slope * f32x4::from(pixels);
                    }
                }
            }
            let mut at = 9 * channel * self.filters + filter;
            for sums in sums.as_flattened() {
                for sum in &sums.to_array()[..3] {
                    product[at] += sum;
                    at += self.filters;
                }
            }
        }
    }
}
