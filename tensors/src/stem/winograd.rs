//! A convolution and its pool forward: a pool is also the tile of Winograd's minimal filtering F(2x2, 3x3) (Lavin &
//! Gray 2016, section 4.1, whose names the formulas have), 16 products instead of 36.
//!
//! Must not know tensors.

use super::Framed;
use wide::f32x4;

/// Filters at once.
const WIDTH: usize = 4;
/// A 4 x 4 matrix of numbers that are multiplied, or of those of [`WIDTH`] filters; a column after the other.
pub(super) type Tile<T> = [[T; 4]; 4];

/// `[9 x channels, filters]` in blocks of [`WIDTH`] filters, the last filled up with zeros, ready to be multiplied:
/// a tile per channel.
pub(super) fn blocks(weight: &[f32], filters: usize) -> Vec<Vec<Tile<f32x4>>> {
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
pub(super) fn convolve(
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
