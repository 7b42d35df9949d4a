//! What is wrong with a file: where, what happened, and what to do about it.
//!
//! Must not know how files are read.

use crate::experiment::link::short;
use crate::t;
use crate::words;

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line of the file, from 1; `None` when the whole file is meant.
    pub line: Option<usize>,
    /// Column: the cell of a table from 1, or the character of a JSON line; `None` for the whole line.
    pub column: Option<usize>,
    /// Name of the column, where it has one.
    pub name: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// What can be wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is nothing in it.
    Empty,
    /// More of something than is read.
    TooMuch(Limit),
    /// Not text in UTF-8: a workbook, an archive, another encoding.
    NotText,
    /// JSON ends too early.
    JsonCut,
    /// JSON breaks its own rules here.
    JsonBroken,
    /// JSON that holds none of what is looked for.
    JsonForeign,
    /// A row has `found` cells where the rows above have `wanted`.
    Width {
        /// Cells of this row.
        found: usize,
        /// Cells of the header or the first row.
        wanted: usize,
    },
    /// A cell that should be a number.
    NoNumber(String),
    /// A confusion matrix with a negative count.
    Negative(String),
    /// A confusion matrix with so many rows and columns.
    NotSquare {
        /// Rows of numbers.
        rows: usize,
        /// Numbers in a row.
        columns: usize,
    },
    /// A file of predictions without the column of this role.
    NoColumn(String),
    /// So many different values are no classes.
    ManyClasses(usize),
    /// Fewer than two classes.
    OneClass,
    /// A table of none of the known kinds, with these columns.
    Unknown(String),
    /// Metrics, but not one number among them.
    NoValues,
}

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Characters of the file, in millions of bytes.
    Megabytes,
    /// Lines with data.
    Rows,
    /// Columns.
    Columns,
    /// Examples in a matrix.
    Examples,
}

/// Most bytes of a file.
pub const BYTES: usize = 16_000_000;
/// Most rows of a table.
pub const ROWS: usize = 200_000;
/// Most columns of a table; an export of hundreds of runs has three per run and metric.
pub const COLUMNS: usize = 1_000;
/// Most cells of a table.
pub const CELLS: usize = 2_000_000;
/// Most classes.
pub const CLASSES: usize = 100;
/// Most examples in a matrix.
pub const EXAMPLES: f64 = 1e9;

impl Limit {
    /// The limit itself.
    pub fn most(self) -> u32 {
        match self {
            Self::Megabytes => (BYTES / 1_000_000) as u32,
            Self::Rows => ROWS as u32,
            Self::Columns => COLUMNS as u32,
            Self::Examples => EXAMPLES as u32,
        }
    }
}

impl Fault {
    /// About the file as a whole.
    pub fn whole(problem: Problem) -> Self {
        Self { line: None, column: None, name: String::new(), problem }
    }

    /// About a line.
    pub fn line(line: usize, problem: Problem) -> Self {
        Self { line: Some(line), ..Self::whole(problem) }
    }

    /// About a place in a line.
    pub fn at(line: usize, column: usize, name: &str, problem: Problem) -> Self {
        Self { line: Some(line), column: Some(column), name: name.to_owned(), problem }
    }

    /// Where, what, and what to do, in the language of the page.
    pub fn text(&self) -> String {
        let (what, name) = (self.problem.text(), short(&self.name));
        match (self.line, self.column) {
            (None, None) => what,
            (None, Some(column)) => t!("clinic.fault.column", column = column, name = name, what = what),
            (Some(line), None) => t!("clinic.fault.line", line = line, what = what),
            (Some(line), Some(column)) if self.name.is_empty() => {
                t!("clinic.fault.place", line = line, column = column, what = what)
            }
            (Some(line), Some(column)) => {
                t!("clinic.fault.cell", line = line, column = column, name = name, what = what)
            }
        }
    }
}

impl Problem {
    fn text(&self) -> String {
        match self {
            Self::Empty => t!("clinic.fault.empty").to_owned(),
            Self::TooMuch(Limit::Megabytes) => {
                t!("clinic.fault.megabytes", most = Limit::Megabytes.most())
            }
            Self::TooMuch(Limit::Rows) => t!("clinic.fault.rows", most = Limit::Rows.most()),
            Self::TooMuch(Limit::Columns) => t!("clinic.fault.columns", most = Limit::Columns.most()),
            Self::TooMuch(Limit::Examples) => t!("clinic.fault.examples", most = Limit::Examples.most()),
            Self::NotText => t!("clinic.fault.not_text").to_owned(),
            Self::JsonCut => t!("clinic.fault.json_cut").to_owned(),
            Self::JsonBroken => t!("clinic.fault.json_broken").to_owned(),
            Self::JsonForeign => t!("clinic.fault.json_foreign").to_owned(),
            Self::Width { found, wanted } => t!("clinic.fault.width", found = *found, wanted = *wanted),
            Self::NoNumber(text) => t!("clinic.fault.no_number", text = short(text)),
            Self::Negative(text) => t!("clinic.fault.negative", text = short(text)),
            Self::NotSquare { rows, columns } => {
                t!("clinic.fault.not_square", rows = *rows, columns = *columns)
            }
            Self::NoColumn(columns) => t!("clinic.fault.no_column", columns = listed(columns)),
            Self::ManyClasses(count) => {
                t!("clinic.fault.many_classes", count = *count, most = CLASSES)
            }
            Self::OneClass => t!("clinic.fault.one_class").to_owned(),
            Self::Unknown(columns) => t!("clinic.fault.unknown", columns = listed(columns)),
            Self::NoValues => t!("clinic.fault.no_values").to_owned(),
        }
    }
}

/// Names of columns, not longer than a line or two.
fn listed(columns: &str) -> String {
    const MOST: usize = 160;
    match columns.char_indices().nth(MOST) {
        Some((end, _)) => [&columns[..end], "…"].concat(),
        None if columns.is_empty() => words::say("clinic.fault.nameless").to_owned(),
        None => columns.to_owned(),
    }
}
