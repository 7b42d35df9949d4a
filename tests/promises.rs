//! Every scenario keeps its promise, with the real trainer, over five seeds.
#![cfg(feature = "cpu")]

mod support;

use VerdictKind::{Collapsed, Guessing, Healthy, Learning, NotStarted, Recovered};
use collapse_lab::diagnosis::{self, VerdictKind};
use collapse_lab::experiment::knob::Timing;
use collapse_lab::experiment::scenario::{self, Expectation, SCENARIOS, Scenario};
use collapse_lab::experiment::{Experiment, Seeds, Weighting};
use collapse_lab::protocol::{Command, Event};
use collapse_lab::telemetry::History;
use support::{RUN, Talk, start};

fn each(check: impl Fn(&Scenario, Experiment)) {
    for scenario in SCENARIOS {
        for seed in 1..=5 {
            let seeds = Seeds { data: seed, weights: seed, order: seed };
            check(scenario, Experiment { seeds, ..scenario.experiment() });
        }
    }
}

#[test]
fn what_collapses_is_explained_and_recovers_with_its_cure() {
    each(|scenario, experiment| {
        let Expectation::CollapsesThenRecovers { by_step, after_steps } = scenario.expectation else {
            return;
        };
        let mut run = Watched::begin(&experiment);
        run.train(by_step);
        let name = format!("{}, seed {}: {}", scenario.id, experiment.seeds.data, run.story());
        assert!(run.kind().is_collapse(), "{name}");
        let findings = diagnosis::findings(&run.history, &experiment, &[]);
        assert!(findings.iter().any(|f| f.until.is_none() && !f.remedies.is_empty()), "{name}: {findings:?}");

        let remedy = scenario.remedy().expect("a collapse has a cure");
        let cured = remedy.apply(&experiment);
        let expected: &[_] = match remedy.timing() {
            Timing::Live => {
                run.adjust(cured);
                &[Recovered]
            }
            Timing::Restart => {
                run = Watched::begin(&cured);
                &[Healthy, Recovered]
            }
        };
        run.train(after_steps);
        let story = run.story();
        assert!(expected.contains(&run.kind()), "{}, seed {}: {story}", scenario.id, experiment.seeds.data);
    });
}

#[test]
fn without_signal_nothing_is_ever_learned() {
    each(|scenario, experiment| {
        let Expectation::NoSignal { by_step } = scenario.expectation else { return };
        let mut run = Watched::begin(&experiment);
        run.train(by_step);
        assert!(matches!(run.kind(), Collapsed | Guessing), "{}: {}", scenario.id, run.story());
        run.train(by_step);
        let learned = run.states.iter().any(|(_, kind)| matches!(kind, Learning | Healthy | Recovered));
        assert!(!learned, "{}: {}", scenario.id, run.story());
    });
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

#[test]
fn healthy_runs_raise_no_alarm() {
    each(|scenario, experiment| {
        let Expectation::Healthy { by_step } = scenario.expectation else { return };
        let mut run = Watched::begin(&experiment);
        run.train(by_step);
        let alarm = run.states.iter().any(|(_, kind)| !matches!(kind, NotStarted | Learning | Healthy));
        assert!(run.kind() == Healthy && !alarm, "{}", run.story());
        assert_eq!(diagnosis::findings(&run.history, &experiment, &[]), []);
    });
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
