//! Light and dark: the visitor's preference, the toggle, the address, and storage where allowed.
//!
//! Must not know any colour: the style sheet and the chart palette do.

use super::dom;
use super::icon::{self, Icon};
use super::store::Store;
use crate::chart;
use crate::page::options::{PageOptions, Theme};
use crate::t;
use leptos::prelude::*;

/// The address wins, then what the visitor chose before, then what the system prefers.
pub fn initial(options: &PageOptions) -> Theme {
    options.theme.or_else(|| dom::stored(KEY).as_deref().and_then(named)).unwrap_or_else(|| {
        let dark = window().match_media("(prefers-color-scheme: dark)").ok().flatten();
        if dark.is_some_and(|query| query.matches()) { Theme::Dark } else { Theme::Light }
    })
}

/// Keeps the document in the store's theme.
pub fn follow(store: Store) {
    Effect::new(move |_| {
        let theme = store.theme.get();
        if let Some(root) = document().document_element() {
            // Setting an attribute of an existing element fails only for invalid names.
            let _ = root.set_attribute("data-theme", name(theme));
        }
        store.touch();
    });
}

/// Tells the style sheet that the page is on a projector.
pub fn project(store: Store) {
    if let Some(root) = document().document_element().filter(|_| store.options.with_value(|o| o.projector)) {
        // Setting an attribute of an existing element fails only for invalid names.
        let _ = root.set_attribute("data-projector", "");
    }
}

/// The charts' word for a theme.
pub fn of_charts(theme: Theme) -> chart::Theme {
    match theme {
        Theme::Light => chart::Theme::Light,
        Theme::Dark => chart::Theme::Dark,
    }
}

/// The button that flips it.
pub fn toggle(store: Store) -> AnyView {
    let flip = move |_| {
        store.theme.update(|theme| *theme = if *theme == Theme::Dark { Theme::Light } else { Theme::Dark });
        dom::store(KEY, name(store.theme.get_untracked()));
    };
    view! {
        <button type="button" class="button square" aria-label=t!("theme.switch") title=t!("theme.hint") on:click=flip>
            {icon::changing(move || if store.theme.get() == Theme::Dark { Icon::Sun } else { Icon::Moon })}
        </button>
    }
    .into_any()
}

const KEY: &str = "collapse-lab.theme";

/// In storage and in the style sheet.
fn name(theme: Theme) -> &'static str {
    if theme == Theme::Dark { "dark" } else { "light" }
}

fn named(name: &str) -> Option<Theme> {
    match name {
        "dark" => Some(Theme::Dark),
        "light" => Some(Theme::Light),
        _ => None,
    }
}
