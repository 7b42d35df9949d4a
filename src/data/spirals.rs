//! Two spiral arms wound around each other: data that need a deep or wide network.
//!
//! Must not know label noise, which is added to every set alike.

use super::{Request, Set, Source};
use crate::experiment::DataName;
use crate::stream::Stream;
use std::f32::consts::{PI, TAU};

/// Turns of each arm, as in TensorFlow Playground.
const TURNS: f32 = 1.75;
/// Distance of an arm's end from the centre.
const REACH: f32 = 2.0;

/// The second arm is the first turned by half a circle.
pub static SET: Set = Set {
    name: DataName::Spirals,
    classes: &["first arm", "second arm"],
    image: None,
    features: 2,
    probe: &[500; 2],
    source: Source::Generated { generate, pool_max: 5000 },
    attribution: "Generated in your browser.",
};

fn generate(request: &Request<'_>, stream: &mut Stream, inputs: &mut [f32]) {
    let start = if request.class == 0 { 0.0 } else { PI };
    for point in inputs.chunks_exact_mut(2) {
        // The root spreads points evenly along the arm.
        let along = stream.uniform().sqrt();
        let (sin, cos) = (start + TURNS * TAU * along).sin_cos();
        let place = [REACH * along * cos, REACH * along * sin];
        point.copy_from_slice(&place.map(|at| at + request.spec.spread * stream.normal()));
    }
}
