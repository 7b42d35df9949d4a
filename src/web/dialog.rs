//! A modal dialogue: the browser's own element, so that focus, Escape and the backdrop are right.
//!
//! Must not know its content.

use super::icon::{Icon, icon};
use super::store::{Dialog, Store};
use crate::t;
use leptos::html;
use leptos::prelude::*;

/// A dialogue whose content is built when it is first opened.
pub fn lazy(store: Store, which: Dialog, title: &'static str, build: fn(Store) -> AnyView) -> AnyView {
    let opened = Memo::new(move |was: Option<&bool>| {
        was.copied().unwrap_or(false) || store.dialog.get() == Some(which)
    });
    dialog(store, which, title, (move || opened.get().then(|| build(store))).into_any())
}

/// A dialogue that is open while the store says so.
pub fn dialog(store: Store, which: Dialog, title: &'static str, content: AnyView) -> AnyView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let wanted = store.dialog.get() == Some(which);
        if let Some(element) = element.get() {
            match (wanted, element.open()) {
                // Fails only for an element that is open or not in the document.
                (true, false) => drop(element.show_modal()),
                (false, true) => element.close(),
                _ => {}
            }
        }
    });
    let closed = move |_| {
        if store.dialog.get_untracked() == Some(which) {
            store.dialog.set(None);
        }
    };
    let id = format!("dialog-{which:?}").to_ascii_lowercase();
    let heading = id.clone();
    view! {
        <dialog node_ref=element on:close=closed aria-labelledby=id>
            <header class="card-head">
                <h2 id=heading>{title}</h2>
                <button
                    type="button"
                    class="button square"
                    aria-label=t!("dialog.close")
                    on:click=move |_| store.dialog.set(None)
                >
                    {icon(Icon::Close)}
                </button>
            </header>
            {content}
        </dialog>
    }
    .into_any()
}
