//! Discs against rings: images in which only the shape tells the classes apart, so that where it
//! was seen in training decides whether it is recognised elsewhere.
//!
//! Must not know augmentation, which is the cure for what this set does.

use super::{Part, Request, Set, Source};
use crate::experiment::DataName;
use crate::stream::Stream;

const SIDE: usize = 32;
const QUADRANT: f32 = 16.0;
const PIXELS: usize = SIDE * SIDE;

/// One shape per image; outer radius, colours and pixel noise are drawn alike for both classes.
pub static SET: Set = Set {
    name: DataName::Shapes,
    classes: &["disc", "ring"],
    image: Some([3, SIDE, SIDE]),
    features: 3 * PIXELS,
    probe: &[120; 2],
    source: Source::Generated { generate, pool_max: 2500 },
    attribution: "Generated in your browser.",
};

fn generate(request: &Request<'_>, stream: &mut Stream, inputs: &mut [f32]) {
    for (index, image) in inputs.chunks_exact_mut(3 * PIXELS).enumerate() {
        let place = match (request.spec.position_shift, request.part) {
            (false, _) => Place::Anywhere,
            (true, Part::Pool) => Place::Quadrant { right: false, lower: false },
            // The other three in turn, equally often.
            (true, Part::Probe) => Place::Quadrant { right: index % 3 != 1, lower: index % 3 != 0 },
        };
        draw(request.class == 1, place, stream, image);
    }
}

/// Where the whole shape must lie.
#[derive(Clone, Copy)]
enum Place {
    Anywhere,
    Quadrant { right: bool, lower: bool },
}

/// `image`: `[3, 32, 32]`.
fn draw(is_ring: bool, place: Place, stream: &mut Stream, image: &mut [f32]) {
    let outer = stream.range(4.5, 7.0);
    let inner = if is_ring { outer * 0.6 } else { 0.0 };
    let (left, top, room) = match place {
        Place::Anywhere => (0.0, 0.0, SIDE as f32),
        Place::Quadrant { right, lower } => {
            (QUADRANT * f32::from(u8::from(right)), QUADRANT * f32::from(u8::from(lower)), QUADRANT)
        }
    };
    // Half a pixel of margin keeps the soft edge inside as well.
    let margin = outer + 0.5;
    let x = left + stream.range(margin, room - margin);
    let y = top + stream.range(margin, room - margin);
    for channel in image.chunks_exact_mut(PIXELS) {
        let background = stream.range(0.0, 0.3);
        let colour = stream.range(0.6, 1.0);
        for (index, pixel) in channel.iter_mut().enumerate() {
            let dx = (index % SIDE) as f32 + 0.5 - x;
            let dy = (index / SIDE) as f32 + 0.5 - y;
            let cover = coverage((dx * dx + dy * dy).sqrt(), inner, outer);
            let grain = stream.range(-0.05, 0.05);
            *pixel = (background + (colour - background) * cover + grain).clamp(0.0, 1.0);
        }
    }
}

/// Share of a pixel at `distance` from the centre that the shape covers, with edges one pixel soft.
fn coverage(distance: f32, inner: f32, outer: f32) -> f32 {
    let in_outer = (outer - distance + 0.5).clamp(0.0, 1.0);
    let in_hole = if inner > 0.0 { (inner - distance + 0.5).clamp(0.0, 1.0) } else { 0.0 };
    in_outer - in_hole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::tests::{load, spec};
    use crate::data::{Dataset, Examples};
    use crate::experiment::DataSpec;

    fn shapes(position_shift: bool) -> Dataset {
        load(&DataSpec { position_shift, train_size: 400, ..spec(DataName::Shapes) }, 1)
    }

    /// Left, top, right and bottom of the shape: what is brighter than any background.
    fn bounds(image: &[f32]) -> [usize; 4] {
        let lit = || (0..PIXELS).filter(|&at| image[at] > 0.45);
        let (x, y) = (|at| at % SIDE, |at| at / SIDE);
        let ends = (lit().map(x).min(), lit().map(y).min(), lit().map(x).max(), lit().map(y).max());
        let (Some(left), Some(top), Some(right), Some(bottom)) = ends else { panic!("no shape") };
        [left, top, right, bottom]
    }

    /// Images with the whole shape in the left-top, right-top, left-bottom and right-bottom
    /// quadrant, and those across a border.
    fn quadrants(examples: &Examples) -> [usize; 5] {
        let mut counts = [0; 5];
        for image in examples.inputs.chunks_exact(3 * PIXELS) {
            let [left, top, right, bottom] = bounds(image).map(|end| end / 16);
            counts[if left == right && top == bottom { 2 * top + left } else { 4 }] += 1;
        }
        counts
    }

    #[test]
    fn shifted_positions_never_meet_between_training_and_test() {
        let dataset = shapes(true);
        assert_eq!(quadrants(&dataset.pool), [800, 0, 0, 0, 0]);
        assert_eq!(quadrants(&dataset.probe), [0, 80, 80, 80, 0]);
    }

    #[test]
    fn unshifted_positions_are_everywhere_in_both() {
        let dataset = shapes(false);
        for examples in [&dataset.pool, &dataset.probe] {
            let counts = quadrants(examples);
            assert!(counts.iter().all(|&count| count > 5), "{counts:?}");
        }
    }

    #[test]
    fn only_the_middle_tells_the_classes_apart() {
        let pool = shapes(true).pool;
        let mean_width = |class| {
            let widths = (0..pool.labels.len()).filter(|&at| pool.labels[at] == class).map(|at| {
                let [left, _, right, _] = bounds(pool.row(at));
                (right - left + 1) as f32
            });
            widths.sum::<f32>() / 400.0
        };
        // Two draws of 400 sizes with a spread of about 1.5 pixels: standard error 0.1.
        assert!((mean_width(0) - mean_width(1)).abs() < 0.4, "{} {}", mean_width(0), mean_width(1));
        for (image, &label) in pool.inputs.chunks_exact(3 * PIXELS).zip(&pool.labels) {
            let [left, top, right, bottom] = bounds(image);
            let middle = image[(top + bottom) / 2 * SIDE + (left + right) / 2];
            assert_eq!(middle < 0.45, label == 1);
        }
    }
}
