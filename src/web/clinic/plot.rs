//! The imported curves on canvases, and the same numbers as a table.
//!
//! Must not know which curves there are or how they are drawn.

use super::desk::Desk;
use crate::chart::{ImportedLine, ImportedView, draw_imported};
use crate::clinic::{Axis, Case, picture};
use crate::t;
use crate::web::{canvas, theme};
use crate::words;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::HtmlCanvasElement;

/// Rows of the table at most.
const ROWS: usize = 20;

/// One chart.
struct Picture {
    id: &'static str,
    title: &'static str,
    is_share: bool,
    lines: fn(&Case) -> Vec<ImportedLine>,
}

/// The charts for which there are curves.
pub fn curves(desk: Desk) -> AnyView {
    let body = move || {
        let case = desk.case.read();
        let pictures = [
            Picture {
                id: "clinic-loss",
                title: t!("clinic.curves.loss"),
                is_share: false,
                lines: picture::losses,
            },
            Picture {
                id: "clinic-accuracy",
                title: t!("clinic.curves.accuracy"),
                is_share: true,
                lines: picture::accuracies,
            },
        ];
        let filled: Vec<Picture> =
            pictures.into_iter().filter(|picture| !(picture.lines)(&case).is_empty()).collect();
        let axis = case.curves.as_ref().map(|curves| curves.axis)?;
        let lines: Vec<ImportedLine> = filled.iter().flat_map(|picture| (picture.lines)(&case)).collect();
        drop(case);
        Some(view! {
            {filled.into_iter().map(|picture| chart(desk, picture, axis)).collect::<Vec<AnyView>>()}
            {table(lines, axis)}
        })
    };
    view! { <div class="clinic-curves">{body}</div> }.into_any()
}

fn chart(desk: Desk, picture: Picture, axis: Axis) -> AnyView {
    let element = NodeRef::<html::Canvas>::new();
    let size = RwSignal::new((0.0_f32, 0.0_f32));
    let lines = picture.lines;
    Effect::new(move |_| {
        desk.theme.track();
        desk.case.track();
        size.track();
        let Some(canvas) = element.get() else { return };
        request_animation_frame(move || draw(desk, &canvas, lines, picture.is_share, axis));
    });
    watch_size(element, size);
    view! {
        <figure class="card clinic-card">
            <figcaption><h2>{picture.title}</h2></figcaption>
            <div class="clinic-plot" id=picture.id>
                <canvas node_ref=element role="img" aria-label=t!("clinic.curves.see", name = picture.title)></canvas>
            </div>
        </figure>
    }
    .into_any()
}

fn draw(
    desk: Desk,
    element: &HtmlCanvasElement,
    lines: fn(&Case) -> Vec<ImportedLine>,
    is_share: bool,
    axis: Axis,
) {
    let Some(parent) = element.parent_element() else { return };
    let shape = parent.get_bounding_client_rect();
    let Ok(area) = canvas::prepare(element, shape.width() as f32, shape.height() as f32) else { return };
    let lines = lines(&desk.case.read_untracked());
    let view = ImportedView {
        lines: &lines,
        is_share,
        axis: axis.label(),
        hint: t!("clinic.curves.empty"),
        theme: theme::of_charts(desk.theme.get_untracked()),
        scale: canvas::pixel_ratio(),
    };
    // A canvas refuses nothing that was measured on it; a picture that fails is drawn at the next change.
    let _ = draw_imported(&view, &area);
}

/// Redraws when the page is laid out anew.
fn watch_size(element: NodeRef<html::Canvas>, size: RwSignal<(f32, f32)>) {
    Effect::new(move |_| {
        let Some(parent) = element.get().and_then(|canvas| canvas.parent_element()) else { return };
        let watched = parent.clone();
        let changed = Closure::<dyn FnMut()>::new(move || {
            let shape = watched.get_bounding_client_rect();
            // A chart that was replaced has left this element behind.
            if shape.width() > 0.0 {
                let _ = size.try_set((shape.width() as f32, shape.height() as f32));
            }
        });
        if let Ok(observer) = web_sys::ResizeObserver::new(changed.as_ref().unchecked_ref()) {
            observer.observe(&parent);
        }
        // Lives as long as the element.
        changed.forget();
    });
}

/// The measured lines, thinned, one column each.
fn table(lines: Vec<ImportedLine>, axis: Axis) -> AnyView {
    let measured: Vec<&ImportedLine> = lines.iter().filter(|line| line.slot < 2).collect();
    let mut places: Vec<f32> = measured.iter().flat_map(|line| &line.points).map(|point| point.0).collect();
    places.sort_by(f32::total_cmp);
    places.dedup();
    let kept = places.len().min(ROWS);
    let head: Vec<AnyView> =
        measured.iter().map(|line| view! { <th scope="col">{line.label.clone()}</th> }.into_any()).collect();
    let row = |index: usize| {
        let place = places[index * (places.len() - 1) / (kept - 1).max(1)];
        let cell = |line: &&ImportedLine| {
            // Several values at one place are those of steps; the last stands.
            let found = line.points.iter().rev().find(|point| point.0 == place);
            let text = match found.map(|point| point.1) {
                Some(value) if value.is_finite() => words::short(value),
                Some(value) => value.to_string(),
                None => "–".to_owned(),
            };
            view! { <td>{text}</td> }.into_any()
        };
        let cells: Vec<AnyView> = measured.iter().map(cell).collect();
        view! { <tr><th scope="row">{words::short(place)}</th>{cells}</tr> }.into_any()
    };
    let rows: Vec<AnyView> = (0..kept).map(row).collect();
    view! {
        <details class="data card clinic-table">
            <summary>{t!("clinic.curves.table")}</summary>
            <div class="scroll" tabindex="0" role="region" aria-label=t!("clinic.curves.table")>
                <table>
                    <thead><tr><th scope="col">{axis.label()}</th>{head}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}
