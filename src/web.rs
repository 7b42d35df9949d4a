//! Everything that touches the browser: the page, and the workers' glue.
//!
//! Must not decide anything a native test should check; those decisions live in the core.

#[cfg(feature = "page")]
pub mod engine;
#[cfg(feature = "gpu")]
mod gpu;
#[cfg(feature = "train")]
mod mailbox;
#[cfg(feature = "train")]
pub mod worker;
