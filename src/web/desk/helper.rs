//! The conversation with the desk's worker.
//!
//! Must not know what is asked for.

use crate::own::talk::{Ask, Say};
use crate::own::{Fault, Problem};
use crate::protocol;
use crate::web::program;
use js_sys::{Array, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions};

/// What a worker said, with the bytes beside it.
pub type Heard = Rc<dyn Fn(Say, Vec<Uint8Array>)>;

/// A worker that is started when it is first asked, and anew after it broke.
#[derive(Clone)]
pub struct Helper {
    heard: Heard,
    worker: Rc<RefCell<Option<Busy>>>,
}

/// A worker and the callbacks that live as long as it.
struct Busy {
    worker: Worker,
    /// What it is told as soon as it listens.
    waiting: Rc<RefCell<Option<Vec<Array>>>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl Helper {
    /// Nothing is started yet; `heard` takes the answers.
    pub fn new(heard: Heard) -> Self {
        Self { heard, worker: Rc::default() }
    }

    /// Asks, with a file or bytes beside.
    pub fn ask(&self, ask: &Ask, beside: &JsValue) {
        if self.worker.borrow().is_none()
            && let Err(reason) = self.start()
        {
            let reason = reason.as_string().unwrap_or_else(|| format!("{reason:?}"));
            return (self.heard)(Say::Fault(Fault::whole(Problem::Browser(reason))), Vec::new());
        }
        let bytes = Uint8Array::from(protocol::encode(ask).as_slice());
        if let Some(busy) = self.worker.borrow().as_ref() {
            let message = Array::of2(&bytes, beside);
            match busy.waiting.borrow_mut().as_mut() {
                Some(waiting) => waiting.push(message),
                // Files and bytes can be cloned.
                None => drop(busy.worker.post_message(&message)),
            }
        }
    }

    /// Gives up whatever is being read.
    pub fn stop(&self) {
        if let Some(busy) = self.worker.borrow_mut().take() {
            busy.worker.terminate();
        }
    }

    fn start(&self) -> Result<(), JsValue> {
        let options = WorkerOptions::new();
        let worker = Worker::new_with_options(&program::script("worker-desk"), &options)?;
        let waiting = Rc::new(RefCell::new(Some(Vec::<Array>::new())));
        let (heard, owed, listener) = (self.heard.clone(), waiting.clone(), worker.clone());
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let parts: Array = event.data().unchecked_into();
            let said = protocol::decode::<Say>(&Uint8Array::new(&parts.get(0)).to_vec());
            let beside = parts.iter().skip(1).map(JsCast::unchecked_into).collect();
            match said {
                Ok(Say::Ready) => {
                    for message in owed.borrow_mut().take().unwrap_or_default() {
                        let _ = listener.post_message(&message);
                    }
                }
                Ok(said) => heard(said, beside),
                Err(error) => heard(broken(error.to_string()), Vec::new()),
            }
        });
        let helper = self.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |error: ErrorEvent| {
            error.prevent_default();
            let message = js_sys::Reflect::get(&error, &"message".into()).ok();
            let message = message.and_then(|message| message.as_string()).unwrap_or_default();
            let helper = helper.clone();
            // Later, because a callback must not drop the worker that owns it while it runs.
            wasm_bindgen_futures::spawn_local(async move {
                helper.stop();
                (helper.heard)(broken(message), Vec::new());
            });
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let busy = Busy { worker, waiting, _on_message: on_message, _on_error: on_error };
        self.worker.replace(Some(busy));
        Ok(())
    }
}

fn broken(reason: String) -> Say {
    Say::Fault(Fault::whole(Problem::Browser(reason)))
}
