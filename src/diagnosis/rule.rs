//! The rules: each sees one cause in the history, says how it knows, and offers what cures it.
//!
//! Must not know each other.

use super::signs::{Signs, signs};
use super::verdict::{ALARM_AFTER, BURN_IN, CHANGE_AFTER};
use super::{Evidence, Finding, Remedy};
use crate::experiment::Experiment;
use crate::telemetry::History;

/// Every rule in the order findings are shown: data, dynamics, generalisation.
pub static RULES: &[Rule] = &[];

/// One cause.
pub struct Rule {
    /// Stable name.
    pub name: &'static str,
    /// How soon to believe it.
    patience: Patience,
    /// Whether it holds at a snapshot.
    holds: fn(&Moment) -> bool,
    /// What to say about the last snapshot at which it held.
    explain: fn(&Moment) -> Explanation,
}

/// How soon a rule is believed.
enum Patience {
    /// A property of the settings: at once.
    Fact,
    /// A measurement: after the burn-in and three snapshots in a row.
    Symptom,
}

/// One snapshot in its surroundings.
struct Moment<'a> {
    experiment: &'a Experiment,
    classes: &'a [String],
    signs: &'a [Signs<'a>],
    index: usize,
}

/// What a rule says.
struct Explanation {
    title: String,
    cause: String,
    evidence: Vec<Evidence>,
    remedies: Vec<Remedy>,
}

pub(super) fn findings(history: &History, experiment: &Experiment, classes: &[String]) -> Vec<Finding> {
    let signs = signs(history);
    let _ = (&signs, experiment, classes, BURN_IN, ALARM_AFTER, CHANGE_AFTER);
    let _: Option<(Rule, Explanation, Moment)> = None;
    Vec::new()
}
