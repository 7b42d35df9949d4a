//! A run of the real trainer, judged along the way as the page would.

#![allow(dead_code, reason = "each test program uses its part")]

use super::{RUN, Talk, start};
use collapse_lab::diagnosis::{self, VerdictKind};
use collapse_lab::experiment::Experiment;
use collapse_lab::experiment::knob::Timing;
use collapse_lab::experiment::remedy::Remedy;
use collapse_lab::protocol::{Command, DataFacts, Event};
use collapse_lab::telemetry::History;
use collapse_lab::telemetry::confusion::Skill;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Steps between snapshots.
pub const STRIDE: u32 = 20;

/// A run observed every [`STRIDE`] steps, judged each time as the page would.
pub struct Watched {
    talk: Talk,
    /// What it trains on.
    pub facts: DataFacts,
    /// As it is now.
    pub experiment: Experiment,
    /// Every snapshot so far.
    pub history: History,
    /// Each state with the step at which it was first believed.
    pub states: Vec<(u32, VerdictKind)>,
}

impl Watched {
    /// A fresh run.
    pub fn begin(experiment: &Experiment) -> Self {
        let mut talk = Talk::with_public();
        let events = talk.say(start(RUN, experiment.clone(), None, false));
        let [Event::Started { facts, .. }] = &events[..] else { panic!("{events:?}") };
        let facts = DataFacts::clone(facts);
        Self { talk, facts, experiment: experiment.clone(), history: History::default(), states: Vec::new() }
    }

    /// Changes live knobs as pressing a remedy does.
    pub fn adjust(&mut self, experiment: Experiment) {
        let live = Box::new(experiment.live.clone());
        self.talk.say(Command::Adjust { run: RUN, request: 0, live, fork: None });
        self.experiment = experiment;
    }

    /// Trains at least that many steps.
    pub fn train(&mut self, steps: u32) {
        for _ in 0..steps.div_ceil(STRIDE) {
            self.history.push(self.talk.step(STRIDE));
            let kind = self.kind();
            if self.states.last().is_none_or(|(_, last)| *last != kind) {
                let step = self.history.last().map_or(0, |last| last.step);
                if let Some(marker) = kind.marker() {
                    self.history.mark(step, marker, kind.name());
                }
                self.states.push((step, kind));
            }
        }
    }

    /// The run after `remedy`: this one going on, or a new one where the remedy begins again.
    pub fn cured(mut self, remedy: &Remedy) -> Self {
        let cured = remedy.apply(&self.experiment);
        match remedy.timing() {
            Timing::Live => {
                self.adjust(cured);
                self
            }
            Timing::Restart => Self::begin(&cured),
        }
    }

    /// The state believed now.
    pub fn kind(&self) -> VerdictKind {
        diagnosis::judge(&self.history, &self.experiment).kind
    }

    /// Skill at the last snapshot.
    pub fn skill(&self) -> Skill {
        self.history.last().expect("it trained").lanes[0].confusion.skill()
    }

    /// Every state so far, for messages: "60 collapsed, 540 recovered; uses 2.0 of …".
    pub fn story(&self) -> String {
        let states: Vec<_> =
            self.states.iter().map(|(step, kind)| format!("{step} {}", kind.name())).collect();
        format!("{}; {}", states.join(", "), diagnosis::judge(&self.history, &self.experiment).detail)
    }
}

/// Calls `check` for every item on as many threads as there are processors; what it returns, in order.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], check: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let work = || {
            let mut mine = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(index) else { return mine };
                mine.push((index, check(item)));
            }
        };
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("no check panics")).collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
