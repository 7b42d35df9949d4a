//! The article's checklist beside the findings, filled in by itself while the run goes on.
//!
//! Must not know how a row comes to its answer.

use super::language;
use super::lesson::point_at;
use super::store::Store;
use crate::page::checklist::{self, Found, ROWS, Row, State};
use crate::t;
use crate::words;
use leptos::prelude::*;
use std::time::Duration;

/// The rules look through the whole history; more often than this helps nobody.
const EVERY: Duration = Duration::from_millis(400);

/// The panel, folded until a visitor or a lesson opens it.
pub fn checklist(store: Store) -> AnyView {
    let open = RwSignal::new(false);
    let filled = RwSignal::new(Vec::<Found>::new());
    let due = StoredValue::new(false);
    let look = move || {
        let experiment = store.experiment.get_untracked();
        let now = store.history.with_value(|history| checklist::fill(history, &experiment));
        if *filled.read_untracked() != now {
            filled.set(now);
        }
    };
    Effect::new(move |_| {
        store.seen.track();
        store.experiment.track();
        if open.get() && !due.get_value() {
            due.set_value(true);
            set_timeout(
                move || {
                    due.set_value(false);
                    look();
                },
                if filled.read_untracked().is_empty() { Duration::ZERO } else { EVERY },
            );
        }
    });
    let rows = move || -> Vec<AnyView> {
        ROWS.iter().enumerate().map(|(index, row)| view_row(filled, index, row)).collect()
    };
    let content = move || view! { <p class="quiet">{t!("checklist.intro")}</p> <ol>{rows()}</ol> }.into_any();

    let toggled = move |event: web_sys::Event| {
        open.set(event_target::<web_sys::HtmlDetailsElement>(&event).open());
    };
    view! {
        <details class="card checklist" data-panel="checklist" on:toggle=toggled>
            <summary><h2>{t!("checklist.title")}</h2></summary>
            {language::with_class_words(store, move || open.get(), content)}
        </details>
    }
    .into_any()
}

fn view_row(filled: RwSignal<Vec<Found>>, index: usize, row: &'static Row) -> AnyView {
    let found = Memo::new(move |_| filled.read().get(index).cloned());
    let state = move || found.read().as_ref().map_or(State::Unknown, |found| found.state);
    let why = move || found.read().as_ref().map(|found| words::say(found.why));
    let numbers = move || {
        let found = found.read();
        let numbers = found.as_ref().map_or(&[][..], |found| &found.numbers[..]);
        let part = |(key, value): &(&'static str, String)| [words::say(key), " ", value].concat();
        numbers.iter().map(part).collect::<Vec<_>>().join(" · ")
    };
    let title = words::say(&["checklist.", row.id].concat());
    view! {
        <li data-row=row.id data-state=move || state().name()>
            <div class="check-head">
                <strong>{title}</strong>
                <span class="check-state">{move || words::say(&["checklist.state.", state().name()].concat())}</span>
            </div>
            <p>{why}</p>
            <p class="quiet">{numbers}</p>
            <button type="button" class="button small" on:click=move |_| point_at(row.light)>
                {words::say(&["checklist.", row.id, ".show"].concat())}
            </button>
        </li>
    }
    .into_any()
}
