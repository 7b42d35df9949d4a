//! JSON: histories as columns, records, nested rows, and what pandas makes of them.
//!
//! Must not know what columns mean.

use super::python::to_json;
use super::table::Table;
use crate::clinic::fault::{Fault, Problem, ROWS};
use crate::clinic::import::Format;
use serde_json::{Map, Value};

/// A table out of JSON.
pub struct Found {
    /// The table; its rows have no lines.
    pub table: Table,
    /// Whose it seems to be, where the form says so.
    pub format: Option<Format>,
}

/// The document of a text that looks like JSON or like what Python prints; several, one to a line, become
/// a list. `None` for other texts.
pub fn document(text: &str) -> Option<Result<Value, Fault>> {
    let start = text.trim_start();
    let is_call = || ["array(", "tensor(", "np.array("].iter().any(|call| start.starts_with(call));
    if !start.starts_with(['{', '[']) && !is_call() {
        return None;
    }
    let json = to_json(text);
    let read: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(&json).into_iter().collect();
    match read {
        Ok(mut values) if values.len() == 1 => values.pop().map(Ok),
        Ok(values) => Some(Ok(Value::Array(values))),
        // Rows as numpy prints them have no commas.
        Err(_) if is_printed(start) => None,
        Err(error) => {
            let problem = if error.is_eof() { Problem::JsonCut } else { Problem::JsonBroken };
            Some(Err(place(&json, error.line(), error.column(), problem)))
        }
    }
}

fn is_printed(text: &str) -> bool {
    let is_number = |letter: char| letter.is_ascii_digit() || " []\r\n\t.e+-".contains(letter);
    text.starts_with('[') && text.chars().all(is_number)
}

/// A fault at the `byte`-th byte of a line, counted from 1; the visitor counts letters.
fn place(text: &str, line: usize, byte: usize, problem: Problem) -> Fault {
    let before = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let letters = before.char_indices().take_while(|(index, _)| *index < byte).count();
    Fault::at(line.max(1), letters.max(1), "", problem)
}

/// The table a document holds.
///
/// # Errors
/// None of the known forms is in it.
pub fn find(text: &str, document: Value) -> Result<Found, Fault> {
    let foreign = || place(text, 1, 1, Problem::JsonForeign);
    match document {
        Value::Array(rows) if rows.iter().all(Value::is_array) => nested(&rows, &[]),
        Value::Array(records) => self::records(&records),
        Value::Object(object) => self::object(&object),
        _ => Err(foreign()),
    }
    .and_then(|found| if found.table.rows() == 0 { Err(foreign()) } else { Ok(found) })
}

fn object(object: &Map<String, Value>) -> Result<Found, Fault> {
    let list = |keys: &[&str]| keys.iter().find_map(|key| object.get(*key)?.as_array());
    if let Some(Value::Object(history)) = object.get("history") {
        return Ok(Found { format: Some(Format::KerasHistory), ..columns(history)? });
    }
    if let Some(records) =
        list(&["log_history", "history", "logs"]).filter(|list| list.iter().all(Value::is_object))
    {
        return self::records(records);
    }
    if let Some(rows) = list(&["confusion_matrix", "confusion", "matrix", "cm"]) {
        let names = list(&["classes", "labels", "class_names", "target_names", "names"]);
        return nested(rows, names.map_or(&[], Vec::as_slice));
    }
    // pandas, orient="split".
    if let (Some(names), Some(rows)) = (list(&["columns"]), list(&["data"])) {
        return nested(rows, names);
    }
    columns(object)
}

/// `{"loss": [0.7, 0.5], "acc": {"0": 0.5, "1": 0.8}}`, each a column.
fn columns(object: &Map<String, Value>) -> Result<Found, Fault> {
    let column = |(name, value): (&String, &Value)| {
        let cells: Vec<String> = match value {
            Value::Array(cells) => cells.iter().map(cell).collect(),
            Value::Object(cells) => {
                // Keys are row numbers as text, in the order of text.
                let mut numbered: Vec<(u32, String)> = cells
                    .iter()
                    .map(|(row, value)| Some((row.parse().ok()?, cell(value))))
                    .collect::<Option<_>>()?;
                numbered.sort_by_key(|(row, _)| *row);
                numbered.into_iter().map(|(_, cell)| cell).collect()
            }
            _ => return None,
        };
        Some((name.clone(), cells))
    };
    let columns: Vec<(String, Vec<String>)> = object.iter().filter_map(column).collect();
    let names: Vec<String> = columns.iter().map(|(name, _)| name.clone()).collect();
    let is_history = names.iter().any(|name| name == "loss");
    let mut table = Table::new(names, columns.len())?;
    let rows = columns.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    for row in 0..rows {
        table.push(None, columns.iter().map(|(_, cells)| cells.get(row).map_or("", String::as_str)))?;
    }
    Ok(Found { table, format: is_history.then_some(Format::KerasHistory) })
}

/// `[{"epoch": 1, "loss": 0.7}, …]`.
fn records(records: &[Value]) -> Result<Found, Fault> {
    let records: Vec<&Map<String, Value>> = records.iter().filter_map(Value::as_object).collect();
    let mut names: Vec<String> = Vec::new();
    // Names that first come late are rare, and each costs a look at all before it.
    for record in records.iter().take(ROWS) {
        for (name, value) in *record {
            if !value.is_array() && !value.is_object() && !names.contains(name) {
                names.push(name.clone());
            }
        }
        // Refuses too many.
        Table::new(Vec::new(), names.len())?;
    }
    let width = names.len();
    let mut table = Table::new(names.clone(), width)?;
    for record in records {
        let cells: Vec<String> =
            names.iter().map(|name| record.get(name).map(cell).unwrap_or_default()).collect();
        table.push(None, cells.iter().map(String::as_str))?;
    }
    Ok(Found { table, format: None })
}

/// `[[50, 0], [48, 2]]`, perhaps with names.
fn nested(rows: &[Value], names: &[Value]) -> Result<Found, Fault> {
    let rows: Vec<Vec<String>> =
        rows.iter().filter_map(Value::as_array).map(|row| row.iter().map(cell).collect()).collect();
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let names: Vec<String> = if names.len() == width { names.iter().map(cell).collect() } else { Vec::new() };
    let mut table = Table::new(names, width)?;
    for row in &rows {
        table.push(None, row.iter().map(String::as_str))?;
    }
    Ok(Found { table, format: None })
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => String::new(),
    }
}

/// A fault of a cell with the line and column where its text stands in the file, after its column's name.
pub fn located(text: &str, fault: Fault) -> Fault {
    let wanted = match &fault.problem {
        Problem::NoNumber(cell) | Problem::Negative(cell) => cell.as_str(),
        _ => fault.name.as_str(),
    };
    let from = text.find(&fault.name).unwrap_or(0);
    let Some(at) = text[from..].find(wanted).map(|at| at + from) else { return fault };
    let (line, start) = text[..at]
        .char_indices()
        .filter(|(_, letter)| *letter == '\n')
        .fold((1, 0), |(line, _), (index, _)| (line + 1, index + 1));
    Fault { line: Some(line), column: Some(text[start..at].chars().count() + 1), ..fault }
}
