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
    probe_per_class: 120,
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
