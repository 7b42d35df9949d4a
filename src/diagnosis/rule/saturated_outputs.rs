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
    patience: Patience::Symptom,
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
