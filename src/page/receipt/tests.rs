//! Receipts survive their texts, and nothing that was changed passes.

use super::*;
use crate::telemetry::Confusion;

fn receipt() -> Receipt {
    let mut experiment = Experiment::default();
    let mut course = Vec::new();
    note(&mut course, 0, &experiment);
    experiment.live.imbalance = 99.0;
    note(&mut course, 120, &experiment);
    let lane = LaneSnapshot {
        loss_train: 0.1,
        loss_probe: 0.25,
        accuracy_train: 0.9,
        confusion: Confusion::from_rows(&[&[45, 5], &[10, 40]]),
        class_shares: vec![0.5, 0.5],
        learning_rate: 1e-3,
        grad_norm: vec![],
        update_ratio: vec![],
        dead_share: vec![],
        vitals: crate::telemetry::Vitals::default(),
    };
    Receipt {
        name: "Zoë Müller".to_owned(),
        date: "2026-11-23".to_owned(),
        course: course.iter().map(|(step, experiment)| (*step, link::write(experiment))).collect(),
        step: 400,
        backend: "cpu".to_owned(),
        build: "abc123".to_owned(),
        measured: Measured::of(&lane),
        verdict: "healthy".to_owned(),
        goal: Some(("balanced_accuracy>=0.8@400".to_owned(), Some(220))),
        task: Some("7 solved in 2".to_owned()),
    }
}

#[test]
fn a_receipt_survives_link_and_file() {
    let receipt = receipt();
    let token = receipt.token();
    assert_eq!(Receipt::read(&token), Ok(receipt.clone()));
    assert_eq!(Receipt::read(&format!(" https://example.org/lab/#receipt={token}\n")), Ok(receipt.clone()));
    assert_eq!(Receipt::read_file(&receipt.file()), Ok(receipt.clone()));
    let (first, second) = (receipt.experiments()[0].1.clone(), receipt.experiments()[1].1.clone());
    assert_eq!((first.live.imbalance, second.live.imbalance), (1.0, 99.0));
    let diverged = Receipt { measured: Measured { loss: None, ..receipt.measured.clone() }, ..receipt };
    assert_eq!(Receipt::read(&diverged.token()), Ok(diverged.clone()));
    assert_eq!(Receipt::read_file(&diverged.file()), Ok(diverged));
}

#[test]
fn every_changed_character_and_every_cut_is_noticed() {
    let token = receipt().token();
    for at in 0..token.len() {
        let other = if &token[at..=at] == "A" { "B" } else { "A" };
        let changed = [&token[..at], other, &token[at + 1..]].concat();
        // The last character may carry bits that make no whole byte.
        let same_bytes = code::read(&changed) == code::read(&token);
        assert!(same_bytes || Receipt::read(&changed).is_err(), "character {at}");
        assert!(Receipt::read(&token[..at]).is_err(), "cut at {at}");
    }
    assert_eq!(Receipt::read(&token[..token.len() - 4]), Err(Broken::Checksum));
    assert_eq!(Receipt::read("abc"), Err(Broken::Short));
    assert_eq!(Receipt::read("abc$"), Err(Broken::Character('$', 4)));
}

#[test]
fn an_edited_file_is_noticed_and_named() {
    let file = receipt().file();
    let better = file.replace("\"balanced_accuracy\": 0.85", "\"balanced_accuracy\": 0.99");
    assert_ne!(better, file);
    assert_eq!(Receipt::read_file(&better), Err(Broken::Checksum));
    assert_eq!(Receipt::read_file(&file.replace("Zoë", "Zoe")), Err(Broken::Checksum));
    let lacking = file.replace("\"verdict\"", "\"verdikt\"");
    assert!(matches!(Receipt::read_file(&lacking), Err(Broken::File(reason)) if reason.contains("verdict")));
    assert!(matches!(Receipt::read_file("hello"), Err(Broken::File(_))));
    assert_eq!(Receipt::read_file(&file.replace("\"version\": 1", "\"version\": 9")), Err(Broken::Newer(9)));
}

#[test]
fn a_valid_checksum_makes_no_sense_of_nonsense() {
    let upside_down = Receipt { course: vec![(5, "v=1".to_owned()), (0, "v=1".to_owned())], ..receipt() };
    assert_eq!(Receipt::read(&upside_down.token()), Err(Broken::Contents));
    let late = Receipt { step: 100, ..receipt() };
    assert_eq!(Receipt::read_file(&late.file()), Err(Broken::Contents));
}

#[test]
fn a_second_run_is_exact_in_the_same_place_and_near_elsewhere() {
    let receipt = receipt();
    let agrees = |now: &Measured, backend, build: &str| {
        receipt.compare(now, backend, build).iter().all(|line| line.agrees)
    };
    let mut now = receipt.measured.clone();
    assert!(agrees(&now, Backend::Cpu, "abc123"));
    now.balanced_accuracy = Some(0.86);
    assert!(!agrees(&now, Backend::Cpu, "abc123"));
    assert!(agrees(&now, Backend::Gpu, "abc123"));
    assert!(agrees(&now, Backend::Cpu, "later"));
    now.balanced_accuracy = Some(0.6);
    assert!(!agrees(&now, Backend::Cpu, "later"));
    now.balanced_accuracy = None;
    assert!(!agrees(&now, Backend::Gpu, "later"));
}

#[test]
fn a_course_keeps_what_counted_at_each_step() {
    let mut course = Vec::new();
    let mut experiment = Experiment::default();
    note(&mut course, 0, &experiment);
    for (step, imbalance) in [(10, 2.0), (10, 5.0), (30, 5.0), (40, 1.0)] {
        experiment.live.imbalance = imbalance;
        note(&mut course, step, &experiment);
    }
    let kept: Vec<_> = course.iter().map(|(step, experiment)| (*step, experiment.live.imbalance)).collect();
    assert_eq!(kept, [(0, 1.0), (10, 5.0), (40, 1.0)]);
}
