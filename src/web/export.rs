//! The program that exports: fetched into the running page, it makes files of the run it is handed.
//!
//! A program of its own, because the page has no bytes left for it. It gives the page an object with
//! `open(run)`, `code(run, target)` and `file(run, kind)`. Must not know the page's store.

mod counter;
mod dialog;
mod picture;

use crate::page::parcel::Parcel;
use crate::protocol::{self, Command};
use crate::web::{catalogue, dom};
use crate::words;
use counter::Counter;
use js_sys::{Error, Function, Object, Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

/// Hands the program's object to the page that fetched it.
pub fn start() {
    console_error_panic_hook::set_once();
    dom::dress("export.css");
    let program = Object::new();
    put(&program, "open", |counter, _| {
        Box::pin(async move {
            dialog::open(counter);
            Ok(JsValue::UNDEFINED)
        })
    });
    put(&program, "code", |counter, target| {
        Box::pin(async move { counter.code(&target).await.map(JsValue::from).map_err(said) })
    });
    put(&program, "file", |counter, kind| {
        Box::pin(async move { counter.file(&kind).await.map(JsValue::from).map_err(said) })
    });
    let ready = Reflect::get(&window(), &"collapseLabExport".into());
    if let Some(ready) = ready.ok().and_then(|ready| ready.dyn_into::<Function>().ok()) {
        // Calling a promise's own resolve cannot fail.
        let _ = ready.call1(&JsValue::NULL, &program);
    }
}

type Work = std::pin::Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>;

/// A function of the program: a run and a text in, a promise out.
fn put(program: &Object, name: &str, work: fn(Rc<Counter>, String) -> Work) {
    let function =
        Closure::<dyn FnMut(JsValue, String) -> Promise>::new(move |run: JsValue, text: String| {
            future_to_promise(async move { work(Rc::new(taken(&run).await?), text).await })
        });
    // Setting a property of a fresh object cannot fail.
    let _ = Reflect::set(program, &name.into(), &function.into_js_value());
}

/// Takes a run from the page, and its language with it.
async fn taken(run: &JsValue) -> Result<Counter, JsValue> {
    let bytes = Uint8Array::new(&Reflect::get(run, &"bytes".into())?).to_vec();
    let parcel: Parcel = protocol::decode(&bytes).map_err(|error| said(error.to_string()))?;
    let svg: Function = Reflect::get(run, &"svg".into())?.dyn_into()?;
    let language = words::language(&parcel.language).unwrap_or("en");
    let has_words = || words::find("export.title").is_some();
    catalogue::load_with(language, ".export", has_words).await.map_err(said)?;
    let own = Reflect::get(run, &"own".into())?.dyn_into::<Uint8Array>().ok();
    let own = match own.map(|command| protocol::decode(&command.to_vec())) {
        Some(Ok(Command::Own { bytes, .. })) => Some(bytes.0),
        _ => None,
    };
    Ok(Counter::new(parcel, svg, own))
}

fn said(reason: String) -> JsValue {
    Error::new(&reason).into()
}
