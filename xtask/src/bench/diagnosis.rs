//! `cargo xtask bench diagnosis`: builds the package `bench/`, runs it, and puts what it came to into the README
//! and `docs/diagnosis-benchmark.md`.
//!
//! Must not know what is measured.

use super::{machine, readme};
use crate::{Repository, process};
use std::path::Path;
use std::process::Command;

/// Name of the sections between markers, of the profile and of the package's folder of results.
const NAME: &str = "diagnosis";

/// What the options ask for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wishes<'a> {
    write_readme: bool,
    /// Handed on to the program, which knows them.
    passed: Vec<&'a str>,
}

fn parse<'a>(options: &[&'a str]) -> Result<Wishes<'a>, String> {
    let mut wishes = Wishes::default();
    for option in options {
        if *option == "--write-readme" {
            wishes.write_readme = true;
        } else {
            wishes.passed.push(option);
        }
    }
    let shortened = ["--quick", "--costs", "tuning"].into_iter().find(|word| wishes.passed.contains(word));
    match shortened {
        Some(word) if wishes.write_readme => {
            Err(format!("--write-readme is for the whole held-out part: leave out {word}"))
        }
        _ => Ok(wishes),
    }
}

/// Runs the benchmark of the diagnosis.
///
/// # Errors
/// An option is wrong, the build or the run fails, or the split is not the frozen one.
pub fn run(repository: &Repository, options: &[&str]) -> Result<(), String> {
    let wishes = parse(options)?;
    let out = repository.root.join("target").join("diagnosis-bench");
    let arguments =
        ["run", "--quiet", "--locked", "--profile", "bench-diagnosis", "--package", "diagnosis-bench", "--"];
    let mut command = Command::new("cargo");
    command.current_dir(&repository.root).args(arguments).args(&wishes.passed).arg("--out").arg(&out);
    // glibc returns every larger tensor to the system at once and asks for it again: time spent in the kernel.
    command.env("MALLOC_MMAP_THRESHOLD_", "268435456").env("MALLOC_TRIM_THRESHOLD_", "268435456");
    process::run(&mut command)?;
    if !wishes.write_readme {
        return Ok(());
    }
    let read = |file: &str| {
        let path = out.join(file);
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let conditions = format!("{}. Measured on {}", read("heading.md")?, machine::describe_without_browser());
    let write =
        |file: &Path, text: &str| readme::replace(&repository.root.join(file), NAME, &conditions, text);
    write(Path::new("README.md"), &read("readme.md")?)?;
    write(Path::new("docs/diagnosis-benchmark.md"), &read("docs.md")?)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_the_whole_held_out_part_is_written_down() {
        let wishes = parse(&["--part", "tuning", "--quick"]).expect("right");
        assert_eq!((wishes.write_readme, wishes.passed.len()), (false, 3));
        assert!(
            parse(&["--write-readme"]).is_ok_and(|wishes| wishes.write_readme && wishes.passed.is_empty())
        );
        assert!(parse(&["--quick", "--write-readme"]).is_err());
        assert!(parse(&["--part", "tuning", "--write-readme"]).is_err());
    }
}
