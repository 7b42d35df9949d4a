//! The scenario gallery: named experiments with what they promise.
//!
//! Must not know any scenario.

use super::icon::{Icon, icon};
use super::store::{Dialog, Store};
use crate::experiment::scenario::{Group, SCENARIOS, Scenario};
use crate::t;
use leptos::prelude::*;

/// The button that opens the gallery and names the scenario on screen.
pub fn button(store: Store) -> AnyView {
    let current = Memo::new(move |_| {
        let experiment = store.experiment.read();
        SCENARIOS
            .iter()
            .find(|scenario| scenario.experiment() == *experiment)
            .map_or(t!("scenarios.button"), Scenario::title)
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
    Group::ALL
        .iter()
        .map(|group| {
            let cards: Vec<AnyView> = SCENARIOS
                .iter()
                .filter(|scenario| scenario.group == *group)
                .map(|scenario| card(store, scenario))
                .collect();
            view! {
                <section class="scenario-group">
                    <h3>{group.label()}</h3>
                    <div class="scenario-cards">{cards}</div>
                </section>
            }
            .into_any()
        })
        .collect::<Vec<AnyView>>()
        .into_any()
}

/// A link, so that it can be copied or opened in a tab; a plain click stays on the page.
fn card(store: Store, scenario: &'static Scenario) -> AnyView {
    let open = move |event: leptos::ev::MouseEvent| {
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        event.prevent_default();
        store.dialog.set(None);
        store.open(scenario.experiment());
    };
    view! {
        <a class="scenario" href=["#", &scenario.link()].concat() data-scenario=scenario.id on:click=open>
            <strong>{scenario.title()}</strong>
            <span>{scenario.promise()}</span>
            <span class="quiet">{scenario.cause()}</span>
        </a>
    }
    .into_any()
}
