//! A run in conversation: what each command does to it, and what it does between commands.
//!
//! Must not know models or a clock of its own.

use super::datasets::Source;
use super::pace::{Pace, Wait};
use super::ring::Ring;
use super::run::Run;
use super::visit::Visit;
use crate::protocol::{Backend, Command, Control, Event, Leave, RunError, RunId};
use crate::telemetry::{LaneSnapshot, Wants};

/// A run with its place in the conversation.
pub(super) struct Active {
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
    /// The run's past.
    ring: Ring,
    /// The moment looked at, while somebody does.
    visit: Option<Visit>,
    /// A moment to look at.
    wants_visit: Option<u32>,
}

impl Active {
    /// A run in conversation.
    pub fn new(id: RunId, run: Run, backend: Backend, play: bool, now: f64) -> Self {
        Self {
            id,
            run,
            pace: Pace::new(backend, now),
            playing: play,
            countdown: None,
            unacknowledged: false,
            wants_checkpoint: false,
            wants: Wants::default(),
            diverged: false,
            stopped_early: false,
            ring: Ring::default(),
            visit: None,
            wants_visit: None,
        }
    }

    /// Its number.
    pub fn id(&self) -> RunId {
        self.id
    }

    /// What trains, without the conversation; the run becomes the branch `keep`.
    pub fn into_run(mut self, keep: Option<u8>) -> Run {
        self.run.become_branch(keep);
        self.run
    }

    /// How long the worker may wait for a message.
    pub fn wait(&self, now: f64) -> Wait {
        self.until_work(now).or(self.until_inspection(now))
    }

    /// How long until there is something to train, observe or save.
    fn until_work(&self, now: f64) -> Wait {
        match () {
            () if self.wants_visit.is_some() => Wait::Not,
            () if self.visit.is_some() => Wait::ForMessage,
            () if self.run.waits() => Wait::Not,
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

    /// Acts on one command.
    pub fn handle(&mut self, command: Command, source: &mut Source, now: f64) -> Vec<Event> {
        match command {
            Command::Start { .. }
            | Command::Measure { .. }
            | Command::Survey(_)
            | Command::Own { .. }
            | Command::Sabotage(_) => Vec::new(),
            Command::Adjust { request, live, fork, .. } => {
                self.leave(Leave::Return);
                self.ring.changed(self.run.step(), (*live).clone());
                self.run.adjust(&live, fork);
                self.pace.observe_closely();
                vec![self.done(request)]
            }
            Command::Accompany { request, lanes, .. } => {
                let failed = self.run.accompany(lanes, source).err();
                self.pace.observe_soon();
                let warning = failed.map(|error| Event::Failed {
                    run: self.id,
                    // The run itself goes on.
                    error: RunError::Message { reason: error.to_string() },
                });
                warning.into_iter().chain([self.done(request)]).collect()
            }
            Command::Visit { step, .. } => {
                self.playing = false;
                self.wants_visit = Some(step);
                self.countdown.take().map(|(_, request)| self.done(request)).into_iter().collect()
            }
            Command::Leave { request, leave, .. } => {
                self.leave(leave);
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
                let found = match &self.visit {
                    Some(visit) => visit.group.mistakes(0, cell),
                    None => self.run.mistakes(cell),
                };
                vec![Event::Mistakes { run: self.id, found: Box::new(found) }]
            }
        }
    }

    fn control(&mut self, request: u32, control: Control, now: f64) -> Vec<Event> {
        // A promise about steps that will not be done is kept as "stopped here".
        let interrupted = match control {
            Control::Play | Control::Pause | Control::Step(_) => self.countdown.take(),
            Control::Speed(_) => None,
        };
        let mut events: Vec<Event> = interrupted.map(|(_, earlier)| self.done(earlier)).into_iter().collect();
        if matches!(control, Control::Play | Control::Step(_)) {
            self.leave(Leave::Return);
        }
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
        }
        events.push(self.done(request));
        events
    }

    /// Ends a visit, if there is one.
    fn leave(&mut self, leave: Leave) {
        self.wants_visit = None;
        let Some(visit) = self.visit.take() else { return };
        let keep = match leave {
            Leave::Return => None,
            Leave::Resume => Some(None),
            Leave::Fork(branch) => Some(Some(branch)),
        };
        if let Some(keep) = keep {
            self.ring.forget_after(visit.group.step());
            self.run.replace(visit.group, keep);
        }
        self.diverged = false;
        self.pace.observe_soon();
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

    /// Trains for one burst if the run is to go on, then looks if the page can take it.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn burst(&mut self, clock: &dyn Fn() -> f64) -> Result<Vec<Event>, String> {
        let mut events = Vec::new();
        if let Some(step) = self.wants_visit.take() {
            self.visit = Visit::to(step, &self.run, &self.ring, self.pace.step_ms()).await?;
            events.extend(self.visit.as_ref().map(|visit| Event::Visited {
                run: self.id,
                snapshot: Box::new(visit.snapshot.clone()),
                live: Box::new(visit.live.clone()),
            }));
        }
        if self.visit.is_none() {
            self.go_on(clock, &mut events).await?;
        }
        if self.until_inspection(clock()) == Wait::Not {
            let begun = clock();
            let wants = std::mem::take(&mut self.wants);
            let insight = Box::new(match &self.visit {
                Some(visit) => visit.group.inspect(0, wants).await?,
                None => self.run.inspect(wants).await?,
            });
            self.pace.inspected(begun, clock());
            events.push(Event::Inspected { run: self.id, insight });
        }
        Ok(events)
    }

    async fn go_on(&mut self, clock: &dyn Fn() -> f64, events: &mut Vec<Event>) -> Result<(), String> {
        if self.ring.wants(0) && self.ring.kept().moments == 0 {
            self.ring.keep(self.run.state().await?);
        }
        let catches_up = self.run.waits();
        // The speed limit is for watching; steps asked for by number, and what is behind, are done at once.
        let at_once = catches_up || self.countdown.is_some();
        let allowed = if at_once { self.pace.fitting() } else { self.pace.steps(clock()) };
        let steps = if catches_up { allowed } else { allowed.min(self.steps_left()) };
        if steps > 0 {
            let begun = clock();
            let trained = self.run.train(steps).await?;
            self.run.settle(self.pace.backend()).await?;
            self.pace.trained(trained.work, begun, clock());
            if trained.steps > 0 {
                self.count_down(trained.steps, events);
            } else if !self.run.waits() {
                self.pace.observe_soon();
            }
            if trained.stopped_early {
                self.stop_early(events);
            }
        }
        if self.pace.observation_due(clock()) && !self.unacknowledged {
            self.observe(clock, events).await?;
            if self.ring.wants(self.run.step()) && self.pace.moment_due(clock()) {
                let begun = clock();
                self.ring.keep(self.run.state().await?);
                self.pace.moment_kept(begun, clock());
            }
        }
        if self.wants_checkpoint || (steps > 0 && self.pace.checkpoint_due(clock())) {
            let begun = clock();
            let checkpoint = Box::new(self.run.checkpoint().await?);
            self.wants_checkpoint = false;
            self.pace.checkpointed(begun, clock());
            events.push(Event::Checkpointed { run: self.id, checkpoint });
        }
        Ok(())
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
        let seen = self.run.observe().await?;
        self.pace.observed(begun, clock());
        // Nothing changes any more once every lane is NaN: stop once, but let the visitor step on.
        let all = seen.branches.iter().map(|(_, branch)| branch).chain([&seen.run]).chain(&seen.seeds);
        let diverged = all.flat_map(|snapshot| &snapshot.lanes).all(LaneSnapshot::is_diverged);
        if diverged && !self.diverged {
            self.playing = false;
        }
        self.diverged = diverged;
        self.unacknowledged = true;
        events.push(Event::Observed {
            run: self.id,
            snapshot: Box::new(seen.run),
            seeds: seen.seeds.map(Box::new),
            branches: seen.branches,
            kept: self.ring.kept(),
            steps_per_second: self.pace.steps_per_second(),
            playing: self.playing,
            stopped_early: std::mem::take(&mut self.stopped_early),
        });
        Ok(())
    }
}
