//! The files that hold the words of a language, and whose wish counts.
//!
//! Must not know any word, or where words are shown.

use super::dom;
use crate::protocol::BUILD;
#[cfg(any(feature = "map", feature = "clinic"))]
use crate::t;
use crate::words;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// What every visitor can be given.
const FALLBACK: &str = "en";
/// Where the choice is kept.
pub const KEY: &str = "collapse-lab-language";

/// The address wins, then what the visitor chose before, then the browser's languages in order.
pub fn wish(address: Option<&'static str>) -> &'static str {
    let stored = || dom::stored(KEY).as_deref().and_then(words::language);
    address.or_else(stored).unwrap_or_else(|| {
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

/// [`load`], and the part of the language's file that ends like this unless it `is_here` already.
///
/// # Errors
/// Either did not arrive.
#[cfg(any(feature = "map", feature = "clinic", feature = "export", feature = "desk"))]
pub async fn load_with(
    code: &'static str,
    part: &str,
    is_here: fn() -> bool,
) -> Result<&'static str, String> {
    let language = load(code).await?;
    if !is_here() {
        words::extend(fetch(&[language, part].concat()).await?)?;
    }
    Ok(language)
}

/// The choice of language in a header; `chosen` loads what was chosen and shows it.
#[cfg(any(feature = "map", feature = "clinic"))]
pub fn choice(language: RwSignal<&'static str>, chosen: impl Fn(&'static str) + 'static) -> AnyView {
    let options: Vec<AnyView> = words::LANGUAGES
        .iter()
        .map(|(code, name)| {
            let selected = move || language.get() == *code;
            view! { <option value=*code lang=*code prop:selected=selected>{*name}</option> }.into_any()
        })
        .collect();
    let choose = move |event| {
        let Some(code) = words::language(&event_target_value(&event)) else { return };
        dom::store(KEY, code);
        chosen(code);
    };
    view! {
        <span class="button square language" title=t!("language.label")>
            <span aria-hidden="true">{move || language.get().to_uppercase()}</span>
            <select aria-label=t!("language.label") on:change=choose>
                {options}
            </select>
        </span>
    }
    .into_any()
}

/// The text of a language's file, or of a part of it.
///
/// # Errors
/// It did not arrive.
pub async fn fetch(name: &str) -> Result<String, String> {
    dom::fetch_text(&["lang/", name, ".txt?", BUILD].concat()).await
}
