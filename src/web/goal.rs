//! The goal card: what is to be reached, how far the run is, and whether it was reached.
//!
//! Must not know how a goal is judged.

use super::dom;
use super::store::Store;
use crate::page::goal::{Now, State, Watch};
use crate::page::options::PageOptions;
use crate::{t, words};
use leptos::prelude::*;

/// Where a goal reached is kept, so that a reload does not take it away.
const KEY: &str = "collapse-lab.goal";

/// The goal of the address with what earlier visits reached.
pub fn of(options: &PageOptions) -> Option<Watch> {
    let goal = options.goal?;
    let stored = dom::stored(KEY).unwrap_or_default();
    let before = stored.strip_prefix(&place()).and_then(|step| step.trim().parse().ok());
    Some(Watch::new(goal, before))
}

/// Keeps the step at which the goal was reached.
pub fn keep(step: u32) {
    dom::store(KEY, &[&place(), " ", &step.to_string()].concat());
}

/// The goal belongs to its link.
fn place() -> String {
    window().location().search().unwrap_or_default()
}

/// The card; nothing on a page without a goal.
pub fn goal(store: Store) -> Option<AnyView> {
    let goal = store.goal.read_untracked().as_ref()?.goal;
    let read = move |look: fn(&Watch) -> String| {
        Memo::new(move |_| store.goal.read().as_ref().map(look).unwrap_or_default())
    };
    let (state, said) = (read(|watch| class(watch).to_owned()), read(said));
    let (now, before) = (read(now), read(before));
    let share = Memo::new(move |_| store.goal.read().as_ref().map_or(0.0, |watch| watch.share()));
    let percent = move || (share.get() * 100.0).round().to_string();
    view! {
        <section class="card goal" data-goal=state aria-label=t!("goal.title")>
            <div class="goal-head">
                <p><strong>{t!("goal.title")}": "</strong>{goal.sentence()}</p>
                <p class="goal-now quiet">{now}</p>
            </div>
            <div
                class="goal-bar"
                role="progressbar"
                aria-label=t!("goal.progress")
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=percent
                style:--done=move || share.get().to_string()
            >
                <div class="goal-fill"></div>
            </div>
            <div class="goal-foot">
                <p role="status">{said}</p>
                <p class="quiet">{before}</p>
                <button
                    type="button"
                    class="button small"
                    hidden=move || state.get() == "open"
                    on:click=move |_| store.rewind()
                >
                    {t!("goal.again")}
                </button>
            </div>
        </section>
    }
    .into_any()
    .into()
}

/// For the style sheet and for tests.
fn class(watch: &Watch) -> &'static str {
    match watch.state() {
        State::NotYet => "open",
        State::Met(_) => "met",
        State::Missed => "missed",
    }
}

fn said(watch: &Watch) -> String {
    match watch.state() {
        State::NotYet => String::new(),
        State::Met(step) => t!("goal.met", step = step),
        State::Missed => t!("goal.missed", step = watch.goal.by.unwrap_or_default()),
    }
}

fn now(watch: &Watch) -> String {
    match watch.now() {
        None => String::new(),
        Some(Now::Number(number)) => t!("goal.now", value = words::decimal(number, 2)),
        Some(Now::Verdict(kind)) => t!("goal.now", value = kind.label()),
    }
}

fn before(watch: &Watch) -> String {
    match (watch.before, watch.state()) {
        (Some(step), State::NotYet | State::Missed) => t!("goal.before", step = step),
        _ => String::new(),
    }
}
