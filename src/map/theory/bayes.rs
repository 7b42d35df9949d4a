//! What even the best classifier recognises of the minority of two Gaussians.
//!
//! The classifier that is right most often decides by `log ratio` in favour of the majority: of the rare
//! class it finds `Phi(d/2 - ln(ratio)/d)`, `d` being the distance of the means in standard deviations
//! (Bayes' rule for equal covariances, for example Hastie, Tibshirani & Friedman 2009, section 4.3).
//! Must not know other laws.

use super::{Absent, Known, Law, Line, field, ratio};
use crate::experiment::{DataName, Experiment, Weighting, normal_cdf};
use crate::words;

/// Recall marked by lines: half of the minority, and a tenth.
const LEVELS: [f32; 2] = [0.5, 0.1];

pub(super) fn lines(known: &Known) -> Result<Vec<Line>, Absent> {
    let ceiling = field(known.spec, |experiment, _| ceiling(experiment).map(f64::from))?;
    let line = |level: f32| Line {
        law: Law::Bayes,
        level: words::percent(level),
        field: ceiling.iter().map(|ceiling| ceiling - level).collect(),
    };
    Ok(LEVELS.map(line).to_vec())
}

/// Recall of the rare class under the rule that is right most often; `None` where it is not known.
pub fn ceiling(experiment: &Experiment) -> Option<f32> {
    let (data, live) = (&experiment.data, &experiment.live);
    let known = data.name == DataName::Gaussians
        && live.weighting == Weighting::None
        && live.prior_correction == 0.0
        && live.threshold == 0.5
        && [data.label_noise, data.label_flip, data.test_shift] == [0.0; 3]
        && data.test_scale == 1.0
        && data.separation > 0.0;
    known.then_some(())?;
    let distance = data.separation * 10f32.sqrt();
    let ratio = ratio(experiment)? as f32;
    Some(normal_cdf(distance / 2.0 - ratio.ln() / distance))
}
