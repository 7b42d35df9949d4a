//! The benchmark of the diagnosis: faults are injected into configurations that learn, and what the page says
//! is compared with what really repairs them, beside published baselines.
//!
//! ```text
//! frozen.json -> case, control, unlearnable -> doctor -> tally -> report
//!                        (train: the page's own core)
//! ```
//!
//! Must not know the browser. Everything follows from the frozen seed; threads change nothing but the time.

pub mod case;
pub mod cause;
pub mod control;
pub mod doctor;
pub mod dump;
pub mod fault;
pub mod frozen;
pub mod healthy;
pub mod overhead;
pub mod parallel;
pub mod remedy;
pub mod report;
pub mod statistics;
pub mod suite;
pub mod tally;
pub mod train;
pub mod unlearnable;
