//! Metrics over time out of a table: which column is which, over what they are drawn, of which run.
//!
//! Must not know how the table was written.

use super::predictions;
use super::table::Table;
use crate::clinic::fault::{Fault, Problem};
use crate::clinic::import::{Axis, Curves, Format, Note, Series};
use crate::clinic::metric::{Column, Kind, Metric, column, run_and_name};

/// The runs of a table, each with its name; `None` for a table that is no log.
///
/// # Errors
/// A cell of a metric is no number, or there is not one number.
pub fn read(table: &Table, notes: &mut Vec<Note>) -> Result<Option<Vec<(String, Curves)>>, Fault> {
    let columns: Vec<Option<Column>> = table.names.iter().map(|name| column(name)).collect();
    let is_measured = |column: &Option<Column>| match column {
        Some(Column::Metric(metric)) => metric.kind != Kind::Rate,
        _ => false,
    };
    if !columns.iter().any(is_measured) || predictions::is_named(table) {
        return Ok(None);
    }
    let mut runs: Vec<&str> = table.names.iter().map(|name| run_and_name(name).0).collect();
    runs.sort_unstable();
    runs.dedup();
    // Columns without a run's name belong to all runs.
    if runs.len() > 1 {
        runs.retain(|run| !run.is_empty());
    }
    let (axis, places) = axis(table, &columns)?;
    let mut found = Vec::new();
    for run in runs {
        let mut series = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            let Some(Column::Metric(metric)) = column else { continue };
            let (own, _) = run_and_name(&table.names[index]);
            if own == run || own.is_empty() {
                keep(&mut series, self::series(table, index, metric, &places)?);
            }
        }
        if !series.is_empty() {
            percentages(&mut series, notes);
            found.push((run.to_owned(), Curves { axis, series }));
        }
    }
    if found.is_empty() { Err(Fault::whole(Problem::NoValues)) } else { Ok(Some(found)) }
}

/// Whose log it seems to be.
pub fn format(table: &Table) -> Format {
    let has = |wanted: &str| table.names.iter().any(|name| name == wanted);
    let ends = |end: &str| table.names.iter().any(|name| name.ends_with(end));
    match () {
        () if ends("__MIN") || table.names.iter().any(|name| name.contains(" - ")) => {
            Format::WeightsAndBiases
        }
        () if has("step") && has("epoch") && (ends("_step") || ends("_epoch") || has("train_loss")) => {
            Format::Lightning
        }
        () if has("epoch") && has("loss") => Format::KerasCsv,
        () => Format::Metrics,
    }
}

/// What the axis counts, and the place of each row on it: steps where they only ever rise, else epochs,
/// else rows.
fn axis(table: &Table, columns: &[Option<Column>]) -> Result<(Axis, Vec<f32>), Fault> {
    for (axis, wanted) in [(Axis::Step, Column::Step), (Axis::Epoch, Column::Epoch)] {
        let Some(index) = columns.iter().position(|column| *column == Some(wanted.clone())) else { continue };
        let mut places = Vec::with_capacity(table.rows());
        let mut last = 0.0;
        for row in 0..table.rows() {
            // Sparse logs leave it out where it has not changed.
            last = table.number(row, index)?.filter(|place| place.is_finite()).unwrap_or(last);
            places.push(last);
        }
        let rises = places.windows(2).all(|pair| pair[1] >= pair[0]);
        if rises && places.first() < places.last() {
            let is_call = axis == Axis::Step && format(table) == Format::WeightsAndBiases;
            return Ok((if is_call { Axis::Call } else { axis }, places));
        }
    }
    Ok((Axis::Row, (0..table.rows()).map(|row| (row + 1) as f32).collect()))
}

fn series(table: &Table, index: usize, metric: &Metric, places: &[f32]) -> Result<Series, Fault> {
    let mut points = Vec::new();
    for (row, place) in places.iter().enumerate() {
        if let Some(value) = table.number(row, index)? {
            points.push((*place, value));
        }
    }
    Ok(Series { metric: metric.clone(), name: table.name(index).to_owned(), points })
}

/// Keeps the better of two series of the same kind on the same data.
fn keep(kept: &mut Vec<Series>, new: Series) {
    if new.points.is_empty() {
        return;
    }
    let same =
        |series: &Series| (series.metric.kind, series.metric.split) == (new.metric.kind, new.metric.split);
    match kept.iter_mut().find(|series| same(series)) {
        Some(old) if cost(&new) < cost(old) => *old = new,
        Some(_) => {}
        None => kept.push(new),
    }
}

/// How unsure a series is: strange words in its name, steps where epochs are at hand, test beside validation.
fn cost(series: &Series) -> usize {
    let is_short = series.points.len() < 2;
    let is_test = series.name.to_lowercase().contains("test");
    20 * usize::from(is_short)
        + 10 * series.metric.strange
        + 4 * usize::from(series.metric.is_of_steps)
        + 2 * usize::from(is_test)
}

/// Accuracies in percent become shares.
fn percentages(series: &mut [Series], notes: &mut Vec<Note>) {
    let is_share = |series: &Series| matches!(series.metric.kind, Kind::Accuracy | Kind::BalancedAccuracy);
    let most = series
        .iter()
        .filter(|series| is_share(series))
        .flat_map(Series::values)
        .filter(|value| value.is_finite())
        .fold(0.0, f32::max);
    if most <= 1.5 {
        return;
    }
    for series in series.iter_mut().filter(|series| is_share(series)) {
        series.points.iter_mut().for_each(|point| point.1 /= 100.0);
    }
    if !notes.contains(&Note::Percent) {
        notes.push(Note::Percent);
    }
}
