//! Overfitting: few examples learned by heart.

use super::moment::{Moment, about, above, beyond, evidence, figure, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "overfit",
    looks_for: "training examples known by heart, fewer than 30 of a class, and recall that does not carry over to a test prepared alike",
    patience: Patience::Steps(100),
    sees,
    explain,
};

/// Recall on training examples that were learned by heart.
const BY_HEART: f32 = 0.97;
/// Distinct examples of a class that are few.
const FEW: f32 = 30.0;
/// Training recall that did not carry over.
const GAP: f32 = 0.12;

fn sees(moment: &Moment) -> f32 {
    let Some(data) = moment.data() else { return 0.0 };
    let alike = data.shift < 0.6 && (0.5..2.0).contains(&data.stretch) && data.distance < 2.0;
    let distinct = moment.distinct();
    let gap = moment.gap();
    let balanced = moment.imbalance() < 3.0;
    let holds = alike && balanced && distinct < FEW && moment.accuracy_clean() >= BY_HEART && gap >= GAP;
    when(holds, &[beyond(distinct, FEW, 5.0), beyond(gap, GAP, 0.4)])
}

fn explain(moment: &Moment) -> Explanation {
    Explanation {
        title: t!("finding.overfit.title").to_owned(),
        cause: t!("finding.overfit.cause").to_owned(),
        evidence: vec![
            evidence(t!("finding.distinct"), figure(moment.distinct().round()), above(figure(FEW))),
            moment.shown_clean(about(percent(moment.now().lane.confusion.balanced_accuracy()))),
            moment.shown_test(),
        ],
        remedies: vec![
            Remedy::new(t!("finding.overfit.more"), t!("finding.overfit.more.help"))
                .with("train_size", Value::Number(1000.0)),
            Remedy::new(t!("finding.overfit.dropout"), t!("finding.overfit.dropout.help"))
                .with("dropout", Value::Number(0.3)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "overfit";

    const BY_HEART: &str = "400 | recall .75 .75 | clean 1";

    #[test]
    fn fires_for_few_examples_learned_by_heart() {
        let remedies = "since 20: Collect more examples (restart), Dropout of 30% (live)";
        check(RULE, "data=linear&train_size=20", BY_HEART, remedies);
    }

    #[test]
    fn silent_with_many_examples_or_when_it_carries_over_or_the_test_is_elsewhere() {
        check(RULE, "data=linear&train_size=400", BY_HEART, "no finding");
        check(RULE, "data=linear&train_size=20", "400 | recall .95 .95 | clean 1", "no finding");
        check(RULE, "data=linear&train_size=20&test_shift=2", BY_HEART, "no finding");
    }
}
