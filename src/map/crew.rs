//! Who trains what: the workers of a map, the cells still to train, and what to do when one breaks.
//!
//! A pure state machine: events and the time come in, actions go out. Must not know worker objects,
//! tensors or what an outcome means.

mod clock;
mod queue;
mod seat;
#[cfg(test)]
mod tests;

use super::plan::Plan;
use super::spec::MapSpec;
use crate::protocol::Backend;
use clock::Clock;
pub use queue::Job;
use queue::Queue;
use seat::{Seat, Standing};

/// The workers of one page and the map they train.
#[derive(Debug, Default)]
pub struct Crew {
    seats: Vec<Seat>,
    queue: Queue,
    clock: Clock,
    phase: Phase,
    steps: u32,
    next_job: u32,
    /// Whether a GPU worker may be tried.
    gpu: GpuTrial,
}

/// A worker of the crew, by place.
pub type SeatId = usize;

/// What the page is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Start a worker.
    Spawn(SeatId, Backend),
    /// End a worker.
    Terminate(SeatId),
    /// Give a worker its next job.
    Send(SeatId, Job),
    /// Have a worker wait, or go on.
    Hold(SeatId, bool),
    /// Have a worker forget its job.
    Drop(SeatId),
    /// Every cell is trained.
    Finished,
    /// A worker broke and its cells go to others, or to its successor; why.
    Broke(String),
    /// Nobody is left to train; why the last one broke.
    Stuck(String),
}

/// Where a map is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing asked yet, or given up.
    #[default]
    Idle,
    /// Training.
    Running,
    /// Waiting for the visitor.
    Paused,
    /// Every cell trained.
    Finished,
}

/// Whether a graphics card joins.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum GpuTrial {
    /// There is none, or it was slower.
    #[default]
    No,
    /// It would be tried for a map that takes long enough.
    Possible,
    /// It is being measured, or trains.
    Joined(SeatId),
}

/// A map that takes less than this ends before a GPU worker is up.
const WORTH_A_GPU_MS: f64 = 15_000.0;
/// Estimates before are not believed.
const SETTLED_MS: f64 = 2_000.0;
/// Breakdowns in a row after which a seat stays empty.
const LAST_BREAKDOWN: u32 = 3;
/// Workers report at least every second: this long without a word is a breakdown. Not for one that
/// starts or has its first job: a GPU compiles for seconds.
const SILENT_MS: f64 = 30_000.0;

impl Crew {
    /// A crew of `workers` CPU workers, at least 1; `gpu`: there is a graphics card that could help.
    pub fn new(workers: usize, gpu: bool) -> Self {
        Self {
            seats: (0..workers.max(1)).map(|_| Seat::new(Backend::Cpu)).collect(),
            gpu: if gpu { GpuTrial::Possible } else { GpuTrial::No },
            ..Self::default()
        }
    }

    /// Begins a map from its first cell, dropping any other.
    pub fn start(&mut self, spec: &MapSpec, plan: &Plan, now: f64) -> Vec<Action> {
        let mut actions = self.drop_jobs();
        self.queue = Queue::new(plan, spec);
        self.steps = spec.steps;
        self.phase = Phase::Running;
        self.clock = Clock::new(self.queue.work_left());
        for (id, seat) in self.seats.iter_mut().enumerate() {
            if matches!(seat.standing, Standing::Absent | Standing::Broken) && seat.backend == Backend::Cpu {
                seat.failures = 0;
                seat.standing = Standing::Starting;
                actions.push(Action::Spawn(id, seat.backend));
            }
        }
        if self.is_manned() {
            self.clock.go(now);
        }
        actions.extend(self.assign(now));
        actions
    }

    /// A worker is up.
    pub fn ready(&mut self, id: SeatId, now: f64) -> Vec<Action> {
        if let Some(seat) = self.seats.get_mut(id).filter(|seat| seat.standing == Standing::Starting) {
            seat.standing = Standing::Free;
            if self.phase == Phase::Running {
                self.clock.go(now);
            }
        }
        self.assign(now)
    }

    /// A worker is up but would only be in the way, as an emulated graphics card is.
    pub fn decline(&mut self, id: SeatId) -> Vec<Action> {
        let Some(seat) = self.seats.get_mut(id) else { return Vec::new() };
        seat.standing = Standing::Broken;
        self.gpu = GpuTrial::No;
        vec![Action::Terminate(id)]
    }

    /// A worker without a job, for work beside the map.
    pub fn idle(&self) -> Option<SeatId> {
        self.seats.iter().position(|seat| seat.standing == Standing::Free)
    }

    /// A worker is at work on a job: so many steps are done.
    pub fn progress(&mut self, id: SeatId, job: u32, steps: u32, now: f64) {
        if let Some(seat) = self.seats.get_mut(id) {
            seat.heard = now;
            if let Standing::Busy(busy) = &mut seat.standing
                && busy.id == job
            {
                seat.part = f64::from(steps) / f64::from(self.steps.max(1));
            }
        }
    }

    /// A worker has trained a job in `millis` of its own time; whether the outcomes count. They do not
    /// when the map was given up meanwhile.
    pub fn trained(&mut self, id: SeatId, job: u32, millis: f64, now: f64) -> (Option<Job>, Vec<Action>) {
        let Some(seat) = self.seats.get_mut(id) else { return (None, Vec::new()) };
        let Some(done) = seat.finish(job, millis, self.steps, now) else { return (None, Vec::new()) };
        self.clock.work_done(done.work);
        let mut actions = self.judge_gpu();
        if self.queue.is_empty() && self.seats.iter().all(|seat| !seat.is_busy()) {
            self.phase = Phase::Finished;
            self.clock.stop(now);
            actions.push(Action::Finished);
        } else {
            actions.extend(self.assign(now));
        }
        (Some(done), actions)
    }

    /// A worker broke: its job goes back to the front, and the worker is replaced, within limits.
    pub fn broke(&mut self, id: SeatId, reason: &str, now: f64) -> Vec<Action> {
        let Some(seat) = self.seats.get_mut(id) else { return Vec::new() };
        if matches!(seat.standing, Standing::Absent | Standing::Broken) {
            return Vec::new();
        }
        let mut actions = vec![Action::Terminate(id)];
        if let Some(job) = seat.lose() {
            self.queue.put_back(job);
        }
        seat.failures += 1;
        let again = seat.backend == Backend::Cpu && seat.failures < LAST_BREAKDOWN;
        seat.standing = if again { Standing::Starting } else { Standing::Broken };
        if again {
            actions.push(Action::Spawn(id, Backend::Cpu));
        }
        if seat.backend == Backend::Gpu {
            self.gpu = GpuTrial::No;
        }
        let unfinished = matches!(self.phase, Phase::Running | Phase::Paused);
        if self.seats.iter().all(|seat| matches!(seat.standing, Standing::Broken | Standing::Absent)) {
            self.phase = Phase::Idle;
            self.clock.stop(now);
            actions.push(Action::Stuck(reason.to_owned()));
        } else if unfinished {
            // A graphics card was only an offer: without it the map is as it would have been.
            if self.seats[id].backend == Backend::Cpu {
                actions.push(Action::Broke(reason.to_owned()));
            }
            actions.extend(self.assign(now));
        }
        actions
    }

    /// Every worker waits where it is.
    pub fn pause(&mut self, now: f64) -> Vec<Action> {
        if self.phase != Phase::Running {
            return Vec::new();
        }
        self.phase = Phase::Paused;
        self.clock.stop(now);
        self.hold(true)
    }

    /// Every worker goes on.
    pub fn resume(&mut self, now: f64) -> Vec<Action> {
        if self.phase != Phase::Paused {
            return Vec::new();
        }
        self.phase = Phase::Running;
        self.clock.go(now);
        for seat in &mut self.seats {
            seat.heard = now;
        }
        let mut actions = self.hold(false);
        actions.extend(self.assign(now));
        actions
    }

    /// Gives the map up; what is trained stays.
    pub fn cancel(&mut self, now: f64) -> Vec<Action> {
        if !matches!(self.phase, Phase::Running | Phase::Paused) {
            return Vec::new();
        }
        let mut actions = if self.phase == Phase::Paused { self.hold(false) } else { Vec::new() };
        actions.extend(self.drop_jobs());
        self.queue = Queue::default();
        self.phase = Phase::Idle;
        self.clock.stop(now);
        actions
    }

    /// Looks at the clock: workers that fell silent, and whether a graphics card is worth its start.
    pub fn tick(&mut self, now: f64) -> Vec<Action> {
        if self.phase != Phase::Running {
            return Vec::new();
        }
        let silent = |seat: &Seat| seat.is_busy() && seat.jobs > 0 && now - seat.heard > SILENT_MS;
        if let Some(id) = self.seats.iter().position(silent) {
            return self.broke(id, "silent", now);
        }
        // The first moments, with programs still warming up, promise a map that takes for ever.
        let settled = self.clock.millis(now) > SETTLED_MS && self.pace(Backend::Cpu).is_some();
        let left = self.left(now).filter(|_| settled).unwrap_or(0.0);
        if self.gpu == GpuTrial::Possible && left > WORTH_A_GPU_MS && !self.queue.is_empty() {
            let mut seat = Seat::new(Backend::Gpu);
            seat.standing = Standing::Starting;
            self.seats.push(seat);
            self.gpu = GpuTrial::Joined(self.seats.len() - 1);
            return vec![Action::Spawn(self.seats.len() - 1, Backend::Gpu)];
        }
        Vec::new()
    }

    /// Where the map is.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Share of the work that is done, 0 to 1.
    pub fn progress_share(&self) -> f64 {
        self.clock.share(self.under_way())
    }

    /// Milliseconds left at the present pace; `None` before there is one.
    pub fn left(&self, now: f64) -> Option<f64> {
        self.clock.left(self.under_way(), now)
    }

    /// Milliseconds of training so far, pauses left out.
    pub fn millis(&self, now: f64) -> f64 {
        self.clock.millis(now)
    }

    /// How many workers of each kind are up.
    pub fn workers(&self) -> (usize, usize) {
        let up = |backend| {
            let is_up = |seat: &&Seat| matches!(seat.standing, Standing::Free | Standing::Busy(_));
            self.seats.iter().filter(|seat| seat.backend == backend).filter(is_up).count()
        };
        (up(Backend::Cpu), up(Backend::Gpu))
    }

    /// Milliseconds of one step of one run on each kind of worker, where measured.
    pub fn lane_step_ms(&self) -> (Option<f64>, Option<f64>) {
        (self.pace(Backend::Cpu), self.pace(Backend::Gpu))
    }

    fn pace(&self, backend: Backend) -> Option<f64> {
        let known: Vec<&Seat> =
            self.seats.iter().filter(|seat| seat.backend == backend && seat.lane_steps > 0.0).collect();
        let steps: f64 = known.iter().map(|seat| seat.lane_steps).sum();
        (steps > 0.0).then(|| known.iter().map(|seat| seat.millis).sum::<f64>() / steps)
    }

    /// Work done of jobs that are not finished.
    fn under_way(&self) -> f64 {
        self.seats.iter().map(Seat::work_under_way).sum()
    }

    /// Whether any worker is up.
    fn is_manned(&self) -> bool {
        self.seats.iter().any(|seat| matches!(seat.standing, Standing::Free | Standing::Busy(_)))
    }

    /// Gives every free worker a job.
    fn assign(&mut self, now: f64) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.phase != Phase::Running {
            return actions;
        }
        let workers = self.seats.iter().filter(|seat| seat.standing != Standing::Broken).count();
        let pace = self.pace(Backend::Cpu);
        for (id, seat) in self.seats.iter_mut().enumerate() {
            if seat.standing != Standing::Free {
                continue;
            }
            let lanes = queue::lanes(self.queue.lanes_left(), workers, pace, self.steps);
            // From 1: 0 is a measurement.
            let Some(job) = self.queue.take(self.next_job + 1, lanes) else { break };
            self.next_job += 1;
            seat.begin(job.clone(), now);
            actions.push(Action::Send(id, job));
        }
        actions
    }

    /// A graphics card stays if it is faster than one CPU worker, once both are measured.
    fn judge_gpu(&mut self) -> Vec<Action> {
        let GpuTrial::Joined(id) = self.gpu else { return Vec::new() };
        let (Some(cpu), Some(gpu)) = self.lane_step_ms() else { return Vec::new() };
        if gpu <= cpu || self.seats[id].is_busy() {
            return Vec::new();
        }
        self.seats[id].standing = Standing::Broken;
        self.gpu = GpuTrial::No;
        vec![Action::Terminate(id)]
    }

    fn hold(&self, hold: bool) -> Vec<Action> {
        let busy = self.seats.iter().enumerate().filter(|(_, seat)| seat.is_busy());
        busy.map(|(id, _)| Action::Hold(id, hold)).collect()
    }

    fn drop_jobs(&mut self) -> Vec<Action> {
        let mut actions = Vec::new();
        for (id, seat) in self.seats.iter_mut().enumerate() {
            if seat.lose().is_some() {
                seat.standing = Standing::Free;
                actions.push(Action::Drop(id));
            }
        }
        actions
    }
}
