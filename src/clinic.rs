//! The clinic: a run trained elsewhere, read from its files and a few answers, and what is wrong with it.
//!
//! ```text
//! text ─► read (CSV, JSON, pasted rows) ─► Import: curves, predictions or a confusion matrix
//!                                              │   answers to a few questions
//!                                              ▼
//!                                            Case ─► causes, ranked ─► report, nearest experiment here
//! ```
//!
//! Must not know the browser: texts come in, words and numbers go out, and nothing leaves.

mod case;
pub mod cause;
pub mod fault;
mod import;
mod metric;
#[cfg(feature = "charts")]
pub mod picture;
mod question;
mod read;
pub mod report;
mod sample;
mod sign;

pub use case::Case;
pub use cause::{Cause, Clue, Confidence, Judged, open_questions, ranking};
pub use fault::{Fault, Problem};
pub use import::{Axis, Curves, Format, Import, Matrix, Note, Predictions, Reading, Series};
pub use metric::{Kind, Metric, Split};
pub use question::{Answers, Question};
pub use read::{Choice, read};
pub use sample::{SAMPLES, Sample};
pub use sign::{Need, Sign};
