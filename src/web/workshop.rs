//! The form in which a teacher makes a workshop link, with the link, its QR code and a preview.
//!
//! Must not know how a link is spelled.

mod goal;
mod knobs;

use super::dom;
use super::engine::Severity;
use super::store::Store;
use crate::chart::CHARTS;
use crate::page::options::{PageOptions, Start};
use crate::page::qr;
use crate::page::workshop::Workshop;
use crate::t;
use crate::words::{self, LANGUAGES};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The dialogue's content; begins with the page as it is.
pub fn panel(store: Store) -> AnyView {
    let workshop = RwSignal::new(present(store));
    let link = Memo::new(move |_| workshop.read().link(&base()));
    view! {
        <div class="workshop">
            <p class="quiet">{t!("workshop.intro")}</p>
            {result(store, link)}
            {load(store, workshop)}
            {page(store, workshop)}
            {goal::form(workshop)}
            {charts(workshop)}
            {knobs::list(workshop)}
        </div>
    }
    .into_any()
}

fn present(store: Store) -> Workshop {
    let mut options = store.options.get_value();
    options.notices.clear();
    // A link made here is a page of its own, not the exercise this visitor is in.
    options = PageOptions { challenge: None, sheet: None, open: None, ..options };
    Workshop { options, experiment: store.experiment.get_untracked() }
}

fn base() -> String {
    window().location().href().unwrap_or_default()
}

fn result(store: Store, link: Memo<String>) -> AnyView {
    let said = RwSignal::new(t!("workshop.copy"));
    let copy = move |_| {
        spawn_local(async move {
            match dom::copy(&link.get_untracked()).await {
                Ok(()) => said.set(t!("share.copied")),
                Err(_) => store.notify(t!("workshop.copy.blocked"), Severity::Info),
            }
        });
    };
    Effect::new(move |_| {
        link.track();
        said.set(t!("workshop.copy"));
    });
    view! {
        <div class="workshop-result">
            {picture(link)}
            <div>
                <label for="workshop-link">{t!("workshop.link")}</label>
                <textarea id="workshop-link" class="link-text" readonly rows="4" prop:value=link></textarea>
                <div class="row">
                    <button type="button" class="button primary" on:click=copy>
                        <span aria-live="polite">{said}</span>
                    </button>
                    <a class="button" href=link target="_blank" rel="noopener">{t!("workshop.preview")}</a>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// The link as a QR code: dark on light in both themes, as scanners expect.
pub fn picture(link: Memo<String>) -> AnyView {
    let code = Memo::new(move |_| qr::draw(&link.read()));
    view! {
        <div class="qr">
            {move || match code.get() {
                Some(code) => {
                    let box_ = ["0 0 ", &code.side.to_string(), " ", &code.side.to_string()].concat();
                    view! {
                        <svg viewBox=box_ role="img" aria-label=t!("workshop.qr") shape-rendering="crispEdges">
                            <path d=code.path />
                        </svg>
                    }
                        .into_any()
                }
                None => view! { <p class="quiet">{t!("workshop.qr.long")}</p> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

fn load(store: Store, workshop: RwSignal<Workshop>) -> AnyView {
    let said = RwSignal::new(Vec::<String>::new());
    let read = move |event| match Workshop::parse(&event_target_value(&event)) {
        Ok((read, notices)) => {
            workshop.set(read);
            said.set(if notices.is_empty() { vec![t!("workshop.loaded").to_owned()] } else { notices });
        }
        Err(reason) => said.set(vec![reason]),
    };
    let again = move |_| {
        workshop.set(present(store));
        said.set(Vec::new());
    };
    view! {
        <details class="workshop-part">
            <summary>{t!("workshop.load")}</summary>
            <label for="workshop-load">{t!("workshop.load.label")}</label>
            <input type="url" id="workshop-load" class="text" autocomplete="off" on:change=read />
            <p role="status">{move || said.get().join(" ")}</p>
            <button type="button" class="button small" on:click=again>{t!("workshop.present")}</button>
        </details>
    }
    .into_any()
}

/// A tick box of the form.
fn tick(
    label: &'static str,
    workshop: RwSignal<Workshop>,
    get: fn(&PageOptions) -> bool,
    put: fn(&mut PageOptions, bool),
) -> AnyView {
    view! {
        <label class="tick-box">
            <input
                type="checkbox"
                prop:checked=move || get(&workshop.read().options)
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    workshop.update(|workshop| put(&mut workshop.options, on));
                }
            />
            {label}
        </label>
    }
    .into_any()
}

fn page(store: Store, workshop: RwSignal<Workshop>) -> AnyView {
    let languages: Vec<AnyView> = LANGUAGES
        .iter()
        .map(|(code, name)| {
            let selected = move || workshop.read().options.language == Some(*code);
            view! { <option value=*code lang=*code prop:selected=selected>{*name}</option> }.into_any()
        })
        .collect();
    let choose = move |event| {
        let code = words::language(&event_target_value(&event));
        workshop.update(|workshop| workshop.options.language = code);
    };
    let take = move |_| workshop.update(|w| w.experiment = store.experiment.get_untracked());
    view! {
        <details class="workshop-part" open>
            <summary>{t!("workshop.page")}</summary>
            <div class="ticks-column">
                {tick(t!("workshop.paused"), workshop, |o| o.start == Some(Start::Paused), |o, on| {
                    o.start = on.then_some(Start::Paused);
                })}
                {tick(t!("workshop.projector"), workshop, |o| o.projector, |o, on| o.projector = on)}
                {tick(t!("workshop.embed"), workshop, |o| o.embed, |o, on| o.embed = on)}
            </div>
            <label for="workshop-challenge">{t!("workshop.challenge")}</label>
            <input
                id="workshop-challenge"
                type="text"
                class="text"
                placeholder=t!("workshop.challenge.none")
                prop:value=move || workshop.read().options.challenge.clone().unwrap_or_default()
                on:change=move |event| {
                    let id = event_target_value(&event).trim().to_owned();
                    workshop.update(|w| w.options.challenge = (!id.is_empty()).then_some(id));
                }
            />
            <label for="workshop-language">{t!("language.label")}</label>
            <select id="workshop-language" on:change=choose>
                <option value="" prop:selected=move || workshop.read().options.language.is_none()>
                    {t!("workshop.language.auto")}
                </option>
                {languages}
            </select>
            <p class="quiet">{t!("workshop.experiment")}</p>
            <button type="button" class="button small" on:click=take>{t!("workshop.take")}</button>
        </details>
    }
    .into_any()
}

/// Ticked charts stand in the order in which they were ticked; none ticked shows all.
fn charts(workshop: RwSignal<Workshop>) -> AnyView {
    let rows: Vec<AnyView> = CHARTS
        .iter()
        .map(|row| {
            let id = row.id;
            let place = Memo::new(move |_| workshop.read().options.charts.iter().position(|c| *c == id));
            let toggle = move |event| {
                let on = event_target_checked(&event);
                workshop.update(|workshop| {
                    let charts = &mut workshop.options.charts;
                    charts.retain(|chart| *chart != id);
                    if on {
                        charts.push(id);
                    }
                });
            };
            view! {
                <label class="tick-box">
                    <input type="checkbox" prop:checked=move || place.get().is_some() on:change=toggle />
                    {row.title()}
                    <span class="quiet">{move || place.get().map(|place| t!("workshop.place", n = place + 1))}</span>
                </label>
            }
            .into_any()
        })
        .collect();
    view! {
        <details class="workshop-part">
            <summary>{t!("workshop.charts")}</summary>
            <p class="quiet">{t!("workshop.charts.help")}</p>
            <div class="ticks-column">{rows}</div>
        </details>
    }
    .into_any()
}
