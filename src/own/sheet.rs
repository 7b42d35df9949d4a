//! A table as it was read, and what a visitor decides about it: the label, the columns, the part held out.
//!
//! Must not know how it was written down.

use super::column::{Column, GAP, Kind};
use super::fault::{Fault, Problem};
use super::limit::{FEWEST, Limit};
use crate::{decimal, order};
use serde::{Deserialize, Serialize};

/// Rows shown before anything is decided.
pub const HEAD: usize = 8;

/// A whole table.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub(super) columns: Vec<Column>,
    head: Vec<Vec<String>>,
    notes: Vec<Note>,
}

/// Something a reader decided by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// The last line was cut off and left out.
    CutLine,
    /// Cells of a column of numbers that are none, and count as missing.
    NotNumbers {
        /// Which column.
        column: usize,
        /// How many.
        count: usize,
        /// Line of the first.
        line: usize,
        /// What it says.
        text: String,
    },
}

/// What a visitor sees of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Rows with data.
    pub rows: usize,
    /// The columns.
    pub columns: Vec<ColumnSummary>,
    /// The first rows as they are written.
    pub head: Vec<Vec<String>>,
    /// What was decided.
    pub notes: Vec<Note>,
    /// What the reader would do.
    pub plan: Plan,
}

/// What a visitor sees of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnSummary {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Cells without a usable value.
    pub missing: usize,
    /// Its different values where they are few, else 0.
    pub levels: usize,
    /// Whether it can be the label.
    pub can_label: bool,
}

/// What a visitor decides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What the data are called.
    pub title: String,
    /// The column of the class; `None` where none can be.
    pub label: Option<usize>,
    /// Whether each column is learned from.
    pub used: Vec<bool>,
    /// Per cent of each class held out.
    pub held_out: u32,
}

/// The class of every row.
pub(super) struct Labels {
    /// Names, numbers by size and words in alphabetical order.
    pub names: Vec<String>,
    /// Rows of each class.
    pub counts: Vec<usize>,
    /// Rows with a label, and their classes.
    pub rows: Vec<usize>,
    /// The class of each of `rows`.
    pub classes: Vec<u8>,
    /// Rows without a label.
    pub dropped: usize,
}

/// What a label column is often called.
const LABELS: [&str; 12] = [
    "label",
    "class",
    "target",
    "y",
    "species",
    "category",
    "outcome",
    "diagnosis",
    "classe",
    "klasse",
    "标签",
    "类别",
];

impl Sheet {
    pub(super) fn new(columns: Vec<Column>, head: Vec<Vec<String>>, notes: Vec<Note>) -> Self {
        Self { columns, head, notes }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Column::rows)
    }

    /// What a visitor sees of it.
    pub fn summary(&self, title: &str) -> Summary {
        let kinds: Vec<Kind> = self.columns.iter().map(Column::kind).collect();
        let label = self.guess_label(&kinds);
        let used = |(index, kind): (usize, &Kind)| {
            Some(index) != label && matches!(kind, Kind::Number | Kind::Category)
        };
        let column = |(column, kind): (&Column, &Kind)| ColumnSummary {
            name: column.name.clone(),
            kind: *kind,
            missing: column.missing + if *kind == Kind::Number { column.texts } else { 0 },
            levels: column.levels.len(),
            can_label: can_label(column),
        };
        Summary {
            rows: self.rows(),
            columns: self.columns.iter().zip(&kinds).map(column).collect(),
            head: self.head.clone(),
            notes: self.notes.clone(),
            plan: Plan {
                title: title.to_owned(),
                label,
                used: kinds.iter().enumerate().map(used).collect(),
                held_out: 20,
            },
        }
    }

    /// A column called as labels are; else the last of few texts, else the last of few values, which must
    /// stand at an end of the table.
    fn guess_label(&self, kinds: &[Kind]) -> Option<usize> {
        let can = |index: &usize| can_label(&self.columns[*index]);
        let all = || (0..self.columns.len()).rev().filter(can);
        let named =
            |index: &usize| LABELS.contains(&self.columns[*index].name.trim().to_lowercase().as_str());
        let is_end = |index: &usize| *index + 1 == self.columns.len() || *index == 0;
        all()
            .find(named)
            .or_else(|| all().find(|index| is_end(index) && kinds[*index] == Kind::Category))
            .or_else(|| all().find(is_end))
            .or_else(|| all().find(|index| kinds[*index] == Kind::Category))
            .or_else(|| all().next())
    }

    /// The classes by a plan's label.
    ///
    /// # Errors
    /// There is no label, or it is not that of a few classes with enough examples each.
    pub(super) fn labels(&self, plan: &Plan) -> Result<Labels, Fault> {
        let column = plan.label.and_then(|label| self.columns.get(label));
        let column = column.ok_or_else(|| Fault::whole(Problem::NoLabel))?;
        if !can_label(column) {
            let problem = match column.levels.len() {
                0 if column.is_varied => Problem::Labels(super::limit::CATEGORIES + 1),
                0 | 1 => Problem::OneClass,
                many => Problem::Labels(many),
            };
            return Err(Fault::named(&column.name, problem));
        }
        let numbers: Option<Vec<f64>> = column.levels.iter().map(|level| decimal::f64(level)).collect();
        let mut sorted: Vec<usize> = (0..column.levels.len()).collect();
        order::sort_by(&mut sorted, |&a, &b| match &numbers {
            Some(numbers) => numbers[a].total_cmp(&numbers[b]),
            None => column.levels[a].cmp(&column.levels[b]),
        });
        let mut class_of = vec![0; sorted.len()];
        sorted.iter().enumerate().for_each(|(class, level)| class_of[*level] = class as u8);
        let labelled = column.codes.iter().enumerate().filter(|(_, code)| **code != GAP);
        let (rows, classes): (Vec<usize>, Vec<u8>) =
            labelled.map(|(row, code)| (row, class_of[usize::from(*code)])).unzip();
        let mut counts = vec![0; sorted.len()];
        classes.iter().for_each(|class| counts[usize::from(*class)] += 1);
        let names: Vec<String> = sorted.iter().map(|level| column.levels[*level].clone()).collect();
        if let Some(class) = counts.iter().position(|count| *count < FEWEST) {
            let problem = Problem::FewExamples { class: names[class].clone(), found: counts[class] };
            return Err(Fault::named(&column.name, problem));
        }
        Ok(Labels { dropped: column.rows() - rows.len(), names, counts, rows, classes })
    }
}

fn can_label(column: &Column) -> bool {
    !column.is_varied && (2..=Limit::Classes.most()).contains(&column.levels.len())
}
