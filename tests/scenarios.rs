//! Every scenario keeps its promise over five seeds of weights and order, on the real trainer.
#![cfg(feature = "cpu")]

mod support;

use collapse_lab::diagnosis::{self, Verdict, VerdictKind};
use collapse_lab::experiment::Experiment;
use collapse_lab::experiment::knob::Timing;
use collapse_lab::experiment::scenario::{Expectation, SCENARIOS, Scenario};
use collapse_lab::protocol::Command;
use collapse_lab::telemetry::History;
use support::{RUN, Talk, start};

const SEEDS: u32 = 5;
/// Seeds of five that must keep the promise: chance may spare or spoil one.
const KEPT: usize = 4;
/// Steps between looks.
const LOOK: u32 = 10;

/// A run, its history and what the visitor would read.
struct Lab {
    talk: Talk,
    history: History,
    experiment: Experiment,
}

impl Lab {
    fn new(experiment: Experiment) -> Self {
        let mut talk = Talk::with_public();
        let events = talk.say(start(RUN, experiment.clone(), None, false));
        assert_eq!(events.len(), 1, "{events:?}");
        let history = History::default();
        Self { talk, history, experiment }
    }

    fn train(&mut self, steps: u32) -> Verdict {
        for _ in 0..steps / LOOK {
            self.history.push(self.talk.step(LOOK));
        }
        diagnosis::judge(&self.history, &self.experiment)
    }
}

fn keeps(scenario: &Scenario, seed: u32) -> Result<(), String> {
    let mut experiment = scenario.experiment();
    experiment.seeds.weights = seed;
    experiment.seeds.order = seed;
    let mut lab = Lab::new(experiment);
    let expect = |verdict: &Verdict, holds: bool, what: &str| {
        let seen = format!("{what}: {:?} \"{}\" {}", verdict.kind, verdict.text, verdict.detail);
        holds.then_some(()).ok_or(seen)
    };
    match scenario.expectation {
        Expectation::Healthy { by_step } => {
            let verdict = lab.train(by_step);
            expect(&verdict, verdict.kind == VerdictKind::Healthy, "should be healthy")
        }
        Expectation::NoSignal { by_step } => {
            let verdict = lab.train(by_step);
            let powerless = matches!(
                verdict.kind,
                VerdictKind::Collapsed | VerdictKind::Guessing | VerdictKind::Diverged
            );
            expect(&verdict, powerless && verdict.no_signal, "should have no signal")?;
            // Whatever is tried, nothing recovers.
            let Some(remedy) = scenario.remedy() else { return Ok(()) };
            let mut cured = Lab::new(remedy.apply(&lab.experiment));
            let verdict = cured.train(by_step);
            let powerless = !matches!(verdict.kind, VerdictKind::Healthy | VerdictKind::Recovered);
            expect(&verdict, powerless, "must not recover without signal")
        }
        Expectation::CollapsesThenRecovers { by_step, after_steps } => {
            let verdict = lab.train(by_step);
            expect(&verdict, verdict.kind.is_collapse(), "should have collapsed")?;
            let remedy = scenario.remedy().ok_or("has no cure")?;
            let cured = remedy.apply(&lab.experiment);
            if remedy.timing() == Timing::Restart {
                lab = Lab::new(cured);
            } else {
                let live = Box::new(cured.live.clone());
                lab.talk.say(Command::Adjust { run: RUN, request: 1, live, fork: false });
                lab.experiment = cured;
            }
            let verdict = lab.train(after_steps);
            let skill = lab.history.last().map_or(-1.0, |last| last.lanes[0].confusion.skill().low);
            let well = match verdict.kind {
                VerdictKind::Recovered => true,
                VerdictKind::Healthy => remedy.timing() == Timing::Restart,
                _ => false,
            };
            expect(&verdict, well && skill > 0.0, "should have recovered")
        }
    }
}

/// One test per scenario, so that they run side by side and a broken promise names itself.
macro_rules! promises {
    ($($id:ident),+ $(,)?) => {
        $(#[test]
        fn $id() {
            let scenario = SCENARIOS.iter().find(|s| s.id == stringify!($id)).expect("in the table");
            let outcomes: Vec<_> = (1..=SEEDS).map(|seed| keeps(scenario, seed)).collect();
            let kept = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
            for (seed, outcome) in (1..).zip(&outcomes) {
                println!("{} seed {seed}: {outcome:?}", scenario.id);
            }
            assert!(kept >= KEPT, "kept by {kept} of {SEEDS} seeds: {outcomes:#?}");
        })+

        #[test]
        fn every_scenario_is_tested() {
            let tested = [$(stringify!($id)),+];
            let listed: Vec<_> = SCENARIOS.iter().map(|scenario| scenario.id).collect();
            assert_eq!(listed, tested);
        }
    };
}

promises!(
    digits,
    digits_majority,
    digits_starved,
    imbalance,
    augmentation,
    learning_rate,
    imbalance_as_written,
    augmentation_as_written,
    learning_rate_as_written,
);
