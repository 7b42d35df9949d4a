//! The clinic's page: files of runs trained elsewhere go in, causes come out.
//!
//! A program of its own (`?diagnose` in the address). Nothing it reads leaves it: it sends no request but
//! for the page's own files. Must not decide what a file says or what follows; that is the core's.

mod bench;
mod causes;
mod desk;
mod facts;
mod intake;
mod layout;
mod plot;

use super::{catalogue, dom, theme};
use crate::experiment::link;
use crate::words;
use desk::Desk;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Starts the page in the element `app`, or in the body where a host page has none.
pub fn start() {
    console_error_panic_hook::set_once();
    let mount = dom::by_id("app").or_else(|| document().body().map(Into::into));
    let Some(Ok(mount)) = mount.map(|mount| mount.dyn_into::<web_sys::HtmlElement>()) else { return };
    dom::dress("clinic.css");
    let search = window().location().search().unwrap_or_default();
    let said = |key: &str| link::pairs(&search).into_iter().find(|(known, _)| known == key);
    let wish = catalogue::wish(said("lang").and_then(|(_, code)| words::language(&code)));
    let wanted = said("theme").and_then(|(_, name)| theme::named(&name));
    wasm_bindgen_futures::spawn_local(async move {
        let Ok(language) = words_of(wish).await else {
            return dom::reveal("no-files");
        };
        mount.set_text_content(None);
        let launch = move || {
            let desk = Desk::new(theme::initial(wanted), language);
            theme::follow(desk.theme, || ());
            intake::catch_drops(desk);
            move || {
                // All words anew when the language changes; what was read stays.
                desk.language.track();
                layout::layout(desk)
            }
        };
        leptos::mount::mount_to(mount, launch).forget();
    });
}

/// The page's words and the clinic's own.
async fn words_of(code: &'static str) -> Result<&'static str, String> {
    catalogue::load_with(code, ".clinic", || words::current().has_clinic).await
}
