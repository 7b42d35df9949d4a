//! Notices a worker that has gone silent without an error: terminated, hung or out of memory.
//!
//! Must not know what to do about it.

use crate::protocol::{Backend, Event};

/// Watches the worker that owes the page an event.
#[derive(Clone, Debug, Default)]
pub struct Watchdog {
    watched: Option<Watched>,
    /// Longest pause between two events of the present run: a slow model is not a dead one.
    longest: f64,
    /// A worker that was asked for something long, and until when it may be silent.
    busy: Option<(Backend, f64)>,
}

#[derive(Clone, Debug)]
struct Watched {
    backend: Backend,
    since: f64,
    patience: f64,
}

/// The shortest silence that counts.
const PATIENCE_MS: f64 = 1_500.0;
/// Silence counts from this many times the longest pause seen.
const PATIENCE_FACTOR: f64 = 6.0;
/// A measurement may take this long: the first one on a GPU compiles its shaders.
const BUSY_MS: f64 = 30_000.0;
/// Until the first event: fetching, compiling, and the GPU's first pipelines.
const START_CPU_MS: f64 = 20_000.0;
const START_GPU_MS: f64 = 90_000.0;

impl Watchdog {
    /// A worker was spawned and owes its greeting.
    pub fn spawned(&mut self, backend: Backend, now: f64) {
        self.watch(backend, now, start_patience(backend));
    }

    /// A run was sent and owes its first snapshot.
    pub fn started(&mut self, backend: Backend, now: f64) {
        self.longest = 0.0;
        self.watch(backend, now, start_patience(backend));
    }

    /// The worker measures something and is silent meanwhile.
    pub fn measures(&mut self, backend: Backend, now: f64) {
        self.busy = Some((backend, now + BUSY_MS));
    }

    /// An event came. A playing run owes the next one; a resting one owes nothing.
    pub fn heard(&mut self, from: Backend, event: &Event, now: f64) {
        if matches!(event, Event::Measured { .. }) {
            self.busy = None;
        }
        let Some(watched) = self.watched.as_ref().filter(|watched| watched.backend == from) else {
            if let Event::Observed { playing: true, .. } = event {
                self.watch(from, now, start_patience(from));
            }
            return;
        };
        match event {
            Event::Observed { playing: false, .. } | Event::Done { playing: false, .. } => {
                self.watched = None
            }
            Event::Observed { .. } | Event::Done { .. } | Event::Checkpointed { .. } => {
                if matches!(event, Event::Observed { snapshot, .. } if snapshot.step > 0) {
                    self.longest = self.longest.max(now - watched.since);
                    let patience = (PATIENCE_FACTOR * self.longest).max(PATIENCE_MS);
                    // The first step may compile; only the pauses after it tell the pace.
                    self.watch(from, now, patience);
                } else {
                    let patience = watched.patience;
                    self.watch(from, now, patience);
                }
            }
            _ => {
                let patience = watched.patience;
                self.watch(from, now, patience);
            }
        }
    }

    /// The worker that has been silent for too long.
    pub fn silent(&self, now: f64) -> Option<Backend> {
        let is_busy = |backend| self.busy.is_some_and(|(busy, until)| busy == backend && now < until);
        self.watched
            .as_ref()
            .filter(|watched| now - watched.since > watched.patience && !is_busy(watched.backend))
            .map(|watched| watched.backend)
    }

    /// Nothing is owed by `backend` any more.
    pub fn ignore(&mut self, backend: Backend) {
        if self.watched.as_ref().is_some_and(|watched| watched.backend == backend) {
            self.watched = None;
        }
    }

    /// The page slept: start counting anew.
    pub fn forgive(&mut self, now: f64) {
        if let Some(watched) = self.watched.as_mut() {
            watched.since = now;
        }
    }

    fn watch(&mut self, backend: Backend, since: f64, patience: f64) {
        self.watched = Some(Watched { backend, since, patience });
    }
}

fn start_patience(backend: Backend) -> f64 {
    match backend {
        Backend::Cpu => START_CPU_MS,
        Backend::Gpu => START_GPU_MS,
    }
}
