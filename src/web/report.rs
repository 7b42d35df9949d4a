//! Saves the report as a file.
//!
//! Must not know what is in it.

use super::canvas;
use super::charts::shown;
use super::engine::Severity;
use super::share;
use super::store::Store;
use crate::chart::{Theme, View};
use crate::page::report::{Form, Report};
use crate::t;
use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, Url};

/// Size of a chart in CSS pixels.
const SIZE: (u32, u32) = (640, 300);

/// The buttons in the dialogue about sharing.
pub fn buttons(store: Store) -> AnyView {
    let button = |form: Form, name: &'static str| {
        let save = move |_| {
            if save(store, form).is_none() {
                store.notify(t!("report.refused"), Severity::Warning);
            }
        };
        view! { <button type="button" class="button" data-report=form.suffix() on:click=save>{name}</button> }
    };
    view! {
        <h3>{t!("report.title")}</h3>
        <p class="quiet">{t!("report.help")}</p>
        <div class="row">{button(Form::Html, "HTML")} {button(Form::Markdown, "Markdown")}</div>
    }
    .into_any()
}

/// The report as text.
pub fn write(store: Store, form: Form) -> String {
    let charts = store.with_view(|view| {
        let view = View { scale: 1.0, theme: Theme::Light, ..*view };
        let drawn = shown(store).into_iter().filter_map(|chart| {
            // A chart that cannot be drawn is missing; its numbers are in the text.
            Some((chart.row().title(), canvas::svg(chart, &view, SIZE)?))
        });
        drawn.collect()
    });
    let (verdict, findings) = (store.verdict.read_untracked(), store.findings.read_untracked());
    let (applied, trying) = (store.applied.read_untracked(), store.trying.read_untracked());
    let report = Report {
        address: &share::address(store),
        step: store.progress.read_untracked().step,
        experiment: &store.experiment.read_untracked(),
        verdict: verdict.as_ref(),
        findings: &findings,
        outcome: applied.as_ref().map(|applied| (&*applied.label, applied.outcome.sentence())),
        answers: trying.as_ref().map_or(&[][..], |trying| &trying.answers),
        charts,
    };
    report.write(form)
}

fn save(store: Store, form: Form) -> Option<()> {
    let text = write(store, form);
    let blob = Blob::new_with_str_sequence(&Array::of1(&text.into())).ok()?;
    let address = Url::create_object_url_with_blob(&blob).ok()?;
    let link: web_sys::HtmlElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_attribute("href", &address).ok()?;
    link.set_attribute("download", &["collapse-report.", form.suffix()].concat()).ok()?;
    link.click();
    // The browser has the file by then; fails only for addresses that are none.
    set_timeout(move || drop(Url::revoke_object_url(&address)), std::time::Duration::from_secs(10));
    Some(())
}
