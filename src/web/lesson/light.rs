//! Pointing at a part of the page: an outline, scrolled into view, its group opened.
//!
//! Must not know why.

use crate::web::dom;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDetailsElement, ScrollBehavior, ScrollIntoViewOptions, ScrollLogicalPosition};

/// Class of the element pointed at.
const LIT: &str = "lit";
/// Parts of the page are built one after the other; how long to wait for one.
const TRIES: u32 = 20;
const EVERY: Duration = Duration::from_millis(100);
/// When a new page or experiment has found its layout.
const SETTLED: Duration = Duration::from_millis(900);

/// Points at `knob:<name>`, `chart:<id>` or `panel:<name>`; the empty string at nothing.
pub fn point_at(light: &str) {
    unlight();
    if let Some(selector) = selector(light) {
        attempt(selector, TRIES);
    }
}

fn attempt(selector: String, tries: u32) {
    let found = document().query_selector(&selector).ok().flatten();
    match found {
        Some(element) => show(&element),
        None if tries > 0 => set_timeout(move || attempt(selector, tries - 1), EVERY),
        // The part was taken away by whoever made the link.
        None => {}
    }
}

fn show(element: &Element) {
    unlight();
    let mut group = Some(element.clone());
    while let Some(inside) = group {
        if let Some(details) = inside.dyn_ref::<HtmlDetailsElement>() {
            details.set_open(true);
        }
        group = inside.parent_element();
    }
    // An element's class list takes any single word.
    let _ = element.class_list().add_1(LIT);
    scroll_to(element);
    // What is above may still be growing.
    let element = element.clone();
    let again = move || {
        if element.class_list().contains(LIT) {
            scroll_to(&element);
        }
    };
    set_timeout(again, SETTLED);
}

fn scroll_to(element: &Element) {
    let sheet = dom::is_sheet();
    let (place, height) = (element.get_bounding_client_rect(), window_height());
    if !sheet && place.top() >= 0.0 && place.bottom() <= height {
        return;
    }
    let options = ScrollIntoViewOptions::new();
    let calm = window().match_media("(prefers-reduced-motion: reduce)").ok().flatten();
    let is_calm = calm.is_some_and(|query| query.matches());
    options.set_behavior(if is_calm { ScrollBehavior::Auto } else { ScrollBehavior::Smooth });
    // Where the lesson lies over the lower half, the upper half is what is seen.
    let fits = !sheet && place.height() <= height;
    options.set_block(if fits { ScrollLogicalPosition::Center } else { ScrollLogicalPosition::Start });
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Height of the window in CSS pixels.
fn window_height() -> f64 {
    window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default()
}

fn unlight() {
    let Ok(lit) = document().query_selector_all(&[".", LIT].concat()) else { return };
    for index in 0..lit.length() {
        if let Some(element) = lit.get(index).and_then(|node| node.dyn_into::<Element>().ok()) {
            let _ = element.class_list().remove_1(LIT);
        }
    }
}

fn selector(light: &str) -> Option<String> {
    let (kind, name) = light.split_once(':')?;
    Some(match (kind, name) {
        ("knob", _) => ["[data-knob=\"", name, "\"]"].concat(),
        ("chart", _) => ["[data-chart=\"", name, "\"]"].concat(),
        (_, "shares") => "[data-knob=\"shares\"]".to_owned(),
        (_, "checklist") => "[data-panel=\"checklist\"]".to_owned(),
        (_, "classes") => ".gallery".to_owned(),
        _ => [".", name].concat(),
    })
}
