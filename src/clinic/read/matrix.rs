//! A confusion matrix out of a table, with or without names and sums.
//!
//! Must not know how the table was written.

use super::table::Table;
use crate::clinic::fault::{CLASSES, EXAMPLES, Fault, Limit, Problem};
use crate::clinic::import::{Matrix, Note};
use crate::telemetry::Confusion;

/// The part of a table that holds the counts.
struct Block {
    rows: usize,
    first: usize,
    last: usize,
}

/// The matrix of a table; `None` for a table that cannot be one.
///
/// # Errors
/// It is one, and something in it is wrong.
pub fn read(table: &Table, notes: &mut Vec<Note>) -> Result<Option<Matrix>, Fault> {
    let has_labels =
        table.width > 1 && (!table.is_numeric(0) || table.name(0).is_empty() && is_labelled(table));
    let first = usize::from(has_labels);
    let mut block = Block { rows: table.rows(), first, last: table.width };
    if table.width > first + 1 && is_sum(table.name(table.width - 1)) {
        block.last -= 1;
        notes.push(Note::Totals);
    }
    if has_labels && block.rows > 1 && is_sum(table.cell(block.rows - 1, 0)) {
        block.rows -= 1;
    }
    let columns = block.last - block.first;
    if (block.first..block.last).any(|column| !table.is_numeric(column)) {
        return Ok(None);
    }
    if block.rows != columns {
        // Two columns of numbers are labels and predictions; more without names can only be this.
        let is_meant = table.names.is_empty() && columns > 2;
        let problem = Problem::NotSquare { rows: block.rows, columns };
        return if is_meant { Err(table.fault(block.rows - 1, 0, problem)) } else { Ok(None) };
    }
    if columns < 2 {
        return Err(Fault::whole(Problem::OneClass));
    }
    if columns > CLASSES {
        return Err(Fault::whole(Problem::ManyClasses(columns)));
    }
    let (counts, is_counted) = counts(table, &block)?;
    if !is_counted {
        notes.push(Note::Shares);
    }
    let rows: Vec<&[u32]> = counts.iter().map(Vec::as_slice).collect();
    Ok(Some(Matrix { classes: names(table, &block), confusion: Confusion::from_rows(&rows), is_counted }))
}

/// Whether the first column repeats the header: names of classes that are numbers.
fn is_labelled(table: &Table) -> bool {
    let names = table.names.iter().skip(1).take(table.rows()).map(String::as_str);
    !table.names.is_empty() && names.eq(table.column(0))
}

fn is_sum(name: &str) -> bool {
    matches!(name.to_lowercase().as_str(), "total" | "totals" | "all" | "sum" | "support" | "σ")
}

/// The header's names, else those at the rows, else numbers.
fn names(table: &Table, block: &Block) -> Vec<String> {
    let from_header = (block.first..block.last).map(|column| table.name(column).to_owned());
    let names: Vec<String> = if !table.names.is_empty() {
        from_header.collect()
    } else if block.first > 0 {
        (0..block.rows).map(|row| table.cell(row, 0).to_owned()).collect()
    } else {
        Vec::new()
    };
    let number = |index: usize| names.get(index).filter(|name| !name.is_empty()).cloned();
    (0..block.rows).map(|index| number(index).unwrap_or_else(|| index.to_string())).collect()
}

/// The counts, and whether they are counts of examples rather than shares.
fn counts(table: &Table, block: &Block) -> Result<(Vec<Vec<u32>>, bool), Fault> {
    let mut values = Vec::with_capacity(block.rows);
    let mut total = 0.0_f64;
    for row in 0..block.rows {
        let mut line = Vec::with_capacity(block.rows);
        for column in block.first..block.last {
            // A class without examples is a row of NaN in a matrix of shares.
            let value = table.number(row, column)?.filter(|value| !value.is_nan()).unwrap_or(0.0);
            if value < 0.0 {
                let text = table.cell(row, column).to_owned();
                return Err(table.fault(row, column, Problem::Negative(text)));
            }
            total += f64::from(value);
            if total > EXAMPLES {
                return Err(table.fault(row, column, Problem::TooMuch(Limit::Examples)));
            }
            line.push(value);
        }
        values.push(line);
    }
    if total <= 0.0 {
        return Err(Fault::whole(Problem::NoValues));
    }
    let is_counted = values.iter().flatten().all(|value| value.fract() == 0.0) && total > 1.0;
    let scale = if is_counted { 1.0 } else { share_scale(table, block, &values, total)? };
    let count = |value: &f32| (value * scale).round() as u32;
    Ok((values.iter().map(|row| row.iter().map(count).collect()).collect(), is_counted))
}

/// What shares are multiplied by, so that a class has about a hundred examples.
fn share_scale(table: &Table, block: &Block, values: &[Vec<f32>], total: f64) -> Result<f32, Fault> {
    let near = |sum: f32, whole: f32| (sum - whole).abs() < 0.03 * whole;
    let classes = block.rows as f32;
    let rows: Vec<f32> = values.iter().map(|row| row.iter().sum()).collect();
    let columns: Vec<f32> = (0..block.rows).map(|at| values.iter().map(|row| row[at]).sum()).collect();
    for whole in [1.0, 100.0] {
        let is_whole = |sums: &[f32]| sums.iter().all(|sum| *sum == 0.0 || near(*sum, whole));
        if is_whole(&rows) || is_whole(&columns) {
            return Ok(100.0 / whole);
        }
        if near(total as f32, whole) {
            return Ok(100.0 * classes / whole);
        }
    }
    let place = |row: usize| values[row].iter().position(|value| value.fract() != 0.0).map(|at| (row, at));
    let (row, at) = (0..block.rows).find_map(place).unwrap_or((0, 0));
    let text = table.cell(row, block.first + at).to_owned();
    Err(table.fault(row, block.first + at, Problem::NoNumber(text)))
}
