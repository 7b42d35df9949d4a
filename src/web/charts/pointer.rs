//! The cursor that all charts over time share: pointer, touch, keys, line and read-out.
//!
//! Must not know which values a chart reads.

use super::painter;
use crate::chart::{ChartKind, Frame, Reading};
use crate::web::store::Store;
use crate::web::{canvas, dom};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent};

/// Makes a card's plot follow pointer and keys for as long as the page lives.
pub fn listen(store: Store, card: usize, kind: ChartKind, plot: &HtmlElement) {
    match kind {
        ChartKind::Time => {
            on::<MouseEvent>(plot, "pointermove", move |event| {
                if let Some(frame) = painter::frame(card) {
                    set(store, Some(frame.step_at(event.offset_x() as f32 * canvas::pixel_ratio())));
                }
            });
            on::<MouseEvent>(plot, "pointerleave", move |_| set(store, None));
            on::<KeyboardEvent>(plot, "keydown", move |event| key(store, card, &event));
            on::<web_sys::Event>(plot, "blur", move |_| set(store, None));
        }
        ChartKind::Look => {
            on::<MouseEvent>(plot, "pointermove", move |event| show_look(store, card, &event));
            on::<MouseEvent>(plot, "pointerleave", move |_| {
                painter::with_drawn(card, |parts, _, _| parts.reading.set_hidden(true));
            });
        }
        ChartKind::Matrix => on::<MouseEvent>(plot, "click", move |event| {
            let ratio = canvas::pixel_ratio();
            let at = (event.offset_x() as f32 * ratio, event.offset_y() as f32 * ratio);
            if let Some((actual, predicted)) =
                painter::frame(card).and_then(|frame| frame.cell_at(at.0, at.1))
            {
                store.look_into(actual as u8, predicted as u8);
            }
        }),
    }
}

/// Shares of the axis an arrow key moves.
const KEY_STEP: f32 = 0.02;

fn key(store: Store, card: usize, event: &KeyboardEvent) {
    let Some(Frame { steps: (first, last), .. }) = painter::frame(card) else { return };
    let now = store.cursor.get_untracked().unwrap_or(last);
    let step = (last - first) * KEY_STEP;
    let next = match event.key().as_str() {
        "ArrowLeft" | "ArrowDown" => Some(now - step),
        "ArrowRight" | "ArrowUp" => Some(now + step),
        "PageDown" => Some(now - 10.0 * step),
        "PageUp" => Some(now + 10.0 * step),
        "Home" => Some(first),
        "End" => Some(last),
        "Escape" => None,
        _ => return,
    };
    event.prevent_default();
    set(store, next.map(|next| next.clamp(first, last)));
}

fn set(store: Store, step: Option<f32>) {
    if store.cursor.get_untracked() != step {
        store.cursor.set(step);
        painter::cursor_moved();
    }
}

/// Moves lines and read-outs of all visible charts to the cursor.
pub fn show_cursor(store: Store) {
    let step = store.cursor.get_untracked();
    store.cursor_shown.set_value(step.is_some());
    let ratio = canvas::pixel_ratio();
    painter::each_drawn(|parts, frame, (width, _)| {
        if parts.chart.row().kind != ChartKind::Time {
            return;
        }
        parts.line.set_hidden(step.is_none());
        parts.reading.set_hidden(step.is_none());
        let Some(step) = step else { return };
        let x = frame.x_at(step) / ratio;
        dom::set_style(&parts.line, "transform", &["translateX(", &x.to_string(), "px)"].concat());
        // The read-out stays on the side with more room, off the pointer.
        let left = x > width as f32 / 2.0;
        // Replacing a class of an element that exists cannot fail.
        let _ = parts.reading.class_list().toggle_with_force("at-left", left);
        let readings = store.with_view(|view| parts.chart.read(view, step));
        fill(&parts.reading, &readings);
        describe(&parts.plot, frame, step, &readings);
    });
}

/// The read-out of a picture that is not over time, at the pointer.
fn show_look(store: Store, card: usize, event: &MouseEvent) {
    let ratio = canvas::pixel_ratio();
    let at = (event.offset_x() as f32 * ratio, event.offset_y() as f32 * ratio);
    painter::with_drawn(card, |parts, frame, (width, _)| {
        let readings = store.with_view(|view| parts.chart.read_at(view, frame, at));
        parts.reading.set_hidden(readings.is_empty());
        let left = event.offset_x() as f32 > width as f32 / 2.0;
        // Replacing a class of an element that exists cannot fail.
        let _ = parts.reading.class_list().toggle_with_force("at-left", left);
        fill(&parts.reading, &readings);
    });
}

fn fill(reading: &HtmlElement, readings: &[Reading]) {
    reading.set_text_content(None);
    for Reading { label, value, colour } in readings {
        let Ok(row) = document().create_element("div") else { return };
        if let (Some(colour), Some(swatch)) = (colour, child(&row, "i", "")) {
            dom::set_style(&swatch, "background-color", &colour.css());
        }
        child(&row, "span", label);
        child(&row, "b", value);
        // Appending an element just made cannot fail.
        let _ = reading.append_child(&row);
    }
}

fn child(parent: &Element, tag: &str, text: &str) -> Option<Element> {
    let element = document().create_element(tag).ok()?;
    element.set_text_content(Some(text));
    parent.append_child(&element).ok()?;
    Some(element)
}

fn describe(plot: &HtmlElement, frame: Frame, step: f32, readings: &[Reading]) {
    let text: Vec<String> =
        readings.iter().map(|Reading { label, value, .. }| format!("{label} {value}")).collect();
    for (name, value) in [
        ("aria-valuemax", frame.steps.1.round().to_string()),
        ("aria-valuenow", step.round().to_string()),
        ("aria-valuetext", text.join(", ")),
    ] {
        // These names are valid, so setting them cannot fail.
        let _ = plot.set_attribute(name, &value);
    }
}

fn on<E: JsCast + 'static>(element: &HtmlElement, event: &str, act: impl Fn(E) + 'static) {
    let act =
        Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| act(event.unchecked_into()));
    // Fails only for a null listener.
    let _ = element.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    act.forget();
}

impl Store {
    /// Whether a cursor is on the charts and so must follow a redraw.
    pub fn cursor_is_shown(self) -> bool {
        self.cursor_shown.get_value()
    }
}
