//! No signal: the labels do not depend on the inputs, so nothing can be learned or cured.

use super::moment::{Moment, beyond, evidence, when};
use super::{Explanation, Patience, Rule};
use crate::diagnosis::signs::interval;
use crate::diagnosis::verdict::{COLLAPSE_ENTER, COLLAPSE_LOW};
use crate::t;
use crate::telemetry::confusion::Skill;
use crate::words::{self, percent};

pub(super) const RULE: Rule = Rule {
    name: "no_signal",
    looks_for: "neither nearest neighbours, nor class means, nor the model doing better than chance, in training or test",
    patience: Patience::Steps(200),
    sees,
    explain,
};

fn sees(moment: &Moment) -> f32 {
    let Some(data) = moment.data() else { return 0.0 };
    let tried = [data.neighbour, data.centroid, data.transfer.skill(), data.transfer_centroid];
    // Of four looks at nothing at 95 %, one in five runs seems to show something; at 99.7 %, one in a hundred.
    let certain = |skill: &Skill| skill.value - CERTAIN * (skill.value - skill.low) > 0.0;
    let known = data.label_shares.iter().filter(|share| **share > 0.0);
    let rarest = known.copied().fold(1.0, f32::min) * data.examples as f32;
    let learned = moment.recent(3).iter().filter(|sign| sign.skill.low > 0.0).count();
    let holds = !tried.iter().any(certain) && learned < 3 && rarest >= FEW;
    let width = data.transfer.skill();
    when(holds, &[0.8, beyond(width.high - width.low, 0.5, 0.1)])
}

/// Width of a 99.7 % interval over that of the 95 % one.
const CERTAIN: f32 = 3.0 / 1.96;
/// Examples of the rarest class from which silence says something.
const FEW: f32 = 10.0;

fn explain(moment: &Moment) -> Explanation {
    let now = moment.now();
    let chance = percent(1.0 / moment.class_count());
    let collapsed = moment.signs[..moment.index].iter().any(|sign| sign.collapse >= COLLAPSE_ENTER);
    let spread = collapsed && now.collapse < COLLAPSE_LOW;
    let used = words::decimal(now.effective_classes, 1);
    Explanation {
        title: t!("finding.no_signal.title").to_owned(),
        cause: if spread { t!("finding.no_signal.spread") } else { t!("finding.no_signal.cause") }.to_owned(),
        evidence: vec![
            evidence(t!("finding.no_signal.best"), chance.clone(), t!("finding.well_above", value = chance)),
            evidence(t!("finding.no_signal.skill"), interval(now.skill), t!("finding.interval_above_zero")),
            evidence(
                t!("finding.no_signal.used"),
                t!("finding.no_signal.used.value", used = used, classes = moment.experiment.classes()),
                t!("finding.no_signal.used.healthy"),
            ),
        ],
        remedies: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, found};

    const RULE: &str = "no_signal";
    const GUESSES: &str = "400 | recall .1 .1 .1 .1 .1 .1 .1 .1 .1 .1";

    #[test]
    fn fires_and_offers_nothing() {
        check(RULE, "data=gaussians&separation=0", "400 | recall .5 .5", "since 20: no remedy");
        check(RULE, "data=noise", "400 | recall 1 0", "since 20: no remedy");
        check(RULE, "label_noise=1", GUESSES, "since 20: no remedy");
    }

    #[test]
    fn silent_while_anything_can_be_learned() {
        check(RULE, "data=gaussians&separation=0.1", "400 | recall .5 .5", "no finding");
        check(RULE, "data=linear&label_noise=0.9", "400 | recall .5 .5", "no finding");
        check(RULE, "", GUESSES, "no finding");
    }

    #[test]
    fn says_when_a_cure_merely_spread_the_guesses() {
        let settings = "data=gaussians&separation=0&imbalance=19&weighting=inverse_frequency";
        let cause = |history| found(RULE, settings, history).expect("fires").cause;
        assert!(cause("400 | recall 1 0\n800 | recall .5 .5").contains("only the guesses were spread"));
        assert!(!cause("800 | recall .5 .5").contains("only the guesses were spread"));
    }

    #[test]
    fn remedies_of_other_rules_admit_that_they_cannot_help() {
        let help = |settings| {
            let imbalance = found("class_imbalance", settings, "400 | recall 1 0").expect("fires");
            imbalance.remedies[0].help.clone()
        };
        assert!(help("data=gaussians&separation=0&imbalance=19").contains("nothing to learn"));
        assert!(!help("data=gaussians&imbalance=19").contains("nothing to learn"));
    }
}
