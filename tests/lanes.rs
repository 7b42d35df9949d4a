//! What trains beside the run: branches, seeds, and the run as it was.
#![cfg(feature = "cpu")]

mod support;

use collapse_lab::experiment::{DataName, Experiment, Weighting};
use collapse_lab::protocol::{Command, Control, Event, LaneId, LaneSpec, Leave};
use collapse_lab::telemetry::Snapshot;
use support::{Looked, RUN, Talk, control};

fn gaussians() -> Experiment {
    let mut experiment = Experiment::default();
    experiment.data.name = DataName::Gaussians;
    experiment.live.steps = 5_000;
    experiment
}

fn imbalanced() -> Experiment {
    let mut experiment = gaussians();
    experiment.live.imbalance = 99.0;
    experiment
}

fn adjust(talk: &mut Talk, experiment: &Experiment, fork: Option<u8>) {
    let live = Box::new(experiment.live.clone());
    talk.say(Command::Adjust { run: RUN, request: 3, live, fork });
}

fn accompany(talk: &mut Talk, lanes: Vec<LaneSpec>) -> Vec<Event> {
    talk.say(Command::Accompany { run: RUN, request: 4, lanes })
}

fn branch(number: u8, experiment: Experiment) -> LaneSpec {
    LaneSpec { lane: LaneId::Branch(number), experiment, changes: Vec::new() }
}

fn step(talk: &mut Talk, steps: u32) -> Looked {
    talk.say(control(Control::Step(steps)));
    talk.looks_until_quiet().pop().expect("a look after the steps")
}

/// What training leaves behind, to the last bit.
fn assert_same(one: &Snapshot, other: &Snapshot) {
    assert_eq!(one.step, other.step);
    assert_eq!(one.lanes.len(), other.lanes.len());
    for (one, other) in one.lanes.iter().zip(&other.lanes) {
        assert_eq!(one.confusion, other.confusion);
        assert_eq!(one.loss_probe.to_bits(), other.loss_probe.to_bits());
        assert_eq!(one.grad_norm, other.grad_norm);
    }
}

#[test]
fn a_fork_keeps_the_unchanged_model_beside_the_cured_one() {
    let sick = imbalanced();
    let mut talk = Talk::begun(sick.clone(), false);
    let collapsed = step(&mut talk, 300).run;
    assert!(collapsed.lanes[0].confusion.collapse() > 0.9, "{collapsed:?}");

    let mut cured = sick.clone();
    cured.live.weighting = Weighting::InverseFrequency;
    adjust(&mut talk, &cured, Some(7));
    let both = step(&mut talk, 400);
    let [(7, twin)] = &both.branches[..] else { panic!("{:?}", both.branches) };
    let (now, then) = (&both.run.lanes[0].confusion, &twin.lanes[0].confusion);
    assert!(now.skill().low > 0.4, "cured: {now:?}");
    assert!(now.balanced_accuracy() - then.balanced_accuracy() > 0.1, "the twin stays behind: {then:?}");

    // The twin is the run as it would have been.
    let alone = step(&mut Talk::begun(sick, false), 700).run;
    assert_same(twin, &alone);

    accompany(&mut talk, Vec::new());
    assert!(step(&mut talk, 1).branches.is_empty());
}

#[test]
fn a_branch_begins_at_step_zero_catches_up_and_is_the_same_experiment_alone() {
    // One of the same shape with everything else different, and one of another shape.
    let mut same_shape = gaussians().with_seed(5);
    same_shape.live.learning_rate = 0.01;
    same_shape.data.label_noise = 0.3;
    same_shape.live.weight_decay = 0.1;
    let mut wider = gaussians();
    wider.model.width = 48;

    let mut talk = Talk::begun(gaussians(), false);
    step(&mut talk, 200);
    accompany(&mut talk, vec![branch(1, same_shape.clone()), branch(2, wider.clone())]);
    let looks = talk.looks_until_quiet();
    let caught_up = looks.last().expect("it catches up while the run is paused");
    assert_eq!(caught_up.run.step, 200);
    assert_eq!(caught_up.branches.iter().map(|(_, look)| look.step).max(), Some(200));

    let together = step(&mut talk, 150);
    assert_eq!(together.run.step, 350);
    for (number, experiment) in [(1, same_shape), (2, wider)] {
        let (_, seen) = together.branches.iter().find(|(id, _)| *id == number).expect("it trains");
        assert_same(seen, &step(&mut Talk::begun(experiment, false), 350).run);
    }
    assert_same(&together.run, &step(&mut Talk::begun(gaussians(), false), 350).run);
}

#[test]
fn a_branch_repeats_the_changes_it_is_told() {
    let mut changed = gaussians();
    changed.live.learning_rate = 0.05;
    let mut talk = Talk::begun(gaussians(), false);
    step(&mut talk, 120);
    adjust(&mut talk, &changed, None);
    let expected = step(&mut talk, 80).run;

    let mut talk = Talk::begun(gaussians(), false);
    step(&mut talk, 200);
    let spec = LaneSpec { changes: vec![(120, changed.live)], ..branch(1, gaussians()) };
    accompany(&mut talk, vec![spec]);
    let looks = talk.looks_until_quiet();
    let (_, last) = looks.iter().flat_map(|look| &look.branches).next_back().expect("it trains");
    assert_eq!(last.lanes[0].loss_probe.to_bits(), expected.lanes[0].loss_probe.to_bits());
}

#[test]
fn seeds_are_the_same_run_from_other_weights_and_follow_its_settings() {
    let seeds = |experiment: &Experiment| {
        let spec = |number: u8| LaneSpec {
            lane: LaneId::Seed(number),
            experiment: experiment.with_seed(u32::from(number)),
            changes: Vec::new(),
        };
        (0..8).map(spec).collect::<Vec<_>>()
    };
    let mut talk = Talk::begun(gaussians(), false);
    step(&mut talk, 60);
    accompany(&mut talk, seeds(&gaussians()));
    talk.looks_until_quiet();
    let mut faster = gaussians();
    faster.live.learning_rate = 0.02;
    adjust(&mut talk, &faster, None);
    let look = step(&mut talk, 60);
    let band = look.seeds.expect("they train");
    assert_eq!((band.step, band.lanes.len()), (120, 8));
    // Their data are those of the run, where they are measured.
    assert!(look.run.lanes[0].vitals.origin.is_some());
    assert!(band.lanes.iter().all(|lane| lane.vitals.origin.is_none()));
    assert_eq!(band.lanes[0].loss_probe.to_bits(), look.run.lanes[0].loss_probe.to_bits());
    assert_ne!(band.lanes[1].loss_probe, band.lanes[0].loss_probe);

    // The fifth seed alone.
    let mut talk = Talk::begun(gaussians().with_seed(5), false);
    step(&mut talk, 60);
    adjust(&mut talk, &faster, None);
    let alone = step(&mut talk, 60).run;
    assert_eq!(band.lanes[5].loss_probe.to_bits(), alone.lanes[0].loss_probe.to_bits());
}

#[test]
fn a_restart_keeps_the_branches_and_catches_up_with_them() {
    let mut talk = Talk::begun(gaussians(), false);
    step(&mut talk, 100);
    adjust(&mut talk, &gaussians(), Some(1));
    step(&mut talk, 50);
    let again = gaussians().with_seed(1);
    talk.say(Command::Start {
        run: RUN,
        experiment: Box::new(again),
        lanes: vec![branch(1, gaussians())],
        keep: None,
        from: None,
        play: false,
    });
    let first = talk.looks_until_quiet().pop().expect("a look at the beginning");
    assert_eq!((first.run.step, first.branches[0].1.step), (0, 150));
    let later = step(&mut talk, 160);
    assert_eq!(later.run.step, 160);
    assert_eq!(later.branches[0].1.step, 160, "from 150 on they train together");
    assert_same(&later.branches[0].1, &step(&mut Talk::begun(gaussians(), false), 160).run);
}

#[test]
fn everything_goes_on_from_a_checkpoint() {
    let mut wider = gaussians();
    wider.model.width = 9;
    let lanes = vec![branch(1, gaussians().with_seed(2)), branch(2, wider)];
    let mut talk = Talk::begun(gaussians(), false);
    accompany(&mut talk, lanes.clone());
    step(&mut talk, 70);
    let saved = talk.checkpoint();
    let expected = step(&mut talk, 30);

    let mut resumed = Talk::new();
    resumed.say(Command::Start {
        run: RUN,
        experiment: Box::new(gaussians()),
        lanes,
        keep: None,
        from: Some(Box::new(saved)),
        play: false,
    });
    let look = step(&mut resumed, 30);
    assert_same(&look.run, &expected.run);
    for number in [1, 2] {
        let of =
            |look: &Looked| look.branches.iter().find(|(id, _)| *id == number).expect("it trains").1.clone();
        assert_same(&of(&look), &of(&expected));
    }
}

fn visit(talk: &mut Talk, step: u32) -> Snapshot {
    talk.say(Command::Visit { run: RUN, step });
    for _ in 0..100 {
        for event in talk.burst() {
            match event {
                Event::Visited { snapshot, .. } => return *snapshot,
                Event::Observed { .. } => drop(talk.say(Command::Ack { run: RUN })),
                _ => {}
            }
        }
    }
    panic!("the moment never came")
}

/// A run with a change at step 120, and what it showed at some steps.
fn eventful() -> (Talk, Vec<Snapshot>) {
    let mut talk = Talk::begun(imbalanced(), false);
    let mut seen = Vec::new();
    for _ in 0..12 {
        seen.push(step(&mut talk, 10).run);
    }
    let mut cured = imbalanced();
    cured.live.weighting = Weighting::Oversampling;
    cured.live.learning_rate = 0.01;
    adjust(&mut talk, &cured, None);
    for _ in 0..8 {
        seen.push(step(&mut talk, 10).run);
    }
    (talk, seen)
}

#[test]
fn a_visit_shows_the_run_bitwise_as_it_was_and_leaves_it_alone() {
    let (mut talk, seen) = eventful();
    for then in [&seen[3], &seen[15], &seen[11], &seen[0]] {
        assert_same(&visit(&mut talk, then.step), then);
    }
    assert_eq!(visit(&mut talk, 0).step, 0);
    assert_eq!(visit(&mut talk, 9_999).step, 200, "the future has not come yet");
    talk.say(Command::Leave { run: RUN, request: 5, leave: Leave::Return });
    let (_, undisturbed) = eventful();
    assert_same(undisturbed.last().expect("seen"), seen.last().expect("seen"));
    assert_eq!(step(&mut talk, 10).run.step, 210);
}

#[test]
fn a_run_goes_on_from_a_visited_moment_and_what_came_after_can_stay_as_a_branch() {
    let (mut talk, _) = eventful();
    visit(&mut talk, 100);
    talk.say(Command::Leave { run: RUN, request: 5, leave: Leave::Fork(3) });
    let look = step(&mut talk, 100);
    assert_eq!(look.run.step, 200);
    // Without the change at 120: the run as it would have been.
    assert_same(&look.run, &step(&mut Talk::begun(imbalanced(), false), 200).run);
    let look = step(&mut talk, 20);
    let (_, after) = &look.branches[0];
    assert_eq!(after.step, 220);
    let (mut through, _) = eventful();
    assert_same(after, &step(&mut through, 20).run);

    // Visits after that know only the new past.
    let then = visit(&mut talk, 150);
    assert_same(&then, &step(&mut Talk::begun(imbalanced(), false), 150).run);
}

#[test]
fn memory_for_the_past_is_bounded_and_told() {
    let mut talk = Talk::begun(gaussians(), true);
    let looks = talk.looks_until_quiet();
    let kept = looks.last().expect("looks").kept;
    assert!(kept.moments >= 3 && kept.moments <= 128 && kept.first == 0, "{kept:?}");
    assert!(kept.bytes > 0 && kept.bytes <= 32 << 20, "{kept:?}");
}

#[test]
fn measuring_ends_and_leaves_the_run_alone() {
    let mut talk = Talk::begun(gaussians(), false);
    step(&mut talk, 50);
    let clock = || {
        talk.now.set(talk.now.get() + 1.0);
        talk.now.get()
    };
    let none = |file: &str| Err(format!("no {file} here"));
    for lanes in [1, 16] {
        let experiment = gaussians();
        let measured = talk.session.measure(&experiment, lanes, 100.0, &none, &clock);
        let measured = pollster::block_on(measured).expect("the CPU is never lost");
        assert!(measured.steps > 20 && measured.millis >= 100.0, "{measured:?}");
    }
    let expected = step(&mut Talk::begun(gaussians(), false), 60).run;
    assert_same(&step(&mut talk, 10).run, &expected);
}
