//! The backend badge: where it trains, how fast, why there; and the pin.
//!
//! Must not know how the choice is made.

use super::store::{Dialog, Store};
use crate::page::outcome::thousands;
use crate::protocol::Backend;
use leptos::prelude::*;

/// What visitors call a backend.
pub fn name(backend: Backend) -> &'static str {
    match backend {
        Backend::Cpu => "CPU",
        Backend::Gpu => "WebGPU",
    }
}

/// The badge in the header; opens the panel.
pub fn badge(store: Store) -> AnyView {
    let label = Memo::new(move |_| match store.badge.read().backend {
        Some(backend) => name(backend),
        None => "starting",
    });
    let rate = move || match store.progress.read().steps_per_second {
        rate if rate >= 1.0 => format!("{} steps/s", thousands(rate as u32)),
        _ => String::new(),
    };
    view! {
        <button
            type="button"
            class="button badge"
            title="Where it trains, and why"
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
        Some(rate) => format!("{} steps/s", thousands(rate as u32)),
        None => "not measured".to_owned(),
    };
    let adapter = move || {
        let badge = badge.read();
        let kind = if badge.software { " (emulated in software)" } else { "" };
        if badge.adapter.is_empty() { "–".to_owned() } else { [&badge.adapter, kind].concat() }
    };
    let available = move || match badge.read().gpu_available {
        Some(true) => "available",
        Some(false) => "not available in this browser",
        None => "not tried yet",
    };
    view! {
        <p>{move || badge.read().reason.clone()}</p>
        <dl class="facts">
            <dt>"CPU (WebAssembly, SIMD)"</dt>
            <dd>{move || rate(badge.read().cpu_rate)}</dd>
            <dt>"WebGPU"</dt>
            <dd>{available}", "{move || rate(badge.read().gpu_rate)}</dd>
            <dt>"Adapter"</dt>
            <dd>{adapter}</dd>
            <dt>"Parameters of the model"</dt>
            <dd>{move || store.facts.read().as_ref().map(|facts| thousands(facts.parameters))}</dd>
        </dl>
        <fieldset class="pins">
            <legend>"Train on"</legend>
            {pin(store, "whatever is faster", None)}
            {pin(store, "the CPU", Some(Backend::Cpu))}
            {pin(store, "WebGPU", Some(Backend::Gpu))}
        </fieldset>
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
