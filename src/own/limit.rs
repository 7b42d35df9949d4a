//! What is limited, and to how much; `docs/own-data.md` repeats the table.
//!
//! Must not know who keeps the limits.

use crate::experiment::knob::MAX_CLASSES;
use crate::experiment::own;
use crate::words;
use serde::{Deserialize, Serialize};

/// What has a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Limit {
    /// Bytes of one file.
    FileBytes,
    /// Rows of a table, pictures, or points.
    Examples,
    /// Columns of a file.
    Columns,
    /// Characters of one cell, in bytes.
    CellBytes,
    /// Numbers per row once categories are columns of 0 and 1.
    Features,
    /// Numbers of all examples together.
    Values,
    /// Classes.
    Classes,
    /// Longest side of a picture as it is trained on, in pixels.
    Side,
    /// Pixels of a picture before it is made smaller.
    Pixels,
    /// Files in an archive.
    Entries,
    /// Bytes of one picture file, unpacked.
    EntryBytes,
    /// Bytes of all files of an archive, unpacked.
    Unpacked,
    /// Pictures.
    Pictures,
    /// Points drawn by hand.
    Points,
}

impl Limit {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 14] = [
        Self::FileBytes,
        Self::Examples,
        Self::Columns,
        Self::CellBytes,
        Self::Features,
        Self::Values,
        Self::Classes,
        Self::Side,
        Self::Pixels,
        Self::Entries,
        Self::EntryBytes,
        Self::Unpacked,
        Self::Pictures,
        Self::Points,
    ];

    /// The most there may be.
    pub const fn most(self) -> usize {
        match self {
            Self::FileBytes => 200_000_000,
            Self::Examples => own::EXAMPLES,
            Self::Columns => 200,
            Self::CellBytes => 10_000,
            Self::Features => own::COLUMNS,
            Self::Values => 16_000_000,
            Self::Classes => MAX_CLASSES,
            Self::Side => own::SIDE,
            Self::Pixels => 64_000_000,
            Self::Entries => 20_000,
            Self::EntryBytes => 20_000_000,
            Self::Unpacked => 500_000_000,
            Self::Pictures => 10_000,
            Self::Points => 5_000,
        }
    }

    /// Its name in the documentation and in `lang/`.
    pub fn name(self) -> &'static str {
        match self {
            Self::FileBytes => "file_bytes",
            Self::Examples => "examples",
            Self::Columns => "columns",
            Self::CellBytes => "cell_bytes",
            Self::Features => "features",
            Self::Values => "values",
            Self::Classes => "classes",
            Self::Side => "side",
            Self::Pixels => "pixels",
            Self::Entries => "entries",
            Self::EntryBytes => "entry_bytes",
            Self::Unpacked => "unpacked",
            Self::Pictures => "pictures",
            Self::Points => "points",
        }
    }

    /// What is limited, in words, with the limit.
    pub fn text(self) -> String {
        words::fill(
            &["own.limit.", self.name()].concat(),
            &[("most", words::count(self.most() as u32).into())],
        )
    }
}

/// Most categories of a column that becomes columns of 0 and 1.
pub const CATEGORIES: usize = 16;
/// Fewest examples of a class: one to train on and one held out.
pub const FEWEST: usize = 2;
