//! The class balance: named ratios under the slider, and one bar per class to drag.
//!
//! Must not know how classes are drawn from; it moves the knobs `imbalance` and `shares`.

use super::info::info;
use super::store::Store;
use super::theme;
use crate::chart::class_colour;
use crate::experiment::knob::{Knob, Value};
use crate::{t, words};
use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

/// Ratios with a name, as the imbalance literature uses them, evenly spaced on the log slider.
const TICKS: &[(&str, &str, f64)] = &[
    ("balance.even", "1:1", 1.0),
    ("balance.mild", "1:10", 10.0),
    ("balance.moderate", "1:100", 100.0),
    ("balance.extreme", "1:1000", 1000.0),
];

/// The named ratios as buttons under the slider.
pub fn ticks(store: Store, knob: &'static Knob) -> AnyView {
    let ticks: Vec<AnyView> = TICKS
        .iter()
        .map(|&(name, ratio, value)| {
            view! {
                <button type="button" class="tick" on:click=move |_| store.set(knob, Value::Number(value))>
                    <span>{t!(name)}</span>
                    <span class="quiet">{ratio}</span>
                </button>
            }
            .into_any()
        })
        .collect();
    view! { <div class="ticks">{ticks}</div> }.into_any()
}

/// One bar per class: drag it down to make the class rarer, to the floor to starve it.
pub fn bars(store: Store, knob: &'static Knob, locked: bool) -> AnyView {
    let classes = Memo::new(move |_| store.experiment.read().classes());
    let bars =
        move || (0..classes.get()).map(|class| bar(store, knob, class, locked)).collect::<Vec<AnyView>>();
    let text = t!("balance.explanation", help = knob.help());
    view! {
        <div class="knob balance" data-knob=knob.name>
            <div class="knob-head">
                <span id="label-shares">{knob.label()}</span>
                {info(knob.name, knob.label(), text)}
                <span class="spring"></span>
                <button
                    type="button"
                    class="button small"
                    hidden=move || locked || store.experiment.read().live.shares.is_empty()
                    on:click=move |_| store.set(knob, Value::Shares(Vec::new()))
                >
                    {t!("balance.even_out")}
                </button>
            </div>
            <div class="bars" role="group" aria-labelledby="label-shares">
                {bars}
            </div>
        </div>
    }
    .into_any()
}

fn bar(store: Store, knob: &'static Knob, class: usize, locked: bool) -> AnyView {
    let weight = Memo::new(move |_| store.experiment.read().live.shares.get(class).copied().unwrap_or(1.0));
    let share = Memo::new(move |_| {
        let shares = store.experiment.read().class_shares();
        let largest = shares.iter().copied().fold(0.0, f32::max);
        let share = shares.get(class).copied().unwrap_or(0.0);
        (share, share / largest.max(f32::MIN_POSITIVE))
    });
    let examples = Memo::new(move |_| {
        store.gallery.read().as_ref().and_then(|gallery| gallery.classes.get(class).map(|row| row.examples))
    });
    let name = move || store.class_name(class);
    let track = NodeRef::<html::Div>::new();
    let put = move |weight: f32| {
        let mut shares = store.experiment.get_untracked().live.shares;
        shares.resize(shares.len().max(class + 1), 1.0);
        shares[class] = weight;
        store.set(knob, Value::Shares(shares));
    };
    let drag = move |event: PointerEvent| {
        if let Some(track) = track.get_untracked().filter(|_| event.buttons() == 1 && !locked) {
            let bounds = track.get_bounding_client_rect();
            let height = 1.0 - (f64::from(event.client_y()) - bounds.top()) / bounds.height().max(1.0);
            put(snap(height as f32));
        }
    };
    let press = move |event: PointerEvent| {
        if let Some(track) = track.get_untracked() {
            // Without capture a fast drag only loses the bar.
            let _ = track.set_pointer_capture(event.pointer_id());
        }
        drag(event);
    };
    let key = move |event: KeyboardEvent| {
        let now = weight.get_untracked();
        let next = match event.key().as_str() {
            "ArrowUp" | "ArrowRight" => now + KEY_STEP,
            "ArrowDown" | "ArrowLeft" => now - KEY_STEP,
            "PageUp" => now + 5.0 * KEY_STEP,
            "PageDown" => now - 5.0 * KEY_STEP,
            "Home" => 0.0,
            "End" => 1.0,
            _ => return,
        };
        event.prevent_default();
        if !locked {
            put(snap(next));
        }
    };
    let label = move || {
        let share = percent(share.get().0);
        match examples.get() {
            Some(count) => t!("balance.of_training.count", share = share, n = count),
            None => t!("balance.of_training", share = share),
        }
    };
    let colour = move || class_colour(theme::of_charts(store.theme.get()), class).css();
    view! {
        <div class="bar">
            <div
                class="track"
                node_ref=track
                role="slider"
                tabindex="0"
                aria-orientation="vertical"
                aria-label=move || t!("balance.class", name = name())
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || (weight.get() * 100.0).round().to_string()
                aria-valuetext=label
                aria-disabled=locked.then_some("true")
                title=move || t!("balance.bar", name = name(), share = label())
                style:--bar=colour
                style:--weight=move || weight.get().to_string()
                style:--share=move || share.get().1.to_string()
                on:pointerdown=press
                on:pointermove=drag
                on:keydown=key
            >
                <div class="handle"></div>
                <div class="fill"></div>
            </div>
            <span class="bar-name">{name}</span>
            <span class="bar-share">{move || percent(share.get().0)}</span>
            <span class="bar-count quiet" title=t!("balance.distinct")>
                {move || examples.get().map(words::count)}
            </span>
        </div>
    }
    .into_any()
}

/// What an arrow key moves.
const KEY_STEP: f32 = 0.05;

/// Two decimals, and an easy zero and one for the hand.
fn snap(weight: f32) -> f32 {
    match weight {
        low if low < 0.03 => 0.0,
        high if high > 0.97 => 1.0,
        between => (between * 100.0).round() / 100.0,
    }
}

/// "10%", "0.1%", "<.1%", "0%": no wider than a bar.
fn percent(share: f32) -> String {
    let hundredths = share * 100.0;
    let digits = match hundredths {
        0.0 => "0".to_owned(),
        low if low < 0.1 => "<.1".to_owned(),
        low if low < 9.95 => ((low * 10.0).round() / 10.0).to_string(),
        high => high.round().to_string(),
    };
    [words::plain(&digits).as_str(), "%"].concat()
}
