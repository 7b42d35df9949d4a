//! Everything that touches the browser: the page, and the workers' glue.
//!
//! Must not decide anything a native test should check; those decisions live in the core.

#[cfg(feature = "charts")]
pub mod canvas;
#[cfg(feature = "gpu")]
mod gpu;
#[cfg(feature = "train")]
mod mailbox;
#[cfg(feature = "train")]
pub mod worker;

#[cfg(feature = "page")]
mod app;
#[cfg(feature = "page")]
mod badge;
#[cfg(feature = "page")]
mod balance;
#[cfg(any(feature = "page", feature = "map", feature = "clinic", feature = "export", feature = "desk"))]
#[cfg_attr(not(any(feature = "page", feature = "map", feature = "clinic")), allow(dead_code))]
mod catalogue;
#[cfg(feature = "page")]
mod challenge;
#[cfg(feature = "page")]
mod charts;
#[cfg(feature = "page")]
mod checklist;
#[cfg(feature = "page")]
mod classroom;
#[cfg(feature = "clinic")]
pub mod clinic;
#[cfg(feature = "page")]
mod compare;
#[cfg(feature = "page")]
mod controls;
#[cfg(feature = "desk")]
pub mod desk;
#[cfg(feature = "page")]
mod dialog;
// The other programs need a part of it.
#[cfg(any(feature = "page", feature = "map", feature = "clinic", feature = "export", feature = "desk"))]
#[cfg_attr(not(feature = "page"), allow(dead_code))]
mod dom;
#[cfg(feature = "page")]
pub mod engine;
#[cfg(feature = "page")]
mod events;
#[cfg(feature = "export")]
pub mod export;
#[cfg(feature = "page")]
mod export_door;
#[cfg(feature = "page")]
mod facts;
#[cfg(feature = "page")]
mod findings;
#[cfg(feature = "page")]
mod gallery;
#[cfg(feature = "page")]
mod glossary;
#[cfg(feature = "page")]
mod goal;
// The other programs need a part of it.
#[cfg(any(feature = "page", feature = "map", feature = "clinic", feature = "export", feature = "desk"))]
#[cfg_attr(not(feature = "page"), allow(dead_code))]
mod icon;
#[cfg(any(feature = "page", feature = "map"))]
mod info;
#[cfg(feature = "page")]
mod inputs;
#[cfg(feature = "intake")]
pub mod intake;
#[cfg(feature = "page")]
mod keyboard;
#[cfg(feature = "page")]
mod lab;
#[cfg(feature = "page")]
mod language;
#[cfg(feature = "page")]
mod lesson;
#[cfg(feature = "map")]
pub mod map;
#[cfg(feature = "page")]
mod map_door;
#[cfg(feature = "page")]
mod notices;
#[cfg(feature = "page")]
mod own;
#[cfg(feature = "page")]
mod own_cure;
#[cfg(feature = "page")]
mod picture;
#[cfg(feature = "page")]
mod port;
#[cfg(any(feature = "page", feature = "map", feature = "desk"))]
#[cfg_attr(feature = "desk", allow(dead_code))]
mod program;
#[cfg(feature = "page")]
mod receipt;
#[cfg(feature = "page")]
mod report;
#[cfg(feature = "page")]
mod scenarios;
#[cfg(feature = "page")]
mod share;
#[cfg(feature = "page")]
mod sheet;
#[cfg(feature = "page")]
mod store;
#[cfg(any(feature = "page", feature = "map", feature = "clinic"))]
mod theme;
#[cfg(feature = "page")]
mod transport;
#[cfg(feature = "page")]
mod trials;
#[cfg(feature = "page")]
mod verdict;
#[cfg(feature = "page")]
mod workshop;

#[cfg(feature = "page")]
pub use app::start;
