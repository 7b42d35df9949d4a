//! One class's training examples carry another class's label.

use super::moment::{Moment, about, beyond, evidence, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "mislabelled_class",
    looks_for: "a class of the test whose examples training calls another, by its nearest neighbours and by the model alike",
    patience: Patience::Steps(50),
    sees,
    explain,
};

/// Share of a class's test examples whose nearest training example has the one other label.
const MOVED: f32 = 0.25;
/// The same of the model's own answers.
const ANSWERED: f32 = 0.12;
/// Distinct examples of a class from which their neighbours say something.
const ENOUGH: f32 = 8.0;
/// How many times more often training names the other class than this one: with a quarter of the labels moved.
const MISSING: f32 = 1.5;
/// How one-sided it must be: classes that merely look alike are mixed up both ways.
const ONE_SIDED: f32 = 3.0;

/// The class, what training calls it, and how much of it.
fn moved(moment: &Moment) -> Option<(usize, usize, f32)> {
    let transfer = &moment.data()?.transfer;
    let classes = transfer.classes();
    let share =
        |from: usize, to: usize| transfer.count(from, to) as f32 / transfer.support(from).max(1) as f32;
    let pairs =
        (0..classes).flat_map(|from| (0..classes).map(move |to| (from, to))).filter(|(from, to)| from != to);
    let (from, to) = pairs.max_by(|a, b| share(a.0, a.1).total_cmp(&share(b.0, b.1)))?;
    let others = (0..classes).filter(|class| ![from, to].contains(class)).map(|class| share(from, class));
    let one_sided = share(from, to) >= ONE_SIDED * share(to, from).max(others.fold(0.0, f32::max)).max(0.02);
    // Rare labels lose their neighbours to frequent ones, which is imbalance.
    let fair = moment.imbalance() < 2.0;
    // Labels that moved are missing where they were; test examples that moved are not.
    let labels = &moment.data()?.label_shares;
    let missing = labels[to] >= MISSING * labels[from];
    (one_sided && fair && missing && share(from, to) >= MOVED).then(|| (from, to, share(from, to)))
}

/// Share of a class's test examples that the model answers with another.
fn answered(moment: &Moment, from: usize, to: usize) -> f32 {
    let confusion = &moment.now().lane.confusion;
    confusion.count(from, to) as f32 / confusion.support(from).max(1) as f32
}

fn sees(moment: &Moment) -> f32 {
    // Cheap, and true of every healthy run.
    if moment.now().recall_worst > 1.0 - ANSWERED || moment.distinct() < ENOUGH {
        return 0.0;
    }
    let Some((from, to, share)) = moved(moment) else { return 0.0 };
    let answered = answered(moment, from, to);
    // The others are fine: what fails as a whole fails for another reason.
    let signals = [beyond(share, MOVED, 0.8), beyond(answered, ANSWERED, 0.7)];
    when(answered >= ANSWERED && answered > answered_back(moment, from, to), &signals)
}

fn answered_back(moment: &Moment, from: usize, to: usize) -> f32 {
    ONE_SIDED * answered(moment, to, from)
}

fn explain(moment: &Moment) -> Explanation {
    let (from, to, share) = moved(moment).unwrap_or((0, 0, f32::NAN));
    let (from_name, to_name) = (moment.class_name(from), moment.class_name(to));
    Explanation {
        title: t!("finding.mislabelled_class.title", from = &from_name, to = &to_name),
        cause: t!("finding.mislabelled_class.cause").to_owned(),
        evidence: vec![
            evidence(
                t!("finding.mislabelled_class.neighbours", from = &from_name, to = &to_name),
                percent(share),
                about(percent(0.0)),
            ),
            evidence(
                t!("finding.mislabelled_class.answers", from = &from_name, to = &to_name),
                percent(answered(moment, from, to)),
                about(percent(0.0)),
            ),
            moment.shown_skill(),
        ],
        remedies: vec![
            Remedy::new(t!("finding.label_noise.correct"), t!("finding.label_noise.correct.help"))
                .with("label_flip", Value::Number(0.0)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "mislabelled_class";

    const MOVED: &str = "400 | recall .9 .2 | transfer .95 .1";

    #[test]
    fn fires_when_neighbours_and_model_agree_on_another_label() {
        check(
            RULE,
            "data=linear&label_flip=0.8&flip_from=1&flip_to=0",
            MOVED,
            "since 20: Correct the labels (restart)",
        );
    }

    #[test]
    fn silent_when_no_label_is_missing() {
        check(RULE, "data=linear", MOVED, "no finding");
    }

    #[test]
    fn silent_when_classes_are_mixed_up_both_ways_or_the_model_knows_better() {
        let settings = "data=linear&label_flip=0.8&flip_from=1&flip_to=0";
        check(RULE, settings, &MOVED.replace("transfer .95 .1", "transfer .5 .4"), "no finding");
        check(RULE, settings, &MOVED.replace("recall .9 .2", "recall .9 .95"), "no finding");
        check(RULE, "data=linear&imbalance=9", MOVED, "no finding");
    }
}
