//! The verdict line: one plain sentence with its measure, announced when it changes.
//!
//! Must not know how the verdict is reached.

use super::store::Store;
use crate::diagnosis::VerdictKind;
use crate::t;
use leptos::prelude::*;

/// The line above everything else.
pub fn verdict(store: Store) -> AnyView {
    let kind = Memo::new(move |_| store.verdict.read().as_ref().map_or(VerdictKind::NotStarted, |v| v.kind));
    let text = Memo::new(move |_| {
        store
            .verdict
            .read()
            .as_ref()
            .map_or_else(|| t!("verdict.ready").to_owned(), |verdict| verdict.text.clone())
    });
    let detail = Memo::new(move |_| {
        store.verdict.read().as_ref().map_or_else(String::new, |verdict| verdict.detail.clone())
    });
    // The sentence carries a percentage that moves; only a new state is worth an announcement.
    let announced = Memo::new(move |_| {
        kind.track();
        text.get_untracked()
    });
    view! {
        <section class="verdict" data-verdict=move || kind.get().name() aria-label=t!("verdict.label")>
            <svg class="verdict-mark" viewBox="0 0 24 24" aria-hidden="true">
                <path d=move || mark(kind.get()) />
            </svg>
            <div>
                <p class="verdict-text">{text}</p>
                <p class="verdict-detail" title=t!("verdict.legend")>{detail}</p>
            </div>
            <p class="sr" aria-live="polite">{announced}</p>
        </section>
    }
    .into_any()
}

/// A shape for each state, so that colour is not the only difference.
fn mark(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::NotStarted => {
            "M5 10a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4z"
        }
        VerdictKind::Learning => "M3 17l6-6 4 4 8-9v4h2V3h-7v2h4l-7 8-4-4-8 8z",
        VerdictKind::Collapsed => "M2 3h20v3l-8 7v8h-4v-8L2 6z",
        VerdictKind::MinorityCollapse => "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20zm1 2v8h8a8 8 0 0 0-8-8z",
        VerdictKind::Guessing => {
            "M12 2a6 6 0 0 1 6 6c0 4-5 4.5-5 8h-2c0-4.5 5-5 5-8a4 4 0 0 0-8 0H6a6 6 0 0 1 6-6zm-1.5 16h3v3h-3z"
        }
        VerdictKind::Healthy => "M9 19l-7-7 2-2 5 5L20 4l2 2z",
        VerdictKind::Recovered => {
            "M12 4a8 8 0 1 1-7.5 5.2l1.9.7A6 6 0 1 0 12 6v3L7 5l5-4zm-1 12l-4-4 1.4-1.4 2.6 2.6 4.6-4.6L17 10z"
        }
        VerdictKind::Diverged => "M12 2l11 20H1zm-1 7v6h2V9zm0 8v2h2v-2z",
    }
}
