//! The map's page from top to bottom.
//!
//! Must not know what its parts show.

use super::atlas::Atlas;
use super::{bar, controls, panel, plot};
use crate::t;
use crate::web::icon::{Icon, icon};
use crate::web::{catalogue, theme};
use leptos::prelude::*;

/// Everything.
pub fn layout(atlas: Atlas) -> AnyView {
    view! {
        {header(atlas)}
        {notices(atlas)}
        <main class="atlas" id="main">
            {controls::controls(atlas)}
            <section class="atlas-stage card" aria-labelledby="map-title">
                {bar::bar(atlas)}
                {plot::plot(atlas)}
            </section>
            <div class="atlas-side">
                {panel::reading(atlas)}
                {panel::theory(atlas)}
                {panel::keep(atlas)}
            </div>
            {plot::table(atlas)}
        </main>
    }
    .into_any()
}

fn header(atlas: Atlas) -> AnyView {
    view! {
        <header class="top">
            <div class="brand">
                <img src="icon.svg" alt="" width="28" height="28" />
                <h1 id="map-title">{t!("map.title")}</h1>
                <p class="promise">{t!("map.promise")}</p>
            </div>
            <div class="top-actions">
                <a class="button" href=move || atlas.base_address() title=t!("map.back.hint")>
                    {icon(Icon::Undo)}
                    <span class="wide-only">{t!("map.back")}</span>
                    <span class="sr">{t!("map.back.hint")}</span>
                </a>
                {language(atlas)}
                {theme::toggle(atlas.theme)}
            </div>
        </header>
    }
    .into_any()
}

fn language(atlas: Atlas) -> AnyView {
    catalogue::choice(atlas.language, move |code| {
        wasm_bindgen_futures::spawn_local(async move {
            match super::words_of(code).await {
                Ok(loaded) => atlas.language.set(loaded),
                Err(reason) => atlas.notify(reason),
            }
        });
    })
}

fn notices(atlas: Atlas) -> AnyView {
    let row = move |(index, text): (usize, String)| {
        let dismiss = move |_| {
            atlas.notices.update(|notices| {
                if index < notices.len() {
                    notices.remove(index);
                }
            });
        };
        view! {
            <p class="notice warning">
                <span>{text}</span>
                <button type="button" class="button bare" aria-label=t!("notices.dismiss") on:click=dismiss>
                    {icon(Icon::Close)}
                </button>
            </p>
        }
        .into_any()
    };
    let rows = move || atlas.notices.get().into_iter().enumerate().map(row).collect::<Vec<AnyView>>();
    view! { <div class="notices" role="status" aria-live="polite">{rows}</div> }.into_any()
}
