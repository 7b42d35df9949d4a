//! The page's language: the switch, and the words that come later than the page's own.
//!
//! A release has two files for each language that the page reads: the page's words, and those of the class
//! (lessons, scenarios, sheets), fetched when something first shows them. Must not know any word.

use super::catalogue::{self, KEY};
use super::dom;
use super::store::Store;
use crate::page::options::PageOptions;
use crate::t;
use crate::words::{self, LANGUAGES};
use leptos::prelude::*;

pub use super::catalogue::load;

/// The language of a page with these options.
pub fn initial(options: &PageOptions) -> &'static str {
    catalogue::wish(options.language)
}

/// Whether the class words are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassWords {
    /// Nobody has asked.
    Absent,
    /// On their way.
    Loading,
    /// There.
    Here,
    /// Not fetched, and why.
    Failed(String),
}

impl ClassWords {
    /// Here when the page's words came in one file with them.
    pub fn known() -> Self {
        if words::current().has_class { Self::Here } else { Self::Absent }
    }
}

/// Fetches the class words unless they are there or on their way; `store.class_words` tells when.
pub fn class_words(store: Store) {
    if matches!(store.class_words.get_untracked(), ClassWords::Here | ClassWords::Loading) {
        return;
    }
    store.class_words.set(ClassWords::Loading);
    let code = store.language.get_untracked();
    wasm_bindgen_futures::spawn_local(async move {
        let text = catalogue::fetch(&[code, ".class"].concat()).await;
        // Another language was chosen meanwhile: whoever needs its words has asked again.
        if store.language.get_untracked() == code {
            store.class_words.set(match text.and_then(words::extend) {
                Ok(()) => ClassWords::Here,
                Err(reason) => ClassWords::Failed(reason),
            });
        }
    });
}

/// `content` once the class words are there, fetched as soon as `wanted`; until then a line that says
/// so, and a way to try again.
pub fn with_class_words(
    store: Store,
    wanted: impl Fn() -> bool + Send + Sync + 'static,
    content: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let asked = Memo::new(move |before: Option<&bool>| before.copied().unwrap_or(false) || wanted());
    Effect::new(move |_| {
        if asked.get() {
            class_words(store);
        }
    });
    let show = move || match store.class_words.get() {
        ClassWords::Here => untrack(&content),
        ClassWords::Failed(reason) => view! {
            <p role="alert">
                {t!("class_words.failed", reason = reason)} " "
                <button type="button" class="button" on:click=move |_| class_words(store)>
                    {t!("class_words.retry")}
                </button>
            </p>
        }
        .into_any(),
        ClassWords::Absent | ClassWords::Loading => {
            view! { <p class="quiet" role="status">{t!("class_words.loading")}</p> }.into_any()
        }
    };
    show.into_any()
}

/// The choice of language in the header; the run goes on while the words change.
pub fn choice(store: Store) -> AnyView {
    let options: Vec<AnyView> = LANGUAGES
        .iter()
        .map(|(code, name)| {
            let selected = move || store.language.get() == *code;
            view! { <option value=*code lang=*code prop:selected=selected>{*name}</option> }.into_any()
        })
        .collect();
    let choose = move |event| {
        let Some(code) = words::language(&event_target_value(&event)) else { return };
        dom::store(KEY, code);
        wasm_bindgen_futures::spawn_local(async move {
            match load(code).await {
                Ok(loaded) => {
                    store.reword();
                    store.class_words.set(ClassWords::known());
                    store.language.set(loaded);
                }
                Err(reason) => store.notify(reason, super::engine::Severity::Warning),
            }
        });
    };
    view! {
        <span class="button square language" title=t!("language.label")>
            <span aria-hidden="true">{move || store.language.get()}</span>
            <select aria-label=t!("language.label") on:change=choose>
                {options}
            </select>
        </span>
    }
    .into_any()
}
