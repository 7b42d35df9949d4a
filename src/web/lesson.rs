//! Lessons on the page: the button, the list, the panel beside the charts, and what they ask of the run.
//!
//! Must not know any lesson: they are data, fetched when a visitor wants them.

mod act;
mod light;
mod list;
mod panel;
mod shelf;
mod told;

pub use light::point_at;
pub use list::list;
pub use panel::{moves, panel};
pub use told::{answer, filled};

use super::classroom;
use super::icon::{Icon, icon};
use super::store::{Dialog, Store};
use crate::lesson::Entry;
use crate::lesson::play::{Play, Try};
use crate::lesson::progress::Progress;
use crate::t;
use leptos::prelude::*;

/// The lesson being taken and all that is kept of lessons; cheap to copy into every closure.
#[derive(Clone, Copy)]
pub struct Class {
    /// The list, once fetched.
    pub entries: RwSignal<Option<Vec<Entry>>>,
    /// The open lesson.
    pub play: RwSignal<Option<Play>>,
    /// Whether the end of the open lesson is on screen.
    pub over: RwSignal<bool>,
    /// Training that the lesson asked for.
    pub busy: RwSignal<Option<Busy>>,
    /// What became of the last try at the task on screen.
    pub tried: RwSignal<Option<Try>>,
    /// Whether the solution of the task on screen was shown.
    pub shown: RwSignal<bool>,
    /// What the learner has done.
    pub progress: RwSignal<Progress>,
    /// Counts what the lesson asked of the run, so that what it no longer waits for stops.
    turn: StoredValue<u32>,
}

/// Training under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    /// Steps done.
    pub done: u32,
    /// Steps asked for.
    pub of: u32,
    /// Whether it only brings the model to where the step begins.
    pub is_return: bool,
}

impl Class {
    /// No lesson open; what is kept is read when the list or a lesson opens.
    pub fn new() -> Self {
        Self {
            entries: RwSignal::new(None),
            play: RwSignal::new(None),
            over: RwSignal::new(false),
            busy: RwSignal::new(None),
            tried: RwSignal::new(None),
            shown: RwSignal::new(false),
            progress: RwSignal::default(),
            turn: StoredValue::new(0),
        }
    }
}

/// The button that opens the list.
pub fn button(store: Store) -> AnyView {
    view! {
        <button
            type="button"
            class="button"
            title=t!("lessons.button.help")
            aria-haspopup="dialog"
            on:click=move |_| {
                if classroom::HERE {
                    store.fetch_lessons();
                }
                store.dialog.set(Some(Dialog::Lessons));
            }
        >
            {icon(Icon::Lessons)}
            <span class="wide-only">{t!("lessons.button")}</span>
            <span class="sr">{t!("lessons.button.help")}</span>
        </button>
    }
    .into_any()
}
