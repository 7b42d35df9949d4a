//! The rules: each sees one cause in the history, says how it knows, and offers what cures it.
//!
//! Must not know each other. A rule is one file with a `RULE` and one line in [`RULES`].

mod class_imbalance;
mod dead_units;
mod label_noise;
mod learning_rate_high;
mod learning_rate_low;
mod moment;
mod no_signal;
mod position_shift;
mod starved_class;
mod unnormalised_inputs;
mod zero_init;

use super::signs::signs;
use super::verdict::{ALARM_AFTER, BURN_IN, CHANGE_AFTER};
use super::{Evidence, Finding, Remedy};
use crate::experiment::Experiment;
use crate::t;
use crate::telemetry::History;
use moment::Moment;

/// Every rule in the order findings are shown: data, dynamics, generalisation.
pub static RULES: &[Rule] = &[
    no_signal::RULE,
    label_noise::RULE,
    class_imbalance::RULE,
    starved_class::RULE,
    unnormalised_inputs::RULE,
    zero_init::RULE,
    learning_rate_high::RULE,
    learning_rate_low::RULE,
    dead_units::RULE,
    position_shift::RULE,
];

/// One cause.
pub struct Rule {
    /// Stable name.
    pub name: &'static str,
    /// What it looks for, one sentence for the README.
    pub looks_for: &'static str,
    /// How soon to believe it.
    patience: Patience,
    /// Whether it holds at a snapshot.
    holds: fn(&Moment) -> bool,
    /// What to say about the last snapshot at which it held.
    explain: fn(&Moment) -> Explanation,
}

/// How soon a rule is believed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Patience {
    /// A property of the settings: at once.
    Fact,
    /// A measurement: after the burn-in and three snapshots in a row.
    Symptom,
}

/// What a rule says.
struct Explanation {
    title: String,
    cause: String,
    evidence: Vec<Evidence>,
    remedies: Vec<Remedy>,
}

/// Snapshots in a row during which a rule held.
#[derive(Clone, Copy)]
struct Spell {
    first: usize,
    last: usize,
    count: usize,
}

pub(super) fn findings(history: &History, experiment: &Experiment, classes: &[String]) -> Vec<Finding> {
    let signs = signs(history);
    let at = |index| Moment { experiment, classes, signs: &signs, index };
    let found = RULES.iter().filter_map(|rule| {
        let held: Vec<bool> = (0..signs.len()).map(|index| (rule.holds)(&at(index))).collect();
        let steps: Vec<u32> = signs.iter().map(|sign| sign.step).collect();
        let spell = last_spell(&held, &steps, rule.patience)?;
        let said = (rule.explain)(&at(spell.last));
        let over = signs.len() - 1 - spell.last >= CHANGE_AFTER;
        Some(Finding {
            rule: rule.name,
            title: said.title,
            cause: said.cause,
            evidence: said.evidence,
            since: steps[spell.first],
            until: over.then(|| steps[spell.last + 1]),
            remedies: useful(said.remedies, experiment),
        })
    });
    found.collect()
}

/// The latest spell that is believed. One snapshot without the symptom does not end a spell.
fn last_spell(held: &[bool], steps: &[u32], patience: Patience) -> Option<Spell> {
    let mut spell: Option<Spell> = None;
    let mut believed = None;
    for index in (0..held.len()).filter(|&index| held[index]) {
        let going_on = spell.filter(|spell| index - spell.last <= CHANGE_AFTER);
        let now = match going_on {
            Some(spell) => Spell { last: index, count: spell.count + 1, ..spell },
            None => Spell { first: index, last: index, count: 1 },
        };
        let patient = now.count >= ALARM_AFTER && steps[index] >= BURN_IN;
        if patience == Patience::Fact || patient {
            believed = Some(now);
        }
        spell = Some(now);
    }
    believed
}

/// Remedies that change something; without signal they say what little they can do.
fn useful(remedies: Vec<Remedy>, experiment: &Experiment) -> Vec<Remedy> {
    let mut remedies: Vec<_> = remedies.into_iter().filter(|remedy| remedy.changes(experiment)).collect();
    if experiment.has_no_signal() {
        for remedy in remedies.iter_mut().filter(|remedy| remedy.apply(experiment).has_no_signal()) {
            remedy.help =
                t!("finding.two_sentences", first = &remedy.help, second = t!("finding.only_guesses"));
        }
    }
    remedies
}

#[cfg(test)]
pub(super) mod tests;
