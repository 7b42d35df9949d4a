//! Beside the map: the cell that is read, what theory says, and ways to keep the map.
//!
//! Must not know how anything is trained or drawn.

use super::atlas::Atlas;
use super::export::{self, Form};
use crate::chart::read_map;
use crate::map::Law;
use crate::t;
use crate::web::icon::{Icon, icon};
use crate::web::{dom, info};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// The numbers of a cell and the way to its experiment.
pub fn reading(atlas: Atlas) -> AnyView {
    let rows = move || {
        let spec = atlas.spec.read();
        let readings = atlas.read_cell().map(|cell| read_map(&spec, &atlas.grid.read(), cell));
        match readings {
            Some(readings) => {
                let rows: Vec<AnyView> = readings
                    .into_iter()
                    .map(|reading| view! { <dt>{reading.label}</dt><dd>{reading.value}</dd> }.into_any())
                    .collect();
                view! { <dl class="atlas-reading">{rows}</dl> }.into_any()
            }
            None => view! { <p class="quiet">{t!("map.reading.none")}</p> }.into_any(),
        }
    };
    let address = move || atlas.selected.get().and_then(|cell| atlas.experiment_address(cell));
    view! {
        <section class="card atlas-card" aria-labelledby="map-reading" id="map-reading-card">
            <h2 id="map-reading">{t!("map.reading")}</h2>
            {rows}
            <a
                class="button primary"
                id="map-open"
                target="_blank"
                href=address
                hidden=move || atlas.selected.get().is_none()
            >
                {icon(Icon::Play)}
                {t!("map.open")}
            </a>
        </section>
    }
    .into_any()
}

/// A switch for each law, with its formula, limits and source.
pub fn theory(atlas: Atlas) -> AnyView {
    let rows: Vec<AnyView> = Law::ALL.into_iter().enumerate().map(|(at, law)| row(atlas, at, law)).collect();
    view! {
        <section class="card atlas-card" aria-labelledby="map-theory">
            <h2 id="map-theory">{t!("map.theory")}</h2>
            <ul class="atlas-laws">{rows}</ul>
        </section>
    }
    .into_any()
}

fn row(atlas: Atlas, at: usize, law: Law) -> AnyView {
    let absent = move || atlas.theory.read().get(at).and_then(|lines| lines.as_ref().err().copied());
    let is_there = move || absent().is_none();
    let turn = move |event| {
        let on = event_target_checked(&event);
        atlas.laws.update(|laws| laws[at] = on);
    };
    let text = [law.formula(), law.validity(), law.source()].join(" ");
    let state = move || match absent() {
        Some(absent) => absent.text().to_owned(),
        None if law == Law::Escape => fit(atlas),
        None => String::new(),
    };
    view! {
        <li class="atlas-law" data-law=law.name()>
            <div class="atlas-law-head">
                <label>
                    <input
                        type="checkbox"
                        class="switch"
                        prop:checked=move || atlas.laws.get()[at]
                        disabled=move || !is_there()
                        on:change=turn
                    />
                    <span class="dash" aria-hidden="true"></span>
                    {law.label()}
                </label>
                {info::info(law.name(), law.label(), text)}
            </div>
            <p class="quiet">{state}</p>
        </li>
    }
    .into_any()
}

/// How well the escape line parts the cells it was not fitted to.
fn fit(atlas: Atlas) -> String {
    let Some(fit) = atlas.calibration.get() else { return String::new() };
    if fit.others == 0 {
        return t!("map.fit.coarse", n = fit.coarse);
    }
    let share = words::percent(fit.right as f32 / fit.others as f32);
    t!("map.fit", coarse = fit.coarse, share = share, others = fit.others)
}

/// Link, files and pictures.
pub fn keep(atlas: Atlas) -> AnyView {
    let said = RwSignal::new(t!("map.copy"));
    let copy = move |_| {
        let link = atlas.link();
        spawn_local(async move {
            if dom::copy(&link).await.is_ok() {
                said.set(t!("map.copied"));
                set_timeout(move || said.set(t!("map.copy")), Duration::from_secs(2));
            } else {
                atlas.notify(t!("map.copy.blocked").to_owned());
            }
        });
    };
    let is_empty = move || atlas.grid.read().trained() == 0;
    let button = move |form: Form, word: &'static str| {
        view! {
            <button
                type="button"
                class="button"
                data-form=form.suffix()
                disabled=is_empty
                on:click=move |_| atlas.save(form)
            >
                {word}
            </button>
        }
        .into_any()
    };
    view! {
        <section class="card atlas-card" aria-labelledby="map-keep">
            <h2 id="map-keep">{t!("map.keep")}</h2>
            <p class="quiet">{t!("map.keep.help")}</p>
            <button type="button" class="button" id="map-copy" on:click=copy>
                {icon(Icon::Link)}
                <span aria-live="polite">{said}</span>
            </button>
            <div class="row">
                {button(Form::Map, t!("map.save"))}
                <label class="button">
                    {t!("map.load")}
                    <input
                        class="sr"
                        type="file"
                        id="map-file"
                        accept=".json,application/json"
                        on:change=move |event| export::load(atlas, &event)
                    />
                </label>
            </div>
            <div class="row">
                {button(Form::Csv, "CSV")}
                {button(Form::Svg, "SVG")}
                {button(Form::Png, "PNG")}
            </div>
        </section>
    }
    .into_any()
}
