//! A table of texts: a header, rows of equal width, and the line each row began on.
//!
//! Must not know what its columns mean.

use crate::clinic::fault::{CELLS, COLUMNS, Fault, Limit, Problem, ROWS};
use crate::csv::{is_empty, number};

/// The cells of a file, as texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Names of the columns; empty where the file has no header.
    pub names: Vec<String>,
    /// Cells in a row.
    pub width: usize,
    /// All cells, one after the other; a `String` each would be ten times as large.
    text: String,
    /// Where each cell ends in `text`, row by row.
    ends: Vec<usize>,
    /// Where each row is in the file; `None` where rows are not lines (JSON).
    lines: Vec<Option<usize>>,
}

impl Table {
    /// An empty table with this header.
    ///
    /// # Errors
    /// Too many columns.
    pub fn new(names: Vec<String>, width: usize) -> Result<Self, Fault> {
        if width > COLUMNS {
            return Err(Fault::whole(Problem::TooMuch(Limit::Columns)));
        }
        Ok(Self { names, width, ..Self::default() })
    }

    /// Adds a row of exactly [`Self::width`] cells.
    ///
    /// # Errors
    /// The table is full.
    pub fn push<'a>(
        &mut self,
        line: Option<usize>,
        cells: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), Fault> {
        if self.lines.len() >= ROWS || self.ends.len() >= CELLS {
            let whole = Fault::whole(Problem::TooMuch(Limit::Rows));
            return Err(Fault { line, ..whole });
        }
        for cell in cells.into_iter().chain(std::iter::repeat("")).take(self.width) {
            self.text += cell.trim();
            self.ends.push(self.text.len());
        }
        self.lines.push(line);
        Ok(())
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// The text of a cell, without spaces around it.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let index = row * self.width + column;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[index]]
    }

    /// The cells of a column from the first row on.
    pub fn column(&self, column: usize) -> impl Iterator<Item = &str> {
        (0..self.rows()).map(move |row| self.cell(row, column))
    }

    /// Name of a column; empty without a header.
    pub fn name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    /// The names of all columns, for messages.
    pub fn list(&self) -> String {
        self.names.iter().filter(|name| !name.is_empty()).cloned().collect::<Vec<_>>().join(", ")
    }

    /// What is wrong with a cell.
    pub fn fault(&self, row: usize, column: usize, problem: Problem) -> Fault {
        let line = self.lines.get(row).copied().flatten();
        Fault { line, column: Some(column + 1), name: self.name(column).to_owned(), problem }
    }

    /// The number of a cell; `None` where it is empty.
    ///
    /// # Errors
    /// There is something else.
    pub fn number(&self, row: usize, column: usize) -> Result<Option<f32>, Fault> {
        let text = self.cell(row, column);
        if is_empty(text) {
            return Ok(None);
        }
        let wrong = || self.fault(row, column, Problem::NoNumber(text.to_owned()));
        number(text).map(Some).ok_or_else(wrong)
    }

    /// Whether every cell of a column that is not empty is a number, and there is one.
    pub fn is_numeric(&self, column: usize) -> bool {
        let mut filled = self.column(column).filter(|cell| !is_empty(cell)).peekable();
        filled.peek().is_some() && filled.all(|cell| number(cell).is_some())
    }
}
