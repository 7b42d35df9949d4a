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
const FALLING: f32 = 0.04;
/// Steps that are few for any data.
const FEW: u32 = 400;

fn sees(moment: &Moment) -> f32 {
    let now = moment.now();
    let over = now.step >= moment.experiment.live.steps;
    let holds =
        over && moment.fails() && moment.is_alive() && (fallen(moment) >= FALLING || now.step <= FEW / 4);
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
