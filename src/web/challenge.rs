//! The challenge panel: the suspects, the moves, and what it was in the end.
//!
//! Must not know any cause.

use super::language::with_class_words;
use super::store::Store;
use crate::experiment::knob::knob;
use crate::page::challenge::{CAUSES, Cause, Challenge, Ending, Investigation, PAR, culprits};
use crate::t;
use leptos::prelude::*;

impl Store {
    /// Whether settings, findings and links would give a challenge away.
    pub fn conceals(self) -> bool {
        self.challenge.read().as_ref().is_some_and(Investigation::is_open)
    }

    /// [`Store::conceals`] without following it.
    pub fn conceals_now(self) -> bool {
        self.challenge.read_untracked().as_ref().is_some_and(Investigation::is_open)
    }

    fn investigate(self, act: impl FnOnce(&mut Investigation)) {
        self.challenge.update(|play| {
            if let Some(play) = play {
                act(play);
            }
        });
    }
}

/// In the place of the settings while a challenge is open, above them afterwards.
pub fn panel(store: Store) -> Option<AnyView> {
    let challenge = store.challenge.read_untracked().as_ref()?.challenge;
    let content = move || match store.conceals() {
        true => suspects(store),
        false => debrief(store, challenge),
    };
    // A closure in a closure: the outer one is not followed.
    let content = with_class_words(store, || true, move || content.into_any());
    view! {
        <section class="card challenge" aria-label=t!("challenge.title", number = challenge.number)>
            <h2>{t!("challenge.title", number = challenge.number)}</h2>
            {content}
        </section>
    }
    .into_any()
    .into()
}

fn suspects(store: Store) -> AnyView {
    let moves = move || {
        store.challenge.read().as_ref().map(|play| t!("challenge.moves", n = play.moves(), par = PAR))
    };
    let hint = move || {
        let play = store.challenge.read();
        let play = play.as_ref()?;
        play.hinted.then(|| play.challenge.cause().hint())
    };
    let rows: Vec<AnyView> = CAUSES.iter().map(|cause| suspect(store, cause)).collect();
    view! {
        <p>{t!("challenge.intro")}</p>
        <p role="status" data-testid="moves"><strong>{moves}</strong></p>
        <p class="challenge-hint" role="status" hidden=move || hint().is_none()>{hint}</p>
        <ul class="suspects">{rows}</ul>
        <div class="row">
            <button
                type="button"
                class="button"
                hidden=move || hint().is_some()
                on:click=move |_| store.investigate(Investigation::ask)
            >
                {t!("challenge.hint")}
            </button>
            <button type="button" class="button" on:click=move |_| store.investigate(Investigation::give_up)>
                {t!("challenge.give_up")}
            </button>
        </div>
    }
    .into_any()
}

fn suspect(store: Store, cause: &'static Cause) -> AnyView {
    let tried = Memo::new(move |_| {
        store.challenge.read().as_ref().is_some_and(|play| play.tried.contains(&cause.id))
    });
    let rule_out = move |_| {
        store.investigate(|play| play.rule_out(cause.id));
        let experiment = store.challenge.read_untracked().as_ref().map(Investigation::experiment);
        if let Some(experiment) = experiment {
            store.train_case(experiment);
        }
    };
    view! {
        <li class="suspect" data-suspect=cause.id>
            <span>{cause.label()}</span>
            <span class="quiet" hidden=move || !tried.get()>{t!("challenge.tried")}</span>
            <button type="button" class="button small" hidden=tried on:click=rule_out>
                {t!("challenge.rule_out")}<span class="sr">": " {cause.label()}</span>
            </button>
            <button
                type="button"
                class="button small"
                on:click=move |_| store.investigate(|play| play.accuse(cause.id))
            >
                {t!("challenge.accuse")}<span class="sr">": " {cause.label()}</span>
            </button>
        </li>
    }
    .into_any()
}

fn debrief(store: Store, challenge: Challenge) -> AnyView {
    let cause = challenge.cause();
    let (moves, ending) = {
        let play = store.challenge.read_untracked();
        play.as_ref().map_or((0, None), |play| (play.moves(), play.ending))
    };
    let headline = match ending {
        Some(Ending::Solved) => t!("challenge.solved", n = moves, par = PAR),
        Some(Ending::Mistaken(id)) => {
            let named = CAUSES.iter().find(|cause| cause.id == id).map_or(id, Cause::label);
            t!("challenge.mistaken", named = named, n = moves)
        }
        Some(Ending::GivenUp) | None => t!("challenge.given_up", n = moves),
    };
    let (healthy, spoiled) = (challenge.healthy(), challenge.spoiled());
    let settings: Vec<AnyView> = culprits(challenge)
        .into_iter()
        .filter_map(knob)
        .map(|knob| {
            let (was, sound) = (knob.describe(&knob.get(&spoiled)), knob.describe(&knob.get(&healthy)));
            let said = t!("challenge.setting", setting = knob.label(), was = was, sound = sound);
            view! { <li>{said}</li> }.into_any()
        })
        .collect();
    let next = ["?challenge=", &challenge.next().number.to_string()].concat();
    view! {
        <p class="challenge-end" role="status"><strong>{headline}</strong></p>
        <h3>{cause.label()}</h3>
        <p>{cause.debrief()}</p>
        <ul>{settings}</ul>
        <div class="row">
            <button type="button" class="button primary" on:click=move |_| store.train_case(healthy.clone())>
                {t!("challenge.show_sound")}
            </button>
            <button type="button" class="button" on:click=move |_| store.train_case(spoiled.clone())>
                {t!("challenge.show_fault")}
            </button>
            <a class="button" href=next>{t!("challenge.next")}</a>
        </div>
    }
    .into_any()
}
