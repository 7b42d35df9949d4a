//! The map's canvas with pointer and keys, and the same numbers as a table.
//!
//! Must not know how cells are drawn.

use super::atlas::Atlas;
use crate::chart::{MapFrame, MapView, draw_map, read_map};
use crate::map::theory::Line;
use crate::map::{Law, Plan};
use crate::t;
use crate::web::{canvas, theme};
use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlCanvasElement;

/// The canvas.
pub fn plot(atlas: Atlas) -> AnyView {
    let element = NodeRef::<html::Canvas>::new();
    let frame = RwSignal::new(MapFrame::default());
    let size = RwSignal::new((0.0_f32, 0.0_f32));
    let waiting = StoredValue::new(false);
    Effect::new(move |_| {
        atlas.grid.track();
        atlas.spec.track();
        atlas.measure.track();
        atlas.laws.track();
        atlas.theory.track();
        atlas.theme.track();
        atlas.selected.track();
        size.track();
        let Some(canvas) = element.get() else { return };
        if waiting.get_value() {
            return;
        }
        waiting.set_value(true);
        request_animation_frame(move || {
            waiting.set_value(false);
            draw(atlas, &canvas, frame);
        });
    });
    watch_size(element, size);
    let cell_under = move |event: &web_sys::MouseEvent| {
        let ratio = canvas::pixel_ratio();
        let at = (event.offset_x() as f32 * ratio, event.offset_y() as f32 * ratio);
        frame.get_untracked().cell_at(at.0, at.1)
    };
    let moved = move |event: leptos::ev::PointerEvent| {
        let cell = cell_under(&event);
        if atlas.hovered.get_untracked() != cell {
            atlas.hovered.set(cell);
        }
    };
    let clicked = move |event: leptos::ev::PointerEvent| {
        let Some(cell) = cell_under(&event).filter(|_| event.button() == 0) else { return };
        atlas.selected.set(Some(cell));
        // A finger has no way to look before it opens: its panel has a button for that.
        if event.pointer_type() == "mouse" {
            atlas.open_cell(cell);
        }
    };
    let value_text = move || {
        let spec = atlas.spec.read();
        let cell = atlas.selected.get().unwrap_or(0);
        let readings = read_map(&spec, &atlas.grid.read(), cell);
        readings
            .iter()
            .map(|reading| [&reading.label, ": ", &reading.value].concat())
            .collect::<Vec<_>>()
            .join("; ")
    };
    view! {
        <div
            class="atlas-plot"
            id="map-plot"
            role="application"
            tabindex="0"
            aria-label=t!("map.plot")
            aria-describedby="map-plot-keys"
            on:keydown=move |event| press(atlas, &event)
            on:pointermove=moved
            on:pointerleave=move |_| atlas.hovered.set(None)
            on:pointerup=clicked
        >
            <canvas node_ref=element></canvas>
        </div>
        <p class="quiet atlas-keys" id="map-plot-keys">{t!("map.keys")}</p>
        <p class="sr" aria-live="polite">
            {move || atlas.selected.get().map(|_| value_text())}
        </p>
    }
    .into_any()
}

/// Redraws when the page is laid out anew.
fn watch_size(element: NodeRef<html::Canvas>, size: RwSignal<(f32, f32)>) {
    use wasm_bindgen::JsCast;
    use wasm_bindgen::prelude::Closure;
    Effect::new(move |_| {
        let Some(parent) = element.get().and_then(|canvas| canvas.parent_element()) else { return };
        let watched = parent.clone();
        let changed = Closure::<dyn FnMut()>::new(move || {
            let shape = watched.get_bounding_client_rect();
            // A page that has been put into other words has left this element behind.
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

/// What the laws that are switched on draw.
pub fn lines(atlas: Atlas) -> Vec<Line> {
    let on = atlas.laws.get_untracked();
    let theory = atlas.theory.read_untracked();
    let shown = Law::ALL.iter().enumerate().filter(|(law, _)| on[*law]);
    shown.filter_map(|(law, _)| theory.get(law)?.as_ref().ok()).flatten().cloned().collect()
}

fn draw(atlas: Atlas, element: &HtmlCanvasElement, frame: RwSignal<MapFrame>) {
    let Some(parent) = element.parent_element() else { return };
    let shape = parent.get_bounding_client_rect();
    let (width, height) = (shape.width() as f32, shape.height() as f32);
    let Ok(area) = canvas::prepare(element, width, height) else { return };
    let drawn = with_view(atlas, canvas::pixel_ratio(), |view| draw_map(view, &area));
    // A canvas refuses nothing that was measured on it; a picture that fails is drawn at the next change.
    if let Ok(drawn) = drawn {
        frame.set(drawn);
    }
}

/// What the map is drawn from, for the length of `look`.
pub fn with_view<T>(atlas: Atlas, scale: f32, look: impl FnOnce(&MapView) -> T) -> T {
    let spec = atlas.spec.read_untracked();
    let grid = atlas.grid.read_untracked();
    let (columns, rows) = spec.size();
    let plan = Plan::new(columns, rows);
    let lines = lines(atlas);
    look(&MapView {
        spec: &spec,
        grid: &grid,
        plan: &plan,
        measure: atlas.measure.get_untracked(),
        lines: &lines,
        selected: atlas.selected.get_untracked(),
        theme: theme::of_charts(atlas.theme.get_untracked()),
        scale,
    })
}

/// Arrow keys move from cell to cell, Enter opens one.
fn press(atlas: Atlas, event: &leptos::ev::KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let (columns, rows) = atlas.spec.read_untracked().size();
    let now = atlas.selected.get_untracked();
    let (column, row) = now.map_or((0, 0), |cell| (cell % columns, cell / columns));
    let next = match (event.key().as_str(), now) {
        ("Enter", Some(cell)) => {
            event.prevent_default();
            return atlas.open_cell(cell);
        }
        ("Escape", _) => return atlas.selected.set(None),
        ("ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown", None) => (0, 0),
        ("ArrowLeft", _) => (column.saturating_sub(1), row),
        ("ArrowRight", _) => ((column + 1).min(columns - 1), row),
        ("ArrowDown", _) => (column, row.saturating_sub(1)),
        ("ArrowUp", _) => (column, (row + 1).min(rows - 1)),
        ("Home", _) => (0, row),
        ("End", _) => (columns - 1, row),
        ("PageUp", _) => (column, rows - 1),
        ("PageDown", _) => (column, 0),
        _ => return,
    };
    event.prevent_default();
    atlas.hovered.set(None);
    atlas.selected.set(Some(next.1 * columns + next.0));
}

/// The colours' numbers as a table, rows as on the map; made when it is opened.
pub fn table(atlas: Atlas) -> AnyView {
    let open = RwSignal::new(false);
    let toggled = move |event: leptos::ev::Event| {
        let details: web_sys::HtmlDetailsElement = event_target(&event);
        open.set(details.open());
    };
    let body = move || {
        open.get().then(|| {
            let (spec, grid) = (atlas.spec.read(), atlas.grid.read());
            let measure = atlas.measure.get();
            let (columns, rows) = (spec.columns(), spec.rows());
            let say = |value: f64| crate::words::short(value as f32);
            let head: Vec<AnyView> =
                columns.iter().map(|x| view! { <th scope="col">{say(*x)}</th> }.into_any()).collect();
            let row = |row: usize| {
                let cell = |column: usize| {
                    let value = grid.summary(row * columns.len() + column).and_then(|cell| measure.of(cell));
                    let text = value.map_or_else(|| "–".to_owned(), |value| crate::words::decimal(value, 2));
                    view! { <td>{text}</td> }.into_any()
                };
                let cells: Vec<AnyView> = (0..columns.len()).map(cell).collect();
                view! { <tr><th scope="row">{say(rows[row])}</th>{cells}</tr> }.into_any()
            };
            let body: Vec<AnyView> = (0..rows.len()).rev().map(row).collect();
            let caption = t!(
                "map.table.caption",
                what = measure.label(),
                x = spec.x.knob.label(),
                y = spec.y.knob.label()
            );
            view! {
                <div class="scroll" tabindex="0" role="region" aria-label=t!("map.table")>
                    <table>
                        <caption>{caption}</caption>
                        <thead><tr><td></td>{head}</tr></thead>
                        <tbody>{body}</tbody>
                    </table>
                </div>
            }
        })
    };
    view! {
        <details class="data atlas-table card" on:toggle=toggled>
            <summary>{t!("map.table")}</summary>
            {body}
        </details>
    }
    .into_any()
}
