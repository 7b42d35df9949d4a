//! Whether the GPU is faster for this job: measured on the job itself, beside the running CPU.
//!
//! Must not guess. Software adapters are told apart and not tried unasked.

use super::{Action, Reason, Standing, Supervisor, is_wide};
use crate::experiment::Experiment;
use crate::protocol::{Backend, Command, Control, Event, RunId};

/// A trial under way on the GPU worker.
pub(super) struct Trial {
    /// `None` while the worker starts.
    run: Option<RunId>,
    observations: u32,
}

/// Observations before the rate counts: the first contain the compilation of every shader.
const OBSERVATIONS: u32 = 6;
/// Moving costs a pause, so the GPU must be clearly faster.
const MARGIN: f32 = 1.2;
/// The CPU's rate must have settled before it is compared, in steps.
const SETTLED_STEPS: u32 = 30;

impl Trial {
    /// Whether the event belongs to the trial.
    pub fn is_about(&self, from: Backend, event: &Event) -> bool {
        from == Backend::Gpu && self.run.is_some() && super::about(event) == self.run
    }
}

/// Whether two experiments cost the same per step.
pub(super) fn same_shape(one: &Experiment, other: &Experiment) -> bool {
    one.data.name == other.data.name
        && one.model_name() == other.model_name()
        && (one.model.depth, one.model.width) == (other.model.depth, other.model.width)
        && (one.model.blocks, one.model.channels) == (other.model.blocks, other.model.channels)
        && one.batch_size == other.batch_size
}

impl Supervisor {
    /// Goes back to the CPU when lanes left and the job is no longer one for the GPU.
    pub(super) fn maybe_leave_gpu(&mut self, now: f64) -> Vec<Action> {
        let leaves = self.job.as_ref().is_some_and(|job| {
            job.backend == Backend::Gpu
                && job.started
                && job.moving_to.is_none()
                && !is_wide(&job.experiment, job.lanes.len())
        });
        if leaves && self.pinned.is_none() { self.move_to(Backend::Cpu, now) } else { Vec::new() }
    }

    /// Starts a trial when the job is wide, plays, and the GPU is unknown for it.
    pub(super) fn maybe_try_gpu(&mut self, now: f64) -> Vec<Action> {
        let Some(job) = &self.job else { return Vec::new() };
        let ready = job.backend == Backend::Cpu
            && job.started
            && job.playing
            && job.speed.is_none()
            && job.moving_to.is_none()
            && job.shown_step >= SETTLED_STEPS
            && is_wide(&job.experiment, job.lanes.len());
        if !ready
            || !self.has_webgpu
            || self.pinned.is_some()
            || self.trial.is_some()
            || self.gpu.rate.is_some()
        {
            return Vec::new();
        }
        match self.gpu.standing {
            Standing::Broken | Standing::Starting => Vec::new(),
            Standing::Absent => {
                self.trial = Some(Trial { run: None, observations: 0 });
                self.gpu.standing = Standing::Starting;
                self.reason = Reason::Trying;
                let _ = now;
                vec![Action::Spawn(Backend::Gpu), self.badge()]
            }
            Standing::Ready { .. } => {
                self.trial = Some(Trial { run: None, observations: 0 });
                self.begin_trial()
            }
        }
    }

    /// The GPU worker is up: run the job there too, unless it is only software.
    pub(super) fn begin_trial(&mut self) -> Vec<Action> {
        if matches!(self.gpu.standing, Standing::Ready { software: true, .. }) {
            self.trial = None;
            // Remembered as tried, so that it is not asked again for this shape.
            self.gpu.rate = Some(0.0);
            self.reason = Reason::Software;
            return vec![self.badge()];
        }
        let run = self.new_run();
        let (Some(job), Some(trial)) = (self.job.as_ref(), self.trial.as_mut()) else { return Vec::new() };
        trial.run = Some(run);
        let start = Command::Start {
            run,
            experiment: Box::new(job.experiment.clone()),
            lanes: job.lanes.clone(),
            keep: None,
            from: job.checkpoint.clone().map(Box::new),
            play: true,
        };
        vec![Action::Send(Backend::Gpu, start)]
    }

    /// An event of the trial run.
    pub(super) fn trial_event(&mut self, event: Event, now: f64) -> Vec<Action> {
        let Some(trial) = self.trial.as_mut() else { return Vec::new() };
        let Some(run) = trial.run else { return Vec::new() };
        let Event::Observed { steps_per_second, .. } = event else { return Vec::new() };
        trial.observations += 1;
        if trial.observations < OBSERVATIONS {
            return vec![Action::Send(Backend::Gpu, Command::Ack { run })];
        }
        self.gpu.rate = Some(steps_per_second);
        self.trial = None;
        let pause = Command::Control { run, request: 0, control: Control::Pause };
        let mut actions = vec![Action::Send(Backend::Gpu, pause)];
        if steps_per_second > MARGIN * self.cpu.rate.unwrap_or(0.0) {
            actions.extend(self.move_to(Backend::Gpu, now));
        } else {
            self.reason = self.measured_reason();
            actions.push(self.badge());
        }
        actions
    }

    /// Drops a trial because the job changed.
    pub(super) fn abandon_trial(&mut self) -> Vec<Action> {
        let Some(Trial { run: Some(run), .. }) = self.trial.take() else { return Vec::new() };
        vec![Action::Send(Backend::Gpu, Command::Control { run, request: 0, control: Control::Pause })]
    }

    /// Both rates.
    pub(super) fn measured_reason(&self) -> Reason {
        Reason::Measured { cpu: self.cpu.rate, gpu: self.gpu.rate }
    }
}
