//! The cure of the scenario on screen, where no finding offers it.
//!
//! Must not know any scenario, or when it is offered.

use super::findings::buttons;
use super::language::with_class_words;
use super::store::Store;
use crate::experiment::scenario::{Scenario, named};
use crate::page::scenario_cure::own_cure;
use crate::t;
use leptos::prelude::*;

/// The id of the scenario whose cure is to be offered.
pub fn wanted(store: Store) -> Memo<Option<&'static str>> {
    Memo::new(move |_| {
        let verdict = store.verdict.read().as_ref()?.kind;
        own_cure(&store.experiment.read(), verdict, &store.findings.read()).map(|scenario| scenario.id)
    })
}

/// A card in the findings panel; nothing where `wanted` is none.
pub fn own_cure_card(store: Store, wanted: Memo<Option<&'static str>>) -> AnyView {
    let of = move |scenario| with_class_words(store, || true, move || card(store, scenario));
    let card = move || wanted.get().and_then(named).map(of);
    view! { {card} }.into_any()
}

fn card(store: Store, scenario: &'static Scenario) -> AnyView {
    let remedies: Vec<_> = scenario.remedy().into_iter().collect();
    view! {
        <article class="card finding own-cure" data-scenario-cure=scenario.id>
            <h3>{t!("scenarios.cure", title = scenario.title())}</h3>
            <p>{scenario.cause()}</p>
            <div class="remedies">{buttons(store, &remedies)}</div>
        </article>
    }
    .into_any()
}
