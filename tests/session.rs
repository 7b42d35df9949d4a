//! Conversations with the worker's session.
#![cfg(feature = "cpu")]

mod support;

use collapse_lab::experiment::{DataName, Experiment, OptimizerName, Schedule};
use collapse_lab::protocol::{Cell, Command, Control, Event, RunError, RunId};
use support::{RUN, Talk, control, start};

fn gaussians() -> Experiment {
    let mut experiment = Experiment::default();
    experiment.data.name = DataName::Gaussians;
    experiment.live.steps = 300;
    experiment
}

#[test]
fn a_paused_run_shows_step_zero_and_waits() {
    let mut talk = Talk::begun(gaussians(), false);
    let snapshots = talk.until_quiet();
    assert_eq!(snapshots.iter().map(|snapshot| snapshot.step).collect::<Vec<_>>(), [0]);
    assert!(snapshots[0].lanes[0].loss_train.is_nan() && snapshots[0].lanes[0].loss_probe.is_finite());
}

#[test]
fn playing_stops_at_the_budget_with_a_last_look() {
    let mut talk = Talk::begun(gaussians(), true);
    let snapshots = talk.until_quiet();
    assert_eq!(snapshots.last().map(|snapshot| snapshot.step), Some(300));
    assert!(snapshots.windows(2).all(|pair| pair[0].step < pair[1].step));
}

#[test]
fn no_second_snapshot_without_an_acknowledgement() {
    let mut talk = Talk::begun(gaussians(), true);
    let looks =
        |events: Vec<Event>| events.iter().filter(|event| matches!(event, Event::Observed { .. })).count();
    let observed: usize = (0..500).map(|_| looks(talk.burst())).sum();
    assert_eq!(observed, 1);
    talk.say(Command::Ack { run: RUN });
    assert_eq!(looks(talk.burst()), 1);
}

#[test]
fn commands_for_another_run_are_ignored() {
    let mut talk = Talk::begun(gaussians(), true);
    talk.burst();
    let stale = RunId(0);
    let ignored = [
        Command::Control { run: stale, request: 1, control: Control::Pause },
        Command::Ack { run: stale },
        Command::Checkpoint { run: stale },
        Command::Adjust { run: stale, request: 2, live: Box::new(gaussians().live), fork: Some(0) },
    ];
    for command in ignored {
        assert_eq!(talk.say(command), []);
    }
    assert!(!talk.quiet(), "still playing");
}

#[test]
fn pause_takes_effect_within_one_burst() {
    let mut talk = Talk::begun(gaussians(), true);
    for _ in 0..5 {
        talk.burst();
    }
    let events = talk.say(control(Control::Pause));
    let [Event::Done { request: 9, step, playing: false, .. }] = events[..] else { panic!("{events:?}") };
    talk.say(Command::Ack { run: RUN });
    let last = talk.until_quiet().last().map(|snapshot| snapshot.step);
    assert_eq!(last, Some(step), "the paused step itself is shown");
}

#[test]
fn step_does_exactly_that_many_and_then_confirms() {
    let mut talk = Talk::begun(gaussians(), false);
    talk.until_quiet();
    assert_eq!(talk.say(control(Control::Step(10))), []);
    let mut done = Vec::new();
    while !talk.quiet() {
        for event in talk.burst() {
            match event {
                Event::Done { step, playing, .. } => done.push((step, playing)),
                Event::Observed { .. } => drop(talk.say(Command::Ack { run: RUN })),
                _ => {}
            }
        }
    }
    assert_eq!(done, [(10, false)]);
}

#[test]
fn equal_experiments_are_bitwise_equal_whatever_the_pacing() {
    let course = |acknowledge_every: usize| {
        let mut talk = Talk::begun(gaussians(), true);
        for burst in 0..2000 {
            talk.burst();
            if burst % acknowledge_every == 0 {
                talk.say(Command::Ack { run: RUN });
            }
        }
        talk.checkpoint()
    };
    let (one, other) = (course(1), course(7));
    assert_eq!(one.step, 300);
    assert!(one == other, "pacing changed the numbers");
}

#[test]
fn a_resumed_run_ends_bitwise_where_the_unbroken_one_does() {
    let mut unbroken = Talk::begun(gaussians(), true);
    unbroken.until_quiet();
    let expected = unbroken.checkpoint();

    let mut broken = Talk::begun(gaussians(), false);
    broken.step(123);
    let saved = broken.checkpoint();
    assert_eq!(saved.step, 123);
    let mut resumed = Talk::new();
    let events = resumed.say(start(RUN, gaussians(), Some(saved), true));
    assert!(matches!(events[..], [Event::Started { step: 123, .. }]), "{events:?}");
    resumed.until_quiet();
    assert!(resumed.checkpoint() == expected, "the resumed run took another course");
}

#[test]
fn divergence_is_shown_and_stops_the_run_once() {
    let mut experiment = gaussians();
    experiment.data.input_scale = 1000.0;
    experiment.live.learning_rate = 10.0;
    experiment.optimizer.name = OptimizerName::Sgd;
    experiment.model.depth = 6;
    experiment.live.steps = 5000;
    let mut talk = Talk::begun(experiment, true);
    let last = talk.until_quiet().pop().expect("a look");
    assert!(last.lanes[0].is_diverged() && last.step < 5000, "{last:?}");
    assert_eq!(talk.step(2).step, last.step + 2);
}

#[test]
fn a_missing_data_file_is_a_clear_error() {
    let mut talk = Talk::new();
    let events = talk.say(start(RUN, Experiment::default(), None, true));
    let [Event::Failed { error: RunError::Data { file, reason }, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!((file.as_str(), reason.as_str()), ("data/digits.bin", "no data/digits.bin here"));
}

#[test]
fn a_foreign_checkpoint_is_refused() {
    let mut talk = Talk::begun(gaussians(), false);
    let saved = talk.checkpoint();
    let mut wider = gaussians();
    wider.model.width = 7;
    let events = talk.say(start(RunId(2), wider, Some(saved), true));
    assert!(matches!(events[..], [Event::Failed { error: RunError::Message { .. }, .. }]), "{events:?}");
}

/// Noise cannot be learned, so the probe's loss soon only rises.
fn hopeless() -> Experiment {
    let mut experiment = gaussians();
    experiment.data.separation = 0.0;
    experiment.live.learning_rate = 0.01;
    experiment.live.steps = 5_000;
    experiment.live.early_stopping = 3;
    experiment
}

#[test]
fn early_stopping_stops_at_the_same_step_whatever_the_pacing() {
    let stop = |acknowledge_every: usize, limit: Option<f32>| {
        let mut talk = Talk::begun(hopeless(), true);
        talk.say(control(Control::Speed(limit)));
        for burst in 0..20_000 {
            for event in talk.burst() {
                if let Event::Observed { snapshot, playing, stopped_early: true, .. } = event {
                    assert!(!playing, "stopped means paused");
                    return snapshot.step;
                }
            }
            if burst % acknowledge_every == 0 {
                talk.say(Command::Ack { run: RUN });
            }
        }
        panic!("the run never stopped");
    };
    let step = stop(1, None);
    assert!((200..5_000).contains(&step) && step.is_multiple_of(50), "{step}");
    assert_eq!(stop(7, None), step);
    assert_eq!(stop(1, Some(900.0)), step);
}

#[test]
fn after_an_early_stop_the_visitor_may_go_on() {
    let mut talk = Talk::begun(hopeless(), true);
    let stopped = talk.until_quiet().pop().expect("a last look").step;
    talk.say(control(Control::Play));
    let again = talk.until_quiet().pop().expect("a last look").step;
    assert!(again >= stopped + 150, "patience begins anew: {stopped}, {again}");
    // Steps asked for by number end there too, and the request is answered.
    talk.say(control(Control::Step(4_000)));
    let mut answered = None;
    while !talk.quiet() {
        for event in talk.burst() {
            match event {
                Event::Done { step, playing, .. } => answered = Some((step, playing)),
                Event::Observed { .. } => drop(talk.say(Command::Ack { run: RUN })),
                _ => {}
            }
        }
    }
    assert!(answered.is_some_and(|(step, playing)| step < again + 4_000 && !playing), "{answered:?}");
}

#[test]
fn a_run_with_everything_on_is_bitwise_the_same_however_paced_and_resumed() {
    let mut experiment = gaussians();
    experiment.model.batch_norm = true;
    experiment.model.depth = 2;
    experiment.live.dropout = 0.2;
    experiment.live.clip_norm = 0.5;
    experiment.live.l1 = 1e-4;
    experiment.live.l2 = 1e-3;
    experiment.live.schedule = Schedule::Plateau;
    experiment.live.schedule_steps = 50;
    experiment.live.early_stopping = 100;
    let mut through = Talk::begun(experiment.clone(), true);
    through.until_quiet();
    let expected = through.checkpoint();
    assert_eq!(expected.step, 300);

    let mut broken = Talk::begun(experiment.clone(), false);
    broken.step(173);
    let saved = broken.checkpoint();
    let mut resumed = Talk::new();
    resumed.say(start(RUN, experiment, Some(saved), true));
    for burst in 0..2000 {
        resumed.burst();
        if burst % 7 == 0 {
            resumed.say(Command::Ack { run: RUN });
        }
    }
    assert!(resumed.checkpoint() == expected, "the resumed run took another course");
}

#[test]
fn a_schedule_moves_the_rate_that_snapshots_report() {
    let mut experiment = gaussians();
    experiment.live.learning_rate = 0.1;
    experiment.live.schedule = Schedule::Warmup;
    experiment.live.schedule_steps = 100;
    let mut talk = Talk::begun(experiment, false);
    let rate = |talk: &mut Talk, steps| talk.step(steps).lanes[0].learning_rate;
    assert!((rate(&mut talk, 10) - 0.01).abs() < 1e-6);
    assert!((rate(&mut talk, 40) - 0.05).abs() < 1e-6);
    assert!((rate(&mut talk, 100) - 0.1).abs() < 1e-6);
}

#[test]
fn a_corrected_prior_changes_the_answers_of_a_paused_model_but_not_its_loss() {
    let mut sick = gaussians();
    sick.live.imbalance = 99.0;
    let mut talk = Talk::begun(sick.clone(), false);
    let collapsed = talk.step(300);
    for (correction, threshold) in [(1.0, 0.5), (0.0, 0.01)] {
        let mut live = sick.live.clone();
        live.prior_correction = correction;
        live.threshold = threshold;
        talk.say(Command::Adjust { run: RUN, request: 3, live: Box::new(live), fork: None });
        let cured = talk.until_quiet().pop().expect("a look at the change");
        assert_eq!(cured.step, collapsed.step);
        assert_eq!(cured.lanes[0].loss_probe, collapsed.lanes[0].loss_probe);
        assert!(
            cured.lanes[0].confusion.skill().low > collapsed.lanes[0].confusion.skill().high,
            "{cured:?}"
        );
    }
}

#[test]
fn mistakes_come_first_and_the_most_certain_first_of_all() {
    let mut sick = gaussians();
    sick.live.imbalance = 99.0;
    let mut talk = Talk::begun(sick, false);
    let snapshot = talk.step(300);
    let confusion = &snapshot.lanes[0].confusion;
    let ask = |talk: &mut Talk, cell| match talk.say(Command::Mistakes { run: RUN, cell }).pop() {
        Some(Event::Mistakes { found, .. }) => *found,
        other => panic!("{other:?}"),
    };
    let all = ask(&mut talk, None);
    assert_eq!(all.total, confusion.count(0, 1) + confusion.count(1, 0));
    assert!(all.examples.iter().all(|example| example.predicted != Some(example.actual)));
    assert!(all.examples.windows(2).all(|pair| pair[0].confidence >= pair[1].confidence));
    let cell = Cell { actual: 1, predicted: 1 };
    let right = ask(&mut talk, Some(cell));
    assert_eq!((right.cell, right.total), (Some(cell), confusion.count(1, 1)));
    assert!(right.examples.iter().all(|example| (example.actual, example.predicted) == (1, Some(1))));
}
