//! Shift without augmentation: perfect on training images, at chance on images that differ.

use super::moment::{Moment, evidence, percent};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::DataName;
use crate::experiment::knob::Value;

pub(super) const RULE: Rule = Rule {
    name: "position_shift",
    looks_for: "images on which training accuracy is at least 90 % while test skill is below 0.2, classes \
                being balanced",
    patience: Patience::Symptom,
    holds,
    explain,
};

/// Training accuracy that shows the examples are learned.
const LEARNED: f32 = 0.9;
/// Test skill that shows nothing carried over.
const NOT_CARRIED_OVER: f32 = 0.2;
/// From this imbalance on, training accuracy is high for another reason.
const IMBALANCED: f32 = 2.0;

fn holds(moment: &Moment) -> bool {
    let experiment = moment.experiment;
    experiment.is_image()
        && !experiment.has_no_signal()
        && moment.imbalance() < IMBALANCED
        && moment.now().lane.class_shares.iter().all(|share| *share > 0.0)
        && accuracy_train(moment) >= LEARNED
        && moment.now().skill.value < NOT_CARRIED_OVER
}

/// Over a few snapshots, because one batch is a small sample.
fn accuracy_train(moment: &Moment) -> f32 {
    let recent = moment.recent(5);
    recent.iter().map(|sign| sign.lane.accuracy_train).sum::<f32>() / recent.len() as f32
}

fn explain(moment: &Moment) -> Explanation {
    let shifted = moment.experiment.data.name == DataName::Shapes && moment.experiment.data.position_shift;
    let cause = if shifted {
        "Every training shape sits in the top-left quadrant, so weights elsewhere never learned anything; \
         the test shapes sit in the other three. Learned by heart, the model has one answer for all of \
         them."
    } else {
        "The model knows its training images but not what makes a class, so images unlike them all get \
         much the same answer."
    };
    let skill = moment.now().skill;
    Explanation {
        title: "Too few views: test images differ from training images".to_owned(),
        cause: cause.to_owned(),
        evidence: vec![
            evidence("Accuracy on training batches", percent(accuracy_train(moment)), "close to the test's"),
            evidence(
                "Balanced accuracy on test images",
                percent(moment.now().lane.confusion.balanced_accuracy()),
                "close to training's",
            ),
            evidence(
                "Skill on test images",
                format!("{:.2} ({:.2} to {:.2})", skill.value, skill.low, skill.high),
                "interval above 0",
            ),
        ],
        remedies: vec![
            Remedy::new(
                "Flip both ways",
                "Mirrors half the training images left to right and, by a coin of its own, half \
                 upside-down, so that shapes appear in all four quadrants. Rotation alone does not help.",
            )
            .with("flip_horizontal", Value::Number(0.5))
            .with("flip_vertical", Value::Number(0.5)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "position_shift";
    const BY_HEART: &str = "400 | recall 1 0 | train 1";

    #[test]
    fn fires_when_training_is_perfect_and_the_test_at_chance() {
        check(RULE, "data=shapes&model=cnn", BY_HEART, "since 20: Flip both ways (live)");
    }

    #[test]
    fn ends_when_flips_carry_over() {
        let flips = "data=shapes&flip_horizontal=0.5&flip_vertical=0.5";
        let cured = format!("{BY_HEART}\n600 | recall .98 .98");
        check(RULE, flips, &cured, "since 20 until 420: no remedy");
    }

    #[test]
    fn silent_when_unlearned_imbalanced_vectors_or_without_signal() {
        check(RULE, "data=shapes", &BY_HEART.replace("train 1", "train .8"), "no finding");
        check(RULE, "data=shapes&imbalance=3", BY_HEART, "no finding");
        check(RULE, "data=shapes", "400 | recall .9 .9 | train 1", "no finding");
        check(RULE, "data=linear", BY_HEART, "no finding");
        check(RULE, "data=noise", BY_HEART, "no finding");
    }
}
