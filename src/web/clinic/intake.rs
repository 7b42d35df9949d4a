//! Where files come in: a box to paste into, a button, drops anywhere, samples; and what was read of each.
//!
//! Must not know how texts are read.

use super::desk::{Desk, Paper};
use crate::clinic::{Choice, Import, Reading, SAMPLES, Sample, fault};
use crate::t;
use crate::web::icon::{Icon, icon};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// The panel.
pub fn intake(desk: Desk) -> AnyView {
    let typed = move |event| desk.typed.set(event_target_value(&event));
    let hand_in = move || {
        if desk.hand_in("", &desk.typed.get_untracked()) {
            desk.typed.set(String::new());
        }
    };
    // The box holds the text only after the event.
    let pasted = move |_| {
        let first = desk.typed.read_untracked().is_empty();
        if first {
            set_timeout(hand_in, std::time::Duration::ZERO);
        }
    };
    let choose = move |event: leptos::ev::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        take(desk, input.files());
        // The same file can be chosen again.
        input.set_value("");
    };
    let limits = t!(
        "clinic.limits.file",
        megabytes = fault::Limit::Megabytes.most(),
        rows = fault::Limit::Rows.most(),
        classes = fault::CLASSES
    );
    view! {
        <section class="card clinic-card clinic-intake" aria-labelledby="clinic-file">
            <h2 id="clinic-file">{t!("clinic.file")}</h2>
            <p class="quiet">{t!("clinic.file.help")}</p>
            <div class="row clinic-choose">
                <label class="button primary">
                    {t!("clinic.choose")}
                    <input class="sr" type="file" id="clinic-input" multiple on:change=choose />
                </label>
                <span class="quiet">{t!("clinic.drop")}</span>
            </div>
            <label class="clinic-paste">
                <span>{t!("clinic.paste")}</span>
                <textarea
                    id="clinic-text"
                    rows="5"
                    spellcheck="false"
                    autocomplete="off"
                    prop:value=desk.typed
                    on:input=typed
                    on:paste=pasted
                ></textarea>
            </label>
            <button
                type="button"
                class="button"
                id="clinic-read"
                disabled=move || desk.typed.read().trim().is_empty()
                on:click=move |_| hand_in()
            >
                {t!("clinic.paste.read")}
            </button>
            <p class="quiet">{limits}</p>
            <p class="clinic-private">{t!("clinic.private")}</p>
            <div class="clinic-samples">
                <span class="quiet">{t!("clinic.samples")}</span>
                {SAMPLES.iter().map(|known| sample(desk, known)).collect::<Vec<AnyView>>()}
            </div>
            <h3>{t!("clinic.read")}</h3>
            <div class="clinic-papers" aria-live="polite">
                {move || papers(desk)}
            </div>
        </section>
    }
    .into_any()
}

fn sample(desk: Desk, sample: &'static Sample) -> AnyView {
    view! {
        <button
            type="button"
            class="button small"
            data-sample=sample.name
            on:click=move |_| desk.try_sample(sample)
        >
            {sample.label()}
        </button>
    }
    .into_any()
}

fn papers(desk: Desk) -> AnyView {
    let papers = desk.papers.get();
    if papers.is_empty() {
        return view! { <p class="quiet">{t!("clinic.read.none")}</p> }.into_any();
    }
    view! {
        <ul class="clinic-list">{papers.iter().map(|known| paper(desk, known)).collect::<Vec<AnyView>>()}</ul>
        <button type="button" class="button small" id="clinic-clear" on:click=move |_| desk.clear()>
            {t!("clinic.clear")}
        </button>
    }
    .into_any()
}

fn paper(desk: Desk, paper: &Paper) -> AnyView {
    let (id, name) = (paper.id, paper.label());
    let body = match &paper.outcome {
        Ok(import) => read(desk, paper, import),
        Err(fault) => {
            view! { <p class="notice error" role="alert" data-fault="">{fault.text()}</p> }.into_any()
        }
    };
    view! {
        <li>
            <div class="clinic-paper">
                <strong>{name.clone()}</strong>
                <button
                    type="button"
                    class="button bare"
                    aria-label=t!("clinic.remove", name = name)
                    on:click=move |_| desk.remove(id)
                >
                    {icon(Icon::Close)}
                </button>
            </div>
            {body}
        </li>
    }
    .into_any()
}

/// What a file said, and how to read it otherwise.
fn read(desk: Desk, paper: &Paper, import: &Import) -> AnyView {
    let id = paper.id;
    let (summary, more) = match &import.reading {
        Reading::Curves(runs) => {
            let curves = runs.get(desk.run.get()).map(|(_, curves)| curves);
            let points =
                curves.and_then(|curves| curves.series.iter().map(|series| series.points.len()).max());
            let count = curves.map_or(0, |curves| curves.series.len());
            let text = t!("clinic.read.columns", n = count, points = points.unwrap_or(0));
            let names: Vec<String> = runs.iter().map(|(name, _)| name.clone()).collect();
            let choose = (names.len() > 1).then(|| {
                let chosen = move |index| desk.run.set(index);
                select("clinic-run", t!("clinic.run"), &names, desk.run.get(), chosen)
            });
            (text, choose.into_any())
        }
        Reading::Predictions(read) => {
            let examples: u32 =
                (0..read.matrix.classes.len()).map(|class| read.matrix.confusion.support(class)).sum();
            let text = t!("clinic.read.classes", n = read.matrix.classes.len(), examples = examples);
            let (labels, predictions) = (read.labels, read.predictions);
            let chosen = move |change: fn(&mut Choice, usize)| {
                move |index| {
                    desk.reread(id, |paper| {
                        paper.choice = Choice { labels: Some(labels), predictions: Some(predictions) };
                        change(&mut paper.choice, index);
                    });
                }
            };
            let view = view! {
                {select(
                    "clinic-labels",
                    t!("clinic.labels"),
                    &read.columns,
                    labels,
                    chosen(|choice, index| choice.labels = Some(index)),
                )}
                {select(
                    "clinic-predictions",
                    t!("clinic.predictions"),
                    &read.columns,
                    predictions,
                    chosen(|choice, index| choice.predictions = Some(index)),
                )}
            };
            (text, view.into_any())
        }
        Reading::Matrix(matrix) => {
            let examples: u32 = (0..matrix.classes.len()).map(|class| matrix.confusion.support(class)).sum();
            let text = t!("clinic.read.classes", n = matrix.classes.len(), examples = examples);
            let is_swapped = paper.is_swapped;
            let swap = move |_| desk.reread(id, |paper| paper.is_swapped = !is_swapped);
            let view = view! {
                <label class="clinic-swap">
                    <input type="checkbox" class="switch" prop:checked=is_swapped on:change=swap />
                    {t!("clinic.swap")}
                </label>
            };
            (text, view.into_any())
        }
    };
    let notes: Vec<AnyView> =
        import.notes.iter().map(|note| view! { <p class="quiet">{note.text()}</p> }.into_any()).collect();
    view! {
        <p>
            {import.format.label()} " · " {summary}
        </p>
        {notes}
        {more}
    }
    .into_any()
}

/// A choice among columns or runs by index.
fn select(
    id: &'static str,
    label: &'static str,
    names: &[String],
    now: usize,
    chosen: impl Fn(usize) + 'static,
) -> AnyView {
    let options: Vec<AnyView> = names
        .iter()
        .enumerate()
        .map(|(index, name)| {
            view! { <option value=index.to_string() prop:selected=index == now>{name.clone()}</option> }
                .into_any()
        })
        .collect();
    let choose = move |event| {
        if let Ok(index) = event_target_value(&event).parse() {
            chosen(index);
        }
    };
    view! {
        <label class="clinic-select">
            <span>{label}</span>
            <select id=id on:change=choose>{options}</select>
        </label>
    }
    .into_any()
}

/// Files dropped anywhere on the page are read here, not opened by the browser.
pub fn catch_drops(desk: Desk) {
    let over = window_event_listener(leptos::ev::dragover, |event| event.prevent_default());
    let drop = window_event_listener(leptos::ev::drop, move |event| {
        event.prevent_default();
        // The interface of transfers is asked for by name: few visitors drop anything.
        let files = js_sys::Reflect::get(&event, &"dataTransfer".into())
            .and_then(|transfer| js_sys::Reflect::get(&transfer, &"files".into()));
        take(desk, files.ok().and_then(|files| files.dyn_into().ok()));
    });
    // They live as long as the page.
    std::mem::forget((over, drop));
}

/// Reads files one after the other.
fn take(desk: Desk, files: Option<web_sys::FileList>) {
    let Some(files) = files else { return };
    let files: Vec<web_sys::File> = (0..files.length()).filter_map(|index| files.get(index)).collect();
    wasm_bindgen_futures::spawn_local(async move {
        for file in files {
            if file.size() > fault::BYTES as f64 {
                desk.refuse(&file.name());
                continue;
            }
            // A file that was moved or forbidden meanwhile reads as empty, and that is said.
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
            desk.hand_in(&file.name(), &text.unwrap_or_default());
        }
    });
}
