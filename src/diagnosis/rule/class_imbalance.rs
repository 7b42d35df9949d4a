//! Class imbalance: the majority is so frequent that answering it pays.

use super::moment::{Moment, about, below, beyond, evidence, times_beyond, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;
use crate::words::{self, percent};

pub(super) const RULE: Rule = Rule {
    name: "class_imbalance",
    looks_for: "one class drawn at least 3 times as often as another, and predictions crowded on it or rare classes lost",
    patience: Patience::Steps(250),
    sees,
    explain,
};

/// Ratio from which the majority can crowd out the rest; below, training digests it.
const RATIO: f32 = 3.0;
/// How far from even (0) to total (1) the predictions must lean to the majority: two classes 70 %,
/// ten classes 46 %.
const LEANING: f32 = 0.4;
/// Examples of a class from which weights have something to weigh.
const A_HANDFUL: f32 = 6.0;
/// Recall that rare classes may lack of that of frequent ones.
const LOST: f32 = 0.35;

fn sees(moment: &Moment) -> f32 {
    let (Some((majority, _)), Some((favourite, share))) = (moment.majority(), moment.now().favourite) else {
        return 0.0;
    };
    let even = 1.0 / moment.class_count();
    let (common, rare) = recalls(moment);
    let crowded = favourite == majority && share >= even + LEANING * (1.0 - even);
    let lost = common - rare >= LOST && moment.deficit() > 0.0;
    // Classes are often learned one after the other, the frequent first: that is no failure.
    let holds = moment.imbalance() >= RATIO && (crowded || lost) && !moment.is_arriving();
    // A model that has learned no more than the prior leans by the log of the ratio.
    let lean = moment.vitals().lean / moment.imbalance().ln();
    let signals = [
        times_beyond(moment.imbalance(), RATIO, 50.0),
        beyond(common - rare, LOST, 0.9),
        beyond(lean, 0.2, 0.8),
    ];
    when(holds, &signals)
}

/// Mean recall of the classes with at least their fair share of the drawn examples, and of those with less
/// than half of it.
fn recalls(moment: &Moment) -> (f32, f32) {
    let even = 1.0 / moment.class_count();
    let mean = |wanted: &dyn Fn(f32) -> bool| {
        let pairs = moment.now().lane.class_shares.iter().zip(&moment.now().recall);
        let known = pairs.filter(|(share, recall)| wanted(**share) && recall.is_finite());
        let (sum, count) = known.fold((0.0, 0.0), |(sum, count), (_, recall)| (sum + recall, count + 1.0));
        sum / count
    };
    (mean(&|share| share >= even), mean(&|share| share > 0.0 && share < 0.5 * even))
}

fn explain(moment: &Moment) -> Explanation {
    let (majority, frequency) = moment.majority().unwrap_or((0, f32::NAN));
    let name = moment.class_name(majority);
    let predicted = moment.now().favourite.map_or(f32::NAN, |(_, share)| share);
    let even = percent(1.0 / moment.class_count());
    let ratio = |ratio: f32| t!("finding.ratio", n = words::decimal(ratio, 0));
    let mut remedies = vec![
        Remedy::new(t!("remedy.weight_classes"), t!("finding.class_imbalance.weights.help"))
            .with("weighting", Value::Name("inverse_frequency")),
        Remedy::new(t!("remedy.oversample"), t!("remedy.oversample.help"))
            .with("weighting", Value::Name("oversampling")),
        Remedy::new(t!("remedy.balance"), t!("remedy.balance.help"))
            .with("imbalance", Value::Number(1.0))
            .with("shares", Value::Shares(Vec::new())),
    ];
    if rarest(moment) < A_HANDFUL {
        // No weight makes up for examples that are not there.
        remedies.rotate_right(1);
    }
    Explanation {
        title: t!("finding.class_imbalance.title", class = &name),
        cause: t!("finding.class_imbalance.cause", share = percent(frequency), class = &name),
        evidence: vec![
            evidence(t!("finding.class_imbalance.ratio"), ratio(moment.imbalance()), below(ratio(RATIO))),
            evidence(
                t!("finding.class_imbalance.predicted", class = &name),
                percent(predicted),
                about(&even),
            ),
            evidence(
                t!("finding.class_imbalance.recall"),
                percent(moment.now().recall_worst),
                t!("finding.well_above", value = &even),
            ),
        ],
        remedies,
    }
}

/// Examples of the rarest class that training draws at all.
fn rarest(moment: &Moment) -> f32 {
    let Some(data) = moment.data() else { return f32::INFINITY };
    let shares = data.label_shares.iter().copied().filter(|share| *share > 0.0);
    data.examples as f32 * shares.fold(f32::INFINITY, f32::min)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "class_imbalance";
    const ALL: &str = "Weight the classes (live), Oversample (live), Balance the data (live)";

    #[test]
    fn fires_when_the_majority_takes_the_answers() {
        check(RULE, "data=gaussians&imbalance=99", "400 | recall 1 0", &format!("since 20: {ALL}"));
    }

    #[test]
    fn a_handful_of_rare_examples_is_collected_before_it_is_weighted() {
        let remedies = "since 20: Balance the data (live), Weight the classes (live), Oversample (live)";
        check(RULE, "data=gaussians&imbalance=500", "400 | recall 1 0", remedies);
    }

    #[test]
    fn ends_when_weights_bring_the_minority_back() {
        let settings = "data=gaussians&imbalance=99&weighting=inverse_frequency";
        let history = "400 | recall 1 0\n600 | recall .9 .88";
        check(RULE, settings, history, "since 20 until 420: Oversample (live), Balance the data (live)");
    }

    #[test]
    fn silent_when_imbalance_is_digested_or_absent() {
        check(RULE, "data=gaussians&imbalance=99", "400 | recall .95 .7", "no finding");
        check(RULE, "data=gaussians", "400 | recall 1 0", "no finding");
        check(RULE, "data=gaussians&imbalance=2.9", "400 | recall 1 0", "no finding");
    }

    #[test]
    fn silent_when_the_model_prefers_the_minority() {
        check(RULE, "data=gaussians&imbalance=99", "400 | recall 0 1", "no finding");
    }

    #[test]
    fn ten_classes_need_less_crowding() {
        let digits = "400 | recall 1 .5 .5 .5 .5 .5 .5 .5 .5 .5 | to 0";
        check(RULE, "imbalance=99", digits, &format!("since 40: {ALL}"));
        check(RULE, "imbalance=99", &digits.replace(".5", ".7"), "no finding");
    }
}
