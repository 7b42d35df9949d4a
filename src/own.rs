//! Data that are the visitor's own: tables, pictures and points read, judged and packed for training.
//!
//! Nothing of it leaves the machine; what is packed has the format of `data/own.rs`. Must not know the browser.

pub mod advice;
pub mod column;
pub mod fault;
pub mod limit;
pub mod pack;
pub mod parsers;
pub mod picture;
pub mod reader;
pub mod sheet;
pub mod talk;
mod text;
pub mod zip;

pub use advice::Advice;
pub use fault::{Fault, Problem};
pub use pack::Packed;
pub use reader::Reader;
pub use sheet::{Plan, Sheet, Summary};
