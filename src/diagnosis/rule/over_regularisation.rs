//! Too much regularisation: weights or units are held down until nothing can be learned.

use super::moment::{Moment, above, beyond, evidence, figure, times_beyond, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "over_regularisation",
    looks_for: "weight decay or penalties that have shrunk the weights, or dropout of half the units or more, while training examples are not fitted",
    patience: Patience::Steps(150),
    sees,
    explain,
};

/// Weights relative to their start from which they have been shrunk; healthy runs grow them.
const SHRUNK: f32 = 0.75;
/// Dropout from which so much is missing that learning suffers.
const DROPPED: f32 = 0.5;
/// Recall on training examples that are fitted.
const FITTED: f32 = 0.95;

fn sees(moment: &Moment) -> f32 {
    let live = &moment.experiment.live;
    let pulls = live.weight_decay > 0.0 || live.l1 > 0.0 || live.l2 > 0.0;
    let weights = smallest(moment);
    let shrunk = pulls && weights < SHRUNK;
    let dropped = live.dropout >= DROPPED;
    // Dropout alone shows by what the batches lack of what the whole model knows.
    let lacking = moment.accuracy_clean() - moment.accuracy_batch();
    let holds = (shrunk || dropped) && moment.accuracy_clean() < FITTED && moment.is_stuck();
    let signals = [
        if shrunk { 0.4 + 0.6 * times_beyond(weights.max(1e-6), SHRUNK, 0.1) } else { 0.0 },
        if dropped { 0.4 + 0.6 * beyond(live.dropout, DROPPED, 0.9) } else { 0.0 },
        if dropped { beyond(lacking, 0.1, 0.5) } else { 0.0 },
    ];
    when(holds, &signals)
}

/// Least size of a layer's weights relative to their start.
fn smallest(moment: &Moment) -> f32 {
    moment.vitals().weight_ratio.iter().copied().fold(f32::INFINITY, f32::min)
}

fn explain(moment: &Moment) -> Explanation {
    Explanation {
        title: t!("finding.over_regularisation.title").to_owned(),
        cause: t!("finding.over_regularisation.cause").to_owned(),
        evidence: vec![
            evidence(t!("finding.over_regularisation.weights"), figure(smallest(moment)), above(1_u32)),
            moment.shown_clean(above(percent(FITTED))),
            moment.shown_skill(),
        ],
        remedies: vec![
            Remedy::new(t!("finding.over_regularisation.cure"), t!("finding.over_regularisation.cure.help"))
                .with("weight_decay", Value::Number(0.0))
                .with("l1", Value::Number(0.0))
                .with("l2", Value::Number(0.0))
                .with("dropout", Value::Number(0.0))
                .and_restart(),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "over_regularisation";

    const HELD: &str = "400 | recall 1 0 | clean .5 | grown .05 .2";

    #[test]
    fn fires_for_shrunken_weights_and_for_missing_units() {
        let remedy = "since 20: Restart without it (restart)";
        check(RULE, "data=linear&l1=0.1", HELD, remedy);
        check(RULE, "data=linear&weight_decay=1", HELD, remedy);
        check(RULE, "data=linear&dropout=0.9", "400 | recall 1 0 | clean .5", remedy);
    }

    #[test]
    fn silent_when_nothing_pulls_weights_grow_or_examples_are_fitted() {
        check(RULE, "data=linear", HELD, "no finding");
        check(RULE, "data=linear&l2=0.001", &HELD.replace(".05 .2", "1.1 1.3"), "no finding");
        check(RULE, "data=linear&dropout=0.3", "400 | recall 1 0 | clean .5", "no finding");
        check(RULE, "data=linear&l1=0.1", "400 | recall .95 .95 | clean .95 | grown .05", "no finding");
    }
}
