//! A ring around a disc: classes with the same mean, told apart only by how far out they lie.
//!
//! Must not know label noise, which is added to every set alike.

use super::{Request, Set, Source};
use crate::experiment::DataName;
use crate::stream::Stream;
use std::f32::consts::TAU;

/// A disc of radius 0.5 evenly filled, and the circle of radius 1.
pub static SET: Set = Set {
    name: DataName::Circles,
    classes: &["disc", "ring"],
    image: None,
    features: 2,
    probe: &[500; 2],
    source: Source::Generated { generate, pool_max: 5000 },
    attribution: "Generated in your browser.",
};

fn generate(request: &Request<'_>, stream: &mut Stream, inputs: &mut [f32]) {
    for point in inputs.chunks_exact_mut(2) {
        // The root spreads points evenly over the area.
        let radius = if request.class == 0 { 0.5 * stream.uniform().sqrt() } else { 1.0 };
        let (sin, cos) = stream.range(0.0, TAU).sin_cos();
        let place = [radius * cos, radius * sin];
        point.copy_from_slice(&place.map(|at| at + request.spec.spread * stream.normal()));
    }
}
