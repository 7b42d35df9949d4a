//! What happened on the page, for `window.lab` and whoever else listens.
//!
//! Must not know its listeners.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Something a listener may want to know.
#[derive(Clone, Debug, PartialEq)]
pub enum PageEvent {
    /// A run began.
    Ready,
    /// An observation arrived, at this step.
    Step(u32),
    /// An earlier step is shown.
    Visit(u32),
    /// The experiment changed.
    Change,
    /// The model collapsed, at this step.
    Collapse(u32),
    /// The model recovered, at this step.
    Recover(u32),
    /// The goal of the address was reached or missed, as links write it, at this step.
    Goal {
        /// `balanced_accuracy>=0.8@400`.
        goal: String,
        /// Reached, not missed.
        met: bool,
        /// At which step, or the last that counted.
        step: u32,
    },
    /// A finding appeared: its rule's name.
    Finding(String),
    /// Something does not work, in words.
    Error(String),
}

/// Every name, for listeners to choose from.
pub const NAMES: &[&str] =
    &["ready", "step", "visit", "change", "collapse", "recover", "goal", "finding", "error"];

impl PageEvent {
    /// The name listeners use.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Step(_) => "step",
            Self::Visit(_) => "visit",
            Self::Change => "change",
            Self::Collapse(_) => "collapse",
            Self::Recover(_) => "recover",
            Self::Goal { .. } => "goal",
            Self::Finding(_) => "finding",
            Self::Error(_) => "error",
        }
    }
}

type Listener = Rc<dyn Fn(&PageEvent)>;

thread_local! {
    static LISTENERS: RefCell<Vec<(u32, Listener)>> = const { RefCell::new(Vec::new()) };
    /// Counts listeners. A number is never given twice: a late [`ignore`] must not hit somebody else.
    static LISTENED: Cell<u32> = const { Cell::new(0) };
}

/// Calls `listener` for every event until [`ignore`] with the returned number.
pub fn listen(listener: impl Fn(&PageEvent) + 'static) -> u32 {
    let id = LISTENED.replace(LISTENED.get() + 1);
    LISTENERS.with_borrow_mut(|listeners| listeners.push((id, Rc::new(listener))));
    id
}

/// Stops a listener.
pub fn ignore(id: u32) {
    LISTENERS.with_borrow_mut(|listeners| listeners.retain(|(other, _)| *other != id));
}

/// Tells every listener.
pub fn emit(event: &PageEvent) {
    // A copy, so that a listener may listen or ignore while it is called.
    let listeners: Vec<Listener> =
        LISTENERS.with_borrow(|listeners| listeners.iter().map(|(_, listener)| listener.clone()).collect());
    for listener in listeners {
        listener(event);
    }
}
