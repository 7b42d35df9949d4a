//! The backend badge: where it trains, how fast, why there; and the pin.
//!
//! Must not know how the choice is made.

use super::engine::Speed;
use super::store::{Dialog, Store};
use crate::page::device;
use crate::protocol::Backend;
use crate::{t, words};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What visitors call a backend.
pub fn name(backend: Backend) -> &'static str {
    match backend {
        Backend::Cpu => t!("backend.cpu"),
        Backend::Gpu => t!("backend.gpu"),
    }
}

/// The badge in the header; opens the panel.
pub fn badge(store: Store) -> AnyView {
    let label = Memo::new(move |_| match store.badge.read().backend {
        Some(backend) => name(backend),
        None => t!("badge.starting"),
    });
    let rate = move || match store.progress.read().steps_per_second {
        rate if rate >= 1.0 => t!("badge.rate", n = rate as u32),
        _ => String::new(),
    };
    view! {
        <button
            type="button"
            class="button badge"
            title=t!("badge.hint")
            on:click=move |_| store.dialog.set(Some(Dialog::Backend))
        >
            <strong>{label}</strong>
            <span class="badge-rate">{rate}</span>
        </button>
    }
    .into_any()
}

/// Adapter, measured rates, the reason, and the choice to pin.
pub fn panel(store: Store) -> AnyView {
    let badge = store.badge;
    let rate = |rate: Option<f32>| match rate {
        Some(rate) => t!("badge.rate", n = rate as u32),
        None => t!("badge.not_measured").to_owned(),
    };
    let adapter = move || {
        let badge = badge.read();
        match (badge.adapter.is_empty(), badge.software) {
            (true, _) => "–".to_owned(),
            (false, true) => t!("badge.emulated", adapter = &badge.adapter),
            (false, false) => badge.adapter.clone(),
        }
    };
    let available = move || match badge.read().gpu_available {
        Some(true) => t!("badge.available"),
        Some(false) => t!("badge.unavailable"),
        None => t!("badge.untried"),
    };
    view! {
        <p>{move || badge.read().reason.sentence()}</p>
        <dl class="facts">
            <dt>{t!("badge.cpu")}</dt>
            <dd>{move || rate(badge.read().cpu_rate)}</dd>
            <dt>{t!("backend.gpu")}</dt>
            <dd>{move || t!("badge.gpu.state", state = available(), rate = rate(badge.read().gpu_rate))}</dd>
            <dt>{t!("badge.adapter")}</dt>
            <dd>{adapter}</dd>
            <dt>{t!("badge.parameters")}</dt>
            <dd>{move || store.facts.read().as_ref().map(|facts| words::count(facts.parameters))}</dd>
        </dl>
        {device(store)}
        <fieldset class="pins">
            <legend>{t!("badge.pin")}</legend>
            {pin(store, t!("badge.pin.any"), None)}
            {pin(store, t!("badge.pin.cpu"), Some(Backend::Cpu))}
            {pin(store, t!("badge.pin.gpu"), Some(Backend::Gpu))}
        </fieldset>
    }
    .into_any()
}

/// How fast this device trains, measured when asked.
fn device(store: Store) -> AnyView {
    let rows = RwSignal::new(Vec::<(String, [String; 2])>::new());
    let busy = RwSignal::new(false);
    let measure = move |_| {
        busy.set(true);
        rows.set(Vec::new());
        spawn_local(async move {
            let Some(engine) = store.engine() else { return };
            for job in device::jobs(&store.experiment.get_untracked()) {
                let mut rates = [String::from("–"), String::from("–")];
                for (rate, backend) in rates.iter_mut().zip([Backend::Cpu, Backend::Gpu]) {
                    let speed =
                        engine.measure(Some(backend), &job.experiment, job.lanes, device::MILLIS).await;
                    if let Some(Speed { steps, millis, .. }) = speed {
                        *rate = device::rate(job.lanes, steps, millis);
                    }
                }
                rows.update(|rows| rows.push((job.name, rates)));
            }
            busy.set(false);
        });
    };
    let body = move || {
        let row = |(name, [cpu, gpu]): &(String, [String; 2])| {
            view! { <tr><th scope="row">{name.clone()}</th><td>{cpu.clone()}</td><td>{gpu.clone()}</td></tr> }
                .into_any()
        };
        rows.read().iter().map(row).collect::<Vec<_>>()
    };
    view! {
        <h3>{t!("device.title")}</h3>
        <p class="quiet">{t!("device.hint")}</p>
        <button type="button" class="button" disabled=move || busy.get() on:click=measure>
            {move || if busy.get() { t!("device.busy") } else { t!("device.measure") }}
        </button>
        <table class="evidence" hidden=move || rows.read().is_empty() aria-live="polite">
            <thead>
                <tr>
                    <th scope="col">{t!("device.job")}</th>
                    <th scope="col">{t!("backend.cpu")}</th>
                    <th scope="col">{t!("backend.gpu")}</th>
                </tr>
            </thead>
            <tbody>{body}</tbody>
        </table>
    }
    .into_any()
}

fn pin(store: Store, label: &'static str, backend: Option<Backend>) -> AnyView {
    view! {
        <label>
            <input
                type="radio"
                name="pin"
                prop:checked=move || store.pinned.get() == backend
                on:change=move |_| store.pin(backend)
            />
            {label}
        </label>
    }
    .into_any()
}
