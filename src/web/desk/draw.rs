//! Points drawn in the plane: a click or a drag adds points of the chosen class, the eraser takes them away.
//!
//! With the keyboard a cross is moved by arrows, and space acts where it stands. Must not know how points
//! are packed.

use super::state::{Desk, Point};
use super::table;
use crate::chart::{Theme, class_colour};
use crate::own::limit::Limit;
use crate::t;
use crate::web::dom;
use leptos::html;
use leptos::prelude::*;

/// Pixels of the canvas; the plane reaches from -1 to 1 upwards and as far as that goes across.
const SIZE: (u32, u32) = (800, 600);
/// Least distance between two points of a drag, in the plane.
const APART: f32 = 0.05;
/// How far the eraser reaches.
const REACH: f32 = 0.1;
/// How far an arrow moves the cross.
const STEP: f32 = 0.05;
/// Half the width of the plane.
const WIDE: f32 = SIZE.0 as f32 / SIZE.1 as f32;

/// The tab.
pub fn panel(desk: Desk) -> AnyView {
    let canvas = NodeRef::<html::Canvas>::new();
    let class = RwSignal::new(Some(0u8));
    let cross = RwSignal::new(None::<(f32, f32)>);
    let last = StoredValue::new(None::<(f32, f32)>);
    Effect::new(move |_| {
        let (points, cross) = (desk.points.read(), cross.get());
        // A dialogue that is shown knows its colours.
        desk.is_open.track();
        desk.tab.track();
        if let Some(canvas) = canvas.get() {
            paint(&canvas, &points, cross);
        }
    });
    let act = move |at: (f32, f32)| match class.get_untracked() {
        Some(class) => {
            if desk.points.read_untracked().len() < Limit::Points.most() {
                desk.points.update(|points| points.push((at.0, at.1, class)));
            }
        }
        None => desk.points.update(|points| points.retain(|point| distance(at, (point.0, point.1)) > REACH)),
    };
    let place = move |event: &leptos::ev::PointerEvent| {
        let canvas = canvas.get_untracked()?;
        let area = canvas.get_bounding_client_rect();
        let across = (f64::from(event.client_x()) - area.left()) / area.width();
        let down = (f64::from(event.client_y()) - area.top()) / area.height();
        Some(((2.0 * across - 1.0) as f32 * WIDE, (1.0 - 2.0 * down) as f32))
    };
    let press = move |event: leptos::ev::PointerEvent| {
        if let (Some(canvas), Some(at)) = (canvas.get_untracked(), place(&event)) {
            // Fails only for a pointer that is gone.
            let _ = canvas.set_pointer_capture(event.pointer_id());
            last.set_value(Some(at));
            cross.set(None);
            act(at);
        }
    };
    let drag = move |event: leptos::ev::PointerEvent| {
        if let (Some(before), Some(at)) = (last.get_value(), place(&event))
            && distance(before, at) >= APART
        {
            last.set_value(Some(at));
            act(at);
        }
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        let (x, y) = cross.get_untracked().unwrap_or_default();
        let next = match event.key().as_str() {
            "ArrowLeft" => (x - STEP, y),
            "ArrowRight" => (x + STEP, y),
            "ArrowUp" => (x, y + STEP),
            "ArrowDown" => (x, y - STEP),
            " " | "Enter" => {
                act((x, y));
                (x, y)
            }
            _ => return,
        };
        event.prevent_default();
        cross.set(Some((next.0.clamp(-WIDE, WIDE), next.1.clamp(-1.0, 1.0))));
    };
    let choices: Vec<AnyView> =
        (0..Limit::Classes.most() as u8).map(|number| brush(desk, class, number)).collect();
    view! {
        <p class="quiet">{t!("own.draw.help", most = Limit::Points.most())}</p>
        <div class="row desk-brushes" role="group" aria-label=t!("own.draw.class")>
            {choices}
            <button
                type="button"
                class="button"
                id="desk-erase"
                aria-pressed=move || class.get().is_none().to_string()
                on:click=move |_| class.set(None)
            >
                {t!("own.draw.erase")}
            </button>
            <button type="button" class="button" id="desk-clear" on:click=move |_| desk.points.set(Vec::new())>
                {t!("own.draw.clear")}
            </button>
        </div>
        <canvas
            node_ref=canvas
            id="desk-canvas"
            class="desk-canvas"
            width=SIZE.0
            height=SIZE.1
            tabindex="0"
            role="application"
            aria-label=t!("own.draw.canvas")
            on:pointerdown=press
            on:pointermove=drag
            on:pointerup=move |_| last.set_value(None)
            on:pointercancel=move |_| last.set_value(None)
            on:keydown=keys
        ></canvas>
        <p role="status" id="desk-points">{move || t!("own.draw.count", n = desk.points.read().len())}</p>
        {table::go(move || desk.points.read().len() >= 4, desk, move || desk.train_points())}
    }
    .into_any()
}

/// The choice of a class: its colour, its number and how many points it has.
fn brush(desk: Desk, class: RwSignal<Option<u8>>, number: u8) -> AnyView {
    let count = move || desk.points.read().iter().filter(|point| point.2 == number).count();
    let swatch = NodeRef::<html::Span>::new();
    Effect::new(move |_| {
        if let Some(swatch) = swatch.get() {
            let colour = class_colour(theme(), usize::from(number));
            dom::set_style(&swatch, "background", &colour.css());
        }
    });
    view! {
        <button
            type="button"
            class="button"
            data-brush=number.to_string()
            aria-pressed=move || (class.get() == Some(number)).to_string()
            on:click=move |_| class.set(Some(number))
        >
            <span node_ref=swatch class="desk-swatch" aria-hidden="true"></span>
            <span class="sr">{t!("own.draw.class")}</span>
            {u32::from(number) + 1}
            <span class="quiet">{move || Some(count()).filter(|count| *count > 0).map(|count| ["×", &count.to_string()].concat())}</span>
        </button>
    }
    .into_any()
}

fn paint(canvas: &web_sys::HtmlCanvasElement, points: &[Point], cross: Option<(f32, f32)>) {
    let Some(context) = dom::context(canvas) else { return };
    let (width, height) = (f64::from(SIZE.0), f64::from(SIZE.1));
    context.clear_rect(0.0, 0.0, width, height);
    let place = |x: f32, y: f32| (f64::from(0.5 + 0.5 * x / WIDE) * width, f64::from(0.5 - 0.5 * y) * height);
    let theme = theme();
    for &(x, y, class) in points {
        let (across, down) = place(x, y);
        context.set_fill_style_str(&class_colour(theme, usize::from(class)).css());
        context.begin_path();
        // A second shape, so that colour is not the only difference.
        if class.is_multiple_of(2) {
            // Fails only for a negative radius.
            let _ = context.arc(across, down, 8.0, 0.0, std::f64::consts::TAU);
        } else {
            context.rect(across - 7.0, down - 7.0, 14.0, 14.0);
        }
        context.fill();
    }
    if let Some((x, y)) = cross {
        let (across, down) = place(x, y);
        context.set_fill_style_str(if theme == Theme::Dark { "#fff" } else { "#000" });
        context.fill_rect(across - 16.0, down - 1.0, 32.0, 2.0);
        context.fill_rect(across - 1.0, down - 16.0, 2.0, 32.0);
    }
}

/// The page's colours.
fn theme() -> Theme {
    let said = document().document_element().and_then(|root| root.get_attribute("data-theme"));
    if said.as_deref() == Some("dark") { Theme::Dark } else { Theme::Light }
}

fn distance(a: (f32, f32), b: (f32, f32)) -> f32 {
    (a.0 - b.0).hypot(a.1 - b.1)
}
