//! The data desk's worker: files are read and packed here, so that the page stays free.
//!
//! Must not decide what a file says; that is the core's.

use crate::own::talk::{Ask, Say};
use crate::own::{Fault, Packed, Problem, Reader, Sheet, advice, pack};
use crate::protocol::{self, Bytes, Command};
use js_sys::{Array, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageEvent};

/// Bytes of a file taken in at once.
const PIECE: f64 = 4_194_304.0;

/// Starts the worker.
pub fn start() {
    console_error_panic_hook::set_once();
    let intake = Rc::new(Intake::default());
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let parts: Array = event.data().unchecked_into();
        let bytes = Uint8Array::new(&parts.get(0)).to_vec();
        let Ok(ask) = protocol::decode::<Ask>(&bytes) else { return };
        let intake = intake.clone();
        intake.asked.set(intake.asked.get() + 1);
        spawn_local(async move {
            let number = intake.asked.get();
            if let Err(fault) = intake.answer(ask, parts.get(1), number).await
                && intake.asked.get() == number
            {
                say(&Say::Fault(fault), &[]);
            }
        });
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // Lives as long as the worker.
    on_message.forget();
}

/// The table read last.
#[derive(Default)]
struct Intake {
    asked: Cell<u32>,
    sheet: RefCell<Option<Sheet>>,
}

impl Intake {
    async fn answer(&self, ask: Ask, beside: JsValue, number: u32) -> Result<(), Fault> {
        match ask {
            Ask::Table { title } => self.table(&title, &beside.unchecked_into(), number).await,
            Ask::Judge(plan) => {
                let sheet = self.sheet.borrow();
                let sheet = sheet.as_ref().ok_or_else(|| Fault::whole(Problem::Empty))?;
                say(&Say::Judged(Box::new(advice::judge(sheet, &plan)?)), &[]);
                Ok(())
            }
            Ask::Pack(plan) => {
                let sheet = self.sheet.borrow();
                let sheet = sheet.as_ref().ok_or_else(|| Fault::whole(Problem::Empty))?;
                hand_over(pack::sheet(sheet, &plan)?)
            }
            Ask::Points { title, points, held_out } => hand_over(pack::points(&title, &points, held_out)?),
            Ask::Reopen { held_out } => {
                let bytes = bytes_of(&beside.unchecked_into()).await?;
                hand_over(pack::reopen(bytes, held_out)?)
            }
        }
    }

    /// Reads a table piece by piece, telling how far it is.
    async fn table(&self, title: &str, file: &Blob, number: u32) -> Result<(), Fault> {
        let begun = now();
        let size = file.size();
        let (mut reader, mut at) = (Reader::default(), 0.0);
        while at < size {
            let end = f64::min(at + PIECE, size);
            let piece = file.slice_with_f64_and_f64(at, end).map_err(unreadable)?;
            reader.push(&bytes_of(&piece).await?)?;
            if self.asked.get() != number {
                return Ok(());
            }
            at = end;
            say(&Say::Progress(reader.rows(), (at / size) as f32), &[]);
        }
        let sheet = reader.finish()?;
        let summary = sheet.summary(title);
        let judged = advice::judge(&sheet, &summary.plan);
        self.sheet.replace(Some(sheet));
        say(&Say::Table(Box::new(summary), now() - begun), &[]);
        say(&Say::Judged(Box::new(judged?)), &[]);
        Ok(())
    }
}

/// Sends packed data twice: as what is kept, and as what the training workers are told.
fn hand_over(packed: Packed) -> Result<(), Fault> {
    let Packed { own, bytes } = packed;
    let file = crate::data::own::read(&bytes).map_err(|reason| Fault::whole(Problem::Damaged(reason)))?;
    let said = Say::Packed { own: own.clone(), title: file.title.clone(), classes: file.classes.clone() };
    let kept = Uint8Array::from(bytes.as_slice());
    let command = protocol::encode(&Command::Own { file: own.file(), bytes: Bytes(bytes) });
    say(&said, &[Uint8Array::from(command.as_slice()), kept]);
    Ok(())
}

/// Sends an answer, moving the bytes beside it.
fn say(said: &Say, beside: &[Uint8Array]) {
    let message = Array::of1(&Uint8Array::from(protocol::encode(said).as_slice()));
    let moved = Array::new();
    for bytes in beside {
        message.push(bytes);
        moved.push(&bytes.buffer());
    }
    // Fails only when the page is gone, and then nobody waits for it.
    let _ = scope().post_message_with_transfer(&message, &moved);
}

async fn bytes_of(blob: &Blob) -> Result<Vec<u8>, Fault> {
    let buffer = JsFuture::from(blob.array_buffer()).await.map_err(unreadable)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// A file that was moved, changed or forbidden meanwhile.
fn unreadable(error: JsValue) -> Fault {
    let reason = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    Fault::whole(Problem::Browser(reason.unwrap_or_else(|| format!("{error:?}"))))
}

fn now() -> f64 {
    scope().performance().map_or(0.0, |performance| performance.now())
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
