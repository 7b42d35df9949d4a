//! Points in 20 dimensions labelled by which side of a random plane they lie on.
//!
//! Must not know label noise, which is added to every set alike.

use super::{Request, Set, Source};
use crate::experiment::DataName;
use crate::stream::Stream;

const FEATURES: usize = 20;

/// Inputs are uniform in `[0, 1)`, as in the article; the plane passes through their centre, so
/// both classes are equally likely, and is the same for all examples of a seed.
pub static SET: Set = Set {
    name: DataName::Linear,
    classes: &["below the plane", "above the plane"],
    image: None,
    features: FEATURES,
    probe: &[500; 2],
    source: Source::Generated { generate, pool_max: 5000 },
    attribution: "Generated in your browser.",
};

fn generate(request: &Request<'_>, stream: &mut Stream, inputs: &mut [f32]) {
    let rule = rule(request.seed);
    let above = request.class == 1;
    for row in inputs.chunks_exact_mut(FEATURES) {
        // Rejection keeps each class uniform on its side; every second draw fits.
        loop {
            row.fill_with(|| stream.uniform());
            if (score(&rule, row) > 0.0) == above {
                break;
            }
        }
    }
}

/// Normal vector of the plane.
fn rule(seed: u32) -> [f32; FEATURES] {
    let mut stream = Stream::named(seed, "rule");
    std::array::from_fn(|_| stream.normal())
}

/// Signed distance from the plane, in units of the rule's length.
fn score(rule: &[f32; FEATURES], row: &[f32]) -> f32 {
    rule.iter().zip(row).map(|(weight, input)| weight * (input - 0.5)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Dataset;
    use crate::experiment::Experiment;

    #[test]
    fn the_plane_separates_pool_and_probe_perfectly() {
        let mut spec = Experiment::default().data;
        spec.name = DataName::Linear;
        let dataset = Dataset::load(&spec, 4, None).expect("generated");
        for part in [&dataset.pool, &dataset.probe] {
            for (row, &label) in part.inputs.chunks_exact(FEATURES).zip(&part.labels) {
                assert_eq!(u8::from(score(&rule(4), row) > 0.0), label);
            }
        }
        assert_ne!(rule(4), rule(5));
    }
}
