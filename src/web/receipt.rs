//! Handing in and looking at receipts: the form, the file, the check, and training again.
//!
//! Must not know how a receipt is spelled or compared.

use super::dom;
use super::engine::Severity;
use super::store::{Dialog, Store};
use crate::experiment::{Experiment, link};
use crate::page::goal::State;
use crate::page::receipt::{self, Broken, Compared, Measured, Receipt};
use crate::protocol::{BUILD, Backend, Control};
use crate::{t, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

/// Where the learner's name is kept for the next receipt.
const NAME: &str = "collapse-lab.name";

/// Longer names are no names.
const LONGEST_NAME: usize = 100;

/// Whether the address holds a receipt, whatever it says.
pub fn is_in_address() -> bool {
    window().location().hash().is_ok_and(|fragment| fragment.starts_with("#receipt="))
}

/// The receipt in the address, if there is one.
pub fn in_address() -> Option<Result<Receipt, Broken>> {
    let fragment = window().location().hash().unwrap_or_default();
    fragment.starts_with("#receipt=").then(|| Receipt::read(&fragment))
}

/// The form: name, what is handed in, and the ways to hand it in.
pub fn hand_in(store: Store) -> AnyView {
    let name = RwSignal::new(dom::stored(NAME).unwrap_or_default());
    // A receipt is of one moment: the run pauses while it is made.
    Effect::new(move |_| {
        if store.dialog.get() == Some(Dialog::HandIn) && store.playing.get_untracked() {
            store.pause();
        }
    });
    let made = Memo::new(move |_| {
        store.progress.track();
        (store.dialog.get() == Some(Dialog::HandIn)).then(|| make(store, &name.read())).flatten()
    });
    let lines = move || made.read().as_ref().map(summary);
    let typed = move |event| {
        let text = event_target_value(&event);
        dom::store(NAME, &text);
        name.set(text);
    };
    let download = move |_| {
        if let Some(receipt) = made.read_untracked().as_ref() {
            let file = ["collapse-lab-", &receipt.checksum(), ".json"].concat();
            if save(&file, &receipt.file()).is_none() {
                store.notify(t!("receipt.blocked"), Severity::Warning);
            }
        }
    };
    let copy = move |_| {
        let Some(link) = made.read_untracked().as_ref().map(address) else { return };
        spawn_local(async move {
            match dom::copy(&link).await {
                Ok(()) => store.notify(t!("receipt.copied"), Severity::Info),
                Err(_) => store.notify(t!("workshop.copy.blocked"), Severity::Info),
            }
        });
    };
    view! {
        <div class="receipt">
            <p class="quiet">{t!("receipt.help")}</p>
            <label for="receipt-name">{t!("receipt.name")}</label>
            <input id="receipt-name" type="text" class="text" autocomplete="name" prop:value=name on:input=typed />
            <p hidden=move || made.read().is_some()>{t!("receipt.nothing")}</p>
            {lines}
            <label for="receipt-link">{t!("receipt.link")}</label>
            <textarea
                id="receipt-link"
                class="link-text"
                readonly
                rows="3"
                prop:value=move || made.read().as_ref().map(address).unwrap_or_default()
            ></textarea>
            <div class="row" hidden=move || made.read().is_none()>
                <button type="button" class="button primary" on:click=copy>{t!("share.copy")}</button>
                <button type="button" class="button" on:click=download>{t!("receipt.download")}</button>
            </div>
            <p class="quiet">{t!("receipt.honest")}</p>
        </div>
    }
    .into_any()
}

fn address(receipt: &Receipt) -> String {
    let href = window().location().href().unwrap_or_default();
    let base = href.split(['?', '#']).next().unwrap_or_default();
    [base, "#receipt=", &receipt.token()].concat()
}

/// A receipt for programs; nothing before the first step. A host page's word for the name is as good as any.
pub fn of(store: Store, name: &str) -> Option<serde_json::Value> {
    let name: String = name.chars().take(LONGEST_NAME).collect();
    let receipt = make(store, &name)?;
    let file: serde_json::Value = serde_json::from_str(&receipt.file()).ok()?;
    Some(serde_json::json!({ "link": address(&receipt), "checksum": receipt.checksum(), "file": file }))
}

fn make(store: Store, name: &str) -> Option<Receipt> {
    let (step, measured) = measured(store)?;
    let goal = store.goal.read_untracked().as_ref().map(|watch| {
        let met = match watch.state() {
            State::Met(step) => Some(step),
            State::NotYet | State::Missed => None,
        };
        (watch.goal.to_string(), met)
    });
    let course: Vec<(u32, Experiment)> = store.course.get_value();
    let course = course.iter().filter(|(since, _)| *since <= step);
    let verdict = store.verdict.read_untracked();
    Some(Receipt {
        name: name.trim().to_owned(),
        date: today(),
        course: course.map(|(since, experiment)| (*since, link::write(experiment))).collect(),
        step,
        backend: receipt::name(store.badge.read_untracked().backend.unwrap_or(Backend::Cpu)).to_owned(),
        build: BUILD.to_owned(),
        measured,
        verdict: verdict.as_ref().map_or("not_started", |verdict| verdict.kind.name()).to_owned(),
        goal,
        task: task(store),
    })
}

/// The challenge or lesson the run belongs to.
fn task(store: Store) -> Option<String> {
    if let Some(play) = store.challenge.read_untracked().as_ref() {
        return Some(["challenge ", &play.result()].concat());
    }
    let play = store.class.play.read_untracked();
    let play = play.as_ref()?;
    let (done, all) = (play.finished().to_string(), play.lesson.steps.len().to_string());
    Some(["lesson ", &play.lesson.id, " ", &done, "/", &all].concat())
}

/// Step and numbers of the newest look; none before the first step.
fn measured(store: Store) -> Option<(u32, Measured)> {
    store.history.with_value(|history| {
        let last = history.last().filter(|last| last.step > 0)?;
        Some((last.step, Measured::of(last.lanes.first()?)))
    })
}

fn today() -> String {
    let now = js_sys::Date::new_0().to_iso_string();
    now.as_string().unwrap_or_default().chars().take(10).collect()
}

/// Gives the visitor a file; none where the browser refuses.
fn save(name: &str, text: &str) -> Option<()> {
    let link: web_sys::HtmlElement = document().create_element("a").ok()?.dyn_into().ok()?;
    let data =
        ["data:application/json;charset=utf-8,", &js_sys::encode_uri_component(text).as_string()?].concat();
    link.set_attribute("href", &data).ok()?;
    link.set_attribute("download", name).ok()?;
    link.click();
    Some(())
}

fn summary(receipt: &Receipt) -> AnyView {
    let fact = |label: &'static str, value: String| view! { <dt>{label}</dt><dd>{value}</dd> }.into_any();
    let number = |value: Option<f32>| words::decimal(value.unwrap_or(f32::NAN), 4);
    let Measured { balanced_accuracy, accuracy, loss, .. } = receipt.measured;
    let mut facts = vec![
        fact(t!("receipt.fact.name"), receipt.name.clone()),
        fact(t!("receipt.fact.date"), receipt.date.clone()),
        fact(t!("receipt.fact.steps"), words::count(receipt.step)),
        fact(t!("receipt.fact.backend"), receipt.backend.to_uppercase()),
        fact(t!("goal.metric.balanced_accuracy"), number(balanced_accuracy)),
        fact(t!("goal.metric.accuracy"), number(accuracy)),
        fact(t!("goal.metric.loss"), number(loss)),
    ];
    if let Some((goal, met)) = &receipt.goal {
        let goal = crate::page::goal::Goal::parse(goal).map_or_else(|_| goal.clone(), |goal| goal.sentence());
        let met = met.map_or_else(|| t!("receipt.goal.open").to_owned(), |step| t!("goal.met", step = step));
        facts.push(fact(t!("goal.title"), [&goal, ": ", &met].concat()));
    }
    if let Some(task) = &receipt.task {
        facts.push(fact(t!("receipt.fact.task"), task.clone()));
    }
    facts.push(fact(t!("receipt.fact.checksum"), receipt.checksum()));
    view! { <dl class="facts">{facts}</dl> }.into_any()
}

/// The check of a receipt: of the one in the address, of a pasted text, or of a file.
pub fn check(store: Store) -> AnyView {
    let opened = store.receipt;
    let compared = RwSignal::new(None::<Vec<Compared>>);
    let running = RwSignal::new(false);
    let read = move |event| {
        let text = event_target_value(&event);
        let text = text.trim();
        if !text.is_empty() {
            compared.set(None);
            opened.set(Some(if text.starts_with('{') {
                Receipt::read_file(text)
            } else {
                Receipt::read(text)
            }));
        }
    };
    let again = move |_| {
        let Some(Ok(receipt)) = opened.get_untracked() else { return };
        running.set(true);
        compared.set(None);
        spawn_local(async move {
            match retrain(store, &receipt).await {
                Ok(lines) => compared.set(Some(lines)),
                Err(reason) => store.notify(reason, Severity::Error),
            }
            running.set(false);
        });
    };
    let valid = move || matches!(opened.read().as_ref(), Some(Ok(_)));
    let verdict = move || match opened.get() {
        None => ("", String::new()),
        Some(Ok(_)) => ("good", t!("receipt.valid").to_owned()),
        Some(Err(broken)) => ("bad", broken.words()),
    };
    view! {
        <div class="receipt" data-receipt=move || verdict().0>
            <p role="status" class=move || ["receipt-verdict ", verdict().0].concat()>
                <strong>{move || verdict().1}</strong>
            </p>
            {move || opened.read().as_ref().and_then(|read| read.as_ref().ok()).map(summary)}
            <div hidden=move || !valid()>
                <button type="button" class="button primary" disabled=running on:click=again>
                    {move || if running.get() { t!("receipt.running") } else { t!("receipt.again") }}
                </button>
                <p class="quiet">{t!("receipt.again.help")}</p>
            </div>
            <div aria-live="polite">{move || compared.read().as_ref().map(|lines| comparison(lines))}</div>
            <label for="receipt-paste">{t!("receipt.paste")}</label>
            <textarea id="receipt-paste" class="link-text" rows="3" on:change=read></textarea>
        </div>
    }
    .into_any()
}

fn comparison(lines: &[Compared]) -> AnyView {
    let all = lines.iter().all(|line| line.agrees);
    let row = |line: &Compared| {
        let label = match line.metric {
            "balanced_accuracy" => t!("goal.metric.balanced_accuracy"),
            "accuracy" => t!("goal.metric.accuracy"),
            "loss" => t!("goal.metric.loss"),
            _ => t!("receipt.confusion"),
        };
        let decimals = if line.metric == "confusion" { 0 } else { 4 };
        let number = |value: Option<f32>| words::decimal(value.unwrap_or(f32::NAN), decimals);
        let said = if line.agrees { t!("receipt.agrees") } else { t!("receipt.differs") };
        view! {
            <tr><th scope="row">{label}</th><td>{number(line.then)}</td><td>{number(line.now)}</td><td>{said}</td></tr>
        }
        .into_any()
    };
    let rows: Vec<AnyView> = lines.iter().map(row).collect();
    let headline = if all { t!("receipt.agrees.all") } else { t!("receipt.differs.some") };
    view! {
        <p class=if all { "receipt-verdict good" } else { "receipt-verdict bad" } data-agrees=all.to_string()>
            <strong>{headline}</strong>
        </p>
        <table>
            <thead>
                <tr>
                    <th scope="col"></th>
                    <th scope="col">{t!("receipt.then")}</th>
                    <th scope="col">{t!("receipt.now")}</th>
                    <th scope="col"></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// Trains the receipt's course again on this page and compares.
async fn retrain(store: Store, receipt: &Receipt) -> Result<Vec<Compared>, String> {
    let course = receipt.experiments();
    let Some((_, first)) = course.first() else { return Err(Broken::Contents.words()) };
    store.begin_paused(first.clone());
    // No limit: a receipt of 20,000 steps is not watched.
    store.command(Control::Speed(None)).await?;
    let mut now = 0;
    for (since, experiment) in course.iter().skip(1) {
        step(store, since.saturating_sub(now)).await?;
        now = *since;
        store.want(experiment.clone());
        store.catch_up().await?;
    }
    step(store, receipt.step.saturating_sub(now)).await?;
    let limit = store.limit.get_value();
    store.command(Control::Speed(limit)).await?;
    let backend = store.badge.read_untracked().backend.unwrap_or(Backend::Cpu);
    match measured(store) {
        Some((step, measured)) if step == receipt.step => Ok(receipt.compare(&measured, backend, BUILD)),
        _ => Err(t!("receipt.not_reached", step = receipt.step)),
    }
}

/// Trains so many steps and waits until the last was looked at.
async fn step(store: Store, steps: u32) -> Result<(), String> {
    if steps > 0 {
        let last = store.command(Control::Step(steps)).await?;
        super::lab::observed(store, last).await?;
    }
    Ok(())
}

/// Opens the check when the address holds a receipt; whether it does.
pub fn follow(store: Store) -> bool {
    let Some(read) = in_address() else { return false };
    store.receipt.set(Some(read));
    store.dialog.set(Some(Dialog::Receipt));
    true
}
