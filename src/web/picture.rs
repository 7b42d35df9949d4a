//! Pictures of a chart for programs: SVG or PNG.
//!
//! Must not know who asks, or how a chart is drawn.

use super::canvas;
use super::charts;
use super::store::Store;
use crate::chart::{Chart, View};
use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::document;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlCanvasElement};

/// Size of the picture in CSS pixels.
const SIZE: (u32, u32) = (700, 420);

/// The chart named in `{format, chart}`, the large one unless it says so, as a `Blob`.
///
/// # Errors
/// An unknown format or chart, or a browser that does not draw.
pub async fn take(store: Store, options: JsValue) -> Result<JsValue, JsValue> {
    let text = |name: &str| Reflect::get(&options, &name.into()).ok().and_then(|value| value.as_string());
    let shown = charts::shown(store);
    let chart = match text("chart") {
        None => shown.first().copied(),
        Some(id) => shown.into_iter().find(|chart| chart.row().id == id),
    };
    let chart = chart.ok_or_else(|| error("chart: not shown here"))?;
    match text("format").as_deref() {
        None | Some("png") => png(store, chart).await,
        Some("svg") => svg(store, chart),
        Some(_) => Err(error("format: use svg or png")),
    }
}

fn svg(store: Store, chart: Chart) -> Result<JsValue, JsValue> {
    let text = store.with_view(|view| canvas::svg(chart, &View { scale: 1.0, ..*view }, SIZE));
    let parts = Array::of1(&text.ok_or_else(no_canvas)?.into());
    let kind = BlobPropertyBag::new();
    kind.set_type("image/svg+xml");
    Blob::new_with_str_sequence_and_options(&parts, &kind).map(Into::into)
}

async fn png(store: Store, chart: Chart) -> Result<JsValue, JsValue> {
    let canvas: HtmlCanvasElement =
        document().create_element("canvas")?.dyn_into().map_err(|_| no_canvas())?;
    let ground = store.with_view(|view| {
        let view = View { scale: canvas::pixel_ratio(), ..*view };
        canvas::draw(chart, &view, &canvas, SIZE.0 as f32, SIZE.1 as f32).map(|_| view.theme.background())
    });
    let ground = ground.map_err(|failed| error(&failed.to_string()))?;
    let context = super::dom::context(&canvas).ok_or_else(no_canvas)?;
    // Charts are drawn on whatever is there; a file has nothing behind it.
    context.set_global_composite_operation("destination-over")?;
    context.set_fill_style_str(&ground.css());
    context.fill_rect(0.0, 0.0, f64::from(canvas.width()), f64::from(canvas.height()));
    let made = Promise::new(&mut |resolve: Function, _| {
        // Calling back fails only on a tainted canvas, and this one has no pictures of others.
        let _ = canvas.to_blob(&resolve);
    });
    JsFuture::from(made).await
}

fn no_canvas() -> JsValue {
    error("this browser does not let the page draw")
}

fn error(reason: &str) -> JsValue {
    js_sys::Error::new(reason).into()
}
