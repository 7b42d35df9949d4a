//! Above the map: start, pause and give up, how far it is, and what a cell is.
//!
//! Must not know how cells are drawn.

use super::atlas::Atlas;
use crate::map::crew::Phase;
use crate::t;
use crate::web::icon::{self, Icon};
use crate::words;
use leptos::prelude::*;

/// The row of buttons with the progress below.
pub fn bar(atlas: Atlas) -> AnyView {
    let phase = atlas.phase;
    let is_running = move || phase.get() == Phase::Running;
    let is_under_way = move || matches!(phase.get(), Phase::Running | Phase::Paused);
    let main = move |_| match phase.get_untracked() {
        Phase::Running => atlas.pause(true),
        Phase::Paused => atlas.pause(false),
        Phase::Idle | Phase::Finished => atlas.train(),
    };
    let word = move || match phase.get() {
        Phase::Running => t!("map.pause"),
        Phase::Paused => t!("map.resume"),
        Phase::Finished if !atlas.is_outdated() => t!("map.again"),
        Phase::Idle | Phase::Finished => t!("map.train"),
    };
    view! {
        <div class="atlas-bar">
            <button type="button" class="button primary play" id="map-train" on:click=main>
                {icon::changing(move || if is_running() { Icon::Pause } else { Icon::Play })}
                <span>{word}</span>
            </button>
            <button
                type="button"
                class="button"
                id="map-cancel"
                disabled=move || !is_under_way()
                on:click=move |_| atlas.cancel()
            >
                {t!("map.cancel")}
            </button>
            <p class="atlas-state" role="status">{move || state(atlas)}</p>
            <progress
                class="atlas-progress"
                max="1"
                prop:value=move || atlas.progress.get().share
                hidden=move || !is_under_way()
                aria-label=t!("map.progress")
            ></progress>
        </div>
        <p class="quiet atlas-cell">{move || sentence(atlas)}</p>
    }
    .into_any()
}

/// Where training is, in words.
fn state(atlas: Atlas) -> String {
    let progress = atlas.progress.get();
    let runs = || {
        let spec = atlas.spec.read();
        let (columns, rows) = spec.size();
        columns * rows * spec.seeds as usize
    };
    match atlas.phase.get() {
        Phase::Idle if atlas.grid.read().trained() > 0 => t!("map.state.cancelled").to_owned(),
        Phase::Idle => t!("map.state.idle", n = runs()),
        Phase::Running | Phase::Paused => {
            let share = words::percent(progress.share as f32);
            let (cpu, gpu) = progress.workers;
            let workers = match gpu {
                0 => t!("map.workers", n = cpu),
                _ => t!("map.workers.gpu", n = cpu),
            };
            match (atlas.phase.get(), progress.left) {
                (Phase::Paused, _) => t!("map.state.paused", share = share),
                (_, Some(left)) => {
                    t!("map.state.left", share = share, left = duration(left), workers = workers)
                }
                (_, None) => t!("map.state.starting").to_owned(),
            }
        }
        Phase::Finished if atlas.is_outdated() => t!("map.state.outdated").to_owned(),
        Phase::Finished if atlas.opened.get() => t!("map.state.opened").to_owned(),
        Phase::Finished => t!("map.state.finished", n = runs(), time = duration(progress.millis)),
    }
}

/// What a cell is.
fn sentence(atlas: Atlas) -> String {
    let spec = atlas.spec.read();
    t!(
        "map.sentence",
        seeds = spec.seeds,
        steps = spec.steps,
        x = spec.x.knob.label(),
        y = spec.y.knob.label()
    )
}

fn duration(millis: f64) -> String {
    let seconds = millis / 1000.0;
    match seconds {
        _ if seconds < 9.95 => t!("map.seconds", n = words::decimal(seconds as f32, 1)),
        _ if seconds < 90.0 => t!("map.seconds", n = words::decimal(seconds as f32, 0)),
        _ => t!("map.minutes", n = words::decimal((seconds / 60.0).ceil() as f32, 0)),
    }
}
