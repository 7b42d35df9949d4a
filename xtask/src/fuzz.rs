//! `cargo xtask fuzz`: the parsers of what visitors hand in, fed with a million changed seeds each.
//!
//! Must not know the parsers; the test that runs on every change feeds them, fewer inputs.

use crate::{Repository, process};
use std::process::Command;

/// Inputs of each parser unless told otherwise.
const INPUTS: &str = "1000000";

/// Feeds all parsers, or the one named.
///
/// # Errors
/// An option is wrong, or a parser panics.
pub fn run(repository: &Repository, options: &[&str]) -> Result<(), String> {
    let (mut parser, mut inputs) = (None, INPUTS);
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match *option {
            "--inputs" => inputs = options.next().ok_or("--inputs needs a number")?,
            name if parser.is_none() && !name.starts_with('-') => parser = Some(name),
            other => return Err(format!("fuzz has no option {other:?}")),
        }
    }
    inputs.parse::<u64>().map_err(|error| format!("--inputs {inputs}: {error}"))?;
    let mut test = Command::new("cargo");
    // The packages of the native tests, or Burn would be compiled again with other features.
    test.args(["test", "--locked", "-p", "collapse-lab", "-p", "collapse-lab-cli", "--test", "fuzz"]);
    test.args(["--", "--nocapture"]).current_dir(&repository.root);
    test.env("COLLAPSE_LAB_FUZZ_INPUTS", inputs);
    if let Some(parser) = parser {
        test.env("COLLAPSE_LAB_FUZZ_PARSER", parser);
    }
    process::run(&mut test)
}
