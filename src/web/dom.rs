//! Small dealings with the browser that can fail and must not stop the page.
//!
//! Must not know the page's state.

use crate::protocol::Thumbnail;
use js_sys::{Function, Promise};
use leptos::prelude::{document, set_timeout, window};
use std::time::Duration;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// A value from local storage; `None` also where storage is blocked.
pub fn stored(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// Keeps a value where storage allows; the page works the same without.
pub fn store(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or blocked storage only costs the convenience.
        let _ = storage.set_item(key, value);
    }
}

/// Keeps a value; whether it is kept.
pub fn try_store(key: &str, value: &str) -> bool {
    let storage = window().local_storage().ok().flatten();
    storage.is_some_and(|storage| storage.set_item(key, value).is_ok())
}

/// The text of a file of the page.
///
/// # Errors
/// The file did not arrive; says which and why.
pub async fn fetch_text(address: &str) -> Result<String, String> {
    let failed = |what: &str| [address, ": ", what].concat();
    let response =
        JsFuture::from(window().fetch_with_str(address)).await.map_err(|_| failed("not fetched"))?;
    let response: web_sys::Response = response.dyn_into().map_err(|_| failed("no response"))?;
    if !response.ok() {
        return Err(failed(&response.status().to_string()));
    }
    let text = response.text().map_err(|_| failed("no text"))?;
    JsFuture::from(text).await.ok().and_then(|text| text.as_string()).ok_or_else(|| failed("no text"))
}

/// The bytes of a file of the page.
///
/// # Errors
/// The file did not arrive; says which and why.
#[cfg(feature = "export")]
pub async fn fetch_bytes(address: &str) -> Result<Vec<u8>, String> {
    let failed = |what: &str| [address, ": ", what].concat();
    let response =
        JsFuture::from(window().fetch_with_str(address)).await.map_err(|_| failed("not fetched"))?;
    let response: web_sys::Response = response.dyn_into().map_err(|_| failed("no response"))?;
    if !response.ok() {
        return Err(failed(&response.status().to_string()));
    }
    let bytes = response.array_buffer().map_err(|_| failed("no bytes"))?;
    let bytes = JsFuture::from(bytes).await.map_err(|_| failed("no bytes"))?;
    Ok(js_sys::Uint8Array::new(&bytes).to_vec())
}

/// Adds a program's own style sheet, which the page does not carry.
#[cfg(any(feature = "map", feature = "clinic", feature = "export", feature = "desk"))]
pub fn dress(sheet: &str) {
    let link = document().create_element("link").and_then(|link| {
        link.set_attribute("rel", "stylesheet")?;
        link.set_attribute("href", &[sheet, "?", crate::protocol::BUILD].concat())?;
        Ok(link)
    });
    if let (Ok(link), Some(head)) = (link, document().head()) {
        // A sheet that does not arrive leaves the page plain but whole.
        let _ = head.append_child(&link);
    }
}

/// Lets the page breathe for so long.
pub async fn rest(duration: Duration) {
    let promise = Promise::new(&mut |resolve: Function, _| {
        // Calling a promise's own resolve cannot fail.
        set_timeout(move || drop(resolve.call0(&JsValue::NULL)), duration);
    });
    // This promise is never rejected.
    let _ = JsFuture::from(promise).await;
}

/// Gives an element the focus without moving the page.
pub fn focus(id: &str) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    if let Some(element) = by_id(id).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that cannot take focus stays without.
        let _ = element.focus_with_options(&options);
    }
}

/// Whether a lesson lies over the lower part of the page; the width is the style sheet's.
pub fn is_sheet() -> bool {
    let query = window().match_media("(max-width: 1000px)").ok().flatten();
    query.is_some_and(|query| query.matches())
}

/// Milliseconds since navigation.
pub fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// Whether the page is laid out in one column; the width is the style sheet's.
pub fn is_narrow() -> bool {
    let query = window().match_media("(max-width: 800px)").ok().flatten();
    query.is_some_and(|query| query.matches())
}

/// Sets a CSS property through the object model, which a strict style policy allows.
pub fn set_style(element: &web_sys::Element, property: &str, value: &str) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        // Unknown properties are ignored by browsers; nothing to do.
        let _ = element.style().set_property(property, value);
    }
}

/// Draws thumbnails in rows of `columns`, as many rows as they need.
pub fn draw_thumbnails(canvas: &HtmlCanvasElement, thumbnails: &[Thumbnail], columns: usize) {
    let columns = columns.min(thumbnails.len()).max(1);
    let rows = thumbnails.len().div_ceil(columns);
    draw_grid(canvas, thumbnails, thumbnails.first(), columns, rows);
}

/// Draws thumbnails in a grid with cells of one thumbnail's `shape`, at one canvas pixel per picture
/// pixel; the style sheet scales it up. Nothing without a shape.
pub fn draw_grid(
    canvas: &HtmlCanvasElement,
    thumbnails: &[Thumbnail],
    shape: Option<&Thumbnail>,
    columns: usize,
    rows: usize,
) {
    let (width, height) = shape.map_or((1, 1), |shape| (shape.width, shape.height));
    canvas.set_width((width + 1) * columns as u32 - 1);
    canvas.set_height(((height + 1) * rows as u32).max(2) - 1);
    let Some(context) = context(canvas) else { return };
    for (index, thumbnail) in thumbnails.iter().enumerate() {
        let (column, row) = ((index % columns) as u32, (index / columns) as u32);
        let pixels = rgba(thumbnail);
        if let Ok(image) = ImageData::new_with_u8_clamped_array(Clamped(&pixels), thumbnail.width) {
            let at = (f64::from(column * (width + 1)), f64::from(row * (height + 1)));
            // Fails only for a detached image, and this one was just made.
            let _ = context.put_image_data(&image, at.0, at.1);
        }
    }
}

/// The canvas's 2-D context; `None` where the browser refuses one.
pub fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// Copies text; the promise fails where the clipboard is blocked.
pub async fn copy(text: &str) -> Result<(), JsValue> {
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into())?;
    if clipboard.is_undefined() {
        return Err("this browser has no clipboard here".into());
    }
    let clipboard: web_sys::Clipboard = clipboard.unchecked_into();
    wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text)).await.map(|_| ())
}

/// Shows one of the messages in `index.html` for a page that cannot start.
pub fn reveal(id: &str) {
    if let Some(message) = by_id(id) {
        // Removing an attribute that is there cannot fail.
        let _ = message.remove_attribute("hidden");
    }
}

/// The element with this id.
pub fn by_id(id: &str) -> Option<web_sys::Element> {
    document().get_element_by_id(id)
}

fn rgba(thumbnail: &Thumbnail) -> Vec<u8> {
    let mut pixels = Vec::with_capacity((thumbnail.width * thumbnail.height * 4) as usize);
    for pixel in thumbnail.pixels.chunks_exact(thumbnail.channels.max(1) as usize) {
        match *pixel {
            [red, green, blue] => pixels.extend([red, green, blue, 255]),
            [grey, ..] => pixels.extend([grey, grey, grey, 255]),
            [] => {}
        }
    }
    pixels
}
