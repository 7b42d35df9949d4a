//! The ways from the page to the programs of their own: the collapse map and the clinic.
//!
//! Must not know what they do.

use super::icon::{Icon, icon};
use super::share;
use super::store::Store;
use crate::map::query::is_wanted;
use crate::protocol::BUILD;
use crate::t;
use leptos::prelude::*;

/// The program that a query asks for, by the script that starts it.
pub fn wanted(query: &str) -> Option<&'static str> {
    let asks = |key: &str| query.split(['?', '&', '=']).any(|part| part == key);
    if is_wanted(query) { Some("map_start.js") } else { asks("diagnose").then_some("clinic_start.js") }
}

/// Fetches such a program, which opens the address this page leaves untouched.
pub fn enter(script: &str) {
    let folder = if BUILD == "dev" { String::new() } else { [BUILD, "/"].concat() };
    super::classroom::fetch(&[&folder, script].concat());
}

/// The link to the clinic.
pub fn clinic() -> AnyView {
    view! { <a href="?diagnose">{t!("clinic.door")}</a> }.into_any()
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
