//! Training ended while the model was still learning.

use super::moment::{Moment, about, beyond, evidence, figure, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::diagnosis::signs::Signs;
use crate::experiment::knob::Value;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "too_few_steps",
    looks_for: "the last step of the run reached with the loss still falling and skill below what the data promise",
    patience: Patience::Fact,
    sees,
    explain,
};

/// Loss lost over the last half of the steps, as a share, that counts as still falling.
const FALLING: f32 = 0.08;
/// Skill gained over the same steps that is worth going on …
const GAINED: f32 = 0.03;
/// … or so little skill that the loss has to fall first.
const LITTLE: f32 = 0.3;
/// Steps that are few for any data.
const FEW: u32 = 400;

fn sees(moment: &Moment) -> f32 {
    let now = moment.now();
    let over = now.step >= moment.experiment.live.steps;
    let gains = moment.risen() >= GAINED || now.skill.value < LITTLE;
    let falls = fallen(moment) >= FALLING && gains || now.step <= FEW / 4;
    // What is learned already gains nothing from more of the same.
    let holds = over && falls && moment.fails() && moment.is_alive() && !moment.fits_training();
    when(
        holds,
        &[beyond(fallen(moment), FALLING, 0.4), beyond(FEW as f32 - now.step as f32, 0.0, FEW as f32)],
    )
}

/// Loss on clean training examples lost since half as many steps.
fn fallen(moment: &Moment) -> f32 {
    let now = moment.now();
    let half = moment.signs[..=moment.index].partition_point(|sign| sign.step <= now.step / 2);
    let loss = |sign: &Signs| sign.lane.loss_probe;
    let before = loss(&moment.signs[half.saturating_sub(1)]);
    (before - loss(now)) / before
}

fn explain(moment: &Moment) -> Explanation {
    let more = f64::from(moment.experiment.live.steps.saturating_mul(16).clamp(640, 100_000));
    Explanation {
        title: t!("finding.too_few_steps.title").to_owned(),
        cause: t!("finding.too_few_steps.cause").to_owned(),
        evidence: vec![
            evidence(
                t!("finding.too_few_steps.steps"),
                figure(moment.now().step as f32),
                t!("finding.too_few_steps.steps.healthy"),
            ),
            evidence(
                t!("finding.too_few_steps.fallen"),
                percent(fallen(moment).max(0.0)),
                about(percent(0.0)),
            ),
            moment.shown_skill(),
        ],
        remedies: vec![
            Remedy::new(t!("finding.too_few_steps.cure"), t!("finding.too_few_steps.cure.help"))
                .with("steps", Value::Number(more)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "too_few_steps";

    const FALLING: &str =
        "20 | recall .5 .5 | test 2\n40 | recall .6 .6 | test 1.8\n80 | recall .7 .7 | test 1.3";

    #[test]
    fn fires_at_the_last_step_while_the_loss_still_falls() {
        check(RULE, "data=linear&steps=80", FALLING, "since 80: Train on (live)");
    }

    #[test]
    fn silent_before_the_last_step_when_learned_or_standing_still() {
        check(RULE, "data=linear&steps=100", FALLING, "no finding");
        check(RULE, "data=linear&steps=80", &FALLING.replace(".7 .7", ".95 .95"), "no finding");
        check(RULE, "data=linear&steps=400", "400 | recall .6 .6 | test 1", "no finding");
        check(RULE, "data=linear&steps=80", &[FALLING, " | loss .1"].concat(), "no finding");
    }
}
