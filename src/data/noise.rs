//! Random pixels with random labels: what no classifier can learn, as in the article's example 2.
//!
//! Must not let the label reach the pixels.

use super::{Request, Set, Source};
use crate::experiment::DataName;
use crate::stream::Stream;

/// Pixels uniform in `[0, 1)`; the two labels are equally frequent and mean nothing.
pub static SET: Set = Set {
    name: DataName::Noise,
    classes: &["class 0", "class 1"],
    image: Some([3, 32, 32]),
    features: 3 * 32 * 32,
    probe: &[120; 2],
    source: Source::Generated { generate, pool_max: 2500 },
    attribution: "Generated in your browser.",
};

fn generate(_: &Request<'_>, stream: &mut Stream, inputs: &mut [f32]) {
    inputs.fill_with(|| stream.uniform());
}
