//! Why a command ends without its result, and the exit status that says so.
//!
//! Must not know the commands. A model that collapsed or diverged is a result and never a failure.

use std::fmt::Display;
use std::path::Path;

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The command line or an input is wrong; the message names the option, file and field.
    Wrong(String),
    /// Something that was asked for correctly could not be done.
    Impossible(String),
    /// Somebody asked it to stop; what is kept of the work.
    Stopped(String),
    /// Nobody reads the output any more, as after `| head`.
    Unheard,
}

impl Failure {
    /// The exit status, documented in `docs/command-line.md`.
    pub fn code(&self) -> u8 {
        match self {
            Self::Impossible(_) => 1,
            Self::Wrong(_) => 2,
            // As shells report them: 128 and the number of SIGINT or SIGPIPE.
            Self::Stopped(_) => 130,
            Self::Unheard => 141,
        }
    }

    /// What to tell the user, if anything.
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Wrong(message) | Self::Impossible(message) | Self::Stopped(message) => Some(message),
            Self::Unheard => None,
        }
    }

    /// Something is wrong inside `place`: a file, an option.
    pub fn wrong_in(place: impl Display, reason: impl Display) -> Self {
        Self::Wrong(format!("{place}: {reason}"))
    }

    /// A file cannot be read or written.
    pub fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::Impossible(format!("{}: {error}", path.display()))
    }
}
