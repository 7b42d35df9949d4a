//! A loss that cannot teach: softmax over one unit answers 1 whatever goes in.

use super::moment::{Moment, above, evidence, figure, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::LossName;
use crate::experiment::knob::Value;
use crate::t;

pub(super) const RULE: Rule = Rule {
    name: "wrong_loss",
    looks_for: "softmax over a single output unit, whose answers tell nothing of the input",
    patience: Patience::Steps(50),
    sees,
    explain,
};

/// Information in nats below which all inputs get the same answer.
const NOTHING: f32 = 1e-3;

fn sees(moment: &Moment) -> f32 {
    // One column of weights has no other to differ from.
    let one_unit = moment.experiment.loss.name == LossName::SoftmaxOneUnit;
    when(one_unit && moment.vitals().information.max(0.0) < NOTHING, &[1.0, 1.0])
}

fn explain(moment: &Moment) -> Explanation {
    let gradient = moment.now().lane.grad_norm.iter().copied().fold(0.0, f32::max);
    Explanation {
        title: t!("finding.wrong_loss.title").to_owned(),
        cause: t!("finding.wrong_loss.cause").to_owned(),
        evidence: vec![
            moment.shown_information(),
            evidence(t!("finding.gradient"), figure(gradient), above(0_u32)),
            moment.shown_skill(),
        ],
        remedies: vec![
            Remedy::new(t!("finding.wrong_loss.cure"), t!("finding.wrong_loss.cure.help"))
                .with("loss", Value::Name("cross_entropy")),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "wrong_loss";

    const SAME: &str = "400 | recall 0 1 | info 0 | grad 0 0";

    #[test]
    fn fires_for_softmax_over_one_unit() {
        let remedy = "since 20: Use cross-entropy over all classes (restart)";
        check(RULE, "data=moons&loss=softmax_one_unit", SAME, remedy);
    }

    #[test]
    fn silent_for_other_losses_and_while_answers_differ() {
        check(RULE, "data=moons", SAME, "no finding");
        check(RULE, "data=moons&loss=softmax_one_unit", "400 | recall 0 1 | info .1", "no finding");
    }
}
