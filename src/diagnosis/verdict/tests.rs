//! `check(settings, history, expected)`: the verdicts along small runs written as text.

use super::*;
use crate::diagnosis::fixture::replay;
use crate::diagnosis::judge_named as judge;
use crate::experiment::link;
use VerdictKind::{
    Collapsed, Diverged, Guessing, Healthy, Learning, MinorityCollapse, NotStarted, Recovered,
};

/// Asserts every change of verdict as the run in `history` grows, "60 collapsed, 440 recovered".
fn check(settings: &str, history: &str, expected: &str) {
    let experiment = link::read(settings).experiment;
    let whole = replay(&experiment, history);
    let mut growing = History::default();
    let mut changes = Vec::new();
    let mut before = judge(&growing, &experiment, &[]).kind;
    for snapshot in whole.snapshots() {
        growing.push(snapshot.clone());
        let now = judge(&growing, &experiment, &[]).kind;
        if now != before {
            changes.push(format!("{} {}", snapshot.step, now.name()));
            before = now;
        }
    }
    assert_eq!(changes.join(", "), expected, "{settings} / {history}");
}

const DIGITS: &str = "recall .9 .9 .9 .9 .9 .9 .9 .9 .9 .9";
const NO_THREE: &str = "recall .9 .9 .9 0 .9 .9 .9 .9 .9 .9";

#[test]
fn collapse_and_recovery() {
    check("data=gaussians", "400 | recall 1 0\n600 | recall .9 .88", "60 collapsed, 440 recovered");
    check("data=gaussians", "400 | recall .9 .9\n600 | recall 1 0", "60 healthy, 460 collapsed");
    check("", &format!("1000 | {NO_THREE}\n1400 | {DIGITS}"), "80 minority_collapse, 1040 recovered");
}

#[test]
fn the_last_look_of_a_run_needs_no_second() {
    let late = "400 | recall 1 0\n420 | recall .9 .88";
    check("data=gaussians", late, "60 collapsed");
    check("data=gaussians&steps=420", late, "60 collapsed, 420 recovered");
    // An alarm still does, unless nothing was known before.
    check("data=gaussians&steps=420", "400 | recall .9 .9\n420 | recall 1 0", "60 healthy");
    check("data=gaussians&steps=60", "40 | recall .9 .9\n60 | recall 1 0", "60 collapsed");
}

#[test]
fn a_second_collapse_is_one_again() {
    let twice = "400 | recall 1 0\n600 | recall .9 .9\n800 | recall 0 1\n1000 | recall .9 .9";
    check("data=gaussians", twice, "60 collapsed, 440 recovered, 660 collapsed, 840 recovered");
}

#[test]
fn recovered_needs_skill_not_only_spread() {
    check("data=gaussians", "400 | recall 1 0\n600 | recall .5 .5", "60 collapsed, 460 guessing");
    check(
        "data=gaussians",
        "400 | recall 1 0\n600 | recall .5 .5\n800 | recall .8 .8",
        "60 collapsed, 460 guessing, 640 recovered",
    );
}

#[test]
fn recovered_needs_every_class() {
    // Skill 0.32 and the answers spread, yet classes 6 to 9 are still lost.
    let half = "1000 | recall 1 0 0 0 0 0 0 0 0 0 | to 0\n1400 | recall .9 .6 .6 .6 .6 .6 0 0 0 0 | to";
    check("", half, "60 collapsed, 1060 minority_collapse");
}

#[test]
fn without_signal_nothing_is_ever_learned() {
    let lucky = "400 | recall .6 .6\n600 | recall 1 0\n800 | recall .7 .7";
    check("data=noise", lucky, "60 guessing, 460 collapsed, 660 guessing");
    let experiment = link::read("data=noise").experiment;
    let verdict = judge(&replay(&experiment, lucky), &experiment, &[]);
    assert!(verdict.no_signal && verdict.text.contains("no setting can cure it"), "{verdict:?}");
}

#[test]
fn no_alarm_before_the_burn_in_or_for_a_dip() {
    check("data=gaussians", "40 | recall 1 0\n400 | recall .95 .95", "80 healthy");
    check("data=gaussians", "400 | recall .9 .9\n440 | recall 1 0\n800 | recall .9 .9", "60 healthy");
    check("data=gaussians", "400 | recall 1 0\n420 | recall .9 .9\n800 | recall 1 0", "60 collapsed");
}

#[test]
fn the_border_does_not_flicker() {
    // Collapse 0.78 enters; 0.66 alternating with it does not leave.
    let border: String = (0..20)
        .map(|i| format!("{} | recall {}\n", 400 + 20 * i, if i % 2 == 0 { "1 .11" } else { "1 .17" }))
        .collect();
    check("data=gaussians", &format!("380 | recall 1 .1\n{border}"), "60 collapsed");
}

#[test]
fn wavering_between_two_alarms_is_alarming() {
    let wavering: String =
        (1..=10).map(|i| format!("{} | recall {}\n", 20 * i, ["1 .1", "1 .2"][i % 2])).collect();
    check("data=noise", &wavering, "60 guessing");
}

#[test]
fn learning_while_skill_rises_and_classes_come_one_by_one() {
    let rising = format!(
        "20 | recall .3 .3 .2 .2 .2 0 0 .1 .1 .1
        40 | recall .5 .5 .3 .3 .3 0 0 .2 .2 .2
        60 | recall .7 .7 .5 .5 .5 0 0 .3 .3 .3
        80 | recall .9 .9 .7 .7 .7 0 0 .3 .3 .3
        140 | recall .9 .9 .8 .8 .8 0 .6 .5 .5 .5
        1000 | {DIGITS}"
    );
    check("", &rising, "60 learning, 180 healthy");
}

#[test]
fn a_low_ceiling_is_healthy_once_settled() {
    check("data=gaussians&separation=0.2", "1000 | recall .62 .62", "60 healthy");
}

#[test]
fn divergence_needs_no_patience() {
    check("data=gaussians", "20 | recall .5 .5\n40 | nan", "40 diverged");
    let experiment = Experiment::default();
    let verdict = judge(&replay(&experiment, "40 | nan"), &experiment, &[]);
    assert_eq!((verdict.kind, verdict.detail.as_str()), (Diverged, "no prediction is a number"));
}

#[test]
fn words_and_numbers_of_a_collapse() {
    let experiment = link::read("data=shapes").experiment;
    let history = replay(&experiment, "400 | recall 0 1");
    let verdict = judge(&history, &experiment, &["disc".to_owned(), "ring".to_owned()]);
    assert_eq!(verdict.text, "Collapsed: 100% of predictions are “ring”.");
    assert_eq!(verdict.detail, "uses 1.0 of 2 classes; skill 0.00 (-0.02 to 0.02)");
    assert_eq!(verdict.class, Some(1));
    assert_eq!(judge(&History::default(), &experiment, &[]).text, "Not started.");
}

#[test]
fn a_marker_remembers_a_collapse_that_was_thinned_out() {
    let experiment = Experiment::default();
    let mut history = replay(&experiment, &format!("400 | {DIGITS}"));
    assert_eq!(judge(&history, &experiment, &[]).kind, Healthy);
    history.mark(100, MarkerKind::Collapsed, "collapsed");
    assert_eq!(judge(&history, &experiment, &[]).kind, Recovered);
}

#[test]
fn long_runs_keep_their_verdict_when_thinned() {
    let experiment = link::read("data=gaussians").experiment;
    let whole = replay(&experiment, "8000 | recall 1 0\n20000 | recall .9 .9");
    assert!(whole.snapshots().len() < History::CAPACITY);
    assert_eq!(judge(&whole, &experiment, &[]).kind, Recovered);
}

#[test]
fn kinds_have_distinct_names_and_markers_only_for_events() {
    for (index, kind) in VerdictKind::ALL.into_iter().enumerate() {
        assert!(VerdictKind::ALL[index + 1..].iter().all(|other| other.name() != kind.name()));
    }
    assert_eq!(MinorityCollapse.marker(), Some(MarkerKind::Collapsed));
    assert!([NotStarted, Learning, Guessing, Healthy].iter().all(|kind| kind.marker().is_none()));
    assert!(Collapsed.is_collapse() && !Guessing.is_collapse());
}
