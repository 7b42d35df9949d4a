//! What theory says about a map: lines in the plane of its axes, each with its formula and its limits.
//!
//! A line is where a field over the plane changes sign, so that it is right on any axes. Must not know
//! how it is drawn. Only what applies to the data, the model and the axes is drawn.

mod bayes;
mod born_dead;
mod escape;
mod stability;

pub use escape::Calibration;
pub use stability::{Curvature, limit as stability_limit};

use super::grid::Grid;
use super::plan::Plan;
use super::spec::MapSpec;
use crate::experiment::Experiment;
use crate::t;

/// A result about when training works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// Steps until the minority is found.
    Escape,
    /// What even the best classifier recognises of the minority.
    Bayes,
    /// The largest stable learning rate.
    Stability,
    /// Networks that are dead before the first step.
    BornDead,
}

/// Why a law is not drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// It says nothing about these data, this model or this optimiser.
    Assumptions,
    /// It says the same everywhere on this map.
    Level,
    /// Its line lies beyond this map.
    Outside,
    /// What it needs has not been measured yet.
    NotMeasured,
    /// All coarse cells lie on one side, so that nothing can be calibrated.
    OneSided,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Whose.
    pub law: Law,
    /// What it marks, for a label: "50%"; empty where the law has only one line.
    pub level: String,
    /// Values at [`SIDE`] by [`SIDE`] points, row by row from the bottom: positive on one side, negative
    /// on the other, NaN where the law does not apply.
    pub field: Vec<f32>,
}

/// Points of a field along each side; the first and last lie on the rim of the outermost cells.
pub const SIDE: usize = 49;

/// What lines are made from.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The map.
    pub spec: &'a MapSpec,
    /// Its outcomes so far.
    pub grid: &'a Grid,
    /// Its order.
    pub plan: &'a Plan,
    /// Curvature of the loss, where it was measured.
    pub curvature: Option<&'a Curvature>,
}

impl Law {
    /// Every law.
    pub const ALL: [Self; 4] = [Self::Escape, Self::Bayes, Self::Stability, Self::BornDead];

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Escape => "escape",
            Self::Bayes => "bayes",
            Self::Stability => "stability",
            Self::BornDead => "born_dead",
        }
    }

    /// What the page calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Escape => t!("map.law.escape"),
            Self::Bayes => t!("map.law.bayes"),
            Self::Stability => t!("map.law.stability"),
            Self::BornDead => t!("map.law.born_dead"),
        }
    }

    /// What it says, with its formula.
    pub fn formula(self) -> &'static str {
        match self {
            Self::Escape => t!("map.law.escape.formula"),
            Self::Bayes => t!("map.law.bayes.formula"),
            Self::Stability => t!("map.law.stability.formula"),
            Self::BornDead => t!("map.law.born_dead.formula"),
        }
    }

    /// Where it holds.
    pub fn validity(self) -> &'static str {
        match self {
            Self::Escape => t!("map.law.escape.validity"),
            Self::Bayes => t!("map.law.bayes.validity"),
            Self::Stability => t!("map.law.stability.validity"),
            Self::BornDead => t!("map.law.born_dead.validity"),
        }
    }

    /// Who found it.
    pub fn source(self) -> &'static str {
        match self {
            Self::Escape => t!("map.law.escape.source"),
            Self::Bayes => t!("map.law.bayes.source"),
            Self::Stability => t!("map.law.stability.source"),
            Self::BornDead => t!("map.law.born_dead.source"),
        }
    }

    /// Its lines on a map.
    ///
    /// # Errors
    /// Why there are none.
    pub fn lines(self, known: &Known) -> Result<Vec<Line>, Absent> {
        let lines = match self {
            Self::Escape => escape::lines(known)?,
            Self::Bayes => bayes::lines(known)?,
            Self::Stability => stability::lines(known)?,
            Self::BornDead => born_dead::lines(known)?,
        };
        let crosses = |line: &&Line| {
            let seen = |sign: fn(&f32) -> bool| line.field.iter().any(sign);
            seen(|value| *value > 0.0) && seen(|value| *value <= 0.0)
        };
        let shown: Vec<Line> = lines.iter().filter(crosses).cloned().collect();
        if shown.is_empty() { Err(Absent::Outside) } else { Ok(shown) }
    }
}

impl Absent {
    /// Why, for the visitor.
    pub fn text(self) -> &'static str {
        match self {
            Self::Assumptions => t!("map.absent.assumptions"),
            Self::Level => t!("map.absent.level"),
            Self::Outside => t!("map.absent.outside"),
            Self::NotMeasured => t!("map.absent.not_measured"),
            Self::OneSided => t!("map.absent.one_sided"),
        }
    }
}

/// How well the escape line parts the cells that it was not fitted to.
pub fn calibration(known: &Known) -> Option<Calibration> {
    escape::calibrate(known)
}

/// `value` of the experiment at every point of a field; `None` is NaN.
///
/// # Errors
/// It is `None` everywhere, or the same everywhere.
fn field(spec: &MapSpec, value: impl Fn(&Experiment, Point) -> Option<f64>) -> Result<Vec<f32>, Absent> {
    let (columns, rows) = spec.size();
    let share = |at: usize, cells: usize| {
        (at as f64 / (SIDE - 1) as f64 * cells as f64 - 0.5) / (cells - 1).max(1) as f64
    };
    let mut field = Vec::with_capacity(SIDE * SIDE);
    for row in 0..SIDE {
        for column in 0..SIDE {
            let point = Point { x: share(column, columns), y: share(row, rows) };
            if !spec.x.reaches(point.x) || !spec.y.reaches(point.y) {
                field.push(f32::NAN);
                continue;
            }
            let experiment = spec.at(spec.x.at(point.x), spec.y.at(point.y));
            field.push(value(&experiment, point).map_or(f32::NAN, |value| value as f32));
        }
    }
    let finite = || field.iter().copied().filter(|value| value.is_finite());
    let Some(first) = finite().next() else { return Err(Absent::Assumptions) };
    if finite().all(|value| (value - first).abs() < 1e-6) {
        return Err(Absent::Level);
    }
    Ok(field)
}

/// A place as shares of the axes; a little below 0 and above 1 at the rim.
#[derive(Clone, Copy, Debug)]
struct Point {
    x: f64,
    y: f64,
}

/// How many times more often the most frequent class is drawn than the rarest; `None` where a class is
/// starved.
fn ratio(experiment: &Experiment) -> Option<f64> {
    let shares = experiment.class_shares();
    let most = shares.iter().copied().fold(0.0, f32::max);
    let least = shares.iter().copied().fold(f32::INFINITY, f32::min);
    (least > 0.0).then(|| f64::from(most / least))
}

#[cfg(test)]
mod tests;
