//! Four round clusters in the plane: many classes that are easy to see.
//!
//! Must not know the best accuracy; [`Experiment`](crate::experiment::Experiment) derives it.

use super::{Request, Set, Source};
use crate::experiment::DataName;
use crate::stream::Stream;

/// Clusters with standard deviation `spread` around the corners of the square from -1 to 1.
pub static SET: Set = Set {
    name: DataName::Blobs,
    classes: &["lower left", "lower right", "upper left", "upper right"],
    image: None,
    features: 2,
    probe: &[250; 4],
    source: Source::Generated { generate, pool_max: 5000 },
    attribution: "Generated in your browser.",
};

fn generate(request: &Request<'_>, stream: &mut Stream, inputs: &mut [f32]) {
    let side = |upper: bool| if upper { 1.0 } else { -1.0 };
    let corner = [side(request.class % 2 == 1), side(request.class >= 2)];
    for point in inputs.chunks_exact_mut(2) {
        point.copy_from_slice(&corner.map(|at| at + request.spec.spread * stream.normal()));
    }
}
