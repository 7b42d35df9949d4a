//! The place of one worker: whether it is there, what it trains, how fast it is.
//!
//! Must not know other seats.

use super::queue::Job;
use crate::protocol::Backend;

/// One worker's place.
#[derive(Debug)]
pub struct Seat {
    pub backend: Backend,
    pub standing: Standing,
    /// Breakdowns since the map was begun or a job was finished.
    pub failures: u32,
    /// Jobs finished in its life.
    pub jobs: u32,
    /// Share of the present job that is done, as last heard.
    pub part: f64,
    /// When it last said something.
    pub heard: f64,
    /// Steps of single runs measured, and the time they took.
    pub lane_steps: f64,
    pub millis: f64,
}

/// Stages of a worker's life.
#[derive(Debug, PartialEq)]
pub enum Standing {
    /// Not there.
    Absent,
    /// Spawned, not yet heard of.
    Starting,
    /// Up, without a job.
    Free,
    /// Training.
    Busy(Job),
    /// Not tried again for this map.
    Broken,
}

impl Seat {
    /// An empty seat.
    pub fn new(backend: Backend) -> Self {
        Self {
            backend,
            standing: Standing::Absent,
            failures: 0,
            jobs: 0,
            part: 0.0,
            heard: 0.0,
            lane_steps: 0.0,
            millis: 0.0,
        }
    }

    pub fn is_busy(&self) -> bool {
        matches!(self.standing, Standing::Busy(_))
    }

    pub fn begin(&mut self, job: Job, now: f64) {
        self.standing = Standing::Busy(job);
        self.part = 0.0;
        self.heard = now;
    }

    /// Ends the job with this number; `None` when the seat has another or none.
    pub fn finish(&mut self, job: u32, millis: f64, steps: u32, now: f64) -> Option<Job> {
        let Standing::Busy(busy) = &self.standing else { return None };
        (busy.id == job).then_some(())?;
        let Standing::Busy(done) = std::mem::replace(&mut self.standing, Standing::Free) else { return None };
        // A GPU's first job compiles its shaders: that says nothing about the next.
        if self.jobs > 0 || self.backend == Backend::Cpu {
            self.lane_steps += done.lanes() as f64 * f64::from(steps);
            self.millis += millis;
        }
        self.jobs += 1;
        self.failures = 0;
        self.part = 0.0;
        self.heard = now;
        Some(done)
    }

    /// Takes the job away.
    pub fn lose(&mut self) -> Option<Job> {
        self.part = 0.0;
        self.is_busy().then_some(())?;
        match std::mem::replace(&mut self.standing, Standing::Free) {
            Standing::Busy(job) => Some(job),
            _ => None,
        }
    }

    pub fn work_under_way(&self) -> f64 {
        match &self.standing {
            Standing::Busy(job) => job.work * self.part,
            _ => 0.0,
        }
    }
}
