//! The worker's inbox: messages arrive from a callback and are awaited by the training loop.
//!
//! Must not know what the messages mean.

use js_sys::{Function, Promise};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageChannel, MessagePort};

/// Received messages, oldest first.
#[derive(Clone, Default)]
pub struct Mailbox {
    inner: Rc<Inner>,
}

#[derive(Default)]
struct Inner {
    messages: RefCell<VecDeque<Vec<u8>>>,
    /// Resolves the promise somebody sleeps on.
    wake: RefCell<Option<Function>>,
    /// Resolves the promise that waits for the ping. Apart from `wake`: a message that ended the
    /// breath early would leave its ping queued, and later messages would wait behind such pings.
    breath: RefCell<Option<Function>>,
    channel: RefCell<Option<Yielder>>,
}

struct Yielder {
    sender: MessagePort,
    _on_message: Closure<dyn FnMut()>,
}

impl Mailbox {
    /// Adds a message and wakes the sleeper.
    pub fn push(&self, message: Vec<u8>) {
        self.inner.messages.borrow_mut().push_back(message);
        self.wake();
    }

    /// The oldest message.
    pub fn pop(&self) -> Option<Vec<u8>> {
        self.inner.messages.borrow_mut().pop_front()
    }

    /// Sleeps until a message arrives, at most `millis` if given.
    pub async fn sleep(&self, millis: Option<f64>) {
        if !self.inner.messages.borrow().is_empty() {
            return;
        }
        wait(&self.inner.wake, |resolve| {
            if let Some(millis) = millis {
                set_timeout(resolve, millis.ceil().max(1.0));
            }
        })
        .await;
    }

    /// Lets the browser deliver waiting messages. Through a message channel, because timers are
    /// clamped to 4 ms when nested.
    pub async fn breathe(&self) {
        wait(&self.inner.breath, |_| self.ping()).await;
    }

    fn wake(&self) {
        resolve(&self.inner.wake);
    }

    fn ping(&self) {
        let mut channel = self.inner.channel.borrow_mut();
        if channel.is_none() {
            let Ok(made) = MessageChannel::new() else { return resolve(&self.inner.breath) };
            let mailbox = self.clone();
            let on_message = Closure::<dyn FnMut()>::new(move || resolve(&mailbox.inner.breath));
            made.port1().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
            *channel = Some(Yielder { sender: made.port2(), _on_message: on_message });
        }
        if let Some(yielder) = channel.as_ref() {
            // Cannot fail: null can always be posted.
            let _ = yielder.sender.post_message(&JsValue::NULL);
        }
    }
}

/// Waits until `slot` is resolved; `arrange` sees to it that it will be.
async fn wait(slot: &RefCell<Option<Function>>, arrange: impl FnOnce(&Function)) {
    let mut arrange = Some(arrange);
    let promise = Promise::new(&mut |done, _| {
        *slot.borrow_mut() = Some(done.clone());
        if let Some(arrange) = arrange.take() {
            arrange(&done);
        }
    });
    // The promise only ever resolves.
    let _ = JsFuture::from(promise).await;
}

fn resolve(slot: &RefCell<Option<Function>>) {
    if let Some(done) = slot.borrow_mut().take() {
        let _ = done.call0(&JsValue::NULL);
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &Function, millis: f64);
}
