//! Learning rate too low: the weights hardly move, nor does the loss.

use super::moment::{Moment, about, evidence, figure, tidy, times_beyond, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "learning_rate_low",
    looks_for: "after 150 steps, updates below 0.0002 of the weights, a loss within 10 % of its start, and skill below what the data promise",
    patience: Patience::Steps(50),
    sees,
    explain,
};

/// Steps that a healthy run has clearly used by then.
const STEPS: u32 = 150;
/// Relative update below which weights hardly move; Adam at 1e-5 gives about 5e-5, at 1e-3 about
/// 5e-3.
const UPDATE_SMALL: f32 = 2e-4;
/// Loss lost since the start, as a share, that counts as moving.
const MOVED: f32 = 0.1;

fn sees(moment: &Moment) -> f32 {
    let now = moment.now();
    // Where units are dead or all zero, gradients are small for another reason.
    let alive = moment.dead_share() < 0.8 && !moment.begins_at_zero();
    // What a schedule has left of it counts.
    let rate = now.lane.learning_rate.min(moment.experiment.live.learning_rate);
    let holds = now.step >= STEPS
        && alive
        && rate < moment.moderate_learning_rate()
        && moment.update_ratio() < UPDATE_SMALL
        && loss_fallen(moment) < MOVED
        && moment.fails();
    let signals = [
        times_beyond(moment.update_ratio().max(1e-9), UPDATE_SMALL, 1e-5),
        times_beyond(
            rate.max(1e-9),
            moment.moderate_learning_rate(),
            moment.moderate_learning_rate() / 100.0,
        ),
    ];
    when(holds, &signals)
}

/// How much of the first loss is gone, as a share.
fn loss_fallen(moment: &Moment) -> f32 {
    let start = moment.signs[0].lane.loss_train;
    (start - moment.now().lane.loss_train) / start
}

fn explain(moment: &Moment) -> Explanation {
    let rate = moment.experiment.live.learning_rate;
    let moderate = moment.moderate_learning_rate();
    let help = t!("finding.learning_rate_low.help");
    let mut remedies = vec![
        Remedy::new(t!("finding.learning_rate_low.go_on", rate = moderate), help)
            .with("learning_rate", Value::Number(f64::from(moderate)))
            .with("schedule", Value::Name("constant")),
    ];
    let faster = tidy(rate * 10.0);
    if faster < moderate {
        remedies.push(
            Remedy::new(t!("finding.learning_rate_low.faster"), help)
                .with("learning_rate", Value::Number(f64::from(faster))),
        );
    }
    Explanation {
        title: t!("finding.learning_rate_low.title").to_owned(),
        cause: t!("finding.learning_rate_low.cause").to_owned(),
        evidence: vec![
            evidence(t!("finding.update"), figure(moment.update_ratio()), about(0.001)),
            evidence(
                t!("finding.learning_rate_low.fallen"),
                percent(loss_fallen(moment).max(0.0)),
                t!("finding.learning_rate_low.fallen.healthy", value = percent(MOVED)),
            ),
            evidence(t!("finding.learning_rate"), figure(rate), about(moderate)),
        ],
        remedies,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "learning_rate_low";
    const STALLED: &str = "400 | recall .55 .5 | loss .7 | update 5e-5 3e-5";

    #[test]
    fn fires_when_weights_and_loss_stand_still() {
        let remedies = "since 160: Go on at 0.001 (live), Ten times faster (live)";
        check(RULE, "data=linear&learning_rate=1e-5", STALLED, remedies);
    }

    #[test]
    fn silent_early_while_moving_or_when_units_are_dead() {
        let settings = "data=linear&learning_rate=1e-5";
        check(RULE, settings, &STALLED.replace("400", "180"), "no finding");
        check(RULE, settings, &STALLED.replace("5e-5", "2e-4"), "no finding");
        check(RULE, settings, "100 | recall .5 .5 | loss .9 | update 5e-5\n400 | loss .7", "no finding");
        check(RULE, settings, &format!("{STALLED} | dead .9"), "no finding");
        check(RULE, "data=linear&learning_rate=1", STALLED, "no finding");
    }

    #[test]
    fn ends_when_the_rate_is_raised() {
        let raised = format!("{STALLED}\n600 | recall .9 .9 | loss .3 | update .003");
        let over = "since 160 until 420: Go on at 0.001 (live)";
        check(RULE, "data=linear&learning_rate=1e-4", &raised, over);
    }
}
