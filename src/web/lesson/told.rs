//! What happened: the prediction beside the measured answer, the numbers, the explanation.
//!
//! Must not know which lesson it is.

use crate::lesson::Lesson;
use crate::lesson::Step;
use crate::lesson::play::{Play, Record, TaskEnd};
use crate::page::goal::Metric;
use crate::t;
use crate::web::glossary;
use crate::words::{self, Word};
use leptos::prelude::*;

/// The result of the step on screen.
pub fn told(play: &Play) -> AnyView {
    let (step, record) = (play.step(), play.record());
    let rows: Vec<AnyView> = numbers(record)
        .into_iter()
        .map(|(metric, value)| {
            view! { <tr><th scope="row">{metric.label()}</th><td><strong>{value}</strong></td></tr> }
                .into_any()
        })
        .collect();
    view! {
        <div class="lesson-told" data-right=record.was_right().map(|right| right.to_string())>
            <h3 id="lesson-told" tabindex="-1">{t!("lessons.told")}</h3>
            {compared(&play.lesson, step, record)}
            <table class="evidence"><tbody>{rows}</tbody></table>
            {why(&play.lesson, step, record)}
        </div>
    }
    .into_any()
}

/// "You said … It was …", each answer in the lesson's words.
fn compared(lesson: &Lesson, step: &Step, record: &Record) -> Option<AnyView> {
    let happened = answer(lesson, step, record.happened.as_deref()?);
    let verdict = match record.was_right() {
        Some(true) => t!("lessons.right"),
        Some(false) => t!("lessons.wrong"),
        None => t!("lessons.not_said"),
    };
    let said = record
        .said
        .as_deref()
        .map(|said| view! { <p>{t!("lessons.said", answer = answer(lesson, step, said))}</p> }.into_any());
    Some(
        view! {
            {said}
            <p><strong>{t!("lessons.happened", answer = happened)}</strong> " " {verdict}</p>
        }
        .into_any(),
    )
}

/// The explanation that fits what happened.
fn why(lesson: &Lesson, step: &Step, record: &Record) -> AnyView {
    let fitting = record.happened.as_deref().map(|happened| lesson.key(&[&step.id, "why", happened]));
    let key = fitting.filter(|key| words::find(key).is_some());
    let key = key.unwrap_or_else(|| lesson.key(&[&step.id, "why"]));
    match words::find(&key) {
        Some(text) => glossary::text(&filled(text, record)),
        None => ().into_any(),
    }
}

/// A text with the measured numbers in place of their names.
pub fn filled(text: &'static str, record: &Record) -> String {
    let values: Vec<(&str, Word)> =
        numbers(record).into_iter().map(|(metric, value)| (metric.name(), value.into())).collect();
    words::fill_text(text, &values)
}

fn numbers(record: &Record) -> Vec<(Metric, String)> {
    let known = |(name, value): &(String, Option<f32>)| {
        let metric = Metric::named(name)?;
        Some((metric, metric.shown(value.unwrap_or(f32::NAN))))
    };
    record.numbers.iter().filter_map(known).collect()
}

/// The words of one of the step's answers.
pub fn answer(lesson: &Lesson, step: &Step, id: &str) -> &'static str {
    words::say(&lesson.key(&[&step.id, "answer", id]))
}

/// The end of a lesson: every prediction and task with what became of it.
pub fn summary(play: &Play) -> AnyView {
    let rows: Vec<AnyView> = play
        .lesson
        .steps
        .iter()
        .zip(&play.records)
        .map(|(step, record)| {
            let lesson = &play.lesson;
            let said = record.said.as_deref().map_or("–", |said| answer(lesson, step, said));
            let happened =
                record.happened.as_deref().map_or("–", |happened| answer(lesson, step, happened));
            view! {
                <tr>
                    <th scope="row">{words::say(&lesson.key(&[&step.id, "title"]))}</th>
                    <td>{said}</td>
                    <td>{happened}</td>
                    <td>{outcome(step, record)}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    view! {
        <div class="scroll">
            <table class="evidence">
                <thead>
                    <tr>
                        <th scope="col">{t!("lessons.column.step")}</th>
                        <th scope="col">{t!("lessons.column.said")}</th>
                        <th scope="col">{t!("lessons.column.happened")}</th>
                        <th scope="col">{t!("lessons.column.outcome")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn outcome(step: &Step, record: &Record) -> &'static str {
    match (record.skipped, record.task, record.was_right()) {
        (true, ..) => t!("lessons.outcome.skipped"),
        (_, Some(TaskEnd::Passed), _) => t!("lessons.outcome.passed"),
        (_, Some(TaskEnd::Shown), _) => t!("lessons.outcome.shown"),
        (_, None, Some(true)) => t!("lessons.outcome.right"),
        (_, None, Some(false)) => t!("lessons.outcome.wrong"),
        _ if step.run > 0 && record.numbers.is_empty() => "–",
        _ => t!("lessons.outcome.read"),
    }
}
