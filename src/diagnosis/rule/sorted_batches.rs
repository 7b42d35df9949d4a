//! Batches of one class after the other: each pulls the model to its own answer.

use super::moment::{Moment, below, beyond, evidence, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "sorted_batches",
    looks_for: "labels in a row alike far more often than by chance, and skill below what the data promise",
    patience: Patience::Steps(50),
    sees,
    explain,
};

/// Excess of equal labels in a row from which examples come sorted.
const SORTED: f32 = 0.4;

fn sees(moment: &Moment) -> f32 {
    let runs = moment.data().map_or(0.0, |data| data.runs);
    when(runs >= SORTED && moment.fails(), &[beyond(runs, SORTED, 0.9), 0.8])
}

fn explain(moment: &Moment) -> Explanation {
    Explanation {
        title: t!("finding.sorted_batches.title").to_owned(),
        cause: t!("finding.sorted_batches.cause").to_owned(),
        evidence: vec![
            evidence(
                t!("finding.sorted_batches.runs"),
                percent(moment.data().map_or(0.0, |data| data.runs)),
                below(percent(0.1)),
            ),
            moment.shown_clean(t!("finding.well_above", value = percent(1.0 / moment.class_count()))),
            moment.shown_skill(),
        ],
        remedies: vec![
            Remedy::new(t!("finding.sorted_batches.cure"), t!("finding.sorted_batches.cure.help"))
                .with("shuffle", Value::Switch(true))
                .and_restart(),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "sorted_batches";

    #[test]
    fn fires_when_classes_come_one_after_the_other_and_are_forgotten() {
        let remedy = "since 20: Shuffle the examples (restart)";
        check(RULE, "data=linear&shuffle=false", "400 | recall 1 0", remedy);
    }

    #[test]
    fn silent_when_shuffled_or_when_the_model_copes() {
        check(RULE, "data=linear", "400 | recall 1 0", "no finding");
        check(RULE, "data=linear&shuffle=false", "400 | recall .95 .95", "no finding");
    }
}
