//! Light and dark: the visitor's preference, the toggle, the address, and storage where allowed.
//!
//! Must not know any colour: the style sheet and the chart palette do.

use super::dom;
use super::icon::{self, Icon};
#[cfg(feature = "page")]
use super::store::Store;
use crate::chart;
use crate::page::options::Theme;
use crate::t;
use leptos::prelude::*;

/// The address wins, then what the visitor chose before, then what the system prefers.
pub fn initial(address: Option<Theme>) -> Theme {
    address.or_else(|| dom::stored(KEY).as_deref().and_then(named)).unwrap_or_else(|| {
        let dark = window().match_media("(prefers-color-scheme: dark)").ok().flatten();
        if dark.is_some_and(|query| query.matches()) { Theme::Dark } else { Theme::Light }
    })
}

/// Keeps the document in a theme; `redraw` whatever does not follow the style sheet.
pub fn follow(theme: RwSignal<Theme>, redraw: impl Fn() + 'static) {
    Effect::new(move |_| {
        let theme = theme.get();
        if let Some(root) = document().document_element() {
            // Setting an attribute of an existing element fails only for invalid names.
            let _ = root.set_attribute("data-theme", name(theme));
        }
        redraw();
    });
}

/// Tells the style sheet that the page is on a projector.
#[cfg(feature = "page")]
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
pub fn toggle(theme: RwSignal<Theme>) -> AnyView {
    let flip = move |_| {
        theme.update(|theme| *theme = if *theme == Theme::Dark { Theme::Light } else { Theme::Dark });
        dom::store(KEY, name(theme.get_untracked()));
    };
    view! {
        <button type="button" class="button square" aria-label=t!("theme.switch") title=t!("theme.hint") on:click=flip>
            {icon::changing(move || if theme.get() == Theme::Dark { Icon::Sun } else { Icon::Moon })}
        </button>
    }
    .into_any()
}

const KEY: &str = "collapse-lab.theme";

/// In storage and in the style sheet.
fn name(theme: Theme) -> &'static str {
    if theme == Theme::Dark { "dark" } else { "light" }
}

/// The theme called `name`.
pub fn named(name: &str) -> Option<Theme> {
    match name {
        "dark" => Some(Theme::Dark),
        "light" => Some(Theme::Light),
        _ => None,
    }
}
