//! Which worker trains the run, and what happens when one breaks: a ladder, never a wall.
//!
//! A pure state machine: worker events, user wishes and time come in, [`Action`]s go out. Must not
//! know workers as objects; the page's engine carries the actions out.

mod ladder;
mod reason;
mod slot;
mod trial;
mod waiting;
mod watchdog;

use crate::experiment::{Experiment, Live, ModelName};
use crate::protocol::{BUILD, Backend, Checkpoint, Command, Control, Event, LaneSpec, Leave, RunId};
use crate::t;
pub use reason::{Fault, FaultKind, Reason};
use slot::{Slot, Standing};
use trial::Trial;
pub use waiting::Waiting;
use watchdog::Watchdog;

/// What the engine must do.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Start the worker of this backend.
    Spawn(Backend),
    /// End it at once.
    Terminate(Backend),
    /// Send it a command.
    Send(Backend, Command),
    /// Tell the page.
    Tell(Report),
}

/// What the page is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// An event of the current run, already filtered.
    Run(Event),
    /// The run goes on from this step after a break or a move; later snapshots are void.
    Rewound {
        /// The step.
        step: u32,
    },
    /// Where the run trains changed, or why.
    Badge(Badge),
    /// Something the visitor should read.
    Notice {
        /// What happened, what was done, what to do.
        text: String,
        /// How bad it is.
        severity: Severity,
    },
}

/// Where the run trains and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Badge {
    /// `None` while no worker is up.
    pub backend: Option<Backend>,
    /// The GPU adapter's name, empty until one was seen.
    pub adapter: String,
    /// The adapter is emulated in software.
    pub software: bool,
    /// Why this backend.
    pub reason: Reason,
    /// Last measured steps per second on the CPU for this job.
    pub cpu_rate: Option<f32>,
    /// The same on the GPU.
    pub gpu_rate: Option<f32>,
    /// Whether WebGPU can be had; `None` before it was tried.
    pub gpu_available: Option<bool>,
}

/// How bad a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something was worked around.
    Warning,
    /// Something does not work.
    Error,
}

/// The state machine.
pub struct Supervisor {
    cpu: Slot,
    gpu: Slot,
    pinned: Option<Backend>,
    has_webgpu: bool,
    next_run: u32,
    job: Option<Job>,
    trial: Option<Trial>,
    watchdog: Watchdog,
    reason: Reason,
}

/// The run the page wants.
struct Job {
    run: RunId,
    backend: Backend,
    experiment: Experiment,
    lanes: Vec<LaneSpec>,
    /// The branch that the run before becomes.
    keep: Option<u8>,
    playing: bool,
    speed: Option<f32>,
    checkpoint: Option<Checkpoint>,
    sent: bool,
    started: bool,
    /// A move to another backend waits for a checkpoint.
    moving_to: Option<Backend>,
    shown_step: u32,
    /// Controls that a worker must carry out and none has yet, in order, with their requests.
    queue: Vec<(u32, Control)>,
}

impl Supervisor {
    /// `has_webgpu`: the browser offers the interface at all.
    pub fn new(pinned: Option<Backend>, has_webgpu: bool) -> Self {
        Self {
            cpu: Slot::default(),
            gpu: Slot::default(),
            pinned,
            has_webgpu,
            next_run: 1,
            job: None,
            trial: None,
            watchdog: Watchdog::default(),
            reason: Reason::Starting,
        }
    }

    /// Begins a new run of `experiment` beside `lanes` and forgets the old one, unless it is to go on as
    /// the branch `keep`.
    pub fn start(
        &mut self,
        experiment: Experiment,
        lanes: Vec<LaneSpec>,
        keep: Option<u8>,
        play: bool,
        now: f64,
    ) -> Vec<Action> {
        let mut actions = self.abandon_trial();
        // The old run stops wherever it is; on another worker it would go on unseen.
        actions.extend(self.control(0, Control::Pause));
        let speed = self.job.as_ref().and_then(|job| job.speed);
        let same_shape = self.job.as_ref().is_some_and(|job| {
            trial::same_shape(&job.experiment, &experiment) && job.lanes.len() == lanes.len()
        });
        if !same_shape {
            self.cpu.rate = None;
            self.gpu.rate = None;
        }
        let backend = self.first_choice(same_shape);
        self.job = Some(Job {
            run: RunId(0),
            backend,
            experiment,
            lanes,
            keep,
            playing: play,
            speed,
            checkpoint: None,
            sent: false,
            started: false,
            moving_to: None,
            shown_step: 0,
            queue: Vec::new(),
        });
        actions.extend(self.place(backend, now));
        actions
    }

    /// Live knobs moved; with `fork`, the model as it was goes on as that branch. The command's request
    /// number is the engine's.
    pub fn adjust(&mut self, request: u32, live: &Live, fork: Option<(u8, LaneSpec)>) -> Vec<Action> {
        let Some(job) = self.job.as_mut() else { return Vec::new() };
        job.experiment.live = live.clone();
        let (fork, spec) = fork.unzip();
        let mut actions =
            self.send_if_sent(|run| Command::Adjust { run, request, live: Box::new(live.clone()), fork });
        actions.extend(self.joined_by(spec));
        actions
    }

    /// What trains beside the run changed.
    pub fn accompany(&mut self, request: u32, lanes: Vec<LaneSpec>) -> Vec<Action> {
        let Some(job) = self.job.as_mut() else { return Vec::new() };
        let changed = job.lanes.len() != lanes.len();
        job.lanes.clone_from(&lanes);
        let mut actions = self.send_if_sent(|run| Command::Accompany { run, request, lanes });
        if changed {
            actions.extend(self.measure_again());
        }
        actions
    }

    /// A visit to the past ends; with [`Leave::Fork`], what came after goes on as the branch `spec`.
    pub fn leave(&mut self, request: u32, leave: Leave, spec: Option<LaneSpec>) -> Vec<Action> {
        if leave != Leave::Return
            && let Some(job) = self.job.as_mut()
        {
            // It is of a time that is now forgotten, or a branch's.
            job.checkpoint = None;
        }
        let mut actions = self.send_if_sent(|run| Command::Leave { run, request, leave });
        actions.extend(self.joined_by(spec));
        actions
    }

    fn joined_by(&mut self, spec: Option<LaneSpec>) -> Vec<Action> {
        let Some(spec) = spec else { return Vec::new() };
        if let Some(job) = self.job.as_mut() {
            job.lanes.push(spec);
        }
        self.measure_again()
    }

    /// The number of lanes changed: what was measured is of another job.
    fn measure_again(&mut self) -> Vec<Action> {
        let actions = self.abandon_trial();
        self.cpu.rate = None;
        self.gpu.rate = None;
        actions
    }

    /// Play, pause, step or speed. Steps, and what is asked after them, wait for the worker where there
    /// is none yet.
    pub fn control(&mut self, request: u32, control: Control) -> Vec<Action> {
        let is_coming =
            self.backend().is_some_and(|backend| self.slot(backend).standing == Standing::Starting);
        let Some(job) = self.job.as_mut() else { return Vec::new() };
        let queues = matches!(control, Control::Step(_)) || !job.queue.is_empty();
        if queues && !job.sent && is_coming {
            job.playing &= !job.queue.is_empty();
            job.queue.push((request, control));
            return Vec::new();
        }
        match control {
            Control::Play => job.playing = true,
            Control::Pause | Control::Step(_) => job.playing = false,
            Control::Speed(speed) => job.speed = speed,
        }
        self.send_if_sent(|run| Command::Control { run, request, control })
    }

    /// A command about the current run that needs no bookkeeping.
    pub fn ask(&self, command: impl FnOnce(RunId) -> Command) -> Vec<Action> {
        self.send_if_sent(command)
    }

    /// Measures how fast an experiment trains on a worker that is up; nothing where there is none.
    pub fn measure(&mut self, backend: Backend, command: Command, now: f64) -> Vec<Action> {
        if !matches!(self.slot(backend).standing, Standing::Ready { .. }) {
            return Vec::new();
        }
        self.watchdog.measures(backend, now);
        vec![Action::Send(backend, command)]
    }

    /// Commands sent before the run reached a worker are in the experiment it will start with.
    fn send_if_sent(&self, command: impl FnOnce(RunId) -> Command) -> Vec<Action> {
        match &self.job {
            Some(job) if job.sent => vec![Action::Send(job.backend, command(job.run))],
            _ => Vec::new(),
        }
    }

    /// Whether a request waits for a worker to come.
    pub fn is_queued(&self, request: u32) -> bool {
        self.job.as_ref().is_some_and(|job| job.queue.iter().any(|(queued, _)| *queued == request))
    }

    /// The run a worker has.
    pub fn run(&self) -> Option<RunId> {
        self.job.as_ref().filter(|job| job.sent).map(|job| job.run)
    }

    /// Whether a command now would reach a worker and be answered.
    pub fn is_listening(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.sent)
    }

    /// Backend of the current run, for tests that break it.
    pub fn backend(&self) -> Option<Backend> {
        self.job.as_ref().map(|job| job.backend)
    }

    /// The visitor chose a backend, or leaves the choice to us again.
    pub fn pin(&mut self, backend: Option<Backend>, now: f64) -> Vec<Action> {
        self.pinned = backend;
        let mut actions = self.abandon_trial();
        if let Some(wanted) = backend {
            self.slot_mut(wanted).forgive();
            if self.job.as_ref().is_some_and(|job| job.backend != wanted) {
                actions.extend(self.move_to(wanted, now));
            } else {
                self.reason = Reason::Pinned(wanted);
                actions.push(self.badge());
            }
        } else {
            self.reason = Reason::Measuring;
            actions.push(self.badge());
        }
        actions
    }

    /// An event came from a worker.
    pub fn event(&mut self, from: Backend, event: Event, now: f64) -> Vec<Action> {
        self.watchdog.heard(from, &event, now);
        match event {
            Event::Ready { build, .. } if build != BUILD => self.wrong_build(from),
            Event::Ready { adapter, software, .. } => self.ready(from, adapter, software, now),
            Event::Failed { run, error } if run == RunId(0) || Some(run) == self.run_on(from) => {
                self.failed(from, error, now)
            }
            event if self.trial.as_ref().is_some_and(|trial| trial.is_about(from, &event)) => {
                self.trial_event(event, now)
            }
            event if about(&event) == self.run_on(from) => self.run_event(from, event, now),
            Event::Memory { .. } | Event::Measured { .. } => vec![Action::Tell(Report::Run(event))],
            // Of an older run, or of a worker that is being replaced.
            _ => Vec::new(),
        }
    }

    /// The last state that the run's worker sent.
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        self.job.as_ref()?.checkpoint.as_ref()
    }

    /// The worker of `from` threw an error: a panic, or a script that could not be loaded.
    pub fn crashed(&mut self, from: Backend, message: &str, now: f64) -> Vec<Action> {
        self.broke(from, FaultKind::Error(message.to_owned()), now)
    }

    /// Time passes; call about four times a second.
    pub fn tick(&mut self, now: f64) -> Vec<Action> {
        if let Some(silent) = self.watchdog.silent(now) {
            return self.broke(silent, FaultKind::Silent, now);
        }
        let actions = self.maybe_leave_gpu(now);
        if actions.is_empty() { self.maybe_try_gpu(now) } else { actions }
    }

    /// Tells the watchdog that the page was hidden or asleep, so that silence means nothing.
    pub fn woke(&mut self, now: f64) {
        self.watchdog.forgive(now);
    }

    fn ready(&mut self, from: Backend, adapter: String, software: bool, now: f64) -> Vec<Action> {
        self.slot_mut(from).standing = Standing::Ready { adapter, software };
        let mut actions = vec![self.badge()];
        if self.job.as_ref().is_some_and(|job| job.backend == from && !job.sent) {
            actions.extend(self.send_job(now));
        } else if self.job.as_ref().is_some_and(|job| job.moving_to == Some(from)) {
            actions.extend(self.ask(|run| Command::Checkpoint { run }));
        } else if self.trial.is_some() {
            actions.extend(self.begin_trial());
        }
        actions
    }

    fn wrong_build(&mut self, from: Backend) -> Vec<Action> {
        self.slot_mut(from).standing = Standing::Broken;
        self.watchdog.ignore(from);
        vec![Action::Terminate(from), notice(Severity::Error, t!("broken.build"))]
    }

    fn run_event(&mut self, from: Backend, event: Event, now: f64) -> Vec<Action> {
        let Some(job) = self.job.as_mut() else { return Vec::new() };
        match event {
            Event::Checkpointed { checkpoint, .. } => {
                job.checkpoint = Some(*checkpoint);
                match job.moving_to.take() {
                    Some(target) => self.arrive(from, target, now),
                    None => Vec::new(),
                }
            }
            Event::Started { step, .. } => {
                job.started = true;
                let mut actions = Vec::new();
                if step < job.shown_step || job.checkpoint.is_some() {
                    job.shown_step = step;
                    actions.push(Action::Tell(Report::Rewound { step }));
                }
                actions.push(Action::Tell(Report::Run(event)));
                actions.push(self.badge());
                actions
            }
            Event::Observed { ref snapshot, steps_per_second, playing, .. } => {
                job.playing = playing;
                job.shown_step = snapshot.step;
                if steps_per_second > 0.0 {
                    self.slot_mut(from).rate = Some(steps_per_second);
                }
                self.slot_mut(from).calm(now);
                vec![Action::Tell(Report::Run(event))]
            }
            Event::Done { playing, .. } => {
                job.playing = playing;
                vec![Action::Tell(Report::Run(event))]
            }
            event => vec![Action::Tell(Report::Run(event))],
        }
    }

    fn new_run(&mut self) -> RunId {
        let run = RunId(self.next_run);
        self.next_run += 1;
        run
    }

    fn run_on(&self, backend: Backend) -> Option<RunId> {
        self.job.as_ref().filter(|job| job.backend == backend && job.sent).map(|job| job.run)
    }

    fn first_choice(&mut self, same_shape: bool) -> Backend {
        if let Some(pinned) = self.pinned {
            if pinned == Backend::Cpu || self.gpu.standing != Standing::Broken {
                self.reason = Reason::Pinned(pinned);
                return pinned;
            }
        } else if same_shape && let Some(job) = &self.job {
            return job.backend;
        }
        self.reason = Reason::AtOnce;
        Backend::Cpu
    }

    fn badge(&self) -> Action {
        let (adapter, software) = match &self.gpu.standing {
            Standing::Ready { adapter, software } => (adapter.clone(), *software),
            _ => (String::new(), false),
        };
        Action::Tell(Report::Badge(Badge {
            backend: self.job.as_ref().filter(|job| job.sent).map(|job| job.backend),
            adapter,
            software,
            reason: self.reason.clone(),
            cpu_rate: self.cpu.rate,
            gpu_rate: self.gpu.rate,
            gpu_available: match self.gpu.standing {
                _ if !self.has_webgpu => Some(false),
                Standing::Ready { .. } => Some(true),
                Standing::Broken => Some(false),
                Standing::Absent | Standing::Starting => None,
            },
        }))
    }

    fn slot(&self, backend: Backend) -> &Slot {
        match backend {
            Backend::Cpu => &self.cpu,
            Backend::Gpu => &self.gpu,
        }
    }

    fn slot_mut(&mut self, backend: Backend) -> &mut Slot {
        match backend {
            Backend::Cpu => &mut self.cpu,
            Backend::Gpu => &mut self.gpu,
        }
    }
}

/// The run an event is about.
fn about(event: &Event) -> Option<RunId> {
    match event {
        Event::Ready { .. } | Event::Memory { .. } | Event::Measured { .. } | Event::Surveyed(_) => None,
        Event::Started { run, .. }
        | Event::Observed { run, .. }
        | Event::Visited { run, .. }
        | Event::Done { run, .. }
        | Event::Checkpointed { run, .. }
        | Event::Gallery { run, .. }
        | Event::Mistakes { run, .. }
        | Event::Inspected { run, .. }
        | Event::Failed { run, .. } => Some(*run),
    }
}

fn notice(severity: Severity, text: &str) -> Action {
    Action::Tell(Report::Notice { text: text.to_owned(), severity })
}

/// Jobs wide enough that a GPU may win; small dense networks are bound by its round trips, unless there
/// are many of them.
fn is_wide(experiment: &Experiment, lanes: usize) -> bool {
    let units = experiment.model.width * experiment.model.depth.max(1) * experiment.batch_size;
    experiment.model_name() == ModelName::Cnn || units as usize * (1 + lanes) >= 128 * 1024
}
