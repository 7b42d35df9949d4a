//! The way from the page to the program that exports, which is fetched when somebody wants it.
//!
//! Must not know what can be exported.

use super::canvas;
use super::charts::shown;
use super::classroom;
use super::engine::Severity;
use super::share;
use super::store::Store;
use crate::chart::{Theme, View};
use crate::data;
use crate::page::parcel::Parcel;
use crate::page::report::Form;
use crate::protocol::{self, BUILD};
use crate::t;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Size of an exported chart in CSS pixels.
const SIZE: (u32, u32) = (900, 420);

thread_local! {
    /// The program's object, once asked for.
    static PROGRAM: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// The button in the dialogue about sharing.
pub fn button(store: Store) -> AnyView {
    let open = move |_| {
        store.dialog.set(None);
        spawn_local(async move {
            if call(store, "open", "").await.is_err() {
                store.notify(t!("share.export.failed"), Severity::Warning);
            }
        });
    };
    view! {
        <h3>{t!("share.export.title")}</h3>
        <p class="quiet">{t!("share.export.help")}</p>
        <div class="row">
            <button type="button" class="button" id="export" on:click=open>{t!("share.export")}</button>
        </div>
    }
    .into_any()
}

/// A file of the run as a `Blob`; the report is the page's own.
pub async fn file(store: Store, kind: &str) -> Result<JsValue, JsValue> {
    let form = match kind {
        "report.html" => Form::Html,
        "report.md" => Form::Markdown,
        _ => return call(store, "file", kind).await,
    };
    let text = super::report::write(store, form);
    Ok(web_sys::Blob::new_with_str_sequence(&Array::of1(&text.into()))?.into())
}

/// Calls one of the program's functions on the run as it is now.
pub async fn call(store: Store, name: &str, argument: &str) -> Result<JsValue, JsValue> {
    let program = JsFuture::from(program()).await?;
    let function: Function = Reflect::get(&program, &name.into())?.dyn_into()?;
    let run = run(store).await;
    let promise = function.call2(&program, &run, &argument.into())?;
    JsFuture::from(promise.unchecked_into::<Promise>()).await
}

/// `{ bytes, svg, own }`: the parcel, the function that draws a chart by its name, and the command that gives a
/// worker the visitor's own data where the run trains on such.
async fn run(store: Store) -> JsValue {
    let bytes = Uint8Array::from(protocol::encode(&parcel(store).await).as_slice());
    let svg = Closure::<dyn FnMut(String) -> Option<String>>::new(move |name: String| {
        let chart = shown(store).into_iter().find(|chart| chart.row().id == name)?;
        store.with_view(|view| canvas::svg(chart, &View { scale: 1.0, theme: Theme::Light, ..*view }, SIZE))
    });
    let run = Object::new();
    let file = data::file(&store.experiment.read_untracked().data);
    let own = store.engine().zip(file).and_then(|(engine, file)| engine.own(&file));
    for (name, value) in [("bytes", bytes.into()), ("svg", svg.into_js_value()), ("own", own.into())] {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&run, &name.into(), &value);
    }
    run.into()
}

async fn parcel(store: Store) -> Parcel {
    let state = match store.engine() {
        Some(engine) => engine.state().await,
        None => None,
    };
    let facts = store.facts.get_untracked();
    let (classes, layers) = facts.map(|facts| (facts.classes, facts.layers)).unwrap_or_default();
    let named = |chart: crate::chart::Chart| (chart.row().id.to_owned(), chart.row().title().to_owned());
    Parcel {
        experiment: store.experiment.get_untracked(),
        address: share::address(store),
        step: store.progress.read_untracked().step,
        changed: store.course.with_value(|course| course.len() > 1),
        history: store.history.get_value(),
        classes,
        layers,
        state,
        charts: shown(store).into_iter().map(named).collect(),
        language: store.language.get_untracked().to_owned(),
    }
}

/// Fetches the program, once; again where it did not arrive.
fn program() -> Promise {
    PROGRAM.with_borrow_mut(|program| program.get_or_insert_with(fetch).clone())
}

/// The program calls `window.collapseLabExport` with its object as soon as it is up.
fn fetch() -> Promise {
    Promise::new(&mut |resolve: Function, reject: Function| {
        // Fails only when a host page froze its window.
        let _ = Reflect::set(&window(), &"collapseLabExport".into(), &resolve);
        let folder = if BUILD == "dev" { String::new() } else { [BUILD, "/"].concat() };
        let failed = Closure::once_into_js(move || {
            PROGRAM.with_borrow_mut(|program| *program = None);
            // Calling a promise's own reject cannot fail.
            let _ = reject.call1(&JsValue::NULL, &js_sys::Error::new("the program did not arrive"));
        });
        classroom::fetch_or(&[&folder, "export_start.js"].concat(), Some(failed.unchecked_ref()));
    })
}
