//! Batch normalisation predicts by running averages that have not caught up with the batches.

use super::moment::{Moment, about, beyond, evidence, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "stale_statistics",
    looks_for: "batch normalisation under which training batches are answered far better than the same examples when predicting",
    patience: Patience::Steps(100),
    sees,
    explain,
};

/// Accuracy lost between training and predicting on the same data.
const GAP: f32 = 0.12;

fn sees(moment: &Moment) -> f32 {
    let gap = moment.accuracy_batch() - moment.accuracy_clean();
    // The loss tells long before the answers turn round.
    let vitals = moment.vitals();
    let loss = vitals.loss_clean / moment.recently(|sign| sign.lane.loss_train);
    let holds = moment.experiment.model.batch_norm && (gap >= GAP || loss >= 2.0) && moment.is_stuck();
    when(holds, &[beyond(gap, GAP, 0.5), beyond(loss, 2.0, 6.0)])
}

fn explain(moment: &Moment) -> Explanation {
    Explanation {
        title: t!("finding.stale_statistics.title").to_owned(),
        cause: t!("finding.stale_statistics.cause").to_owned(),
        evidence: vec![
            evidence(
                t!("finding.stale_statistics.batch"),
                percent(moment.accuracy_batch()),
                about(percent(moment.accuracy_clean())),
            ),
            moment.shown_clean(about(percent(moment.accuracy_batch()))),
            moment.shown_setting("batch_norm_momentum", about(0.9)),
        ],
        remedies: vec![
            Remedy::new(t!("finding.stale_statistics.cure"), t!("finding.stale_statistics.cure.help"))
                .with("batch_norm_momentum", Value::Number(0.9)),
            Remedy::new(t!("finding.stale_statistics.off"), t!("finding.stale_statistics.off.help"))
                .with("batch_norm", Value::Switch(false)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "stale_statistics";

    const STALE: &str = "400 | recall .6 .6 | train .95 | clean .6";

    #[test]
    fn fires_when_predicting_is_worse_than_training_on_the_same_examples() {
        let remedies = "since 40: Let the averages follow faster (restart), \
                        Without batch normalisation (restart)";
        check(RULE, "data=linear&batch_norm=true&batch_norm_momentum=0.999", STALE, remedies);
    }

    #[test]
    fn silent_without_normalisation_or_when_both_agree() {
        check(RULE, "data=linear", STALE, "no finding");
        let agree = "400 | recall .6 .6 | train .65 | clean .6";
        check(RULE, "data=linear&batch_norm=true", agree, "no finding");
    }
}
