//! What is kept in the browser's own database.
//!
//! Every call can fail: storage may be blocked or full, and the desk works without. Must not know what the
//! bytes mean.

use crate::experiment::Own;
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, IdbDatabase, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransactionMode};

/// Data that are kept.
#[derive(Clone)]
pub struct Kept {
    /// What the experiment says about them.
    pub own: Own,
    /// What they are called.
    pub title: String,
    /// Name of each class.
    pub classes: Vec<String>,
    /// The bytes themselves, on the disk.
    pub bytes: Blob,
}

const DATABASE: &str = "collapse-lab";
const STORE: &str = "own";

/// Keeps data.
///
/// # Errors
/// Storage is blocked or full; in the browser's words.
pub async fn keep(own: &Own, title: &str, classes: &[String], bytes: &Uint8Array) -> Result<(), String> {
    let store = open(IdbTransactionMode::Readwrite).await?;
    let row = js_sys::Object::new();
    let names: Array = classes.iter().map(JsValue::from).collect();
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(bytes)).map_err(said)?;
    let values: [(&str, &JsValue); 4] =
        [("own", &own.text().into()), ("title", &title.into()), ("classes", &names), ("bytes", &blob)];
    for (name, value) in values {
        Reflect::set(&row, &name.into(), value).map_err(said)?;
    }
    let request = store.put_with_key(&row, &key(own.id)).map_err(said)?;
    settle(&request).await.map(|_| ())
}

/// The bytes of data that are kept.
///
/// # Errors
/// Storage is blocked.
pub async fn take(id: u64) -> Result<Option<Blob>, String> {
    let store = open(IdbTransactionMode::Readonly).await?;
    let found = settle(&store.get(&key(id)).map_err(said)?).await?;
    Ok(kept(&found).map(|kept| kept.bytes))
}

/// Everything that is kept.
///
/// # Errors
/// Storage is blocked.
pub async fn list() -> Result<Vec<Kept>, String> {
    let store = open(IdbTransactionMode::Readonly).await?;
    let found = settle(&store.get_all().map_err(said)?).await?;
    Ok(Array::from(&found).iter().filter_map(|row| kept(&row)).collect())
}

/// Deletes data.
///
/// # Errors
/// Storage is blocked.
pub async fn delete(id: u64) -> Result<(), String> {
    let store = open(IdbTransactionMode::Readwrite).await?;
    settle(&store.delete(&key(id)).map_err(said)?).await.map(|_| ())
}

fn key(id: u64) -> JsValue {
    format!("{id:016x}").into()
}

fn kept(row: &JsValue) -> Option<Kept> {
    let field = |name: &str| Reflect::get(row, &name.into()).ok();
    Some(Kept {
        own: Own::parse(&field("own")?.as_string()?)?,
        title: field("title")?.as_string()?,
        classes: Array::from(&field("classes")?).iter().filter_map(|name| name.as_string()).collect(),
        bytes: field("bytes")?.dyn_into().ok()?,
    })
}

async fn open(mode: IdbTransactionMode) -> Result<IdbObjectStore, String> {
    // Reading the property itself throws where storage is blocked.
    let factory = window().indexed_db().map_err(said)?.ok_or("IndexedDB")?;
    let request: IdbOpenDbRequest = factory.open_with_u32(DATABASE, 1).map_err(said)?;
    let opening = request.clone();
    let upgrade = Closure::once_into_js(move || {
        let database: Option<IdbDatabase> = opening.result().ok().and_then(|found| found.dyn_into().ok());
        // Fails only where the store is there already.
        let _ = database.map(|database| database.create_object_store(STORE));
    });
    request.set_onupgradeneeded(Some(upgrade.unchecked_ref()));
    let database: IdbDatabase = settle(&request).await?.dyn_into().map_err(said)?;
    let transaction = database.transaction_with_str_and_mode(STORE, mode).map_err(said)?;
    transaction.object_store(STORE).map_err(said)
}

/// The result of a request once it is there.
async fn settle(request: &IdbRequest) -> Result<JsValue, String> {
    let promise = Promise::new(&mut |resolve: Function, reject: Function| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    match JsFuture::from(promise).await {
        Ok(_) => request.result().map_err(said),
        Err(_) => Err(request.error().ok().flatten().map_or_else(|| "?".to_owned(), |error| error.message())),
    }
}

fn said(error: JsValue) -> String {
    let message = Reflect::get(&error, &"message".into()).ok().and_then(|message| message.as_string());
    message.unwrap_or_else(|| format!("{error:?}"))
}
