//! A drawing as a picture in pixels, by the browser's own hand.
//!
//! Must not know what is drawn.

use crate::web::dom;
use js_sys::{Function, Promise};
use leptos::prelude::document;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlCanvasElement, HtmlImageElement, Url};

/// Pixels per CSS pixel of the drawing: sharp on paper.
const FINE: u32 = 2;

/// A PNG of an SVG file; `None` where the browser refuses.
pub async fn png(svg: &Blob) -> Option<Blob> {
    let address = Url::create_object_url_with_blob(svg).ok()?;
    let image = HtmlImageElement::new().ok()?;
    let drawn = draw(&image, &address).await;
    // Fails only for addresses that are none.
    let _ = Url::revoke_object_url(&address);
    drawn
}

async fn draw(image: &HtmlImageElement, address: &str) -> Option<Blob> {
    image.set_src(address);
    JsFuture::from(image.decode()).await.ok()?;
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    let (width, height) = (image.width() * FINE, image.height() * FINE);
    canvas.set_width(width);
    canvas.set_height(height);
    dom::context(&canvas)?
        .draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width.into(), height.into())
        .ok()?;
    let encoded = Promise::new(&mut |resolve: Function, _| {
        // A canvas that cannot be encoded leaves the promise open only if the call itself fails.
        if canvas.to_blob(&resolve).is_err() {
            let _ = resolve.call0(&JsValue::NULL);
        }
    });
    JsFuture::from(encoded).await.ok()?.dyn_into().ok()
}
