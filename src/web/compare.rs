//! Beside the run: lanes to compare it with, seeds, and the way back to an earlier step.
//!
//! Must not know how lanes are trained or moments found.

use super::icon::{Icon, icon};
use super::store::Store;
use super::theme;
use crate::chart::{lane_colour, letter};
use crate::page::lanes::{MOST, NAME_LENGTH, SEEDS, fates};
use crate::{t, words};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The bar under the first chart.
pub fn compare(store: Store) -> AnyView {
    view! {
        <section class="compare" aria-label=t!("compare.label")>
            <div class="row">
                {fork(store)} {seeds(store)} {past(store)}
            </div>
            {visiting(store)}
            {chips(store)}
            {fate(store)}
        </section>
    }
    .into_any()
}

fn fork(store: Store) -> AnyView {
    let full = move || store.lanes.read().branches.len() >= MOST;
    let act = move |_| {
        spawn_local(async move {
            // Reported inside.
            let _ = store.fork().await;
        });
    };
    view! {
        <button type="button" class="button" data-testid="fork" disabled=full title=t!("compare.fork.hint") on:click=act>
            {icon(Icon::Fork)} {t!("compare.fork")}
        </button>
    }
    .into_any()
}

fn seeds(store: Store) -> AnyView {
    let option = |seeds: u8| {
        let label = if seeds == 0 {
            t!("compare.seeds.one").to_owned()
        } else {
            t!("compare.seeds.n", n = u32::from(seeds))
        };
        view! {
            <option value=seeds.to_string() selected=move || store.lanes.read().seeds == seeds>{label}</option>
        }
        .into_any()
    };
    let chosen = move |event| {
        if let Ok(seeds) = event_target_value(&event).parse() {
            store.set_seeds(seeds);
        }
    };
    view! {
        <select class="select" data-testid="seeds" aria-label=t!("compare.seeds") title=t!("compare.seeds.hint") on:change=chosen>
            {SEEDS.into_iter().map(option).collect::<Vec<_>>()}
        </select>
    }
    .into_any()
}

/// The way back: a slider over the steps that can be visited.
fn past(store: Store) -> AnyView {
    let at = move || store.visit.read().as_ref().map(|visit| visit.snapshot.step);
    let last = move || store.progress.read().step;
    let moved = move |event| {
        let Ok(step) = event_target_value(&event).parse::<u32>() else { return };
        if step >= store.progress.read_untracked().step {
            store.return_to_present();
        } else {
            store.visit_step(step);
        }
    };
    let memory = move || {
        let kept = store.kept.get();
        t!("compare.past.kept", n = kept.moments, size = words::decimal(kept.bytes as f32 / 1e6, 1))
    };
    view! {
        <label class="past" title=memory>
            <span>{t!("compare.past")}</span>
            <input
                type="range"
                data-testid="past"
                min=move || store.kept.read().first
                max=last
                step="1"
                disabled=move || last() == 0
                prop:value=move || at().unwrap_or_else(last).to_string()
                aria-valuetext=move || t!("compare.past.step", step = at().unwrap_or_else(last))
                on:input=moved
            />
        </label>
    }
    .into_any()
}

fn visiting(store: Store) -> AnyView {
    let at = Memo::new(move |_| store.visit.read().as_ref().map(|visit| visit.snapshot.step));
    let sentence = move || at.get().map(|step| t!("compare.visit", step = step));
    let fork = move |_| {
        spawn_local(async move {
            // Reported inside.
            let _ = store.fork().await;
        });
    };
    view! {
        <div class="row visit" role="status" hidden=move || at.get().is_none()>
            <p data-testid="visit">{sentence}</p>
            <button type="button" class="button primary" on:click=move |_| store.return_to_present()>
                {t!("compare.return")}
            </button>
            <button type="button" class="button" title=t!("compare.resume.hint") on:click=move |_| store.resume_from_visit()>
                {t!("compare.resume")}
            </button>
            <button type="button" class="button" title=t!("compare.fork_past.hint") on:click=fork>
                {t!("compare.fork_past")}
            </button>
        </div>
    }
    .into_any()
}

fn chips(store: Store) -> AnyView {
    let ids = Memo::new(move |_| {
        store.lanes.read().branches.iter().map(|branch| (branch.id, branch.slot)).collect::<Vec<_>>()
    });
    view! {
        <ul class="lanes" hidden=move || ids.read().is_empty()>
            <li class="lane">{key(store, 0)} <span>{t!("lane.run")}</span></li>
            <For each=move || ids.get() key=|lane| *lane children=move |(id, slot)| chip(store, id, slot) />
        </ul>
    }
    .into_any()
}

fn chip(store: Store, id: u8, slot: usize) -> AnyView {
    let title = Memo::new(move |_| {
        let run = store.experiment.read();
        let lanes = store.lanes.read();
        lanes
            .branches
            .iter()
            .find(|branch| branch.id == id)
            .map(|branch| branch.title(&run))
            .unwrap_or_default()
    });
    // A lane that began later is not yet where the run is.
    let behind = Memo::new(move |_| {
        store.seen.track();
        let step = store.others.with_value(|others| {
            others
                .iter()
                .find(|(other, _)| *other == id)
                .and_then(|(_, history)| history.last().map(|l| l.step))
        });
        let run = store.history.with_value(|history| history.last().map_or(0, |last| last.step));
        step.filter(|step| *step != run)
    });
    let renamed = move |event| {
        store.lanes.update(|lanes| lanes.rename(id, &event_target_value(&event)));
        store.touch();
    };
    view! {
        <li class="lane" data-lane=letter(slot)>
            {key(store, slot)}
            <input
                type="text"
                class="lane-name"
                maxlength=NAME_LENGTH
                prop:value=title
                title=title
                aria-label=t!("compare.rename", letter = letter(slot))
                on:change=renamed
            />
            <span class="quiet">{move || behind.get().map(|step| t!("compare.at", step = step))}</span>
            <button
                type="button"
                class="button bare"
                aria-label=t!("compare.remove", letter = letter(slot))
                title=t!("compare.remove", letter = letter(slot))
                on:click=move |_| store.remove_lane(id)
            >
                "×"
            </button>
        </li>
    }
    .into_any()
}

/// A lane's letter in its colour.
fn key(store: Store, slot: usize) -> AnyView {
    let colour = move || lane_colour(slot, theme::of_charts(store.theme.get())).css();
    view! { <b class="lane-key" data-slot=slot style:--lane=colour>{letter(slot)}</b> }.into_any()
}

/// Whether the seeds agree.
fn fate(store: Store) -> AnyView {
    let said = Memo::new(move |_| {
        store.seen.track();
        store.band.with_value(|band| band.as_ref().and_then(|band| band.last()).map(fates))
    });
    view! { <p class="fate" data-testid="fate" role="status" hidden=move || said.read().is_none()>{said}</p> }
        .into_any()
}
