//! Keys to actions, and the overlay that lists them.
//!
//! Must not know the keys themselves: they are rows of [`SHORTCUTS`].

use super::store::{Dialog, Store};
use crate::page::shortcut::{self, Action, Press, SHORTCUTS};
use crate::page::speed;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Listens for keys for as long as the page lives.
pub fn listen(store: Store) {
    let handle = window_event_listener(ev::keydown, move |event| {
        let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let is = |selector: &str| {
            element.as_ref().is_some_and(|element| element.closest(selector).ok().flatten().is_some())
        };
        let press = Press {
            key: &event.key(),
            shift: event.shift_key(),
            modified: event.ctrl_key() || event.alt_key() || event.meta_key(),
            typing: is("input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable]"),
            on_button: is("button, a, summary, input, [role=slider], [role=button]"),
        };
        if let Some(action) = shortcut::action(press) {
            event.prevent_default();
            act(store, action);
        }
    });
    // The page lives as long as its window.
    std::mem::forget(handle);
}

fn act(store: Store, action: Action) {
    match action {
        Action::Toggle => store.toggle(),
        Action::StepOne => store.step(1),
        Action::StepTen => store.step(10),
        Action::Rewind => store.rewind(),
        Action::NewSeed => store.new_seed(),
        Action::Faster => store.set_speed(speed::neighbour(store.speed.get_untracked(), true)),
        Action::Slower => store.set_speed(speed::neighbour(store.speed.get_untracked(), false)),
        Action::Help => store.dialog.update(|dialog| {
            *dialog = if *dialog == Some(Dialog::Keys) { None } else { Some(Dialog::Keys) };
        }),
    }
}

/// The list of keys, as the content of a dialogue.
pub fn overlay() -> AnyView {
    let rows: Vec<AnyView> = SHORTCUTS
        .iter()
        .map(|shortcut| {
            view! { <div class="key-row"><dt><kbd>{shortcut.shown()}</kbd></dt><dd>{shortcut.label()}</dd></div> }
                .into_any()
        })
        .collect();
    view! { <dl class="keys">{rows}</dl> }.into_any()
}
