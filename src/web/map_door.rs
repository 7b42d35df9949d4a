//! The way from the page to the collapse map, a program of its own.
//!
//! Must not know what the map does with the experiment.

use super::icon::{Icon, icon};
use super::share;
use super::store::Store;
use crate::protocol::BUILD;
use crate::t;
use leptos::prelude::*;

/// Whether a query asks for the map.
pub use crate::map::query::is_wanted;

/// Fetches the map, which opens the address this page leaves untouched.
pub fn enter() {
    super::classroom::fetch(&match BUILD {
        "dev" => "map_start.js".to_owned(),
        build => [build, "/map_start.js"].concat(),
    });
}

/// The link with the present experiment; a link, so that it can open in a tab of its own.
pub fn button(store: Store) -> AnyView {
    let follow = move |event: leptos::ev::MouseEvent| {
        // Only now: a drag changes the experiment sixty times a second.
        let link: web_sys::HtmlElement = event_target_link(&event);
        // Setting an attribute of an existing element fails only for invalid names.
        let _ = link.set_attribute("href", &["?map", &share::fragment(store)].concat());
    };
    view! {
        <a class="button" href="?map" title=t!("map.door.hint") on:click=follow on:auxclick=follow>
            {icon(Icon::Map)}
            <span class="wide-only">{t!("map.door")}</span>
            <span class="sr">" " {t!("map.door.hint")}</span>
        </a>
    }
    .into_any()
}

/// The link itself, whatever inside it was pressed.
fn event_target_link(event: &leptos::ev::MouseEvent) -> web_sys::HtmlElement {
    use wasm_bindgen::JsCast;
    let pressed: web_sys::Element = event_target(event);
    pressed.closest("a").ok().flatten().unwrap_or(pressed).unchecked_into()
}
