//! A receipt: what a learner trained and what came of it, as a token that can be handed in and checked.
//!
//! The checksum finds typing errors, cut-off links and casual edits; it is no signature, and whoever reads
//! this file can make a valid receipt for a run that never was. Training again is what proves one. Must not
//! know the browser.

mod code;

use crate::experiment::{Experiment, link};
use crate::protocol::{self, Backend};
use crate::t;
use crate::telemetry::LaneSnapshot;
use serde::{Deserialize, Serialize};

/// What is handed in. Fields stay in this order for ever: the checksum is over their bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// Whoever hands it in, as typed.
    pub name: String,
    /// Day it was made, `2026-11-23`.
    pub date: String,
    /// The settings in force from each step on, as links write them; the first from step 0. Long drags are
    /// thinned to what counted at each step.
    pub course: Vec<(u32, String)>,
    /// Steps trained.
    pub step: u32,
    /// `cpu` or `gpu`: where the last step was trained.
    pub backend: String,
    /// Build of the page that trained it.
    pub build: String,
    /// What the last look showed.
    pub measured: Measured,
    /// Stable name of the verdict.
    pub verdict: String,
    /// The goal of the page, as links write it, and the step at which it was met.
    pub goal: Option<(String, Option<u32>)>,
    /// The lesson or challenge it belongs to, with its result.
    pub task: Option<String>,
}

/// The numbers that a second run is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Mean recall over the classes.
    pub balanced_accuracy: Option<f32>,
    /// Accuracy at the training class shares.
    pub accuracy: Option<f32>,
    /// Mean cross-entropy on the probe set.
    pub loss: Option<f32>,
    /// Examples by true and predicted class.
    pub confusion: Vec<Vec<u32>>,
}

/// Why a text is no valid receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// A character that no receipt contains, and where (from 1).
    Character(char, usize),
    /// Shorter than any receipt.
    Short,
    /// The checksum does not fit: mistyped, cut off or changed.
    Checksum,
    /// Made by a newer page: its version.
    Newer(u8),
    /// The file is not a receipt's JSON: what the reader says.
    File(String),
    /// The checksum fits, but the contents make no sense.
    Contents,
}

/// One line of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// What is compared.
    pub metric: &'static str,
    /// On the receipt.
    pub then: Option<f32>,
    /// In the second run.
    pub now: Option<f32>,
    /// Whether they are the same, or as near as another machine comes.
    pub agrees: bool,
}

/// Version of the token.
const VERSION: u8 = 1;
/// Bytes of the checksum at the end of a token.
const CHECKSUM: usize = 8;
/// Difference of accuracies, and relative difference of losses, between runs that need not be bitwise
/// equal: two standard errors on a few hundred probe examples.
const TOLERANCE: f32 = 0.05;

impl Measured {
    /// From the last look; numbers that are not finite are none.
    pub fn of(lane: &LaneSnapshot) -> Self {
        let finite = |number: f32| number.is_finite().then_some(number);
        Self {
            balanced_accuracy: finite(lane.confusion.balanced_accuracy()),
            accuracy: finite(lane.accuracy()),
            loss: finite(lane.loss_probe),
            confusion: protocol::rows(&lane.confusion),
        }
    }
}

impl Receipt {
    /// The token for a link: `#receipt=<token>`.
    pub fn token(&self) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend(self.canonical());
        bytes.extend(checksum(&bytes));
        code::write(&bytes)
    }

    /// Reads a token, or a whole link that ends in one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Self, Broken> {
        let text = text.trim();
        let token = text.rsplit_once("receipt=").map_or(text, |(_, token)| token);
        let bytes = code::read(token).map_err(|(character, at)| Broken::Character(character, at))?;
        let Some(length) = bytes.len().checked_sub(CHECKSUM).filter(|length| *length > 1) else {
            return Err(Broken::Short);
        };
        let (signed, sum) = bytes.split_at(length);
        if checksum(signed) != sum {
            return Err(Broken::Checksum);
        }
        if signed[0] > VERSION {
            return Err(Broken::Newer(signed[0]));
        }
        postcard::from_bytes::<Self>(&signed[1..]).map_err(|_| Broken::Contents)?.checked()
    }

    /// The file to hand in: readable, with the token's checksum.
    pub fn file(&self) -> String {
        let file = File { receipt: self.clone(), version: VERSION, checksum: self.checksum() };
        // A receipt has no map with keys that are not text, so it can always be written.
        serde_json::to_string_pretty(&file).unwrap_or_default()
    }

    /// Reads a file that [`Receipt::file`] wrote.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read_file(text: &str) -> Result<Self, Broken> {
        let file: File = serde_json::from_str(text).map_err(|error| Broken::File(error.to_string()))?;
        if file.version > VERSION {
            return Err(Broken::Newer(file.version));
        }
        if file.receipt.checksum() != file.checksum {
            return Err(Broken::Checksum);
        }
        file.receipt.checked()
    }

    /// The checksum as people compare it: 16 characters.
    pub fn checksum(&self) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend(self.canonical());
        checksum(&bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The settings in force from each step on.
    pub fn experiments(&self) -> Vec<(u32, Experiment)> {
        self.course.iter().map(|(step, fragment)| (*step, link::read(fragment).experiment)).collect()
    }

    /// Compares a second run, trained to the same step, line by line.
    pub fn compare(&self, now: &Measured, backend: Backend, build: &str) -> Vec<Compared> {
        let same_place = self.backend == name(Backend::Cpu) && backend == Backend::Cpu && self.build == build;
        let exact = same_place && self.measured.confusion.len() == now.confusion.len();
        let then = &self.measured;
        let line = |metric, then: Option<f32>, now: Option<f32>, relative: bool| {
            let agrees = match (then, now) {
                (Some(then), Some(now)) if exact => then == now,
                (Some(then), Some(now)) => {
                    let scale = if relative { then.abs().max(1.0) } else { 1.0 };
                    (then - now).abs() <= TOLERANCE * scale
                }
                (then, now) => then == now,
            };
            Compared { metric, then, now, agrees }
        };
        let mut lines = vec![
            line("balanced_accuracy", then.balanced_accuracy, now.balanced_accuracy, false),
            line("accuracy", then.accuracy, now.accuracy, false),
            line("loss", then.loss, now.loss, true),
        ];
        if exact {
            let right = |rows: &[Vec<u32>]| -> Option<f32> {
                Some(
                    rows.iter()
                        .enumerate()
                        .map(|(class, row)| row.get(class).copied().unwrap_or(0))
                        .sum::<u32>() as f32,
                )
            };
            lines.push(Compared {
                metric: "confusion",
                then: right(&then.confusion),
                now: right(&now.confusion),
                agrees: then.confusion == now.confusion,
            });
        }
        lines
    }

    fn canonical(&self) -> Vec<u8> {
        // Plain structs of text and numbers always serialise.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// A valid checksum does not make sense of nonsense.
    fn checked(self) -> Result<Self, Broken> {
        let begins = self.course.first().is_some_and(|(step, _)| *step == 0);
        let ordered = self.course.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let within = self.course.last().is_some_and(|(step, _)| *step <= self.step);
        if begins && ordered && within { Ok(self) } else { Err(Broken::Contents) }
    }
}

/// A receipt as a file.
#[derive(Serialize, Deserialize)]
struct File {
    version: u8,
    receipt: Receipt,
    checksum: String,
}

impl Broken {
    /// What is wrong and what to do, in words.
    pub fn words(&self) -> String {
        match self {
            Self::Character(character, at) => {
                t!("receipt.broken.character", character = character.to_string(), at = *at)
            }
            Self::Short => t!("receipt.broken.short").to_owned(),
            Self::Checksum => t!("receipt.broken.checksum").to_owned(),
            Self::Newer(version) => t!("receipt.broken.newer", version = u32::from(*version)),
            Self::File(reason) => t!("receipt.broken.file", reason = reason),
            Self::Contents => t!("receipt.broken.contents").to_owned(),
        }
    }
}

/// Adds the settings in force from `step` on to a course; the newest of one step counts.
pub fn note(course: &mut Vec<(u32, Experiment)>, step: u32, experiment: &Experiment) {
    while course.last().is_some_and(|(last, _)| *last >= step) {
        course.pop();
    }
    if course.last().is_none_or(|(_, last)| last != experiment) {
        course.push((step, experiment.clone()));
    }
}

/// Stable name of a backend.
pub fn name(backend: Backend) -> &'static str {
    match backend {
        Backend::Cpu => "cpu",
        Backend::Gpu => "gpu",
    }
}

/// FNV-1a, 64 bits.
fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step).to_be_bytes()
}

#[cfg(test)]
mod tests;
