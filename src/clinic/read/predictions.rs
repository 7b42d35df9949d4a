//! Predictions beside labels out of a table: which columns they are, and what they add up to.
//!
//! Must not know how the table was written.

use super::table::Table;
use crate::clinic::fault::{CLASSES, Fault, Problem};
use crate::clinic::import::{Matrix, Note, Predictions};
use crate::csv::{is_empty, number};
use crate::telemetry::Confusion;
use std::collections::BTreeMap;

/// Columns a visitor chose, by index; what is `None` goes by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// True classes.
    pub labels: Option<usize>,
    /// Predicted classes.
    pub predictions: Option<usize>,
}

impl Choice {
    /// Whether nothing was chosen.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// Names of columns with true classes, in small letters without signs; the surer first.
const LABELS: &[&str] = &[
    "ytrue",
    "truelabel",
    "truelabels",
    "trueclass",
    "groundtruth",
    "truth",
    "actual",
    "actuallabel",
    "actualclass",
    "labeltrue",
    "target",
    "targets",
    "label",
    "labels",
    "true",
    "gt",
    "gold",
    "expected",
    "class",
    "y",
];
/// Names of columns with predicted classes.
const PREDICTIONS: &[&str] = &[
    "ypred",
    "predictedlabel",
    "predlabel",
    "predictedclass",
    "predclass",
    "labelpred",
    "prediction",
    "predictions",
    "predicted",
    "pred",
    "preds",
    "yhat",
    "output",
    "outputs",
    "guess",
    "argmax",
    "yprob",
    "probability",
    "prob",
    "score",
];

fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a column's name says that it holds labels or predictions.
pub fn is_role(name: &str) -> bool {
    let name = plain(name);
    LABELS.iter().chain(PREDICTIONS).any(|known| *known == name)
}

/// Whether names say which columns are labels and predictions.
pub fn is_named(table: &Table) -> bool {
    find(table, LABELS).is_some() && find(table, PREDICTIONS).is_some()
}

fn find(table: &Table, names: &[&str]) -> Option<usize> {
    let plain: Vec<String> = table.names.iter().map(|name| self::plain(name)).collect();
    names.iter().find_map(|known| plain.iter().position(|name| name == known))
}

/// Counts predictions against labels.
///
/// # Errors
/// The columns cannot be told, or hold no classes.
pub fn read(table: &Table, choice: Choice, notes: &mut Vec<Note>) -> Result<Predictions, Fault> {
    let (labels, predictions) = columns(table, choice, notes)?;
    let is_probability = is_probability(table, labels, predictions);
    if is_probability {
        notes.push(Note::Threshold);
    }
    let answer = |row: usize| {
        let text = table.cell(row, predictions);
        match number(text).filter(|_| is_probability) {
            Some(share) => Some(if share >= 0.5 { "1" } else { "0" }.to_owned()),
            None => class(text),
        }
    };
    let mut pairs: BTreeMap<(String, Option<String>), u32> = BTreeMap::new();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut incomplete = 0;
    for row in 0..table.rows() {
        let Some(label) = class(table.cell(row, labels)) else {
            incomplete += 1;
            continue;
        };
        let answer = answer(row);
        if answer.is_none() && number(table.cell(row, predictions)).is_none() {
            incomplete += 1;
            continue;
        }
        for (name, column) in [(Some(&label), labels), (answer.as_ref(), predictions)] {
            let Some(name) = name.filter(|name| !names.contains_key(*name)) else { continue };
            names.insert(name.clone(), 0);
            if names.len() > CLASSES {
                let distinct: std::collections::BTreeSet<&str> = table.column(column).collect();
                let problem = Problem::ManyClasses(distinct.len().max(CLASSES + 1));
                return Err(table.fault(row, column, problem));
            }
        }
        *pairs.entry((label, answer)).or_default() += 1;
    }
    if incomplete > 0 {
        notes.push(Note::Incomplete(incomplete));
    }
    if pairs.is_empty() {
        return Err(Fault::whole(Problem::NoValues));
    }
    if names.len() < 2 {
        return Err(Fault::whole(Problem::OneClass));
    }
    let classes = in_order(&mut names);
    let mut rows = vec![vec![0_u32; classes.len()]; classes.len()];
    let mut confusion_missing = Vec::new();
    for ((label, answer), count) in pairs {
        match answer {
            Some(answer) => rows[names[&label]][names[&answer]] += count,
            None => confusion_missing.push((names[&label], count)),
        }
    }
    let rows: Vec<&[u32]> = rows.iter().map(Vec::as_slice).collect();
    let mut confusion = Confusion::from_rows(&rows);
    for (label, count) in confusion_missing {
        (0..count).for_each(|_| confusion.add(label, None));
    }
    let matrix = Matrix { classes, confusion, is_counted: true };
    let columns = (0..table.width).map(|column| match table.name(column) {
        "" => (column + 1).to_string(),
        name => name.to_owned(),
    });
    Ok(Predictions { columns: columns.collect(), labels, predictions, matrix })
}

/// The columns of labels and predictions: as chosen, as named, or the only two there are.
fn columns(table: &Table, choice: Choice, notes: &mut Vec<Note>) -> Result<(usize, usize), Fault> {
    let inside = |column: &usize| *column < table.width;
    let labels = choice.labels.filter(inside).or_else(|| find(table, LABELS));
    let predictions = choice.predictions.filter(inside).or_else(|| find(table, PREDICTIONS));
    let other = |known: usize| {
        let others: Vec<usize> = (0..table.width).filter(|column| *column != known).collect();
        if let [other] = others[..] { Some(other) } else { None }
    };
    let found = match (labels, predictions) {
        (Some(labels), Some(predictions)) => return Ok((labels, predictions)),
        (Some(labels), None) => other(labels).map(|other| (labels, other)),
        (None, Some(predictions)) => other(predictions).map(|other| (other, predictions)),
        (None, None) if table.width == 2 => Some((0, 1)),
        (None, None) => None,
    };
    let unknown = match (labels, predictions) {
        (None, None) => Problem::Unknown(table.list()),
        _ => Problem::NoColumn(table.list()),
    };
    notes.push(Note::Guessed);
    let line = usize::from(!table.names.is_empty());
    found.ok_or_else(|| Fault { line: (line > 0).then_some(line), ..Fault::whole(unknown) })
}

/// Whether the predictions are probabilities of the second of two classes called 0 and 1.
fn is_probability(table: &Table, labels: usize, predictions: usize) -> bool {
    let is_binary = |text: &str| is_empty(text) || matches!(number(text), Some(0.0 | 1.0));
    let share = |text: &str| number(text).filter(|value| (0.0..=1.0).contains(value));
    table.column(labels).all(is_binary)
        && table.column(predictions).all(|text| is_empty(text) || share(text).is_some())
        && table.column(predictions).filter_map(share).any(|value| value.fract() != 0.0)
}

/// A class's name: "1.0" is "1"; `None` where there is none, as for NaN.
fn class(text: &str) -> Option<String> {
    if is_empty(text) {
        return None;
    }
    match number(text) {
        Some(value) if value.is_nan() => None,
        Some(value) if value.fract() == 0.0 && value.abs() < 1e6 => Some((value as i64).to_string()),
        _ => Some(text.to_owned()),
    }
}

/// The names, numbers by size and words by letter, each mapped to its place.
fn in_order(names: &mut BTreeMap<String, usize>) -> Vec<String> {
    let mut order: Vec<String> = names.keys().cloned().collect();
    if order.iter().all(|name| number(name).is_some()) {
        order.sort_by(|a, b| number(a).partial_cmp(&number(b)).unwrap_or(std::cmp::Ordering::Equal));
    }
    for (index, name) in order.iter().enumerate() {
        names.insert(name.clone(), index);
    }
    order
}
