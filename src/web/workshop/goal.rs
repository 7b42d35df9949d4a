//! The goal of a workshop link: metric, side, number and step.
//!
//! Must not know how a goal is judged.

use crate::decimal;
use crate::diagnosis::VerdictKind;
use crate::page::goal::{Aim, Goal, Metric, Side};
use crate::page::workshop::Workshop;
use crate::t;
use leptos::prelude::*;

/// What a goal begins with when a metric is chosen.
fn opening(metric: Metric) -> Aim {
    let (side, limit) = match metric {
        Metric::BalancedAccuracy | Metric::Accuracy | Metric::AccuracyTrain => (Side::AtLeast, 0.8),
        Metric::WorstRecall => (Side::AtLeast, 0.5),
        Metric::SkillLow => (Side::AtLeast, 0.0),
        Metric::EffectiveClasses => (Side::AtLeast, 2.0),
        Metric::Collapse => (Side::AtMost, 0.2),
        Metric::Loss | Metric::DeadUnits => (Side::AtMost, 0.5),
    };
    Aim::Number { metric, side, limit }
}

/// The form; without a metric there is no goal.
pub fn form(workshop: RwSignal<Workshop>) -> AnyView {
    let goal = Memo::new(move |_| workshop.read().options.goal);
    let change = move |change: &dyn Fn(&mut Goal)| {
        workshop.update(|workshop| {
            if let Some(goal) = &mut workshop.options.goal {
                change(goal);
            }
        });
    };
    let choose = move |event| {
        let name = event_target_value(&event);
        let verdict = name.strip_prefix("verdict=").and_then(VerdictKind::named).map(Aim::Verdict);
        let aim = verdict.or_else(|| Metric::named(&name).map(opening));
        workshop.update(|workshop| {
            let by = workshop.options.goal.and_then(|goal| goal.by);
            workshop.options.goal = aim.map(|aim| Goal { aim, by });
        });
    };
    let limit = move |event| {
        if let Some(limit) = decimal::f32(&event_target_value(&event).trim().replace(',', "."))
            && limit.is_finite()
        {
            change(&|goal| {
                if let Aim::Number { limit: old, .. } = &mut goal.aim {
                    *old = limit;
                }
            });
        }
    };
    let side = move |event| {
        let side = if event_target_value(&event) == "<=" { Side::AtMost } else { Side::AtLeast };
        change(&|goal| {
            if let Aim::Number { side: old, .. } = &mut goal.aim {
                *old = side;
            }
        });
    };
    let by = move |event| {
        let by = event_target_value(&event).trim().parse::<u32>().ok().filter(|step| *step > 0);
        change(&|goal| goal.by = by);
    };
    let number = move || match goal.get()?.aim {
        Aim::Number { side, limit, .. } => Some((side, limit)),
        Aim::Verdict(_) => None,
    };
    view! {
        <details class="workshop-part" open>
            <summary>{t!("goal.title")}</summary>
            <div class="goal-form">
                <select aria-label=t!("workshop.goal.what") on:change=choose>
                    <option value="" prop:selected=move || goal.get().is_none()>{t!("workshop.goal.none")}</option>
                    {options(goal)}
                </select>
                <select aria-label=t!("workshop.goal.side") hidden=move || number().is_none() on:change=side>
                    <option value=">=" prop:selected=move || number().is_some_and(|n| n.0 == Side::AtLeast)>"≥"</option>
                    <option value="<=" prop:selected=move || number().is_some_and(|n| n.0 == Side::AtMost)>"≤"</option>
                </select>
                <input
                    type="text"
                    class="exact"
                    inputmode="decimal"
                    aria-label=t!("workshop.goal.limit")
                    hidden=move || number().is_none()
                    prop:value=move || number().map(|n| n.1.to_string()).unwrap_or_default()
                    on:change=limit
                />
                <label hidden=move || goal.get().is_none()>
                    {t!("workshop.goal.by")}
                    <input
                        type="text"
                        class="exact"
                        inputmode="numeric"
                        placeholder=t!("workshop.goal.any")
                        prop:value=move || goal.get().and_then(|g| g.by).map(|by| by.to_string()).unwrap_or_default()
                        on:change=by
                    />
                </label>
            </div>
            <p class="quiet">{move || goal.get().map(|goal| goal.sentence())}</p>
        </details>
    }
    .into_any()
}

fn options(goal: Memo<Option<Goal>>) -> Vec<AnyView> {
    let metrics = Metric::ALL.into_iter().map(move |metric| {
        let selected = move || {
            matches!(goal.get(), Some(Goal { aim: Aim::Number { metric: now, .. }, .. }) if now == metric)
        };
        view! { <option value=metric.name() prop:selected=selected>{metric.label()}</option> }.into_any()
    });
    let wanted =
        [VerdictKind::Healthy, VerdictKind::Recovered, VerdictKind::Collapsed, VerdictKind::Diverged];
    let verdicts = wanted.into_iter().map(move |kind| {
        let selected = move || goal.get().is_some_and(|goal| goal.aim == Aim::Verdict(kind));
        let label = t!("goal.verdict", verdict = kind.label());
        view! { <option value=["verdict=", kind.name()].concat() prop:selected=selected>{label}</option> }
            .into_any()
    });
    metrics.chain(verdicts).collect()
}
