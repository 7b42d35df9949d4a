//! Label noise: many labels are wrong, which caps what can be reached and feeds memorising.

use super::moment::{Moment, below, evidence};
use super::{Explanation, Patience, Remedy, Rule};
use crate::diagnosis::verdict::SKILL_HIGH;
use crate::experiment::knob::Value;
use crate::t;
use crate::words::{self, percent};

pub(super) const RULE: Rule = Rule {
    name: "label_noise",
    looks_for: "at least 20 % of labels replaced at random, and skill below 0.8",
    patience: Patience::Symptom,
    holds,
    explain,
};

/// Noise from which wrong labels visibly shape the gradient.
const NOTABLE: f32 = 0.2;

fn holds(moment: &Moment) -> bool {
    let noise = moment.experiment.data.label_noise;
    // Pure noise is another rule's cause.
    noise >= NOTABLE && !moment.experiment.has_no_signal() && moment.now().skill.value < SKILL_HIGH
}

fn explain(moment: &Moment) -> Explanation {
    let noise = moment.experiment.data.label_noise;
    let wrong = noise * (1.0 - 1.0 / moment.class_count());
    let skill = |skill: f32| words::decimal(skill, 2);
    Explanation {
        title: t!("finding.label_noise.title").to_owned(),
        cause: t!("finding.label_noise.cause").to_owned(),
        evidence: vec![
            evidence(t!("finding.label_noise.wrong"), percent(wrong), below(percent(0.05))),
            evidence(t!("finding.label_noise.best"), skill(1.0 - noise), skill(1.0)),
            evidence(
                t!("finding.label_noise.skill"),
                skill(moment.now().skill.value),
                t!("finding.label_noise.skill.healthy"),
            ),
        ],
        remedies: vec![
            Remedy::new(t!("finding.label_noise.correct"), t!("finding.label_noise.correct.help"))
                .with("label_noise", Value::Number(0.0)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "label_noise";

    #[test]
    fn fires_when_noise_costs_skill() {
        let remedy = "since 20: Correct the labels (restart)";
        check(RULE, "data=linear&label_noise=0.6", "400 | recall .6 .6", remedy);
    }

    #[test]
    fn silent_below_the_line_above_the_skill_and_at_pure_noise() {
        check(RULE, "data=linear&label_noise=0.19", "400 | recall .6 .6", "no finding");
        check(RULE, "data=linear&label_noise=0.2", "400 | recall .91 .91", "no finding");
        check(RULE, "data=linear&label_noise=1", "400 | recall .5 .5", "no finding");
    }
}
