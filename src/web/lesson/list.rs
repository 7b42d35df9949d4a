//! The list of lessons: titles, minutes, how far each has come, and what can be done with progress.
//!
//! Must not know any lesson.

use crate::lesson::Entry;
use crate::t;
use crate::web::language;
use crate::web::store::{Dialog, Store};
use crate::words;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// The list, as the content of a dialogue.
pub fn list(store: Store) -> AnyView {
    language::with_class_words(store, || true, move || cards(store))
}

fn cards(store: Store) -> AnyView {
    let cards = move || {
        let entries = store.class.entries.read();
        entries
            .as_ref()
            .map(|entries| entries.iter().map(|entry| card(store, entry)).collect::<Vec<AnyView>>())
    };
    let loading = move || store.class.entries.read().is_none();
    view! {
        <p>{t!("lessons.intro")}</p>
        <p class="quiet" hidden=move || !loading()>{t!("lessons.loading")}</p>
        <div class="scenario-cards lesson-cards">{cards}</div>
        {sheets(store)}
        {tools(store)}
    }
    .into_any()
}

/// The way to each lesson on paper.
fn sheets(store: Store) -> AnyView {
    let links = move || {
        let entries = store.class.entries.read();
        let link = |entry: &Entry| {
            let title = words::say(&["lesson.", &entry.id, ".title"].concat());
            view! { <li><a href=["?sheet=", &entry.id].concat() target="_blank">{title}</a></li> }.into_any()
        };
        entries.as_ref().map(|entries| entries.iter().map(link).collect::<Vec<AnyView>>())
    };
    view! {
        <details class="more">
            <summary>{t!("sheet.list")}</summary>
            <ul>{links}</ul>
        </details>
    }
    .into_any()
}

fn card(store: Store, entry: &Entry) -> AnyView {
    let (id, of) = (entry.id.clone(), entry.steps);
    let key = |part: &str| words::say(&["lesson.", &entry.id, ".", part].concat());
    let opened = id.clone();
    let tally = move || match store.class.progress.read().tally(&id) {
        None => t!("lessons.tally.new").to_owned(),
        Some(tally) if tally.finished < of => t!("lessons.tally.begun", n = tally.finished, of = of),
        Some(tally) if tally.skipped > 0 => t!("lessons.tally.skipped", n = tally.skipped),
        Some(_) => t!("lessons.tally.done").to_owned(),
    };
    view! {
        <button
            type="button"
            class="scenario"
            data-open-lesson=entry.id.clone()
            on:click=move |_| store.open_lesson(&opened)
        >
            <strong>{key("title")}</strong>
            <span>{key("promise")}</span>
            <span class="quiet">{t!("lessons.minutes", n = entry.minutes)} " · " {tally}</span>
        </button>
    }
    .into_any()
}

/// Export, import and reset of progress, and the way to the glossary.
fn tools(store: Store) -> AnyView {
    let sure = RwSignal::new(false);
    let file = move || {
        [
            "data:application/json;charset=utf-8,",
            &String::from(js_sys::encode_uri_component(&store.class.progress.read().text())),
        ]
        .concat()
    };
    let none = move || store.class.progress.read().is_empty();
    let choose = move |event: web_sys::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        leptos::task::spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
            // What cannot be read as text is no progress.
            store.import(&text.unwrap_or_default());
            // So that the same file can be chosen again.
            input.set_value("");
        });
    };
    let reset = move |_| {
        if sure.get_untracked() {
            store.reset_progress();
        }
        sure.update(|sure| *sure = !*sure);
    };
    view! {
        <div class="row lesson-tools">
            <button type="button" class="button" on:click=move |_| store.dialog.set(Some(Dialog::Glossary))>
                {t!("glossary.title")}
            </button>
            <a class="button" hidden=none href=file download="collapse-lab-progress.json">{t!("lessons.export")}</a>
            <label class="button">
                {t!("lessons.import")}
                <input type="file" class="sr" accept="application/json,.json" on:change=choose />
            </label>
            <button type="button" class="button" hidden=none on:click=reset>
                {move || if sure.get() { t!("lessons.reset_sure") } else { t!("lessons.reset") }}
            </button>
            <button type="button" class="button" hidden=move || !sure.get() on:click=move |_| sure.set(false)>
                {t!("lessons.reset_not")}
            </button>
        </div>
    }
    .into_any()
}
