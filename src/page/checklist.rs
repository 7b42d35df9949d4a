//! The article's six debugging steps, each filled in by itself for whatever run is open.
//!
//! A row says fine, look here, does not apply or not yet known, with the numbers it went by. Must not know
//! how the panel looks.

mod row;

use crate::diagnosis::{self, Finding};
use crate::experiment::Experiment;
use crate::telemetry::{History, LaneSnapshot};
pub use row::ROWS;
use std::fmt;

/// One step of the checklist.
pub struct Row {
    /// Stable name; its words are `checklist.<id>.*`.
    pub id: &'static str,
    /// Where to look or what to move, as lessons write it: `knob:learning_rate`, `chart:confusion`.
    pub light: &'static str,
    look: fn(&Scene) -> Found,
}

/// What a row found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// In short.
    pub state: State,
    /// Key of the sentence that says why.
    pub why: &'static str,
    /// The numbers it went by: key of the label, and the value for people.
    pub numbers: Vec<(&'static str, String)>,
}

/// States of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing suspicious.
    Fine,
    /// Something here explains or shows a failure.
    Look,
    /// The step has no meaning for these data.
    NotApplicable,
    /// The run is too young to tell.
    Unknown,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Fine, Self::Look, Self::NotApplicable, Self::Unknown];

    /// Stable name in lessons, styles and words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Look => "look",
            Self::NotApplicable => "not_applicable",
            Self::Unknown => "unknown",
        }
    }

    /// The state called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl Row {
    /// What this row says about a run.
    pub fn look(&self, history: &History, experiment: &Experiment) -> Found {
        (self.look)(&Scene::of(history, experiment))
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// Rows are told apart by name.
impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// What every row says, in table order.
pub fn fill(history: &History, experiment: &Experiment) -> Vec<Found> {
    let scene = Scene::of(history, experiment);
    ROWS.iter().map(|row| (row.look)(&scene)).collect()
}

/// What rows look at.
struct Scene<'a> {
    experiment: &'a Experiment,
    /// The newest observation of lane 0.
    lane: Option<&'a LaneSnapshot>,
    /// Enough steps were trained to judge by.
    is_known: bool,
    /// Mean accuracy on the last training batches, over a few observations because batches are small.
    accuracy_train: f32,
    /// Causes that hold now.
    findings: Vec<Finding>,
    /// The state of the run.
    verdict: diagnosis::VerdictKind,
}

/// Observations to average a batch's accuracy over.
const RECENT: usize = 5;
/// Untrained networks favour few classes anyway, so nothing measured before this step counts.
const KNOWN_FROM: u32 = 60;

impl<'a> Scene<'a> {
    fn of(history: &'a History, experiment: &'a Experiment) -> Self {
        let snapshots = history.snapshots();
        let lanes = |snapshot: &'a crate::telemetry::Snapshot| snapshot.lanes.first();
        let recent: Vec<f32> =
            snapshots.iter().rev().take(RECENT).filter_map(lanes).map(|lane| lane.accuracy_train).collect();
        let mut findings = diagnosis::findings(history, experiment, &[]);
        findings.retain(|finding| finding.until.is_none());
        Self {
            experiment,
            lane: history.last().and_then(lanes),
            is_known: history.last().is_some_and(|last| last.step >= KNOWN_FROM),
            accuracy_train: recent.iter().sum::<f32>() / recent.len() as f32,
            findings,
            verdict: diagnosis::judge(history, experiment).kind,
        }
    }

    fn has(&self, rules: &[&str]) -> bool {
        self.findings.iter().any(|finding| rules.contains(&finding.rule))
    }
}

#[cfg(test)]
mod tests;
