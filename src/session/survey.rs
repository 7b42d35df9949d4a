//! A job of a collapse map in the worker: many runs trained as fast as they go, looked at once.
//!
//! Must not know the map, workers, or a clock: time is an argument.

use super::group::Group;
use super::pace::Wait;
use super::{Source, curvature};
use crate::data::Dataset;
use crate::experiment::Experiment;
use crate::fleet::Device;
use crate::map::Outcome;
use crate::protocol::{Event, LaneId, LaneSpec, RunError, Survey, Surveyed};
use std::rc::Rc;

/// At most one job and one measurement at a time.
#[derive(Default)]
pub struct Surveyor {
    job: Option<Job>,
    measurement: Option<Measurement>,
    held: bool,
}

/// Runs in training, as one fleet.
struct Job {
    id: u32,
    group: Group,
    steps: u32,
    done: u32,
    /// Steps of the next burst.
    burst: u32,
    spent: f64,
    reported: f64,
}

/// Runs whose curvature is wanted, and what was found so far.
struct Measurement {
    experiments: Vec<(Experiment, Rc<Dataset>)>,
    largest: Vec<f32>,
}

/// A pause or a cancel waits for one burst at most.
const BURST_MS: f64 = 40.0;
/// Time between reports of progress.
const REPORT_MS: f64 = 250.0;

impl Surveyor {
    /// Acts on one message; a job begins with the next burst.
    pub fn handle(&mut self, survey: Survey, source: &mut Source, now: f64) -> Vec<Event> {
        let begun = match survey {
            Survey::Train { job, experiments, steps } => {
                self.held = false;
                self.job = None;
                let begin =
                    |group| Job { id: job, group, steps, done: 0, burst: 1, spent: 0.0, reported: now };
                let group = Group::start(experiments.into_iter().map(lane).collect(), source);
                group.map(|group| self.job = Some(begin(group))).map_err(|error| (job, error))
            }
            Survey::Curvature { experiments } => {
                let load = |experiment: Experiment| Ok((source.dataset(&experiment)?, experiment));
                let loaded: Result<Vec<_>, RunError> = experiments.into_iter().map(load).collect();
                let begin = |loaded: Vec<(Rc<Dataset>, Experiment)>| Measurement {
                    experiments: loaded
                        .into_iter()
                        .map(|(dataset, experiment)| (experiment, dataset))
                        .collect(),
                    largest: Vec::new(),
                };
                loaded.map(|loaded| self.measurement = Some(begin(loaded))).map_err(|error| (0, error))
            }
            Survey::Hold(held) => {
                self.held = held;
                Ok(())
            }
            Survey::Drop => {
                self.job = None;
                Ok(())
            }
        };
        match begun {
            Ok(()) => Vec::new(),
            Err((job, error)) => vec![event(Surveyed::Failed { job, error })],
        }
    }

    /// Trains for one burst, and after the last step looks at every run; without a job measures one run.
    pub async fn burst(&mut self, device: &Device, clock: &dyn Fn() -> f64) -> Vec<Event> {
        if self.wait() != Wait::Not {
            return Vec::new();
        }
        let (id, said) = match (&mut self.job, &mut self.measurement) {
            (Some(job), _) => (job.id, job.burst(clock).await),
            (None, Some(measurement)) => (0, measurement.burst(device).await),
            (None, None) => return Vec::new(),
        };
        let said = said
            .unwrap_or_else(|reason| Some(Surveyed::Failed { job: id, error: RunError::Device { reason } }));
        match said {
            Some(Surveyed::Progress { .. }) | None => {}
            Some(_) if id > 0 => self.job = None,
            Some(_) => self.measurement = None,
        }
        said.map(event).into_iter().collect()
    }

    /// How long the worker may wait for a message.
    pub fn wait(&self) -> Wait {
        let has_work = self.job.is_some() || self.measurement.is_some();
        if has_work && !self.held { Wait::Not } else { Wait::ForMessage }
    }
}

impl Job {
    async fn burst(&mut self, clock: &dyn Fn() -> f64) -> Result<Option<Surveyed>, String> {
        let begun = clock();
        let steps = self.burst.min(self.steps - self.done);
        self.group.train(steps, None).await?;
        self.group.settle().await?;
        self.done += steps;
        if self.done < self.steps {
            let now = clock();
            self.spent += now - begun;
            let fitting = BURST_MS / ((now - begun) / f64::from(steps)).max(1e-3);
            self.burst = (fitting as u32).clamp(1, self.burst * 4);
            let due = now - self.reported > REPORT_MS;
            if due {
                self.reported = now;
            }
            return Ok(due.then_some(Surveyed::Progress { job: self.id, steps: self.done }));
        }
        let outcomes = self.group.observe().await?.iter().map(Outcome::of).collect();
        self.spent += clock() - begun;
        Ok(Some(Surveyed::Trained { job: self.id, outcomes, millis: self.spent }))
    }
}

impl Measurement {
    async fn burst(&mut self, device: &Device) -> Result<Option<Surveyed>, String> {
        if let Some((experiment, dataset)) = self.experiments.get(self.largest.len()) {
            self.largest.push(curvature::measure(experiment, dataset, device).await?);
        }
        let is_done = self.largest.len() >= self.experiments.len();
        Ok(is_done.then(|| Surveyed::Curvature { largest: std::mem::take(&mut self.largest) }))
    }
}

/// A lane of a fleet in which nobody asks for lanes by name, nor for what they train on.
fn lane(experiment: Experiment) -> LaneSpec {
    LaneSpec { lane: LaneId::Seed(0), experiment, changes: Vec::new() }
}

fn event(surveyed: Surveyed) -> Event {
    Event::Surveyed(Box::new(surveyed))
}
