//! Applying a remedy, watching what becomes of it, and taking it back.
//!
//! Must not know which findings offer which remedies.

use super::run::MOST_STEPS;
use super::{Applied, Store};
use crate::diagnosis::Remedy;
use crate::experiment::Experiment;
use crate::experiment::knob::Timing;
use crate::page::outcome::Outcome;
use crate::telemetry::MarkerKind;
use crate::web::events::{self, PageEvent};
use leptos::prelude::*;

impl Store {
    /// Applies a remedy as a fork: the run without it goes on as a lane beside it.
    pub fn apply(self, remedy: &Remedy) {
        let before = self.experiment.get_untracked();
        let after = self.allowed(remedy.apply(&before));
        let (step, accuracy) = self.balanced_accuracy();
        let mut applied = Applied {
            label: remedy.label.clone(),
            outcome: Outcome { before: accuracy, since: step, now: accuracy, step },
            before: before.clone(),
            restarted: false,
            branch: None,
        };
        // The twin of an earlier remedy makes room: this one is about the difference from now.
        if let Some(earlier) = self.applied.get_untracked().and_then(|earlier| earlier.branch) {
            self.remove_lane(earlier);
        }
        let twin = self.new_branch(true);
        applied.branch = twin.as_ref().map(|twin| twin.id);
        match remedy.timing() {
            Timing::Live => {
                self.link.update_value(|link| link.fork = twin);
                self.applied.set(Some(applied));
                self.want(after);
                self.go_on();
            }
            Timing::Restart => {
                self.experiment.set(after);
                events::emit(&PageEvent::Change);
                self.begin_beside(true, applied.branch);
                self.history
                    .update_value(|history| history.mark(0, MarkerKind::Remedy, applied.label.clone()));
                (applied.outcome.since, applied.outcome.step, applied.restarted) = (0, 0, true);
                self.applied.set(Some(applied));
            }
        }
    }

    /// Takes the last remedy back: its settings return, and so does its run if it had to begin anew.
    pub fn undo(self) {
        let Some(applied) = self.applied.get_untracked() else { return };
        let Applied { before, restarted, branch, .. } = applied;
        self.applied.set(None);
        branch.into_iter().for_each(|branch| self.remove_lane(branch));
        if restarted {
            self.experiment.set(before);
            events::emit(&PageEvent::Change);
            self.begin(true);
        } else {
            // Only the settings the remedy moved go back; what the visitor changed since stays.
            self.want(Experiment { live: before.live, ..self.experiment.get_untracked() });
        }
    }

    /// Keeps the last remedy and ends the comparison.
    pub fn keep(self) {
        let applied = self.applied.try_update(Option::take).flatten();
        applied.and_then(|applied| applied.branch).into_iter().for_each(|branch| self.remove_lane(branch));
    }

    /// Notes how the run does since the remedy.
    pub(super) fn follow_outcome(self, step: u32) {
        if self.applied.read_untracked().is_none() {
            return;
        }
        let (_, now) = self.balanced_accuracy();
        self.applied.update(|applied| {
            if let Some(applied) = applied {
                applied.outcome.now = now;
                applied.outcome.step = step;
            }
        });
    }

    /// A remedy is meant to be watched: a run paused at its budget gets room to show it.
    fn go_on(self) {
        let step = self.progress.read_untracked().step;
        let mut experiment = self.experiment.get_untracked();
        if step >= experiment.live.steps {
            experiment.live.steps = (step + REMEDY_STEPS).min(MOST_STEPS);
            self.want(experiment);
        }
        if !self.playing.get_untracked() {
            self.play();
        }
    }

    fn balanced_accuracy(self) -> (u32, f32) {
        self.history.with_value(|history| {
            let last = history.last();
            let lane = last.and_then(|snapshot| snapshot.lanes.first());
            (
                last.map_or(0, |last| last.step),
                lane.map_or(f32::NAN, |lane| lane.confusion.balanced_accuracy()),
            )
        })
    }
}

/// Long enough for the cures measured in the scenario tests.
const REMEDY_STEPS: u32 = 2_000;
