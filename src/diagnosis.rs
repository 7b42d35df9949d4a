//! What is wrong with a run, why, and what cures it: a verdict and findings, from history alone.
//!
//! Pure functions of history and experiment, cheap enough for every frame. Must not know tensors,
//! the worker or the browser. To add a rule, add its file and one line in [`rule::RULES`].

#[cfg(test)]
pub(crate) mod fixture;
pub mod rule;
mod signs;
mod verdict;

use crate::experiment::Experiment;
pub use crate::experiment::remedy::Remedy;
use crate::telemetry::History;
use crate::{t, words};
pub use verdict::{COLLAPSE_ENTER, RECALL_FOUND, Verdict, VerdictKind};

/// What was made of a run's snapshots, kept from one look to the next: only new snapshots are judged, however
/// long the history is. Of any history and experiment it says what a new one says.
#[derive(Default)]
pub struct Memory {
    signs: signs::Memory,
    rules: rule::Memory,
}

impl Memory {
    /// The state of lane 0 now, with the classes' names in its text.
    pub fn judge(&mut self, history: &History, experiment: &Experiment, classes: &[String]) -> Verdict {
        verdict::judge(&self.signs.signs(history), history, experiment, classes)
    }

    /// Every cause that the rules see or saw in lane 0, the most plausible first, symptoms after their
    /// causes. Causes that have ended carry `until`. A finding never hides another.
    pub fn findings(
        &mut self,
        history: &History,
        experiment: &Experiment,
        classes: &[String],
    ) -> Vec<Finding> {
        let signs = self.signs.signs(history);
        self.rules.findings(&signs, history.origin(), experiment, classes)
    }
}

/// The state of lane 0 now, classes called by number.
pub fn judge(history: &History, experiment: &Experiment) -> Verdict {
    Memory::default().judge(history, experiment, &[])
}

/// [`judge`] with the classes' names in its text.
pub fn judge_named(history: &History, experiment: &Experiment, classes: &[String]) -> Verdict {
    Memory::default().judge(history, experiment, classes)
}

/// What [`judge`] said after each snapshot, with its step: the whole course in one pass.
pub fn course(history: &History, experiment: &Experiment) -> Vec<(u32, VerdictKind)> {
    verdict::course(history, experiment)
}

/// [`Memory::findings`] of a run seen once.
pub fn findings(history: &History, experiment: &Experiment, classes: &[String]) -> Vec<Finding> {
    Memory::default().findings(history, experiment, classes)
}

/// A class as the visitor knows it: its name in quotes, or its number.
fn class_name(classes: &[String], class: usize) -> String {
    match classes.get(class) {
        Some(name) => t!("name.quoted", name = words::name(name)),
        None => t!("name.class_n", n = class),
    }
}

/// Several classes, one after the other.
fn class_names(names: impl IntoIterator<Item = String>) -> String {
    let join = |first: String, second: String| t!("list.of_two", first = first, second = second);
    names.into_iter().reduce(join).unwrap_or_default()
}

/// A cause with its evidence and what cures it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule's stable name: `class_imbalance`.
    pub rule: &'static str,
    /// A few words.
    pub title: String,
    /// Why this makes a model collapse or stall, in plain words.
    pub cause: String,
    /// How sure it is, 0.5 (just beyond every threshold) to 1: see [`rule`].
    pub confidence: f32,
    /// The two or three numbers that gave it away.
    pub evidence: Vec<Evidence>,
    /// First step of the present (or latest) spell.
    pub since: u32,
    /// Step at which it was over; `None` while it holds.
    pub until: Option<u32>,
    /// What should cure it, best first; only patches that change the experiment.
    pub remedies: Vec<Remedy>,
}

/// One number beside what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What was measured.
    pub label: String,
    /// What it is.
    pub value: String,
    /// What it is in a healthy run.
    pub healthy: String,
}
