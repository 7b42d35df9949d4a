//! The exercise sheet of a lesson, for paper: questions with room to write, and the answer key on a page of
//! its own, measured on this machine.
//!
//! Must not know any lesson.

use super::dom;
use super::engine::Severity;
use super::glossary::plain;
use super::lab::observed;
use super::language::with_class_words;
use super::lesson::{answer, filled, moves};
use super::store::Store;
use super::workshop::picture;
use crate::lesson::condition::Condition;
use crate::lesson::play::{Play, Record};
use crate::lesson::{Lesson, STRIDE, Step, Task};
use crate::page::options::Theme;
use crate::protocol::{BUILD, Control};
use crate::{t, words};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The page with nothing but the sheet of lesson `id`.
pub fn sheet(store: Store, id: &str) -> AnyView {
    // Paper is white.
    store.theme.set(Theme::Light);
    let play = RwSignal::new(None::<Play>);
    let (with_key, measured) = (RwSignal::new(true), RwSignal::new(0_usize));
    let id = id.to_owned();
    spawn_local(async move {
        let text = dom::fetch_text(&["lessons/", &id, ".json?", BUILD].concat()).await;
        match text.and_then(|text| Lesson::parse(&id, &text)) {
            Ok(lesson) => {
                play.set(Some(Play::new(lesson, None)));
                measure(store, play, measured).await;
            }
            Err(reason) => store.notify(t!("lessons.not_fetched", reason = reason), Severity::Error),
        }
    });
    let content = move || match play.get() {
        None => ().into_any(),
        Some(play) => paper(&play, with_key),
    };
    let steps = move || play.read().as_ref().map_or(0, |play| play.lesson.steps.len());
    let busy =
        move || (measured.get() < steps()).then(|| t!("sheet.measuring", n = measured.get(), of = steps()));
    view! {
        <div class="sheet-tools">
            <button type="button" class="button primary" on:click=move |_| print()>{t!("sheet.print")}</button>
            <label class="tick-box">
                <input
                    type="checkbox"
                    prop:checked=with_key
                    on:change=move |event| with_key.set(event_target_checked(&event))
                />
                {t!("sheet.with_key")}
            </label>
            <span role="status">{busy}</span>
        </div>
        {super::notices::notices(store)}
        <main class="sheet" id="main">{with_class_words(store, || true, move || content.into_any())}</main>
    }
    .into_any()
}

fn print() {
    // A browser that cannot print has told its visitor.
    let _ = window().print();
}

fn paper(play: &Play, with_key: RwSignal<bool>) -> AnyView {
    let lesson = &play.lesson;
    let href = window().location().href().unwrap_or_default();
    let link = [href.split(['?', '#']).next().unwrap_or_default(), "?lesson=", &lesson.id].concat();
    let shown = link.clone();
    let questions: Vec<AnyView> = lesson.steps.iter().map(|step| question(lesson, step)).collect();
    let rows = lesson.steps.iter().zip(&play.records);
    let key: Vec<AnyView> = rows.map(|(step, record)| key_row(lesson, step, record)).collect();
    let title = say(lesson, &["title"]);
    view! {
        <header class="sheet-head">
            <div>
                <h1>{title.clone()}</h1>
                <p>{say(lesson, &["promise"])}</p>
                <p class="sheet-link">{shown}</p>
                <p class="sheet-name">{t!("sheet.name")} <span></span> {t!("sheet.date")} <span></span></p>
            </div>
            {picture(Memo::new(move |_| link.clone()))}
        </header>
        <ol class="sheet-questions">{questions}</ol>
        <section class="sheet-key" hidden=move || !with_key.get()>
            <h1>{t!("sheet.key")} ": " {title}</h1>
            <p class="quiet">{t!("sheet.key.help")}</p>
            <ol class="sheet-questions">{key}</ol>
        </section>
    }
    .into_any()
}

/// A lesson's words without their marks.
fn say(lesson: &Lesson, parts: &[&str]) -> String {
    plain(words::say(&lesson.key(parts)))
}

fn lines(count: usize) -> Vec<AnyView> {
    (0..count).map(|_| view! { <div class="sheet-line"></div> }.into_any()).collect()
}

fn question(lesson: &Lesson, step: &Step) -> AnyView {
    let answers: Vec<AnyView> = step
        .answers
        .iter()
        .map(|choice| view! { <li>"☐ " {plain(answer(lesson, step, &choice.id))}</li> }.into_any())
        .collect();
    let asked = (!step.answers.is_empty()).then(|| {
        view! {
            <p><strong>{say(lesson, &[&step.id, "question"])}</strong></p>
            <ul class="sheet-answers">{answers}</ul>
            <p class="quiet">{t!("sheet.why")}</p>
            {lines(2)}
        }
    });
    let watched = (step.run > 0).then(|| {
        view! {
            <p class="quiet">{t!("sheet.happened")}</p>
            {lines(2)}
        }
    });
    let task = step.task.as_ref().map(|task| {
        view! {
            <p><strong>{say(lesson, &[&step.id, "task"])}</strong> " " {goal(task)}</p>
            <p class="quiet">{t!("sheet.tried")}</p>
            {lines(3)}
        }
    });
    view! {
        <li>
            <h2>{say(lesson, &[&step.id, "title"])}</h2>
            <p>{say(lesson, &[&step.id, "text"])}</p>
            {asked}
            {watched}
            {task}
        </li>
    }
    .into_any()
}

fn goal(task: &Task) -> String {
    match &task.goal {
        Condition::Run(goal) => t!("lessons.goal", goal = goal.sentence()),
        Condition::Checklist(..) => String::new(),
    }
}

fn key_row(lesson: &Lesson, step: &Step, record: &Record) -> AnyView {
    let happened = record.happened.as_deref();
    let right = happened.map(|id| t!("lessons.happened", answer = plain(answer(lesson, step, id))));
    let fitting = happened.map(|id| lesson.key(&[&step.id, "why", id])).and_then(|key| words::find(&key));
    let why = fitting.or_else(|| words::find(&lesson.key(&[&step.id, "why"])));
    // Without its numbers the sentence would have gaps.
    let why = why.filter(|_| !record.numbers.is_empty() || step.run == 0);
    let why = why.map(|why| plain(&filled(why, record)));
    let solution = step.task.as_ref().map(|task| t!("sheet.solution", moves = moves(&task.solution)));
    view! {
        <li>
            <h2>{say(lesson, &[&step.id, "title"])}</h2>
            <p><strong>{right}</strong></p>
            <p>{why}</p>
            <p>{solution}</p>
        </li>
    }
    .into_any()
}

/// Trains the lesson from its beginning, so that the key says what happens here and not what somebody
/// once saw.
async fn measure(store: Store, sheet: RwSignal<Option<Play>>, measured: RwSignal<usize>) {
    let Some(mut play) = sheet.get_untracked() else { return };
    store.limit.set_value(None);
    for at in 0..play.lesson.steps.len() {
        play.at = at;
        let (experiment, step) = (play.lesson.experiment(at), play.step().clone());
        if step.open.is_some() {
            store.begin_paused(experiment.clone());
        } else {
            store.want(experiment.clone());
        }
        // What fails is shown by the engine; the key then lacks an answer.
        if store.catch_up().await.is_err() || train(store, step.run).await.is_err() {
            return;
        }
        if step.run > 0 {
            store.history.with_value(|history| play.measured(history, &experiment));
        }
        measured.set(at + 1);
        sheet.set(Some(play.clone()));
    }
}

async fn train(store: Store, steps: u32) -> Result<(), String> {
    let mut done = 0;
    while done < steps {
        let now = STRIDE.min(steps - done);
        let step = store.command(Control::Step(now)).await?;
        observed(store, step).await?;
        done += now;
    }
    Ok(())
}
