//! `window.map`: the map for programs, tests and measurements.
//!
//! Must not decide anything: it calls what the buttons call.

use super::atlas::Atlas;
use crate::map::crew::Phase;
use crate::map::query;
use js_sys::{Function, JSON, Promise, Reflect};
use leptos::prelude::*;
use serde_json::{Value, json};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

/// Puts the object on the window.
pub fn install(atlas: Atlas) {
    // Fails only when a host page froze its window; then there is no programming interface.
    let _ = Reflect::set(&window(), &"map".into(), &MapLab { atlas }.into());
}

/// `window.map`.
#[wasm_bindgen]
pub struct MapLab {
    atlas: Atlas,
}

thread_local! {
    /// Who waits for the map's end.
    static WAITING: RefCell<Vec<Function>> = const { RefCell::new(Vec::new()) };
}

#[wasm_bindgen]
impl MapLab {
    /// Trains the map from its first cell; resolves with [`MapLab::get_state`]'s value once every cell is
    /// trained. Another call begins anew and answers both.
    pub fn run(&self) -> Promise {
        let atlas = self.atlas;
        Promise::new(&mut |resolve, _| {
            WAITING.with_borrow_mut(|waiting| waiting.push(resolve));
            atlas.train();
        })
    }

    /// Holds the training, or lets it go on.
    pub fn pause(&self, pause: bool) {
        self.atlas.pause(pause);
    }

    /// Gives the rest up.
    pub fn cancel(&self) {
        self.atlas.cancel();
    }

    /// `{query, fragment, phase, done, total, millis, share, left, workers, lane_step_ms, cells}`; times in
    /// milliseconds, `cells` row by row from the bottom, null where not trained.
    #[wasm_bindgen(js_name = getState)]
    pub fn get_state(&self) -> JsValue {
        state(self.atlas)
    }

    /// The link to the map as it is.
    pub fn link(&self) -> String {
        self.atlas.link()
    }

    /// Panics one worker.
    #[wasm_bindgen(js_name = breakWorker)]
    pub fn break_worker(&self) {
        self.atlas.sabotage();
    }
}

/// Answers everybody who waits for the end.
pub fn settle(atlas: Atlas) {
    let waiting = WAITING.take();
    if !waiting.is_empty() {
        let state = state(atlas);
        for resolve in waiting {
            // Calling a promise's own resolve cannot fail.
            let _ = resolve.call1(&JsValue::NULL, &state);
        }
    }
}

fn state(atlas: Atlas) -> JsValue {
    atlas.refresh();
    let spec = atlas.spec.read_untracked();
    let grid = atlas.grid.read_untracked();
    let progress = atlas.progress.get_untracked();
    let number = |value: f32| if value.is_finite() { Value::from(value) } else { Value::Null };
    let cells: Vec<Value> = (0..grid.len())
        .map(|cell| {
            grid.summary(cell).map_or(Value::Null, |cell| {
                json!({
                    "seeds": cell.seeds,
                    "collapsed": cell.collapsed,
                    "diverged": cell.diverged,
                    "n_eff": number(cell.n_eff),
                    "skill": number(cell.skill),
                    "minority_recall": number(cell.minority_recall),
                })
            })
        })
        .collect();
    let (cpu, gpu) = atlas.pace();
    let state = json!({
        "query": query::write(&spec, atlas.measure.get_untracked()),
        "fragment": query::fragment(&spec, None),
        "phase": match atlas.phase.get_untracked() {
            Phase::Idle => "idle",
            Phase::Running => "running",
            Phase::Paused => "paused",
            Phase::Finished => "finished",
        },
        "opened": atlas.opened.get_untracked(),
        "done": grid.trained(),
        "total": grid.len(),
        "millis": progress.millis,
        "share": progress.share,
        "left": progress.left,
        "workers": { "cpu": progress.workers.0, "gpu": progress.workers.1 },
        "lane_step_ms": { "cpu": cpu, "gpu": gpu },
        "cells": cells,
    });
    // Its own text is JSON.
    JSON::parse(&state.to_string()).unwrap_or(JsValue::NULL)
}
