//! `cargo xtask posters`: the pictures that embeds show before they are live.
//!
//! The test that compares them also writes them, so that both train and draw the same way. Must not know
//! what is in a picture.

use crate::{Repository, process};
use std::process::Command;

/// Trains every scenario and writes its pictures.
///
/// # Errors
/// The test does not compile, or a picture is over its budget.
pub fn run(repository: &Repository) -> Result<(), String> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["test", "-p", "collapse-lab", "-p", "collapse-lab-cli", "--test", "posters"])
        .env("UPDATE_POSTERS", "1");
    process::run(cargo.current_dir(&repository.root))
}
