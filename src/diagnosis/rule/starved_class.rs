//! Starved class: a class that training hardly ever shows cannot be predicted.

use super::moment::{Moment, about, evidence, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::diagnosis::class_names;
use crate::diagnosis::verdict::RECALL_LOST;
use crate::experiment::knob::Value;
use crate::order;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "starved_class",
    looks_for: "a class with no or next to no training examples whose recall is below a quarter of the others'",
    patience: Patience::Steps(50),
    sees,
    explain,
};

/// A class drawn less often than this share of the typical class is starved, not merely rare.
const STARVED: f32 = 0.02;

fn sees(moment: &Moment) -> f32 {
    let starved = starved(moment);
    let share = starved.iter().map(|&class| moment.now().lane.class_shares[class]).fold(0.0, f32::max);
    when(!starved.is_empty(), &[1.0 - share * moment.class_count(), 0.8])
}

/// Recall, as a share of the mean of all classes, below which a class is not known: a little may be guessed.
const UNKNOWN: f32 = 0.25;

/// Classes that training does not show and the model does not know.
fn starved(moment: &Moment) -> Vec<usize> {
    let shares = &moment.now().lane.class_shares;
    let mut sorted = shares.clone();
    order::sort_numbers(&mut sorted);
    // Of two classes neither is typical: there, only a share of zero counts.
    let typical = if shares.len() > 2 { sorted[shares.len() / 2] } else { 0.0 };
    let least = RECALL_LOST.max(UNKNOWN * moment.now().lane.confusion.balanced_accuracy());
    let lost = |class: usize| moment.now().recall.get(class).is_some_and(|recall| *recall <= least);
    (0..shares.len()).filter(|&k| (shares[k] <= 0.0 || shares[k] < STARVED * typical) && lost(k)).collect()
}

fn explain(moment: &Moment) -> Explanation {
    let starved = starved(moment);
    let now = moment.now();
    let share = starved.iter().map(|&class| now.lane.class_shares[class]).fold(0.0, f32::max);
    let recall = starved.iter().map(|&class| now.recall[class]).fold(0.0, f32::max);
    let names = class_names(starved.iter().map(|&class| moment.class_name(class)));
    let mut remedies = vec![
        Remedy::new(
            t!("finding.starved_class.refill", classes = &names),
            t!("finding.starved_class.refill.help"),
        )
        .with("shares", Value::Shares(refilled(moment, &starved))),
    ];
    if share > 0.0 {
        remedies.push(
            Remedy::new(t!("remedy.weight_classes"), t!("finding.starved_class.weights.help"))
                .with("weighting", Value::Name("inverse_frequency")),
        );
    }
    Explanation {
        title: t!("finding.starved_class.title", classes = &names),
        cause: t!("finding.starved_class.cause").to_owned(),
        evidence: vec![
            evidence(
                t!("finding.starved_class.drawn", classes = &names),
                percent(share),
                about(percent(1.0 / moment.class_count())),
            ),
            evidence(
                t!("finding.starved_class.recall", classes = &names),
                percent(recall),
                t!("finding.starved_class.recall.healthy"),
            ),
        ],
        remedies,
    }
}

/// The shares with the starved entries at 1.
fn refilled(moment: &Moment, starved: &[usize]) -> Vec<f32> {
    let mut shares = moment.experiment.live.shares.clone();
    shares.resize(moment.experiment.classes(), 1.0);
    for &class in starved {
        shares[class] = 1.0;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "starved_class";
    const NO_THREE: &str = "400 | recall .9 .9 .9 0 .9 .9 .9 .9 .9 .9";
    const EVEN: &str = "shares .1 .1 .1 .1 .1 .1 .1 .1 .1 .1";

    #[test]
    fn fires_for_a_class_without_examples() {
        check(RULE, "shares=1,1,1,0", NO_THREE, "since 20: Give “3” back (live)");
        check(RULE, "data=gaussians&shares=1,0", "400 | recall 1 0", "since 20: Give “1” back (live)");
    }

    #[test]
    fn a_trickle_can_also_be_weighted() {
        let both = "since 20: Give “3” back (live), Weight the classes (live)";
        check(RULE, "shares=1,1,1,0.01", NO_THREE, both);
    }

    #[test]
    fn silent_when_the_class_is_known_or_merely_rare() {
        check(RULE, "shares=1,1,1,0", &NO_THREE.replace(" 0 ", " .3 "), "no finding");
        check(RULE, "shares=1,1,1,0.05", NO_THREE, "no finding");
        check(RULE, "imbalance=1000", NO_THREE, "no finding");
        check(RULE, "data=gaussians&imbalance=1000", "400 | recall 1 0", "no finding");
    }

    #[test]
    fn ends_once_the_class_is_learned_again() {
        let cured =
            format!("{NO_THREE} | {}\n600 | {} | {EVEN}", STARVED, NO_THREE[6..].replace(" 0 ", " .8 "));
        check(RULE, "", &cured, "since 20 until 420: no remedy");
    }

    const STARVED: &str = "shares .11 .11 .11 0 .11 .11 .11 .11 .11 .12";
}
