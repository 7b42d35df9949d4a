//! The diagnosis: a headline, causes with what speaks for and against, and the report.
//!
//! Must not know how causes are judged.

use super::desk::{Desk, page};
use crate::clinic::{Confidence, Judged, Need, report};
use crate::experiment::scenario;
use crate::t;
use crate::web::dom;
use crate::web::icon::{Icon, icon};
use crate::words;
use leptos::prelude::*;
use std::time::Duration;

/// What the model does.
pub fn headline(desk: Desk) -> AnyView {
    let text = move || {
        let case = desk.case.read();
        if case.is_empty() { t!("clinic.result.none").to_owned() } else { report::headline(&case) }
    };
    view! {
        <div class="card clinic-card">
            <h2 id="clinic-result">{t!("clinic.result")}</h2>
            <p class="clinic-headline" id="clinic-headline" role="status">{text}</p>
        </div>
    }
    .into_any()
}

/// The causes, once something was read.
pub fn causes(desk: Desk) -> AnyView {
    let body = move || (!desk.case.read().is_empty()).then(|| list(desk));
    view! { <div class="clinic-causes">{body}</div> }.into_any()
}

fn list(desk: Desk) -> AnyView {
    let ranking = desk.ranking();
    let (leading, rest): (Vec<&Judged>, Vec<&Judged>) =
        ranking.iter().partition(|judged| judged.confidence() > Confidence::Unlikely);
    let none = leading.is_empty();
    // Of the unlikely ones, those about which anything is known.
    let rest = rest.into_iter().filter(|judged| !judged.clues.is_empty());
    view! {
        <div class="card clinic-card">
            <h2>{t!("clinic.causes")}</h2>
            {none.then(|| view! { <p id="clinic-none">{t!("clinic.causes.none")}</p> })}
            <ol class="clinic-ranking">{leading.into_iter().map(|judged| cause(desk, judged)).collect::<Vec<AnyView>>()}</ol>
            {keep(desk)}
            <p class="quiet">{t!("clinic.limits")}</p>
            <details class="more">
                <summary>{t!("clinic.causes.rest")}</summary>
                <ol class="clinic-ranking">{rest.map(|judged| cause(desk, judged)).collect::<Vec<AnyView>>()}</ol>
            </details>
        </div>
    }
    .into_any()
}

fn cause(desk: Desk, judged: &Judged) -> AnyView {
    let (cause, confidence) = (judged.cause, judged.confidence());
    let sure = words::percent(judged.probability());
    let group = |speaks_for: bool| {
        let clues = judged.clues.iter().filter(|clue| (clue.weight > 0.0) == speaks_for);
        clues.map(|clue| view! { <li>{clue.text.clone()}</li> }.into_any()).collect::<Vec<AnyView>>()
    };
    let needs: Vec<AnyView> = judged.needs.iter().map(|(known, _)| need(desk, *known)).collect();
    let title = scenario::named(cause.scenario).map_or("", scenario::Scenario::title);
    view! {
        <li class="clinic-cause" data-cause=cause.name data-confidence=confidence.name()>
            <div class="clinic-cause-head">
                <h3>{cause.title()}</h3>
                <span class="clinic-sure">{confidence.label()} " · " {sure}</span>
            </div>
            <p>{cause.why()}</p>
            <div class="clinic-clues">
                {clues("for", t!("clinic.for"), group(true))}
                {clues("against", t!("clinic.against"), group(false))}
                {clues("missing", t!("clinic.missing"), needs)}
            </div>
            <p>
                <strong>{t!("clinic.try")}</strong> " " {cause.cure()}
            </p>
            <a class="button" target="_blank" rel="noopener" href=[&page(), "#", &cause.link()].concat()>
                {icon(Icon::Scenarios)}
                {t!("clinic.open", title = title)}
            </a>
        </li>
    }
    .into_any()
}

fn clues(kind: &'static str, title: &'static str, items: Vec<AnyView>) -> Option<AnyView> {
    (!items.is_empty()).then(|| {
        view! {
            <div data-clues=kind>
                <h4>{title}</h4>
                <ul>{items}</ul>
            </div>
        }
        .into_any()
    })
}

/// Something missing; a question leads to its field.
fn need(desk: Desk, need: Need) -> AnyView {
    let Need::Answer(question) = need else {
        return view! { <li>{need.text()}</li> }.into_any();
    };
    let go = move |_| {
        if !desk.asked.read_untracked().contains(&question) {
            desk.asked.update(|asked| asked.push(question));
        }
        // The field may just have been made.
        set_timeout(move || go_to(&["ask-", question.name()].concat()), Duration::from_millis(30));
    };
    view! {
        <li>
            <button type="button" class="clinic-need" on:click=go>{need.text()}</button>
        </li>
    }
    .into_any()
}

fn go_to(id: &str) {
    if let Some(field) = dom::by_id(id) {
        field.scroll_into_view();
        dom::focus(id);
    }
}

/// The report as Markdown: to the clipboard, or shown where that is blocked.
fn keep(desk: Desk) -> AnyView {
    let said = RwSignal::new(t!("clinic.copy"));
    let shown = RwSignal::new(None::<String>);
    let copy = move |_| {
        let text = desk.markdown();
        wasm_bindgen_futures::spawn_local(async move {
            if dom::copy(&text).await.is_ok() {
                said.set(t!("clinic.copied"));
                // The button may have been replaced by then.
                let back = move || {
                    let _ = said.try_set(t!("clinic.copy"));
                };
                set_timeout(back, Duration::from_secs(2));
            } else {
                shown.set(Some(text));
            }
        });
    };
    let report = move || {
        shown.get().map(|text| {
            view! {
                <label class="clinic-paste">
                    <span>{t!("clinic.copy.blocked")}</span>
                    <textarea id="clinic-report" rows="8" readonly="" prop:value=text aria-label=t!("clinic.report")></textarea>
                </label>
            }
        })
    };
    view! {
        <button type="button" class="button" id="clinic-copy" on:click=copy>
            {icon(Icon::Link)}
            <span aria-live="polite">{said}</span>
        </button>
        {report}
    }
    .into_any()
}
