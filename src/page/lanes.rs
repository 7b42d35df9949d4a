//! What is trained beside the run: branches to compare it with, and seeds.
//!
//! Must not know how lanes are trained or drawn.

pub mod link;

use super::change;
use crate::diagnosis::COLLAPSE_ENTER;
use crate::experiment::{Experiment, Live};
use crate::protocol::{LaneId, LaneSpec};
use crate::t;
use crate::telemetry::{LaneSnapshot, Snapshot};

/// Settings of a lane from each step on; the first entry is of step 0.
pub type Course = Vec<(u32, Experiment)>;

/// A lane to compare the run with.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Its number in messages.
    pub id: u8,
    /// Its colour and letter, 1 to 3.
    pub slot: usize,
    /// What the visitor calls it, if anything.
    pub name: Option<String>,
    /// Its settings.
    pub course: Course,
    /// It was left behind when this remedy was applied.
    pub is_twin: bool,
}

/// Everything beside the run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lanes {
    /// In the order they came.
    pub branches: Vec<Branch>,
    /// Seeds trained at once; 0 is only the run's own.
    pub seeds: u8,
    next: u8,
}

/// Lanes beside the run at most: with it, four lines can be told apart.
pub const MOST: usize = 3;
/// Numbers of seeds the page offers.
pub const SEEDS: [u8; 4] = [0, 8, 16, 32];
/// Letters a lane's name may have.
pub const NAME_LENGTH: usize = 40;

impl Lanes {
    /// A new lane with these settings; `None` when there is no room.
    pub fn add(&mut self, course: Course, is_twin: bool) -> Option<Branch> {
        let slot = (1..=MOST).find(|slot| self.branches.iter().all(|branch| branch.slot != *slot))?;
        let branch = Branch { id: self.next, slot, name: None, course, is_twin };
        self.next = self.next.wrapping_add(1);
        self.branches.push(branch.clone());
        Some(branch)
    }

    /// New numbers for all lanes, so that none is taken for the one it was; the numbers.
    pub fn renumber(&mut self) -> Vec<u8> {
        for branch in &mut self.branches {
            branch.id = self.next;
            self.next = self.next.wrapping_add(1);
        }
        self.branches.iter().map(|branch| branch.id).collect()
    }

    /// Takes a lane away.
    pub fn remove(&mut self, id: u8) {
        self.branches.retain(|branch| branch.id != id);
    }

    /// Calls a lane something; an empty name returns to what differs.
    pub fn rename(&mut self, id: u8, name: &str) {
        let name: String = name.trim().chars().take(NAME_LENGTH).collect();
        if let Some(branch) = self.branches.iter_mut().find(|branch| branch.id == id) {
            branch.name = (!name.is_empty()).then_some(name);
        }
    }

    /// What the worker is to train beside a run with these settings.
    pub fn specs(&self, run: &Course) -> Vec<LaneSpec> {
        let branches = self.branches.iter().map(Branch::spec);
        let seed = |number: u8| {
            let mut spec = spec(LaneId::Seed(number), run);
            spec.experiment = spec.experiment.with_seed(u32::from(number));
            spec
        };
        branches.chain((0..self.seeds).map(seed)).collect()
    }
}

impl Branch {
    /// What the worker is to train.
    pub fn spec(&self) -> LaneSpec {
        spec(LaneId::Branch(self.id), &self.course)
    }

    /// Its settings now.
    pub fn experiment(&self) -> &Experiment {
        &self.course[self.course.len() - 1].1
    }

    /// What the visitor calls it, or else what differs from the run.
    pub fn title(&self, run: &Experiment) -> String {
        if let Some(name) = &self.name {
            return name.clone();
        }
        let mut differences =
            change::moved(run, self.experiment()).filter(|knob| !matches!(knob.name, "steps")).map(|knob| {
                t!("marker.setting", name = knob.label(), value = knob.describe(&knob.get(self.experiment())))
            });
        match (differences.next(), differences.count()) {
            (None, _) => t!("lane.same").to_owned(),
            (Some(one), 0) => one,
            (Some(one), more) => t!("lane.and_more", what = one, n = more),
        }
    }
}

/// "Collapsed in 5 of 16 seeds, diverged in 1": whether it is the setting, or luck.
pub fn fates(seeds: &Snapshot) -> String {
    let count = |fate: fn(&LaneSnapshot) -> bool| seeds.lanes.iter().filter(|lane| fate(lane)).count();
    let diverged = count(LaneSnapshot::is_diverged);
    let collapsed = count(|lane| !lane.is_diverged() && lane.confusion.collapse() >= COLLAPSE_ENTER);
    match diverged {
        0 => t!("seeds.fate", collapsed = collapsed, n = seeds.lanes.len()),
        _ => t!("seeds.fate.diverged", collapsed = collapsed, n = seeds.lanes.len(), diverged = diverged),
    }
}

fn spec(lane: LaneId, course: &Course) -> LaneSpec {
    let first = course.first().map_or_else(Experiment::default, |(_, experiment)| experiment.clone());
    let changes: Vec<(u32, Live)> =
        course.iter().skip(1).map(|(step, experiment)| (*step, experiment.live.clone())).collect();
    LaneSpec { lane, experiment: first, changes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(rate: f32) -> Course {
        let first = Experiment::default();
        let mut then = first.clone();
        then.live.learning_rate = rate;
        vec![(0, first), (120, then)]
    }

    #[test]
    fn slots_are_used_again_and_numbers_never() {
        let mut lanes = Lanes::default();
        let ids: Vec<u8> = (0..3).filter_map(|_| lanes.add(course(0.1), false)).map(|lane| lane.id).collect();
        assert_eq!(lanes.add(course(0.1), false), None, "four lines can be told apart, no more");
        lanes.remove(ids[1]);
        let again = lanes.add(course(0.1), true).expect("there is room");
        assert_eq!((again.slot, again.id), (2, 3));
    }

    #[test]
    fn a_lane_is_its_settings_and_how_they_changed() {
        let mut lanes = Lanes { seeds: 2, ..Lanes::default() };
        lanes.add(course(0.5), false);
        let specs = lanes.specs(&course(0.25));
        let ids: Vec<LaneId> = specs.iter().map(|spec| spec.lane).collect();
        assert_eq!(ids, [LaneId::Branch(0), LaneId::Seed(0), LaneId::Seed(1)]);
        assert_eq!(specs[0].changes[0].0, 120);
        assert_eq!(specs[0].changes[0].1.learning_rate, 0.5);
        assert_eq!((specs[1].experiment.seeds.weights, specs[2].experiment.seeds.weights), (1, 2));
        assert_eq!(specs[2].changes[0].1.learning_rate, 0.25);
    }

    #[test]
    fn a_lane_is_called_what_differs_until_it_has_a_name() {
        let mut lanes = Lanes::default();
        let id = lanes.add(course(0.5), false).expect("there is room").id;
        let title = |lanes: &Lanes, run: &Experiment| lanes.branches[0].title(run);
        let mut run = Experiment::default();
        assert_eq!(title(&lanes, &run), "Learning rate: 0.5");
        run.live.imbalance = 99.0;
        run.batch_size = 8;
        assert_eq!(title(&lanes, &run), "Imbalance ratio: 1 : 1 and 2 more");
        assert_eq!(title(&lanes, &course(0.5)[1].1), "same settings");
        lanes.rename(id, "  control  ");
        assert_eq!(title(&lanes, &run), "control");
        lanes.rename(id, "");
        assert_eq!(title(&lanes, &course(0.5)[1].1), "same settings");
    }
}
