//! The settings of a workshop link: each free, hidden, fixed or limited; searchable, in groups.
//!
//! Must not know any setting by more than its row.

use crate::experiment::knob::{Choice, Domain, Group, KNOBS, Knob};
use crate::page::options::{Access, Limit};
use crate::page::workshop::Workshop;
use crate::t;
use crate::web::controls::GROUPS;
use leptos::prelude::*;

/// The list with its search box.
pub fn list(workshop: RwSignal<Workshop>) -> AnyView {
    let wanted = RwSignal::new(String::new());
    let groups: Vec<AnyView> =
        GROUPS.iter().map(|(which, title, _)| group(workshop, *which, title, wanted)).collect();
    view! {
        <details class="workshop-part" open>
            <summary>{t!("workshop.knobs")}</summary>
            <p class="quiet">{t!("workshop.knobs.help")}</p>
            <input
                type="search"
                class="text"
                aria-label=t!("workshop.search")
                placeholder=t!("workshop.search")
                on:input=move |event| wanted.set(event_target_value(&event).to_lowercase())
            />
            {groups}
        </details>
    }
    .into_any()
}

fn matches(knob: &Knob, wanted: &str) -> bool {
    wanted.is_empty() || knob.name.contains(wanted) || knob.label().to_lowercase().contains(wanted)
}

fn group(
    workshop: RwSignal<Workshop>,
    which: Group,
    title: &'static str,
    wanted: RwSignal<String>,
) -> AnyView {
    let knobs = move || KNOBS.iter().filter(move |knob| knob.group == which);
    let rows: Vec<AnyView> = knobs().map(|knob| row(workshop, knob, wanted)).collect();
    let none = move || !knobs().any(|knob| matches(knob, &wanted.read()));
    let all = move |access: Option<Access>| {
        workshop.update(|workshop| {
            for knob in knobs() {
                workshop.options.restrict(knob.name, access.clone());
            }
        });
    };
    view! {
        <fieldset class="workshop-group" hidden=none>
            <legend>{t!(title)}</legend>
            <div class="row">
                <button type="button" class="button small" on:click=move |_| all(None)>
                    {t!("workshop.all.free")}
                </button>
                <button type="button" class="button small" on:click=move |_| all(Some(Access::Hide))>
                    {t!("workshop.all.hide")}
                </button>
                <button type="button" class="button small" on:click=move |_| all(Some(Access::Lock))>
                    {t!("workshop.all.lock")}
                </button>
            </div>
            {rows}
        </fieldset>
    }
    .into_any()
}

fn row(workshop: RwSignal<Workshop>, knob: &'static Knob, wanted: RwSignal<String>) -> AnyView {
    let access = Memo::new(move |_| workshop.read().options.access(knob.name).cloned());
    let mode = move || match access.get() {
        None => "",
        Some(Access::Hide) => "hide",
        Some(Access::Lock) => "lock",
        Some(Access::Limit(_)) => "limit",
    };
    let restrict = move |access| workshop.update(|workshop| workshop.options.restrict(knob.name, access));
    let choose = move |event| {
        restrict(match event_target_value(&event).as_str() {
            "hide" => Some(Access::Hide),
            "lock" => Some(Access::Lock),
            "limit" => whole(knob).map(Access::Limit),
            _ => None,
        });
    };
    let limited = Memo::new(move |_| matches!(access.read().as_ref(), Some(Access::Limit(_))));
    let fields = move || {
        limited.get().then(|| match knob.domain {
            Domain::Choice(choices) => names(workshop, knob, choices),
            _ => range(workshop, knob),
        })
    };
    let modes = [("", t!("workshop.free")), ("hide", t!("workshop.hide")), ("lock", t!("workshop.lock"))];
    let modes = modes.into_iter().chain(whole(knob).map(|_| ("limit", t!("workshop.limit"))));
    let modes: Vec<AnyView> = modes
        .map(|(value, label)| {
            view! { <option value=value prop:selected=move || mode() == value>{label}</option> }.into_any()
        })
        .collect();
    let id = ["workshop-", knob.name].concat();
    view! {
        <div class="workshop-knob" data-workshop=knob.name hidden=move || !matches(knob, &wanted.read())>
            <label for=id.clone()>{knob.label()}</label>
            <select id=id on:change=choose>{modes}</select>
            {fields}
        </div>
    }
    .into_any()
}

/// A limit that still allows everything; `None` for knobs that have no smaller range.
fn whole(knob: &Knob) -> Option<Limit> {
    match knob.domain {
        Domain::Number { min, max, .. } => Some(Limit::Range(min, max)),
        Domain::Integer { min, max, .. } => Some(Limit::Range(min.into(), max.into())),
        Domain::Choice(choices) => Some(Limit::Names(choices.iter().map(|choice| choice.name).collect())),
        Domain::Switch | Domain::Shares { .. } => None,
    }
}

fn range(workshop: RwSignal<Workshop>, knob: &'static Knob) -> AnyView {
    let now = move || match workshop.read().options.limit(knob.name) {
        Some(Limit::Range(low, high)) => (*low as f32, *high as f32),
        _ => (0.0, 0.0),
    };
    let wrong = RwSignal::new(String::new());
    let put = move |low: String, high: String| match Limit::parse(knob, &[&low, "..", &high].concat()) {
        Ok(limit) => {
            wrong.set(String::new());
            workshop.update(|w| w.options.restrict(knob.name, Some(Access::Limit(limit))));
        }
        Err(_) => wrong.set(t!("workshop.limit.wrong", range = knob.range())),
    };
    let end = move |label: &'static str, of: fn((f32, f32)) -> f32, low: bool| {
        let change = move |event| {
            let typed = event_target_value(&event).trim().replace(',', ".");
            let (first, last) = now();
            if low { put(typed, last.to_string()) } else { put(first.to_string(), typed) }
        };
        let label = [knob.label(), ": ", label].concat();
        view! {
            <input
                type="text"
                class="exact"
                inputmode="decimal"
                aria-label=label
                prop:value=move || of(now()).to_string()
                on:change=change
            />
        }
    };
    view! {
        <div class="workshop-range">
            {end(t!("workshop.from"), |ends| ends.0, true)}
            <span aria-hidden="true">"–"</span>
            {end(t!("workshop.to"), |ends| ends.1, false)}
            <span class="wrong" role="status">{wrong}</span>
        </div>
    }
    .into_any()
}

fn names(workshop: RwSignal<Workshop>, knob: &'static Knob, choices: &'static [Choice]) -> AnyView {
    let rows: Vec<AnyView> = choices
        .iter()
        .map(|choice| {
            let name = choice.name;
            let on = move || workshop.read().options.limit(knob.name).is_some_and(|limit| limit.offers(name));
            let toggle = move |_| {
                workshop.update(|workshop| {
                    let Some(Limit::Names(mut kept)) = workshop.options.limit(knob.name).cloned() else {
                        return;
                    };
                    if kept.contains(&name) {
                        kept.retain(|other| *other != name)
                    } else {
                        kept.push(name)
                    }
                    // The table's order; the last choice stays.
                    if let Ok(limit) = Limit::parse(knob, &kept.join(",")) {
                        workshop.options.restrict(knob.name, Some(Access::Limit(limit)));
                    }
                });
            };
            view! {
                <label class="tick-box">
                    <input type="checkbox" prop:checked=on on:change=toggle />
                    {choice.label()}
                </label>
            }
            .into_any()
        })
        .collect();
    view! { <div class="workshop-names">{rows}</div> }.into_any()
}
