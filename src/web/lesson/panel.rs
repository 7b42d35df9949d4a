//! The open lesson: a panel beside the charts, on narrow screens a sheet below them.
//!
//! Must not know any lesson.

use super::told;
use crate::experiment::knob::knob;
use crate::lesson::Step;
use crate::lesson::condition::Condition;
use crate::lesson::play::{Play, Stage, TaskEnd, Try};
use crate::t;
use crate::web::dom;
use crate::web::glossary;
use crate::web::icon::{Icon, icon};
use crate::web::language::{self, ClassWords};
use crate::web::store::{Dialog, Store};
use crate::words;
use leptos::prelude::*;

/// What the panel shows; while it stays the same, nothing under the learner's hand is rebuilt.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scene {
    at: usize,
    part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    /// Question and run button.
    Before,
    /// What happened, and the task.
    Trying,
    /// What happened; on to the next step.
    Told,
    /// The end of the lesson.
    Over,
}

/// The panel; empty while no lesson is open.
pub fn panel(store: Store) -> AnyView {
    let class = store.class;
    let id = Memo::new(move |_| class.play.read().as_ref().map(|play| play.lesson.id.clone()));
    let scene = Memo::new(move |_| scene(store));
    // The page makes room for the panel.
    Effect::new(move |_| {
        if let Some(body) = document().body() {
            // A word without spaces is a valid class.
            let _ = body.class_list().toggle_with_force("with-lesson", id.read().is_some());
            let asks = scene.get().is_some_and(|scene| scene.part == Part::Before);
            let _ = body.class_list().toggle_with_force("lesson-asks", asks);
        }
    });
    Effect::new(move |before: Option<Option<(String, Scene)>>| {
        let is_worded = store.class_words.get() == ClassWords::Here;
        let now = id.get().zip(scene.get()).filter(|_| is_worded);
        if let Some((_, now)) = &now
            && before.flatten().is_none_or(|(_, before)| before != *now)
        {
            let told = matches!(now.part, Part::Told | Part::Trying);
            // Once the new content is on the page.
            request_animation_frame(move || {
                let result = told && dom::by_id("lesson-told").is_some();
                dom::focus(if result { "lesson-told" } else { "lesson-title" });
            });
        }
        now
    });
    let content = move || {
        let shown = move || scene.get().map(|scene| content(store, scene));
        view! { <div class="lesson-content">{shown}</div> }.into_any()
    };
    let content = language::with_class_words(store, move || id.read().is_some(), content);
    view! {
        <section
            id="lesson"
            class="lesson"
            aria-labelledby="lesson-title"
            hidden=move || id.read().is_none()
            data-lesson=move || id.get()
            data-step=move || class.play.read().as_ref().map(|play| play.step().id.clone())
            data-busy=move || class.busy.read().is_some().to_string()
        >
            {content}
        </section>
    }
    .into_any()
}

fn scene(store: Store) -> Option<Scene> {
    let play = store.class.play.read();
    let play = play.as_ref()?;
    let part = match play.stage() {
        _ if store.class.over.get() => Part::Over,
        Stage::Asking | Stage::Ready => Part::Before,
        Stage::Trying => Part::Trying,
        Stage::Told => Part::Told,
    };
    Some(Scene { at: play.at, part })
}

fn content(store: Store, scene: Scene) -> AnyView {
    let Some(play) = store.class.play.get_untracked() else { return ().into_any() };
    if scene.part == Part::Over {
        return over(store, &play);
    }
    let say = |part: &str| words::say(&play.lesson.key(&[&play.step().id, part]));
    let body = match scene.part {
        Part::Before => before(store, &play),
        Part::Trying => view! {
            {measured(&play)}
            {task(store, &play)}
        }
        .into_any(),
        _ => view! {
            {measured(&play)}
            {passed(&play)}
        }
        .into_any(),
    };
    let retry = !play.record().numbers.is_empty();
    view! {
        {head(store, &play, t!("lessons.at", at = play.at + 1, of = play.lesson.steps.len()))}
        <div class="lesson-body">
            <h2 id="lesson-title" tabindex="-1">{say("title")}</h2>
            {glossary::text(say("text"))}
            {body}
        </div>
        <footer class="lesson-foot">
            <button type="button" class="button" disabled=scene.at == 0 on:click=move |_| store.go_back()>
                {t!("lessons.back")}
            </button>
            {retry.then(|| view! {
                <button type="button" class="button" on:click=move |_| store.start_over(true)>
                    {t!("lessons.again")}
                </button>
            })}
            <span class="spring"></span>
            {next(store, &play, scene)}
        </footer>
    }
    .into_any()
}

fn head(store: Store, play: &Play, place: String) -> AnyView {
    view! {
        <header class="lesson-head">
            <p class="quiet">{words::say(&play.lesson.key(&["title"]))} " · " {place}</p>
            <button
                type="button"
                class="button bare"
                aria-label=t!("lessons.leave")
                title=t!("lessons.leave")
                on:click=move |_| store.leave_lesson()
            >
                {icon(Icon::Close)}
            </button>
        </header>
    }
    .into_any()
}

fn next(store: Store, play: &Play, scene: Scene) -> AnyView {
    let done = scene.part == Part::Told;
    let last = scene.at + 1 == play.lesson.steps.len();
    let label = match (done, last) {
        (false, _) => t!("lessons.skip"),
        (true, false) => t!("lessons.next"),
        (true, true) => t!("lessons.finish"),
    };
    let class = if done { "button primary" } else { "button" };
    view! {
        <button type="button" id="lesson-next" class=class on:click=move |_| store.go_next()>{label}</button>
    }
    .into_any()
}

/// The question and the button that trains.
fn before(store: Store, play: &Play) -> AnyView {
    let step = play.step();
    let asks = !step.answers.is_empty();
    let question = asks.then(|| {
        let options: Vec<AnyView> =
            step.answers.iter().map(|answer| option(store, play, step, &answer.id)).collect();
        let question = words::say(&play.lesson.key(&[&step.id, "question"]));
        view! { <fieldset class="answers"><legend class="marked">{glossary::inline(question)}</legend>{options}</fieldset> }.into_any()
    });
    let waits = move || store.class.play.read().as_ref().is_none_or(|play| play.stage() == Stage::Asking);
    view! {
        {question}
        {run_button(store, t!("lessons.run", n = step.run), waits, move || store.run_step())}
        <p class="quiet" hidden=move || !waits()>{t!("lessons.predict_first")}</p>
    }
    .into_any()
}

fn option(store: Store, play: &Play, step: &Step, id: &str) -> AnyView {
    let label = told::answer(&play.lesson, step, id);
    let (chosen, said) = (id.to_owned(), id.to_owned());
    let is_said = move || {
        store.class.play.read().as_ref().is_some_and(|play| play.record().said.as_ref() == Some(&said))
    };
    view! {
        <label class="answer">
            <input
                type="radio"
                name="lesson-answer"
                value=chosen.clone()
                prop:checked=is_said
                on:change=move |_| store.predict(&chosen)
            />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// A button that trains and shows how far it is. It keeps the focus while it does, so it is never disabled.
fn run_button(
    store: Store,
    label: String,
    waits: impl Fn() -> bool + Copy + Send + Sync + 'static,
    run: impl Fn() + 'static,
) -> AnyView {
    let busy = store.class.busy;
    let text = move || match busy.get() {
        Some(busy) if busy.is_return => t!("lessons.returning").to_owned(),
        Some(busy) => t!("lessons.running", done = busy.done, of = busy.of),
        None => label.clone(),
    };
    let press = move |_| {
        if !waits() && busy.get_untracked().is_none() {
            run();
        }
    };
    let share = move || busy.get().map_or(0.0, |busy| f64::from(busy.done) / f64::from(busy.of.max(1)));
    view! {
        <button
            type="button"
            id="lesson-run"
            class="button primary wide"
            aria-disabled=move || (waits() || busy.read().is_some()).to_string()
            on:click=press
        >
            {icon(Icon::Play)}
            {text}
        </button>
        <progress class="lesson-progress" max="1" prop:value=share hidden=move || busy.read().is_none() aria-hidden="true"></progress>
    }
    .into_any()
}

fn measured(play: &Play) -> Option<AnyView> {
    (!play.record().numbers.is_empty()).then(|| told::told(play))
}

/// The task: what to reach, the button that tries, the solution.
fn task(store: Store, play: &Play) -> AnyView {
    let Some(task) = play.step().task.clone() else { return ().into_any() };
    let goal = match &task.goal {
        Condition::Run(goal) => goal.sentence(),
        Condition::Checklist(..) => String::new(),
    };
    let kept: Vec<&str> = task.keep.iter().filter_map(|name| knob(name)).map(|knob| knob.label()).collect();
    let kept = kept.join(", ");
    let class = store.class;
    let said = move || match &*class.tried.read() {
        Some(Try::Moved(name)) => {
            t!("lessons.moved", knob = knob(name).map_or(*name, |knob| knob.label()))
        }
        Some(Try::NotYet) => t!("lessons.not_yet").to_owned(),
        Some(Try::Passed) | None => String::new(),
    };
    let solution = move || {
        class.shown.get().then(|| {
            let moves = moves(&task.solution);
            view! { <p>{t!("lessons.solution_is", moves = moves)}</p> }.into_any()
        })
    };
    view! {
        <div class="lesson-task">
            <h3>{t!("lessons.task")}</h3>
            {glossary::text(words::say(&play.lesson.key(&[&play.step().id, "task"])))}
            <p><strong>{t!("lessons.goal", goal = goal)}</strong></p>
            <p class="quiet">{t!("lessons.kept", knobs = kept)}</p>
            {run_button(store, t!("lessons.try", n = task.run), || false, move || store.try_task())}
            <p class="lesson-tried" role="status">{said}</p>
            {solution}
            <div class="row">
                <button type="button" class="button small" on:click=move |_| store.show_solution()>
                    {t!("lessons.solution")}
                </button>
                <button type="button" class="button small" on:click=move |_| store.start_over(false)>
                    {t!("lessons.task_again")}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// "Class weights: oversampling; Learning rate: 0.001".
pub fn moves(solution: &str) -> String {
    let parts: Vec<String> = solution
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter_map(|(name, text)| {
            let knob = knob(name)?;
            Some([knob.label(), ": ", &knob.describe(&knob.parse(text).ok()?)].concat())
        })
        .collect();
    parts.join("; ")
}

/// What a solved task leaves on screen.
fn passed(play: &Play) -> Option<AnyView> {
    let end = match play.record().task? {
        TaskEnd::Passed => t!("lessons.passed"),
        TaskEnd::Shown => t!("lessons.passed_shown"),
    };
    let done = words::find(&play.lesson.key(&[&play.step().id, "done"])).map(glossary::text);
    Some(
        view! {
            <div class="lesson-passed" role="status">
                <p><strong>{end}</strong></p>
                {done}
            </div>
        }
        .into_any(),
    )
}

fn over(store: Store, play: &Play) -> AnyView {
    view! {
        {head(store, play, t!("lessons.over").to_owned())}
        <div class="lesson-body">
            <h2 id="lesson-title" tabindex="-1">{t!("lessons.over.title")}</h2>
            {glossary::text(words::say(&play.lesson.key(&["end"])))}
            {told::summary(play)}
        </div>
        <footer class="lesson-foot">
            <button type="button" class="button" on:click=move |_| store.go_back()>{t!("lessons.back")}</button>
            <button type="button" class="button" on:click=move |_| store.restart_lesson()>{t!("lessons.restart")}</button>
            <span class="spring"></span>
            <button
                type="button"
                class="button primary"
                on:click=move |_| {
                    store.leave_lesson();
                    store.dialog.set(Some(Dialog::Lessons));
                }
            >
                {t!("lessons.more")}
            </button>
        </footer>
    }
    .into_any()
}
