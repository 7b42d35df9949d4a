//! The checklist on runs written as text, and its words.

use super::*;
use crate::diagnosis::fixture::replay;
use crate::experiment::link;
use crate::words;
use std::path::Path;

/// What every row says of a run: "data:fine augmentation:unknown …".
fn check(settings: &str, course: &str, expected: &str) {
    let linked = link::read(settings);
    assert!(linked.notices.is_empty(), "{:?}", linked.notices);
    let history = replay(&linked.experiment, course);
    let found = fill(&history, &linked.experiment);
    let states: Vec<String> =
        ROWS.iter().zip(&found).map(|(row, found)| format!("{}:{}", row.id, found.state.name())).collect();
    assert_eq!(states.join(" "), expected, "{settings}");
    for found in found {
        assert!(words::find(found.why).is_some(), "{} has no words", found.why);
        for (key, _) in found.numbers {
            assert!(words::find(key).is_some(), "{key} has no words");
        }
    }
}

#[test]
fn a_healthy_run_is_fine_everywhere() {
    check(
        "data=gaussians",
        "400 | recall .9 .9",
        "data:fine augmentation:not_applicable imbalance:fine architecture:fine learning_rate:fine validation:fine",
    );
}

#[test]
fn before_training_only_settings_are_known() {
    check(
        "data=gaussians&imbalance=99",
        "0 | recall 1 0",
        "data:fine augmentation:not_applicable imbalance:look architecture:unknown learning_rate:unknown validation:unknown",
    );
}

#[test]
fn a_lost_rare_class_is_seen_until_it_is_found() {
    check(
        "data=gaussians&imbalance=99",
        "400 | recall 1 0",
        "data:fine augmentation:not_applicable imbalance:look architecture:fine learning_rate:fine validation:look",
    );
    check(
        "data=gaussians&imbalance=99",
        "400 | recall .9 .8",
        "data:fine augmentation:not_applicable imbalance:fine architecture:fine learning_rate:fine validation:fine",
    );
}

#[test]
fn without_signal_the_data_are_to_blame() {
    check(
        "data=gaussians&separation=0",
        "400 | recall .5 .5",
        "data:look augmentation:not_applicable imbalance:fine architecture:fine learning_rate:fine validation:look",
    );
}

#[test]
fn equal_weights_are_seen_before_the_first_step() {
    check(
        "data=linear&init=zeros",
        "0 | recall 1 0",
        "data:fine augmentation:not_applicable imbalance:fine architecture:look learning_rate:unknown validation:unknown",
    );
}

#[test]
fn a_diverged_run_points_at_the_learning_rate() {
    check(
        "data=linear&learning_rate=10",
        "400 | nan",
        "data:fine augmentation:not_applicable imbalance:fine architecture:fine learning_rate:look validation:look",
    );
}

#[test]
fn every_row_has_words_and_the_states_too() {
    assert_eq!(ROWS.len(), 6);
    for row in ROWS {
        for key in [format!("checklist.{}", row.id), format!("checklist.{}.show", row.id)] {
            assert!(words::find(&key).is_some(), "{key}");
        }
    }
    for state in State::ALL {
        assert_eq!(State::named(state.name()), Some(state));
        assert!(words::find(&format!("checklist.state.{}", state.name())).is_some());
    }
    // Every reason a row can give is in its source.
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/page/checklist/row.rs");
    let source = std::fs::read_to_string(source).expect("readable");
    for key in source.split('"').filter(|text| text.starts_with("checklist.")) {
        assert!(words::find(key).is_some(), "{key} has no words");
    }
}
