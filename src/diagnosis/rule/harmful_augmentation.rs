//! Augmentation that changes what an image is: a 6 turned upside-down is a 9.

use super::moment::{Moment, about, beyond, evidence, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "harmful_augmentation",
    looks_for: "augmented training images whose nearest clean neighbours are of another class, and training recall below what the clean images promise",
    patience: Patience::Steps(150),
    sees,
    explain,
};

/// Skill of nearest neighbours that augmentation may cost: views that are new are also harder.
const COST: f32 = 0.3;

fn sees(moment: &Moment) -> f32 {
    let cost = cost(moment);
    when(cost >= COST && moment.is_stuck() && moment.accuracy_batch() < 0.9, &[beyond(cost, COST, 0.7), 0.4])
}

/// Skill of nearest neighbours on clean images less that on augmented ones; NaN without augmentation.
fn cost(moment: &Moment) -> f32 {
    let [clean, augmented] = neighbours(moment);
    clean - augmented
}

/// Skill of nearest neighbours on clean and on augmented images.
fn neighbours(moment: &Moment) -> [f32; 2] {
    let data = moment.data().and_then(|data| Some([data.neighbour.value, data.augmented?.value]));
    data.unwrap_or([f32::NAN; 2])
}

fn explain(moment: &Moment) -> Explanation {
    let [clean, augmented] = neighbours(moment);
    Explanation {
        title: t!("finding.harmful_augmentation.title").to_owned(),
        cause: t!("finding.harmful_augmentation.cause").to_owned(),
        evidence: vec![
            evidence(
                t!("finding.harmful_augmentation.neighbours"),
                percent(augmented),
                about(percent(clean)),
            ),
            evidence(
                t!("finding.harmful_augmentation.batch"),
                percent(moment.accuracy_batch()),
                about(percent(moment.accuracy_clean())),
            ),
            moment.shown_skill(),
        ],
        remedies: vec![NONE.iter().fold(
            Remedy::new(
                t!("finding.harmful_augmentation.cure"),
                t!("finding.harmful_augmentation.cure.help"),
            ),
            |remedy, knob| remedy.with(knob, Value::Number(0.0)),
        )],
    }
}

/// Every strength of augmentation.
const NONE: [&str; 7] =
    ["flip_horizontal", "flip_vertical", "rotation", "shift", "noise", "brightness", "cutout"];

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "harmful_augmentation";

    const CHANGED: &str = "400 | recall 1 .5 .5 .5 .5 .5 .5 .5 .5 .5 | train .5 | augmented .3";

    #[test]
    fn fires_when_augmented_images_look_like_other_classes() {
        check(RULE, "rotation=180&flip_vertical=0.5", CHANGED, "since 40: Without augmentation (live)");
    }

    #[test]
    fn silent_when_they_keep_their_class_are_learned_or_do_no_harm() {
        check(RULE, "rotation=15", &CHANGED.replace("augmented .3", "augmented .8"), "no finding");
        check(RULE, "rotation=180", &CHANGED.replace("train .5", "train .95"), "no finding");
        check(
            RULE,
            "rotation=180",
            &CHANGED.replace(".5 .5 .5 .5 .5 .5 .5 .5 .5", ".9 .9 .9 .9 .9 .9 .9 .9 .9"),
            "no finding",
        );
    }
}
