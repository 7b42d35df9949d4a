//! Label noise: many labels are wrong, which caps what can be reached and feeds memorising.

use super::moment::{Moment, above, beyond, evidence, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "label_noise",
    looks_for: "accuracy capped nearly alike where the model, or the nearest neighbours, are sure and where not",
    patience: Patience::Steps(150),
    sees,
    explain,
};

/// Skill that data without wrong labels promise.
const CAPPED: f32 = 0.85;
/// Accuracy that is reached where the answer is sure, if labels are right.
const SURE: f32 = 0.92;
/// Accuracy above chance where the answer is not sure, as a share of that where it is.
const FLAT: f32 = 0.65;
/// The same with neighbours that are flat, too …
const FLAT_BY_HEART: f32 = 0.55;
/// … which is this flat.
const FLAT_AROUND: f32 = 0.78;
/// Neighbours this flat …
const FLAT_ANYWHERE: f32 = 0.9;
/// … and a model that is right this seldom where it is sure need nothing else.
const UNSURE: f32 = 0.8;

fn sees(moment: &Moment) -> f32 {
    let Some(data) = moment.data() else { return 0.0 };
    let [sure, unsure] = sure_accuracy(moment);
    let signal = data.promise().low > 0.0 || moment.now().skill.low > 0.0;
    let capped = data.promise().value < CAPPED && sure < SURE;
    // Classes that overlap are told apart well where they do not; wrong labels are everywhere.
    let chance = 1.0 / moment.class_count();
    let flat = |sure: f32, unsure: f32| (unsure - chance) / (sure - chance);
    let flatness = flat(sure, unsure);
    // A model that knows wrong labels by heart is sure of some of them; neighbours of overlapping classes are
    // flat now and then. Together they say it, or neighbours alone where the model is hardly ever sure.
    let [data_sure, data_unsure] = data.sure_accuracy;
    let around = flat(data_sure, data_unsure);
    let by_both = around >= FLAT_AROUND && flatness >= FLAT_BY_HEART;
    let by_data = around >= FLAT_ANYWHERE && sure < UNSURE;
    let holds = signal && capped && (flatness >= FLAT || by_both || by_data) && !moment.is_rising();
    when(holds, &[beyond(SURE - sure, 0.0, 0.3), beyond(flatness, FLAT, 0.95)])
}

/// Accuracy where the model is sure and where it is not, over the last few snapshots.
fn sure_accuracy(moment: &Moment) -> [f32; 2] {
    [0, 1].map(|half| moment.recently(|sign| sign.lane.vitals.sure_accuracy[half]))
}

fn explain(moment: &Moment) -> Explanation {
    let [sure, unsure] = sure_accuracy(moment);
    Explanation {
        title: t!("finding.label_noise.title").to_owned(),
        cause: t!("finding.label_noise.cause").to_owned(),
        evidence: vec![
            evidence(t!("finding.label_noise.sure"), percent(sure), above(percent(0.95))),
            evidence(t!("finding.label_noise.unsure"), percent(unsure), t!("finding.label_noise.lower")),
            moment.shown_skill(),
        ],
        remedies: vec![
            Remedy::new(t!("finding.label_noise.correct"), t!("finding.label_noise.correct.help"))
                .with("label_noise", Value::Number(0.0))
                .with("label_flip", Value::Number(0.0)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "label_noise";

    #[test]
    fn fires_when_noise_costs_skill() {
        let remedy = "since 40: Correct the labels (restart)";
        check(RULE, "data=linear&label_noise=0.6", "400 | recall .6 .6", remedy);
    }

    #[test]
    fn silent_for_few_wrong_labels_overlapping_classes_and_pure_noise() {
        check(RULE, "data=linear&label_noise=0.1", "400 | recall .6 .6", "no finding");
        let overlap =
            "400 | recall .62 .62 | neighbours .2 | centroids .25 | data_sure .75 .52 | sure .72 .52";
        check(RULE, "data=gaussians", overlap, "no finding");
        check(RULE, "data=linear&label_noise=1", "400 | recall .5 .5", "no finding");
    }
}
