//! The control column: one row per knob, in groups, generated from the knob table.
//!
//! Must not know any knob by more than its row, except which groups stand open and where the
//! class balance and the pictures go.

mod number;
mod row;

pub use row::restart_mark;

use super::store::Store;
use super::{balance, dom, facts, gallery, inputs, own};
use crate::experiment::knob::{Domain, Group, KNOBS, Knob};
use crate::page::options::Access;
use crate::t;
use leptos::prelude::*;

/// Groups in page order: what a visitor moves first stands first.
pub const GROUPS: &[(Group, &str, bool)] = &[
    (Group::Data, "group.data", true),
    (Group::Balance, "group.balance", true),
    (Group::Training, "group.training", true),
    (Group::Augment, "group.augment", true),
    (Group::Input, "group.input", false),
    (Group::Loss, "group.loss", false),
    (Group::Regularise, "group.regularise", false),
    (Group::Model, "group.model", false),
    (Group::Decision, "group.decision", false),
    (Group::Run, "group.run", false),
];

/// The few knobs of an embed.
const EMBEDDED: &[&str] = &["imbalance", "shares", "weighting", "learning_rate"];

/// Knobs that stand behind "More" in their group.
const SECONDARY: &[&str] = &[
    "train_size",
    "duplicates",
    "label_noise",
    "label_flip",
    "flip_from",
    "flip_to",
    "optimizer",
    "momentum",
    "beta1",
    "beta2",
    "epsilon",
    "batch_size",
    "schedule_steps",
    "bias_init",
];

/// The whole column.
pub fn controls(store: Store) -> AnyView {
    if store.options.with_value(|options| options.embed) {
        return embedded(store);
    }
    let groups: Vec<AnyView> =
        GROUPS.iter().map(|(group, title, open)| section(store, *group, title, *open)).collect();
    view! {
        <section class="controls" id="controls" aria-label=t!("controls.label") tabindex="-1">
            {groups}
            <p class="legend">{row::restart_mark()} " " {t!("controls.legend")}</p>
        </section>
    }
    .into_any()
}

fn embedded(store: Store) -> AnyView {
    let knobs: Vec<AnyView> = EMBEDDED
        .iter()
        .filter_map(|name| KNOBS.iter().find(|knob| knob.name == *name))
        .filter_map(|knob| control(store, knob))
        .collect();
    view! { <section class="controls embedded" id="controls" aria-label=t!("controls.label")>{knobs}</section> }
        .into_any()
}

fn section(store: Store, group: Group, title: &'static str, open: bool) -> AnyView {
    let title = t!(title);
    // On a phone the charts would be pushed far down.
    let open = open && (group != Group::Augment || !dom::is_narrow());
    let of = |secondary: bool| {
        KNOBS
            .iter()
            .filter(|knob| knob.group == group && SECONDARY.contains(&knob.name) == secondary)
            .filter_map(|knob| control(store, knob))
            .collect::<Vec<AnyView>>()
    };
    let (main, more) = (of(false), of(true));
    let pictures = match group {
        Group::Data => Some(
            [own::door(store), gallery::classes(store), facts::facts(store), inputs::summary(store)]
                .into_any(),
        ),
        Group::Input => Some(inputs::panel(store)),
        Group::Augment => Some(gallery::preview(store)),
        _ => None,
    };
    let more = (!more.is_empty()).then(|| {
        view! {
            <details class="more">
                <summary>{t!("controls.more", group = title)}</summary>
                {more}
            </details>
        }
    });
    let useless = Memo::new(move |_| {
        let experiment = store.experiment.read();
        !KNOBS.iter().any(|knob| knob.group == group && (knob.applies)(&experiment))
    });
    view! {
        <details class="group card" open=open hidden=move || useless.get()>
            <summary>
                <h2>{title}</h2>
            </summary>
            {main}
            {pictures}
            {more}
        </details>
    }
    .into_any()
}

/// A knob's control; `None` where a teacher hid it.
fn control(store: Store, knob: &'static Knob) -> Option<AnyView> {
    let access = store.options.with_value(|options| options.access(knob.name).cloned());
    if access == Some(Access::Hide) {
        return None;
    }
    let locked = access == Some(Access::Lock);
    Some(match knob.domain {
        Domain::Shares { .. } => balance::bars(store, knob, locked),
        _ => row::row(store, knob, locked),
    })
}
