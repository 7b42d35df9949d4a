//! Every fault of the challenge mode really spoils its base, with the real trainer, over three seeds.
#![cfg(feature = "cpu")]

mod support;

use collapse_lab::experiment::{Experiment, Seeds, link};
use collapse_lab::page::challenge::{BASES, CAUSES};
use collapse_lab::protocol::Event;
use std::sync::Mutex;
use support::{RUN, Talk, start};

/// Skill after the base's steps: 0 is chance, 1 perfect. A model that has diverged has none.
fn skill(experiment: &Experiment) -> f32 {
    let mut talk = Talk::with_public();
    let events = talk.say(start(RUN, experiment.clone(), None, false));
    assert!(matches!(events[..], [Event::Started { .. }]), "{events:?}");
    let snapshot = talk.step(experiment.live.steps);
    let lane = &snapshot.lanes[0];
    if lane.is_diverged() { 0.0 } else { lane.confusion.skill().value }
}

fn read(settings: &str, seed: u32) -> Experiment {
    let linked = link::read(settings);
    assert!(linked.notices.is_empty() && linked.unknown.is_empty(), "{linked:?}");
    Experiment { seeds: Seeds { data: seed, weights: seed, order: seed }, ..linked.experiment }
}

#[test]
fn every_fault_takes_away_what_its_base_learns() {
    let mut jobs: Vec<(String, &str, &str)> =
        BASES.iter().map(|base| (base.settings.to_owned(), base.id, "")).collect();
    for cause in CAUSES {
        for (base, fault) in cause.faults {
            let settings = BASES.iter().find(|known| known.id == *base).expect("a base").settings;
            jobs.push((format!("{settings}&{fault}"), base, fault));
        }
    }
    let todo = Mutex::new(jobs.iter());
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let Some((settings, base, fault)) = todo.lock().expect("no panic").next() else { break };
                    let skills = [1, 2, 3].map(|seed| skill(&read(settings, seed)));
                    // A base stays well above what any spoiled run reaches.
                    let right = skills.iter().all(|skill| match *fault {
                        "" => *skill >= 0.8,
                        _ => *skill <= 0.5,
                    });
                    if !right {
                        wrong.lock().expect("no panic").push(format!("{base} {fault}: {skills:?}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no panic");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
