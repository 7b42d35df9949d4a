//! What trains beside the run, and the run as it was.
//!
//! Must not know how lanes or moments are shown.

use super::Store;
use crate::experiment::{Experiment, Live};
use crate::page::lanes::{self, Branch, Course, MOST};
use crate::page::receipt;
use crate::protocol::Leave;
use crate::t;
use crate::telemetry::{History, Snapshot};
use crate::web::engine::Severity;
use crate::web::events::{self, PageEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A moment of the past that is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Visited {
    /// What the run showed.
    pub snapshot: Snapshot,
    /// Its live settings then.
    pub live: Live,
}

impl Store {
    /// Keeps the run as it is now beside it: a lane with the same weights, settings and data order. Its
    /// number; `None` when there is no room.
    pub async fn fork(self) -> Option<u8> {
        if let Some(step) = self.visit.with_untracked(|visit| visit.as_ref().map(|at| at.snapshot.step)) {
            return self.leave_with_branch(step).await;
        }
        let branch = self.new_branch(false)?;
        let engine = self.engine()?;
        let live = self.link.with_value(|link| link.given.live.clone());
        let forked = engine.adjust(&live, Some((branch.id, branch.spec()))).await;
        if forked.is_err() {
            self.remove_lane(branch.id);
            return None;
        }
        events::emit(&PageEvent::Change);
        Some(branch.id)
    }

    /// A lane that begins as the run is now, its course so far included; says so when there is no room.
    pub(super) fn new_branch(self, is_twin: bool) -> Option<Branch> {
        let course = self.course.get_value();
        let added = self.lanes.try_update(|lanes| lanes.add(course, is_twin)).flatten();
        let Some(branch) = added else {
            self.notify(t!("lane.full", n = MOST + 1), Severity::Warning);
            return None;
        };
        let history = self.history.get_value();
        self.others.update_value(|others| others.push((branch.id, history)));
        self.touch();
        Some(branch)
    }

    /// Takes a lane away.
    pub fn remove_lane(self, id: u8) {
        self.lanes.update(|lanes| lanes.remove(id));
        self.others.update_value(|others| others.retain(|(other, _)| *other != id));
        self.applied.update(|applied| {
            if let Some(applied) = applied {
                applied.branch = applied.branch.filter(|branch| *branch != id);
            }
        });
        self.accompany();
        self.touch();
    }

    /// Trains that many seeds beside the run; 0 is none.
    pub fn set_seeds(self, seeds: u8) {
        self.lanes.update(|lanes| lanes.seeds = seeds);
        self.band.set_value((seeds > 0).then(History::default));
        self.accompany();
        self.touch();
    }

    /// Tells the worker what to train beside the run.
    pub(super) fn accompany(self) {
        let Some(engine) = self.engine() else { return };
        let specs = self.course.with_value(|course| self.lanes.with_untracked(|lanes| lanes.specs(course)));
        spawn_local(async move {
            // A newer run has its lanes from its start.
            let _ = engine.accompany(specs).await;
        });
    }

    /// Takes in what was seen beside the run.
    pub(super) fn beside(self, seeds: Option<Snapshot>, branches: Vec<(u8, Snapshot)>) {
        if let Some(seeds) = seeds {
            self.band.update_value(|band| {
                if let Some(band) = band {
                    band.push(seeds);
                }
            });
        }
        self.others.update_value(|others| {
            for (id, snapshot) in branches {
                if let Some((_, history)) = others.iter_mut().find(|(other, _)| *other == id) {
                    history.push(snapshot);
                }
            }
        });
    }

    /// Lanes leave with the run they were compared with.
    pub(super) fn forget_lanes(self) {
        self.lanes.update(|lanes| lanes.branches.clear());
        self.others.set_value(Vec::new());
    }

    /// A new run of `next`; the lanes stay and wait for it.
    pub fn restart_beside(self, next: Experiment) {
        self.experiment.set(self.allowed(next));
        events::emit(&PageEvent::Change);
        self.begin(true);
    }

    /// Takes the lanes out of the keys of an address, the rest is written back with it; whether it says
    /// anything about them.
    pub fn adopt_lanes(self, mut keys: Vec<(String, String)>) -> bool {
        let (lanes, notices) = lanes::link::read(&mut keys);
        self.unknown.set_value(keys);
        notices.into_iter().for_each(|notice| self.notify(notice, Severity::Warning));
        let says = !lanes.branches.is_empty() || lanes.seeds > 0;
        if says {
            self.others
                .set_value(lanes.branches.iter().map(|branch| (branch.id, History::default())).collect());
            self.band.set_value((lanes.seeds > 0).then(History::default));
            self.lanes.set(lanes);
        }
        says
    }

    /// Begins this experiment beside the lanes there are, all from step 0.
    pub fn open_beside(self, next: Experiment) {
        self.experiment.set(self.allowed(next));
        events::emit(&PageEvent::Change);
        self.restart_lanes();
        self.begin(!self.waiting.get_untracked());
    }

    /// All lanes from step 0, as the run will be.
    pub(super) fn restart_lanes(self) {
        let branches = self.lanes.try_update(|lanes| lanes.renumber()).unwrap_or_default();
        self.others.set_value(branches.into_iter().map(|id| (id, History::default())).collect());
    }

    /// Looks at the run as it was at `step`; the run itself pauses.
    pub fn visit_step(self, step: u32) {
        self.playing.set(false);
        let known = self.history.with_value(|history| history.nearest(step as f32).cloned());
        // What the charts know is shown at once; the worker's answer brings what is inside.
        if let (Some(snapshot), None) = (known, self.visit.get_untracked()) {
            let live = self.link.with_value(|link| link.given.live.clone());
            self.visit.set(Some(Visited { snapshot, live }));
        }
        if let Some(engine) = self.engine() {
            engine.visit(step);
        }
    }

    pub(super) fn visited(self, snapshot: Snapshot, live: Live) {
        let step = snapshot.step;
        self.visit.set(Some(Visited { snapshot, live }));
        events::emit(&PageEvent::Visit(step));
        self.inspection.update_value(|inspection| inspection.moved_on());
        if let Some(engine) = self.engine() {
            engine.mistakes(self.cell.get_untracked());
        }
        self.touch();
    }

    /// Ends a visit without changing anything.
    pub fn return_to_present(self) {
        if self.visit.get_untracked().is_some() {
            self.visit.set(None);
            self.leave(Leave::Return, None);
            self.inspection.update_value(|inspection| inspection.moved_on());
            self.touch();
        }
    }

    /// The run goes on from the moment visited; what came after is forgotten.
    pub fn resume_from_visit(self) {
        if let Some(step) = self.visit.with_untracked(|visit| visit.as_ref().map(|at| at.snapshot.step)) {
            self.go_back_to(step);
            self.leave(Leave::Resume, None);
            self.accompany();
        }
    }

    async fn leave_with_branch(self, step: u32) -> Option<u8> {
        let branch = self.new_branch(false)?;
        self.go_back_to(step);
        let engine = self.engine()?;
        // Refused only when a new run began, which has its lanes from its start.
        let _ = engine.leave(Leave::Fork(branch.id), Some(branch.spec())).await;
        self.accompany();
        Some(branch.id)
    }

    fn leave(self, leave: Leave, spec: Option<crate::protocol::LaneSpec>) {
        let Some(engine) = self.engine() else { return };
        spawn_local(async move {
            // Refused only when a new run began.
            let _ = engine.leave(leave, spec).await;
        });
    }

    /// The page forgets what came after `step`: settings return to what they were then.
    fn go_back_to(self, step: u32) {
        let Some(Visited { live, .. }) = self.visit.try_update(Option::take).flatten() else { return };
        let mut experiment = self.experiment.get_untracked();
        experiment.live = Live { steps: experiment.live.steps, ..live };
        self.link.update_value(|link| link.given = experiment.clone());
        self.experiment.set(experiment.clone());
        self.history.update_value(|history| history.truncate(step));
        self.band.update_value(|band| *band = band.as_ref().map(|_| History::default()));
        self.course.update_value(|course: &mut Course| {
            course.retain(|(at, _)| *at < step || *at == 0);
            receipt::note(course, step.max(1), &experiment);
        });
        self.applied.set(None);
        self.progress.update(|progress| progress.step = step);
        self.inspection.update_value(|inspection| inspection.moved_on());
        self.touch();
    }
}
