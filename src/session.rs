//! The worker's brain: commands in, events out; trains in bursts between messages.
//!
//! Must not know workers, messages as bytes, or a clock: time comes in as an argument. At most one
//! snapshot is on its way to the page until it is acknowledged.

mod active;
mod course;
mod curvature;
mod datasets;
mod decision;
pub mod group;
mod lane;
pub mod pace;
mod ring;
mod run;
mod survey;
mod visit;

pub use datasets::{Datasets, Source};
pub use pace::Wait;

use crate::experiment::Experiment;
use crate::fleet::Device;
use crate::protocol::{Backend, Command, Event, LaneId, LaneSpec, RunError, RunId};
use active::Active;
use group::Group;
use run::Run;
use survey::Surveyor;

/// One run at a time on one device.
pub struct Session {
    device: Device,
    backend: Backend,
    datasets: Datasets,
    run: Option<Active>,
    /// Jobs of a collapse map; a worker has those or a run.
    surveyor: Surveyor,
}

/// How fast a fleet trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Steps each of its lanes did.
    pub steps: u32,
    /// Time they took, in milliseconds, the first steps left out.
    pub millis: f64,
}

/// Steps before a measurement begins: the first compile shaders or warm the compiler up.
const WARM_UP_STEPS: u32 = 20;
/// Work on its way to a GPU at once, in milliseconds …
const QUEUE_MS: f64 = 50.0;
/// … and in steps.
const MOST_QUEUED: u32 = 16;

/// Bytes of data files by name, as far as the worker has them.
pub type Files<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

impl Session {
    /// A session without a run.
    pub fn new(device: Device, backend: Backend) -> Self {
        let surveyor = Surveyor::default();
        Self { device, backend, datasets: Datasets::default(), run: None, surveyor }
    }

    /// Acts on one command. Commands for another run are ignored: they crossed a restart.
    pub fn handle(&mut self, command: Command, files: Files, now: f64) -> Vec<Event> {
        let mut source = Source { datasets: &mut self.datasets, files, device: &self.device };
        if let Command::Start { run, experiment, lanes, keep, from, play } = command {
            let earlier = self.run.take().map(|active| active.into_run(keep));
            return vec![match Run::start(*experiment, lanes, from.as_deref(), earlier, &mut source) {
                Ok(started) => {
                    let (step, facts) = (started.step(), Box::new(started.facts()));
                    self.run = Some(Active::new(run, started, self.backend, play, now));
                    Event::Started { run, step, facts }
                }
                Err(error) => Event::Failed { run, error },
            }];
        }
        if let Command::Survey(survey) = command {
            return self.surveyor.handle(*survey, &mut source, now);
        }
        match self.run.as_mut() {
            Some(active) if active.id() == target(&command) => active.handle(command, &mut source, now),
            _ => Vec::new(),
        }
    }

    /// How fast `lanes` models of this experiment train side by side, for about `millis` milliseconds.
    /// The run, if there is one, stays as it is.
    ///
    /// # Errors
    /// The data are missing, or the device is lost.
    pub async fn measure(
        &mut self,
        experiment: &Experiment,
        lanes: u32,
        millis: f64,
        files: Files<'_>,
        clock: &dyn Fn() -> f64,
    ) -> Result<Measured, RunError> {
        let lost = |reason| RunError::Device { reason };
        let mut source = Source { datasets: &mut self.datasets, files, device: &self.device };
        let spec = |number: u32| LaneSpec {
            lane: LaneId::Seed(number as u8),
            experiment: experiment.with_seed(number),
            changes: Vec::new(),
        };
        let mut group = Group::start((0..lanes.max(1)).map(spec).collect(), &mut source)?;
        let (mut begun, mut steps, mut is_warm) = (clock(), 0, false);
        // Steps between waits for the GPU, so that its queue stays short and a slow one answers.
        let (mut queued, mut at_once, mut waited) = (0, 1, begun);
        while !is_warm || clock() - begun < millis {
            group.train(1, None).await.map_err(lost)?;
            steps += 1;
            queued += 1;
            if self.backend == Backend::Gpu && queued >= at_once {
                group.settle().await.map_err(lost)?;
                let cost = (clock() - waited) / f64::from(queued);
                at_once = ((QUEUE_MS / cost.max(0.01)) as u32).clamp(1, MOST_QUEUED);
                (queued, waited) = (0, clock());
            }
            if !is_warm && (steps == WARM_UP_STEPS || clock() - begun > millis) {
                group.settle().await.map_err(lost)?;
                (begun, steps, is_warm) = (clock(), 0, true);
            }
        }
        group.settle().await.map_err(lost)?;
        Ok(Measured { steps, millis: clock() - begun })
    }

    /// Trains for one burst if the run is to go on, then observes if the page can take it.
    ///
    /// `clock` gives milliseconds. Call again after [`Session::wait`].
    pub async fn burst(&mut self, clock: &dyn Fn() -> f64) -> Vec<Event> {
        let Some(active) = self.run.as_mut() else { return self.surveyor.burst(&self.device, clock).await };
        match active.burst(clock).await {
            Ok(events) => events,
            Err(reason) => {
                let run = active.id();
                self.run = None;
                vec![Event::Failed { run, error: RunError::Device { reason } }]
            }
        }
    }

    /// How long the worker may wait for a message before the next burst.
    pub fn wait(&self, now: f64) -> Wait {
        match &self.run {
            None => self.surveyor.wait(),
            Some(active) => active.wait(now),
        }
    }
}

/// The run a command is about.
fn target(command: &Command) -> RunId {
    match command {
        Command::Start { run, .. }
        | Command::Adjust { run, .. }
        | Command::Accompany { run, .. }
        | Command::Visit { run, .. }
        | Command::Leave { run, .. }
        | Command::Control { run, .. }
        | Command::Ack { run }
        | Command::Checkpoint { run }
        | Command::Preview { run }
        | Command::Inspect { run, .. }
        | Command::Mistakes { run, .. } => *run,
        Command::Measure { .. } | Command::Survey(_) | Command::Own { .. } | Command::Sabotage(_) => {
            RunId::default()
        }
    }
}
