//! What the desk and its worker say to each other, as postcard bytes; files and packed bytes travel beside.
//!
//! Must not know how messages are carried.

use super::advice::Judged;
use super::fault::Fault;
use super::picture::{Class, Form};
use super::sheet::{Plan, Summary};
use crate::experiment::Own;
use serde::{Deserialize, Serialize};

/// Desk to worker. Whatever is asked before an answer came replaces what was asked before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Read a table; the file travels beside.
    Table {
        /// What it is called.
        title: String,
    },
    /// Judge the table read last.
    Judge(Plan),
    /// Pack the table read last.
    Pack(Plan),
    /// Pack points that were drawn.
    Points {
        /// What they are called.
        title: String,
        /// Across, up, class.
        points: Vec<(f32, f32, u8)>,
        /// Per cent of each class held out.
        held_out: u32,
    },
    /// Add pictures; an array of files, with the folder each lies in where it lies in one, travels beside.
    Pictures {
        /// The class of those that lie in no folder.
        class: String,
    },
    /// Add a picture of a camera; its pixels travel beside, four bytes each.
    Shot {
        /// Its class.
        class: String,
    },
    /// Forget the pictures of a class, or all.
    RemovePictures(Option<String>),
    /// Pack the pictures.
    PackPictures {
        /// What they are called.
        title: String,
        /// How they are trained on.
        form: Form,
        /// Per cent of each class held out.
        held_out: u32,
    },
    /// Look at bytes that were packed before; they travel beside.
    Reopen {
        /// Per cent of each class held out.
        held_out: u32,
    },
}

/// Worker to desk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Say {
    /// It listens; what was said to it before is lost.
    Ready,
    /// Still reading: rows so far, and the share of the file from 0 to 1.
    Progress(usize, f32),
    /// The table was read, in so many milliseconds.
    Table(Box<Summary>, f64),
    /// The pictures there are, and how many could not be read.
    Pictures(Vec<Class>, usize),
    /// What should be known about it.
    Judged(Box<Judged>),
    /// Ready for training; the command that gives the bytes to a training worker travels beside, and the bytes.
    Packed {
        /// What the experiment says about them.
        own: Own,
        /// What they are called.
        title: String,
        /// Name of each class.
        classes: Vec<String>,
    },
    /// It cannot be done.
    Fault(Fault),
}
