//! The largest learning rate at which the first steps do not overshoot: the curvature's edge.
//!
//! Gradient descent is stable along the steepest direction while `learning rate < 2 / lambda_max`, with
//! momentum `(2 + 2 beta) / lambda_max` (Cohen et al. 2021, arXiv:2103.00065); Adam while it is below
//! `(2 + 2 beta1) / (1 - beta1) / lambda`, 38 for 0.9, `lambda` being that of the curvature divided by
//! Adam's own scale (Cohen et al. 2022, arXiv:2207.14484). Must not know other laws, or how curvature is
//! measured.

use super::{Absent, Known, Law, Line, Point, field};
use crate::experiment::{Experiment, LossName, OptimizerName, Weighting};
use crate::map::spec::{MapSpec, Place};

/// Largest eigenvalues of the loss's curvature before the first step, at a few places of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Curvature {
    /// Places across and up.
    size: (usize, usize),
    /// `ln lambda_max` of each seed at each place, row by row from the bottom.
    logs: Vec<Vec<f64>>,
}

/// Places along an axis that moves the curvature.
const PLACES: usize = 5;
/// Seeds a place is measured with: the width of the band.
pub const SEEDS: u32 = 3;

impl Curvature {
    /// The runs to measure for a map, place by place, [`SEEDS`] each; none where the law does not apply.
    pub fn wanted(spec: &MapSpec) -> Vec<Experiment> {
        let size = Self::size(spec);
        if limit(&spec.base).is_none() {
            return Vec::new();
        }
        let share = |at: usize, places: usize| at as f64 / (places - 1).max(1) as f64;
        let mut wanted = Vec::new();
        for row in 0..size.1 {
            for column in 0..size.0 {
                let place = Place { x: spec.x.at(share(column, size.0)), y: spec.y.at(share(row, size.1)) };
                wanted.extend((0..SEEDS).map(|seed| spec.run(place, seed)));
            }
        }
        wanted
    }

    /// What was measured for [`Curvature::wanted`]; `None` where it is not the same number.
    pub fn new(spec: &MapSpec, largest: &[f32]) -> Option<Self> {
        let size = Self::size(spec);
        (largest.len() == size.0 * size.1 * SEEDS as usize).then_some(())?;
        let logs = largest.chunks_exact(SEEDS as usize);
        let logs = logs.map(|seeds| seeds.iter().map(|value| f64::from(*value).ln()).collect());
        Some(Self { size, logs: logs.collect() })
    }

    /// The learning rate does not move the curvature before the first step.
    fn size(spec: &MapSpec) -> (usize, usize) {
        let places = |name: &str| if name == "learning_rate" { 1 } else { PLACES };
        (places(spec.x.knob.name), places(spec.y.knob.name))
    }

    /// `ln lambda_max` at a place, between the measured places in proportion; `pick` chooses among seeds.
    fn at(&self, point: Point, pick: fn(f64, f64) -> f64) -> Option<f64> {
        let (columns, rows) = self.size;
        let along = |share: f64, places: usize| {
            let at = share.clamp(0.0, 1.0) * (places - 1) as f64;
            let from = (at as usize).min(places.saturating_sub(2));
            (from, at - from as f64, (from + 1).min(places - 1))
        };
        let ((left, across, right), (low, up, high)) = (along(point.x, columns), along(point.y, rows));
        let corner = |column: usize, row: usize| {
            self.logs[row * columns + column].iter().copied().reduce(pick).unwrap_or(f64::NAN)
        };
        let blend = |a: f64, b: f64, share: f64| if share == 0.0 { a } else { a + (b - a) * share };
        let bottom = blend(corner(left, low), corner(right, low), across);
        let top = blend(corner(left, high), corner(right, high), across);
        let value = blend(bottom, top, up);
        value.is_finite().then_some(value)
    }
}

pub(super) fn lines(known: &Known) -> Result<Vec<Line>, Absent> {
    if limit(&known.spec.base).is_none() {
        return Err(Absent::Assumptions);
    }
    let curvature = known.curvature.ok_or(Absent::NotMeasured)?;
    let line = |pick: fn(f64, f64) -> f64| {
        let field = field(known.spec, |experiment, point| {
            let edge = limit(experiment)?.ln() - curvature.at(point, pick)?;
            Some(f64::from(experiment.live.learning_rate).ln() - edge)
        })?;
        Ok(Line { law: Law::Stability, level: String::new(), field })
    };
    // The band: the edge of the steepest seed comes first.
    Ok(vec![line(f64::max)?, line(f64::min)?])
}

/// Learning rate times curvature at the edge; `None` for optimisers without a known edge, and where the
/// curvature is not measured.
pub fn limit(experiment: &Experiment) -> Option<f64> {
    let measured = experiment.loss.name == LossName::CrossEntropy
        && experiment.live.weighting != Weighting::LogitAdjustment;
    measured.then_some(())?;
    let optimizer = &experiment.optimizer;
    let (momentum, mean) = (f64::from(optimizer.momentum), f64::from(optimizer.beta_mean));
    match optimizer.name {
        OptimizerName::Sgd => Some(2.0 + 2.0 * momentum),
        OptimizerName::Adam | OptimizerName::AdamW => Some((2.0 + 2.0 * mean) / (1.0 - mean)),
        OptimizerName::RmsProp => None,
    }
}
