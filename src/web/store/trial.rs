//! Trials beside the run: beginning them, and taking in what they find.
//!
//! Must not know what is tried.

use super::Store;
use crate::page::trial::{self, Answer, LEAST_STEPS, Trial};
use crate::protocol::Control;
use crate::t;
use crate::web::engine::Severity;
use leptos::prelude::*;

/// Trials under way, or done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trying {
    /// Each with the lane it runs in.
    trials: Vec<(u8, Trial)>,
    /// Step at which they are judged.
    until: u32,
    /// Whether the one that helps is to be applied.
    repairs: bool,
    /// Step that all have reached.
    pub step: u32,
    /// One per trial, once all are there.
    pub answers: Vec<Answer>,
    /// What came of it all.
    pub conclusion: Option<String>,
}

impl Trying {
    /// Share of the steps done, 0 to 1.
    pub fn share(&self) -> f32 {
        self.step as f32 / self.until.max(1) as f32
    }
}

impl Store {
    /// Asks what if: trials that tell causes apart.
    pub fn ask(self) {
        let experiment = self.experiment.get_untracked();
        self.try_out(trial::questions(&experiment, &self.findings.read_untracked()), false);
    }

    /// Tries remedies and applies the one that helps.
    pub fn repair(self) {
        let experiment = self.experiment.get_untracked();
        self.try_out(trial::repairs(&experiment, &self.findings.read_untracked()), true);
    }

    fn try_out(self, trials: Vec<Trial>, repairs: bool) {
        self.end_trials();
        let run = self.course.get_value();
        let mut begun = Vec::new();
        for trial in trials {
            let course =
                run.iter().map(|(step, experiment)| (*step, trial.remedy.apply(experiment))).collect();
            let Some(lane) = self.lanes.try_update(|lanes| lanes.add(course, false)).flatten() else { break };
            self.lanes.update(|lanes| lanes.rename(lane.id, &trial.asked));
            self.others.update_value(|others| others.push((lane.id, Default::default())));
            begun.push((lane.id, trial));
        }
        if begun.is_empty() {
            return self.notify(t!("trial.no_room"), Severity::Warning);
        }
        let step = self.progress.read_untracked().step;
        let until = step.max(LEAST_STEPS);
        self.trying.set(Some(Trying { trials: begun, until, repairs, ..Trying::default() }));
        self.accompany();
        // Lanes that are behind catch up by themselves; a run that has hardly begun goes with them.
        if step < until && !self.playing.get_untracked() {
            self.control(Control::Step(until - step));
        }
        self.touch();
    }

    /// Takes the trials' lanes away and forgets what they found.
    pub fn end_trials(self) {
        if let Some(trying) = self.trying.try_update(Option::take).flatten() {
            trying.trials.iter().for_each(|(lane, _)| self.remove_lane(*lane));
        }
    }

    /// Judges the trials once all have come far enough.
    pub(super) fn follow_trials(self) {
        let Some(mut trying) = self.trying.get_untracked().filter(|trying| trying.answers.is_empty()) else {
            return;
        };
        let lanes = self.lanes.get_untracked();
        // A lane the visitor took away answers nothing.
        trying.trials.retain(|(id, _)| lanes.branches.iter().any(|branch| branch.id == *id));
        let others = self.others.get_value();
        let history = |id: u8| others.iter().find(|(other, _)| *other == id).map(|(_, history)| history);
        let last = |id: u8| history(id).and_then(|history| history.last()).map_or(0, |last| last.step);
        let run = self.progress.read_untracked().step;
        trying.step = trying.trials.iter().map(|(id, _)| last(*id)).min().unwrap_or_default().min(run);
        if trying.step >= trying.until {
            let at = |history: &crate::telemetry::History| {
                history.nearest(trying.until as f32).and_then(|snapshot| snapshot.lanes.first().cloned())
            };
            let run = self.history.with_value(at);
            let answers = trying.trials.iter().filter_map(|(id, trial)| {
                Some(trial::answer(trial, run.as_ref()?, &history(*id).and_then(at)?))
            });
            trying.answers = answers.collect();
            if trying.repairs {
                return self.conclude(trying);
            }
        }
        self.trying.set(Some(trying).filter(|trying| !trying.trials.is_empty()));
    }

    fn conclude(self, mut trying: Trying) {
        let best = trial::best(&trying.answers);
        let n = trying.answers.len();
        let (steps, helped) = (trying.until, best.map(|best| trying.answers[best].clone()));
        trying.conclusion = Some(match &helped {
            Some(answer) => t!("trial.repaired", remedy = &answer.asked, found = &answer.sentence, n = steps),
            None => t!("trial.none", n = n, steps = steps),
        });
        let trials = std::mem::take(&mut trying.trials);
        trials.iter().for_each(|(lane, _)| self.remove_lane(*lane));
        if let Some((_, trial)) = best.and_then(|best| trials.get(best)) {
            self.apply(&trial.remedy);
        }
        self.trying.set(Some(trying));
    }
}
