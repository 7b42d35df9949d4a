//! `check(rule, settings, history, expected)`: what a rule finds in a small run written as text.

use super::*;
use crate::diagnosis::fixture::replay;
use crate::diagnosis::{self, findings};
use crate::experiment::knob::Timing;
use crate::experiment::link;
use crate::telemetry::History;

/// The rule's finding in `history` (see [`replay`]), classes named by digits.
pub fn found(rule: &str, settings: &str, history: &str) -> Option<Finding> {
    assert!(RULES.iter().any(|known| known.name == rule), "no rule {rule}");
    let linked = link::read(settings);
    assert_eq!(linked.notices, Vec::<String>::new());
    let experiment = linked.experiment;
    let classes: Vec<String> = (0..experiment.classes()).map(|class| class.to_string()).collect();
    findings(&replay(&experiment, history), &experiment, &classes).into_iter().find(|f| f.rule == rule)
}

/// Asserts "no finding" or "since 20 until 420: Remedy (live), Remedy (restart)".
pub fn check(rule: &str, settings: &str, history: &str, expected: &str) {
    let Some(finding) = found(rule, settings, history) else {
        assert_eq!("no finding", expected, "{settings} / {history}");
        return;
    };
    assert!((2..=4).contains(&finding.evidence.len()), "two to four numbers: {finding:?}");
    let until = finding.until.map_or(String::new(), |until| format!(" until {until}"));
    let remedies: Vec<_> = finding.remedies.iter().map(button).collect();
    let remedies = if remedies.is_empty() { "no remedy".to_owned() } else { remedies.join(", ") };
    assert_eq!(format!("since {}{until}: {remedies}", finding.since), expected, "{settings} / {history}");
}

fn button(remedy: &Remedy) -> String {
    let timing = if remedy.timing() == Timing::Live { "live" } else { "restart" };
    format!("{} ({timing})", remedy.label)
}

#[test]
fn nothing_is_found_in_a_healthy_or_empty_run() {
    let experiment = Experiment::default();
    let healthy = "400 | recall .9 .9 .9 .9 .9 .9 .9 .9 .9 .9 | loss .2 | train .95 | update .003 | dead .1";
    for history in ["", healthy] {
        assert_eq!(findings(&replay(&experiment, history), &experiment, &[]), []);
    }
}

#[test]
fn what_is_remembered_changes_nothing_that_is_said() {
    let mut experiment = link::read("data=linear&learning_rate=1&imbalance=99").experiment;
    let course =
        "300 | recall .9 .9\n700 | recall 1 0 | loss 9 | dead .95\n14000 | recall .8 .9 | loss .4 | dead .1";
    let whole = replay(&experiment, course);
    let mut history = History::default();
    let mut memory = diagnosis::Memory::default();
    let mut check = |history: &History, experiment: &Experiment| {
        let (judged, found) =
            (memory.judge(history, experiment, &[]), memory.findings(history, experiment, &[]));
        assert_eq!(judged, diagnosis::judge(history, experiment));
        assert_eq!(found, findings(history, experiment, &[]));
    };
    check(&history, &experiment);
    // Past its capacity a history is thinned.
    assert!(whole.snapshots().len() > 300);
    let origin = whole.origin().expect("measured").clone();
    for (index, snapshot) in whole.snapshots().iter().enumerate() {
        let mut snapshot = snapshot.clone();
        if index == 1 {
            snapshot.lanes[0].vitals.origin = Some(Box::new(origin.clone()));
        }
        history.push(snapshot);
        if index % 7 == 0 {
            check(&history, &experiment);
        }
    }
    experiment.live.learning_rate = 0.001;
    check(&history, &experiment);
    // Back at a checkpoint, and on with other numbers at the same steps.
    history.truncate(400);
    let mut other = whole.snapshots()[30].clone();
    other.step = history.last().expect("some are left").step + 20;
    other.lanes[0].loss_train = 0.3;
    history.push(other);
    check(&history, &experiment);
    check(&History::default(), &Experiment::default());
}

#[test]
fn a_symptom_waits_for_the_burn_in_and_three_snapshots() {
    let imbalanced = "data=gaussians&imbalance=99";
    check("class_imbalance", imbalanced, "40 | recall 1 0", "no finding");
    check("class_imbalance", imbalanced, "200 | recall .9 .9\n240 | recall 1 0", "no finding");
    let one_gap = "200 | recall 1 0\n220 | recall .9 .9\n300 | recall 1 0";
    assert_eq!(found("class_imbalance", imbalanced, one_gap).expect("fires").since, 20);
}

#[test]
fn causes_do_not_silence_each_other_and_keep_their_order() {
    let experiment = link::read("data=linear&learning_rate=1&imbalance=99").experiment;
    let history = replay(&experiment, "400 | recall 1 0 | loss 9 | dead .95");
    let rules: Vec<_> = findings(&history, &experiment, &[]).iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["class_imbalance", "learning_rate_high", "dead_units"]);
}

#[test]
fn names_are_unique() {
    for (index, rule) in RULES.iter().enumerate() {
        assert!(RULES[index + 1..].iter().all(|other| other.name != rule.name), "{}", rule.name);
    }
}
