//! `window.lab`: the page for programs. Promises settle when the worker has confirmed.
//!
//! Must not decide anything: it calls what the buttons call.

use super::engine::Debug;
use super::events::{self, PageEvent};
use super::store::Store;
use super::{picture, receipt};
use crate::chart::letter;
use crate::diagnosis::{self, Verdict};
use crate::experiment::{Experiment, json};
use crate::metrics::{self, Observation};
use crate::page::change::{self, Change};
use crate::page::lanes::Branch;
use crate::protocol::Control;
use crate::telemetry::History;
use js_sys::{Error, Function, JSON, Object, Promise, Reflect};
use leptos::prelude::*;
use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// Puts the object on the window.
pub fn install(store: Store) {
    // Fails only when a host page froze its window; then there is no programming interface.
    let _ = Reflect::set(&window(), &"lab".into(), &Lab { store }.into());
}

/// `window.lab`.
#[wasm_bindgen]
pub struct Lab {
    store: Store,
}

/// More seeds at once than the page offers take longer than anybody watches.
const MOST_SEEDS: u8 = 64;

/// For programs, so it stays English.
const CONCEALED: &str = "experiment: concealed until the challenge has ended";

/// `window.lab.debug`: for tests and measurements.
#[wasm_bindgen]
pub struct LabDebug {
    store: Store,
}

#[wasm_bindgen]
impl Lab {
    /// Trains on; resolves to the step.
    pub fn play(&self) -> Promise {
        let store = self.store;
        store.waiting.set(false);
        promise(async move { store.command(Control::Play).await })
    }

    /// Stops after the step under way; resolves to the last step once it has been observed.
    pub fn pause(&self) -> Promise {
        let store = self.store;
        promise(async move { observed(store, store.command(Control::Pause).await?).await })
    }

    /// Trains this many steps, then pauses; resolves to the last step once it has been observed.
    pub fn step(&self, steps: Option<u32>) -> Promise {
        let store = self.store;
        store.waiting.set(false);
        promise(async move {
            observed(store, store.command(Control::Step(steps.unwrap_or(1).max(1))).await?).await
        })
    }

    /// Back to step 0: same weights, same order; resolves when the new run began.
    pub fn reset(&self) -> Promise {
        let store = self.store;
        begun(move || store.rewind())
    }

    /// At most this many steps per second; nothing, null or 0 is no limit.
    #[wasm_bindgen(js_name = setSpeed)]
    pub fn set_speed(&self, steps_per_second: Option<f32>) -> Promise {
        let store = self.store;
        let limit = steps_per_second.filter(|limit| *limit > 0.0);
        store.limit.set_value(limit);
        promise(async move { store.command(Control::Speed(limit)).await })
    }

    /// The experiment as JSON, every knob by name.
    #[wasm_bindgen(js_name = getState)]
    pub fn get_state(&self) -> Promise {
        if self.store.conceals_now() {
            return Promise::reject(&Error::new(CONCEALED));
        }
        settled(to_js(&json::to_json(&self.store.experiment.read_untracked())))
    }

    /// Changes the knobs named in `state`, the others stay; resolves when the run follows.
    /// Rejects, changing nothing, with an Error that begins with the wrong field's name.
    #[wasm_bindgen(js_name = setState)]
    pub fn set_state(&self, state: JsValue) -> Promise {
        let store = self.store;
        follow(store, &state, move |wanted| store.open(wanted))
    }

    /// The newest numbers of the run.
    #[wasm_bindgen(js_name = getMetrics)]
    pub fn get_metrics(&self) -> Promise {
        settled(to_js(&current_metrics(self.store)))
    }

    /// Keeps the run as it is as a lane beside it, then changes the knobs named in `patch`, if any;
    /// resolves to the lane's letter, or null when there is no room.
    pub fn fork(&self, patch: JsValue) -> Promise {
        let store = self.store;
        future_to_promise(async move {
            let Some(id) = store.fork().await else { return Ok(JsValue::NULL) };
            let letter = store.lanes.with_untracked(|lanes| {
                lanes.branches.iter().find(|branch| branch.id == id).map(|branch| letter(branch.slot))
            });
            if !patch.is_undefined() && !patch.is_null() {
                JsFuture::from(follow(store, &patch, move |wanted| store.restart_beside(wanted))).await?;
            }
            Ok(letter.into())
        })
    }

    /// Looks at the run as it was at `step`; nothing or null returns to the present. Resolves to the
    /// step shown, which for slow models may be a little earlier.
    pub fn rewind(&self, step: Option<u32>) -> Promise {
        let store = self.store;
        match step {
            None => {
                store.return_to_present();
                Promise::resolve(&JsValue::from(store.progress.read_untracked().step))
            }
            Some(step) => happened(
                |event| match event {
                    PageEvent::Visit(step) => Some(*step),
                    _ => None,
                },
                move || store.visit_step(step),
            ),
        }
    }

    /// Trains that many seeds at once; 0 is only the run's own.
    #[wasm_bindgen(js_name = setSeeds)]
    pub fn set_seeds(&self, seeds: u8) {
        self.store.set_seeds(seeds.min(MOST_SEEDS));
    }

    /// What trains beside the run: `{visit, kept, seeds, lanes}`.
    #[wasm_bindgen(js_name = getLanes)]
    pub fn get_lanes(&self) -> Promise {
        settled(to_js(&current_lanes(self.store)))
    }

    /// A picture of a chart as a `Blob`: `{format: "png" | "svg", chart}`, the large chart unless named.
    pub fn screenshot(&self, options: JsValue) -> Promise {
        future_to_promise(picture::take(self.store, options))
    }

    /// A receipt of the run as it was seen last: `{link, checksum, file}`. `{name}` is whose it is; nothing
    /// that the page keeps about its visitor is in it.
    #[wasm_bindgen(js_name = getReceipt)]
    pub fn get_receipt(&self, options: &JsValue) -> Promise {
        if self.store.conceals_now() {
            return Promise::reject(&Error::new(CONCEALED));
        }
        let name = Reflect::get(options, &"name".into()).ok().and_then(|name| name.as_string());
        settled(match receipt::of(self.store, &name.unwrap_or_default()) {
            Some(receipt) => to_js(&receipt),
            None => Err(Error::new("receipt: nothing is trained yet; call play() or step(n) first").into()),
        })
    }

    /// Calls `listener` with `{type, …}` for each `ready`, `step`, `visit`, `change`, `collapse`,
    /// `recover`, `goal`, `finding` or `error`; returns a function that stops it.
    pub fn on(&self, event: String, listener: Function) -> Result<Function, Error> {
        if !events::NAMES.contains(&event.as_str()) {
            return Err(Error::new(&format!(
                "event: '{event}' is unknown; use {}",
                events::NAMES.join(", ")
            )));
        }
        let id = events::listen(move |happened| {
            if happened.name() == event {
                // A listener's own exception must not stop the page.
                let _ = listener.call1(&JsValue::NULL, &event_object(happened));
            }
        });
        Ok(Closure::once_into_js(move || events::ignore(id)).unchecked_into())
    }

    /// For tests and measurements.
    #[wasm_bindgen(getter)]
    pub fn debug(&self) -> LabDebug {
        LabDebug { store: self.store }
    }
}

#[wasm_bindgen]
impl LabDebug {
    /// Terminates the worker behind the page's back.
    pub fn kill(&self) {
        self.store.debug(Debug::Kill);
    }

    /// Panics inside the worker.
    pub fn panic(&self) {
        self.store.debug(Debug::Panic);
    }

    /// Destroys the GPU device.
    #[wasm_bindgen(js_name = loseDevice)]
    pub fn lose_device(&self) {
        self.store.debug(Debug::LoseDevice);
    }

    /// `first_step_ms`: from navigation to the first finished step, null before.
    #[wasm_bindgen(getter)]
    pub fn timings(&self) -> Object {
        let timings = Object::new();
        let first = self.store.first_step_ms().map_or(JsValue::NULL, JsValue::from);
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&timings, &"first_step_ms".into(), &first);
        timings
    }

    /// How fast a fleet trains here: `{ lanes, millis }` in, `{ lanes, steps, millis, backend }` out.
    /// The run does not notice, but for the time it takes.
    pub fn measure(&self, what: JsValue) -> Promise {
        let number = |name: &str, otherwise: u32| {
            let value = Reflect::get(&what, &name.into()).ok().and_then(|value| value.as_f64());
            value.map_or(otherwise, |value| value as u32)
        };
        let (lanes, millis) = (number("lanes", 1).clamp(1, 256), number("millis", 500).clamp(1, 60_000));
        let experiment = self.store.experiment.get_untracked();
        let engine = self.store.engine();
        future_to_promise(async move {
            let measured = match engine {
                Some(engine) => engine.measure(None, &experiment, lanes, millis).await,
                None => None,
            };
            let Some(speed) = measured else { return Ok(JsValue::NULL) };
            to_js(&serde_json::json!({
                "lanes": lanes,
                "steps": speed.steps,
                "millis": speed.millis,
                "backend": metrics::backend_name(speed.backend),
            }))
        })
    }

    /// `wasm_bytes`: size of the worker's WebAssembly memory; null before the engine runs.
    pub fn memory(&self) -> Promise {
        let engine = self.store.engine();
        future_to_promise(async move {
            let Some(engine) = engine else { return Ok(JsValue::NULL) };
            let memory = Object::new();
            Reflect::set(&memory, &"wasm_bytes".into(), &engine.memory().await.into())?;
            Ok(memory.into())
        })
    }
}

/// Changes the knobs named in `state`; `restart` begins a new run where that is needed.
fn follow(store: Store, state: &JsValue, restart: impl FnOnce(Experiment) + 'static) -> Promise {
    if store.conceals_now() {
        return Promise::reject(&Error::new(CONCEALED));
    }
    let before = store.experiment.get_untracked();
    let wanted = from_js(state)
        .and_then(|state| json::from_json(&state, &before).map_err(|rejected| rejected.to_string()))
        .and_then(|wanted| match store.options.with_value(|options| options.refusal(&wanted)) {
            Some(refusal) => Err(refusal),
            None => Ok(wanted),
        });
    match wanted {
        Err(reason) => Promise::reject(&Error::new(&reason)),
        Ok(wanted) if change::between(&before, &wanted) == Change::Restart => begun(move || restart(wanted)),
        Ok(wanted) => {
            store.want(wanted);
            promise(store.catch_up())
        }
    }
}

fn current_lanes(store: Store) -> serde_json::Value {
    let run = store.experiment.read_untracked();
    let (lanes, kept) = (store.lanes.read_untracked(), store.kept.get_untracked());
    let others = store.others.read_value();
    let lane = |branch: &Branch| {
        let history = others.iter().find(|(id, _)| *id == branch.id).map(|(_, history)| history);
        let last = history.and_then(History::last);
        let accuracy =
            last.and_then(|last| last.lanes.first()).map(|lane| lane.confusion.balanced_accuracy());
        serde_json::json!({
            "lane": letter(branch.slot),
            "name": branch.title(&run),
            "step": last.map(|last| last.step),
            "balanced_accuracy": accuracy.map(crate::decimal::widen),
        })
    };
    let band = store.band.read_value();
    let last = band.as_ref().and_then(History::last);
    serde_json::json!({
        "visit": store.visit.read_untracked().as_ref().map(|visit| visit.snapshot.step),
        "kept": { "moments": kept.moments, "bytes": kept.bytes, "first": kept.first },
        "seeds": {
            "wanted": lanes.seeds,
            "trained": last.map_or(0, |last| last.lanes.len()),
            "step": last.map(|last| last.step),
        },
        "lanes": lanes.branches.iter().map(lane).collect::<Vec<_>>(),
    })
}

fn current_metrics(store: Store) -> serde_json::Value {
    let experiment = store.experiment.read_untracked();
    let findings = store.findings.read_untracked();
    store.history.with_value(|history| {
        let verdict: Verdict = match store.verdict.get_untracked() {
            Some(verdict) => verdict,
            None => diagnosis::judge(history, &experiment),
        };
        metrics::to_json(&Observation {
            snapshot: history.last(),
            experiment: &experiment,
            verdict: &verdict,
            findings: if store.conceals_now() { &[] } else { &findings },
            backend: store.badge.read_untracked().backend,
            steps_per_second: store.progress.read_untracked().steps_per_second,
            playing: store.playing.get_untracked(),
        })
    })
}

/// An event as listeners get it.
pub(super) fn event_object(event: &PageEvent) -> JsValue {
    let object = Object::new();
    let set = |name: &str, value: JsValue| {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&object, &name.into(), &value);
    };
    set("type", event.name().into());
    match event {
        PageEvent::Step(step)
        | PageEvent::Visit(step)
        | PageEvent::Collapse(step)
        | PageEvent::Recover(step) => set("step", (*step).into()),
        PageEvent::Goal { goal, met, step } => {
            set("goal", goal.as_str().into());
            set("met", (*met).into());
            set("step", (*step).into());
        }
        PageEvent::Finding(rule) => set("rule", rule.as_str().into()),
        PageEvent::Error(message) => set("message", message.as_str().into()),
        PageEvent::Ready | PageEvent::Change => {}
    }
    object.into()
}

fn promise(work: impl Future<Output = Result<u32, String>> + 'static) -> Promise {
    future_to_promise(
        async move { work.await.map(JsValue::from).map_err(|reason| Error::new(&reason).into()) },
    )
}

fn settled(result: Result<JsValue, JsValue>) -> Promise {
    match result {
        Ok(value) => Promise::resolve(&value),
        Err(error) => Promise::reject(&error),
    }
}

/// Resolves with step 0 once the run that `act` begins is confirmed.
fn begun(act: impl FnOnce() + 'static) -> Promise {
    happened(|event| (*event == PageEvent::Ready).then_some(0), act)
}

/// Resolves with what `wanted` makes of the first event it knows, after `act`.
fn happened(wanted: fn(&PageEvent) -> Option<u32>, act: impl FnOnce() + 'static) -> Promise {
    Promise::new(&mut {
        let mut act = Some(act);
        move |resolve: Function, _reject: Function| {
            let id = Rc::new(Cell::new(0));
            let own = id.clone();
            id.set(events::listen(move |event| {
                if let Some(value) = wanted(event) {
                    events::ignore(own.get());
                    // Calling a promise's own resolve cannot fail.
                    let _ = resolve.call1(&JsValue::NULL, &value.into());
                }
            }));
            if let Some(act) = act.take() {
                act();
            }
        }
    })
}

/// Longest wait for an observation; the page may be hidden or the snapshot thinned away.
const OBSERVE_WITHIN: Duration = Duration::from_millis(1000);

/// Waits until `step` was observed, so that metrics asked for next are not older.
pub(super) async fn observed(store: Store, step: u32) -> Result<u32, String> {
    if store.history.with_value(|history| history.last().is_some_and(|last| last.step >= step)) {
        return Ok(step);
    }
    let seen = Promise::new(&mut |resolve: Function, _reject: Function| {
        let id = Rc::new(Cell::new(0));
        let (own, done) = (id.clone(), resolve.clone());
        id.set(events::listen(move |event| {
            if matches!(event, PageEvent::Step(now) if *now >= step) {
                events::ignore(own.get());
                // Calling a promise's own resolve cannot fail.
                let _ = done.call0(&JsValue::NULL);
            }
        }));
        set_timeout(
            move || {
                events::ignore(id.get());
                let _ = resolve.call0(&JsValue::NULL);
            },
            OBSERVE_WITHIN,
        );
    });
    // This promise is never rejected.
    let _ = JsFuture::from(seen).await;
    Ok(step)
}

fn to_js(value: &serde_json::Value) -> Result<JsValue, JsValue> {
    JSON::parse(&value.to_string())
}

fn from_js(value: &JsValue) -> Result<serde_json::Value, String> {
    let wrong = || "experiment: expected an object of settings".to_owned();
    let text = JSON::stringify(value).ok().and_then(|text| text.as_string()).ok_or_else(wrong)?;
    serde_json::from_str(&text).map_err(|_| wrong())
}
