//! Running other programs, saying which. Must not know what they do.

use std::process::{Command, Stdio};

/// Runs a program to its end, its output shown; the command line is printed first.
///
/// # Errors
/// It cannot be started, or ends with a failure.
pub fn run(command: &mut Command) -> Result<(), String> {
    let line = line(command);
    println!("$ {line}");
    let status = command.status().map_err(|error| format!("{line}: cannot be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{line}: {status}")) }
}

/// What a program prints, trimmed.
///
/// # Errors
/// It cannot be started, or ends with a failure.
pub fn output(command: &mut Command) -> Result<String, String> {
    let line = line(command);
    let output = command
        .stderr(Stdio::null())
        .output()
        .map_err(|error| format!("{line}: cannot be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("{line}: {}", output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program succeeds, and all it prints, for programs that are to fail.
///
/// # Errors
/// It cannot be started.
pub fn outcome(command: &mut Command) -> Result<(bool, String), String> {
    let line = line(command);
    let output = command.output().map_err(|error| format!("{line}: cannot be started: {error}"))?;
    let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    Ok((output.status.success(), said.concat()))
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
