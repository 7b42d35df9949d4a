//! The transport bar: play, step, rewind, new seed, speed, and where the run is.
//!
//! Must not know how the run is carried out.

use super::icon::{self, Icon, icon};
use super::store::Store;
use crate::page::outcome::thousands;
use crate::page::speed::SPEEDS;
use leptos::prelude::*;

/// The bar under the verdict.
pub fn transport(store: Store) -> AnyView {
    view! {
        <div class="transport" role="toolbar" aria-label="Training">
            {play(store)}
            {button(Icon::StepOne, "Train one step", "S", move || store.step(1))}
            {button(Icon::StepTen, "Train ten steps", "Shift+S", move || store.step(10))}
            {button(Icon::Rewind, "Rewind: same weights, same order", "R", move || store.rewind())}
            {button(Icon::Seed, "New seed: other weights, other order", "N", move || store.new_seed())}
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
            title="Play or pause (Space)"
            on:click=move |_| store.toggle()
        >
            {icon::changing(move || if playing.get() { Icon::Pause } else { Icon::Play })}
            <span>{move || if playing.get() { "Pause" } else { "Train" }}</span>
        </button>
    }
    .into_any()
}

/// A square button with an icon; the key is named in the tooltip.
fn button(picture: Icon, label: &'static str, key: &'static str, act: impl Fn() + 'static) -> AnyView {
    let title = [label, " (", key, ")"].concat();
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
            <span class="speed-label">{move || SPEEDS[store.speed.get()].label}</span>
            <input
                type="range"
                min="0"
                max=last
                step="1"
                aria-label="Speed"
                title="Speed (+ and −)"
                prop:value=move || store.speed.get().to_string()
                aria-valuetext=move || SPEEDS[store.speed.get()].label
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
    let step = move || thousands(progress.read().step);
    let epoch = move || {
        let epoch = progress.read().epoch;
        ["epoch ", &decimal(epoch)].concat()
    };
    view! {
        <p class="counter">
            <span>"step " <strong data-testid="step">{step}</strong></span>
            <span class="quiet" title="Passes over the training examples">{epoch}</span>
        </p>
    }
    .into_any()
}

/// One decimal without the weight of a float formatter per call site.
fn decimal(number: f32) -> String {
    let tenths = (number.max(0.0) * 10.0) as u32;
    [thousands(tenths / 10), ".".to_owned(), (tenths % 10).to_string()].concat()
}
