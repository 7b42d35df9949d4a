//! The scenario gallery: named experiments with what they promise, to search and to open.
//!
//! Must not know any scenario.

use super::icon::{Icon, icon};
use super::store::{Dialog, Store};
use crate::experiment::scenario::{Ending, Group, SCENARIOS, Scenario};
use crate::page::scenario_filter::ScenarioFilter;
use crate::t;
use leptos::prelude::*;

/// The button that opens the gallery and names the scenario on screen.
pub fn button(store: Store) -> AnyView {
    let current = Memo::new(move |_| {
        Scenario::of(&store.experiment.read()).map_or(t!("scenarios.button"), Scenario::title)
    });
    view! {
        <button
            type="button"
            class="button"
            title=t!("scenarios.hint")
            aria-haspopup="dialog"
            on:click=move |_| store.dialog.set(Some(Dialog::Scenarios))
        >
            {icon(Icon::Scenarios)}
            <span class="wide-only">{current}</span>
            <span class="sr">{t!("scenarios.choose")}</span>
        </button>
    }
    .into_any()
}

/// The gallery, as the content of a dialogue.
pub fn gallery(store: Store) -> AnyView {
    let filter = RwSignal::new(ScenarioFilter::default());
    let groups: Vec<AnyView> = Group::ALL.iter().map(|group| section(store, *group, filter)).collect();
    view! {
        {tools(filter)}
        {groups}
    }
    .into_any()
}

/// The search and the choice of endings; they stay in sight while the cards scroll.
fn tools(filter: RwSignal<ScenarioFilter>) -> AnyView {
    let found = Memo::new(move |_| {
        let filter = filter.read();
        SCENARIOS.iter().filter(|scenario| filter.finds(scenario)).count() as u32
    });
    let count = move || t!("scenarios.found", n = found.get(), all = SCENARIOS.len() as u32);
    let endings: Vec<AnyView> = [None]
        .into_iter()
        .chain(Ending::ALL.iter().copied().map(Some))
        .map(|ending| chip(filter, ending))
        .collect();
    view! {
        <div class="scenario-tools">
            <input
                type="search"
                aria-label=t!("scenarios.search")
                placeholder=t!("scenarios.search")
                on:input=move |event| filter.update(|filter| filter.words = event_target_value(&event))
            />
            <div class="row" role="group" aria-label=t!("scenarios.endings")>{endings}</div>
            <p class="quiet" role="status">{count}</p>
        </div>
    }
    .into_any()
}

/// A button that shows only scenarios that end so.
fn chip(filter: RwSignal<ScenarioFilter>, ending: Option<Ending>) -> AnyView {
    let label = ending.map_or(t!("scenarios.all"), Ending::label);
    let chosen = move || if filter.read().ending == ending { "true" } else { "false" };
    view! {
        <button
            type="button"
            class="chip"
            data-ending=ending.map(Ending::name)
            aria-pressed=chosen
            on:click=move |_| filter.update(|filter| filter.ending = ending)
        >
            {label}
        </button>
    }
    .into_any()
}

fn section(store: Store, group: Group, filter: RwSignal<ScenarioFilter>) -> AnyView {
    let scenarios = move || SCENARIOS.iter().filter(move |scenario| scenario.group == group);
    let empty = move || !scenarios().any(|scenario| filter.read().finds(scenario));
    let cards: Vec<AnyView> = scenarios().map(|scenario| card(store, scenario, filter)).collect();
    view! {
        <section class="scenario-group" hidden=empty>
            <h3>{group.label()}</h3>
            <div class="scenario-cards">{cards}</div>
        </section>
    }
    .into_any()
}

/// A link, so that it can be copied or opened in a tab; a plain click stays on the page.
fn card(store: Store, scenario: &'static Scenario, filter: RwSignal<ScenarioFilter>) -> AnyView {
    let open = move |event: leptos::ev::MouseEvent| {
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        event.prevent_default();
        store.dialog.set(None);
        store.open(scenario.experiment());
    };
    let here = Memo::new(move |_| {
        Scenario::of(&store.experiment.read()).is_some_and(|current| current.id == scenario.id)
    });
    let ending = scenario.expectation.ending();
    view! {
        <a
            class="scenario"
            href=["#", &scenario.link()].concat()
            data-scenario=scenario.id
            aria-current=move || here.get().then_some("true")
            hidden=move || !filter.read().finds(scenario)
            on:click=open
        >
            <strong>{scenario.title()}</strong>
            <span class="chip" data-ending=ending.name()>{ending.label()}</span>
            <span>{scenario.promise()}</span>
            <span class="quiet">{scenario.cause()}</span>
        </a>
    }
    .into_any()
}
