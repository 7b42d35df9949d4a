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
        self.wait_for_wake(|resolve| {
            if let Some(millis) = millis {
                set_timeout(resolve, millis.ceil().max(1.0));
            }
        })
        .await;
    }

    /// Lets the browser deliver waiting messages. Through a message channel, because timers are
    /// clamped to 4 ms when nested.
    pub async fn breathe(&self) {
        let mailbox = self.clone();
        self.wait_for_wake(move |_| mailbox.ping()).await;
    }

    async fn wait_for_wake(&self, arrange: impl FnOnce(&Function)) {
        let mut arrange = Some(arrange);
        let promise = Promise::new(&mut |resolve, _| {
            *self.inner.wake.borrow_mut() = Some(resolve.clone());
            if let Some(arrange) = arrange.take() {
                arrange(&resolve);
            }
        });
        // The promise only ever resolves.
        let _ = JsFuture::from(promise).await;
    }

    fn wake(&self) {
        if let Some(resolve) = self.inner.wake.borrow_mut().take() {
            let _ = resolve.call0(&JsValue::NULL);
        }
    }

    fn ping(&self) {
        let mut channel = self.inner.channel.borrow_mut();
        if channel.is_none() {
            let Ok(made) = MessageChannel::new() else { return self.wake() };
            let mailbox = self.clone();
            let on_message = Closure::<dyn FnMut()>::new(move || mailbox.wake());
            made.port1().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
            *channel = Some(Yielder { sender: made.port2(), _on_message: on_message });
        }
        if let Some(yielder) = channel.as_ref() {
            let _ = yielder.sender.post_message(&JsValue::NULL);
        }
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &Function, millis: f64);
}
