//! The files that hold the words of a language, and whose wish counts.
//!
//! Must not know any word, or where words are shown.

use super::dom;
use crate::protocol::BUILD;
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

/// The text of a language's file, or of a part of it.
///
/// # Errors
/// It did not arrive.
pub async fn fetch(name: &str) -> Result<String, String> {
    dom::fetch_text(&["lang/", name, ".txt?", BUILD].concat()).await
}
