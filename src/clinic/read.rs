//! Reads a file somebody else wrote, whatever its kind.
//!
//! Everything becomes a table first, then what its columns are called decides. Must not know the browser.

mod csv;
mod curves;
mod json;
mod matrix;
mod predictions;
mod python;
mod table;

pub use crate::csv::number;
pub use predictions::Choice;

use super::fault::{BYTES, Fault, Limit, Problem};
use super::import::{Axis, Curves, Format, Import, Note, Reading};
use table::Table;

/// Reads a file's text; `choice` names the columns of predictions and labels where their names say nothing.
///
/// # Errors
/// The text is none of the known kinds, or broken; says where.
pub fn read(text: &str, choice: Choice) -> Result<Import, Fault> {
    let text = text.trim_start_matches('\u{feff}');
    if text.len() > BYTES {
        return Err(Fault::whole(Problem::TooMuch(Limit::Megabytes)));
    }
    if text.trim().is_empty() {
        return Err(Fault::whole(Problem::Empty));
    }
    if is_binary(text) {
        return Err(Fault::whole(Problem::NotText));
    }
    if let Some(document) = json::document(text) {
        return json(text, document?, choice);
    }
    table(csv::table(text)?, None, choice)
}

/// Workbooks and archives begin like this, and what is no text decodes into replacement signs.
fn is_binary(text: &str) -> bool {
    let start = || text.chars().take(4000);
    let strange = start().filter(|letter| *letter == '\u{fffd}').count();
    text.starts_with("PK\u{3}\u{4}")
        || text.starts_with("%PDF")
        || start().any(|letter| letter == '\0')
        || strange * 20 > start().count()
}

fn json(text: &str, document: serde_json::Value, choice: Choice) -> Result<Import, Fault> {
    let found = json::find(text, document)?;
    table((found.table, Vec::new()), found.format, choice).map_err(|fault| json::located(text, fault))
}

/// What a table is, by the names of its columns and then by its shape.
fn table(
    (table, mut notes): (Table, Vec<Note>),
    hint: Option<Format>,
    choice: Choice,
) -> Result<Import, Fault> {
    let import = |format, reading, notes| Import { format, reading, notes };
    if choice.is_none() {
        if let Some(runs) = curves::read(&table, &mut notes)? {
            let format = hint.unwrap_or_else(|| curves::format(&table));
            // A History has one value per epoch.
            let is_epochs = format == Format::KerasHistory;
            let runs = runs.into_iter().map(|(name, curves)| match curves.axis {
                Axis::Row if is_epochs => (name, Curves { axis: Axis::Epoch, ..curves }),
                _ => (name, curves),
            });
            let runs = runs.collect();
            return Ok(import(format, Reading::Curves(runs), notes));
        }
        if !predictions::is_named(&table)
            && let Some(matrix) = matrix::read(&table, &mut notes)?
        {
            return Ok(import(Format::Matrix, Reading::Matrix(matrix), notes));
        }
    }
    let predictions = predictions::read(&table, choice, &mut notes)?;
    Ok(import(Format::Predictions, Reading::Predictions(predictions), notes))
}
