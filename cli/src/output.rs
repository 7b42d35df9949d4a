//! Where results go: the standard output or a file that is either whole or not there.
//!
//! Must not know what is written.

use crate::failure::Failure;
use collapse_lab::decimal;
use serde_json::Value;
use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Writes a text to the standard output.
///
/// # Errors
/// It is closed or cannot be written.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| unheard(&error, "the output"))
}

/// Replaces `path` by `text` in one step: a reader never sees half of it, and a crash leaves the old one.
///
/// # Errors
/// The folder cannot be written.
pub fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let part = path.with_added_extension(format!("{}.part", std::process::id()));
    let written = std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, path));
    written.map_err(|error| Failure::file(path, &error))
}

/// Lines of JSON from several threads, each whole.
pub struct Lines {
    to: Mutex<Box<dyn Write + Send>>,
    name: String,
}

impl Lines {
    /// To a file that must not exist yet unless `force`, or to the standard output.
    ///
    /// # Errors
    /// The file exists or cannot be made.
    pub fn new(path: Option<&Path>, force: bool) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self { to: Mutex::new(Box::new(io::stdout())), name: "the output".to_owned() });
        };
        let mut options = File::options();
        let options = if force { options.create(true).truncate(true) } else { options.create_new(true) };
        let file = options.write(true).open(path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => exists(path),
            _ => Failure::file(path, &error),
        })?;
        Ok(Self { to: Mutex::new(Box::new(io::BufWriter::new(file))), name: path.display().to_string() })
    }

    /// Writes one line.
    ///
    /// # Errors
    /// Nobody reads any more, or the disk is full.
    pub fn put(&self, line: &Value) -> Result<(), Failure> {
        self.put_text(&format!("{line}\n"))
    }

    /// Writes a text that ends with its line.
    ///
    /// # Errors
    /// As [`Lines::put`].
    pub fn put_text(&self, line: &str) -> Result<(), Failure> {
        let mut to = self.to.lock().expect("no writer panics");
        to.write_all(line.as_bytes()).map_err(|error| unheard(&error, &self.name))
    }

    /// Sees to it that everything is written.
    ///
    /// # Errors
    /// As [`Lines::put`].
    pub fn finish(&self) -> Result<(), Failure> {
        self.to.lock().expect("no writer panics").flush().map_err(|error| unheard(&error, &self.name))
    }
}

/// The refusal to overwrite.
pub fn exists(path: &Path) -> Failure {
    Failure::wrong_in(path.display(), "exists already; --resume goes on with it, --force overwrites it")
}

fn unheard(error: &io::Error, place: &str) -> Failure {
    match error.kind() {
        ErrorKind::BrokenPipe => Failure::Unheard,
        _ => Failure::Impossible(format!("{place}: {error}")),
    }
}

/// A line on the terminal that says how far it is; nothing where nobody looks.
pub struct Progress {
    shown: Option<Mutex<Instant>>,
    begun: Instant,
}

impl Progress {
    /// Shown on a terminal unless `quiet`.
    pub fn new(quiet: bool) -> Self {
        let begun = Instant::now();
        let wanted = !quiet && io::stderr().is_terminal();
        // Long enough ago for the first to be shown.
        let shown = wanted.then(|| Mutex::new(begun.checked_sub(Duration::from_secs(1)).unwrap_or(begun)));
        Self { shown, begun }
    }

    /// `done` of `all` pieces of work called `what`; `share` of the cost is paid.
    pub fn show(&self, done: usize, all: usize, what: &str, share: f64) {
        let Some(shown) = &self.shown else { return };
        let mut shown = shown.lock().expect("no writer panics");
        if shown.elapsed() < Duration::from_millis(100) && done < all {
            return;
        }
        *shown = Instant::now();
        let spent = self.begun.elapsed().as_secs_f64();
        let left =
            if share > 0.02 { format!(", {:.0} s left", spent / share - spent) } else { String::new() };
        // Blanks over the rest of a longer line before.
        eprint!("\r{done} of {all} {what}, {spent:.0} s{left}        ");
        if done == all {
            eprintln!();
        }
    }

    /// Seconds since the work began.
    pub fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }
}

/// Tells the user something that is no result.
pub fn warn(quiet: bool, text: &str) {
    if !quiet {
        eprintln!("collapse-lab: {text}");
    }
}

/// A JSON number with the digits of the f32; null where it is not finite.
pub fn number(value: f32) -> Value {
    if value.is_finite() { Value::from(decimal::widen(value)) } else { Value::Null }
}

/// How many threads to train on: those asked for, else one for each core.
pub fn threads(asked: Option<usize>) -> usize {
    asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}
