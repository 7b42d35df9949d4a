//! Where the worker programs lie, and what the browser offers them.
//!
//! Must not know what a worker is asked to do.

use crate::protocol::{BUILD, Backend};
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions};

/// Name of the worker program.
pub fn program(backend: Backend) -> &'static str {
    match backend {
        Backend::Cpu => "worker-cpu",
        Backend::Gpu => "worker-gpu",
    }
}

/// Address of a worker program's loader; in a folder named after the build, so that an old page never
/// meets a new worker.
pub fn script(program: &str) -> String {
    let folder = if BUILD == "dev" { String::new() } else { format!("{BUILD}/") };
    let path = format!("{folder}{program}_loader.js");
    web_sys::Url::new_with_base(&path, &base_uri()).map_or(path, |url| url.href())
}

/// A worker, with the events it has sent before anybody listened: on the CPU first the one that
/// `index.html` started while this program was on its way.
///
/// # Errors
/// The browser refuses workers.
pub fn start_worker(backend: Backend) -> Result<(Worker, Array), JsValue> {
    let early = if backend == Backend::Cpu { early_worker() } else { None };
    if let Some(early) = early {
        return Ok(early);
    }
    let options = WorkerOptions::new();
    // The worker finds data files relative to the page, not to its own script.
    options.set_name(&base_uri());
    Ok((Worker::new_with_options(&script(program(backend)), &options)?, Array::new()))
}

/// Hands the events a worker sent before anybody listened to its listeners.
pub fn catch_up(said: Array, on_message: &JsValue, on_error: &JsValue) {
    let [hears, fails] = [on_message, on_error].map(|it| Function::from(it.clone()));
    wasm_bindgen_futures::spawn_local(async move {
        for event in said {
            // A script that did not arrive is no ErrorEvent but a plain one.
            let listener = if event.is_instance_of::<MessageEvent>() { &hears } else { &fails };
            // Fails only for a worker that was given up meanwhile.
            let _ = listener.call1(&JsValue::NULL, &event);
        }
    });
}

/// The CPU worker that `index.html` started, and the events it has sent since; once.
fn early_worker() -> Option<(Worker, Array)> {
    let (window, name) = (web_sys::window()?, JsValue::from("collapseLabWorker"));
    let early = Reflect::get(&window, &name).ok().filter(JsValue::is_object)?;
    Reflect::delete_property(&window, &name).ok()?;
    let worker = Reflect::get(&early, &"worker".into()).ok()?;
    let events = Reflect::get(&early, &"events".into()).ok()?;
    Some((worker.unchecked_into(), events.unchecked_into()))
}

/// Address that relative addresses start from.
fn base_uri() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    document.and_then(|document| document.base_uri().ok().flatten()).unwrap_or_default()
}

/// Whether the browser offers WebGPU at all.
pub fn has_webgpu() -> bool {
    let gpu = web_sys::window().and_then(|window| Reflect::get(&window.navigator(), &"gpu".into()).ok());
    gpu.is_some_and(|gpu| !gpu.is_undefined() && !gpu.is_null())
}

/// Milliseconds since navigation.
pub fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}
