//! Says "class imbalance" of everything, and oversamples: what a diagnosis must beat.

use super::{Named, Opinion};
use crate::cause::Cause;
use crate::remedy::patch;
use collapse_lab::telemetry::Snapshot;

pub(super) fn examine(looks: &[Snapshot]) -> Opinion {
    let remedy = patch("weighting=oversampling");
    let named = Named { name: "imbalance", causes: &[Cause::Imbalance], remedy: Some(remedy.clone()) };
    let step = looks.first().map_or(0, |first| first.step);
    Opinion::at(step, vec![named], vec![remedy])
}
