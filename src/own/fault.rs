//! What is wrong with what was handed in: where, what, and what to do about it.
//!
//! Must not know how files are read.

use super::limit::Limit;
use crate::experiment::link::short;
use crate::t;
use serde::{Deserialize, Serialize};

/// Why something cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Line of the file, from 1; `None` when the whole is meant.
    pub line: Option<usize>,
    /// Cell of the line, from 1.
    pub column: Option<usize>,
    /// Name of the column, or of the file in an archive; may be empty.
    pub name: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// There is nothing in it.
    Empty,
    /// More of something than fits.
    TooMuch(Limit),
    /// Not text: a workbook, a picture, an archive.
    NotText,
    /// A row has `found` cells where the first has `wanted`.
    Width {
        /// Cells of this row.
        found: usize,
        /// Cells of the first.
        wanted: usize,
    },
    /// A quotation mark that nothing closes.
    OpenQuote,
    /// No column can be the label.
    NoLabel,
    /// The label has so many different values.
    Labels(usize),
    /// Only one class.
    OneClass,
    /// A class with too few examples.
    FewExamples {
        /// Its name.
        class: String,
        /// How many it has.
        found: usize,
    },
    /// No column is left to learn from.
    NoFeatures,
    /// Not an archive, or a broken one.
    BadArchive,
    /// An archive in a way of packing that is not read.
    Packing(u16),
    /// No picture that can be read.
    NoPictures,
    /// A picture the browser cannot decode.
    BadPicture,
    /// Data of this page that are damaged; the reason, in English.
    Damaged(String),
    /// What the worker or the browser said, in its own words.
    Browser(String),
}

impl Fault {
    /// About the whole.
    pub fn whole(problem: Problem) -> Self {
        Self { line: None, column: None, name: String::new(), problem }
    }

    /// About a line.
    pub fn line(line: usize, problem: Problem) -> Self {
        Self { line: Some(line), ..Self::whole(problem) }
    }

    /// About a cell.
    pub fn at(line: usize, column: usize, name: &str, problem: Problem) -> Self {
        Self { line: Some(line), column: Some(column), name: name.to_owned(), problem }
    }

    /// About a file or a column.
    pub fn named(name: &str, problem: Problem) -> Self {
        Self { name: name.to_owned(), ..Self::whole(problem) }
    }

    /// Where, what, and what to do, in the language of the page.
    pub fn text(&self) -> String {
        let (what, name) = (self.problem.text(), short(&self.name));
        match (self.line, self.column) {
            (Some(line), Some(column)) if name.is_empty() => {
                t!("own.fault.place", line = line, column = column, what = what)
            }
            (Some(line), Some(column)) => {
                t!("own.fault.cell", line = line, column = column, name = name, what = what)
            }
            (Some(line), None) => t!("own.fault.line", line = line, what = what),
            _ if name.is_empty() => what,
            _ => t!("own.fault.named", name = name, what = what),
        }
    }
}

impl Problem {
    fn text(&self) -> String {
        match self {
            Self::Empty => t!("own.fault.empty").to_owned(),
            Self::TooMuch(limit) => t!("own.fault.too_much", limit = limit.text()),
            Self::NotText => t!("own.fault.not_text").to_owned(),
            Self::Width { found, wanted } => t!("own.fault.width", found = *found, wanted = *wanted),
            Self::OpenQuote => t!("own.fault.quote").to_owned(),
            Self::NoLabel => t!("own.fault.no_label").to_owned(),
            Self::Labels(found) => t!("own.fault.labels", n = *found, most = Limit::Classes.most()),
            Self::OneClass => t!("own.fault.one_class").to_owned(),
            Self::FewExamples { class, found } => {
                t!("own.fault.few", name = short(class), n = *found, fewest = super::limit::FEWEST)
            }
            Self::NoFeatures => t!("own.fault.no_features").to_owned(),
            Self::BadArchive => t!("own.fault.archive").to_owned(),
            Self::Packing(method) => t!("own.fault.packing", n = usize::from(*method)),
            Self::NoPictures => t!("own.fault.no_pictures").to_owned(),
            Self::BadPicture => t!("own.fault.picture").to_owned(),
            Self::Damaged(reason) => t!("own.fault.damaged", reason = reason.as_str()),
            Self::Browser(reason) => t!("own.fault.browser", reason = reason.as_str()),
        }
    }
}
