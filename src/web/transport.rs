//! The transport bar: play, step, rewind, new seed, speed, and where the run is.
//!
//! Must not know how the run is carried out.

use super::icon::{self, Icon, icon};
use super::store::Store;
use crate::page::speed::SPEEDS;
use crate::{t, words};
use leptos::prelude::*;

/// The bar under the verdict.
pub fn transport(store: Store) -> AnyView {
    view! {
        <div class="transport" role="toolbar" aria-label=t!("transport.label")>
            {play(store)}
            {button(Icon::StepOne, t!("key.step_one"), "S", move || store.step(1))}
            {button(Icon::StepTen, t!("key.step_ten"), "Shift+S", move || store.step(10))}
            {button(Icon::Rewind, t!("key.rewind"), "R", move || store.rewind())}
            {button(Icon::Seed, t!("key.new_seed"), "N", move || store.new_seed())}
            {speed(store)}
            {counter(store)}
        </div>
    }
    .into_any()
}

fn play(store: Store) -> AnyView {
    let playing = store.playing;
    view! {
        <button
            type="button"
            class="button primary play"
            title=t!("transport.play")
            on:click=move |_| store.toggle()
        >
            {icon::changing(move || if playing.get() { Icon::Pause } else { Icon::Play })}
            <span>{move || if playing.get() { t!("transport.pause") } else { t!("transport.train") }}</span>
        </button>
    }
    .into_any()
}

/// A square button with an icon; the key is named in the tooltip.
fn button(picture: Icon, label: &'static str, key: &'static str, act: impl Fn() + 'static) -> AnyView {
    let title = t!("transport.key", what = label, key = key);
    view! {
        <button type="button" class="button square" aria-label=label title=title on:click=move |_| act()>
            {icon(picture)}
        </button>
    }
    .into_any()
}

fn speed(store: Store) -> AnyView {
    let last = SPEEDS.len() - 1;
    view! {
        <label class="speed">
            <span class="speed-label">{move || SPEEDS[store.speed.get()].label()}</span>
            <input
                type="range"
                min="0"
                max=last
                step="1"
                aria-label=t!("transport.speed")
                title=t!("transport.speed.hint")
                prop:value=move || store.speed.get().to_string()
                aria-valuetext=move || SPEEDS[store.speed.get()].label()
                on:input=move |event| {
                    if let Ok(index) = event_target_value(&event).parse::<usize>() {
                        store.set_speed(index.min(last));
                    }
                }
            />
        </label>
    }
    .into_any()
}

fn counter(store: Store) -> AnyView {
    let progress = store.progress;
    let step = move || words::count(progress.read().step);
    let epoch = move || t!("transport.epoch", n = words::decimal(progress.read().epoch, 1));
    view! {
        <p class="counter">
            <span>{t!("transport.step")} " " <strong data-testid="step">{step}</strong></span>
            <span class="quiet" title=t!("transport.epoch.hint")>{epoch}</span>
        </p>
    }
    .into_any()
}
