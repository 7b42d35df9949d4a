//! One knob's row: name, explanation, restart mark, way back to the default, and its control.
//!
//! Must not know which knob it is.

use super::number;
use crate::experiment::Experiment;
use crate::experiment::knob::{Choice, Domain, Knob, Timing, Value};
use crate::page::options::Limit;
use crate::t;
use crate::web::balance;
use crate::web::icon::{Icon, icon};
use crate::web::info::info;
use crate::web::store::Store;
use leptos::prelude::*;

/// The row; it hides itself while the knob has no effect.
pub fn row(store: Store, knob: &'static Knob, locked: bool) -> AnyView {
    let value = Memo::new(move |_| knob.get(&store.experiment.read()));
    let useless = Memo::new(move |_| !(knob.applies)(&store.experiment.read()));
    let limit = store.options.with_value(|options| options.limit(knob.name).cloned());
    let domain = limit.as_ref().map_or(knob.domain, |limit| limit.narrow(knob.domain));
    let (beside, below) = match domain {
        Domain::Choice(choices) => (None, Some(select(store, knob, value, choices, limit.clone(), locked))),
        Domain::Switch => (Some(switch(store, knob, value, locked)), None),
        _ => {
            let (exact, slider) = number::number(store, knob, domain, value, locked);
            (Some(exact), slider)
        }
    };
    let default = knob.get(&Experiment::default());
    let reachable = limit.as_ref().is_none_or(|limit| limit.fit(&default).is_none());
    view! {
        <div class="knob" data-knob=knob.name hidden=move || useless.get()>
            <div class="knob-head">
                <label for=["knob-", knob.name].concat()>{knob.label()}</label>
                {info(knob.name, knob.label(), explanation(knob, limit.as_ref()))}
                {(knob.timing == Timing::Restart).then(restart_mark)}
                {locked.then(|| view! { <span class="lock">{t!("controls.fixed")}</span> })}
                <span class="spring"></span>
                {(!locked && reachable).then(|| reset(store, knob, value))}
                {beside}
            </div>
            {below}
            {(knob.name == "imbalance" && !locked && limit.is_none()).then(|| balance::ticks(store, knob))}
        </div>
    }
    .into_any()
}

/// The sign that a knob restarts the run, shown before it is touched.
pub fn restart_mark() -> AnyView {
    view! {
        <span class="restart" title=t!("controls.restarts")>
            {icon(Icon::Restart)}
            <span class="sr">{t!("controls.restarts.short")}</span>
        </span>
    }
    .into_any()
}

fn explanation(knob: &Knob, limit: Option<&Limit>) -> String {
    let timing = match knob.timing {
        Timing::Live => t!("controls.live"),
        Timing::Restart => t!("controls.restart"),
    };
    match knob.domain {
        Domain::Number { .. } | Domain::Integer { .. } => {
            let range = limit.map_or_else(|| knob.range(), Limit::range);
            let range = t!("value.range", allowed = range);
            t!("controls.explanation.range", help = knob.help(), range = range, timing = timing)
        }
        _ => t!("controls.explanation", help = knob.help(), timing = timing),
    }
}

fn reset(store: Store, knob: &'static Knob, value: Memo<Value>) -> AnyView {
    let default = knob.get(&Experiment::default());
    let label = t!("controls.reset", value = knob.describe(&default));
    let shown = default.clone();
    view! {
        <button
            type="button"
            class="button bare reset"
            aria-label=label.clone()
            title=label
            hidden=move || value.with(|value| *value == shown)
            on:click=move |_| store.set(knob, default.clone())
        >
            {icon(Icon::Undo)}
        </button>
    }
    .into_any()
}

fn select(
    store: Store,
    knob: &'static Knob,
    value: Memo<Value>,
    choices: &'static [Choice],
    limit: Option<Limit>,
    locked: bool,
) -> AnyView {
    let options: Vec<AnyView> = choices
        .iter()
        .filter(|choice| limit.as_ref().is_none_or(|limit| limit.offers(choice.name)))
        .map(|choice| {
            let selected = move || value.with(|value| *value == Value::Name(choice.name));
            view! { <option value=choice.name prop:selected=selected>{choice.label()}</option> }.into_any()
        })
        .collect();
    let choose = move |event| {
        let name = event_target_value(&event);
        if let Some(choice) = choices.iter().find(|choice| choice.name == name) {
            store.set(knob, Value::Name(choice.name));
        }
    };
    view! {
        <select id=["knob-", knob.name].concat() disabled=locked on:change=choose>
            {options}
        </select>
    }
    .into_any()
}

fn switch(store: Store, knob: &'static Knob, value: Memo<Value>, locked: bool) -> AnyView {
    view! {
        <input
            type="checkbox"
            role="switch"
            class="switch"
            id=["knob-", knob.name].concat()
            disabled=locked
            prop:checked=move || value.with(|value| *value == Value::Switch(true))
            on:change=move |event| store.set(knob, Value::Switch(event_target_checked(&event)))
        />
    }
    .into_any()
}
