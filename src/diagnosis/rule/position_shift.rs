//! Shift without augmentation: perfect on training images, at chance on images that differ.

use super::moment::{Moment, beyond, evidence, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::diagnosis::signs::interval;
use crate::experiment::DataName;
use crate::experiment::knob::Value;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "position_shift",
    looks_for: "images known by heart in training whose neighbours say little of the test, classes being balanced",
    patience: Patience::Steps(50),
    sees,
    explain,
};

/// Training accuracy that shows the examples are learned.
const LEARNED: f32 = 0.9;
/// Test skill that shows nothing carried over.
const NOT_CARRIED_OVER: f32 = 0.35;
/// Shift of the columns in standard deviations within which training and test are prepared alike.
const ALIKE: f32 = 0.5;
/// From this imbalance on, training accuracy is high for another reason.
const IMBALANCED: f32 = 2.0;

fn sees(moment: &Moment) -> f32 {
    // Numbers on another scale are another cause, which no augmentation cures.
    let (alike, distance) = match moment.data() {
        Some(data) => (data.shift < ALIKE && (0.5..2.0).contains(&data.stretch), data.distance),
        None => (true, f32::NAN),
    };
    let skill = moment.now().skill;
    // Neighbours that tell classes apart in training and do not in the test show that the data differ.
    let lost = moment.data().is_none_or(|data| data.transferred().value < 0.5 * data.promise().value);
    let holds = moment.experiment.is_image()
        && alike
        && lost
        && moment.promise() > 0.3
        && moment.imbalance() < IMBALANCED
        && moment.now().lane.class_shares.iter().all(|share| *share > 0.0)
        && accuracy_train(moment) >= LEARNED
        && skill.value < NOT_CARRIED_OVER;
    when(holds, &[beyond(distance, 1.2, 2.0), beyond(skill.value, NOT_CARRIED_OVER, 0.0)])
}

/// Over a few snapshots, because one batch is a small sample.
fn accuracy_train(moment: &Moment) -> f32 {
    let recent = moment.recent(5);
    recent.iter().map(|sign| sign.lane.accuracy_train).sum::<f32>() / recent.len() as f32
}

fn explain(moment: &Moment) -> Explanation {
    let shifted = moment.experiment.data.name == DataName::Shapes && moment.experiment.data.position_shift;
    let cause =
        if shifted { t!("finding.position_shift.cause.shapes") } else { t!("finding.position_shift.cause") };
    Explanation {
        title: t!("finding.position_shift.title").to_owned(),
        cause: cause.to_owned(),
        evidence: vec![
            evidence(
                t!("finding.position_shift.train"),
                percent(accuracy_train(moment)),
                t!("finding.position_shift.train.healthy"),
            ),
            evidence(
                t!("finding.position_shift.test"),
                percent(moment.now().lane.confusion.balanced_accuracy()),
                t!("finding.position_shift.test.healthy"),
            ),
            evidence(
                t!("finding.position_shift.skill"),
                interval(moment.now().skill),
                t!("finding.interval_above_zero"),
            ),
        ],
        remedies: vec![
            Remedy::new(t!("remedy.flip_both"), t!("finding.position_shift.flip.help"))
                .with("flip_horizontal", Value::Number(0.5))
                .with("flip_vertical", Value::Number(0.5)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "position_shift";
    const BY_HEART: &str = "400 | recall 1 0 | train 1 | transfer .5 .5";

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
        check(RULE, "data=shapes", "400 | recall .9 .9 | train 1 | transfer .5 .5", "no finding");
        check(RULE, "data=shapes", "400 | recall 1 0 | train 1", "no finding");
        check(RULE, "data=linear", BY_HEART, "no finding");
        check(RULE, "data=noise", BY_HEART, "no finding");
        check(RULE, "test_scale=0.004", "400 | recall 1 0 0 0 0 0 0 0 0 0 | to 0 | train 1", "no finding");
        check(RULE, "test_shift=3", "400 | recall 1 0 0 0 0 0 0 0 0 0 | to 0 | train 1", "no finding");
    }
}
