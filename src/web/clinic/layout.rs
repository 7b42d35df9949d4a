//! The clinic's page from top to bottom.
//!
//! Must not know what its parts show.

use super::desk::{Desk, page};
use super::{bench, causes, facts, intake, plot};
use crate::t;
use crate::web::icon::{Icon, icon};
use crate::web::{catalogue, theme};
use leptos::prelude::*;

/// Everything.
pub fn layout(desk: Desk) -> AnyView {
    view! {
        {header(desk)}
        {notices(desk)}
        <main class="clinic" id="main">
            {intake::intake(desk)}
            <section class="clinic-result" aria-labelledby="clinic-result">
                {causes::headline(desk)}
                {plot::curves(desk)}
                {bench::classes(desk)}
                {causes::causes(desk)}
            </section>
            {facts::facts(desk)}
        </main>
    }
    .into_any()
}

fn header(desk: Desk) -> AnyView {
    view! {
        <header class="top">
            <div class="brand">
                <img src="icon.svg" alt="" width="28" height="28" />
                <h1>{t!("clinic.title")}</h1>
                <p class="promise">{t!("clinic.promise")}</p>
            </div>
            <div class="top-actions">
                <a class="button" href=page() title=t!("clinic.back.hint")>
                    {icon(Icon::Undo)}
                    <span class="wide-only">{t!("clinic.back")}</span>
                    <span class="sr">{t!("clinic.back.hint")}</span>
                </a>
                {catalogue::choice(desk.language, move |code| desk.speak(code))}
                {theme::toggle(desk.theme)}
            </div>
        </header>
    }
    .into_any()
}

fn notices(desk: Desk) -> AnyView {
    let row = move |(index, text): (usize, String)| {
        let dismiss = move |_| {
            desk.notices.update(|notices| {
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
    let rows = move || desk.notices.get().into_iter().enumerate().map(row).collect::<Vec<AnyView>>();
    view! { <div class="notices" role="status" aria-live="polite">{rows}</div> }.into_any()
}
