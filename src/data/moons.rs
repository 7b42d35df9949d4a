//! Two half circles that reach into each other: the plainest data no straight line can part.
//!
//! Must not know label noise, which is added to every set alike.

use super::{Request, Set, Source};
use crate::experiment::DataName;
use crate::stream::Stream;
use std::f32::consts::PI;

/// Upper half of a unit circle, and a lower half moved by (1, 0.5), as scikit-learn's `make_moons`.
pub static SET: Set = Set {
    name: DataName::Moons,
    classes: &["upper moon", "lower moon"],
    image: None,
    features: 2,
    probe: &[500; 2],
    source: Source::Generated { generate, pool_max: 5000 },
    attribution: "Generated in your browser.",
};

fn generate(request: &Request<'_>, stream: &mut Stream, inputs: &mut [f32]) {
    for point in inputs.chunks_exact_mut(2) {
        let (sin, cos) = stream.range(0.0, PI).sin_cos();
        let place = if request.class == 0 { [cos, sin] } else { [1.0 - cos, 0.5 - sin] };
        point.copy_from_slice(&place.map(|at| at + request.spec.spread * stream.normal()));
    }
}
