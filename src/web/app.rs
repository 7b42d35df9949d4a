//! The page: reads the address, mounts the layout, launches the run.
//!
//! Must not know what any part of the layout shows.

use super::charts::{self, painter};
use super::engine::{EngineOptions, Severity};
use super::icon::{Icon, icon};
use super::store::{Dialog, Store};
use super::{
    badge, challenge, classroom, compare, controls, dialog, findings, glossary, goal, keyboard, lab,
    language, lesson, map_door, notices, port, receipt, scenarios, share, sheet, theme, transport, verdict,
    workshop,
};
use crate::experiment::link::Linked;
use crate::page::options::PageOptions;
use crate::t;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Starts the page in the element `app`, or in the body where a host page has none.
pub fn start() {
    console_error_panic_hook::set_once();
    if super::dom::by_id("app").is_some_and(|app| app.has_attribute("hidden")) {
        // boot.js has found that the page cannot run here, and says why.
        return;
    }
    let query = window().location().search().unwrap_or_default();
    if let Some(program) = map_door::wanted(&query) {
        return map_door::enter(program);
    }
    let options = PageOptions::read(&query);
    if !classroom::HERE && classroom::is_wanted(&options) {
        return classroom::enter();
    }
    let wish = language::initial(&options);
    let mount = super::dom::by_id("app").or_else(|| document().body().map(Into::into));
    let Some(Ok(mount)) = mount.map(|mount| mount.dyn_into::<web_sys::HtmlElement>()) else { return };
    wasm_bindgen_futures::spawn_local(async move {
        match language::load(wish).await {
            // What the address gets wrong is said in words, so they come first.
            Ok(language) => open(mount, PageOptions::read(&query), share::read_address(), language),
            Err(_) => super::dom::reveal("no-files"),
        }
    });
}

fn open(mount: web_sys::HtmlElement, options: PageOptions, linked: Linked, language: &'static str) {
    let theme = theme::initial(options.theme);
    let (pinned, lesson) = (options.backend, options.lesson.clone());
    mount.set_text_content(None);
    let launch = move || {
        let said = options.notices.clone();
        let store = Store::new(linked.experiment, options, theme, language);
        for notice in linked.notices.into_iter().chain(said) {
            store.notify(notice, Severity::Warning);
        }
        store.adopt_lanes(linked.unknown);
        painter::start(store);
        theme::follow(store.theme, move || store.touch());
        theme::project(store);
        share::follow(store);
        if classroom::HERE {
            receipt::follow(store);
        }
        classroom::follow(store);
        keyboard::listen(store);
        lab::install(store);
        store.launch(EngineOptions { pinned });
        port::install(store);
        if classroom::HERE
            && let Some(lesson) = lesson
        {
            store.open_lesson(&lesson);
        }
        move || {
            // All words anew when the language changes; the run does not notice.
            store.language.track();
            layout(store)
        }
    };
    leptos::mount::mount_to(mount, launch).forget();
}

fn layout(store: Store) -> AnyView {
    if classroom::HERE
        && let Some(id) = store.options.with_value(|options| options.sheet.clone())
    {
        return sheet::sheet(store, &id);
    }
    if store.options.with_value(|options| options.embed) {
        return embed(store);
    }
    let (aside, knobs, charts) = (later(1), later(2), later(3));
    let (inside, rest) = (later(4), later(5));
    view! {
        <a class="skip" href="#main" on:click=skip>{t!("app.skip")}</a>
        {header(store)}
        {notices::notices(store)}
        <main class="page" id="main" tabindex="-1">
            <div class="stage">
                {verdict::verdict(store)}
                {goal::goal(store)}
                {transport::transport(store)}
                {charts::hero(store)}
                {move || (aside.get() && !store.conceals()).then(|| compare::compare(store))}
            </div>
            {move || (aside.get() && !store.conceals()).then(|| findings::findings(store))}
            {move || knobs.get().then(|| side(store))}
            {move || charts.get().then(|| charts::grid(store))}
            {move || inside.get().then(|| charts::inside(store))}
        </main>
        {move || (classroom::HERE && rest.get()).then(|| lesson::panel(store))}
        {footer()}
        {move || rest.get().then(|| dialogs(store))}
    }
    .into_any()
}

/// The column beside the charts: settings, and the challenge before or instead of them.
fn side(store: Store) -> AnyView {
    if !classroom::HERE || store.challenge.read_untracked().is_none() {
        return controls::controls(store);
    }
    view! {
        <div class="controls">
            {challenge::panel(store)}
            {move || (!store.conceals()).then(|| controls::controls(store))}
        </div>
    }
    .into_any()
}

/// Turns true after so many turns of the event loop: built at once, the page would be one task of
/// over 50 ms, in which nothing reacts and no frame is drawn.
fn later(turns: u32) -> RwSignal<bool> {
    fn wait(signal: RwSignal<bool>, turns: u32) {
        let next = move || if turns > 1 { wait(signal, turns - 1) } else { signal.set(true) };
        set_timeout(next, std::time::Duration::ZERO);
    }
    let signal = RwSignal::new(false);
    wait(signal, turns);
    signal
}

fn dialogs(store: Store) -> AnyView {
    let open = move || store.dialog.get() == Some(Dialog::Scenarios);
    let scenario_gallery = language::with_class_words(store, open, move || scenarios::gallery(store));
    view! {
        {dialog::dialog(store, Dialog::Keys, t!("dialog.keys"), keyboard::overlay())}
        {dialog::dialog(store, Dialog::Scenarios, t!("dialog.scenarios"), scenario_gallery)}
        {dialog::dialog(store, Dialog::Backend, t!("dialog.backend"), badge::panel(store))}
        {dialog::dialog(store, Dialog::Share, t!("dialog.share"), share::panel(store))}
        {dialog::lazy(store, Dialog::Glossary, t!("glossary.title"), glossary::list)}
        {dialog::lazy(store, Dialog::HandIn, t!("dialog.hand_in"), receipt::hand_in)}
        {classroom::HERE.then(|| classroom_dialogs(store))}
    }
    .into_any()
}

fn classroom_dialogs(store: Store) -> AnyView {
    view! {
        {dialog::lazy(store, Dialog::Workshop, t!("dialog.workshop"), workshop::panel)}
        {dialog::lazy(store, Dialog::Lessons, t!("lessons.title"), lesson::list)}
        {dialog::lazy(store, Dialog::Receipt, t!("dialog.receipt"), receipt::check)}
    }
    .into_any()
}

/// The fragment holds the experiment, so the skip link moves focus instead of the address.
fn skip(event: leptos::ev::MouseEvent) {
    event.prevent_default();
    if let Some(main) =
        super::dom::by_id("main").and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok())
    {
        // An element with a tabindex takes focus.
        let _ = main.focus();
    }
}

fn header(store: Store) -> AnyView {
    view! {
        <header class="top">
            <div class="brand">
                <img src="icon.svg" alt="" width="28" height="28" />
                <h1>{t!("app.title")}</h1>
                <p class="promise">{t!("app.promise")}</p>
            </div>
            <div class="top-actions">
                {lesson::button(store)}
                {scenarios::button(store)}
                {map_door::button(store)}
                {share::button(store)}
                <button
                    type="button"
                    class="button square desk-only"
                    aria-label=t!("app.keys")
                    title=t!("app.keys.hint")
                    on:click=move |_| store.dialog.set(Some(Dialog::Keys))
                >
                    {icon(Icon::Keys)}
                </button>
                {language::choice(store)}
                {theme::toggle(store.theme)}
                {badge::badge(store)}
            </div>
        </header>
    }
    .into_any()
}

fn footer() -> AnyView {
    view! {
        <footer class="foot quiet">
            <p>
                {t!("app.credits")} " " <a href="data/ATTRIBUTION.md">{t!("app.attribution")}</a> ". "
                {t!("app.private")}
            </p>
        </footer>
    }
    .into_any()
}

/// A narrow column without chrome that starts on click.
fn embed(store: Store) -> AnyView {
    let run = move |_| store.play();
    view! {
        <main id="main" class="embed" tabindex="-1">
            {notices::notices(store)}
            {verdict::verdict(store)}
            {goal::goal(store)}
            {transport::transport(store)}
            <div class="curtain">
                {charts::hero(store)}
                <button type="button" class="run-overlay" hidden=move || !store.waiting.get() on:click=run>
                    {icon(Icon::Play)}
                    <span>{t!("app.run")}</span>
                </button>
            </div>
            {store.options.with_value(|options| options.charts.len() > 1).then(|| charts::grid(store))}
            {side(store)}
            {move || (!store.conceals()).then(|| findings::findings(store))}
        </main>
        {dialog::dialog(store, Dialog::Keys, t!("dialog.keys"), keyboard::overlay())}
    }
    .into_any()
}
