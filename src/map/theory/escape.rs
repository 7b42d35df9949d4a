//! Steps until the minority is found: about `C ratio^0.9 / learning rate`.
//!
//! While the majority outweighs the minority, its gradient rules and the minority's recall first falls to
//! nothing; the way back takes the longer the rarer the minority and the smaller the step (Francazi,
//! Baity-Jesi & Lucchi 2023, "A Theoretical Analysis of the Learning Dynamics under Class Imbalance",
//! arXiv:2207.00391). The exponent is that of this laboratory's own runs; the constant depends on data and
//! model, so it is fitted to the coarse cells of the very map and judged by the others. Must not know
//! other laws.

use super::bayes::ceiling;
use super::{Absent, Known, Law, Line, field, ratio};
use crate::diagnosis::RECALL_FOUND;
use crate::experiment::{Experiment, Schedule, Weighting};
use crate::order;

/// Skill from which a model knows more than initial weights and a few steps that help the majority.
const SKILL_FOUND: f32 = 0.25;
/// Exponent of the ratio.
const EXPONENT: f64 = 0.9;

/// The constant fitted to a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// `ln C`.
    pub log_constant: f64,
    /// Cells it was fitted to.
    pub coarse: usize,
    /// Other cells trained so far.
    pub others: usize,
    /// How many of those lie on the side the line says.
    pub right: usize,
}

pub(super) fn lines(known: &Known) -> Result<Vec<Line>, Absent> {
    let spec = known.spec;
    // First whether the law says anything here at all, then whether it can be calibrated.
    field(spec, |experiment, _| reach(experiment))?;
    let calibration = calibrate(known).ok_or_else(|| match known.grid.trained() {
        0 => Absent::NotMeasured,
        _ => Absent::OneSided,
    })?;
    let field = field(spec, |experiment, _| Some(reach(experiment)? - calibration.log_constant))?;
    Ok(vec![Line { law: Law::Escape, level: String::new(), field }])
}

/// `ln(learning rate x steps / ratio^0.9)`: beyond `ln C` the minority is found in time.
fn reach(experiment: &Experiment) -> Option<f64> {
    let live = &experiment.live;
    let plain = live.weighting == Weighting::None && live.schedule == Schedule::Constant;
    plain.then_some(())?;
    Some((f64::from(live.learning_rate) * f64::from(live.steps)).ln() - EXPONENT * ratio(experiment)?.ln())
}

/// The constant that puts most coarse cells on their side; `None` without coarse cells on both sides.
/// Between equally good constants the middle one.
pub(super) fn calibrate(known: &Known) -> Option<Calibration> {
    let places = known.spec.places();
    let seen = |cell: usize| {
        let summary = known.grid.summary(cell).filter(|summary| !summary.is_diverged())?;
        let experiment = known.spec.at(places[cell].x, places[cell].y);
        // Where even the best classifier misses most of the minority, no time is enough.
        let is_possible = ceiling(&experiment).is_none_or(|ceiling| ceiling >= 0.5);
        // A model that has hardly moved still answers at random: recall without skill.
        let found = summary.minority_recall > RECALL_FOUND && summary.skill > SKILL_FOUND;
        is_possible.then_some((reach(&experiment)?, found))
    };
    let part = |coarse: bool| -> Vec<(f64, bool)> {
        let cells = (0..known.grid.len()).filter(|&cell| known.plan.is_coarse(cell) == coarse);
        cells.filter_map(seen).collect()
    };
    let (mut coarse, others) = (part(true), part(false));
    let both = coarse.iter().any(|(_, found)| *found) && coarse.iter().any(|(_, found)| !*found);
    both.then_some(())?;
    order::sort_by(&mut coarse, |a, b| a.0.total_cmp(&b.0));
    let log_constant = threshold(&coarse);
    let right = others.iter().filter(|(reach, found)| (*reach > log_constant) == *found).count();
    Some(Calibration { log_constant, coarse: coarse.len(), others: others.len(), right })
}

/// `cells` sorted by reach.
fn threshold(cells: &[(f64, bool)]) -> f64 {
    // Right with everything found; moving the line past a cell flips that cell.
    let mut right = cells.iter().filter(|(_, found)| *found).count() as i32;
    let mut best = (right, cells[0].0 - 1.0, cells[0].0);
    for (index, (reach, found)) in cells.iter().enumerate() {
        right += if *found { -1 } else { 1 };
        let next = cells.get(index + 1).map_or(reach + 1.0, |cell| cell.0);
        if right > best.0 {
            best = (right, *reach, next);
        } else if right == best.0 && best.2 >= *reach {
            best.2 = next;
        }
    }
    (best.1 + best.2) / 2.0
}

#[cfg(test)]
mod tests {
    use super::threshold;

    #[test]
    fn the_line_lies_between_the_sides() {
        assert_eq!(threshold(&[(0.0, false), (1.0, false), (3.0, true), (4.0, true)]), 2.0);
        // One cell in the wrong place does not move it.
        assert_eq!(threshold(&[(0.0, false), (1.0, false), (3.0, true), (4.0, true), (5.0, false)]), 2.0);
    }
}
