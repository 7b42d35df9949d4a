//! The map's hands on the workers: carries out the crew's actions and passes outcomes on.
//!
//! Must not decide anything; the [`Crew`] does.

use super::atlas::Progress;
use crate::experiment::Experiment;
use crate::map::crew::{Action, Crew, Job, Phase, SeatId};
use crate::map::{MapSpec, Outcome, Plan};
use crate::protocol::{self, BUILD, Backend, Command, Event, Sabotage, Survey, Surveyed};
use crate::web::program;
use js_sys::{Array, Reflect, Uint8Array};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};

/// What the pool tells the page.
pub enum PoolEvent {
    /// Cells with the outcomes of their runs.
    Cells(Vec<(usize, Vec<Outcome>)>),
    /// Where training is and how far.
    Changed(Phase, Progress),
    /// Every cell is trained.
    Finished,
    /// What was asked of [`Pool::measure`].
    Curvature(Vec<f32>),
    /// A worker broke; others go on.
    Broke(String),
    /// No worker is left.
    Stuck(String),
}

/// The workers; clones share them.
#[derive(Clone, Default)]
pub struct Pool(Rc<Inner>);

/// Who hears what the pool tells.
type Listener = Box<dyn Fn(PoolEvent)>;

#[derive(Default)]
struct Inner {
    on: RefCell<Option<Listener>>,
    crew: RefCell<Option<Crew>>,
    spec: RefCell<Option<MapSpec>>,
    workers: RefCell<HashMap<SeatId, Handle>>,
    ticking: Cell<bool>,
}

/// A worker and the callbacks that live as long as it.
struct Handle {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

/// How often progress is told and the crew looks at the clock.
const TICK_MS: i32 = 200;

impl Pool {
    /// Tells everything to `on`.
    pub fn listen(&self, on: impl Fn(PoolEvent) + 'static) {
        *self.0.on.borrow_mut() = Some(Box::new(on));
    }

    /// Trains a map, dropping any other.
    pub fn start(&self, spec: &MapSpec) {
        let (columns, rows) = spec.size();
        *self.0.spec.borrow_mut() = Some(spec.clone());
        let actions = {
            let mut crew = self.0.crew.borrow_mut();
            let crew = crew.get_or_insert_with(|| Crew::new(cores(), program::has_webgpu()));
            crew.start(spec, &Plan::new(columns, rows), program::now())
        };
        self.tick_for_ever();
        self.perform(actions);
    }

    /// Holds every worker, or lets them go on.
    pub fn pause(&self, pause: bool) {
        self.with(|crew| if pause { crew.pause(program::now()) } else { crew.resume(program::now()) });
    }

    /// Gives the map up.
    pub fn cancel(&self) {
        self.with(|crew| crew.cancel(program::now()));
    }

    /// Asks a free worker for the curvature of some runs; nothing where none is free.
    pub fn measure(&self, experiments: Vec<Experiment>) {
        let idle = self.0.crew.borrow().as_ref().and_then(Crew::idle);
        if let Some(id) = idle.filter(|_| !experiments.is_empty()) {
            self.send(id, &Survey::Curvature { experiments });
        }
    }

    /// Tells where training is.
    pub fn report(&self) {
        let now = program::now();
        let progress = |crew: &Crew| Progress {
            share: crew.progress_share(),
            left: crew.left(now),
            millis: crew.millis(now),
            workers: crew.workers(),
        };
        let known = self.0.crew.borrow().as_ref().map(|crew| (crew.phase(), progress(crew)));
        if let Some((phase, progress)) = known {
            self.tell(PoolEvent::Changed(phase, progress));
        }
    }

    /// Milliseconds of a step of one run on a CPU and on a GPU worker.
    pub fn pace(&self) -> (Option<f64>, Option<f64>) {
        self.0.crew.borrow().as_ref().map_or((None, None), Crew::lane_step_ms)
    }

    /// Panics one worker, for tests.
    pub fn sabotage(&self) {
        let id = self.0.workers.borrow().keys().next().copied();
        if let Some(id) = id {
            self.post(id, &Command::Sabotage(Sabotage::Panic));
        }
    }

    fn with(&self, act: impl FnOnce(&mut Crew) -> Vec<Action>) {
        let actions = self.0.crew.borrow_mut().as_mut().map(act);
        self.perform(actions.unwrap_or_default());
    }

    fn perform(&self, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Spawn(id, backend) => self.spawn(id, backend),
                Action::Terminate(id) => self.terminate(id),
                Action::Send(id, job) => self.hand_out(id, &job),
                Action::Hold(id, hold) => self.send(id, &Survey::Hold(hold)),
                Action::Drop(id) => self.send(id, &Survey::Drop),
                Action::Finished => {
                    self.report();
                    self.tell(PoolEvent::Finished);
                }
                Action::Broke(reason) => self.tell(PoolEvent::Broke(reason)),
                Action::Stuck(reason) => self.tell(PoolEvent::Stuck(reason)),
            }
        }
        self.report();
    }

    fn hand_out(&self, id: SeatId, job: &Job) {
        let survey = self.0.spec.borrow().as_ref().map(|spec| {
            let places = spec.places();
            let cells = job.cells.iter().flat_map(|&cell| (0..job.seeds).map(move |seed| (cell, seed)));
            let experiments = cells.map(|(cell, seed)| spec.run(places[cell], seed)).collect();
            Survey::Train { job: job.id, experiments, steps: spec.steps }
        });
        if let Some(survey) = survey {
            self.send(id, &survey);
        }
    }

    fn send(&self, id: SeatId, survey: &Survey) {
        self.post(id, &Command::Survey(Box::new(survey.clone())));
    }

    fn post(&self, id: SeatId, command: &Command) {
        let bytes = Uint8Array::from(protocol::encode(command).as_slice());
        if let Some(handle) = self.0.workers.borrow().get(&id) {
            // Fails only for a terminated worker, whose silence the crew notices.
            let _ = handle.worker.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
        }
    }

    fn hear(&self, id: SeatId, event: Event) {
        let now = program::now();
        match event {
            Event::Ready { build, .. } if build != BUILD => self.broke(id, crate::t!("broken.build")),
            Event::Ready { backend: Backend::Gpu, software: true, .. } => self.with(|crew| crew.decline(id)),
            Event::Ready { .. } => self.with(|crew| crew.ready(id, now)),
            Event::Failed { error, .. } => self.broke(id, &error.to_string()),
            Event::Surveyed(surveyed) => match *surveyed {
                Surveyed::Progress { job, steps } => self.with(|crew| {
                    crew.progress(id, job, steps, now);
                    Vec::new()
                }),
                Surveyed::Trained { job, outcomes, millis } => self.trained(id, job, outcomes, millis),
                Surveyed::Curvature { largest } => self.tell(PoolEvent::Curvature(largest)),
                Surveyed::Failed { error, .. } => self.broke(id, &error.to_string()),
            },
            _ => {}
        }
    }

    fn trained(&self, id: SeatId, job: u32, outcomes: Vec<Outcome>, millis: f64) {
        let (done, actions) = match self.0.crew.borrow_mut().as_mut() {
            Some(crew) => crew.trained(id, job, millis, program::now()),
            None => return,
        };
        if let Some(done) = done {
            // The next job first: the worker should not wait for the page to draw.
            let (first, rest): (Vec<_>, Vec<_>) =
                actions.into_iter().partition(|action| matches!(action, Action::Send(..)));
            self.perform(first);
            let runs = outcomes.chunks(done.seeds.max(1) as usize).map(<[Outcome]>::to_vec);
            self.tell(PoolEvent::Cells(done.cells.into_iter().zip(runs).collect()));
            self.perform(rest);
        }
    }

    fn tell(&self, event: PoolEvent) {
        if let Some(on) = self.0.on.borrow().as_ref() {
            on(event);
        }
    }

    fn spawn(&self, id: SeatId, backend: Backend) {
        let (worker, said) = match program::start_worker(backend) {
            Ok(started) => started,
            Err(error) => return self.broke(id, &format!("{error:?}")),
        };
        let pool = self.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            let bytes = message.data().unchecked_into::<Uint8Array>().to_vec();
            match protocol::decode::<Event>(&bytes) {
                Ok(event) => pool.hear(id, event),
                Err(error) => pool.broke(id, &error.to_string()),
            }
        });
        let pool = self.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |error: ErrorEvent| {
            error.prevent_default();
            let message = Reflect::get(&error, &"message".into()).ok().and_then(|text| text.as_string());
            pool.broke(id, &message.unwrap_or_else(|| crate::t!("fault.no_script").to_owned()));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        program::catch_up(said, on_message.as_ref(), on_error.as_ref());
        let handle = Handle { worker, _on_message: on_message, _on_error: on_error };
        self.0.workers.borrow_mut().insert(id, handle);
    }

    fn terminate(&self, id: SeatId) {
        if let Some(handle) = self.0.workers.borrow_mut().remove(&id) {
            handle.worker.set_onmessage(None);
            handle.worker.set_onerror(None);
            handle.worker.terminate();
        }
    }

    /// Later, because a callback must not drop the worker that owns it while it runs.
    fn broke(&self, id: SeatId, reason: &str) {
        let (pool, reason) = (self.clone(), reason.to_owned());
        wasm_bindgen_futures::spawn_local(async move {
            pool.with(|crew| crew.broke(id, &reason, program::now()));
        });
    }

    fn tick_for_ever(&self) {
        if self.0.ticking.replace(true) {
            return;
        }
        let pool = self.clone();
        let tick = Closure::<dyn FnMut()>::new(move || {
            let phase = pool.0.crew.borrow().as_ref().map(Crew::phase);
            if phase == Some(Phase::Running) {
                pool.with(|crew| crew.tick(program::now()));
            }
        });
        set_interval(tick.as_ref().unchecked_ref(), TICK_MS);
        // The pool lives as long as the page.
        tick.forget();
    }
}

/// Processor cores the browser tells of; 2 where it does not.
fn cores() -> usize {
    let told = web_sys::window().map_or(2.0, |window| window.navigator().hardware_concurrency());
    if told >= 1.0 { told as usize } else { 2 }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setInterval)]
    fn set_interval(handler: &js_sys::Function, millis: i32);
}
