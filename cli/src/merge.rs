//! `collapse-lab merge`: parts of one map as one map.
//!
//! Must not know where the parts were trained.

use crate::command::MergeOptions;
use crate::failure::Failure;
use crate::map_input;
use crate::output;
use collapse_lab::map::{Grid, MapSpec, Measure, Outcome, file};

/// Puts the parts together.
///
/// # Errors
/// A part cannot be read, belongs to another map, disagrees with another part, or cells are missing.
pub fn run(options: &MergeOptions) -> Result<(), Failure> {
    if let Some(path) = options.out.as_deref().filter(|path| path.exists() && !options.force) {
        let reason = "exists already; --force overwrites it";
        return Err(Failure::wrong_in(path.display(), reason));
    }
    let mut merged: Option<(MapSpec, Measure, Grid)> = None;
    for path in &options.inputs {
        let (spec, measure, grid) = map_input::of_file(path)?;
        match &mut merged {
            None => merged = Some((spec, measure, grid)),
            Some((known, _, _)) if *known != spec => {
                let first = options.inputs[0].display();
                return Err(Failure::wrong_in(path.display(), format!("a part of another map than {first}")));
            }
            Some((_, _, all)) => {
                add(all, &grid).map_err(|cell| {
                    let reason = "it is trained in an earlier part with other outcomes; were both made by one version?";
                    Failure::wrong_in(path.display(), format!("cell {cell}: {reason}"))
                })?;
            }
        }
    }
    let (spec, measure, grid) = merged.expect("the command line has at least one part");
    let missing = grid.len() - grid.trained();
    if missing > 0 {
        let reason = format!("{missing} of {} cells are missing", grid.len());
        if !options.partial {
            return Err(Failure::Impossible(format!("{reason}; --partial writes the map all the same")));
        }
        output::warn(options.common.quiet, &reason);
    }
    let text = file::write(&spec, measure, &grid) + "\n";
    match &options.out {
        Some(path) => output::replace(path, &text),
        None => output::print(&text),
    }
}

/// Adds the cells of a part; the first cell that is not as it is known.
fn add(all: &mut Grid, part: &Grid) -> Result<(), usize> {
    for cell in 0..all.len() {
        let runs = part.runs(cell);
        match all.runs(cell) {
            _ if runs.is_empty() => {}
            [] => all.put(cell, runs.to_vec()),
            known if is_same(known, runs) => {}
            _ => return Err(cell),
        }
    }
    Ok(())
}

/// Equal, a number that does not exist being equal to itself.
fn is_same(one: &[Outcome], other: &[Outcome]) -> bool {
    let bits = |run: &Outcome| {
        let numbers = [run.n_eff, run.skill, run.balanced_accuracy, run.minority_recall];
        // Files hold no payload of NaN: all are one.
        (
            numbers.map(|number| if number.is_nan() { f32::NAN.to_bits() } else { number.to_bits() }),
            run.collapsed,
            run.diverged,
        )
    };
    one.iter().map(bits).eq(other.iter().map(bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(n_eff: f32) -> Outcome {
        Outcome {
            n_eff,
            skill: 0.1,
            balanced_accuracy: 0.5,
            minority_recall: f32::NAN,
            collapsed: false,
            diverged: n_eff.is_nan(),
        }
    }

    #[test]
    fn parts_fill_each_others_gaps_and_must_agree() {
        let mut all = Grid::of_runs(vec![vec![outcome(1.0)], vec![], vec![]]);
        let part = |n_eff| Grid::of_runs(vec![vec![outcome(n_eff)], vec![outcome(f32::NAN)], vec![]]);
        assert_eq!(add(&mut all, &part(1.0)), Ok(()));
        assert_eq!((all.trained(), all.runs(1).len()), (2, 1));
        assert_eq!(add(&mut all, &part(1.0)), Ok(()), "NaN is the same NaN");
        assert_eq!(add(&mut all, &part(2.0)), Err(0));
    }
}
