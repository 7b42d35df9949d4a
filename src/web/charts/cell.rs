//! The examples behind one cell of the confusion matrix.
//!
//! Must not know how they were found.

use crate::t;
use crate::web::dom;
use crate::web::icon::{Icon, icon};
use crate::web::store::{CellView, Store};
use leptos::html;
use leptos::prelude::*;

/// The panel under the matrix; empty until a cell is clicked.
pub fn panel(store: Store) -> AnyView {
    let canvas = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        let cell = store.cell.read();
        let thumbnails = cell.as_ref().and_then(|cell| cell.thumbnails.as_deref()).unwrap_or(&[]);
        if let Some(canvas) = canvas.get() {
            dom::draw_thumbnails(&canvas, thumbnails, 8);
            canvas.set_hidden(thumbnails.is_empty());
        }
    });
    view! {
        <div class="cell-panel" aria-live="polite" hidden=move || store.cell.read().is_none()>
            <p>
                <span>{move || store.cell.read().as_ref().map(|cell| caption(store, cell))}</span>
                <button
                    type="button"
                    class="button bare"
                    aria-label=t!("charts.cell.close")
                    on:click=move |_| store.cell.set(None)
                >
                    {icon(Icon::Close)}
                </button>
            </p>
            <canvas class="thumbnails" node_ref=canvas role="img" aria-label=t!("charts.cell.examples")></canvas>
        </div>
    }
    .into_any()
}

fn caption(store: Store, cell: &CellView) -> String {
    let actual = store.class_name(usize::from(cell.actual));
    let predicted = store.class_name(usize::from(cell.predicted));
    let key = match &cell.thumbnails {
        None => "charts.cell.looking",
        Some(found) if found.is_empty() && store.experiment.read().is_image() => "charts.cell.none",
        Some(found) if found.is_empty() => "charts.cell.vectors",
        Some(_) => "charts.cell.caption",
    };
    t!(key, actual = actual, predicted = predicted)
}
