//! What is kept in the browser: trained on again, exported, deleted.
//!
//! Must not know how it is kept.

use super::shelf::Kept;
use super::state::{Desk, EXPORTED};
use crate::{t, words};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The tab.
pub fn panel(desk: Desk) -> AnyView {
    let content = move || {
        match desk.kept.get() {
        Err(reason) => {
            view! { <p class="notice warning" id="desk-blocked">{t!("own.blocked", reason = reason.as_str())}</p> }
                .into_any()
        }
        Ok(kept) if kept.is_empty() => view! { <p class="quiet">{t!("own.kept.none")}</p> }.into_any(),
        Ok(kept) => {
            let rows: Vec<AnyView> = kept.into_iter().map(|kept| row(desk, kept)).collect();
            view! { <ul class="desk-kept">{rows}</ul> }.into_any()
        }
    }
    };
    view! {
        <p class="quiet">{t!("own.kept.help")}</p>
        {content}
    }
    .into_any()
}

fn row(desk: Desk, kept: Kept) -> AnyView {
    let total: f32 = kept.own.counts.iter().sum();
    let facts = t!(
        "own.kept.facts",
        n = total as u32,
        classes = kept.classes.join(", "),
        kb = words::count((kept.bytes.size() / 1000.0).ceil() as u32)
    );
    let (title, id, whole) = (kept.title.clone(), kept.own.id, kept.clone());
    let export = move |_| download(&kept);
    view! {
        <li>
            <div>
                <strong>{title.clone()}</strong>
                <p class="quiet">{facts}</p>
            </div>
            <div class="row">
                <button type="button" class="button primary" data-kept="train" on:click=move |_| desk.reopen(&whole)>
                    {t!("own.train")}
                </button>
                <button
                    type="button"
                    class="button"
                    data-kept="export"
                    aria-label=t!("own.kept.export.label", name = title.as_str())
                    on:click=export
                >
                    {t!("own.kept.export")}
                </button>
                <button
                    type="button"
                    class="button"
                    data-kept="delete"
                    aria-label=t!("own.kept.delete.label", name = title.as_str())
                    on:click=move |_| desk.delete(id)
                >
                    {t!("own.kept.delete")}
                </button>
            </div>
        </li>
    }
    .into_any()
}

/// Saves the bytes as a file, which the desk reads again.
fn download(kept: &Kept) {
    let Ok(address) = web_sys::Url::create_object_url_with_blob(&kept.bytes) else { return };
    let anchor = document().create_element("a").ok().and_then(|anchor| {
        anchor.set_attribute("href", &address).ok()?;
        anchor.set_attribute("download", &[&kept.title, EXPORTED].concat()).ok()?;
        anchor.dyn_into::<web_sys::HtmlElement>().ok()
    });
    if let Some(anchor) = anchor {
        anchor.click();
    }
    // The browser has the file by then.
    set_timeout(move || drop(web_sys::Url::revoke_object_url(&address)), std::time::Duration::from_secs(10));
}
