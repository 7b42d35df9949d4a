//! The page in somebody's frame: greets the page around it and answers calls through a port with
//! `window.lab`.
//!
//! Must not decide what may be called; `page/port` does. Only the page directly around ours is heard: a
//! message from any other window is ignored, whatever it says.

use super::events;
use super::lab::event_object;
use super::store::Store;
use crate::page::port::{self, Call, Fault, Greeting};
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use leptos::prelude::*;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MessageEvent, MessagePort, Window};

/// More connections at once are no honest page's; the oldest ends.
const MOST_PORTS: usize = 8;
/// Longest message in UTF-16 units; the longest honest one is an experiment of a few hundred.
const LONGEST: u32 = 100_000;

thread_local! {
    static PORTS: RefCell<Vec<MessagePort>> = const { RefCell::new(Vec::new()) };
}

/// Listens for the page around this one, if there is one, and says hello to it.
pub fn install(store: Store) {
    let Ok(Some(parent)) = window().parent() else { return };
    if Object::is(&parent, &window()) {
        return;
    }
    let around = parent.clone();
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let from_parent = event.source().is_some_and(|source| Object::is(&source, &around));
        if from_parent {
            heard(store, &around, &event);
        }
    });
    // Fails only where a host page froze the window; then nobody connects.
    let _ = window().add_event_listener_with_callback("message", hear.as_ref().unchecked_ref());
    hear.forget();
    events::listen(|event| tell(&event_object(event)));
    // Every observation sets it; only changes are news.
    let plays = Memo::new(move |_| store.playing.get());
    Effect::new(move |_| tell(&playing(plays.get())));
    watch_size();
    hello(&parent);
}

/// Says that this page is here, and nothing else, so that it may go to whoever is around.
fn hello(parent: &Window) {
    // Fails only for a window that is gone.
    let _ = parent.post_message(&greeting("hello", None), "*");
}

fn heard(store: Store, parent: &Window, event: &MessageEvent) {
    let data = event.data();
    // Whatever does not carry our name is somebody else's.
    if !data.is_object() || !Reflect::has(&data, &"collapseLab".into()).unwrap_or(false) {
        return;
    }
    let port = event.ports().get(0).dyn_into::<MessagePort>().ok();
    match port::greeting(&read(&data), port.is_some()) {
        Greeting::Foreign => {}
        Greeting::Ping => hello(parent),
        Greeting::Connect => port.into_iter().for_each(|port| connect(store, port)),
        Greeting::Broken(fault) => {
            // To the origin that said it. An opaque one has no name; the fault tells it nothing new.
            let origin = event.origin();
            let target = if origin == "null" { "*" } else { &origin };
            let _ = parent.post_message(&greeting("error", Some(&fault)), target);
        }
    }
}

fn connect(store: Store, port: MessagePort) {
    let own = port.clone();
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        match port::call(&read(&event.data())) {
            Ok(call) => answer(own.clone(), call),
            Err((id, fault)) => post(&own, &refusal(id, &fault)),
        }
    });
    port.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    // Lives as long as the port, of which there are few.
    hear.forget();
    post(&port, &event(&playing(store.playing.get_untracked())));
    if let Some(size) = size() {
        post(&port, &event(&size));
    }
    if store.facts.read_untracked().is_some() {
        post(&port, &event(&event_object(&events::PageEvent::Ready)));
    }
    PORTS.with_borrow_mut(|ports| {
        if ports.len() == MOST_PORTS {
            ports.remove(0).close();
        }
        ports.push(port);
    });
}

/// Calls the method of `window.lab` and posts what comes of it.
fn answer(port: MessagePort, call: Call) {
    spawn_local(async move {
        let id = Some(call.id);
        let result = match invoke(&call) {
            Ok(promise) => JsFuture::from(promise).await.map_err(|error| port::refused(&words(&error))),
            Err(fault) => Err(fault),
        };
        post(
            &port,
            &match result {
                Ok(value) => object(&[("id", call.id.into()), ("value", value)]),
                Err(fault) => refusal(id, &fault),
            },
        );
    });
}

fn invoke(call: &Call) -> Result<Promise, Fault> {
    let unsupported = || port::unsupported(call.method);
    let lab = Reflect::get(&window(), &"lab".into()).map_err(|_| unsupported())?;
    let method = Reflect::get(&lab, &call.method.into()).map_err(|_| unsupported())?;
    let method: Function = method.dyn_into().map_err(|_| unsupported())?;
    let arguments = Array::new();
    for argument in &call.arguments {
        // Written by serde_json, so it can be read; null is no argument.
        let argument = JSON::parse(&argument.to_string()).unwrap_or(JsValue::NULL);
        arguments.push(&if argument.is_null() { JsValue::UNDEFINED } else { argument });
    }
    match Reflect::apply(&method, &lab, &arguments) {
        Ok(value) => Ok(Promise::resolve(&value)),
        Err(error) => Err(port::refused(&words(&error))),
    }
}

/// Tells every page that is connected.
fn tell(what: &JsValue) {
    let message = event(what);
    PORTS.with_borrow(|ports| ports.iter().for_each(|port| post(port, &message)));
}

fn post(port: &MessagePort, message: &JsValue) {
    // Fails only for values that cannot be copied, and we send none.
    let _ = port.post_message(message);
}

/// A message as JSON; null where it cannot be, such as with a cycle, or where it is too long.
fn read(data: &JsValue) -> serde_json::Value {
    let text = JSON::stringify(data).ok().filter(|text| text.length() <= LONGEST);
    text.and_then(|text| serde_json::from_str(&String::from(text)).ok()).unwrap_or_default()
}

fn words(error: &JsValue) -> String {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    message.or_else(|| error.as_string()).unwrap_or_default()
}

fn watch_size() {
    let changed = Closure::<dyn Fn()>::new(|| size().iter().for_each(tell));
    if let (Ok(observer), Some(body)) =
        (web_sys::ResizeObserver::new(changed.as_ref().unchecked_ref()), document().body())
    {
        observer.observe(&body);
    }
    changed.forget();
}

/// How much room the page takes, in CSS pixels.
fn size() -> Option<JsValue> {
    let body = document().body()?.get_bounding_client_rect();
    let (width, height) = (body.width().ceil(), body.height().ceil());
    Some(object(&[("type", "resize".into()), ("width", width.into()), ("height", height.into())]))
}

fn playing(playing: bool) -> JsValue {
    object(&[("type", "playing".into()), ("playing", playing.into())])
}

fn event(what: &JsValue) -> JsValue {
    object(&[("event", what.clone())])
}

fn refusal(id: Option<u32>, fault: &Fault) -> JsValue {
    object(&[("id", id.map_or(JsValue::NULL, JsValue::from)), ("error", describe(fault))])
}

fn greeting(kind: &str, fault: Option<&Fault>) -> JsValue {
    let error = fault.map_or(JsValue::UNDEFINED, describe);
    object(&[("collapseLab", (port::VERSION as u32).into()), ("type", kind.into()), ("error", error)])
}

fn describe(fault: &Fault) -> JsValue {
    let Fault { name, field, message } = fault;
    object(&[("name", (*name).into()), ("field", field.into()), ("message", message.into())])
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
