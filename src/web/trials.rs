//! The card that asks what if, and repairs.
//!
//! Must not know what is tried.

use super::store::Store;
use super::store::Trying;
use crate::page::trial::Answer;
use crate::{t, words};
use leptos::prelude::*;

/// Below the findings.
pub fn trials(store: Store) -> AnyView {
    let ill = Memo::new(move |_| store.findings.read().iter().any(|finding| finding.until.is_none()));
    let hopeless = Memo::new(move |_| store.verdict.read().as_ref().is_some_and(|verdict| verdict.no_signal));
    let shown = Memo::new(move |_| ill.get() || store.trying.read().is_some());
    let busy =
        Memo::new(move |_| store.trying.read().as_ref().is_some_and(|trying| trying.answers.is_empty()));
    view! {
        <div class="card trials" hidden=move || !shown.get()>
            <div class="row">
                <button
                    type="button"
                    class="button"
                    title=t!("trial.repair.hint")
                    data-testid="repair"
                    disabled=move || busy.get()
                    hidden=move || hopeless.get()
                    on:click=move |_| store.repair()
                >
                    {t!("trial.repair")}
                </button>
                <button
                    type="button"
                    class="button"
                    title=t!("trial.ask.hint")
                    data-testid="ask"
                    disabled=move || busy.get()
                    on:click=move |_| store.ask()
                >
                    {t!("trial.ask")}
                </button>
            </div>
            <div role="status" data-testid="trials">{move || store.trying.get().map(told)}</div>
            <button
                type="button"
                class="button"
                hidden=move || store.trying.read().is_none()
                on:click=move |_| store.end_trials()
            >
                {t!("trial.end")}
            </button>
        </div>
    }
    .into_any()
}

fn told(trying: Trying) -> AnyView {
    if trying.answers.is_empty() {
        let text = t!("trial.running", share = words::percent(trying.share()));
        return view! { <p class="quiet">{text}</p> }.into_any();
    }
    let line =
        |Answer { asked, sentence, .. }: Answer| view! { <dt>{asked}</dt><dd>{sentence}</dd> }.into_any();
    let answers: Vec<AnyView> = trying.answers.into_iter().map(line).collect();
    view! { <p>{trying.conclusion}</p><dl>{answers}</dl> }.into_any()
}
