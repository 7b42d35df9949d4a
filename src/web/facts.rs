//! What must be known about a real data set: classes with few examples, and values nobody measured.
//!
//! Must not know how they are filled in.

use super::store::Store;
use crate::page::inputs;
use crate::protocol::MissingValue;
use crate::{t, words};
use leptos::prelude::*;

/// Rare classes as sentences, missing values as a table that opens; nothing for sets without either.
pub fn facts(store: Store) -> AnyView {
    let rare = move || {
        let facts = store.facts.read();
        let probe = facts.as_ref().map_or(&[][..], |facts| &facts.probe[..]);
        let experiment = store.experiment.read();
        let told = inputs::rare_classes(&experiment.data, probe, |class| store.class_name(class));
        told.into_iter()
            .map(|text| view! { <p class="quiet">{text}</p> }.into_any())
            .collect::<Vec<AnyView>>()
    };
    let missing = Memo::new(move |_| {
        store.facts.read().as_ref().map(|facts| facts.missing.clone()).unwrap_or_default()
    });
    let total = move || missing.read().iter().map(|gap| gap.missing).sum::<u32>();
    let rows = move || missing.read().iter().map(row).collect::<Vec<AnyView>>();
    view! {
        <div class="inputs">{rare}</div>
        <details class="data" hidden=move || missing.read().is_empty()>
            <summary>{move || t!("data.missing", n = total())}</summary>
            <div class="scroll" tabindex="0" role="region" aria-label=t!("data.missing.table")>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{t!("inputs.feature")}</th>
                            <th scope="col">{t!("data.missing.count")}</th>
                            <th scope="col">{t!("data.missing.put")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn row(gap: &MissingValue) -> AnyView {
    view! {
        <tr>
            <th scope="row">{words::name(&gap.feature)}</th>
            <td>{words::count(gap.missing)}</td>
            <td>{words::short(gap.put)}</td>
        </tr>
    }
    .into_any()
}
