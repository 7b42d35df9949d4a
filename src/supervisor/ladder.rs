//! Putting the run on a worker, moving it, and falling when one breaks.
//!
//! Must not know how events are told apart.

use super::{Action, Fault, FaultKind, Reason, Report, Severity, Standing, Supervisor, notice};
use crate::protocol::{Backend, Command, Control, Event, RunError, RunId};
use crate::t;

impl Supervisor {
    pub(super) fn failed(&mut self, from: Backend, error: RunError, now: f64) -> Vec<Action> {
        match error {
            RunError::Data { file, reason } => {
                if let Some(job) = self.job.as_mut() {
                    job.sent = false;
                    job.playing = false;
                }
                self.watchdog.ignore(from);
                vec![notice(Severity::Error, &t!("broken.data", file = file, reason = reason))]
            }
            RunError::Message { reason }
                if self.job.as_ref().is_some_and(|job| job.checkpoint.is_some() && !job.started) =>
            {
                // A checkpoint this worker cannot use: start from the beginning instead.
                if let Some(job) = self.job.as_mut() {
                    job.checkpoint = None;
                }
                let mut actions = vec![notice(Severity::Warning, &t!("broken.checkpoint", reason = reason))];
                actions.extend(self.send_job(now));
                actions
            }
            RunError::Message { reason } => {
                vec![notice(Severity::Warning, &t!("broken.message", reason = reason))]
            }
            RunError::Device { reason } => self.broke(from, FaultKind::Failed(reason), now),
        }
    }

    /// A worker is gone or useless: replace it, or fall down the ladder.
    pub(super) fn broke(&mut self, from: Backend, kind: FaultKind, now: f64) -> Vec<Action> {
        let never_came_up = !matches!(self.slot(from).standing, Standing::Ready { .. });
        self.slot_mut(from).standing = Standing::Absent;
        self.watchdog.ignore(from);
        let failures = self.slot_mut(from).fail(now);
        let fault = Fault { worker: from, kind };
        let what = fault.sentence();
        let mut actions = vec![Action::Terminate(from)];
        if self.trial.take().is_some() && self.backend() != Some(from) {
            self.slot_mut(from).standing = Standing::Broken;
            self.reason = Reason::Stays(fault);
            actions.push(self.badge());
            return actions;
        }
        if self.job.as_ref().is_none_or(|job| job.backend != from && job.moving_to != Some(from)) {
            return actions;
        }
        let give_up = failures >= 2 || (from == Backend::Gpu && never_came_up);
        let step = self.job.as_ref().and_then(|job| job.checkpoint.as_ref()).map_or(0, |saved| saved.step);
        if from == Backend::Gpu && give_up {
            self.slot_mut(Backend::Gpu).standing = Standing::Broken;
            self.reason = Reason::Fell(fault);
            actions.push(notice(Severity::Warning, &t!("broken.to_cpu", fault = what, step = step)));
            if self.job.as_ref().is_some_and(|job| job.backend == Backend::Cpu) {
                // It was only moving there, and still runs on the CPU.
                if let Some(job) = self.job.as_mut() {
                    job.moving_to = None;
                }
                actions.push(self.badge());
                return actions;
            }
            actions.extend(self.place(Backend::Cpu, now));
        } else if give_up && failures > 2 {
            self.slot_mut(from).standing = Standing::Broken;
            if let Some(job) = self.job.as_mut() {
                job.sent = false;
                job.playing = false;
                // Nobody will do them.
                let run = job.run;
                actions.extend(std::mem::take(&mut job.queue).into_iter().map(|(request, _)| {
                    Action::Tell(Report::Run(Event::Done { run, request, step, playing: false }))
                }));
            }
            actions.push(notice(Severity::Error, &t!("broken.stopped", fault = what, n = failures)));
        } else {
            actions.push(notice(Severity::Warning, &t!("broken.replaced", fault = what, step = step)));
            actions.extend(self.place(from, now));
        }
        actions
    }

    /// Puts the job on `backend`, spawning its worker if need be.
    pub(super) fn place(&mut self, backend: Backend, now: f64) -> Vec<Action> {
        if let Some(job) = self.job.as_mut() {
            job.backend = backend;
            job.sent = false;
            job.started = false;
            job.moving_to = None;
        }
        match self.slot(backend).standing {
            Standing::Ready { .. } => self.send_job(now),
            Standing::Starting => Vec::new(),
            Standing::Absent | Standing::Broken => self.spawn(backend, now),
        }
    }

    fn spawn(&mut self, backend: Backend, now: f64) -> Vec<Action> {
        self.slot_mut(backend).standing = Standing::Starting;
        self.watchdog.spawned(backend, now);
        vec![Action::Spawn(backend)]
    }

    pub(super) fn send_job(&mut self, now: f64) -> Vec<Action> {
        let run = self.new_run();
        let Some(job) = self.job.as_mut() else { return Vec::new() };
        job.run = run;
        job.sent = true;
        job.started = false;
        let start = Command::Start {
            run,
            experiment: Box::new(job.experiment.clone()),
            lanes: job.lanes.clone(),
            keep: job.keep.take(),
            from: job.checkpoint.clone().map(Box::new),
            play: job.playing,
        };
        let mut actions = vec![Action::Send(job.backend, start)];
        let speed = job.speed.map(|speed| (0, Control::Speed(Some(speed))));
        let queue = speed.into_iter().chain(std::mem::take(&mut job.queue));
        actions.extend(
            queue.map(|(request, control)| {
                Action::Send(job.backend, Command::Control { run, request, control })
            }),
        );
        self.watchdog.started(job.backend, now);
        actions
    }

    /// The run moves: ask for its state first; without one it starts over there.
    pub(super) fn move_to(&mut self, target: Backend, now: f64) -> Vec<Action> {
        if let Some(job) = self.job.as_mut() {
            job.moving_to = Some(target);
        }
        match self.slot(target).standing {
            Standing::Ready { .. } => self.ask(|run| Command::Checkpoint { run }),
            Standing::Starting => Vec::new(),
            Standing::Absent | Standing::Broken => self.spawn(target, now),
        }
    }

    pub(super) fn arrive(&mut self, from: Backend, target: Backend, now: f64) -> Vec<Action> {
        let run = self.job.as_ref().map_or(RunId(0), |job| job.run);
        let pause = Command::Control { run, request: 0, control: Control::Pause };
        let playing = self.job.as_ref().is_some_and(|job| job.playing);
        self.reason =
            if self.pinned == Some(target) { Reason::Pinned(target) } else { self.measured_reason() };
        let mut actions = vec![Action::Send(from, pause)];
        self.watchdog.ignore(from);
        actions.extend(self.place(target, now));
        if let Some(job) = self.job.as_mut() {
            job.playing = playing;
        }
        actions
    }
}
