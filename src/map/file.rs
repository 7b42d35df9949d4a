//! A finished map as a file: everything its link says, and every run by itself.
//!
//! Must not know how files are saved or chosen.

use super::grid::Grid;
use super::measure::Measure;
use super::outcome::Outcome;
use super::spec::MapSpec;
use super::{query, share};
use crate::t;
use serde_json::{Value, json};

/// Written as `collapse_map`; another layout gets another number.
const VERSION: u64 = 1;

/// The file of a map, JSON. A map of which only summaries are known has those, as its link does.
pub fn write(spec: &MapSpec, measure: Measure, grid: &Grid) -> String {
    let is_summed = grid.trained() > 0 && (0..grid.len()).all(|cell| grid.runs(cell).is_empty());
    let packed = is_summed.then(|| share::pack(spec, grid));
    let cells: Vec<Value> = (0..grid.len()).map(|cell| grid.runs(cell).iter().map(run).collect()).collect();
    let file = json!({
        "collapse_map": VERSION,
        "query": query::write(spec, measure),
        "fragment": query::fragment(spec, packed.as_deref()),
        "columns": ["n_eff", "skill", "balanced_accuracy", "minority_recall", "collapsed", "diverged"],
        "cells": cells,
    });
    file.to_string()
}

/// Reads a file.
///
/// # Errors
/// What is wrong with it, for the visitor.
pub fn read(text: &str) -> Result<(MapSpec, Measure, Grid), String> {
    let not_a_map = || t!("map.file.wrong").to_owned();
    let file: Value = serde_json::from_str(text).map_err(|_| not_a_map())?;
    match file["collapse_map"].as_u64() {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => return Err(t!("map.link.newer").to_owned()),
        _ => return Err(not_a_map()),
    }
    let said = |key: &str| file[key].as_str().ok_or_else(not_a_map);
    let asked = query::read(said("query")?, said("fragment")?);
    if let Some(notice) = asked.notices.into_iter().next() {
        return Err(notice);
    }
    if let Some(packed) = asked.packed {
        let grid = share::unpack(&asked.spec, &packed)?;
        return Ok((asked.spec, asked.measure, grid));
    }
    let (columns, rows) = asked.spec.size();
    let cells = file["cells"].as_array().ok_or_else(not_a_map)?;
    if cells.len() != columns * rows {
        return Err(t!("map.link.length", cells = columns * rows));
    }
    let runs: Option<Vec<Vec<Outcome>>> =
        cells.iter().map(|cell| cell.as_array()?.iter().map(outcome).collect()).collect();
    Ok((asked.spec, asked.measure, Grid::of_runs(runs.ok_or_else(not_a_map)?)))
}

fn run(outcome: &Outcome) -> Value {
    // JSON has no NaN: serde_json writes null.
    let numbers = [outcome.n_eff, outcome.skill, outcome.balanced_accuracy, outcome.minority_recall];
    let digits =
        numbers.map(|number| number.to_string().parse::<f64>().ok().map_or(Value::Null, Value::from));
    json!([digits[0], digits[1], digits[2], digits[3], outcome.collapsed, outcome.diverged])
}

fn outcome(value: &Value) -> Option<Outcome> {
    let number = |at: usize| match &value[at] {
        Value::Null => Some(f32::NAN),
        other => other.as_f64().map(|number| number as f32),
    };
    (value.as_array()?.len() == 6).then_some(())?;
    Some(Outcome {
        n_eff: number(0)?,
        skill: number(1)?,
        balanced_accuracy: number(2)?,
        minority_recall: number(3)?,
        collapsed: value[4].as_bool()?,
        diverged: value[5].as_bool()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;

    #[test]
    fn a_file_brings_every_run_back() {
        let spec = MapSpec { columns: 2, rows: 3, seeds: 2, ..MapSpec::new(Experiment::default()) };
        let run = |n_eff: f32| Outcome {
            n_eff,
            skill: 0.1,
            balanced_accuracy: 0.19,
            minority_recall: 0.3,
            collapsed: true,
            diverged: n_eff.is_nan(),
        };
        let mut grid = Grid::new(6);
        grid.put(4, vec![run(1.234_567_8), run(2.0)]);
        let text = write(&spec, Measure::Skill, &grid);
        assert_eq!(read(&text), Ok((spec.clone(), Measure::Skill, grid.clone())));
        grid.put(5, vec![run(f32::NAN), run(1.0)]);
        let (_, _, back) = read(&write(&spec, Measure::Skill, &grid)).expect("just written");
        assert!(back.runs(5)[0].n_eff.is_nan() && back.runs(5)[0].diverged);
        let summed = Grid::of_summaries((0..6).map(|cell| grid.summary(cell).copied()).collect());
        let (_, _, back) = read(&write(&spec, Measure::Skill, &summed)).expect("just written");
        assert_eq!((back.trained(), back.summary(4).map(|cell| cell.collapsed)), (2, Some(2)));
    }

    #[test]
    fn other_files_are_refused() {
        let spec = MapSpec { columns: 2, rows: 2, ..MapSpec::new(Experiment::default()) };
        let good = write(&spec, Measure::Skill, &Grid::new(4));
        let cases = [
            ("", "no collapse map"),
            ("{}", "no collapse map"),
            (&good[..good.len() / 2], "no collapse map"),
            (&good.replace("\"collapse_map\":1", "\"collapse_map\":2"), "newer"),
            (&good.replace("grid=2x2", "grid=2x3"), "cut"),
            (&good.replace("grid=2x2", "grid=2x99"), "2 to 24"),
            (&good.replace("[[],", "[[1],"), "no collapse map"),
        ];
        for (text, part) in cases {
            let reason = read(text).expect_err(part);
            assert!(reason.contains(part), "{reason}");
        }
    }
}
