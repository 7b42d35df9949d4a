//! The page's hands on the workers: carries out the supervisor's actions and passes reports on.
//!
//! Must not decide anything; the [`Supervisor`] does.

use super::program::{catch_up, has_webgpu, now, program, start_worker};
use crate::experiment::{Experiment, Live};
use crate::protocol::{
    self, Backend, Cell as MatrixCell, Command, Control, DataFacts, Event, Gallery, GroupState, Kept, LaneId,
    LaneSpec, Leave, Mistakes, Sabotage,
};
use crate::supervisor::{Action, Report, Supervisor, Waiting};
pub use crate::supervisor::{Badge, Severity};
use crate::t;
use crate::telemetry::{Insight, Snapshot, Wants};
use futures_channel::oneshot;
use js_sys::{Array, Reflect, Uint8Array};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};

/// How the engine starts.
#[derive(Clone, Copy, Debug, Default)]
pub struct EngineOptions {
    /// Stay on this backend.
    pub pinned: Option<Backend>,
}

/// Failures a developer can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Debug {
    /// Terminate the worker behind the supervisor's back.
    Kill,
    /// Panic inside the worker.
    Panic,
    /// Destroy the GPU device.
    LoseDevice,
}

/// What the engine tells the page.
pub enum EngineEvent {
    /// A run began, or (`resumed`) went on after a break or a move.
    Started { step: u32, facts: DataFacts, resumed: bool },
    /// An observation; call [`Engine::ack`] once it is drawn.
    Observed {
        snapshot: Snapshot,
        seeds: Option<Snapshot>,
        branches: Vec<(u8, Snapshot)>,
        kept: Kept,
        steps_per_second: f32,
        playing: bool,
        stopped_early: bool,
    },
    /// The run as it was.
    Visited { snapshot: Snapshot, live: Box<Live> },
    /// Whether the run goes on by itself changed with a confirmed command.
    Playing { step: u32, playing: bool },
    /// Examples per class.
    Gallery(Gallery),
    /// A look inside the model.
    Inspected(Box<Insight>),
    /// Probe examples with the model's answers.
    Mistakes(Mistakes),
    /// The backend or its reason changed.
    Badge(Badge),
    /// Resumed from a checkpoint: what came after `step` is void.
    Rewound { step: u32 },
    /// A message for the visitor.
    Notice { text: String, severity: Severity },
}

/// How fast a fleet trains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// Where it trained.
    pub backend: Backend,
    /// Steps each lane did.
    pub steps: u32,
    /// Milliseconds they took.
    pub millis: f64,
}

/// Handle to the training workers; clones share them.
#[derive(Clone)]
pub struct Engine(Rc<Inner>);

struct Inner {
    on: Box<dyn Fn(EngineEvent)>,
    supervisor: RefCell<Supervisor>,
    workers: RefCell<HashMap<&'static str, Handle>>,
    pending: RefCell<Waiting<oneshot::Sender<Result<u32, String>>>>,
    memory: RefCell<Vec<oneshot::Sender<f64>>>,
    measuring: RefCell<HashMap<u32, oneshot::Sender<Speed>>>,
    /// Data of the visitor's own by file, the newest last, as the command that gives them to a worker.
    own: RefCell<Vec<(String, Uint8Array)>>,
    next_request: Cell<u32>,
    last_step: Cell<u32>,
    rewound: Cell<bool>,
    /// Counts the states that workers sent.
    saved: Cell<u32>,
    last_tick: Cell<f64>,
}

/// A worker and the callbacks that live as long as it.
struct Handle {
    worker: Worker,
    /// Files of the visitor's own data it was given, as many as it keeps.
    given: RefCell<Vec<String>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

/// Looks for a state that was asked for, 20 ms apart.
const STATE_WITHIN: u32 = 150;
/// How often the supervisor looks at the clock.
const TICK_MS: i32 = 250;
/// A gap between ticks this long means the page slept.
const SLEPT_MS: f64 = 1_200.0;

impl Engine {
    /// Engine without workers; the first [`Engine::start`] spawns one.
    pub fn new(options: EngineOptions, on: impl Fn(EngineEvent) + 'static) -> Self {
        let supervisor = Supervisor::new(options.pinned, has_webgpu());
        let engine = Self(Rc::new(Inner {
            on: Box::new(on),
            supervisor: RefCell::new(supervisor),
            workers: RefCell::default(),
            pending: RefCell::default(),
            memory: RefCell::default(),
            measuring: RefCell::default(),
            own: RefCell::default(),
            next_request: Cell::new(1),
            last_step: Cell::new(0),
            rewound: Cell::new(false),
            saved: Cell::new(0),
            last_tick: Cell::new(now()),
        }));
        engine.tick_for_ever();
        engine
    }

    /// Begins a new run beside `lanes` and forgets the old one, unless it goes on as the branch `keep`;
    /// whoever waits for the old one gets an error.
    pub fn start(&self, experiment: &Experiment, lanes: Vec<LaneSpec>, keep: Option<u8>, play: bool) {
        let replaced = self.0.pending.borrow_mut().all();
        settle(replaced, &Err(t!("run.replaced").to_owned()));
        self.0.last_step.set(0);
        let actions = self.0.supervisor.borrow_mut().start(experiment.clone(), lanes, keep, play, now());
        self.perform(actions);
    }

    /// Changes live knobs; resolves to the step from which they count.
    ///
    /// # Errors
    /// A new run began before they took effect.
    pub async fn adjust(&self, live: &Live, fork: Option<(u8, LaneSpec)>) -> Result<u32, String> {
        self.request(|supervisor, request| supervisor.adjust(request, live, fork)).await
    }

    /// Trains these beside the run and no others.
    ///
    /// # Errors
    /// A new run began first.
    pub async fn accompany(&self, lanes: Vec<LaneSpec>) -> Result<u32, String> {
        self.request(|supervisor, request| supervisor.accompany(request, lanes)).await
    }

    /// Asks for [`EngineEvent::Visited`].
    pub fn visit(&self, step: u32) {
        self.ask(|run| Command::Visit { run, step });
    }

    /// Ends a visit; resolves to the step from which the run goes on. `spec`: the branch of
    /// [`Leave::Fork`].
    ///
    /// # Errors
    /// A new run began first.
    pub async fn leave(&self, leave: Leave, spec: Option<LaneSpec>) -> Result<u32, String> {
        self.request(|supervisor, request| supervisor.leave(request, leave, spec)).await
    }

    /// How fast `lanes` models of an experiment train on a backend, or where the run trains; `None` when
    /// there is no such worker.
    pub async fn measure(
        &self,
        backend: Option<Backend>,
        experiment: &Experiment,
        lanes: u32,
        millis: u32,
    ) -> Option<Speed> {
        let backend = backend.or(self.0.supervisor.borrow().backend())?;
        let request = self.0.next_request.get();
        self.0.next_request.set(request + 1);
        let experiment = Box::new(experiment.clone());
        let command = Command::Measure { request, experiment, lanes, millis };
        let actions = self.0.supervisor.borrow_mut().measure(backend, command, now());
        if actions.is_empty() {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        self.0.measuring.borrow_mut().insert(request, sender);
        self.perform(actions);
        receiver.await.ok()
    }

    /// Play, pause, step or speed; resolves to the step at which it took effect.
    ///
    /// # Errors
    /// A new run began first.
    pub async fn control(&self, control: Control) -> Result<u32, String> {
        let step = self.request(|supervisor, request| supervisor.control(request, control)).await?;
        let listening = self.0.supervisor.borrow().is_listening();
        if !listening && matches!(control, Control::Play | Control::Pause) {
            // The run is still on its way to a worker and will start like this.
            (self.0.on)(EngineEvent::Playing { step, playing: control == Control::Play });
        }
        Ok(step)
    }

    /// The snapshot was drawn.
    pub fn ack(&self) {
        self.ask(|run| Command::Ack { run });
    }

    /// Asks for [`EngineEvent::Gallery`].
    pub fn preview(&self) {
        self.ask(|run| Command::Preview { run });
    }

    /// Asks for [`EngineEvent::Inspected`].
    pub fn inspect(&self, wants: Wants) {
        self.ask(|run| Command::Inspect { run, wants });
    }

    /// Asks for [`EngineEvent::Mistakes`].
    pub fn mistakes(&self, cell: Option<MatrixCell>) {
        self.ask(|run| Command::Mistakes { run, cell });
    }

    /// Stays on a backend, or leaves the choice to measurement.
    pub fn pin(&self, backend: Option<Backend>) {
        let actions = self.0.supervisor.borrow_mut().pin(backend, now());
        self.perform(actions);
    }

    /// Breaks the current worker on purpose.
    pub fn debug(&self, what: Debug) {
        let Some(backend) = self.0.supervisor.borrow().backend() else { return };
        match what {
            Debug::Kill => {
                if let Some(handle) = self.0.workers.borrow().get(program(backend)) {
                    handle.worker.terminate();
                }
            }
            Debug::Panic => self.send(backend, &Command::Sabotage(Sabotage::Panic)),
            Debug::LoseDevice => self.send(backend, &Command::Sabotage(Sabotage::LoseDevice)),
        }
    }

    /// The state of the fleet that the run belongs to, as it is now; `None` where no worker gives it in time.
    pub async fn state(&self) -> Option<GroupState> {
        let before = self.0.saved.get();
        self.ask(|run| Command::Checkpoint { run });
        for _ in 0..STATE_WITHIN {
            super::dom::rest(Duration::from_millis(20)).await;
            if self.0.saved.get() != before {
                let supervisor = self.0.supervisor.borrow();
                let is_run = |group: &&GroupState| group.lanes.iter().any(|lane| lane.lane == LaneId::Run);
                return supervisor.checkpoint()?.groups.iter().find(is_run).cloned();
            }
        }
        None
    }

    /// Bytes of the current worker's memory; NaN when there is none.
    pub async fn memory(&self) -> f64 {
        let Some(backend) = self.0.supervisor.borrow().backend() else { return f64::NAN };
        let (sender, receiver) = oneshot::channel();
        self.0.memory.borrow_mut().push(sender);
        self.send(backend, &Command::Sabotage(Sabotage::Memory));
        receiver.await.unwrap_or(f64::NAN)
    }

    async fn request(&self, act: impl FnOnce(&mut Supervisor, u32) -> Vec<Action>) -> Result<u32, String> {
        let request = self.0.next_request.get();
        self.0.next_request.set(request + 1);
        let (actions, run, queued) = {
            let mut supervisor = self.0.supervisor.borrow_mut();
            (act(&mut supervisor, request), supervisor.run(), supervisor.is_queued(request))
        };
        if actions.is_empty() && !queued {
            // The run has not reached its worker yet and will start with this setting.
            return Ok(self.0.last_step.get());
        }
        let (sender, receiver) = oneshot::channel();
        self.0.pending.borrow_mut().add(request, run, sender);
        self.perform(actions);
        receiver.await.unwrap_or_else(|_| Err(t!("run.closing").to_owned()))
    }

    fn ask(&self, command: impl FnOnce(protocol::RunId) -> Command) {
        let actions = self.0.supervisor.borrow().ask(command);
        self.perform(actions);
    }

    fn perform(&self, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Spawn(backend) => self.spawn(backend),
                Action::Terminate(backend) => {
                    if let Some(handle) = self.0.workers.borrow_mut().remove(program(backend)) {
                        handle.worker.set_onmessage(None);
                        handle.worker.set_onerror(None);
                        handle.worker.terminate();
                    }
                }
                Action::Send(backend, command) => self.send(backend, &command),
                Action::Tell(report) => self.tell(report),
            }
        }
    }

    fn send(&self, backend: Backend, command: &Command) {
        let bytes = Uint8Array::from(protocol::encode(command).as_slice());
        if let Some(handle) = self.0.workers.borrow().get(program(backend)) {
            for file in command.files() {
                self.give(handle, file);
            }
            // Fails only for a terminated worker, which the watchdog notices.
            let _ = handle.worker.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
        }
    }

    /// Gives a worker data of the visitor's own that it lacks.
    fn give(&self, handle: &Handle, file: String) {
        let own = self.0.own.borrow();
        let mut given = handle.given.borrow_mut();
        if let Some((_, command)) = own.iter().find(|(known, _)| *known == file)
            && !given.contains(&file)
        {
            // Copied, not moved: the next worker needs them, too.
            let _ = handle.worker.post_message(command);
            protocol::keep_newest(&mut given, file);
        }
    }

    /// Keeps data of the visitor's own for every worker that will need them; `command`: a
    /// [`Command::Own`] as bytes.
    pub fn give_own(&self, file: String, command: Uint8Array) {
        let mut own = self.0.own.borrow_mut();
        own.retain(|(known, _)| *known != file);
        protocol::keep_newest(&mut own, (file, command));
    }

    /// Such data as they were given.
    pub fn own(&self, file: &str) -> Option<Uint8Array> {
        self.0.own.borrow().iter().find(|(known, _)| known == file).map(|(_, command)| command.clone())
    }

    /// Whether such data were given.
    pub fn has_own(&self, file: &str) -> bool {
        self.own(file).is_some()
    }

    fn tell(&self, report: Report) {
        let event = match report {
            Report::Run(event) => match self.run_event(event) {
                Some(event) => event,
                None => return,
            },
            Report::Rewound { step } => {
                self.0.rewound.set(true);
                EngineEvent::Rewound { step }
            }
            Report::Badge(badge) => EngineEvent::Badge(badge),
            Report::Notice { text, severity } => EngineEvent::Notice { text, severity },
        };
        (self.0.on)(event);
    }

    fn run_event(&self, event: Event) -> Option<EngineEvent> {
        match event {
            Event::Started { run, step, facts } => {
                self.0.last_step.set(step);
                // What was asked before a break is in the experiment the new worker started with.
                let orphaned = self.0.pending.borrow_mut().orphaned(run);
                settle(orphaned, &Ok(step));
                Some(EngineEvent::Started { step, facts: *facts, resumed: self.0.rewound.take() })
            }
            Event::Observed {
                snapshot,
                seeds,
                branches,
                kept,
                steps_per_second,
                playing,
                stopped_early,
                ..
            } => {
                self.0.last_step.set(snapshot.step);
                let (snapshot, seeds) = (*snapshot, seeds.map(|seeds| *seeds));
                Some(EngineEvent::Observed {
                    snapshot,
                    seeds,
                    branches,
                    kept,
                    steps_per_second,
                    playing,
                    stopped_early,
                })
            }
            Event::Visited { snapshot, live, .. } => Some(EngineEvent::Visited { snapshot: *snapshot, live }),
            Event::Measured { request, backend, steps, millis } => {
                if let Some(waiting) = self.0.measuring.borrow_mut().remove(&request) {
                    // Nobody may be waiting any more.
                    let _ = waiting.send(Speed { backend, steps, millis });
                }
                None
            }
            Event::Done { request, step, playing, .. } => {
                self.0.last_step.set(step);
                let waiting = self.0.pending.borrow_mut().answered(request);
                settle(waiting.into_iter().collect(), &Ok(step));
                Some(EngineEvent::Playing { step, playing })
            }
            Event::Inspected { insight, .. } => Some(EngineEvent::Inspected(insight)),
            Event::Gallery { gallery, .. } => Some(EngineEvent::Gallery(*gallery)),
            Event::Mistakes { found, .. } => Some(EngineEvent::Mistakes(*found)),
            Event::Memory { bytes } => {
                for waiting in self.0.memory.borrow_mut().drain(..) {
                    let _ = waiting.send(bytes);
                }
                None
            }
            Event::Ready { .. } | Event::Checkpointed { .. } | Event::Surveyed(_) | Event::Failed { .. } => {
                None
            }
        }
    }

    fn spawn(&self, backend: Backend) {
        let (worker, said) = match start_worker(backend) {
            Ok(started) => started,
            Err(error) => return self.crashed(backend, &format!("{error:?}")),
        };
        let engine = self.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            // As it came: a new one would be a copy.
            let bytes = message.data().unchecked_into::<Uint8Array>().to_vec();
            match protocol::decode::<Event>(&bytes) {
                Ok(event) => {
                    let is_state = matches!(event, Event::Checkpointed { .. });
                    let actions = engine.0.supervisor.borrow_mut().event(backend, event, now());
                    engine.perform(actions);
                    engine.0.saved.set(engine.0.saved.get() + u32::from(is_state));
                }
                Err(error) => engine.crashed(backend, &error.to_string()),
            }
        });
        let engine = self.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |error: ErrorEvent| {
            error.prevent_default();
            let message = Reflect::get(&error, &"message".into()).ok().and_then(|text| text.as_string());
            engine.crashed(backend, &message.unwrap_or_else(|| t!("fault.no_script").to_owned()));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        catch_up(said, on_message.as_ref(), on_error.as_ref());
        let handle =
            Handle { worker, given: RefCell::default(), _on_message: on_message, _on_error: on_error };
        self.0.workers.borrow_mut().insert(program(backend), handle);
    }

    /// Later, because a callback must not drop the worker that owns it while it runs.
    fn crashed(&self, backend: Backend, message: &str) {
        let (engine, message) = (self.clone(), message.to_owned());
        wasm_bindgen_futures::spawn_local(async move {
            let actions = engine.0.supervisor.borrow_mut().crashed(backend, &message, now());
            engine.perform(actions);
        });
    }

    fn tick_for_ever(&self) {
        let engine = self.clone();
        let tick = Closure::<dyn FnMut()>::new(move || {
            let now = now();
            let slept = now - engine.0.last_tick.replace(now) > SLEPT_MS;
            let actions = {
                let mut supervisor = engine.0.supervisor.borrow_mut();
                if slept {
                    supervisor.woke(now);
                }
                supervisor.tick(now)
            };
            engine.perform(actions);
        });
        set_interval(tick.as_ref().unchecked_ref(), TICK_MS);
        // The engine lives as long as the page.
        tick.forget();
    }
}

fn settle(waiting: Vec<oneshot::Sender<Result<u32, String>>>, outcome: &Result<u32, String>) {
    for one in waiting {
        // Nobody may be waiting any more.
        let _ = one.send(outcome.clone());
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setInterval)]
    fn set_interval(handler: &js_sys::Function, millis: i32);
}
