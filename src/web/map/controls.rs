//! What the map is made of: axes and their ranges, grid, seeds, steps, colours, and the experiment behind it.
//!
//! Must not know any knob by more than its row.

use super::atlas::Atlas;
use crate::experiment::Experiment;
use crate::experiment::knob::{KNOBS, scale};
use crate::map::spec::{GRID, SEEDS, STEPS};
use crate::map::{Axis, MapSpec, Measure};
use crate::t;
use leptos::prelude::*;

/// The whole column.
pub fn controls(atlas: Atlas) -> AnyView {
    view! {
        <section class="atlas-controls" aria-label=t!("map.controls")>
            <div class="card atlas-card">
                <h2>{t!("map.axes")}</h2>
                {axis(atlas, true)}
                {axis(atlas, false)}
            </div>
            <div class="card atlas-card">
                <h2>{t!("map.runs")}</h2>
                <div class="atlas-numbers">
                    {whole(atlas, t!("map.columns"), "map-columns", GRID, |spec| &mut spec.columns)}
                    {whole(atlas, t!("map.rows"), "map-rows", GRID, |spec| &mut spec.rows)}
                    {whole(atlas, t!("map.seeds"), "map-seeds", SEEDS, |spec| &mut spec.seeds)}
                    {whole(atlas, t!("map.steps"), "map-steps", STEPS, |spec| &mut spec.steps)}
                </div>
            </div>
            <div class="card atlas-card">
                <h2>{t!("map.colour")}</h2>
                {measures(atlas)}
            </div>
            <div class="card atlas-card">
                <h2>{t!("map.base")}</h2>
                <p class="quiet">{t!("map.base.help")}</p>
                {move || base(&atlas.draft.read().base)}
                <a class="button small" href=move || atlas.base_address()>{t!("map.base.change")}</a>
            </div>
        </section>
    }
    .into_any()
}

/// One axis: which setting, from where to where.
fn axis(atlas: Atlas, across: bool) -> AnyView {
    let own = move |spec: &MapSpec| if across { spec.x } else { spec.y };
    let (label, id) = if across { (t!("map.across"), "map-x") } else { (t!("map.up"), "map-y") };
    let name = Memo::new(move |_| own(&atlas.draft.read()).knob.name);
    let options = move || {
        let experiment = atlas.draft.read_untracked().base.clone();
        let mut axes: Vec<Axis> = Axis::choices(&experiment).collect();
        let chosen = name.get();
        if !axes.iter().any(|axis| axis.knob.name == chosen) {
            axes.insert(0, own(&atlas.draft.read_untracked()));
        }
        let option = |axis: Axis| {
            let is_chosen = axis.knob.name == chosen;
            view! { <option value=axis.knob.name prop:selected=is_chosen>{axis.knob.label()}</option> }
                .into_any()
        };
        axes.into_iter().map(option).collect::<Vec<AnyView>>()
    };
    let choose = move |event| atlas.want_axis(across, &event_target_value(&event));
    view! {
        <div class="atlas-axis">
            <label for=id>{label}</label>
            <select id=id on:change=choose>{options}</select>
            <div class="atlas-range">
                {end(atlas, across, true)}
                <span aria-hidden="true">"–"</span>
                {end(atlas, across, false)}
            </div>
        </div>
    }
    .into_any()
}

/// One end of an axis.
fn end(atlas: Atlas, across: bool, first: bool) -> AnyView {
    let own = move |spec: &MapSpec| if across { spec.x } else { spec.y };
    let value = move || {
        let (low, high) = own(&atlas.draft.read()).ends();
        scale::short(if first { low } else { high })
    };
    let enter = move |event: leptos::ev::Event| {
        let axis = own(&atlas.draft.read_untracked());
        let (low, high) = axis.ends();
        let text = event_target_value(&event);
        let number = text.trim().replace(',', ".").parse::<f64>().ok();
        let moved = number
            .and_then(|number| if first { axis.between(number, high) } else { axis.between(low, number) });
        match moved {
            Some(moved) => atlas.want(|spec| *(if across { &mut spec.x } else { &mut spec.y }) = moved),
            None => {
                atlas.notify(t!(
                    "map.wrong",
                    key = axis.knob.label(),
                    value = crate::experiment::link::short(&text),
                    reason = t!("map.wrong.range", allowed = axis.knob.range())
                ));
                // Shows the value in force again.
                atlas.draft.update(|_| ());
            }
        }
    };
    let label = move || {
        let name = own(&atlas.draft.read()).knob.label();
        if first { t!("map.first", name = name) } else { t!("map.last", name = name) }
    };
    view! { <input class="exact" inputmode="decimal" aria-label=label prop:value=value on:change=enter /> }
        .into_any()
}

fn whole(
    atlas: Atlas,
    label: &'static str,
    id: &'static str,
    (low, high): (u32, u32),
    field: fn(&mut MapSpec) -> &mut u32,
) -> AnyView {
    let value = move || *field(&mut atlas.draft.read().clone());
    let enter = move |event| {
        if let Ok(number) = event_target_value(&event).trim().parse::<f64>() {
            let inside = (number.round() as u32).clamp(low, high);
            atlas.want(|spec| *field(spec) = inside);
        }
        // Shows the value in force again.
        atlas.draft.update(|_| ());
    };
    view! {
        <label for=id>{label}</label>
        <input
            id=id
            class="exact"
            type="number"
            min=low
            max=high
            prop:value=value
            on:change=enter
        />
    }
    .into_any()
}

fn measures(atlas: Atlas) -> AnyView {
    let row = move |measure: Measure| {
        let checked = move || atlas.measure.get() == measure;
        view! {
            <label class="answer">
                <input
                    type="radio"
                    name="map-measure"
                    value=measure.name()
                    prop:checked=checked
                    on:change=move |_| atlas.show(measure)
                />
                <span>{measure.label()}</span>
            </label>
        }
        .into_any()
    };
    let rows: Vec<AnyView> = Measure::ALL.into_iter().map(row).collect();
    view! { <div role="radiogroup" aria-label=t!("map.colour")>{rows}</div> }.into_any()
}

/// The settings of the experiment that matter most, and those that differ from the usual.
fn base(experiment: &Experiment) -> AnyView {
    let usual = Experiment::default();
    let told = ["data", "width", "depth", "optimizer", "learning_rate", "imbalance"];
    let rows: Vec<AnyView> = KNOBS
        .iter()
        .filter(|knob| (knob.applies)(experiment))
        .filter(|knob| told.contains(&knob.name) || knob.get(experiment) != knob.get(&usual))
        .map(|knob| {
            let value = knob.describe(&knob.get(experiment));
            view! { <dt>{knob.label()}</dt><dd>{value}</dd> }.into_any()
        })
        .collect();
    view! { <dl class="atlas-base">{rows}</dl> }.into_any()
}
