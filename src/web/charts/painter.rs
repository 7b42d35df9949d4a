//! When which canvas is drawn: visible and outdated ones, a few per frame, the hero first.
//!
//! Must not know what a chart shows. Drawing all charts at once would be one long task; here a frame draws
//! one chart and more only while they fit into [`FRAME_MS`], and each chart is drawn at most every [`GAP_MS`].
//! The page stands still until the browser has taken over what was drawn; without a graphics card, all between
//! the first and the last thing that changed. So the hero, far above most, has frames for itself.

use super::pointer;
use crate::chart::{Chart, Frame};
use crate::telemetry::Wants;
use crate::web::store::Store;
use crate::web::{canvas, dom};
use leptos::prelude::{document, request_animation_frame, set_timeout};
use std::cell::{Cell, RefCell};
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{HtmlCanvasElement, HtmlElement};

/// The elements of one chart card.
pub struct Parts {
    /// Which chart.
    pub chart: Chart,
    /// Where it is drawn.
    pub canvas: HtmlCanvasElement,
    /// The canvas's box, which takes pointer and keys.
    pub plot: HtmlElement,
    /// The vertical cursor.
    pub line: HtmlElement,
    /// The read-out beside it.
    pub reading: HtmlElement,
}

struct Card {
    parts: Parts,
    visible: bool,
    outdated: bool,
    drawn_ms: f64,
    /// How long the last drawing took.
    cost_ms: f64,
    frame: Option<Frame>,
    /// CSS pixels.
    size: (u32, u32),
}

/// Time for the charts of a frame: a quarter of a frame at 60 a second, as showing them takes longer than drawing.
const FRAME_MS: f64 = 4.0;
/// What a chart is thought to take before it was drawn: it gets a frame of its own, because the first drawing
/// measures its texts.
const FIRST_COST_MS: f64 = FRAME_MS;
/// A chart is drawn at most this often: 12.5 times a second.
const GAP_MS: f64 = 80.0;
/// A hidden tab draws nothing and answers the worker at this pace.
const HIDDEN_PACE: Duration = Duration::from_millis(250);

thread_local! {
    static CARDS: RefCell<Vec<Card>> = const { RefCell::new(Vec::new()) };
    static STORE: Cell<Option<Store>> = const { Cell::new(None) };
    /// A frame is already asked for.
    static AWAKE: Cell<bool> = const { Cell::new(false) };
    /// The worker waits to hear that its snapshot was drawn.
    static OWED: Cell<bool> = const { Cell::new(false) };
    /// Where the round robin goes on.
    static NEXT: Cell<usize> = const { Cell::new(0) };
    static CURSOR_MOVED: Cell<bool> = const { Cell::new(false) };
}

/// Tells the painter whose charts these are; once per page.
pub fn start(store: Store) {
    STORE.set(Some(store));
    let changed = Closure::<dyn Fn()>::new(|| {
        if document().hidden() {
            answer();
        } else {
            wake();
        }
    });
    // Without the event a hidden tab's run goes on unobserved, which is all it must do.
    let _ = document().add_event_listener_with_callback("visibilitychange", changed.as_ref().unchecked_ref());
    changed.forget();
}

/// Adds a card and watches its size and visibility; its number. A card of the same chart that has
/// left the page (its words changed) gives up its place, so that the hero stays card 0.
pub fn register(parts: Parts) -> usize {
    let plot = parts.plot.clone();
    let size = (plot.client_width().max(0) as u32, plot.client_height().max(0) as u32);
    // A look inside the model costs: nobody asks for one before the observer has seen the card.
    let visible = parts.chart.wants().is_empty();
    let card =
        Card { parts, visible, outdated: true, drawn_ms: 0.0, cost_ms: FIRST_COST_MS, frame: None, size };
    let index = CARDS.with_borrow_mut(|cards| {
        let gone = |old: &Card| old.parts.chart == card.parts.chart && !old.parts.plot.is_connected();
        match cards.iter().position(gone) {
            Some(index) => {
                cards[index] = card;
                index
            }
            None => {
                cards.push(card);
                cards.len() - 1
            }
        }
    });
    watch(index, &plot);
    wake();
    index
}

/// The element that takes a card's pointer and keys.
pub fn plot(card: usize) -> Option<HtmlElement> {
    CARDS.with_borrow(|cards| cards.get(card).map(|card| card.parts.plot.clone()))
}

/// Where a card's data lay when it was drawn last.
pub fn frame(card: usize) -> Option<Frame> {
    CARDS.with_borrow(|cards| cards.get(card)?.frame)
}

/// Everything is out of date: draw it soon.
pub fn wake() {
    outdate(|_| true);
}

/// What is drawn from the history is out of date.
pub fn history_changed() {
    outdate(|chart| chart.wants().is_empty());
}

/// What is drawn from the look inside the model is out of date.
pub fn insight_changed() {
    outdate(|chart| !chart.wants().is_empty());
}

fn outdate(which: impl Fn(Chart) -> bool) {
    CARDS.with_borrow_mut(|cards| {
        cards.iter_mut().filter(|card| which(card.parts.chart)).for_each(|card| card.outdated = true);
    });
    ask();
}

/// The shared cursor moved; only lines and read-outs follow.
pub fn cursor_moved() {
    CURSOR_MOVED.set(true);
    ask();
}

/// Answers the worker once the hero shows its snapshot.
pub fn answer_when_drawn() {
    OWED.set(true);
    if document().hidden() {
        set_timeout(answer, HIDDEN_PACE);
    }
}

fn answer() {
    if OWED.replace(false)
        && let Some(engine) = STORE.get().and_then(Store::engine)
    {
        engine.ack();
    }
}

fn ask() {
    if !AWAKE.replace(true) {
        request_animation_frame(on_frame);
    }
}

fn on_frame() {
    AWAKE.set(false);
    let Some(store) = STORE.get() else { return };
    let start = dom::now();
    let count = CARDS.with_borrow(Vec::len);
    if count == 0 {
        answer();
        return;
    }
    if is_due(0, start) {
        paint(store, 0, start);
    } else {
        paint_in_turn(store, start, count);
    }
    if CURSOR_MOVED.replace(false) || store.cursor_is_shown() {
        pointer::show_cursor(store);
    }
    let (hero_waits, any_waits) = CARDS.with_borrow(|cards| {
        let waits = |card: &Card| card.visible && card.outdated;
        (cards.first().is_some_and(waits), cards.iter().any(waits))
    });
    if !hero_waits {
        answer();
    }
    if any_waits {
        ask();
    }
    store.look_inside(wants());
}

/// As many as fit, one of them in any case.
fn paint_in_turn(store: Store, start: f64, count: usize) {
    let (next, mut drawn) = (NEXT.get(), false);
    for index in (0..count).map(|offset| (next + offset) % count) {
        if is_due(index, start) {
            if drawn && dom::now() - start + cost_ms(index) > FRAME_MS {
                break;
            }
            paint(store, index, start);
            NEXT.set((index + 1) % count);
            drawn = true;
        }
    }
}

/// What visible cards show of the model's inside.
fn wants() -> Wants {
    CARDS.with_borrow(|cards| {
        let shown = cards.iter().filter(|card| card.visible && card.parts.plot.is_connected());
        shown.fold(Wants::default(), |wants, card| wants.or(card.parts.chart.wants()))
    })
}

fn is_due(index: usize, now: f64) -> bool {
    CARDS.with_borrow(|cards| {
        let card = &cards[index];
        card.visible && card.outdated && now - card.drawn_ms >= GAP_MS && card.size.0 > 0 && card.size.1 > 0
    })
}

fn cost_ms(index: usize) -> f64 {
    CARDS.with_borrow(|cards| cards[index].cost_ms)
}

fn paint(store: Store, index: usize, now: f64) {
    CARDS.with_borrow_mut(|cards| {
        let card = &mut cards[index];
        let begun = dom::now();
        let (width, height) = card.size;
        let drawn = store.with_view(|view| {
            canvas::draw(card.parts.chart, view, &card.parts.canvas, width as f32, height as f32)
        });
        // A browser that refuses the canvas leaves the data table, which says the same.
        card.frame = drawn.ok();
        card.outdated = false;
        card.drawn_ms = now;
        card.cost_ms = dom::now() - begun;
    });
}

/// Calls `look` for one card that was drawn.
pub fn with_drawn(card: usize, look: impl FnOnce(&Parts, Frame, (u32, u32))) {
    CARDS.with_borrow(|cards| {
        if let Some(card) = cards.get(card)
            && let Some(frame) = card.frame
        {
            look(&card.parts, frame, card.size);
        }
    });
}

/// Calls `look` for every visible card that was drawn.
pub fn each_drawn(mut look: impl FnMut(&Parts, Frame, (u32, u32))) {
    CARDS.with_borrow(|cards| {
        for card in cards.iter().filter(|card| card.visible) {
            if let Some(frame) = card.frame {
                look(&card.parts, frame, card.size);
            }
        }
    });
}

/// Changes a card, unless another has taken the place of the one around `plot`.
fn with_card(index: usize, plot: &web_sys::Element, change: impl FnOnce(&mut Card)) {
    CARDS.with_borrow_mut(|cards| {
        let card = cards.get_mut(index);
        if let Some(card) = card.filter(|card| AsRef::<web_sys::Element>::as_ref(&card.parts.plot) == plot) {
            change(card);
        }
    });
}

fn watch(index: usize, plot: &HtmlElement) {
    let seen = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
        let last: web_sys::IntersectionObserverEntry = entries.pop().unchecked_into();
        with_card(index, &last.target(), |card| card.visible = last.is_intersecting());
        ask();
    });
    if let Ok(observer) = web_sys::IntersectionObserver::new(seen.as_ref().unchecked_ref()) {
        observer.observe(plot);
    }
    seen.forget();
    let plot_again = plot.clone();
    let resized = Closure::<dyn Fn()>::new(move || {
        let size = (plot_again.client_width().max(0) as u32, plot_again.client_height().max(0) as u32);
        with_card(index, &plot_again, |card| {
            card.size = size;
            card.outdated = true;
            card.drawn_ms = 0.0;
        });
        ask();
    });
    if let Ok(observer) = web_sys::ResizeObserver::new(resized.as_ref().unchecked_ref()) {
        observer.observe(plot);
    }
    resized.forget();
}
