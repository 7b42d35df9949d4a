//! What the model sees: the numbers of the next batch, as pictures, as points or as a table.
//!
//! Must not know how they came about; the doubts are `page::inputs`.

use super::dom;
use super::gallery::Scatter;
use super::store::Store;
use crate::page::inputs;
use crate::protocol::{Fed, Gallery};
use crate::{t, words};
use leptos::html;
use leptos::prelude::*;

/// One sentence on the numbers, and what is wrong with them.
pub fn summary(store: Store) -> AnyView {
    let numbers = Memo::new(move |_| fed(&store.gallery.read()).map(inputs::numbers));
    let doubts = Memo::new(move |_| fed(&store.gallery.read()).map(inputs::doubts).unwrap_or_default());
    let list =
        move || doubts.get().into_iter().map(|doubt| view! { <p class="doubt">{doubt}</p> }.into_any());
    view! {
        <div class="inputs" hidden=move || numbers.read().is_none()>
            <p class="quiet">{move || numbers.get()}</p>
            {move || list().collect::<Vec<AnyView>>()}
        </div>
    }
    .into_any()
}

/// Everything: the pictures, points or values of the next batch and the summary.
pub fn panel(store: Store) -> AnyView {
    let shows =
        move |what: fn(&Fed) -> bool| Memo::new(move |_| fed(&store.gallery.read()).is_some_and(what));
    let has_pictures = shows(|fed| !fed.pictures.is_empty());
    let has_points = shows(|fed| !fed.points.is_empty());
    let has_features = shows(|fed| !fed.features.is_empty());
    let pictures = NodeRef::<html::Canvas>::new();
    let scatter = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        let (gallery, theme) = (store.gallery.read(), store.theme.get());
        let Some(fed) = fed(&gallery) else { return };
        if let Some(canvas) = pictures.get() {
            dom::draw_thumbnails(&canvas, &fed.pictures, 10);
        }
        if let Some(canvas) = scatter.get() {
            Scatter::around(&fed.points).draw(&canvas, &fed.points, theme);
        }
    });
    let extent = move || fed(&store.gallery.read()).map(|fed| extent(&fed.points));
    view! {
        <figure class="preview">
            <figcaption class="quiet">{t!("inputs.title")}</figcaption>
            <canvas
                class="thumbnails"
                node_ref=pictures
                hidden=move || !has_pictures.get()
                role="img"
                aria-label=t!("inputs.pictures")
            ></canvas>
        </figure>
        <figure class="scatter" hidden=move || !has_points.get()>
            <canvas node_ref=scatter role="img" aria-label=t!("inputs.points")></canvas>
            <figcaption class="quiet">{extent}</figcaption>
        </figure>
        {summary(store)}
        <details class="data" hidden=move || !has_features.get()>
            <summary>{t!("inputs.table")}</summary>
            {table(store)}
        </details>
    }
    .into_any()
}

fn fed(gallery: &Option<Gallery>) -> Option<&Fed> {
    gallery.as_ref().map(|gallery| &gallery.fed)
}

/// From where to where both axes of a scatter reach.
fn extent(points: &[(f32, f32, u8)]) -> String {
    let ends = |axis: fn(&(f32, f32, u8)) -> f32| {
        let values = points.iter().map(axis);
        values
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let ((left, right), (bottom, top)) = (ends(|point| point.0), ends(|point| point.1));
    t!("inputs.extent", left = left, right = right, bottom = bottom, top = top)
}

fn table(store: Store) -> AnyView {
    let count = Memo::new(move |_| {
        let gallery = store.gallery.read();
        fed(&gallery).and_then(|fed| fed.features.first()).map_or(0, |feature| feature.values.len())
    });
    let heads = move || {
        let head = |n: usize| view! { <th scope="col">{t!("inputs.example", n = n)}</th> }.into_any();
        (1..=count.get()).map(head).collect::<Vec<AnyView>>()
    };
    let rows = move || {
        let gallery = store.gallery.read();
        let features = fed(&gallery).map_or(&[][..], |fed| &fed.features[..]);
        let row = |feature: &crate::protocol::FedFeature| {
            let cells =
                feature.values.iter().map(|value| view! { <td>{words::short(*value)}</td> }.into_any());
            let cells: Vec<AnyView> = cells.collect();
            view! { <tr><th scope="row">{inputs::feature_name(feature)}</th>{cells}</tr> }.into_any()
        };
        features.iter().map(row).collect::<Vec<AnyView>>()
    };
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=t!("inputs.table")>
            <table>
                <thead>
                    <tr><th scope="col">{t!("inputs.feature")}</th>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
