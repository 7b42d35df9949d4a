//! The desk as a dialogue: what it promises, its tabs, and what went wrong.
//!
//! Must not know what a tab shows.

use super::state::{Desk, Tab};
use super::{draw, images, kept, table};
use crate::own::Fault;
use crate::web::icon::{Icon, icon};
use crate::{t, words};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The dialogue.
pub fn frame(desk: Desk) -> AnyView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let wanted = desk.is_open.get();
        if let Some(element) = element.get() {
            match (wanted, element.open()) {
                // Fails only for an element that is open or not in the document.
                (true, false) => drop(element.show_modal()),
                (false, true) => element.close(),
                _ => {}
            }
        }
    });
    let closed = move |_| {
        if desk.is_open.get_untracked() {
            desk.close();
        }
    };
    // The page's keys are for the page.
    let keep = |event: leptos::ev::KeyboardEvent| event.stop_propagation();
    let over = |event: leptos::ev::DragEvent| event.prevent_default();
    let drop = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        let files = event.data_transfer().and_then(|transfer| transfer.files());
        desk.take_files(&list(files));
    };
    let missing = move || {
        desk.wanted.get().map(|_| view! { <p class="notice warning" id="desk-wanted">{t!("own.wanted")}</p> })
    };
    let fault = move || {
        desk.fault.get().map(|fault: Fault| {
            view! { <p class="notice error" role="alert" id="desk-fault">{fault.text()}</p> }
        })
    };
    view! {
        <dialog
            node_ref=element
            class="desk"
            id="desk"
            aria-labelledby="desk-title"
            on:close=closed
            on:keydown=keep
            on:dragover=over
            on:paste=move |event| pasted(desk, &event.into())
            on:drop=drop
        >
            <header class="card-head">
                <h2 id="desk-title">{t!("own.title")}</h2>
                <button
                    type="button"
                    class="button square"
                    aria-label=t!("dialog.close")
                    on:click=move |_| desk.close()
                >
                    {icon(Icon::Close)}
                </button>
            </header>
            <p class="desk-private">{t!("own.private")}</p>
            {missing}
            <div class="desk-tabs" role="tablist" aria-label=t!("own.tabs")>
                {Tab::ALL.map(|tab| choice(desk, tab))}
            </div>
            {fault}
            {progress(desk)}
            {Tab::ALL.map(|tab| panel(desk, tab))}
        </dialog>
    }
    .into_any()
}

/// Takes in pictures that were pasted; texts are the box's.
fn pasted(desk: Desk, event: &web_sys::Event) {
    // The interface of clipboards is asked for by name: few visitors paste a picture.
    let files = js_sys::Reflect::get(event, &"clipboardData".into())
        .and_then(|clipboard| js_sys::Reflect::get(&clipboard, &"files".into()));
    let files = list(files.ok().and_then(|files| files.dyn_into().ok()));
    if !files.is_empty() {
        event.prevent_default();
        desk.take_files(&files);
    }
}

/// How far the worker is.
fn progress(desk: Desk) -> AnyView {
    let shown = move || {
        desk.progress.get().map(|(count, share)| {
            view! {
                <p role="status">{t!("own.reading", n = count, share = words::percent(share))}</p>
                <progress max="1" value=share.to_string() aria-label=t!("own.reading.label")></progress>
            }
        })
    };
    view! { <div class="desk-progress">{shown}</div> }.into_any()
}

fn choice(desk: Desk, tab: Tab) -> AnyView {
    let is_shown = move || desk.tab.get() == tab;
    // Arrows move between tabs, as in every tab list.
    let step = move |event: leptos::ev::KeyboardEvent| {
        let at = Tab::ALL.iter().position(|known| *known == tab).unwrap_or(0);
        let count = Tab::ALL.len();
        let next = match event.key().as_str() {
            "ArrowRight" => Tab::ALL[(at + 1) % count],
            "ArrowLeft" => Tab::ALL[(at + count - 1) % count],
            _ => return,
        };
        desk.tab.set(next);
        crate::web::dom::focus(&["desk-tab-", next.name()].concat());
    };
    view! {
        <button
            type="button"
            role="tab"
            class="button"
            id=["desk-tab-", tab.name()].concat()
            aria-controls=["desk-panel-", tab.name()].concat()
            aria-selected=move || is_shown().to_string()
            tabindex=move || if is_shown() { "0" } else { "-1" }
            on:click=move |_| desk.tab.set(tab)
            on:keydown=step
        >
            {tab.label()}
        </button>
    }
    .into_any()
}

fn panel(desk: Desk, tab: Tab) -> AnyView {
    let content = match tab {
        Tab::Table => table::panel(desk),
        Tab::Images => images::panel(desk),
        Tab::Draw => draw::panel(desk),
        Tab::Kept => kept::panel(desk),
    };
    view! {
        <div
            role="tabpanel"
            class="desk-panel"
            id=["desk-panel-", tab.name()].concat()
            aria-labelledby=["desk-tab-", tab.name()].concat()
            hidden=move || desk.tab.get() != tab
        >
            {content}
        </div>
    }
    .into_any()
}

/// Files as a list.
pub fn list(files: Option<web_sys::FileList>) -> Vec<web_sys::File> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|index| files.get(index)).collect()
}

/// The files of an input that was changed; the same can be chosen again.
pub fn chosen(event: &leptos::ev::Event) -> Vec<web_sys::File> {
    let input: web_sys::HtmlInputElement = event_target::<web_sys::Element>(event).unchecked_into();
    let files = list(input.files());
    input.set_value("");
    files
}
