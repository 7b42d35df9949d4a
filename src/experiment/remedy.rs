//! A remedy: a small patch to an experiment that should cure what is wrong with it.
//!
//! Must not know how a fault is found, or how the patch reaches a running model.

use super::Experiment;
use super::knob::{Timing, Value, knob};

/// A patch with words for its button.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// On the button, a few words: "Weight the classes".
    pub label: String,
    /// One or two sentences: what it does and why that helps.
    pub help: String,
    /// Knob names and their new values.
    pub patch: Vec<(&'static str, Value)>,
    /// The run must begin again although the knobs are live, because training cannot undo the
    /// damage (dead units do not come back).
    pub needs_restart: bool,
}

impl Remedy {
    /// A remedy without a patch yet; add knobs with [`Self::with`].
    pub fn new(label: impl Into<String>, help: impl Into<String>) -> Self {
        Self { label: label.into(), help: help.into(), patch: Vec::new(), needs_restart: false }
    }

    /// Adds one knob to the patch.
    #[must_use]
    pub fn with(mut self, knob: &'static str, value: Value) -> Self {
        self.patch.push((knob, value));
        self
    }

    /// Demands a restart from the same weights.
    #[must_use]
    pub fn and_restart(mut self) -> Self {
        self.needs_restart = true;
        self
    }

    /// Whether the running model can be cured (a fork beside its unchanged twin) or must begin
    /// again.
    pub fn timing(&self) -> Timing {
        let restarts =
            |(name, _): &(&'static str, Value)| knob(name).is_some_and(|knob| knob.timing == Timing::Restart);
        if self.needs_restart || self.patch.iter().any(restarts) { Timing::Restart } else { Timing::Live }
    }

    /// `experiment` with the patch applied.
    pub fn apply(&self, experiment: &Experiment) -> Experiment {
        let mut cured = experiment.clone();
        for (name, value) in &self.patch {
            let knob = knob(name).expect("remedies name knobs of the table");
            knob.set(&mut cured, value.clone()).expect("remedies use values of the knob's kind");
        }
        cured
    }

    /// Whether applying it would change anything.
    pub fn changes(&self, experiment: &Experiment) -> bool {
        self.apply(experiment) != *experiment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_of_live_knobs_needs_no_restart_unless_it_says_so() {
        let slower = Remedy::new("Slower", "").with("learning_rate", Value::Number(1e-3));
        assert_eq!(slower.timing(), Timing::Live);
        assert_eq!(slower.clone().and_restart().timing(), Timing::Restart);
        let deeper = slower.with("depth", Value::Number(2.0));
        assert_eq!(deeper.timing(), Timing::Restart);
        let cured = deeper.apply(&Experiment::default());
        assert_eq!((cured.model.depth, cured.live.learning_rate), (2, 1e-3));
        assert!(deeper.changes(&Experiment::default()) && !deeper.changes(&cured));
    }
}
