//! A 3x3 convolution and the maximum of each 2x2 pool of it, of images on the host, and its gradient.
//!
//! Must not know layers. Nothing between the images and the pool is ever in memory: patches are nine times the
//! images, and what they give is four times what a pool leaves of it. A pool is also the tile of Winograd's
//! minimal filtering F(2x2, 3x3) (Lavin & Gray 2016, section 4.1, whose names the formulas have): 16 products
//! instead of 36.

use crate::{Plain, contiguous, new, part};
use burn_backend::Shape;
use burn_flex::FlexTensor;
use wide::f32x4;

/// Filters at once.
const WIDTH: usize = 4;
/// A 4 x 4 matrix of numbers that are multiplied, or of those of [`WIDTH`] filters; a column after the other.
type Tile<T> = [[T; 4]; 4];
/// Pools whose slopes are collected at once: with what they are multiplied with, within the nearest cache.
const BLOCK: usize = 64;
/// Numbers read at once from a row of a patch, of which three are the patch's.
const READ: usize = 4;

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

/// Of each number of a maximum, where in its frame the patch begins that gave it.
pub struct Origins(Vec<u32>);

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
            let blocks = blocks(weight, filters);
            let outputs = most.chunks_exact_mut(size).zip(origins.chunks_exact_mut(size));
            for (frame, (most, origins)) in lane_of(frames, lane).chunks_exact(framed.len()).zip(outputs) {
                convolve(frame, framed, &blocks, filters, most, origins);
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
        let mut routes = Routes::new(filters);
        let mut image = vec![0.0; framed.len() + READ];
        let per_lane = (shape[1] * filters).max(1);
        let slopes = part(&gradient).chunks_exact(per_lane).zip(origins.0.chunks_exact(per_lane));
        for (lane, (product, (slopes, origins))) in
            products.chunks_exact_mut(columns * filters).zip(slopes).enumerate()
        {
            let images = lane_of(frames, lane).chunks_exact(framed.len());
            let slopes = slopes.chunks_exact(size).zip(origins.chunks_exact(size));
            for (frame, (slopes, origins)) in images.zip(slopes) {
                // With room behind it for the last read, which goes a number beyond.
                image[..framed.len()].copy_from_slice(frame);
                let blocks = slopes.chunks(BLOCK * filters).zip(origins.chunks(BLOCK * filters));
                for (slopes, origins) in blocks {
                    routes.collect(slopes, origins);
                    routes.add(&image, framed, product);
                }
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

/// `[9 x channels, filters]` in blocks of [`WIDTH`] filters, the last filled up with zeros, ready to be multiplied:
/// a tile per channel.
fn blocks(weight: &[f32], filters: usize) -> Vec<Vec<Tile<f32x4>>> {
    let block = |first: usize| {
        let row = |row: &[f32]| {
            let mut taps = [0.0; WIDTH];
            let part = &row[first..filters.min(first + WIDTH)];
            taps[..part.len()].copy_from_slice(part);
            f32x4::from(taps)
        };
        let taps: Vec<f32x4> = weight.chunks_exact(filters).map(row).collect();
        taps.as_chunks::<9>().0.iter().map(tile_of_filters).collect()
    };
    (0..filters).step_by(WIDTH).map(block).collect()
}

/// `G g G^T`.
fn tile_of_filters(taps: &[f32x4; 9]) -> Tile<f32x4> {
    let four = |[a, b, c]: [f32x4; 3]| {
        let half = f32x4::splat(0.5);
        [a, (a + b + c) * half, (a - b + c) * half, c]
    };
    let rows: [[f32x4; 4]; 3] =
        std::array::from_fn(|row| four([taps[3 * row], taps[3 * row + 1], taps[3 * row + 2]]));
    std::array::from_fn(|column| four(rows.map(|row| row[column])))
}

/// `B^T d B` of the four rows of pixels around a pool.
#[inline(always)]
fn tile_of_pixels(rows: [&[f32; 4]; 4]) -> Tile<f32> {
    let [a, b, c, d] = rows.map(|row| f32x4::from(*row));
    let rows = [a - c, b + c, c - b, b - d].map(f32x4::to_array);
    let column = |of: fn([f32; 4]) -> f32| rows.map(of);
    [
        column(|row| row[0] - row[2]),
        column(|row| row[1] + row[2]),
        column(|row| row[2] - row[1]),
        column(|row| row[1] - row[3]),
    ]
}

/// One image.
fn convolve(
    frame: &[f32],
    framed: Framed,
    blocks: &[Vec<Tile<f32x4>>],
    filters: usize,
    most: &mut [f32],
    origins: &mut [u32],
) {
    let positions = framed.positions().map(|position| position as f32);
    let mut tiles = vec![[[0.0; 4]; 4]; framed.channels];
    let outputs = most.chunks_exact_mut(filters).zip(origins.chunks_exact_mut(filters));
    for (pool, (most, origins)) in outputs.enumerate() {
        let corner = framed.corner(pool);
        for (channel, tile) in tiles.iter_mut().enumerate() {
            let first = corner + channel * framed.plane();
            let row = |row: usize| frame[first + row * framed.stride()..].first_chunk().expect("four pixels");
            *tile = tile_of_pixels([row(0), row(1), row(2), row(3)]);
        }
        let places = positions.map(|position| f32x4::splat(corner as f32 + position));
        let outputs = most.chunks_mut(WIDTH).zip(origins.chunks_mut(WIDTH));
        for (block, (most, origins)) in blocks.iter().zip(outputs) {
            let (found, from) = greatest(sums(&tiles, block), places);
            write(found.to_array(), most);
            write(from.fast_trunc_int().to_array().map(|from| from as u32), origins);
        }
    }
}

/// As many as there is room for.
#[inline(always)]
fn write<T: Copy>(numbers: [T; WIDTH], to: &mut [T]) {
    match to.first_chunk_mut() {
        Some(to) => *to = numbers,
        None => to.copy_from_slice(&numbers[..to.len()]),
    }
}

/// What a block of filters gives at the four positions of a pool: `A^T [sum of products] A`.
#[inline(always)]
fn sums(tiles: &[Tile<f32>], block: &[Tile<f32x4>]) -> [f32x4; 4] {
    let column = |column: usize| {
        let mut products = [f32x4::ZERO; 4];
        for (tile, taps) in tiles.iter().zip(block) {
            for row in 0..4 {
                products[row] += f32x4::splat(tile[column][row]) * taps[column][row];
            }
        }
        let [a, b, c, d] = products;
        [a + b + c, b - c - d]
    };
    let [a, b, c, d] = [column(0), column(1), column(2), column(3)];
    [a[0] + b[0] + c[0], b[0] - c[0] - d[0], a[1] + b[1] + c[1], b[1] - c[1] - d[1]]
}

/// The greatest of the four and its place. `max(a, b) = a + relu(b - a)`, as in the expression it stands for.
#[inline(always)]
fn greatest([a, b, c, d]: [f32x4; 4], places: [f32x4; 4]) -> (f32x4, f32x4) {
    let (left, right) = (relu(c - a), relu(d - b));
    let (one, other) = (a + left, b + right);
    let excess = relu(other - one);
    let of_left = left.simd_gt(f32x4::ZERO).bitselect(places[2], places[0]);
    let of_right = right.simd_gt(f32x4::ZERO).bitselect(places[3], places[1]);
    (one + excess, excess.simd_gt(f32x4::ZERO).bitselect(of_right, of_left))
}

/// NaN stays NaN.
#[inline(always)]
fn relu(x: f32x4) -> f32x4 {
    x.simd_le(f32x4::ZERO).bitselect(f32x4::ZERO, x)
}

/// The slopes of a block of pools that are not 0, by filter, with where their patches begin.
struct Routes {
    filters: usize,
    lists: Vec<[(u32, f32); BLOCK]>,
    counts: Vec<usize>,
}

impl Routes {
    fn new(filters: usize) -> Self {
        Self { filters, lists: vec![[(0, 0.0); BLOCK]; filters], counts: vec![0; filters] }
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

    /// Adds their part of the gradient.
    fn add(&self, image: &[f32], framed: Framed, product: &mut [f32]) {
        for channel in (0..framed.channels).step_by(3) {
            match framed.channels - channel {
                1 => self.add_channels::<1>(channel, image, framed, product),
                2 => self.add_channels::<2>(channel, image, framed, product),
                _ => self.add_channels::<3>(channel, image, framed, product),
            }
        }
    }

    /// That of as many channels, which together have no more sums than there are registers for.
    #[inline(never)]
    fn add_channels<const CHANNELS: usize>(
        &self,
        channel: usize,
        image: &[f32],
        framed: Framed,
        product: &mut [f32],
    ) {
        let (plane, stride) = (framed.plane(), framed.stride());
        let image = &image[channel * plane..];
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
