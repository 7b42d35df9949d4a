//! The worker's brain: commands in, events out; trains in bursts between messages.
//!
//! Must not know workers, messages as bytes, or a clock: time comes in as an argument. At most one
//! snapshot is on its way to the page until it is acknowledged.

mod course;
mod decision;
mod pace;
mod run;

pub use pace::Wait;

use crate::protocol::{Backend, Command, Control, Event, RunError, RunId};
use crate::telemetry::Wants;
use burn::tensor::Device;
use pace::Pace;
use run::Run;

/// One run at a time on one device.
pub struct Session {
    device: Device,
    backend: Backend,
    run: Option<Active>,
}

/// A run with its place in the conversation.
struct Active {
    id: RunId,
    run: Run,
    pace: Pace,
    playing: bool,
    /// Steps still to do before pausing, with the request to answer then.
    countdown: Option<(u32, u32)>,
    unacknowledged: bool,
    wants_checkpoint: bool,
    /// What the page wants to see inside the model; answered when there is time for it.
    wants: Wants,
    diverged: bool,
    /// Early stopping paused the run since the last observation.
    stopped_early: bool,
}

/// Bytes of data files by name, as far as the worker has them.
pub type Files<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

impl Session {
    /// A session without a run.
    pub fn new(device: Device, backend: Backend) -> Self {
        Self { device, backend, run: None }
    }

    /// Acts on one command. Commands for another run are ignored: they crossed a restart.
    pub fn handle(&mut self, command: Command, files: Files, now: f64) -> Vec<Event> {
        if let Command::Start { run, experiment, from, play } = command {
            return vec![match Run::start(*experiment, from.as_deref(), files, &self.device) {
                Ok(started) => self.begin(run, started, play, now),
                Err(error) => {
                    self.run = None;
                    Event::Failed { run, error }
                }
            }];
        }
        match self.run.as_mut() {
            Some(active) if active.id == target(&command) => active.handle(command, now),
            _ => Vec::new(),
        }
    }

    fn begin(&mut self, id: RunId, run: Run, play: bool, now: f64) -> Event {
        let event = Event::Started { run: id, step: run.step(), facts: Box::new(run.facts()) };
        self.run = Some(Active {
            id,
            run,
            pace: Pace::new(self.backend, now),
            playing: play,
            countdown: None,
            unacknowledged: false,
            wants_checkpoint: false,
            wants: Wants::default(),
            diverged: false,
            stopped_early: false,
        });
        event
    }

    /// Trains for one burst if the run is to go on, then observes if the page can take it.
    ///
    /// `clock` gives milliseconds. Call again after [`Session::wait`].
    pub async fn burst(&mut self, clock: &dyn Fn() -> f64) -> Vec<Event> {
        let Some(active) = self.run.as_mut() else { return Vec::new() };
        match active.burst(clock).await {
            Ok(events) => events,
            Err(reason) => {
                let run = active.id;
                self.run = None;
                vec![Event::Failed { run, error: RunError::Device { reason } }]
            }
        }
    }

    /// How long the worker may wait for a message before the next burst.
    pub fn wait(&self, now: f64) -> Wait {
        match &self.run {
            None => Wait::ForMessage,
            Some(active) => active.until_work(now).or(active.until_inspection(now)),
        }
    }
}

impl Active {
    /// How long until there is something to train, observe or save.
    fn until_work(&self, now: f64) -> Wait {
        match () {
            () if self.countdown.is_some() => Wait::Not,
            () if self.steps_left() > 0 => self.pace.until_next_burst(now),
            () if self.pace.is_due() && !self.unacknowledged => Wait::Not,
            () if self.wants_checkpoint => Wait::Not,
            () => Wait::ForMessage,
        }
    }

    /// How long until the model is looked into, if somebody asked.
    fn until_inspection(&self, now: f64) -> Wait {
        if self.wants.is_empty() { Wait::ForMessage } else { self.pace.until_inspection(now) }
    }

    fn handle(&mut self, command: Command, now: f64) -> Vec<Event> {
        match command {
            Command::Start { .. } | Command::Sabotage(_) => Vec::new(),
            Command::Adjust { request, live, fork, .. } => {
                self.run.adjust(*live, fork);
                self.pace.observe_soon();
                vec![self.done(request)]
            }
            Command::Control { request, control, .. } => self.control(request, control, now),
            Command::Ack { .. } => {
                self.unacknowledged = false;
                Vec::new()
            }
            Command::Checkpoint { .. } => {
                self.wants_checkpoint = true;
                Vec::new()
            }
            Command::Preview { .. } => {
                vec![Event::Gallery { run: self.id, gallery: Box::new(self.run.gallery()) }]
            }
            Command::Inspect { wants, .. } => {
                self.wants = wants;
                Vec::new()
            }
            Command::Mistakes { cell, .. } => {
                vec![Event::Mistakes { run: self.id, found: Box::new(self.run.mistakes(cell)) }]
            }
        }
    }

    fn control(&mut self, request: u32, control: Control, now: f64) -> Vec<Event> {
        // A promise about steps that will not be done is kept as "stopped here".
        let interrupted = match control {
            Control::Play | Control::Pause | Control::Step(_) => self.countdown.take(),
            Control::Speed(_) | Control::DropGhost => None,
        };
        let mut events: Vec<Event> = interrupted.map(|(_, earlier)| self.done(earlier)).into_iter().collect();
        match control {
            Control::Play => self.playing = self.run.step() < self.run.budget(),
            Control::Pause => {
                self.playing = false;
                self.pace.observe_soon();
            }
            Control::Step(0) => {}
            Control::Step(steps) => {
                self.playing = false;
                self.countdown = Some((steps, request));
                return events;
            }
            Control::Speed(limit) => self.pace.limit(limit, now),
            Control::DropGhost => self.run.drop_ghost(),
        }
        events.push(self.done(request));
        events
    }

    fn done(&self, request: u32) -> Event {
        Event::Done { run: self.id, request, step: self.run.step(), playing: self.playing }
    }

    /// Steps to do before pausing; 0 when paused.
    fn steps_left(&self) -> u32 {
        match self.countdown {
            Some((steps, _)) => steps,
            None if self.playing => self.run.budget().saturating_sub(self.run.step()),
            None => 0,
        }
    }

    async fn burst(&mut self, clock: &dyn Fn() -> f64) -> Result<Vec<Event>, String> {
        let mut events = Vec::new();
        // The speed limit is for watching; steps asked for by number are done at once.
        let allowed = if self.countdown.is_some() { self.pace.fitting() } else { self.pace.steps(clock()) };
        let steps = allowed.min(self.steps_left());
        if steps > 0 {
            let begun = clock();
            let trained = self.run.train(steps).await?;
            self.run.settle(self.pace.backend()).await?;
            self.pace.trained(trained.steps, begun, clock());
            self.count_down(trained.steps, &mut events);
            if trained.stopped_early {
                self.stop_early(&mut events);
            }
        }
        if self.pace.observation_due(clock()) && !self.unacknowledged {
            self.observe(clock, &mut events).await?;
        }
        if self.until_inspection(clock()) == Wait::Not {
            let begun = clock();
            let insight = Box::new(self.run.inspect(std::mem::take(&mut self.wants)).await?);
            self.pace.inspected(begun, clock());
            events.push(Event::Inspected { run: self.id, insight });
        }
        if self.wants_checkpoint || (steps > 0 && self.pace.checkpoint_due(clock())) {
            let begun = clock();
            let checkpoint = Box::new(self.run.checkpoint().await?);
            self.wants_checkpoint = false;
            self.pace.checkpointed(begun, clock());
            events.push(Event::Checkpointed { run: self.id, checkpoint });
        }
        Ok(events)
    }

    fn count_down(&mut self, steps: u32, events: &mut Vec<Event>) {
        if let Some((left, request)) = self.countdown {
            self.countdown = (left > steps).then(|| (left - steps, request));
            if self.countdown.is_none() {
                events.push(self.done(request));
            }
        } else if self.run.step() >= self.run.budget() {
            self.playing = false;
        }
        if self.steps_left() == 0 {
            self.pace.observe_soon();
        }
    }

    fn stop_early(&mut self, events: &mut Vec<Event>) {
        self.playing = false;
        self.stopped_early = true;
        if let Some((_, request)) = self.countdown.take() {
            events.push(self.done(request));
        }
        self.pace.observe_soon();
    }

    async fn observe(&mut self, clock: &dyn Fn() -> f64, events: &mut Vec<Event>) -> Result<(), String> {
        let begun = clock();
        let snapshot = self.run.observe().await?;
        self.pace.observed(begun, clock());
        // Nothing changes any more once every lane is NaN: stop once, but let the visitor step on.
        let diverged = snapshot.lanes.iter().all(crate::telemetry::LaneSnapshot::is_diverged);
        if diverged && !self.diverged {
            self.playing = false;
        }
        self.diverged = diverged;
        self.unacknowledged = true;
        events.push(Event::Observed {
            run: self.id,
            snapshot: Box::new(snapshot),
            steps_per_second: self.pace.steps_per_second(),
            playing: self.playing,
            stopped_early: std::mem::take(&mut self.stopped_early),
        });
        Ok(())
    }
}

/// The run a command is about.
fn target(command: &Command) -> RunId {
    match command {
        Command::Start { run, .. }
        | Command::Adjust { run, .. }
        | Command::Control { run, .. }
        | Command::Ack { run }
        | Command::Checkpoint { run }
        | Command::Preview { run }
        | Command::Inspect { run, .. }
        | Command::Mistakes { run, .. } => *run,
        Command::Sabotage(_) => RunId::default(),
    }
}
