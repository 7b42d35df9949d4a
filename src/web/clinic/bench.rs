//! Classes and their counts as tables.
//!
//! Must not know where the counts came from.

use super::desk::Desk;
use crate::clinic::Matrix;
use crate::t;
use crate::words;
use leptos::prelude::*;

/// Classes up to which the matrix itself is shown.
const SHOWN: usize = 12;

/// The tables, once there are counts.
pub fn classes(desk: Desk) -> AnyView {
    let matrix = Memo::new(move |_| desk.case.read().matrix.clone());
    let body = move || matrix.get().map(|matrix| tables(&matrix));
    view! { <div class="clinic-tables">{body}</div> }.into_any()
}

fn tables(matrix: &Matrix) -> AnyView {
    let confusion = &matrix.confusion;
    let (shares, recall) = (confusion.shares(), confusion.recall());
    let row = |class: usize| {
        let examples =
            if matrix.is_counted { words::count(confusion.support(class)) } else { "–".to_owned() };
        view! {
            <tr>
                <th scope="row">{matrix.classes[class].clone()}</th>
                <td>{examples}</td>
                <td>{words::percent(shares[class])}</td>
                <td>{words::percent(recall[class])}</td>
            </tr>
        }
        .into_any()
    };
    let rows: Vec<AnyView> = (0..matrix.classes.len()).map(row).collect();
    view! {
        <div class="card clinic-card">
            <h2>{t!("clinic.classes")}</h2>
            <div class="scroll" tabindex="0" role="region" aria-label=t!("clinic.classes")>
                <table id="clinic-classes">
                    <caption>{t!("clinic.classes.caption")}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t!("clinic.classes.class")}</th>
                            <th scope="col">{t!("clinic.classes.examples")}</th>
                            <th scope="col">{t!("clinic.classes.answers")}</th>
                            <th scope="col">{t!("clinic.classes.recall")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
        {(matrix.classes.len() <= SHOWN).then(|| counts(matrix))}
    }
    .into_any()
}

/// The matrix itself.
fn counts(matrix: &Matrix) -> AnyView {
    let classes = matrix.classes.len();
    let head: Vec<AnyView> =
        matrix.classes.iter().map(|name| view! { <th scope="col">{name.clone()}</th> }.into_any()).collect();
    let row = |actual: usize| {
        let cell = |predicted: usize| {
            let text = words::count(matrix.confusion.count(actual, predicted));
            let kind = if actual == predicted { "hit" } else { "miss" };
            view! { <td data-cell=kind>{text}</td> }.into_any()
        };
        let cells: Vec<AnyView> = (0..classes).map(cell).collect();
        view! { <tr><th scope="row">{matrix.classes[actual].clone()}</th>{cells}</tr> }.into_any()
    };
    let rows: Vec<AnyView> = (0..classes).map(row).collect();
    view! {
        <div class="card clinic-card">
            <h2>{t!("clinic.matrix")}</h2>
            <div class="scroll" tabindex="0" role="region" aria-label=t!("clinic.matrix")>
                <table id="clinic-matrix">
                    <caption>{t!("clinic.matrix.caption")}</caption>
                    <thead><tr><td></td>{head}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
    }
    .into_any()
}
