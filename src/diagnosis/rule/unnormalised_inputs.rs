//! Unnormalised inputs: numbers far from 1, or all far from 0, blow up or starve the first layer.

use super::moment::{Moment, about, below, evidence, figure, times_beyond, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;
use crate::telemetry::DataSigns;

pub(super) const RULE: Rule = Rule {
    name: "unnormalised_inputs",
    looks_for: "inputs with a deviation above 3 or below 0.15, four deviations from zero, or of unequal width, and skill below what the data promise",
    patience: Patience::Steps(150),
    sees,
    explain,
};

/// Standard deviation of inputs from which the usual initialisation no longer fits: pixels from 0 to 255
/// have about 80.
const LARGE: f32 = 3.0;
/// … and up to which: pixels from 0 to 1 have 0.2 to 0.4.
const SMALL: f32 = 0.15;
/// Distance from zero in standard deviations from which what all inputs share outweighs their differences;
/// pixels from 0 to 1 have 1 to 2.
const FAR: f32 = 4.0;
/// Largest over smallest standard deviation of a feature from which one feature drowns the others.
const UNEQUAL: f32 = 50.0;

fn sees(moment: &Moment) -> f32 {
    let Some(data) = moment.data() else { return 0.0 };
    let off = data.scale.max(1.0 / data.scale);
    let outside = data.scale >= LARGE || data.scale <= SMALL || is_far(data) || data.disparity >= UNEQUAL;
    let signals = [
        times_beyond(off, 5.0, 100.0),
        times_beyond(data.offset, FAR, 100.0),
        times_beyond(data.disparity, UNEQUAL, 1000.0),
    ];
    when(outside && moment.is_stuck(), &signals)
}

fn is_far(data: &DataSigns) -> bool {
    data.offset >= FAR
}

fn explain(moment: &Moment) -> Explanation {
    let scale = moment.data().map_or(f32::NAN, |data| data.scale);
    if moment.data().is_some_and(is_far) {
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
            evidence(t!("finding.unnormalised_inputs.factor"), figure(scale), about(figure(1.0))),
            moment.shown_loss(),
            moment.shown_skill(),
        ],
        remedies: vec![
            Remedy::new(
                t!("finding.unnormalised_inputs.normalise"),
                t!("finding.unnormalised_inputs.normalise.help"),
            )
            .with("input_scale", Value::Number(1.0)),
            standardise(),
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
                figure(moment.data().map_or(f32::NAN, |data| data.offset)),
                below(figure(2.0)),
            ),
            moment.shown_loss(),
            moment.shown_skill(),
        ],
        remedies: vec![standardise()],
    }
}

fn standardise() -> Remedy {
    Remedy::new(
        t!("finding.unnormalised_inputs.standardise"),
        t!("finding.unnormalised_inputs.standardise.help"),
    )
    .with("standardise", Value::Switch(true))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "unnormalised_inputs";

    #[test]
    fn fires_for_raw_pixels_and_for_tiny_inputs() {
        let remedy = "since 20: Normalise the inputs (restart), Standardise the inputs (restart)";
        check(RULE, "data=shapes&input_scale=255", "400 | recall 1 0", remedy);
        check(RULE, "data=shapes&input_scale=0.01", "400 | recall 1 0", remedy);
        check(RULE, "data=shapes&input_scale=255", "400 | nan", remedy);
    }

    #[test]
    fn fires_for_inputs_far_from_zero() {
        let remedy = "since 20: Standardise the inputs (restart)";
        check(RULE, "data=shapes&input_offset=-20", "400 | recall 1 0", remedy);
        check(RULE, "data=shapes&input_offset=3", "400 | recall 1 0", "no finding");
        check(RULE, "data=shapes&input_offset=4&input_scale=2", "400 | recall 1 0", "no finding");
    }

    #[test]
    fn silent_when_standardising_undoes_it() {
        check(RULE, "data=shapes&input_offset=20&standardise=true", "400 | recall 1 0", "no finding");
        check(RULE, "data=shapes&input_scale=255&standardise=true", "400 | recall 1 0", "no finding");
    }

    #[test]
    fn silent_when_the_model_copes_or_the_scale_is_near() {
        check(RULE, "data=shapes&input_scale=255", "400 | recall .9 .9", "no finding");
        check(RULE, "data=shapes&input_scale=2", "400 | recall 1 0", "no finding");
    }
}
