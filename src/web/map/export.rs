//! The map as files: everything for this page, a table, a drawing, a picture; and opening the first.
//!
//! Must not know what is in a file; the core writes and reads it.

use super::atlas::Atlas;
use super::plot;
use crate::chart::{draw_map_card, map_svg};
use crate::map::{file, table};
use crate::t;
use crate::web::canvas;
use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlCanvasElement, HtmlInputElement, Url};

/// Kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The map with every run, to be opened here again.
    Map,
    /// One row per cell and seed.
    Csv,
    /// A drawing that scales.
    Svg,
    /// A picture in pixels.
    Png,
}

impl Form {
    /// How the file's name ends.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Map => "json",
            Self::Csv => "csv",
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }
}

/// Size of drawings in CSS pixels, and how many of a picture's pixels make one.
const SIZE: (u32, u32) = (900, 720);
const FINE: f32 = 2.0;

/// Hands a file to the browser's downloads.
///
/// # Errors
/// The browser refuses; said in words.
pub fn save(atlas: Atlas, form: Form) -> Result<(), String> {
    let refused = || t!("map.save.refused").to_owned();
    let spec = atlas.spec.read_untracked();
    let grid = atlas.grid.read_untracked();
    let text = match form {
        Form::Map => file::write(&spec, atlas.measure.get_untracked(), &grid),
        Form::Csv => table::csv(&spec, &grid),
        Form::Svg => plot::with_view(atlas, 1.0, |view| map_svg(view, SIZE)).map_err(|_| refused())?,
        Form::Png => return picture(atlas).ok_or_else(refused),
    };
    let blob = Blob::new_with_str_sequence(&Array::of1(&text.into())).map_err(|_| refused())?;
    download(&blob, form).ok_or_else(refused)
}

fn picture(atlas: Atlas) -> Option<()> {
    let element: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    let ratio = canvas::pixel_ratio();
    let side = |css: u32| css as f32 * FINE / ratio;
    let area = canvas::prepare(&element, side(SIZE.0), side(SIZE.1)).ok()?;
    plot::with_view(atlas, FINE, |view| draw_map_card(view, &area)).ok()?;
    let done = Closure::once_into_js(move |blob: JsValue| {
        if blob.dyn_ref::<Blob>().and_then(|blob| download(blob, Form::Png)).is_none() {
            atlas.notify(t!("map.save.refused").to_owned());
        }
    });
    element.to_blob(done.unchecked_ref()).ok()
}

fn download(blob: &Blob, form: Form) -> Option<()> {
    let address = Url::create_object_url_with_blob(blob).ok()?;
    let link: web_sys::HtmlElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_attribute("href", &address).ok()?;
    link.set_attribute("download", &["collapse-map.", form.suffix()].concat()).ok()?;
    link.click();
    // The browser has the file by then; fails only for addresses that are none.
    set_timeout(move || drop(Url::revoke_object_url(&address)), std::time::Duration::from_secs(10));
    Some(())
}

/// Opens the file chosen in an input.
pub fn load(atlas: Atlas, event: &leptos::ev::Event) {
    let input: HtmlInputElement = event_target(event);
    let Some(chosen) = input.files().and_then(|files| files.get(0)) else { return };
    // The same file can be chosen again.
    input.set_value("");
    wasm_bindgen_futures::spawn_local(async move {
        let text = JsFuture::from(chosen.text()).await.ok().and_then(|text| text.as_string());
        match file::read(&text.unwrap_or_default()) {
            Ok((spec, measure, grid)) => atlas.open(spec, measure, grid),
            Err(reason) => atlas.notify(reason),
        }
    });
}
