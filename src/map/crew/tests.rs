//! The crew against scripted workers: nothing is lost, nothing is trained twice.

use super::*;
use crate::experiment::Experiment;
use crate::experiment::knob::knob;
use crate::map::Axis;
use std::collections::BTreeMap;

fn spec(columns: u32, rows: u32) -> MapSpec {
    MapSpec { columns, rows, ..MapSpec::new(Experiment::default()) }
}

/// A crew with scripted workers: it remembers who has which job.
struct Shift {
    crew: Crew,
    jobs: BTreeMap<SeatId, Job>,
    /// How often each cell was trained.
    trained: BTreeMap<usize, u32>,
    told: Vec<Action>,
    now: f64,
}

impl Shift {
    fn begin(workers: usize, gpu: bool, spec: &MapSpec) -> Self {
        let mut crew = Crew::new(workers, gpu);
        let (columns, rows) = spec.size();
        let actions = crew.start(spec, &Plan::new(columns, rows), 0.0);
        let mut shift =
            Self { crew, jobs: BTreeMap::new(), trained: BTreeMap::new(), told: Vec::new(), now: 0.0 };
        shift.act(actions);
        shift
    }

    fn act(&mut self, actions: Vec<Action>) {
        for action in actions {
            match &action {
                Action::Spawn(id, Backend::Cpu) => {
                    let actions = self.crew.ready(*id, self.now);
                    self.act(actions);
                }
                Action::Send(id, job) => assert!(self.jobs.insert(*id, job.clone()).is_none()),
                Action::Drop(id) => drop(self.jobs.remove(id)),
                Action::Terminate(id) => drop(self.jobs.remove(id)),
                _ => {}
            }
            self.told.push(action);
        }
    }

    /// The worker finishes its job in `millis`.
    fn finish(&mut self, id: SeatId, millis: f64) {
        let job = self.jobs.remove(&id).expect("it has a job");
        self.now += millis;
        let (done, actions) = self.crew.trained(id, job.id, millis, self.now);
        for cell in done.expect("the crew knows the job").cells {
            *self.trained.entry(cell).or_default() += 1;
        }
        self.act(actions);
    }

    fn finish_all(&mut self) {
        for _ in 0..2000 {
            let Some(id) = self.jobs.keys().next().copied() else { break };
            self.finish(id, 100.0);
        }
    }

    fn check_complete(&self, cells: usize) {
        assert_eq!(self.crew.phase(), Phase::Finished);
        assert!(self.told.contains(&Action::Finished));
        assert!(self.trained.values().all(|count| *count == 1), "{:?}", self.trained);
        assert!(self.trained.keys().copied().eq(0..cells));
        assert!((self.crew.progress_share() - 1.0).abs() < 1e-9);
    }
}

#[test]
fn every_cell_is_trained_once_whatever_the_workers() {
    for workers in [1, 2, 7] {
        let spec = spec(16, 16);
        let mut shift = Shift::begin(workers, false, &spec);
        assert_eq!(shift.jobs.len(), workers);
        assert_eq!(shift.jobs[&0].cells[..4], [0, 4, 8, 12], "coarse cells come first");
        shift.finish_all();
        shift.check_complete(256);
    }
}

#[test]
fn jobs_are_fleets_of_one_shape() {
    let width = knob("width").and_then(Axis::new).expect("an axis");
    let spec = MapSpec { x: width, ..spec(8, 8) };
    let mut shift = Shift::begin(2, false, &spec);
    let shapes = spec.shapes();
    while let Some((&id, job)) = shift.jobs.iter().next() {
        assert!(job.cells.iter().all(|&cell| shapes[cell] == shapes[job.cells[0]]), "{job:?}");
        assert!(job.lanes() <= queue::MOST_LANES);
        shift.finish(id, 50.0);
    }
    shift.check_complete(64);
}

#[test]
fn slow_models_come_in_small_jobs_and_the_end_is_shared() {
    assert_eq!(queue::lanes(1024, 2, Some(0.01), 300), 64);
    assert_eq!(queue::lanes(1024, 2, Some(5.0), 300), 1);
    assert_eq!(queue::lanes(100, 2, Some(0.01), 300), 25);
    assert_eq!(queue::lanes(3, 8, None, 300), 8, "a handful of runs is not worth splitting");
}

#[test]
fn a_broken_workers_cells_go_to_others() {
    let spec = spec(8, 8);
    let mut shift = Shift::begin(2, false, &spec);
    let lost = shift.jobs.remove(&1).expect("busy");
    let actions = shift.crew.broke(1, "it panicked", 10.0);
    assert_eq!(actions[0], Action::Terminate(1));
    assert!(actions.contains(&Action::Spawn(1, Backend::Cpu)));
    assert!(actions.contains(&Action::Broke("it panicked".into())));
    shift.act(actions);
    assert_eq!(shift.jobs[&1].cells, lost.cells, "its successor begins with what was lost");
    assert_ne!(shift.jobs[&1].id, lost.id);
    assert_eq!(shift.crew.trained(1, lost.id, 1.0, 11.0), (None, vec![]), "the dead do not report");
    shift.finish_all();
    shift.check_complete(64);
}

#[test]
fn a_worker_that_always_breaks_is_given_up_and_the_rest_finishes() {
    let spec = spec(8, 8);
    let mut shift = Shift::begin(2, false, &spec);
    for _ in 0..LAST_BREAKDOWN {
        shift.jobs.remove(&1);
        let actions = shift.crew.broke(1, "again", 10.0);
        shift.act(actions);
    }
    assert!(!shift.jobs.contains_key(&1));
    assert_eq!(shift.crew.workers(), (1, 0));
    shift.finish_all();
    shift.check_complete(64);
}

#[test]
fn without_workers_the_map_says_so_and_can_be_started_again() {
    let spec = spec(4, 4);
    let mut shift = Shift::begin(1, false, &spec);
    for _ in 0..LAST_BREAKDOWN {
        shift.jobs.clear();
        let actions = shift.crew.broke(0, "no memory", 10.0);
        shift.act(actions);
    }
    assert_eq!(shift.told.last(), Some(&Action::Stuck("no memory".into())));
    assert_eq!(shift.crew.phase(), Phase::Idle);
    let actions = shift.crew.start(&spec, &Plan::new(4, 4), 20.0);
    shift.act(actions);
    shift.finish_all();
    shift.check_complete(16);
}

#[test]
fn a_pause_holds_everybody_and_stops_the_clock() {
    let spec = spec(8, 8);
    let mut shift = Shift::begin(2, false, &spec);
    shift.finish(0, 100.0);
    assert_eq!(shift.crew.pause(200.0), [Action::Hold(0, true), Action::Hold(1, true)]);
    assert_eq!((shift.crew.phase(), shift.crew.millis(9000.0)), (Phase::Paused, 200.0));
    // A job that was nearly done still comes in; its worker gets no other.
    shift.now = 300.0;
    shift.finish(1, 1.0);
    assert!(!shift.jobs.contains_key(&1));
    assert!(shift.crew.pause(400.0).is_empty(), "once is enough");
    let actions = shift.crew.resume(5000.0);
    assert_eq!(actions[0], Action::Hold(0, false));
    shift.act(actions);
    assert_eq!((shift.jobs.len(), shift.crew.millis(5100.0)), (2, 300.0));
    shift.now = 5100.0;
    shift.finish_all();
    shift.check_complete(64);
}

#[test]
fn what_is_given_up_reports_nothing_and_another_map_begins_cleanly() {
    let mut shift = Shift::begin(2, false, &spec(8, 8));
    let old = shift.jobs[&0].clone();
    let actions = shift.crew.cancel(50.0);
    assert_eq!(actions, [Action::Drop(0), Action::Drop(1)]);
    shift.act(actions);
    assert_eq!(shift.crew.trained(0, old.id, 1.0, 60.0).0, None);
    assert_eq!(shift.crew.phase(), Phase::Idle);
    let actions = shift.crew.start(&spec(4, 4), &Plan::new(4, 4), 70.0);
    assert!(actions.iter().all(|action| matches!(action, Action::Send(..))), "the workers are still up");
    shift.act(actions);
    shift.finish_all();
    shift.check_complete(16);
}

#[test]
fn time_left_follows_the_work_not_the_number_of_jobs() {
    let mut shift = Shift::begin(2, false, &spec(16, 16));
    assert_eq!(shift.crew.left(0.0), None);
    let job = shift.jobs[&0].clone();
    shift.crew.progress(0, job.id, 150, 100.0);
    let part = job.lanes() as f64 / 2.0 / 1024.0;
    assert!((shift.crew.progress_share() - part).abs() < 1e-9);
    let left = shift.crew.left(100.0).expect("there is a pace");
    assert!((left - 100.0 * (1.0 - part) / part).abs() < 1e-6);
}

#[test]
fn silence_is_a_breakdown() {
    let mut shift = Shift::begin(1, false, &spec(8, 8));
    shift.finish(0, 100.0);
    let job = shift.jobs[&0].id;
    shift.crew.progress(0, job, 10, 20_000.0);
    assert!(shift.crew.tick(45_000.0).is_empty());
    assert_eq!(shift.crew.tick(51_000.0)[0], Action::Terminate(0));
}

/// After the first jobs took `cpu` ms each, a graphics card is tried, and takes `gpu` ms for its second.
fn with_gpu(cpu: f64, gpu: f64) -> Shift {
    let mut shift = Shift::begin(1, true, &spec(24, 24));
    shift.finish(0, cpu);
    let actions = shift.crew.tick(shift.now);
    shift.act(actions);
    if !shift.told.contains(&Action::Spawn(1, Backend::Gpu)) {
        return shift;
    }
    let actions = shift.crew.ready(1, shift.now);
    shift.act(actions);
    shift.finish(1, 8000.0);
    let lanes = [&shift.jobs[&0], &shift.jobs[&1]].map(Job::lanes);
    shift.finish(1, gpu * lanes[1] as f64 / lanes[0] as f64);
    shift
}

#[test]
fn a_graphics_card_joins_only_a_long_map_and_stays_only_if_it_is_faster() {
    let short = with_gpu(10.0, 1.0);
    assert_eq!(short.crew.workers(), (1, 0), "it would be up after the end");
    let mut faster = with_gpu(3000.0, 300.0);
    assert_eq!(faster.crew.workers(), (1, 1));
    faster.finish_all();
    faster.check_complete(576);
    let mut slower = with_gpu(3000.0, 90_000.0);
    assert!(slower.told.contains(&Action::Terminate(1)));
    assert_eq!(slower.crew.workers(), (1, 0));
    slower.finish_all();
    slower.check_complete(576);
}

#[test]
fn a_broken_graphics_card_is_not_tried_again() {
    let mut shift = with_gpu(3000.0, 300.0);
    shift.jobs.remove(&1);
    let actions = shift.crew.broke(1, "device lost", shift.now);
    assert!(!actions.iter().any(|action| matches!(action, Action::Spawn(..))));
    shift.act(actions);
    let actions = shift.crew.tick(shift.now + 1.0);
    assert!(actions.is_empty(), "{actions:?}");
    shift.finish_all();
    shift.check_complete(576);
}
