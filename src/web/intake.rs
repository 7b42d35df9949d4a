//! The data desk's worker: files are read and packed here, so that the page stays free.
//!
//! Must not decide what a file says; that is the core's.

use crate::own::limit::Limit;
use crate::own::picture::Album;
use crate::own::talk::{Ask, Say};
use crate::own::{Fault, Packed, Problem, Reader, Sheet, advice, pack, zip};
use crate::protocol::{self, Bytes, Command};
use js_sys::{Array, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, DedicatedWorkerGlobalScope, File, ImageBitmap, MessageEvent, OffscreenCanvas,
    OffscreenCanvasRenderingContext2d,
};

/// Bytes of a file taken in at once.
const PIECE: f64 = 4_194_304.0;

/// Starts the worker.
pub fn start() {
    console_error_panic_hook::set_once();
    let intake = Rc::new(Intake::default());
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let parts: Array = event.data().unchecked_into();
        let bytes = parts.get(0).unchecked_into::<Uint8Array>().to_vec();
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
    say(&Say::Ready, &[]);
}

/// What was read.
#[derive(Default)]
struct Intake {
    asked: Cell<u32>,
    sheet: RefCell<Option<Sheet>>,
    album: RefCell<Album>,
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
            Ask::Pictures { class } => {
                let found = self.pictures(&class, &beside.unchecked_into(), number).await;
                // What came before the fault is there all the same.
                say(&Say::Pictures(self.album.borrow().summary(), *found.as_ref().unwrap_or(&0)), &[]);
                found.map(|_| ())
            }
            Ask::Shot { class } => {
                let added =
                    self.album.borrow_mut().add(&class, &beside.unchecked_into::<Uint8Array>().to_vec());
                say(&Say::Pictures(self.album.borrow().summary(), 0), &[]);
                added
            }
            Ask::RemovePictures(class) => {
                self.album.borrow_mut().remove(class.as_deref());
                say(&Say::Pictures(self.album.borrow().summary(), 0), &[]);
                Ok(())
            }
            Ask::PackPictures { title, form, held_out } => {
                hand_over(self.album.borrow().pack(&title, form, held_out)?)
            }
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

/// Pictures: files with their folders, and archives of them.
impl Intake {
    /// Adds pictures one after the other; tells how many could not be read.
    async fn pictures(&self, class: &str, files: &Array, number: u32) -> Result<usize, Fault> {
        let (mut wrong, mut found) = (0, 0);
        let count = files.length();
        for (index, pair) in files.iter().enumerate() {
            let pair: Array = pair.unchecked_into();
            let (file, path): (File, _) = (pair.get(0).unchecked_into(), pair.get(1).as_string());
            let path = path.unwrap_or_default();
            let start = bytes_of(&file.slice_with_f64_and_f64(0.0, 4.0).map_err(unreadable)?).await?;
            if start == b"PK\x03\x04" {
                let (added, unread) = self.archive(&file, number).await?;
                (found, wrong) = (found + added, wrong + unread);
            } else {
                let folder = zip::class(&path).unwrap_or(class);
                match self.picture(folder, &file).await {
                    Ok(()) => found += 1,
                    Err(fault) if fault.problem == Problem::BadPicture => wrong += 1,
                    Err(fault) => return Err(fault),
                }
            }
            if self.asked.get() != number {
                return Ok(wrong);
            }
            say(&Say::Progress(found, index as f32 / count as f32), &[]);
        }
        if found == 0 { Err(Fault::whole(Problem::NoPictures)) } else { Ok(wrong) }
    }

    /// The pictures of an archive, read one by one.
    async fn archive(&self, file: &Blob, number: u32) -> Result<(usize, usize), Fault> {
        if file.size() > Limit::FileBytes.most() as f64 {
            return Err(Fault::whole(Problem::TooMuch(Limit::FileBytes)));
        }
        let total = file.size() as usize;
        let piece = async |start: usize, end: usize| {
            let piece = file.slice_with_f64_and_f64(start as f64, end as f64).map_err(unreadable)?;
            bytes_of(&piece).await
        };
        let tail = piece(total.saturating_sub(zip::TAIL), total).await?;
        let directory = zip::directory(&tail, total)?;
        let listed = piece(directory.start, directory.start + directory.length).await?;
        let entries = zip::entries(&listed)?;
        let (mut found, mut wrong, mut unpacked) = (0, 0, 0);
        for (index, entry) in entries.iter().enumerate() {
            let Some(class) = entry.class() else { continue };
            let header = piece(entry.start, (entry.start + zip::HEADER).min(total)).await?;
            let data = entry.data(&header)?;
            if data.end > total {
                return Err(Fault::named(&entry.name, Problem::BadArchive));
            }
            let bytes = entry.unpack(&piece(data.start, data.end).await?)?;
            unpacked += bytes.len();
            if unpacked > Limit::Unpacked.most() {
                return Err(Fault::whole(Problem::TooMuch(Limit::Unpacked)));
            }
            let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
            let blob = Blob::new_with_u8_array_sequence(&parts).map_err(unreadable)?;
            match self.picture(class, &blob).await {
                Ok(()) => found += 1,
                Err(fault) if fault.problem == Problem::BadPicture => wrong += 1,
                Err(fault) => return Err(Fault { name: entry.name.clone(), ..fault }),
            }
            if self.asked.get() != number {
                break;
            }
            if index % 16 == 0 {
                say(&Say::Progress(found, index as f32 / entries.len() as f32), &[]);
            }
        }
        Ok((found, wrong))
    }

    /// One picture, made as large as pictures are held, its middle where it is not square.
    async fn picture(&self, class: &str, file: &Blob) -> Result<(), Fault> {
        if file.size() > Limit::EntryBytes.most() as f64 {
            return Err(Fault::whole(Problem::TooMuch(Limit::EntryBytes)));
        }
        let wrong = |_| Fault::whole(Problem::BadPicture);
        let decoding = scope().create_image_bitmap_with_blob(file).map_err(wrong)?;
        let bitmap: ImageBitmap = JsFuture::from(decoding).await.map_err(wrong)?.unchecked_into();
        let (width, height) = (bitmap.width(), bitmap.height());
        if width as usize * height as usize > Limit::Pixels.most() {
            bitmap.close();
            return Err(Fault::whole(Problem::TooMuch(Limit::Pixels)));
        }
        let pixels = shrunk(&bitmap, f64::from(width), f64::from(height)).map_err(wrong);
        bitmap.close();
        self.album.borrow_mut().add(class, &pixels?)
    }
}

fn shrunk(bitmap: &ImageBitmap, width: f64, height: f64) -> Result<Vec<u8>, JsValue> {
    const SIDE: u32 = crate::experiment::own::SIDE as u32;
    let context: OffscreenCanvasRenderingContext2d =
        OffscreenCanvas::new(SIDE, SIDE)?.get_context("2d")?.ok_or("no canvas")?.unchecked_into();
    context.set_image_smoothing_enabled(true);
    // Named, because the interface has no name for it in every version.
    js_sys::Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into())?;
    let (part, side) = (width.min(height), f64::from(SIDE));
    let (left, top) = ((width - part) / 2.0, (height - part) / 2.0);
    context.draw_image_with_image_bitmap_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
        bitmap, left, top, part, part, 0.0, 0.0, side, side,
    )?;
    Ok(context.get_image_data(0.0, 0.0, side, side)?.data().0)
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
