//! The standing of one worker.
//!
//! Must not know what it trains.

/// A worker's place on the ladder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slot {
    /// Where it is in its life.
    pub standing: Standing,
    /// Last measured steps per second for the job's shape.
    pub rate: Option<f32>,
    failures: u32,
    last_failure: f64,
}

/// Stages of a worker's life.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Standing {
    /// Not there.
    #[default]
    Absent,
    /// Spawned, not yet heard of.
    Starting,
    /// Up.
    Ready {
        /// The adapter's name, empty on the CPU.
        adapter: String,
        /// Emulated in software.
        software: bool,
    },
    /// Not tried again unless the visitor asks.
    Broken,
}

/// A worker that has worked this long since its last failure is forgiven it.
const CALM_MS: f64 = 30_000.0;

impl Slot {
    /// Counts a failure; the number in a row.
    pub fn fail(&mut self, now: f64) -> u32 {
        self.failures += 1;
        self.last_failure = now;
        self.failures
    }

    /// The worker works: old failures are forgotten after a while.
    pub fn calm(&mut self, now: f64) {
        if now - self.last_failure > CALM_MS {
            self.failures = 0;
        }
    }

    /// The visitor asks for another try.
    pub fn forgive(&mut self) {
        self.failures = 0;
        if self.standing == Standing::Broken {
            self.standing = Standing::Absent;
        }
    }
}
