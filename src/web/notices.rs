//! Messages to the visitor that stay until dismissed.
//!
//! Must not know where they come from.

use super::engine::Severity;
use super::icon::{Icon, icon};
use super::store::{Notice, Store};
use crate::t;
use leptos::prelude::*;

/// The stack of notices under the header; announced politely.
pub fn notices(store: Store) -> AnyView {
    view! {
        <div class="notices" role="status" aria-live="polite">
            <For each=move || store.notices.get() key=|notice| notice.id children=move |notice| row(store, notice) />
        </div>
    }
    .into_any()
}

fn row(store: Store, notice: Notice) -> AnyView {
    let (class, word) = match notice.severity {
        Severity::Info => ("notice info", t!("notices.info")),
        Severity::Warning => ("notice warning", t!("notices.warning")),
        Severity::Error => ("notice error", t!("notices.error")),
    };
    let id = notice.id;
    let dismiss = move |_| store.notices.update(|notices| notices.retain(|notice| notice.id != id));
    view! {
        <p class=class>
            <span><strong>{word}</strong> " " {notice.text}</span>
            <button type="button" class="button bare" aria-label=t!("notices.dismiss") on:click=dismiss>
                {icon(Icon::Close)}
            </button>
        </p>
    }
    .into_any()
}
