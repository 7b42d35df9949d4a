//! Fenced blocks called `collapse-lab` in a book's chapters become live experiments.
//!
//! Must not know how an experiment is shown: that is `embed.js`, which the markup asks for.

pub mod book;
pub mod chapter;
pub mod markup;
pub mod table;
