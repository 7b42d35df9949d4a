//! The rules: each sees one cause in the history, says how it knows, and offers what cures it.
//!
//! Must not know each other. A rule is one file with a `RULE` and one line in [`RULES`].

mod class_imbalance;
mod constant_init;
mod dead_units;
mod duplicates;
mod exploding_gradients;
mod harmful_augmentation;
mod label_noise;
mod large_init;
mod learning_rate_high;
mod learning_rate_low;
mod mislabelled_class;
mod moment;
mod no_signal;
mod over_regularisation;
mod overfit;
mod position_shift;
mod preprocessing_mismatch;
mod saturated_outputs;
mod small_init;
mod sorted_batches;
mod stale_statistics;
mod starved_class;
mod too_few_steps;
mod underfit;
mod unnormalised_inputs;
mod vanishing_gradients;
mod wrong_loss;
mod zero_init;

use super::signs::{Mark, Signs};
use super::verdict::{ALARM_AFTER, BURN_IN, CHANGE_AFTER};
use super::{Evidence, Finding, Remedy};
use crate::experiment::Experiment;
use crate::order;
use crate::t;
use crate::telemetry::Origin;
use moment::Moment;

/// Every rule in the order data, dynamics, generalisation; of two equally sure findings the earlier comes
/// first.
pub static RULES: &[Rule] = &[
    no_signal::RULE,
    label_noise::RULE,
    mislabelled_class::RULE,
    duplicates::RULE,
    class_imbalance::RULE,
    starved_class::RULE,
    unnormalised_inputs::RULE,
    preprocessing_mismatch::RULE,
    sorted_batches::RULE,
    wrong_loss::RULE,
    zero_init::RULE,
    constant_init::RULE,
    small_init::RULE,
    large_init::RULE,
    exploding_gradients::RULE,
    learning_rate_high::RULE,
    learning_rate_low::RULE,
    vanishing_gradients::RULE,
    dead_units::RULE,
    saturated_outputs::RULE,
    over_regularisation::RULE,
    harmful_augmentation::RULE,
    stale_statistics::RULE,
    underfit::RULE,
    too_few_steps::RULE,
    overfit::RULE,
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
    /// Confidence that it holds at a snapshot, 0 where it does not (see [`moment::confidence`]).
    sees: fn(&Moment) -> f32,
    /// What to say about the last snapshot at which it held.
    explain: fn(&Moment) -> Explanation,
}

/// How soon a rule is believed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Patience {
    /// A property of the settings: at once.
    Fact,
    /// A measurement: from that step on, since healthy runs show it while they begin, and after three
    /// snapshots in a row; when the run is over, at once.
    Steps(u32),
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

/// How sure the rules were of the snapshots seen so far. What a rule sees at a snapshot does not depend on
/// later ones.
#[derive(Default)]
pub(super) struct Memory {
    /// Of this experiment and origin.
    of: Option<(Experiment, Option<Origin>)>,
    seen: Vec<(Mark, Vec<f32>)>,
}

impl Memory {
    fn follow(&mut self, signs: &[Signs], origin: Option<&Origin>, experiment: &Experiment) {
        if !self.of.as_ref().is_some_and(|(known, from)| known == experiment && from.as_ref() == origin) {
            self.of = Some((experiment.clone(), origin.cloned()));
            self.seen.clear();
        }
        let known = signs.iter().zip(&self.seen).take_while(|(sign, (mark, _))| sign.mark == *mark).count();
        self.seen.truncate(known);
        self.seen.extend((known..signs.len()).map(|index| {
            let moment = Moment { experiment, classes: &[], origin, signs, index };
            (signs[index].mark, RULES.iter().map(|rule| (rule.sees)(&moment)).collect())
        }));
    }

    pub fn findings(
        &mut self,
        signs: &[Signs],
        origin: Option<&Origin>,
        experiment: &Experiment,
        classes: &[String],
    ) -> Vec<Finding> {
        self.follow(signs, origin, experiment);
        findings(&self.seen, Moment { experiment, classes, origin, signs, index: 0 })
    }
}

/// `sees`: how sure each rule is at each snapshot; `first`: the first of them.
fn findings(sees: &[(Mark, Vec<f32>)], first: Moment) -> Vec<Finding> {
    let (signs, experiment) = (first.signs, first.experiment);
    let at = |index| Moment { index, ..first };
    let steps: Vec<u32> = signs.iter().map(|sign| sign.step).collect();
    let found = RULES.iter().enumerate().filter_map(|(number, rule)| {
        let sure: Vec<f32> = sees.iter().map(|(_, sure)| sure[number]).collect();
        let held: Vec<bool> = sure.iter().map(|sure| *sure > 0.0).collect();
        let spell = last_spell(&held, &steps, rule.patience, experiment.live.steps)?;
        let said = (rule.explain)(&at(spell.last));
        let over = signs.len() - 1 - spell.last >= CHANGE_AFTER;
        Some(Finding {
            rule: rule.name,
            title: said.title,
            cause: said.cause,
            confidence: sure[spell.last],
            evidence: said.evidence,
            since: steps[spell.first],
            until: over.then(|| steps[spell.last + 1]),
            remedies: useful(said.remedies, experiment),
        })
    });
    let mut found: Vec<Finding> = found.collect();
    if found.iter().any(|finding| finding.rule == no_signal::RULE.name && finding.until.is_none()) {
        found.iter_mut().for_each(admit);
    }
    rank(&mut found);
    found
}

/// Symptoms and what may lie behind them. A symptom is shown, but after its cause.
const BEHIND: &[(&str, &[&str])] = &[
    (
        "dead_units",
        &[
            "learning_rate_high",
            "unnormalised_inputs",
            "large_init",
            "small_init",
            "constant_init",
            "over_regularisation",
            "exploding_gradients",
            "sorted_batches",
            "underfit",
        ],
    ),
    (
        "vanishing_gradients",
        &[
            "small_init",
            "constant_init",
            "zero_init",
            "dead_units",
            "over_regularisation",
            "wrong_loss",
            "learning_rate_high",
        ],
    ),
    ("exploding_gradients", &["unnormalised_inputs", "large_init"]),
    ("learning_rate_high", &["unnormalised_inputs", "large_init", "over_regularisation"]),
    ("learning_rate_low", &["small_init", "unnormalised_inputs", "large_init"]),
    ("saturated_outputs", &["unnormalised_inputs", "large_init"]),
    ("overfit", &["duplicates"]),
    ("label_noise", &["duplicates"]),
    (
        "mislabelled_class",
        &["duplicates", "position_shift", "preprocessing_mismatch", "wrong_loss", "small_init"],
    ),
    (
        "starved_class",
        &["zero_init", "constant_init", "large_init", "small_init", "learning_rate_low", "underfit"],
    ),
    ("harmful_augmentation", &["unnormalised_inputs"]),
    ("preprocessing_mismatch", &["unnormalised_inputs"]),
    ("class_imbalance", &["starved_class", "sorted_batches", "preprocessing_mismatch", "small_init"]),
    ("constant_init", &["underfit"]),
    (
        "too_few_steps",
        &["large_init", "exploding_gradients", "position_shift", "preprocessing_mismatch", "sorted_batches"],
    ),
    ("underfit", &["sorted_batches", "learning_rate_low", "learning_rate_high"]),
];

/// Steps of confidence that count in the order.
const STEPS: f32 = 20.0;

/// The most plausible first: the surer, but no symptom before a cause that is there.
fn rank(found: &mut Vec<Finding>) {
    let plausible = |finding: &Finding| {
        let causes =
            BEHIND.iter().find(|(symptom, _)| *symptom == finding.rule).map_or(&[][..], |(_, causes)| causes);
        let explained = found.iter().filter(|other| other.until.is_none() && causes.contains(&other.rule));
        let least = explained.map(|cause| cause.confidence).fold(f32::INFINITY, f32::min);
        // In steps, so that buttons do not change places whenever a number moves.
        let rank =
            (finding.confidence.min(least) * STEPS).round() - if least.is_finite() { 0.5 } else { 0.0 };
        // Where there is nothing to learn, nothing else matters.
        let hopeless = if finding.rule == no_signal::RULE.name { STEPS } else { 0.0 };
        (finding.until.is_none(), rank + hopeless)
    };
    let keys: Vec<(bool, f32)> = found.iter().map(plausible).collect();
    let mut order: Vec<usize> = (0..found.len()).collect();
    order::sort_by(&mut order, |&a, &b| keys[b].0.cmp(&keys[a].0).then(keys[b].1.total_cmp(&keys[a].1)));
    *found = order.into_iter().map(|index| found[index].clone()).collect();
}

/// Without signal, remedies say what little they can do.
fn admit(finding: &mut Finding) {
    for remedy in &mut finding.remedies {
        remedy.help = t!("finding.two_sentences", first = &remedy.help, second = t!("finding.only_guesses"));
    }
}

/// The latest spell that is believed. One snapshot without the symptom does not end a spell.
fn last_spell(held: &[bool], steps: &[u32], patience: Patience, budget: u32) -> Option<Spell> {
    let mut spell: Option<Spell> = None;
    let mut believed = None;
    for index in (0..held.len()).filter(|&index| held[index]) {
        let going_on = spell.filter(|spell| index - spell.last <= CHANGE_AFTER);
        let now = match going_on {
            Some(spell) => Spell { last: index, count: spell.count + 1, ..spell },
            None => Spell { first: index, last: index, count: 1 },
        };
        let is_believed = match patience {
            Patience::Fact => true,
            Patience::Steps(from) => {
                now.count >= ALARM_AFTER && steps[index] >= from.max(BURN_IN) || steps[index] >= budget
            }
        };
        if is_believed {
            believed = Some(now);
        }
        spell = Some(now);
    }
    believed
}

/// Remedies that change something.
fn useful(remedies: Vec<Remedy>, experiment: &Experiment) -> Vec<Remedy> {
    remedies.into_iter().filter(|remedy| remedy.changes(experiment)).collect()
}

#[cfg(test)]
pub(super) mod tests;
