//! Unnormalised inputs: numbers far from 1, or all far from 0, blow up or starve the first layer.

use super::moment::{Moment, evidence, figure};
use super::{Evidence, Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;

pub(super) const RULE: Rule = Rule {
    name: "unnormalised_inputs",
    looks_for: "inputs scaled by 10 or more, or 0.1 or less, or all 10 or more from zero, and skill below 0.5",
    patience: Patience::Symptom,
    holds,
    explain,
};

/// Within this factor of 1 either way the usual initialisation still fits.
const TOLERATED: f32 = 10.0;
/// Offset in units of the inputs' scale from which what all inputs share outweighs their differences.
const FAR: f32 = 10.0;
/// From this skill on the model copes.
const COPING: f32 = 0.5;

fn holds(moment: &Moment) -> bool {
    let data = &moment.experiment.data;
    let scale = data.input_scale;
    // A NaN skill, after divergence, is not coping.
    let copes = moment.now().skill.value >= COPING;
    let outside = scale >= TOLERATED || scale <= 1.0 / TOLERATED || is_far(moment);
    !copes && outside && !data.standardise
}

fn is_far(moment: &Moment) -> bool {
    let data = &moment.experiment.data;
    data.input_offset.abs() >= FAR * data.input_scale
}

fn explain(moment: &Moment) -> Explanation {
    let scale = moment.experiment.data.input_scale;
    if is_far(moment) {
        return explain_offset(moment);
    }
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
            training_loss(moment),
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

fn explain_offset(moment: &Moment) -> Explanation {
    Explanation {
        title: t!("finding.unnormalised_inputs.title").to_owned(),
        cause: t!("finding.unnormalised_inputs.cause.offset").to_owned(),
        evidence: vec![
            evidence(
                t!("finding.unnormalised_inputs.offset"),
                figure(moment.experiment.data.input_offset),
                figure(0.0),
            ),
            training_loss(moment),
        ],
        remedies: vec![
            Remedy::new(
                t!("finding.unnormalised_inputs.standardise"),
                t!("finding.unnormalised_inputs.standardise.help"),
            )
            .with("standardise", Value::Switch(true)),
        ],
    }
}

fn training_loss(moment: &Moment) -> Evidence {
    evidence(
        t!("finding.train_loss"),
        figure(moment.now().lane.loss_train),
        t!("finding.train_loss.healthy", value = figure(moment.loss_of_ignorance())),
    )
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
    fn fires_for_inputs_far_from_zero() {
        let remedy = "since 20: Standardise the inputs (restart)";
        check(RULE, "data=shapes&input_offset=-20", "400 | recall 1 0", remedy);
        check(RULE, "data=shapes&input_offset=9", "400 | recall 1 0", "no finding");
        check(RULE, "data=shapes&input_offset=20&input_scale=5", "400 | recall 1 0", "no finding");
    }

    #[test]
    fn silent_when_standardising_undoes_it() {
        check(RULE, "data=shapes&input_offset=20&standardise=true", "400 | recall 1 0", "no finding");
        check(RULE, "data=shapes&input_scale=255&standardise=true", "400 | recall 1 0", "no finding");
    }

    #[test]
    fn silent_when_the_model_copes_or_the_scale_is_near() {
        check(RULE, "data=shapes&input_scale=255", "400 | recall .9 .9", "no finding");
        check(RULE, "data=shapes&input_scale=5", "400 | recall 1 0", "no finding");
    }
}
