//! Test data prepared otherwise than the training data: other scale, other zero.

use super::moment::{Moment, about, beyond, evidence, figure, times_beyond, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;

pub(super) const RULE: Rule = Rule {
    name: "preprocessing_mismatch",
    looks_for: "test inputs shifted by half a standard deviation or twice or half as wide as training inputs, and training recall that does not carry over",
    patience: Patience::Steps(50),
    sees,
    explain,
};

/// Shift in standard deviations from which test data are elsewhere.
const SHIFTED: f32 = 0.6;
/// Factor between standard deviations either way from which they are on another scale.
const STRETCHED: f32 = 2.0;
/// Training recall that did not carry over.
const GAP: f32 = 0.08;

fn sees(moment: &Moment) -> f32 {
    let Some(data) = moment.data() else { return 0.0 };
    let stretch = data.stretch.max(1.0 / data.stretch.max(1e-6));
    let holds = (data.shift >= SHIFTED || stretch >= STRETCHED) && moment.gap() >= GAP;
    let signals = [
        beyond(data.shift, SHIFTED, 2.0),
        times_beyond(stretch, STRETCHED, 20.0),
        beyond(moment.gap(), GAP, 0.4),
    ];
    when(holds, &signals)
}

fn explain(moment: &Moment) -> Explanation {
    let [shift, stretch] = moment.data().map_or([f32::NAN; 2], |data| [data.shift, data.stretch]);
    Explanation {
        title: t!("finding.preprocessing_mismatch.title").to_owned(),
        cause: t!("finding.preprocessing_mismatch.cause").to_owned(),
        evidence: vec![
            evidence(t!("finding.preprocessing_mismatch.shift"), figure(shift), about(0_u32)),
            evidence(t!("finding.preprocessing_mismatch.stretch"), figure(stretch), about(1_u32)),
            moment.shown_test(),
        ],
        remedies: vec![
            Remedy::new(
                t!("finding.preprocessing_mismatch.cure"),
                t!("finding.preprocessing_mismatch.cure.help"),
            )
            .with("test_scale", Value::Number(1.0))
            .with("test_shift", Value::Number(0.0)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "preprocessing_mismatch";

    const LOST: &str = "400 | recall 1 0 | clean .95";

    #[test]
    fn fires_for_another_scale_or_place() {
        let remedy = "since 20: Prepare the test data alike (restart)";
        check(RULE, "data=linear&test_scale=0.1", LOST, remedy);
        check(RULE, "data=linear&test_scale=10", LOST, remedy);
        check(RULE, "data=linear&test_shift=-2", LOST, remedy);
    }

    #[test]
    fn silent_when_alike_or_when_it_carries_over() {
        check(RULE, "data=linear&test_scale=1.5&test_shift=0.3", LOST, "no finding");
        check(RULE, "data=linear&test_scale=10", "400 | recall .95 .95 | clean .95", "no finding");
        check(RULE, "data=linear&test_scale=10", "400 | recall 1 0 | clean .5", "no finding");
    }
}
