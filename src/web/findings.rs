//! The findings: why it goes wrong, the numbers that gave it away, and the cures.
//!
//! Must not know how a finding is made.

use super::icon::{Icon, icon};
use super::own_cure;
use super::store::Store;
use crate::diagnosis::{Evidence, Finding, Remedy};
use crate::experiment::knob::Timing;
use crate::{t, words};
use leptos::prelude::*;

/// The panel beside the charts.
pub fn findings(store: Store) -> AnyView {
    // Numbers move with every observation, buttons must not be rebuilt under the pointer: the list
    // follows which findings there are, each entry follows its own numbers.
    let rules = Memo::new(move |_| {
        store
            .findings
            .read()
            .iter()
            .map(|finding| (finding.rule, finding.until.is_some()))
            .collect::<Vec<_>>()
    });
    let open = move || rules.get().into_iter().filter(|(_, over)| !over).collect::<Vec<_>>();
    let past = move || rules.get().into_iter().filter(|(_, over)| *over).collect::<Vec<_>>();
    let cure = own_cure::wanted(store);
    let none = move || rules.read().iter().all(|(_, over)| *over) && cure.read().is_none();
    view! {
        <aside class="findings" aria-label=t!("findings.title")>
            <h2>{t!("findings.title")}</h2>
            {outcome(store)}
            <p class="quiet" hidden=move || !none()>
                {t!("findings.none")}
            </p>
            <For each=open key=|(rule, _)| *rule children=move |(rule, _)| entry(store, rule) />
            {own_cure::own_cure_card(store, cure)}
            {super::trials::trials(store)}
            <details class="more" hidden=move || past().is_empty()>
                <summary>{t!("findings.past")}</summary>
                <ul>
                    <For each=past key=|(rule, _)| *rule children=move |(rule, _)| over(store, rule) />
                </ul>
            </details>
            {super::checklist::checklist(store)}
            <p class="quiet">{super::map_door::clinic()}</p>
        </aside>
    }
    .into_any()
}

fn of(store: Store, rule: &'static str) -> Memo<Option<Finding>> {
    Memo::new(move |_| store.findings.read().iter().find(|finding| finding.rule == rule).cloned())
}

fn over(store: Store, rule: &'static str) -> AnyView {
    let finding = of(store, rule);
    let text = move || {
        finding.get().map(|finding| {
            let until = finding.until.unwrap_or(finding.since);
            t!("findings.until", title = finding.title, step = until)
        })
    };
    view! { <li>{text}</li> }.into_any()
}

fn entry(store: Store, rule: &'static str) -> AnyView {
    let finding = of(store, rule);
    let remedies =
        Memo::new(move |_| finding.read().as_ref().map(|f| f.remedies.clone()).unwrap_or_default());
    view! {
        <article class="card finding" data-finding=rule>
            <h3>{move || finding.read().as_ref().map(|finding| finding.title.clone())}</h3>
            <p class="quiet" data-testid="confidence">
                {move || {
                    let sure = finding.read().as_ref().map(|finding| words::percent(finding.confidence));
                    sure.map(|sure| t!("findings.confidence", value = sure))
                }}
            </p>
            <p>{move || finding.read().as_ref().map(|finding| finding.cause.clone())}</p>
            <table class="evidence">
                <thead>
                    <tr>
                        <th scope="col">{t!("findings.measured")}</th>
                        <th scope="col">{t!("findings.here")}</th>
                        <th scope="col">{t!("findings.healthy")}</th>
                    </tr>
                </thead>
                <tbody>{move || finding.read().as_ref().map(|finding| evidence(&finding.evidence))}</tbody>
            </table>
            <div class="remedies">{move || buttons(store, &remedies.read())}</div>
        </article>
    }
    .into_any()
}

fn evidence(evidence: &[Evidence]) -> Vec<AnyView> {
    let row = |evidence: &Evidence| {
        let Evidence { label, value, healthy } = evidence.clone();
        view! { <tr><th scope="row">{label}</th><td><strong>{value}</strong></td><td>{healthy}</td></tr> }
            .into_any()
    };
    evidence.iter().map(row).collect()
}

/// A button for each remedy with what it does; the first stands out.
pub fn buttons(store: Store, remedies: &[Remedy]) -> Vec<AnyView> {
    let button = |(index, remedy): (usize, &Remedy)| {
        let remedy = remedy.clone();
        let class = if index == 0 { "button primary wide" } else { "button wide" };
        let restarts = remedy.timing() == Timing::Restart;
        let (label, help) = (remedy.label.clone(), remedy.help.clone());
        view! {
            <button type="button" class=class data-remedy=index on:click=move |_| store.apply(&remedy)>
                {restarts.then(super::controls::restart_mark)}
                {label}
            </button>
            <p class="remedy-help quiet">{help}</p>
        }
        .into_any()
    };
    let experiment = store.experiment.read_untracked();
    let offered = |remedy: &Remedy| store.options.with_value(|options| options.offers(remedy, &experiment));
    remedies.iter().enumerate().filter(|(_, remedy)| offered(remedy)).map(button).collect()
}

/// What became of the remedy applied last, and the way back.
fn outcome(store: Store) -> AnyView {
    let label = Memo::new(move |_| store.applied.read().as_ref().map(|applied| applied.label.clone()));
    let sentence =
        Memo::new(move |_| store.applied.read().as_ref().map(|applied| applied.outcome.sentence()));
    let shown = move || label.read().is_some();
    let heading = move || label.get().map(|label| t!("findings.applied", remedy = label));
    view! {
        <div class="card outcome" hidden=move || !shown()>
            <h3>{heading}</h3>
            <p data-testid="outcome">{sentence}</p>
            <div class="row">
                <button type="button" class="button" on:click=move |_| store.undo()>
                    {icon(Icon::Undo)} {t!("findings.undo")}
                </button>
                <button type="button" class="button" on:click=move |_| store.keep()>{t!("findings.keep")}</button>
            </div>
        </div>
    }
    .into_any()
}
