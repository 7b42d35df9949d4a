//! The collapse map's page: trains a grid of runs on all cores and shows what became of them.
//!
//! A program of its own (`?map` in the address), without the rest of the page. Must not decide what a map
//! is or who trains what; those decisions live in the core.

mod atlas;
mod bar;
mod controls;
mod export;
mod hook;
mod layout;
mod panel;
mod plot;
mod pool;

use super::{catalogue, dom, theme};
use crate::map::query;
use crate::{experiment::link, words};
use atlas::Atlas;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Starts the page in the element `app`, or in the body where a host page has none.
pub fn start() {
    console_error_panic_hook::set_once();
    let mount = dom::by_id("app").or_else(|| document().body().map(Into::into));
    let Some(Ok(mount)) = mount.map(|mount| mount.dyn_into::<web_sys::HtmlElement>()) else { return };
    dom::dress("map.css");
    let location = window().location();
    let (search, hash) = (location.search().unwrap_or_default(), location.hash().unwrap_or_default());
    let said = |key: &str| link::pairs(&search).into_iter().find(|(known, _)| known == key);
    let wish = catalogue::wish(said("lang").and_then(|(_, code)| words::language(&code)));
    let wanted = said("theme").and_then(|(_, name)| theme::named(&name));
    wasm_bindgen_futures::spawn_local(async move {
        let Ok(language) = words_of(wish).await else {
            return dom::reveal("no-files");
        };
        mount.set_text_content(None);
        let launch = move || {
            // What the address gets wrong is said in words, so they come first.
            let atlas = Atlas::new(query::read(&search, &hash), theme::initial(wanted), language);
            theme::follow(atlas.theme, || ());
            hook::install(atlas);
            move || {
                // All words anew when the language changes; the map does not notice.
                atlas.language.track();
                layout::layout(atlas)
            }
        };
        leptos::mount::mount_to(mount, launch).forget();
    });
}

/// The page's words and the map's own.
async fn words_of(code: &'static str) -> Result<&'static str, String> {
    catalogue::load_with(code, ".map", || words::current().has_map).await
}
