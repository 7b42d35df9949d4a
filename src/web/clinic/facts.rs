//! The form of questions: those that decide most first, all optional.
//!
//! Must not know which answer means what.

use super::desk::Desk;
use crate::clinic::Question;
use crate::t;
use leptos::prelude::*;

/// The panel. Its order changes with the files, not with answers: nothing moves under the visitor's hands.
pub fn facts(desk: Desk) -> AnyView {
    let front =
        move || desk.asked.get().into_iter().map(|known| question(desk, known)).collect::<Vec<AnyView>>();
    let rest = move || {
        let asked = desk.asked.get();
        let others = Question::ALL.iter().filter(|known| !asked.contains(known));
        others.map(|known| question(desk, *known)).collect::<Vec<AnyView>>()
    };
    view! {
        <section class="card clinic-card clinic-facts" aria-labelledby="clinic-facts">
            <h2 id="clinic-facts">{t!("clinic.facts")}</h2>
            <p class="quiet">{t!("clinic.facts.help")}</p>
            <div class="clinic-form">{front}</div>
            <details class="more">
                <summary>{t!("clinic.facts.more")}</summary>
                <div class="clinic-form">{rest}</div>
            </details>
        </section>
    }
    .into_any()
}

fn question(desk: Desk, question: Question) -> AnyView {
    let id = ["ask-", question.name()].concat();
    let help = [&id, "-help"].concat();
    let field = if question.choices().is_empty() {
        typed(desk, question, id.clone(), help.clone())
    } else {
        choice(desk, question, id.clone(), help.clone())
    };
    view! {
        <div class="clinic-question">
            <label for=id.clone()>{question.label()}</label>
            {field}
            <p class="quiet" id=help>{question.help()}</p>
        </div>
    }
    .into_any()
}

fn choice(desk: Desk, question: Question, id: String, help: String) -> AnyView {
    let is_now = move |name: &str| desk.answers.read().get(question).unwrap_or_default() == name;
    let options: Vec<AnyView> = question
        .choices()
        .iter()
        .map(|name| {
            view! { <option value=*name prop:selected=move || is_now(name)>{question.choice(name)}</option> }
                .into_any()
        })
        .collect();
    view! {
        <select id=id aria-describedby=help on:change=move |event| desk.answer(question, &event_target_value(&event))>
            <option value="" prop:selected=move || is_now("")>{t!("clinic.unknown")}</option>
            {options}
        </select>
    }
    .into_any()
}

fn typed(desk: Desk, question: Question, id: String, help: String) -> AnyView {
    let is_wrong = move || desk.answers.read().is_wrong(question);
    let wrong = [&id, "-wrong"].concat();
    let described = [&help, " ", &wrong].concat();
    let hint =
        if question == Question::ClassCounts { t!("clinic.wrong.counts") } else { t!("clinic.wrong.number") };
    view! {
        <input
            type="text"
            class="clinic-typed"
            id=id
            inputmode=if question == Question::ClassCounts { "text" } else { "decimal" }
            autocomplete="off"
            aria-describedby=described
            aria-invalid=move || is_wrong().to_string()
            prop:value=move || desk.answers.read().get(question).unwrap_or_default().to_owned()
            on:change=move |event| desk.answer(question, &event_target_value(&event))
        />
        <p class="clinic-wrong" id=wrong role="status">
            {move || is_wrong().then_some(hint)}
        </p>
    }
    .into_any()
}
