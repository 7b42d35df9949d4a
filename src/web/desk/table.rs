//! A table: where it comes in, what was read, and what is to be done with it.
//!
//! Must not know how tables are read or judged.

use super::frame::chosen;
use super::state::Desk;
use crate::own::limit::Limit;
use crate::own::sheet::{ColumnSummary, Note};
use crate::own::{Advice, Summary};
use crate::{t, words};
use leptos::prelude::*;

/// The tab.
pub fn panel(desk: Desk) -> AnyView {
    let typed = move |event| desk.typed.set(event_target_value(&event));
    let read = move || {
        let text = desk.typed.get_untracked();
        if !text.trim().is_empty() {
            desk.take_text(&text);
            desk.typed.set(String::new());
        }
    };
    // The box holds the text only after the event.
    let pasted = move |_| {
        if desk.typed.read_untracked().is_empty() {
            set_timeout(read, std::time::Duration::ZERO);
        }
    };
    view! {
        <div class="desk-intake">
            <div class="row">
                <label class="button primary">
                    {t!("own.choose")}
                    <input
                        class="sr"
                        type="file"
                        id="desk-file"
                        on:change=move |event| desk.take_files(&chosen(&event))
                    />
                </label>
                <span class="quiet">{t!("own.drop")}</span>
            </div>
            <label class="desk-paste">
                <span>{t!("own.paste")}</span>
                <textarea
                    id="desk-text"
                    rows="3"
                    spellcheck="false"
                    autocomplete="off"
                    prop:value=desk.typed
                    on:input=typed
                    on:paste=pasted
                ></textarea>
            </label>
            <div class="row">
                <button
                    type="button"
                    class="button"
                    id="desk-read"
                    disabled=move || desk.typed.read().trim().is_empty()
                    on:click=move |_| read()
                >
                    {t!("own.paste.read")}
                </button>
                <span class="quiet">
                    {t!(
                        "own.limits.table", rows = Limit::Examples.most(), columns = Limit::Columns.most(),
                        classes = Limit::Classes.most(), megabytes = Limit::FileBytes.most() / 1_000_000
                    )}
                </span>
            </div>
        </div>
        {move || desk.table.get().map(|(summary, millis)| sheet(desk, &summary, millis))}
    }
    .into_any()
}

fn sheet(desk: Desk, summary: &Summary, millis: f64) -> AnyView {
    let labels: Vec<AnyView> = summary
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.can_label)
        .map(|(index, column)| {
            let selected = move || desk.plan.read().label == Some(index);
            let name = column.name.clone();
            view! { <option value=index.to_string() prop:selected=selected>{name}</option> }.into_any()
        })
        .collect();
    let relabel = move |event| {
        if let Ok(index) = event_target_value(&event).parse::<usize>() {
            desk.replan(|plan| {
                // What was the label can be learned from, and the other way round.
                if let Some(before) = plan.label.and_then(|before| plan.used.get_mut(before)) {
                    *before = true;
                }
                plan.label = Some(index);
                plan.used[index] = false;
            });
        }
    };
    let held_out = move |event| {
        if let Ok(share) = event_target_value(&event).parse::<u32>() {
            let (low, high) = crate::experiment::own::SHARE.into_inner();
            desk.replan(|plan| plan.held_out = share.clamp(low, high));
        }
    };
    let rows: Vec<AnyView> =
        summary.columns.iter().enumerate().map(|(index, column)| row(desk, summary, index, column)).collect();
    let notes: Vec<AnyView> = summary.notes.iter().map(|note| note_of(summary, note)).collect();
    view! {
        <p role="status" id="desk-read-out">
            {t!(
                "own.read", title = summary.plan.title.as_str(), rows = summary.rows,
                columns = summary.columns.len(), ms = millis.round() as u32
            )}
        </p>
        {notes}
        <div class="desk-plan">
            <label>
                <span>{t!("own.label")}</span>
                <select id="desk-label" on:change=relabel>
                    {labels}
                </select>
            </label>
            <label>
                <span>{t!("own.held_out")}</span>
                <input
                    type="number"
                    id="desk-held-out"
                    min="5"
                    max="50"
                    step="5"
                    prop:value=move || desk.plan.read().held_out.to_string()
                    on:change=held_out
                />
            </label>
        </div>
        <p class="quiet">{t!("own.held_out.help", most = crate::experiment::own::HELD_OUT)}</p>
        {move || judged(desk)}
        <details class="desk-columns" open>
            <summary>{t!("own.columns")}</summary>
            <div class="scroll" tabindex="0" role="region" aria-label=t!("own.columns")>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{t!("own.column.used")}</th>
                            <th scope="col">{t!("own.column.name")}</th>
                            <th scope="col">{t!("own.column.kind")}</th>
                            <th scope="col">{t!("own.column.missing")}</th>
                            <th scope="col">{t!("own.column.first")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
        {go(move || desk.judged.read().is_some(), desk, move || desk.train())}
    }
    .into_any()
}

fn row(desk: Desk, summary: &Summary, index: usize, column: &ColumnSummary) -> AnyView {
    let is_label = move || desk.plan.read().label == Some(index);
    let used = move || desk.plan.read().used.get(index) == Some(&true);
    let toggle = move |event| {
        let on = event_target_checked(&event);
        desk.replan(|plan| plan.used[index] = on);
    };
    let first: Vec<&str> =
        summary.head.iter().filter_map(|row| row.get(index).map(String::as_str)).take(5).collect();
    let kind = words::say(&["own.kind.", column.kind.name()].concat());
    view! {
        <tr>
            <td>
                <input
                    type="checkbox"
                    aria-label=t!("own.column.use", name = column.name.as_str())
                    disabled=is_label
                    prop:checked=used
                    on:change=toggle
                />
            </td>
            <th scope="row">{column.name.clone()}</th>
            <td>{move || if is_label() { t!("own.kind.label") } else { kind }}</td>
            <td>{words::count(column.missing as u32)}</td>
            <td class="desk-first">{first.join(" · ")}</td>
        </tr>
    }
    .into_any()
}

fn note_of(summary: &Summary, note: &Note) -> AnyView {
    let text = match note {
        Note::CutLine => t!("own.note.cut").to_owned(),
        Note::NotNumbers { column, count, line, text } => {
            let name = summary.columns.get(*column).map_or("", |column| &column.name);
            t!(
                "own.note.strange",
                name = name,
                n = *count,
                line = *line,
                column = *column + 1,
                text = text.as_str()
            )
        }
    };
    view! { <p class="notice warning">{text}</p> }.into_any()
}

/// The classes, and what should be known before training.
fn judged(desk: Desk) -> Option<AnyView> {
    let judged = desk.judged.get()?;
    let most = judged.classes.iter().map(|(_, count)| *count).max().unwrap_or(1);
    let total: usize = judged.classes.iter().map(|(_, count)| *count).sum();
    let bars: Vec<AnyView> = judged
        .classes
        .iter()
        .map(|(name, count)| {
            let share = words::percent(*count as f32 / total as f32);
            view! {
                <li>
                    <span>{name.clone()}</span>
                    <meter min="0" max=most.to_string() value=count.to_string() aria-hidden="true"></meter>
                    <span class="quiet">{t!("own.class", n = *count, share = share)}</span>
                </li>
            }
            .into_any()
        })
        .collect();
    let advice: Vec<AnyView> = judged.advice.iter().map(told).collect();
    let view = view! {
        <h3>{t!("own.classes", n = judged.classes.len(), features = judged.features)}</h3>
        <ul class="desk-classes">{bars}</ul>
        <ul class="desk-advice" id="desk-advice">{advice}</ul>
    };
    Some(view.into_any())
}

fn told(advice: &Advice) -> AnyView {
    let grave = advice.is_grave();
    view! { <li class:grave=grave>{advice.text()}</li> }.into_any()
}

/// Whether to keep the data, and the button that trains on them once they are `ready`.
pub fn go(
    ready: impl Fn() -> bool + Send + Sync + 'static,
    desk: Desk,
    train: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    let blocked = move || !ready() || desk.progress.read().is_some();
    view! {
        <div class="desk-go">
            <label class="desk-keep">
                <input
                    type="checkbox"
                    prop:checked=desk.keeps
                    on:change=move |event| desk.keeps.set(event_target_checked(&event))
                />
                {t!("own.keep")}
            </label>
            <button type="button" class="button primary" data-desk="train" disabled=blocked on:click=move |_| train()>
                {t!("own.train")}
            </button>
        </div>
    }
    .into_any()
}
