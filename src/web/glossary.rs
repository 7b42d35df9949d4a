//! The glossary: marked terms in a text as buttons with their explanation, and a list to search.
//!
//! Must not know which texts mark which terms.

use super::language;
use super::store::Store;
use crate::order;
use crate::page::glossary::{self, Piece, TERMS};
use crate::t;
use crate::words;
use leptos::prelude::*;
use std::cell::Cell;

thread_local! {
    /// Makes the ids of explanations unique on the page.
    static SHOWN: Cell<u32> = const { Cell::new(0) };
}

/// A paragraph with its marked terms as buttons.
pub fn text(text: &str) -> AnyView {
    view! { <p class="marked">{inline(text)}</p> }.into_any()
}

/// A text with its marked terms as buttons; what holds it is of class `marked`.
pub fn inline(text: &str) -> AnyView {
    let pieces: Vec<AnyView> = glossary::pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Plain(text) => text.to_owned().into_any(),
            Piece::Term { shown, term } => button(shown, term),
        })
        .collect();
    pieces.into_any()
}

fn button(shown: &str, term: &'static str) -> AnyView {
    let number = SHOWN.replace(SHOWN.get().wrapping_add(1));
    let id = format!("term-{term}-{number}");
    let name = name(term);
    // Within a sentence.
    let shown = if shown.is_empty() { name.to_lowercase() } else { shown.to_owned() };
    view! {
        <button type="button" class="term" aria-describedby=id.clone()>{shown}</button>
        <span class="tip" role="tooltip" id=id><strong>{name}</strong> ": " {plain(explanation(term))}</span>
    }
    .into_any()
}

/// The searchable list, as the content of a dialogue.
pub fn list(store: Store) -> AnyView {
    language::with_class_words(store, || true, terms)
}

fn terms() -> AnyView {
    let wanted = RwSignal::new(String::new());
    let mut terms: Vec<&'static str> = TERMS.to_vec();
    // In the order of the language on screen, not of the keys.
    order::sort_by(&mut terms, |a, b| name(a).to_lowercase().cmp(&name(b).to_lowercase()));
    let found = Memo::new({
        let terms = terms.clone();
        move |_| {
            let wanted = wanted.read();
            let meant = |term: &&&'static str| glossary::matches(&wanted, name(term), explanation(term));
            terms.iter().filter(meant).copied().collect::<Vec<_>>()
        }
    });
    let rows: Vec<AnyView> = terms
        .iter()
        .map(|term| {
            let term = *term;
            view! {
                <div class="glossary-row" hidden=move || !found.read().contains(&term)>
                    <dt>{name(term)}</dt>
                    <dd>{plain(explanation(term))}</dd>
                </div>
            }
            .into_any()
        })
        .collect();
    view! {
        <label class="glossary-search">
            <span>{t!("glossary.search")}</span>
            <input type="search" class="search" on:input=move |event| wanted.set(event_target_value(&event)) />
        </label>
        <p class="quiet" role="status">{move || t!("glossary.found", n = found.read().len())}</p>
        <dl class="glossary">{rows}</dl>
    }
    .into_any()
}

fn name(term: &str) -> &'static str {
    words::say(&["glossary.", term].concat())
}

fn explanation(term: &str) -> &'static str {
    words::say(&["glossary.", term, ".text"].concat())
}

/// A text with its marks as plain words: explanations do not explain each other.
pub fn plain(text: &str) -> String {
    let plain = |piece| match piece {
        Piece::Plain(text) => text.to_owned(),
        Piece::Term { shown: "", term } => name(term).to_lowercase(),
        Piece::Term { shown, .. } => shown.to_owned(),
    };
    glossary::pieces(text).into_iter().map(plain).collect()
}
