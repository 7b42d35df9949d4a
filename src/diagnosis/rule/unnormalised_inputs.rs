//! Unnormalised inputs: numbers far from 1 blow up or starve the first layer.

use super::moment::{Moment, evidence, figure};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;

pub(super) const RULE: Rule = Rule {
    name: "unnormalised_inputs",
    looks_for: "inputs scaled by 10 or more, or 0.1 or less, and skill below 0.5",
    patience: Patience::Symptom,
    holds,
    explain,
};

/// Within this factor of 1 either way the usual initialisation still fits.
const TOLERATED: f32 = 10.0;
/// From this skill on the model copes.
const COPING: f32 = 0.5;

fn holds(moment: &Moment) -> bool {
    let scale = moment.experiment.data.input_scale;
    // A NaN skill, after divergence, is not coping.
    let copes = moment.now().skill.value >= COPING;
    !copes && (scale >= TOLERATED || scale <= 1.0 / TOLERATED)
}

fn explain(moment: &Moment) -> Explanation {
    let scale = moment.experiment.data.input_scale;
    let cause = if scale > 1.0 {
        t!("finding.unnormalised_inputs.cause.large")
    } else {
        t!("finding.unnormalised_inputs.cause.small")
    };
    Explanation {
        title: t!("finding.unnormalised_inputs.title").to_owned(),
        cause: cause.to_owned(),
        evidence: vec![
            evidence(t!("finding.unnormalised_inputs.factor"), figure(scale), figure(1.0)),
            evidence(
                t!("finding.train_loss"),
                figure(moment.now().lane.loss_train),
                t!("finding.train_loss.healthy", value = figure(moment.loss_of_ignorance())),
            ),
        ],
        remedies: vec![
            Remedy::new(
                t!("finding.unnormalised_inputs.normalise"),
                t!("finding.unnormalised_inputs.normalise.help"),
            )
            .with("input_scale", Value::Number(1.0)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "unnormalised_inputs";

    #[test]
    fn fires_for_raw_pixels_and_for_tiny_inputs() {
        let remedy = "since 20: Normalise the inputs (restart)";
        check(RULE, "data=shapes&input_scale=255", "400 | recall 1 0", remedy);
        check(RULE, "data=shapes&input_scale=0.01", "400 | recall 1 0", remedy);
        check(RULE, "data=shapes&input_scale=255", "400 | nan", remedy);
    }

    #[test]
    fn silent_when_the_model_copes_or_the_scale_is_near() {
        check(RULE, "data=shapes&input_scale=255", "400 | recall .9 .9", "no finding");
        check(RULE, "data=shapes&input_scale=5", "400 | recall 1 0", "no finding");
    }
}
