//! Every scenario keeps its promise, with the real trainer, over five seeds.
#![cfg(feature = "cpu")]

mod support;

use VerdictKind::{Collapsed, Guessing, Healthy, Learning, NotStarted, Recovered};
use collapse_lab::diagnosis::{self, VerdictKind};
use collapse_lab::experiment::knob::Timing;
use collapse_lab::experiment::scenario::{self, Expectation, Oddity, SCENARIOS, Scenario};
use collapse_lab::experiment::{Experiment, Seeds, Weighting};
use support::watched::{Watched, in_parallel};

/// Collapses whose cause no rule knows, so that no finding offers a cure and the page shows the
/// scenario's own.
const UNEXPLAINED: &[&str] = &[];

#[test]
fn every_scenario_keeps_its_promise() {
    let seeds = |scenario| (1..=5).map(move |seed| (scenario, seed));
    let runs: Vec<(&Scenario, u32)> = SCENARIOS.iter().flat_map(seeds).collect();
    let kept = in_parallel(&runs, |(scenario, seed)| {
        let seeds = Seeds { data: *seed, weights: *seed, order: *seed };
        keeps(scenario, Experiment { seeds, ..scenario.experiment() })
    });
    let mut broken = Vec::new();
    for (scenario, kept) in SCENARIOS.iter().zip(kept.chunks(5)) {
        let failures: Vec<_> =
            (1..).zip(kept).filter_map(|(seed, kept)| Some((seed, kept.as_ref().err()?))).collect();
        broken.extend(failures.iter().map(|(seed, why)| format!("{}, seed {seed}: {why}", scenario.id)));
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Holds one run to its scenario's promise.
fn keeps(scenario: &Scenario, experiment: Experiment) -> Result<(), String> {
    match scenario.expectation {
        Expectation::Collapses { by_step, after_steps } => {
            let mut run = Watched::begin(&experiment);
            run.train(by_step);
            holds(run.kind().is_collapse(), &run)?;
            let findings = diagnosis::findings(&run.history, &experiment, &[]);
            let explained = findings.iter().any(|f| f.until.is_none() && !f.remedies.is_empty());
            holds(explained != UNEXPLAINED.contains(&scenario.id), &run)
                .map_err(|story| format!("explained: {explained}; {story}"))?;
            let remedy = scenario.remedy().ok_or("a collapse has a cure")?;
            let mut run = run.cured(&remedy);
            run.train(after_steps);
            // A run that goes on must be seen to have recovered from what was seen before.
            let restarted = remedy.timing() == Timing::Restart;
            holds(run.kind() == Recovered || restarted && run.kind() == Healthy, &run)
        }
        Expectation::Fails { by_step, skill_below, after_steps } => {
            let mut run = Watched::begin(&experiment);
            run.train(by_step);
            let failed = run.skill().high < skill_below || run.kind() == VerdictKind::Diverged;
            holds(failed, &run)?;
            let mut run = run.cured(&scenario.remedy().ok_or("a failure has a cure")?);
            run.train(after_steps);
            holds(matches!(run.kind(), Healthy | Recovered) && run.skill().low > skill_below, &run)
        }
        Expectation::NoSignal { by_step } => {
            let mut run = Watched::begin(&experiment);
            run.train(by_step);
            holds(matches!(run.kind(), Collapsed | Guessing), &run)?;
            run.train(by_step);
            holds(!run.states.iter().any(|(_, kind)| matches!(kind, Learning | Healthy | Recovered)), &run)
        }
        Expectation::Healthy { by_step } => {
            let mut run = Watched::begin(&experiment);
            run.train(by_step);
            let alarm = run.states.iter().any(|(_, kind)| !matches!(kind, NotStarted | Learning | Healthy));
            holds(run.kind() == Healthy && !alarm, &run)?;
            holds(diagnosis::findings(&run.history, &experiment, &[]).is_empty(), &run)
        }
        Expectation::Odd { oddity, by_step } => {
            let mut run = Watched::begin(&experiment);
            run.train(by_step);
            holds(matches!(run.kind(), Healthy | Recovered), &run)?;
            holds(is_seen(oddity, &run), &run).map_err(|story| format!("{oddity:?} is not seen; {story}"))
        }
    }
}

fn holds(promise: bool, run: &Watched) -> Result<(), String> {
    if promise { Ok(()) } else { Err(run.story()) }
}

fn is_seen(oddity: Oddity, run: &Watched) -> bool {
    let lanes = || run.history.snapshots().iter().map(|snapshot| &snapshot.lanes[0]);
    let Some(first) = lanes().next() else { return false };
    match oddity {
        Oddity::LossSpike(factor) => {
            // From a low to a later high.
            let mut lowest = f32::INFINITY;
            lanes().any(|lane| {
                lowest = lowest.min(lane.loss_train);
                lane.loss_train >= factor * lowest
            })
        }
        Oddity::LowCeiling(skill) => {
            let classes = run.experiment.classes() as f32;
            let ceiling =
                run.experiment.bayes_accuracy().map(|best| (best * classes - 1.0) / (classes - 1.0));
            let reached = run.skill().high;
            ceiling.is_some_and(|ceiling| ceiling < skill && run.skill().low <= ceiling && reached >= ceiling)
        }
        Oddity::Imbalance(ratio) => {
            let shares = run.experiment.class_shares();
            let most = shares.iter().copied().fold(0.0, f32::max);
            let least = shares.iter().copied().fold(1.0, f32::min);
            most >= ratio * least
        }
        Oddity::FewClassesAtFirst(classes) => first.confusion.effective_classes() < classes,
    }
}

#[test]
fn class_weights_without_signal_only_spread_the_guesses() {
    let mut experiment = scenario::named("imbalance_as_written").expect("in the table").experiment();
    let mut run = Watched::begin(&experiment);
    run.train(400);
    assert_eq!(run.kind(), Collapsed, "{}", run.story());
    experiment.live.weighting = Weighting::InverseFrequency;
    run.adjust(experiment.clone());
    run.train(1000);
    assert_eq!(run.kind(), Guessing, "{}", run.story());
    let findings = diagnosis::findings(&run.history, &experiment, &[]);
    assert!(findings[0].cause.contains("only the guesses were spread"), "{findings:?}");
}

/// What the page opens with answers to the imbalance slider within seconds, both ways.
#[test]
fn dragging_the_balance_closes_the_opening_page_and_opens_it_again() {
    for seed in 1..=5 {
        let mut experiment = SCENARIOS[0].experiment();
        experiment.seeds = Seeds { data: seed, weights: seed, order: seed };
        let mut run = Watched::begin(&experiment);
        run.train(1000);
        assert_eq!(run.kind(), Healthy, "seed {seed}: {}", run.story());
        experiment.live.imbalance = 1000.0;
        run.adjust(experiment.clone());
        run.train(1000);
        assert_eq!(run.kind(), Collapsed, "seed {seed}: {}", run.story());
        experiment.live.imbalance = 1.0;
        run.adjust(experiment.clone());
        run.train(500);
        assert_eq!(run.kind(), Recovered, "seed {seed}: {}", run.story());
    }
}
