//! The address bar is the experiment: written as it changes, read when it is changed.
//!
//! Must not know how an experiment is spelled; the link does. Uses `replaceState` only, so that
//! the back button leaves the page instead of stepping through slider positions.

use super::classroom;
use super::dom;
use super::engine::Severity;
use super::icon::{Icon, icon};
use super::receipt;
use super::store::{Dialog, Store};
use crate::experiment::link::{self, Linked};
use crate::page::lanes;
use crate::t;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsValue;

/// What a page without an experiment in its address opens with.
const OPENING: &str = "scenario=digits";

/// The experiment in the address as the page opens.
pub fn read_address() -> Linked {
    let fragment = window().location().hash().unwrap_or_default();
    let said = fragment.len() > 1 && !receipt::is_in_address();
    link::read(if said { &fragment } else { OPENING })
}

/// Browsers allow about 100 writes per 30 seconds (Safari throws beyond).
const WRITE_EVERY: Duration = Duration::from_millis(400);

/// Keeps address and experiment alike for as long as the page lives.
pub fn follow(store: Store) {
    let due = StoredValue::new(false);
    Effect::new(move |first: Option<()>| {
        store.experiment.track();
        store.lanes.track();
        // The address a visitor came with stays as it is until something changes.
        if first.is_some() && !due.get_value() {
            due.set_value(true);
            set_timeout(
                move || {
                    due.set_value(false);
                    write(store);
                },
                WRITE_EVERY,
            );
        }
    });
    let handle = window_event_listener(ev::hashchange, move |_| {
        if !classroom::HERE && receipt::is_in_address() {
            // Fails only where a host page forbids its frame to load again.
            let _ = window().location().reload();
            return;
        }
        if classroom::HERE && (receipt::follow(store) || store.conceals_now()) {
            return;
        }
        let linked = read_address();
        for notice in linked.notices {
            store.notify(notice, Severity::Warning);
        }
        if store.adopt_lanes(linked.unknown) {
            store.open_beside(linked.experiment);
        } else {
            store.want(linked.experiment);
        }
    });
    // The page lives as long as its window.
    std::mem::forget(handle);
}

/// The fragment of the experiment with its `#`; empty while a challenge conceals it.
pub fn fragment(store: Store) -> String {
    if store.conceals_now() {
        return String::new();
    }
    let experiment = store.experiment.read_untracked();
    let mut beside = store.lanes.with_untracked(lanes::link::write);
    beside.extend(store.unknown.get_value());
    ["#", &link::write_with_unknown(&experiment, &beside)].concat()
}

fn write(store: Store) {
    let Ok(history) = window().history() else { return };
    let fragment = fragment(store);
    if fragment.is_empty() {
        return;
    }
    // Sandboxed frames refuse; then the share button still gives the link.
    let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&fragment));
}

/// The button that opens the dialogue.
pub fn button(store: Store) -> AnyView {
    view! {
        <button
            type="button"
            class="button"
            title=t!("share.hint")
            aria-haspopup="dialog"
            on:click=move |_| store.dialog.set(Some(Dialog::Share))
        >
            {icon(Icon::Link)}
            <span class="wide-only">{t!("share.button")}</span>
            <span class="sr">" " {t!("share.what")}</span>
        </button>
    }
    .into_any()
}

/// The dialogue: the link to what is on screen, and what teachers make of it.
pub fn panel(store: Store) -> AnyView {
    let said = RwSignal::new(t!("share.copy"));
    // Only looked at while it is open: a drag changes the experiment sixty times a second.
    let link = Memo::new(move |_| {
        if store.dialog.get() == Some(Dialog::Share) {
            store.experiment.track();
            store.lanes.track();
            address(store)
        } else {
            String::new()
        }
    });
    let copy = move |_| {
        write(store);
        spawn_local(async move {
            if dom::copy(&address(store)).await.is_ok() {
                said.set(t!("share.copied"));
                set_timeout(move || said.set(t!("share.copy")), Duration::from_secs(2));
            } else {
                store.notify(t!("share.blocked"), Severity::Info);
            }
        });
    };
    view! {
        <div class="share">
            <p class="quiet">{t!("share.help")}</p>
            <textarea class="link-text" readonly rows="3" aria-label=t!("share.link") prop:value=link></textarea>
            <div class="row">
                <button type="button" class="button primary" on:click=copy>
                    {icon(Icon::Link)}
                    <span aria-live="polite">{said}</span>
                </button>
            </div>
            {super::report::buttons(store)}
            {super::export_door::button(store)}
            <h3>{t!("share.learn")}</h3>
            <p class="quiet">{t!("share.learn.help")}</p>
            <div class="row">
                <button type="button" class="button" id="hand-in" on:click=move |_| store.dialog.set(Some(Dialog::HandIn))>
                    {t!("share.hand_in")}
                </button>
                <a class="button" href=mystery()>{t!("share.challenge")}</a>
            </div>
            <h3>{t!("share.teach")}</h3>
            <p class="quiet">{t!("share.teach.help")}</p>
            <div class="row">
                <button type="button" class="button" on:click=move |_| store.dialog.set(Some(Dialog::Workshop))>
                    {t!("share.teach.open")}
                </button>
                <button type="button" class="button" on:click=move |_| store.dialog.set(Some(Dialog::Receipt))>
                    {t!("share.check")}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// Any challenge.
fn mystery() -> String {
    let number = (js_sys::Math::random() * 1000.0) as u32;
    ["?challenge=", &number.to_string()].concat()
}

/// The page's address with the experiment as it is now.
pub fn address(store: Store) -> String {
    let href = window().location().href().unwrap_or_default();
    let base = href.split('#').next().unwrap_or_default();
    [base, &fragment(store)].concat()
}
