//! What the page decides without a browser: keyboard, speeds, changes, reports.
//!
//! Must not know the document, workers or tensors; so every choice here has a native test.

pub mod challenge;
pub mod change;
pub mod checklist;
pub mod device;
pub mod glossary;
pub mod goal;
pub mod inputs;
pub mod inspection;
pub mod lanes;
pub mod options;
pub mod outcome;
pub mod port;
pub mod qr;
pub mod receipt;
#[cfg(feature = "charts")]
pub mod report;
pub mod scenario_cure;
pub mod scenario_filter;
pub mod shortcut;
pub mod speed;
pub mod trial;
pub mod workshop;
