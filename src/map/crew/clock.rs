//! How long a map takes: time in training, work done, and what that makes of the rest.
//!
//! Must not know jobs. Time is milliseconds of a clock that the caller brings.

/// A stopwatch with a measure of work.
#[derive(Debug, Default)]
pub struct Clock {
    work: f64,
    done: f64,
    /// Time up to the last stop.
    before: f64,
    since: Option<f64>,
}

impl Clock {
    /// A stopped clock before `work` of whatever unit.
    pub fn new(work: f64) -> Self {
        Self { work, ..Self::default() }
    }

    /// Runs from `now` unless it runs.
    pub fn go(&mut self, now: f64) {
        self.since.get_or_insert(now);
    }

    pub fn stop(&mut self, now: f64) {
        self.before = self.millis(now);
        self.since = None;
    }

    pub fn work_done(&mut self, work: f64) {
        self.done += work;
    }

    /// Time it ran.
    pub fn millis(&self, now: f64) -> f64 {
        self.before + self.since.map_or(0.0, |since| (now - since).max(0.0))
    }

    /// Share of the work done; `under_way`: work done of unfinished parts.
    pub fn share(&self, under_way: f64) -> f64 {
        if self.work > 0.0 { ((self.done + under_way) / self.work).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Time left at the pace so far.
    pub fn left(&self, under_way: f64, now: f64) -> Option<f64> {
        let done = self.done + under_way;
        (done > 0.0).then(|| self.millis(now) * (self.work - done).max(0.0) / done)
    }
}
