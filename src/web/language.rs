//! The page's language: the visitor's wish, the file that holds its words, and the switch.
//!
//! Must not know any word.

use super::dom;
use super::store::Store;
use crate::page::options::PageOptions;
use crate::protocol::BUILD;
use crate::t;
use crate::words::{self, LANGUAGES};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What every visitor can be given.
const FALLBACK: &str = "en";
/// Where the choice is kept.
const KEY: &str = "collapse-lab-language";

/// The address wins, then what the visitor chose before, then the browser's languages in order.
pub fn initial(options: &PageOptions) -> &'static str {
    let stored = || dom::stored(KEY).as_deref().and_then(words::language);
    options.language.or_else(stored).unwrap_or_else(|| {
        let wishes = window().navigator().languages();
        let known = |wish: JsValue| words::language(&wish.as_string()?);
        wishes.iter().find_map(known).unwrap_or(FALLBACK)
    })
}

/// Fetches a language's words and makes them the page's; English where that fails.
///
/// # Errors
/// Not even English arrived: the page has no words.
pub async fn load(code: &'static str) -> Result<&'static str, String> {
    let mut loaded = code;
    let mut text = fetch(code).await.and_then(words::install);
    if text.is_err() && code != FALLBACK {
        loaded = FALLBACK;
        text = fetch(FALLBACK).await.and_then(words::install);
    }
    text?;
    if let Some(root) = document().document_element() {
        // Setting an attribute of an existing element fails only for invalid names.
        let _ = root.set_attribute("lang", loaded);
    }
    Ok(loaded)
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
                    store.language.set(loaded);
                }
                Err(reason) => store.notify(reason, super::engine::Severity::Warning),
            }
        });
    };
    view! {
        <select class="language" aria-label=t!("language.label") on:change=choose>
            {options}
        </select>
    }
    .into_any()
}

async fn fetch(code: &str) -> Result<String, String> {
    let address = ["lang/", code, ".txt?", BUILD].concat();
    let failed = |what: &str| [&address, ": ", what].concat();
    let response =
        JsFuture::from(window().fetch_with_str(&address)).await.map_err(|_| failed("not fetched"))?;
    let response: web_sys::Response = response.dyn_into().map_err(|_| failed("no response"))?;
    if !response.ok() {
        return Err(failed(&response.status().to_string()));
    }
    let text = response.text().map_err(|_| failed("no text"))?;
    JsFuture::from(text).await.ok().and_then(|text| text.as_string()).ok_or_else(|| failed("no text"))
}
