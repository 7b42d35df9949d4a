//! Copies: many examples, little variety.

use super::moment::{Moment, above, below, beyond, evidence, figure, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "duplicates",
    looks_for: "at least half of the training examples being copies, learned by heart",
    patience: Patience::Steps(100),
    sees,
    explain,
};

/// Share of copies from which a set is small in truth.
const MANY: f32 = 0.5;
/// Recall on training examples that were learned by heart.
const BY_HEART: f32 = 0.9;
/// Training recall that did not carry over.
const GAP: f32 = 0.08;

fn sees(moment: &Moment) -> f32 {
    let copies = moment.data().map_or(0.0, |data| data.copies);
    let holds = copies >= MANY && moment.accuracy_clean() >= BY_HEART && moment.gap() >= GAP;
    when(holds, &[beyond(copies, MANY, 0.95), beyond(moment.gap(), GAP, 0.3), 0.5])
}

fn explain(moment: &Moment) -> Explanation {
    Explanation {
        title: t!("finding.duplicates.title").to_owned(),
        cause: t!("finding.duplicates.cause").to_owned(),
        evidence: vec![
            evidence(
                t!("finding.duplicates.copies"),
                percent(moment.data().map_or(0.0, |data| data.copies)),
                below(percent(0.05)),
            ),
            evidence(t!("finding.distinct"), figure(moment.distinct().round()), above(30_u32)),
            moment.shown_test(),
        ],
        remedies: vec![
            Remedy::new(t!("finding.duplicates.cure"), t!("finding.duplicates.cure.help"))
                .with("duplicates", Value::Number(0.0)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "duplicates";

    const BY_HEART: &str = "400 | recall .7 .7 | clean 1";

    #[test]
    fn fires_when_copies_are_learned_by_heart() {
        check(RULE, "data=linear&duplicates=0.9", BY_HEART, "since 20: Replace the copies (restart)");
    }

    #[test]
    fn silent_with_few_copies_when_it_carries_over_or_is_not_learned() {
        check(RULE, "data=linear&duplicates=0.4", BY_HEART, "no finding");
        check(RULE, "data=linear&duplicates=0.9", "400 | recall .95 .95 | clean 1", "no finding");
        check(RULE, "data=linear&duplicates=0.9", "400 | recall .7 .7 | clean .8", "no finding");
    }
}
