//! Saturated outputs: sure and wrong, and a squared error has no gradient there.

use super::moment::{Moment, about, beyond, evidence, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::LossName;
use crate::experiment::knob::Value;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "saturated_outputs",
    looks_for: "answers given with near certainty that are mostly wrong, under a loss whose gradient vanishes there",
    patience: Patience::Steps(150),
    sees,
    explain,
};

/// Mean probability of the answer from which the outputs are saturated.
const CERTAIN: f32 = 0.9;

fn sees(moment: &Moment) -> f32 {
    let lane = moment.now().lane;
    let confident = moment.vitals().confidence;
    let flat = matches!(moment.experiment.loss.name, LossName::MeanSquared | LossName::SigmoidBce);
    let excess = confident - lane.confusion.balanced_accuracy().max(moment.accuracy_clean());
    let holds = flat && confident >= CERTAIN && excess >= 0.2 && moment.is_stuck();
    when(holds, &[beyond(confident, CERTAIN, 0.99), beyond(excess, 0.2, 0.6)])
}

fn explain(moment: &Moment) -> Explanation {
    Explanation {
        title: t!("finding.saturated_outputs.title").to_owned(),
        cause: t!("finding.saturated_outputs.cause").to_owned(),
        evidence: vec![
            evidence(
                t!("finding.saturated_outputs.confidence"),
                percent(moment.vitals().confidence),
                about(percent(moment.accuracy_clean())),
            ),
            moment.shown_clean(about(percent(1.0))),
            moment.shown_skill(),
        ],
        remedies: vec![
            Remedy::new(t!("finding.wrong_loss.cure"), t!("finding.saturated_outputs.cure.help"))
                .with("loss", Value::Name("cross_entropy")),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "saturated_outputs";

    const SURE: &str = "400 | recall .6 .4 | confident .99 | clean .5";

    #[test]
    fn fires_for_certain_mistakes_under_a_flat_loss() {
        let remedy = "since 20: Use cross-entropy over all classes (restart)";
        check(RULE, "data=linear&loss=mse", SURE, remedy);
    }

    #[test]
    fn silent_when_doubtful_right_or_under_cross_entropy() {
        check(RULE, "data=linear&loss=mse", &SURE.replace(".99", ".7"), "no finding");
        check(RULE, "data=linear&loss=mse", "400 | recall .95 .95 | confident .99 | clean .95", "no finding");
        check(RULE, "data=linear", SURE, "no finding");
    }
}
