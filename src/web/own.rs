//! The page's side of the data desk: where it opens, and what becomes of the data it hands over.
//!
//! The desk is a program of its own that is fetched into the running page. Must not know how data are read.

use super::engine::Severity;
use super::map_door;
use super::store::Store;
use crate::experiment::DataName;
use crate::experiment::own::Own;
use crate::page::options::Access;
use crate::t;
use js_sys::{Function, Object, Reflect, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

/// What page and desk both hold: `want` and `take` of the page's, `open` of the desk's.
const DESK: &str = "collapseLabDesk";
/// Training examples of new data: all there are, as far as the knob goes.
const TRAIN_SIZE: u32 = 5_000;

/// Opens the desk; where data are wanted it looks for them before it shows itself.
fn open(store: Store, want: &str) {
    let want = JsValue::from(want);
    let desk = Reflect::get(&window(), &DESK.into()).unwrap_or_default();
    if desk.is_object() {
        // Missing while the desk is on its way.
        if let Ok(open) = Reflect::get(&desk, &"open".into()).and_then(JsCast::dyn_into::<Function>) {
            // A desk that fails says so in the console and leaves the page as it is.
            let _ = open.call1(&JsValue::NULL, &want);
        }
        return;
    }
    let desk = Object::new();
    let take = Closure::<dyn FnMut(String, JsValue)>::new(move |text: String, command: JsValue| {
        store.take_own(Own::parse(&text), command.dyn_into().ok());
    });
    for (name, value) in [("want", &want), ("take", take.as_ref())] {
        // A plain object takes any property.
        let _ = Reflect::set(&desk, &name.into(), value);
    }
    let _ = Reflect::set(&window(), &DESK.into(), &desk);
    // The page lives as long as its window.
    take.forget();
    map_door::enter("desk_start.js");
}

/// The button that opens the desk; nothing where a teacher fixed the data.
pub fn door(store: Store) -> AnyView {
    if store.options.with_value(|options| matches!(options.access("data"), Some(Access::Lock | Access::Hide)))
    {
        return ().into_any();
    }
    view! {
        <button type="button" class="button small" id="own-door" on:click=move |_| open(store, "")>
            {t!("own.door")}
        </button>
    }
    .into_any()
}

impl Store {
    /// Whether the data of the experiment are here; asks for them where they are not.
    pub(super) fn has_data(self) -> bool {
        let is_here = self.experiment.with_untracked(|experiment| {
            experiment.data.name != DataName::Own
                || self.engine().is_some_and(|engine| engine.has_own(&experiment.data.own.file()))
        });
        if !is_here {
            let want = self.experiment.with_untracked(|experiment| experiment.own().map(Own::text));
            open(self, &want.unwrap_or_default());
        }
        is_here
    }

    /// Trains on the data that the desk handed over; without, on what was trained on before.
    fn take_own(self, own: Option<Own>, command: Option<Uint8Array>) {
        let mut next = self.experiment.get_untracked();
        let Some((own, command)) = own.zip(command) else {
            let given = self.given().data;
            let is_owed = next.data.name == DataName::Own
                && self.engine().is_some_and(|engine| !engine.has_own(&next.data.own.file()));
            if is_owed {
                if next.own().is_some() {
                    self.notify(t!("own.absent"), Severity::Warning);
                }
                (next.data.name, next.data.own) = (given.name, given.own);
                self.want(next);
                self.begin(self.is_owed());
            }
            return;
        };
        if let Some(engine) = self.engine() {
            engine.give_own(own.file(), command);
        }
        if next.own().is_some_and(|known| *known == own) {
            return self.begin(self.is_owed());
        }
        next.data.name = DataName::Own;
        // Columns of a table have any size; pixels do not.
        next.data.standardise = own.image.is_none();
        next.data.train_size = TRAIN_SIZE;
        next.live.shares.clear();
        next.data.own = own;
        self.open(next);
    }
}
