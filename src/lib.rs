//! Collapse Lab: why does my classifier predict the same class for everything?
//!
//! ```text
//! knobs -> Experiment -> protocol -> session -> fleet      (worker)
//!                                        |
//!          charts, findings <- history <-+                 (page)
//! ```
//!
//! Invariants: only `fleet` and `session` touch tensors; only `web` touches the browser;
//! `diagnosis` and `chart` see `telemetry` and `experiment` alone. `tests/tidy.rs` checks this.

pub mod architecture;
#[cfg(feature = "charts")]
pub mod chart;
pub mod clinic;
pub mod csv;
pub mod data;
pub mod decimal;
pub mod diagnosis;
pub mod experiment;
#[cfg(feature = "export")]
pub mod export;
#[cfg(feature = "train")]
pub mod fleet;
pub mod lesson;
pub mod map;
pub mod metrics;
pub mod order;
pub mod own;
pub mod page;
pub mod protocol;
#[cfg(feature = "train")]
pub mod session;
pub mod stream;
pub mod supervisor;
pub mod telemetry;
#[cfg(target_arch = "wasm32")]
pub mod web;
pub mod words;
