//! Everything around the page: building, serving, testing and measuring it.
//!
//! The server and the WebDriver client are also used by the browser tests. Must not know how the
//! page works inside, only its files, its address and `window.lab`.

pub mod bench;
pub mod build;
pub mod cards;
pub mod chromium;
pub mod compress;
pub mod data;
pub mod engines;
pub mod export;
pub mod fuzz;
pub mod hosting;
pub mod icons;
pub mod offline;
pub mod package;
pub mod page;
pub mod posters;
pub mod process;
pub mod serve;
pub mod server;
pub mod share;
pub mod shorten;
pub mod sites;
pub mod size;
pub mod test;
pub mod tools;
pub mod trace;

use std::path::PathBuf;

/// A checkout of Collapse Lab.
#[derive(Clone, Debug)]
pub struct Repository {
    /// The directory with the workspace's `Cargo.toml`.
    pub root: PathBuf,
}

impl Repository {
    /// Where the built page is.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }
}
