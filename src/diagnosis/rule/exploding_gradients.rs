//! Exploding gradients: single steps throw the weights far away.

use super::moment::{Moment, about, evidence, figure, times_beyond, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::OptimizerName;
use crate::experiment::knob::Value;
use crate::t;

pub(super) const RULE: Rule = Rule {
    name: "exploding_gradients",
    looks_for: "a gradient 100 times as long as usual, or not finite, with inputs and weights of the usual size",
    patience: Patience::Steps(60),
    sees,
    explain,
};

/// Length of a gradient from which one step of a usual rate moves the weights by their own size.
const LONG: f32 = 30.0;

fn sees(moment: &Moment) -> f32 {
    let longest = longest(moment);
    let thrown = moment.now().diverged || longest >= LONG;
    // Adaptive optimisers divide the length out.
    let felt =
        moment.experiment.optimizer.name == OptimizerName::Sgd && moment.experiment.live.clip_norm == 0.0;
    let holds = thrown && felt && moment.fails();
    when(holds, &[times_beyond(longest, LONG, 1e4), if moment.now().diverged { 0.3 } else { 0.0 }])
}

/// Snapshots that count as lately.
const LATELY: usize = 12;

/// Longest finite gradient of a layer lately.
fn longest(moment: &Moment) -> f32 {
    let seen = moment.recent(LATELY).iter().flat_map(|sign| &sign.lane.grad_norm);
    seen.copied().filter(|norm| norm.is_finite()).fold(0.0, f32::max)
}

fn explain(moment: &Moment) -> Explanation {
    Explanation {
        title: t!("finding.exploding_gradients.title").to_owned(),
        cause: t!("finding.exploding_gradients.cause").to_owned(),
        evidence: vec![
            evidence(t!("finding.exploding_gradients.longest"), figure(longest(moment)), about(1_u32)),
            moment.shown_loss(),
            moment.shown_setting("learning_rate", about(moment.moderate_learning_rate())),
        ],
        remedies: vec![
            Remedy::new(t!("finding.exploding_gradients.clip"), t!("finding.exploding_gradients.clip.help"))
                .with("clip_norm", Value::Number(1.0))
                .and_restart(),
            Remedy::new(
                t!("remedy.restart_at", rate = moment.moderate_learning_rate()),
                t!("finding.learning_rate_high.restart.help"),
            )
            .with("learning_rate", Value::Number(f64::from(moment.moderate_learning_rate())))
            .and_restart(),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "exploding_gradients";

    const THROWN: &str = "400 | recall 1 0 | grad 500 300";

    #[test]
    fn fires_for_gradients_that_throw_the_weights() {
        let remedies = "since 20: Clip the gradient at 1 (restart), Restart at 0.01 (restart)";
        check(RULE, "data=linear&optimizer=sgd&learning_rate=0.05", THROWN, remedies);
    }

    #[test]
    fn silent_when_short_clipped_divided_out_or_survived() {
        let settings = "data=linear&optimizer=sgd&learning_rate=0.05";
        check(RULE, settings, &THROWN.replace("500 300", "5 3"), "no finding");
        check(RULE, &format!("{settings}&clip_norm=1"), THROWN, "no finding");
        check(RULE, "data=linear", THROWN, "no finding");
        check(RULE, settings, &THROWN.replace("1 0 |", ".95 .95 |"), "no finding");
    }
}
