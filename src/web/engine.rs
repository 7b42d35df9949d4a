//! Stand-in for the worker bridge: plays a synthetic run so that the page can be worked on alone.
//!
//! Replaced as a whole by the real engine; nothing else may depend on what is inside.

use crate::experiment::{Experiment, Live};
use crate::protocol::{Backend, Control, DataFacts, Gallery, GalleryRow, Thumbnail};
use crate::stream::Stream;
use crate::telemetry::{Confusion, LaneSnapshot, Snapshot};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// How the engine starts.
#[derive(Clone, Copy, Debug, Default)]
pub struct EngineOptions {
    /// Stay on this backend.
    pub pinned: Option<Backend>,
}

/// Failures a developer can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Debug {
    /// Terminate the worker.
    Kill,
    /// Panic inside the worker.
    Panic,
    /// Destroy the GPU device.
    LoseDevice,
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something was done differently than asked.
    Warning,
    /// Something does not work.
    Error,
}

/// What trains, and why that.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Badge {
    /// Where tensors live; `None` while starting.
    pub backend: Option<Backend>,
    /// The adapter's name, empty on the CPU.
    pub adapter: String,
    /// Whether the adapter is emulated in software.
    pub software: bool,
    /// Why this backend, one sentence.
    pub reason: String,
    /// Steps per second measured on the CPU.
    pub cpu_rate: Option<f32>,
    /// Steps per second measured on the GPU.
    pub gpu_rate: Option<f32>,
    /// Whether WebGPU can be had; `None` while unknown.
    pub gpu_available: Option<bool>,
}

/// What the engine tells the page.
pub enum EngineEvent {
    /// A run began or went on from a checkpoint.
    Started { step: u32, facts: DataFacts, resumed: bool },
    /// An observation.
    Observed { snapshot: Snapshot, steps_per_second: f32, playing: bool },
    /// Examples per class.
    Gallery(Gallery),
    /// Examples of a confusion cell.
    Cell { actual: u8, predicted: u8, thumbnails: Vec<Thumbnail> },
    /// The backend or its reason changed.
    Badge(Badge),
    /// Resumed from a checkpoint: what came after `step` is void.
    Rewound { step: u32 },
    /// A message for the visitor.
    Notice { text: String, severity: Severity },
}

/// Handle to the training workers.
#[derive(Clone)]
pub struct Engine(Rc<Inner>);

struct Inner {
    on: Box<dyn Fn(EngineEvent)>,
    state: RefCell<State>,
}

struct State {
    experiment: Experiment,
    step: u32,
    playing: bool,
    until: Option<u32>,
    speed: Option<f32>,
    acked: bool,
    skill: [f32; 2],
    lanes: usize,
    live: [Live; 2],
    observed: u32,
}

impl Engine {
    /// Starts the stand-in.
    pub fn new(_options: EngineOptions, on: impl Fn(EngineEvent) + 'static) -> Self {
        let experiment = Experiment::default();
        let live = [experiment.live.clone(), experiment.live.clone()];
        let engine = Self(Rc::new(Inner {
            on: Box::new(on),
            state: RefCell::new(State {
                experiment,
                step: 0,
                playing: false,
                until: None,
                speed: None,
                acked: true,
                skill: [0.0; 2],
                lanes: 1,
                live,
                observed: 0,
            }),
        }));
        let again = engine.clone();
        let tick = Closure::<dyn Fn()>::new(move || again.tick());
        let window = leptos::prelude::window();
        let _ = window.set_interval_with_callback_and_timeout_and_arguments_0(tick.as_ref().unchecked_ref(), 16);
        tick.forget();
        engine
    }

    /// New run.
    pub fn start(&self, experiment: &Experiment, play: bool) {
        {
            let mut state = self.0.state.borrow_mut();
            state.live = [experiment.live.clone(), experiment.live.clone()];
            state.experiment = experiment.clone();
            state.step = 0;
            state.playing = play;
            state.until = None;
            state.acked = true;
            state.skill = [0.0; 2];
            state.lanes = 1;
            state.observed = 0;
        }
        let engine = self.clone();
        leptos::task::spawn_local(async move {
            let classes = engine.0.state.borrow().experiment.classes();
            engine.emit(EngineEvent::Started {
                step: 0,
                resumed: false,
                facts: DataFacts {
                    classes: (0..classes).map(|k| k.to_string()).collect(),
                    image: Some([1, 8, 8]),
                    features: 64,
                    probe_per_class: 30,
                    parameters: 2410,
                    layers: vec!["dense 1".into(), "output".into()],
                    hidden: vec!["dense 1".into()],
                },
            });
            engine.emit(EngineEvent::Badge(Badge {
                backend: Some(Backend::Cpu),
                reason: "This small network is faster on the CPU.".into(),
                cpu_rate: Some(12_345.0),
                gpu_available: Some(false),
                ..Badge::default()
            }));
            engine.preview();
        });
    }

    /// Live knobs.
    pub async fn adjust(&self, live: &Live, fork: bool) -> Result<u32, String> {
        let mut state = self.0.state.borrow_mut();
        if fork {
            state.lanes = 2;
            state.live[1] = state.live[0].clone();
            state.skill[1] = state.skill[0];
        }
        state.live[0] = live.clone();
        Ok(state.step)
    }

    /// Play, pause, step or change speed.
    pub async fn control(&self, control: Control) -> Result<u32, String> {
        let mut state = self.0.state.borrow_mut();
        match control {
            Control::Play => (state.playing, state.until) = (true, None),
            Control::Pause => state.playing = false,
            Control::Step(n) => (state.playing, state.until) = (true, Some(state.step + n)),
            Control::Speed(speed) => state.speed = speed,
            Control::DropGhost => state.lanes = 1,
        }
        Ok(state.step)
    }

    /// The snapshot was drawn.
    pub fn ack(&self) {
        self.0.state.borrow_mut().acked = true;
    }

    /// Asks for the gallery.
    pub fn preview(&self) {
        let state = self.0.state.borrow();
        let classes = state.experiment.classes();
        let shares = state.live[0].class_shares(classes);
        let mut stream = Stream::named(1, "stand-in");
        let mut thumbs = |n: usize| -> Vec<Thumbnail> {
            (0..n)
                .map(|_| Thumbnail {
                    width: 8,
                    height: 8,
                    channels: 1,
                    pixels: (0..64).map(|_| stream.below(256) as u8).collect(),
                })
                .collect()
        };
        let rows = (0..classes)
            .map(|class| GalleryRow {
                examples: (shares[class] * 1000.0) as u32,
                share: shares[class],
                clean: thumbs(6),
                augmented: thumbs(6),
            })
            .collect();
        drop(state);
        self.emit(EngineEvent::Gallery(Gallery { classes: rows, projection: Vec::new() }));
    }

    /// Asks for a confusion cell.
    pub fn cell(&self, actual: u8, predicted: u8) {
        self.emit(EngineEvent::Cell { actual, predicted, thumbnails: Vec::new() });
    }

    /// Pins a backend.
    pub fn pin(&self, _backend: Option<Backend>) {}

    /// Breaks something.
    pub fn debug(&self, what: Debug) {
        self.emit(EngineEvent::Notice { text: format!("{what:?}"), severity: Severity::Warning });
    }

    fn emit(&self, event: EngineEvent) {
        (self.0.on)(event);
    }

    fn tick(&self) {
        let event = {
            let mut state = self.0.state.borrow_mut();
            if state.playing {
                let steps = state.speed.map_or(200, |speed| (speed * 0.016).ceil() as u32).max(1);
                state.step = (state.step + steps).min(state.until.unwrap_or(u32::MAX)).min(state.live[0].steps);
                for lane in 0..2 {
                    let target = if state.live[lane].imbalance > 30.0 { 0.0 } else { 0.95 };
                    state.skill[lane] += (target - state.skill[lane]) * 0.01;
                }
                if Some(state.step) == state.until || state.step >= state.live[0].steps {
                    state.playing = false;
                }
            }
            if !state.acked || (state.step <= state.observed && state.observed > 0) {
                return;
            }
            state.acked = false;
            state.observed = state.step;
            let classes = state.experiment.classes();
            let lanes = (0..state.lanes).map(|lane| fake(classes, state.skill[lane], &state.live[lane])).collect();
            EngineEvent::Observed {
                snapshot: Snapshot { step: state.step, epoch: state.step as f32 / 31.0, lanes },
                steps_per_second: 12_345.0,
                playing: state.playing,
            }
        };
        self.emit(event);
    }
}

fn fake(classes: usize, skill: f32, live: &Live) -> LaneSnapshot {
    let rows: Vec<Vec<u32>> = (0..classes)
        .map(|actual| {
            let mut row = vec![0; classes];
            let hits = (30.0 * skill).round() as u32;
            row[actual] += hits;
            row[0] += 30 - hits;
            row
        })
        .collect();
    let rows: Vec<&[u32]> = rows.iter().map(Vec::as_slice).collect();
    LaneSnapshot {
        loss_train: (1.0 - skill) * 2.0,
        loss_probe: (1.0 - skill) * 2.3,
        accuracy_train: skill,
        confusion: Confusion::from_rows(&rows),
        class_shares: live.class_shares(classes),
        grad_norm: vec![0.5 - skill * 0.4, 0.2],
        update_ratio: vec![1e-3, 1e-3],
        dead_share: vec![0.1],
    }
}
