//! A number's control: a slider for the hand, a box for the exact value.
//!
//! Must not know scales: the knob's domain places numbers on the slider.

use crate::experiment::knob::scale::short;
use crate::experiment::knob::{Domain, Knob, Value};
use crate::web::engine::Severity;
use crate::web::store::Store;
use crate::{decimal, t, words};
use leptos::prelude::*;

/// The exact box with its unit, for the row's head, and the slider where `domain` has one: the knob's own,
/// or the narrower one a teacher left.
pub fn number(
    store: Store,
    knob: &'static Knob,
    domain: Domain,
    value: Memo<Value>,
    locked: bool,
) -> (AnyView, Option<AnyView>) {
    let now = Memo::new(move |_| match value.get() {
        Value::Number(number) => number,
        _ => 0.0,
    });
    let stops = domain.stops();
    let has_slider = stops > 0;
    let exact = exact(store, knob, now, locked, has_slider);
    let head = view! {
        {exact}
        <span class="unit">{knob.unit()}</span>
    };
    (head.into_any(), has_slider.then(|| slider(store, knob, domain, now, locked)))
}

fn slider(store: Store, knob: &'static Knob, domain: Domain, now: Memo<f64>, locked: bool) -> AnyView {
    let stops = domain.stops();
    let stop = move || (domain.position(now.get()) * f64::from(stops)).round().to_string();
    view! {
        <input
            type="range"
            id=["knob-", knob.name].concat()
            min="0"
            max=stops
            step="1"
            disabled=locked
            prop:value=stop
            aria-valuetext=move || knob.describe(&Value::Number(now.get()))
            aria-describedby=["tip-", knob.name].concat()
            on:input=move |event| {
                if let Some(stop) = decimal::f64(&event_target_value(&event)) {
                    store.set(knob, Value::Number(domain.at(stop / f64::from(stops))));
                }
            }
        />
    }
    .into_any()
}

fn exact(store: Store, knob: &'static Knob, now: Memo<f64>, locked: bool, has_slider: bool) -> AnyView {
    let id = [if has_slider { "exact-" } else { "knob-" }, knob.name].concat();
    // Bumped to write the accepted value back over what was typed.
    let rewrite = RwSignal::new(());
    let commit = move |event: web_sys::Event| {
        let typed = words::read(&event_target_value(&event));
        match knob.parse(&typed) {
            Ok(value) => store.set(knob, value),
            Err(rejected) => store.notify(rejected.to_string(), Severity::Warning),
        }
        rewrite.set(());
    };
    view! {
        <input
            type="text"
            class="exact"
            id=id
            inputmode="decimal"
            autocomplete="off"
            spellcheck="false"
            disabled=locked
            aria-label=has_slider.then(|| t!("controls.exact", name = knob.label()))
            prop:value=move || {
                rewrite.track();
                words::plain(&short(now.get()))
            }
            on:change=commit
        />
    }
    .into_any()
}
