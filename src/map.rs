//! The collapse map: two settings as a grid, several seeds a cell, and what became of each.
//!
//! ```text
//! address -> MapSpec -> Plan (coarse to fine) -> Pool (who trains what) -> Grid of outcomes
//!                                                     theory drawn over it <-+-> link, file, table
//! ```
//!
//! Must not know the browser, tensors or how anything is drawn.

pub mod axis;
pub mod crew;
pub mod file;
pub mod grid;
pub mod measure;
pub mod outcome;
pub mod plan;
pub mod query;
pub mod share;
pub mod spec;
pub mod table;
pub mod theory;

pub use axis::Axis;
pub use grid::Grid;
pub use measure::Measure;
pub use outcome::{Outcome, Summary};
pub use plan::Plan;
pub use spec::MapSpec;
pub use theory::Law;
