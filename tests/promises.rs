//! Every scenario keeps its promise, with the real trainer, over five seeds.
#![cfg(feature = "cpu")]

use VerdictKind::{Collapsed, Guessing, Healthy, Learning, NotStarted, Recovered};
use collapse_lab::diagnosis::{self, VerdictKind};
use collapse_lab::experiment::knob::Timing;
use collapse_lab::experiment::scenario::{self, Expectation, SCENARIOS, Scenario};
use collapse_lab::experiment::{Experiment, Seeds, Weighting};
use collapse_lab::protocol::{Backend, Command, Control, Event, RunId};
use collapse_lab::session::{Session, Wait};
use collapse_lab::telemetry::{History, Snapshot};
use std::cell::Cell;

const RUN: RunId = RunId(1);
/// Steps between snapshots.
const STRIDE: u32 = 20;

/// A run observed every [`STRIDE`] steps, judged each time as the page would.
struct Watched {
    session: Session,
    now: Cell<f64>,
    experiment: Experiment,
    history: History,
    /// Each state with the step at which it was first believed.
    states: Vec<(u32, VerdictKind)>,
}

impl Watched {
    fn begin(experiment: &Experiment) -> Self {
        let mut watched = Self {
            session: Session::new(burn::tensor::Device::flex(), Backend::Cpu),
            now: Cell::new(0.0),
            experiment: experiment.clone(),
            history: History::default(),
            states: Vec::new(),
        };
        let experiment = Box::new(experiment.clone());
        watched.say(Command::Start { run: RUN, experiment, from: None, play: false });
        watched
    }

    fn say(&mut self, command: Command) {
        let files = |name: &str| {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/public/");
            std::fs::read(format!("{folder}{name}")).map_err(|error| error.to_string())
        };
        for event in self.session.handle(command, &files, self.now.get()) {
            assert!(!matches!(event, Event::Failed { .. }), "{event:?}");
        }
    }

    /// Changes live knobs as pressing a remedy does.
    fn adjust(&mut self, experiment: Experiment) {
        let live = Box::new(experiment.live.clone());
        self.say(Command::Adjust { run: RUN, request: 0, live, fork: false });
        self.experiment = experiment;
    }

    /// Trains at least that many steps.
    fn train(&mut self, steps: u32) {
        for _ in 0..steps.div_ceil(STRIDE) {
            self.say(Command::Control { run: RUN, request: 0, control: Control::Step(STRIDE) });
            let snapshot = self.look();
            self.history.push(snapshot);
            let kind = self.kind();
            if self.states.last().is_none_or(|(_, last)| *last != kind) {
                let step = self.history.last().map_or(0, |last| last.step);
                if let Some(marker) = kind.marker() {
                    self.history.mark(step, marker, kind.name());
                }
                self.states.push((step, kind));
            }
        }
    }

    fn look(&mut self) -> Snapshot {
        let mut last = None;
        while self.session.wait(self.now.get()) != Wait::ForMessage {
            let clock = || {
                self.now.set(self.now.get() + 1.0);
                self.now.get()
            };
            for event in pollster::block_on(self.session.burst(&clock)) {
                if let Event::Observed { snapshot, .. } = event {
                    last = Some(*snapshot);
                    self.say(Command::Ack { run: RUN });
                }
            }
        }
        last.expect("a look after the steps")
    }

    fn kind(&self) -> VerdictKind {
        diagnosis::judge(&self.history, &self.experiment).kind
    }

    /// Every state so far, for messages: "60 collapsed, 540 recovered; uses 2.0 of …".
    fn story(&self) -> String {
        let states: Vec<_> =
            self.states.iter().map(|(step, kind)| format!("{step} {}", kind.name())).collect();
        format!("{}; {}", states.join(", "), diagnosis::judge(&self.history, &self.experiment).detail)
    }
}

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
        let states: Vec<_> = run.states.iter().map(|(_, kind)| *kind).collect();
        assert_eq!(states, [NotStarted, Learning, Healthy], "{}", run.story());
        assert_eq!(diagnosis::findings(&run.history, &experiment, &[]), []);
    });
}
