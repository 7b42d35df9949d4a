//! A worker's glue: messages in and out, data files, and the loop around a [`Session`].
//!
//! Must not decide when to train; the session does.

use super::mailbox::Mailbox;
use crate::fleet::Device;
use crate::protocol::{self, BUILD, Backend, Command, Event, RunError, RunId, Sabotage};
use crate::session::{Measured, Session, Wait};
use js_sys::{Array, Uint8Array};
use std::collections::HashMap;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Response};

/// Starts the worker; called by the worker programs' `main`.
pub fn run() {
    #[cfg(feature = "gpu")]
    super::gpu::run_constructors();
    console_error_panic_hook::set_once();
    let mailbox = Mailbox::default();
    let inbox = mailbox.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        inbox.push(event.data().unchecked_into::<Uint8Array>().to_vec());
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // Lives as long as the worker.
    on_message.forget();
    spawn_local(serve(mailbox));
}

/// A device and what the page is told about it.
pub(super) struct Acquired {
    /// Where tensors live.
    pub device: Device,
    /// Kind of device.
    pub backend: Backend,
    /// The adapter's name, empty on the CPU.
    pub adapter: String,
    /// Emulated in software.
    pub software: bool,
    /// Destroys the device, for tests of its loss.
    pub destroy: Box<dyn Fn()>,
}

#[cfg(not(feature = "gpu"))]
async fn acquire() -> Result<Acquired, String> {
    let device = Device::default();
    Ok(Acquired {
        device,
        backend: Backend::Cpu,
        adapter: String::new(),
        software: false,
        destroy: Box::new(|| ()),
    })
}

#[cfg(feature = "gpu")]
use super::gpu::acquire;

async fn serve(mailbox: Mailbox) {
    let acquired = match acquire().await {
        Ok(acquired) => acquired,
        Err(reason) => {
            return post(&Event::Failed { run: RunId::default(), error: RunError::Device { reason } });
        }
    };
    post(&Event::Ready {
        build: BUILD.to_owned(),
        backend: acquired.backend,
        adapter: acquired.adapter,
        software: acquired.software,
    });
    let mut session = Session::new(acquired.device, acquired.backend);
    let mut files = Files::default();
    let performance = scope().performance();
    let clock = || performance.as_ref().map_or(0.0, web_sys::Performance::now);
    loop {
        while let Some(message) = mailbox.pop() {
            let command = match protocol::decode::<Command>(&message) {
                Ok(command) => command,
                Err(error) => {
                    post(&Event::Failed { run: RunId::default(), error });
                    continue;
                }
            };
            if let Command::Sabotage(sabotage) = &command {
                match sabotage {
                    Sabotage::Panic => panic!("asked to panic"),
                    Sabotage::LoseDevice => (acquired.destroy)(),
                    Sabotage::Memory => post(&Event::Memory { bytes: memory_bytes() }),
                }
                continue;
            }
            for file in command.files() {
                files.prepare(file).await;
            }
            if let Command::Own { file, bytes } = command {
                protocol::keep_newest(&mut files.own, (file, bytes.0));
                continue;
            }
            if let Command::Measure { request, experiment, lanes, millis } = command {
                let known = |name: &str| files.get(name);
                let measured = session.measure(&experiment, lanes, f64::from(millis), &known, &clock).await;
                post(&match measured {
                    Ok(Measured { steps, millis }) => {
                        Event::Measured { request, backend: acquired.backend, steps, millis }
                    }
                    Err(error) => Event::Failed { run: RunId::default(), error },
                });
                continue;
            }
            for event in session.handle(command, &|name| files.get(name), clock()) {
                post(&event);
            }
        }
        for event in session.burst(&clock).await {
            post(&event);
        }
        match session.wait(clock()) {
            Wait::Not => mailbox.breathe().await,
            Wait::Millis(millis) => mailbox.sleep(Some(millis)).await,
            Wait::ForMessage => mailbox.sleep(None).await,
        }
    }
}

/// Data files fetched so far; failures are not remembered, so that a retry can succeed.
#[derive(Default)]
struct Files {
    bytes: HashMap<String, Result<Vec<u8>, String>>,
    /// The visitor's own, which the page gives.
    own: Vec<(String, Vec<u8>)>,
}

/// How names of the visitor's own data begin; they come from the page.
const OWN: &str = "own/";

impl Files {
    async fn prepare(&mut self, file: String) {
        if !file.starts_with(OWN) && !matches!(self.bytes.get(&file), Some(Ok(_))) {
            let fetched = fetch(&file).await;
            self.bytes.insert(file, fetched);
        }
    }

    fn get(&self, file: &str) -> Result<Vec<u8>, String> {
        if let Some((_, bytes)) = self.own.iter().find(|(known, _)| known == file) {
            return Ok(bytes.clone());
        }
        self.bytes.get(file).cloned().unwrap_or_else(|| Err("it was not fetched".to_owned()))
    }
}

/// Fetches a file relative to the page, whose address is the worker's name.
async fn fetch(file: &str) -> Result<Vec<u8>, String> {
    let scope = scope();
    let url = web_sys::Url::new_with_base(file, &scope.name()).map_err(|error| describe(&error))?.href();
    let response = JsFuture::from(scope.fetch_with_str(&url)).await.map_err(|error| describe(&error))?;
    let response: Response = response.dyn_into().map_err(|error| describe(&error))?;
    if !response.ok() {
        return Err(format!("the server answered {}", response.status()));
    }
    let buffer = response.array_buffer().map_err(|error| describe(&error))?;
    let buffer = JsFuture::from(buffer).await.map_err(|error| describe(&error))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// An error as text.
pub(super) fn describe(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| format!("{error:?}"), |error| String::from(error.message()))
}

/// Sends an event to the page, moving its bytes.
pub(super) fn post(event: &Event) {
    let bytes = Uint8Array::from(protocol::encode(event).as_slice());
    let transfer = Array::of1(&bytes.buffer());
    // Fails only when the page is gone, and then nobody waits for it.
    let _ = scope().post_message_with_transfer(&bytes, &transfer);
}

fn memory_bytes() -> f64 {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    f64::from(memory.buffer().unchecked_into::<js_sys::ArrayBuffer>().byte_length())
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
