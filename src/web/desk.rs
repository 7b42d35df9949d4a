//! The data desk: files, pictures and drawn points of the visitor's own become data to train on.
//!
//! A program of its own inside the running page, which says what it wants and takes what comes out. Nothing
//! handed in leaves the machine. Must not decide what a file says; that is the core's, in a worker.

mod camera;
mod draw;
mod frame;
mod helper;
mod images;
mod kept;
mod shelf;
mod state;
mod table;

use super::{catalogue, dom};
use crate::words;
use leptos::prelude::*;
use state::Desk;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

/// What page and desk both hold; see `web/own.rs`.
const SHARED: &str = "collapseLabDesk";

/// Starts the desk and opens it.
pub fn start() {
    console_error_panic_hook::set_once();
    dom::dress("desk.css");
    let mount = document().create_element("div").ok().and_then(|mount| mount.dyn_into().ok());
    let (Some(mount), Some(body)) = (mount, document().body()) else { return };
    let mount: web_sys::HtmlElement = mount;
    // A new element can be added to a body.
    let _ = body.append_child(&mount);
    wasm_bindgen_futures::spawn_local(async move {
        let language = speak().await;
        let launch = move || {
            let desk = Desk::new(language);
            install(desk);
            move || {
                // All words anew when the language changes; what was read stays.
                desk.language.track();
                frame::frame(desk)
            }
        };
        leptos::mount::mount_to(mount, launch).forget();
    });
}

/// Opens the desk now and whenever the page calls.
fn install(desk: Desk) {
    let Some(shared) = shared() else { return };
    let open = Closure::<dyn FnMut(String)>::new(move |want: String| {
        wasm_bindgen_futures::spawn_local(async move {
            let language = speak().await;
            if desk.language.get_untracked() != language {
                desk.language.set(language);
            }
            desk.open(&want).await;
        });
    });
    // A plain object takes any property.
    let _ = js_sys::Reflect::set(&shared, &"open".into(), open.as_ref());
    // The desk lives as long as the page.
    open.forget();
    let want = js_sys::Reflect::get(&shared, &"want".into()).ok().and_then(|want| want.as_string());
    wasm_bindgen_futures::spawn_local(async move { desk.open(&want.unwrap_or_default()).await });
}

/// What page and desk both hold.
fn shared() -> Option<js_sys::Object> {
    js_sys::Reflect::get(&window(), &SHARED.into()).ok()?.dyn_into().ok()
}

/// The page's language, with the desk's words.
async fn speak() -> &'static str {
    let said = document().document_element().and_then(|root| root.get_attribute("lang")).unwrap_or_default();
    let code = catalogue::wish(words::language(&said));
    // Without its words the desk shows their keys; the page has then lost its server.
    catalogue::load_with(code, ".desk", || words::current().has_desk).await.unwrap_or(code)
}
