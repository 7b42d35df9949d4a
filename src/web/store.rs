//! The state of the page and everything that changes it.
//!
//! Must not know how anything is shown: views read its signals and call its methods.

mod lanes;
mod remedy;
mod run;
mod transport;
mod trial;

use super::classroom;
use super::engine::{Badge, Engine, EngineOptions, Severity};
use super::events::{self, PageEvent};
use super::goal;
use super::language::ClassWords;
use super::lesson::Class;
use crate::diagnosis::{Finding, Memory, Verdict};
use crate::experiment::Experiment;
use crate::experiment::knob::{Knob, Value};
use crate::page::challenge::{Challenge, Investigation};
use crate::page::goal::Watch;
use crate::page::inspection::Inspection;
use crate::page::lanes::Lanes;
use crate::page::options::{PageOptions, Start, Theme};
use crate::page::outcome::Outcome;
use crate::page::receipt::{Broken, Receipt};
use crate::page::speed;
use crate::protocol::{Backend, Cell, DataFacts, Gallery, Kept, Mistakes};
use crate::telemetry::{History, Insight};
pub use lanes::Visited;
use leptos::prelude::*;
pub use trial::Trying;

/// Handles to the page's state; cheap to copy into every closure.
#[derive(Clone, Copy)]
pub struct Store {
    /// The experiment as the visitor wants it; the run follows within a frame.
    pub experiment: RwSignal<Experiment>,
    /// Where the run is.
    pub progress: RwSignal<Progress>,
    /// Whether the run goes on by itself.
    pub playing: RwSignal<bool>,
    /// Index into [`speed::SPEEDS`].
    pub speed: RwSignal<usize>,
    /// What the run trains on, once it began.
    pub facts: RwSignal<Option<DataFacts>>,
    /// Training examples per class as drawn now.
    pub gallery: RwSignal<Option<Gallery>>,
    /// The confusion cell whose examples are shown; `None` shows all mistakes.
    pub cell: RwSignal<Option<Cell>>,
    /// Probe examples with the model's answers, as last asked for.
    pub mistakes: RwSignal<Option<Mistakes>>,
    /// What trains, and why that.
    pub badge: RwSignal<Badge>,
    /// Messages not yet dismissed, oldest first.
    pub notices: RwSignal<Vec<Notice>>,
    /// Counts changes of the history; what is drawn from it follows this.
    pub seen: RwSignal<u32>,
    /// The verdict on the newest snapshots.
    pub verdict: RwSignal<Option<Verdict>>,
    /// What is wrong, most serious first.
    pub findings: RwSignal<Vec<Finding>>,
    /// The remedy applied last and what became of it.
    pub applied: RwSignal<Option<Applied>>,
    /// Trials beside the run.
    pub trying: RwSignal<Option<Trying>>,
    /// Step under the pointer on any chart, shared by all of them.
    pub cursor: RwSignal<Option<f32>>,
    /// Code of the language of the page's words.
    pub language: RwSignal<&'static str>,
    /// Whether the words of lessons, scenarios and sheets are there.
    pub class_words: RwSignal<ClassWords>,
    /// Colours in use.
    pub theme: RwSignal<Theme>,
    /// What the visitor is to reach, if the address says so.
    pub goal: RwSignal<Option<Watch>>,
    /// The mystery under investigation, if the address names one.
    pub challenge: RwSignal<Option<Investigation>>,
    /// The receipt being looked at, or what is wrong with it.
    pub receipt: RwSignal<Option<Result<Receipt, Broken>>>,
    /// The settings of the run from each step on.
    pub course: StoredValue<Vec<(u32, Experiment)>>,
    /// The dialogue that is open.
    pub dialog: RwSignal<Option<Dialog>>,
    /// Whether an embed still waits for its first click.
    pub waiting: RwSignal<bool>,
    /// Options of the address.
    pub options: StoredValue<PageOptions>,
    /// The last look inside the model, as far as anything showed it.
    pub insight: StoredValue<Option<Insight>>,
    /// The conversation about such looks.
    inspection: StoredValue<Inspection>,
    /// Snapshots and markers of the run.
    pub history: StoredValue<History>,
    /// What the diagnosis made of them so far.
    memory: StoredValue<Memory>,
    /// What trains beside the run.
    pub lanes: RwSignal<Lanes>,
    /// The courses of the branches, by number.
    pub others: StoredValue<Vec<(u8, History)>>,
    /// The course of the seeds, while they train.
    pub band: StoredValue<Option<History>>,
    /// What of the past can be visited.
    pub kept: RwSignal<Kept>,
    /// The moment looked at, while it is not the present.
    pub visit: RwSignal<Option<Visited>>,
    /// Keys of the link that no knob of this page has, written back with it.
    pub unknown: StoredValue<Vec<(String, String)>>,
    /// Logarithmic loss axis.
    pub log_loss: RwSignal<bool>,
    /// The backend the visitor pinned.
    pub pinned: RwSignal<Option<Backend>>,
    /// Most steps per second; `None` is no limit.
    pub limit: StoredValue<Option<f32>>,
    /// Whether a cursor is on the charts.
    pub cursor_shown: StoredValue<bool>,
    /// Lessons: the one being taken and what is kept of all.
    pub class: Class,
    link: StoredValue<run::Link, LocalStorage>,
}

/// Where the run is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Training steps done.
    pub step: u32,
    /// Passes over the training examples done.
    pub epoch: f32,
    /// Steps per second of training time.
    pub steps_per_second: f32,
}

/// A message for the visitor.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Tells notices apart.
    pub id: u32,
    /// What happened, in words.
    pub text: String,
    /// How much it matters.
    pub severity: Severity,
}

/// A remedy that was applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// What its button said.
    pub label: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The experiment before it, for undo.
    pub before: Experiment,
    /// Whether it needed a new run.
    pub restarted: bool,
    /// The lane that goes on without it.
    pub branch: Option<u8>,
}

/// Dialogues of the page; one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The list of keys.
    Keys,
    /// The scenario gallery.
    Scenarios,
    /// The backend and its choice.
    Backend,
    /// The link, for learners and teachers.
    Share,
    /// The form for workshop links.
    Workshop,
    /// The list of lessons.
    Lessons,
    /// Terms and what they mean.
    Glossary,
    /// The form for receipts.
    HandIn,
    /// The check of a receipt.
    Receipt,
}

impl Store {
    /// Fresh state around an experiment; nothing runs yet.
    pub fn new(experiment: Experiment, options: PageOptions, theme: Theme, language: &'static str) -> Self {
        let named = options.challenge.as_deref().filter(|_| classroom::HERE);
        let challenge = named.map(Challenge::named).map(Investigation::new);
        let experiment = challenge.as_ref().map_or(experiment, Investigation::experiment);
        Self {
            progress: RwSignal::default(),
            playing: RwSignal::new(false),
            speed: RwSignal::new(speed::OPENING),
            facts: RwSignal::new(None),
            gallery: RwSignal::new(None),
            cell: RwSignal::new(None),
            mistakes: RwSignal::new(None),
            badge: RwSignal::default(),
            notices: RwSignal::default(),
            seen: RwSignal::new(0),
            verdict: RwSignal::new(None),
            findings: RwSignal::default(),
            applied: RwSignal::new(None),
            trying: RwSignal::new(None),
            cursor: RwSignal::new(None),
            language: RwSignal::new(language),
            class_words: RwSignal::new(ClassWords::known()),
            theme: RwSignal::new(theme),
            goal: RwSignal::new(goal::of(&options)),
            challenge: RwSignal::new(challenge),
            receipt: RwSignal::new(None),
            course: StoredValue::default(),
            dialog: RwSignal::new(None),
            // An embed waits for a click unless told otherwise.
            waiting: RwSignal::new(options.embed && options.start != Some(Start::Playing)),
            unknown: StoredValue::default(),
            log_loss: RwSignal::new(false),
            pinned: RwSignal::new(options.backend),
            limit: StoredValue::new(speed::SPEEDS[speed::OPENING].steps_per_second),
            cursor_shown: StoredValue::new(false),
            options: StoredValue::new(options),
            insight: StoredValue::new(None),
            inspection: StoredValue::default(),
            history: StoredValue::new(History::default()),
            memory: StoredValue::default(),
            lanes: RwSignal::default(),
            others: StoredValue::default(),
            band: StoredValue::default(),
            kept: RwSignal::default(),
            visit: RwSignal::new(None),
            link: StoredValue::new_local(run::Link::default()),
            class: Class::new(),
            experiment: RwSignal::new(experiment),
        }
    }

    /// Brings up the engine and begins the run.
    pub fn launch(self, options: EngineOptions) {
        let engine = Engine::new(options, move |event| self.hear(event));
        self.link.update_value(|link| link.engine = Some(engine));
        self.experiment.set(self.allowed(self.experiment.get_untracked()));
        let paused = self
            .options
            .with_value(|options| options.start == Some(Start::Paused) || options.sheet.is_some());
        self.begin(!paused && !self.waiting.get_untracked());
    }

    /// Moves one knob, saying so where the value had to be changed.
    pub fn set(self, knob: &'static Knob, value: Value) {
        let mut next = self.experiment.get_untracked();
        match knob.set(&mut next, value) {
            Ok(clamped) => {
                if let Some(clamped) = clamped {
                    self.notify(clamped.notice, Severity::Warning);
                }
                self.want(next);
            }
            Err(rejected) => self.notify(rejected.to_string(), Severity::Warning),
        }
    }

    /// `next` with every knob inside the limits of the address, saying so where one was moved.
    pub fn allowed(self, mut next: Experiment) -> Experiment {
        for moved in self.options.with_value(|options| options.fit(&mut next)) {
            self.notify(moved, Severity::Warning);
        }
        next
    }

    /// Makes this the experiment; the run follows on the next frame.
    pub fn want(self, next: Experiment) {
        let next = self.allowed(next);
        if *self.experiment.read_untracked() == next {
            return;
        }
        self.experiment.set(next);
        events::emit(&PageEvent::Change);
        self.follow();
    }

    /// Begins this experiment at once and trains it: a scenario or a program's choice.
    pub fn open(self, next: Experiment) {
        // Whoever opens something else has left the challenge.
        if self.conceals_now() {
            self.challenge.set(None);
        }
        self.train_case(self.allowed(next));
    }

    /// [`Store::open`] within a challenge.
    pub fn train_case(self, next: Experiment) {
        self.forget_lanes();
        self.experiment.set(next);
        events::emit(&PageEvent::Change);
        self.begin(!self.waiting.get_untracked());
    }

    /// Begins this experiment at step 0 and waits.
    pub fn open_paused(self, next: Experiment) {
        self.forget_lanes();
        self.experiment.set(self.allowed(next));
        events::emit(&PageEvent::Change);
        self.begin(false);
    }

    /// Stays on a backend, or leaves the choice to measurement.
    pub fn pin(self, backend: Option<Backend>) {
        self.pinned.set(backend);
        if let Some(engine) = self.engine() {
            engine.pin(backend);
        }
    }

    /// Shows a message until it is dismissed; the same text is not shown twice.
    pub fn notify(self, text: impl Into<String>, severity: Severity) {
        let text = text.into();
        if severity == Severity::Error {
            events::emit(&PageEvent::Error(text.clone()));
        }
        self.notices.update(|notices| {
            notices.retain(|notice| notice.text != text);
            if notices.len() >= MOST_NOTICES {
                notices.remove(0);
            }
            let id = notices.last().map_or(0, |last| last.id + 1);
            notices.push(Notice { id, text, severity });
        });
    }

    /// Names of the classes, or their numbers before the run began.
    pub fn class_name(self, class: usize) -> String {
        let facts = self.facts.read();
        let name = facts.as_ref().and_then(|facts| facts.classes.get(class));
        name.map_or_else(|| class.to_string(), |name| crate::words::name(name))
    }
}

/// More would push the page away.
const MOST_NOTICES: usize = 4;
