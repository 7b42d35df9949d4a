//! The camera: asked for by a press, shown while it is on, off again when the desk is shut.
//!
//! Must not know what becomes of a shot.

use super::state::Desk;
use crate::experiment::own::SIDE;
use crate::t;
use crate::web::dom;
use js_sys::{Function, Promise, Reflect, Uint8Array};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, MediaStream, MediaStreamTrack};

/// The buttons and the moving picture.
pub fn camera(desk: Desk) -> AnyView {
    let video = NodeRef::<html::Video>::new();
    let is_on = RwSignal::new(false);
    let refused = RwSignal::new(String::new());
    let off = move || {
        if let Some(video) = video.get_untracked() {
            stop(&video);
        }
        is_on.set(false);
    };
    // Nobody is filmed by a window that is shut.
    Effect::new(move |_| {
        if !desk.is_open.get() {
            off();
        }
    });
    let switch = move |_| {
        if is_on.get_untracked() {
            return off();
        }
        refused.set(String::new());
        wasm_bindgen_futures::spawn_local(async move {
            match open().await {
                Ok(stream) => {
                    if let Some(video) = video.get_untracked() {
                        video.set_src_object(Some(&stream));
                        // Plays by itself; a refusal leaves the still.
                        let _ = video.play();
                        is_on.set(true);
                    }
                }
                Err(reason) => refused.set(t!("own.camera.refused", reason = reason.as_str())),
            }
        });
    };
    let shoot = move |_| {
        if let Some(pixels) = video.get_untracked().and_then(|video| shot(&video)) {
            desk.take_shot(&pixels);
        }
    };
    view! {
        <div class="row desk-camera">
            <button type="button" class="button" id="desk-camera" on:click=switch>
                {move || if is_on.get() { t!("own.camera.off") } else { t!("own.camera.on") }}
            </button>
            <button type="button" class="button primary" id="desk-shoot" hidden=move || !is_on.get() on:click=shoot>
                {t!("own.camera.shoot")}
            </button>
            <video node_ref=video hidden=move || !is_on.get() muted playsinline aria-label=t!("own.camera.label")></video>
        </div>
        <p class="notice warning" role="alert" hidden=move || refused.read().is_empty()>{refused}</p>
    }
    .into_any()
}

/// Asks the browser, which asks the visitor.
async fn open() -> Result<MediaStream, String> {
    let said = |error: JsValue| {
        let message = Reflect::get(&error, &"message".into()).ok().and_then(|message| message.as_string());
        message.unwrap_or_else(|| "?".to_owned())
    };
    // Without a secure address there is no such property.
    let devices = Reflect::get(&window().navigator(), &"mediaDevices".into()).map_err(said)?;
    let ask = Reflect::get(&devices, &"getUserMedia".into()).map_err(|_| t!("own.camera.none").to_owned())?;
    let ask: Function = ask.dyn_into().map_err(|_| t!("own.camera.none").to_owned())?;
    let wish = js_sys::Object::new();
    Reflect::set(&wish, &"video".into(), &true.into()).map_err(said)?;
    let promise: Promise = ask.call1(&devices, &wish).map_err(said)?.unchecked_into();
    Ok(JsFuture::from(promise).await.map_err(said)?.unchecked_into())
}

fn stop(video: &HtmlVideoElement) {
    let Some(stream) = video.src_object() else { return };
    for track in stream.get_tracks() {
        track.unchecked_into::<MediaStreamTrack>().stop();
    }
    video.set_src_object(None);
}

/// The middle of the picture as the pixels that pictures are held at.
fn shot(video: &HtmlVideoElement) -> Option<Uint8Array> {
    let (width, height) = (f64::from(video.video_width()), f64::from(video.video_height()));
    if width < 1.0 || height < 1.0 {
        return None;
    }
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(SIDE as u32);
    canvas.set_height(SIDE as u32);
    let context: CanvasRenderingContext2d = dom::context(&canvas)?;
    let (part, side) = (width.min(height), SIDE as f64);
    let (left, top) = ((width - part) / 2.0, (height - part) / 2.0);
    context
        .draw_image_with_html_video_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            video, left, top, part, part, 0.0, 0.0, side, side,
        )
        .ok()?;
    let image = context.get_image_data(0.0, 0.0, side, side).ok()?;
    Some(Uint8Array::from(&image.data().0[..]))
}
