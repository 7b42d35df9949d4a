//! A chart's data as a table, for screen readers and for anyone who wants the numbers.
//!
//! Must not know which chart it is.

use crate::chart::{ChartKind, ChartRow};
use crate::t;
use crate::web::dom;
use crate::web::store::Store;
use leptos::html;
use leptos::prelude::*;

/// Built only while open, at most once a second.
pub fn table(store: Store, row: &'static ChartRow) -> AnyView {
    let open = RwSignal::new(false);
    let data = RwSignal::new((Vec::<String>::new(), Vec::<Vec<String>>::new()));
    let built_ms = StoredValue::new(f64::NEG_INFINITY);
    Effect::new(move |_| {
        store.seen.track();
        if !open.get() || dom::now() - built_ms.get_value() < 1000.0 {
            return;
        }
        built_ms.set_value(dom::now());
        data.set(store.with_view(|view| row.chart.table(view)));
    });
    let details = NodeRef::<html::Details>::new();
    let toggled = move |_| {
        built_ms.set_value(f64::NEG_INFINITY);
        open.set(details.get_untracked().is_some_and(|details| details.open()));
    };
    let matrix = row.kind == ChartKind::Matrix;
    view! {
        <details class="data" node_ref=details on:toggle=toggled>
            <summary>{t!("charts.table")}<span class="sr">{t!("charts.table.of", chart = row.title())}</span></summary>
            <div class="scroll" tabindex="0" role="region" aria-label=t!("charts.table.region", chart = row.title())>
                <table>
                    <thead>
                        <tr>{move || heads(&data.read().0)}</tr>
                    </thead>
                    <tbody>{move || rows(store, &data.read().1, matrix)}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn heads(heads: &[String]) -> Vec<AnyView> {
    heads.iter().map(|head| view! { <th scope="col">{head.clone()}</th> }.into_any()).collect()
}

fn rows(store: Store, rows: &[Vec<String>], matrix: bool) -> Vec<AnyView> {
    let row = |(actual, cells): (usize, &Vec<String>)| {
        let cells: Vec<AnyView> = cells
            .iter()
            .enumerate()
            .map(|(column, cell)| match column {
                0 => view! { <th scope="row">{cell.clone()}</th> }.into_any(),
                _ if matrix && column <= store.experiment.read_untracked().classes() => {
                    button(store, actual, column - 1, cell.clone())
                }
                _ => view! { <td>{cell.clone()}</td> }.into_any(),
            })
            .collect();
        view! { <tr>{cells}</tr> }.into_any()
    };
    rows.iter().enumerate().map(row).collect()
}

/// The keyboard's way into a confusion cell.
fn button(store: Store, actual: usize, predicted: usize, text: String) -> AnyView {
    let look = move |_| store.look_into(actual as u8, predicted as u8);
    view! {
        <td>
            <button type="button" class="button bare" on:click=look title=t!("charts.cell.show")>{text}</button>
        </td>
    }
    .into_any()
}
