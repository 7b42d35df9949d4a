//! A map as a table: one row per cell and seed.
//!
//! Must not know how the file is saved.

use super::grid::Grid;
use super::outcome::Summary;
use super::spec::MapSpec;

/// The map as comma-separated values with a header. A map opened from a link knows only the mean of each
/// cell: its rows then say `mean` instead of a seed. Numbers that do not exist are empty.
pub fn csv(spec: &MapSpec, grid: &Grid) -> String {
    let mut csv = format!(
        "{},{},seed,steps,n_eff,skill,balanced_accuracy,minority_recall,collapsed,diverged\n",
        spec.x.knob.name, spec.y.knob.name
    );
    for (cell, place) in spec.places().into_iter().enumerate() {
        let head = format!("{},{}", place.x as f32, place.y as f32);
        let runs = grid.runs(cell);
        for (seed, run) in runs.iter().enumerate() {
            let numbers = [run.n_eff, run.skill, run.balanced_accuracy, run.minority_recall].map(number);
            let (collapsed, diverged) = (u8::from(run.collapsed), u8::from(run.diverged));
            csv += &format!("{head},{seed},{},{},{collapsed},{diverged}\n", spec.steps, numbers.join(","));
        }
        if let Some(summary) = grid.summary(cell).filter(|_| runs.is_empty()) {
            csv += &format!("{head},mean,{},{}\n", spec.steps, mean(summary, spec.base.classes()));
        }
    }
    csv
}

fn mean(summary: &Summary, classes: usize) -> String {
    let seeds = summary.seeds as f32;
    let numbers = [
        summary.n_eff,
        summary.skill,
        summary.balanced_accuracy(classes),
        summary.minority_recall,
        summary.collapsed as f32 / seeds,
        summary.diverged as f32 / seeds,
    ];
    numbers.map(number).join(",")
}

/// Seven significant digits are all an `f32` has.
fn number(value: f32) -> String {
    if value.is_finite() { value.to_string() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;
    use crate::map::Outcome;

    #[test]
    fn one_row_per_cell_and_seed_or_per_mean() {
        let spec = MapSpec { columns: 2, rows: 2, ..MapSpec::new(Experiment::default()) };
        let run = |skill: f32| Outcome {
            n_eff: 2.5,
            skill,
            balanced_accuracy: 0.75,
            minority_recall: f32::NAN,
            collapsed: skill < 0.1,
            diverged: false,
        };
        let mut grid = Grid::new(4);
        grid.put(1, vec![run(0.5), run(0.0)]);
        let csv = super::csv(&spec, &grid);
        let rows: Vec<&str> = csv.lines().collect();
        assert_eq!(rows[0].split(',').count(), 10);
        assert_eq!(rows[1..], ["1,1,0,300,2.5,0.5,0.75,,0,0", "1,1,1,300,2.5,0,0.75,,1,0"]);
        let summed = Grid::of_summaries((0..4).map(|cell| grid.summary(cell).copied()).collect());
        let csv = super::csv(&spec, &summed);
        assert_eq!(csv.lines().nth(1), Some("1,1,mean,300,2.5,0.25,0.325,,0.5,0"));
    }
}
