//! A condition on a run: what an answer or a task of a lesson is measured by.
//!
//! Must not know which lesson asks.

use crate::experiment::Experiment;
use crate::page::checklist::{self, State};
use crate::page::goal::Goal;
use crate::telemetry::History;
use serde::{Deserialize, Deserializer};
use std::fmt;

/// Something that holds after a run or does not.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// A number or the verdict: `balanced_accuracy>=0.8`, `verdict=collapsed`.
    Run(Goal),
    /// What the checklist says of one of its steps: `checklist.imbalance=look`.
    Checklist(&'static checklist::Row, State),
}

impl Condition {
    /// Reads a condition as lesson files write it.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let Some(rest) = text.strip_prefix("checklist.") else { return Goal::parse(text).map(Self::Run) };
        let wrong = || format!("'{text}': use checklist.<step>=<state>");
        let (step, state) = rest.split_once('=').ok_or_else(wrong)?;
        let row = checklist::ROWS.iter().find(|row| row.id == step).ok_or_else(wrong)?;
        Ok(Self::Checklist(row, State::named(state).ok_or_else(wrong)?))
    }

    /// Whether it holds at the newest snapshot.
    pub fn holds(&self, history: &History, experiment: &Experiment) -> bool {
        match self {
            // A share of 1 means that it holds now; that it once held is not enough here.
            Self::Run(goal) => goal.progress(history, experiment).share >= 1.0,
            Self::Checklist(row, state) => row.look(history, experiment).state == *state,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(goal) => write!(f, "{goal}"),
            Self::Checklist(row, state) => write!(f, "checklist.{}={}", row.id, state.name()),
        }
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
