//! What the model gets wrong: held-out examples with its answers, or those behind one cell of the
//! confusion matrix.
//!
//! Must not know how they were found, or which come first.

use crate::chart::class_colour;
use crate::protocol::{Cell, Mistakes, SeenExample};
use crate::web::icon::{Icon, icon};
use crate::web::store::Store;
use crate::web::{dom, theme};
use crate::{t, words};
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

/// The gallery under the matrix; it asks for examples only while it is open and in sight.
pub fn gallery(store: Store) -> AnyView {
    let open = RwSignal::new(!dom::is_narrow());
    let visible = RwSignal::new(false);
    let details = NodeRef::<html::Details>::new();
    let list = NodeRef::<html::Ul>::new();
    Effect::new(move |_| {
        if let Some(list) = list.get() {
            watch(&list, visible);
        }
    });
    ask_while(store, Memo::new(move |_| open.get() && visible.get()));
    Effect::new(move |_| {
        // A cell was chosen: its examples must not stay folded away.
        if store.cell.read().is_some() {
            open.set(true);
        }
    });
    let toggled = move |_| open.set(details.get_untracked().is_some_and(|details| details.open()));
    let all = move |_| store.cell.set(None);
    view! {
        <details class="mistakes" node_ref=details prop:open=open on:toggle=toggled>
            <summary>{t!("mistakes.title")}</summary>
            <p class="mistakes-head">
                <span aria-live="polite">{move || caption(store)}</span>
                <button type="button" class="button small" hidden=move || store.cell.read().is_none() on:click=all>
                    {icon(Icon::Close)}
                    {t!("mistakes.all")}
                </button>
            </p>
            <ul class="examples" node_ref=list>
                {move || {
                    let mistakes = store.mistakes.read();
                    mistakes.iter().flat_map(|found| &found.examples).map(|one| example(store, one)).collect::<Vec<_>>()
                }}
            </ul>
        </details>
    }
    .into_any()
}

/// While the run goes on, pictures that change more often cannot be looked at.
const PACE: Duration = Duration::from_millis(1000);

/// Asks for what the store's cell selects, at once when the cell changes, at [`PACE`] when the run does.
fn ask_while(store: Store, shown: Memo<bool>) {
    let asked = StoredValue::new((f64::NEG_INFINITY, None::<Cell>));
    let waiting = StoredValue::new(false);
    let ask = move || {
        let cell = store.cell.get_untracked();
        asked.set_value((dom::now(), cell));
        if let Some(engine) = store.engine() {
            engine.mistakes(cell);
        }
    };
    Effect::new(move |_| {
        store.seen.track();
        let cell = store.cell.get();
        if !shown.get() {
            return;
        }
        let (asked_ms, asked_cell) = asked.get_value();
        let rest = PACE.as_millis() as f64 - (dom::now() - asked_ms);
        if rest <= 0.0 || cell != asked_cell {
            ask();
        } else if !waiting.get_value() {
            waiting.set_value(true);
            let later = move || {
                waiting.set_value(false);
                if shown.get_untracked() {
                    ask();
                }
            };
            set_timeout(later, Duration::from_millis(rest as u64));
        }
    });
}

fn caption(store: Store) -> String {
    let mistakes = store.mistakes.read();
    let name = |class: u8| store.class_name(usize::from(class));
    let found = mistakes.as_ref().filter(|found| found.cell == store.cell.get());
    match (store.cell.get(), found) {
        (Some(cell), None) => {
            t!("mistakes.looking", actual = name(cell.actual), predicted = name(cell.predicted))
        }
        (Some(cell), Some(found)) => {
            let (actual, predicted) = (name(cell.actual), name(cell.predicted));
            t!("mistakes.cell", n = found.total, actual = actual, predicted = predicted)
        }
        (None, None) => String::new(),
        (None, Some(Mistakes { total: 0, .. })) => t!("mistakes.none").to_owned(),
        (None, Some(found)) => t!("mistakes.count", n = found.total),
    }
}

fn example(store: Store, example: &SeenExample) -> AnyView {
    let canvas = NodeRef::<html::Canvas>::new();
    let picture = example.picture.clone();
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            dom::draw_thumbnails(&canvas, std::slice::from_ref(&picture), 1);
        }
    });
    let name = |class: u8| store.class_name(usize::from(class));
    let actual = name(example.actual);
    let predicted = example.predicted.map_or_else(|| t!("mistakes.nothing").to_owned(), name);
    let sure = words::percent(example.confidence);
    let label =
        t!("mistakes.example", actual = actual.clone(), predicted = predicted.clone(), share = sure.clone());
    let values: Vec<String> = example.values.iter().map(|value| words::short(*value)).collect();
    let colour =
        |class: u8| class_colour(theme::of_charts(store.theme.get_untracked()), usize::from(class)).css();
    let bar = example.predicted.map(colour);
    let right = example.predicted == Some(example.actual);
    let described = label.clone();
    view! {
        <li class="example" class:right=right class:vector=!values.is_empty() style:--bar=bar title=label>
            <canvas class="thumbnails" node_ref=canvas role="img" aria-label=described></canvas>
            {(!values.is_empty()).then(|| view! { <span class="example-values quiet">{values.join(" · ")}</span> })}
            <span class="example-answer" aria-hidden="true"><b>{predicted}</b>" "{sure}</span>
            <span class="example-truth quiet" aria-hidden="true">{t!("mistakes.truly", actual = actual)}</span>
        </li>
    }
    .into_any()
}

/// Keeps `visible` true while the element is in sight.
fn watch(element: &web_sys::Element, visible: RwSignal<bool>) {
    let seen = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
        let last: web_sys::IntersectionObserverEntry = entries.pop().unchecked_into();
        // The signal is gone when the page was built anew in another language.
        let _ = visible.try_set(last.is_intersecting());
    });
    if let Ok(observer) = web_sys::IntersectionObserver::new(seen.as_ref().unchecked_ref()) {
        observer.observe(element);
    }
    seen.forget();
}
