//! Files to try, each with answers that fit it; they lie in `public/samples/`.
//!
//! Each is what a small network trained by a few lines of plain Python left behind, written as the tool it is
//! named after writes. Must not know what they show: a test does.

use super::question::Question;
use crate::words;

/// A file to try.
pub struct Sample {
    /// Stable name, of its words too.
    pub name: &'static str,
    /// File below `samples/`.
    pub file: &'static str,
    /// What its owner would answer.
    pub answers: &'static [(Question, &'static str)],
}

impl Sample {
    /// On its button.
    pub fn label(&self) -> &'static str {
        words::say(&["clinic.sample.", self.name].concat())
    }
}

/// Every sample.
pub static SAMPLES: &[Sample] = &[
    Sample {
        name: "keras",
        file: "keras-history.json",
        answers: &[(Question::ClassCounts, "950, 50"), (Question::LearningRate, "0.001")],
    },
    Sample { name: "lightning", file: "lightning-metrics.csv", answers: &[(Question::Optimizer, "adam")] },
    Sample { name: "wandb", file: "wandb-export.csv", answers: &[(Question::Split, "random")] },
    Sample { name: "diverged", file: "keras-csvlogger.csv", answers: &[(Question::Scaling, "raw")] },
    Sample { name: "predictions", file: "predictions.csv", answers: &[(Question::Shuffling, "no")] },
    Sample { name: "matrix", file: "confusion-matrix.csv", answers: &[] },
];
