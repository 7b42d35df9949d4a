//! Label noise: many labels are wrong, which caps what can be reached and feeds memorising.

use super::moment::{Moment, evidence, percent};
use super::{Explanation, Patience, Remedy, Rule};
use crate::diagnosis::verdict::SKILL_HIGH;
use crate::experiment::knob::Value;

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
    Explanation {
        title: "Label noise: many labels are wrong".to_owned(),
        cause: "Wrong labels pull against the right ones, so the model keeps close to the class \
                frequencies; and since test labels are wrong as well, even a perfect model cannot agree \
                with them."
            .to_owned(),
        evidence: vec![
            evidence("Labels that are wrong", percent(wrong), "below 5 %"),
            evidence("Best possible skill", format!("{:.2}", 1.0 - noise), "1.00"),
            evidence("Skill now", format!("{:.2}", moment.now().skill.value), "near the best possible"),
        ],
        remedies: vec![
            Remedy::new("Correct the labels", "As if every label had been checked by hand.")
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
