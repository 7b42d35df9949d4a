//! Two round Gaussian clouds in 10 dimensions: the simplest data whose best accuracy is known.
//!
//! Must not know the best accuracy; [`Experiment`](crate::experiment::Experiment) derives it.

use super::{Request, Set, Source};
use crate::experiment::DataName;
use crate::stream::Stream;

/// Class 0 is `N(0, I)`, class 1 is `N(separation, I)`; at separation 0 there is nothing to learn.
pub static SET: Set = Set {
    name: DataName::Gaussians,
    classes: &["class 0", "class 1"],
    image: None,
    features: 10,
    probe: &[500; 2],
    source: Source::Generated { generate, pool_max: 5000 },
    attribution: "Generated in your browser.",
};

fn generate(request: &Request<'_>, stream: &mut Stream, inputs: &mut [f32]) {
    let mean = if request.class == 1 { request.spec.separation } else { 0.0 };
    inputs.fill_with(|| mean + stream.normal());
}
