//! What the supervisor does when workers start, answer, break, hang or disagree.

use Backend::{Cpu, Gpu};
use collapse_lab::experiment::{DataName, Experiment, ModelName};
use collapse_lab::protocol::{
    BUILD, Backend, Checkpoint, Command, Control, DataFacts, Event, Kept, LaneId, LaneSpec, RunError, RunId,
};
use collapse_lab::supervisor::{Action, Report, Severity, Supervisor};
use collapse_lab::telemetry::Snapshot;

fn ready(backend: Backend, software: bool) -> Event {
    let adapter = if backend == Gpu { "test adapter" } else { "" }.to_owned();
    Event::Ready { build: BUILD.to_owned(), backend, adapter, software }
}

fn started(run: RunId, step: u32) -> Event {
    let facts = DataFacts {
        classes: vec!["a".into(), "b".into()],
        image: None,
        features: 10,
        probe: vec![30; 2],
        missing: Vec::new(),
        parameters: 1,
        layers: vec![],
        hidden: vec![],
    };
    Event::Started { run, step, facts: Box::new(facts) }
}

fn observed(run: RunId, step: u32, rate: f32) -> Event {
    let snapshot = Box::new(Snapshot { step, epoch: 0.0, lanes: vec![] });
    Event::Observed {
        run,
        snapshot,
        seeds: None,
        branches: vec![],
        kept: Kept::default(),
        steps_per_second: rate,
        playing: true,
        stopped_early: false,
    }
}

fn checkpointed(run: RunId, step: u32) -> Event {
    let checkpoint = Checkpoint { step, groups: vec![] };
    Event::Checkpointed { run, checkpoint: Box::new(checkpoint) }
}

fn cnn() -> Experiment {
    let mut experiment = Experiment::default();
    experiment.data.name = DataName::Shapes;
    experiment.model.name = ModelName::Cnn;
    experiment
}

/// One line per action, enough to read a transcript.
fn script(actions: &[Action]) -> Vec<String> {
    let line = |action: &Action| match action {
        Action::Spawn(backend) => format!("spawn {backend:?}"),
        Action::Terminate(backend) => format!("terminate {backend:?}"),
        Action::Send(backend, Command::Start { run, from, play, .. }) => {
            let from = from.as_ref().map_or(0, |saved| saved.step);
            format!("{backend:?}: start {} from {from}{}", run.0, if *play { "" } else { " paused" })
        }
        Action::Send(backend, Command::Control { control, .. }) => format!("{backend:?}: {control:?}"),
        Action::Send(backend, Command::Checkpoint { .. }) => format!("{backend:?}: checkpoint"),
        Action::Send(backend, Command::Ack { .. }) => format!("{backend:?}: ack"),
        Action::Send(backend, _) => format!("{backend:?}: other"),
        Action::Tell(Report::Run(_)) => "pass on".to_owned(),
        Action::Tell(Report::Rewound { step }) => format!("rewound to {step}"),
        Action::Tell(Report::Badge(_)) => "badge".to_owned(),
        Action::Tell(Report::Notice { severity, .. }) => format!("{severity:?}"),
    };
    actions.iter().map(line).collect()
}

/// A supervisor whose CPU worker runs `experiment` as run 1, at step 100 with a checkpoint at 90.
fn running(experiment: Experiment) -> Supervisor {
    let mut supervisor = Supervisor::new(None, true);
    assert_eq!(script(&supervisor.start(experiment, Vec::new(), None, true, 0.0)), ["spawn Cpu"]);
    assert_eq!(script(&supervisor.event(Cpu, ready(Cpu, false), 100.0)), ["badge", "Cpu: start 1 from 0"]);
    assert_eq!(script(&supervisor.event(Cpu, started(RunId(1), 0), 110.0)), ["pass on", "badge"]);
    supervisor.event(Cpu, observed(RunId(1), 50, 1000.0), 200.0);
    supervisor.event(Cpu, checkpointed(RunId(1), 90), 250.0);
    supervisor.event(Cpu, observed(RunId(1), 100, 1000.0), 300.0);
    supervisor
}

#[test]
fn a_crash_resumes_from_the_checkpoint_and_says_so() {
    let mut supervisor = running(Experiment::default());
    let actions = supervisor.crashed(Cpu, "boom", 400.0);
    assert_eq!(script(&actions), ["terminate Cpu", "Warning", "spawn Cpu"]);
    let said = actions.iter().any(|action| {
        matches!(action, Action::Tell(Report::Notice { text, .. }) if text.contains("boom") && text.contains("step 90"))
    });
    assert!(said, "{actions:?}");
    assert_eq!(script(&supervisor.event(Cpu, ready(Cpu, false), 500.0)), ["badge", "Cpu: start 2 from 90"]);
    let resumed = supervisor.event(Cpu, started(RunId(2), 90), 510.0);
    assert_eq!(script(&resumed), ["rewound to 90", "pass on", "badge"]);
    assert_eq!(
        script(&supervisor.event(Cpu, observed(RunId(1), 101, 1.0), 511.0)),
        [""; 0],
        "a dead run's echo"
    );
}

#[test]
fn silence_is_noticed_within_two_seconds_but_a_paused_run_may_be_silent() {
    let mut supervisor = running(Experiment::default());
    assert_eq!(script(&supervisor.tick(1500.0)), [""; 0]);
    assert_eq!(script(&supervisor.tick(2000.0)), ["terminate Cpu", "Warning", "spawn Cpu"]);

    let mut paused = running(Experiment::default());
    paused.control(7, Control::Pause);
    paused.event(Cpu, Event::Done { run: RunId(1), request: 7, step: 100, playing: false }, 310.0);
    assert_eq!(script(&paused.tick(100_000.0)), [""; 0]);
}

#[test]
fn a_sleeping_page_does_not_kill_its_worker() {
    let mut supervisor = running(Experiment::default());
    supervisor.woke(60_000.0);
    assert_eq!(script(&supervisor.tick(60_000.0)), [""; 0]);
}

#[test]
fn a_measuring_worker_may_be_silent_for_a_while() {
    let mut supervisor = running(Experiment::default());
    let experiment = Box::new(Experiment::default());
    let measure = Command::Measure { request: 1, experiment, lanes: 64, millis: 5000 };
    assert_eq!(script(&supervisor.measure(Gpu, measure.clone(), 300.0)), [""; 0], "no such worker");
    assert_eq!(script(&supervisor.measure(Cpu, measure, 300.0)), ["Cpu: other"]);
    assert_eq!(script(&supervisor.tick(6000.0)), [""; 0]);
    supervisor.event(Cpu, Event::Measured { request: 1, backend: Cpu, steps: 9, millis: 5000.0 }, 6100.0);
    supervisor.event(Cpu, observed(RunId(1), 101, 1000.0), 6200.0);
    assert_eq!(script(&supervisor.tick(60_000.0)), ["terminate Cpu", "Warning", "spawn Cpu"]);
}

fn lanes(count: u8) -> Vec<LaneSpec> {
    let experiment = Experiment::default();
    let spec =
        |number| LaneSpec { lane: LaneId::Seed(number), experiment: experiment.clone(), changes: Vec::new() };
    (0..count).map(spec).collect()
}

#[test]
fn the_backend_is_chosen_again_when_the_number_of_lanes_changes() {
    // 32 units x 32 examples x 129 lanes is a job for the GPU, and without them it is not.
    let mut supervisor = running(Experiment::default());
    assert_eq!(script(&supervisor.tick(400.0)), [""; 0]);
    assert_eq!(script(&supervisor.accompany(3, lanes(128))), ["Cpu: other"]);
    supervisor.event(Cpu, observed(RunId(1), 110, 50.0), 500.0);
    assert_eq!(script(&supervisor.tick(600.0)), ["spawn Gpu", "badge"]);
    assert_eq!(script(&supervisor.event(Gpu, ready(Gpu, false), 700.0)), ["badge", "Gpu: start 2 from 90"]);
    supervisor.event(Gpu, started(RunId(2), 90), 710.0);
    for _ in 0..6 {
        supervisor.event(Gpu, observed(RunId(2), 95, 500.0), 800.0);
    }
    supervisor.event(Cpu, checkpointed(RunId(1), 120), 810.0);
    supervisor.event(Gpu, started(RunId(3), 120), 820.0);
    supervisor.event(Gpu, observed(RunId(3), 130, 500.0), 830.0);
    assert_eq!(script(&supervisor.tick(900.0)), [""; 0], "it stays where it is faster");
    assert_eq!(script(&supervisor.accompany(4, Vec::new())), ["Gpu: other"]);
    assert_eq!(script(&supervisor.tick(1000.0)), ["Gpu: checkpoint"]);
    let back = supervisor.event(Gpu, checkpointed(RunId(3), 140), 1100.0);
    assert_eq!(script(&back), ["Gpu: Pause", "Cpu: start 4 from 140"]);
}

#[test]
fn a_slow_model_is_not_a_dead_one() {
    let mut supervisor = running(cnn());
    supervisor.event(Cpu, observed(RunId(1), 101, 0.5), 1700.0);
    assert_eq!(
        script(&supervisor.tick(4000.0)).iter().filter(|line| line.starts_with("terminate")).count(),
        0
    );
}

#[test]
fn three_crashes_in_a_row_stop_the_run_with_a_next_step() {
    let mut supervisor = running(Experiment::default());
    supervisor.crashed(Cpu, "boom", 400.0);
    supervisor.crashed(Cpu, "boom", 500.0);
    let actions = supervisor.crashed(Cpu, "boom", 600.0);
    assert_eq!(script(&actions), ["terminate Cpu", "Error"]);
    assert_eq!(
        script(&supervisor.start(Experiment::default(), Vec::new(), None, true, 700.0)),
        ["spawn Cpu"],
        "the visitor may retry"
    );
}

#[test]
fn a_worker_of_another_build_is_never_talked_to() {
    let mut supervisor = Supervisor::new(None, true);
    supervisor.start(Experiment::default(), Vec::new(), None, true, 0.0);
    let foreign =
        Event::Ready { build: "other".into(), backend: Cpu, adapter: String::new(), software: false };
    assert_eq!(script(&supervisor.event(Cpu, foreign, 1.0)), ["terminate Cpu", "Error"]);
}

#[test]
fn a_faster_gpu_takes_the_run_over_at_its_checkpoint() {
    let mut supervisor = running(cnn());
    assert_eq!(script(&supervisor.tick(400.0)), ["spawn Gpu", "badge"]);
    assert_eq!(script(&supervisor.event(Gpu, ready(Gpu, false), 500.0)), ["badge", "Gpu: start 2 from 90"]);
    supervisor.event(Gpu, started(RunId(2), 90), 510.0);
    for _ in 0..5 {
        assert_eq!(script(&supervisor.event(Gpu, observed(RunId(2), 95, 9000.0), 600.0)), ["Gpu: ack"]);
    }
    let decided = supervisor.event(Gpu, observed(RunId(2), 99, 9000.0), 700.0);
    assert_eq!(script(&decided), ["Gpu: Pause", "Cpu: checkpoint"]);
    let moved = supervisor.event(Cpu, checkpointed(RunId(1), 120), 710.0);
    assert_eq!(script(&moved), ["Cpu: Pause", "Gpu: start 3 from 120"]);
    let there = supervisor.event(Gpu, started(RunId(3), 120), 720.0);
    assert_eq!(script(&there), ["rewound to 120", "pass on", "badge"]);
    let Some(Action::Tell(Report::Badge(badge))) = there.last() else { panic!("{there:?}") };
    assert_eq!(badge.backend, Some(Gpu));
    assert_eq!(badge.reason.sentence(), "Measured on this job: CPU 1000 and GPU 9000 steps/s");
}

#[test]
fn a_slower_gpu_leaves_the_run_where_it_is() {
    let mut supervisor = running(cnn());
    supervisor.tick(400.0);
    supervisor.event(Gpu, ready(Gpu, false), 500.0);
    for _ in 0..5 {
        supervisor.event(Gpu, observed(RunId(2), 95, 10.0), 600.0);
    }
    let decided = supervisor.event(Gpu, observed(RunId(2), 99, 10.0), 700.0);
    assert_eq!(script(&decided), ["Gpu: Pause", "badge"]);
    assert_eq!(script(&supervisor.tick(800.0)), [""; 0], "and it is not tried again for this job");
}

#[test]
fn software_adapters_and_small_jobs_are_not_tried() {
    let mut supervisor = running(cnn());
    supervisor.tick(400.0);
    assert_eq!(script(&supervisor.event(Gpu, ready(Gpu, true), 500.0)), ["badge", "badge"]);
    assert_eq!(script(&supervisor.tick(600.0)), [""; 0]);
    assert_eq!(script(&running(Experiment::default()).tick(400.0)), [""; 0]);
}

#[test]
fn a_pinned_gpu_that_cannot_be_had_falls_back_to_the_cpu() {
    let mut supervisor = Supervisor::new(Some(Gpu), true);
    assert_eq!(script(&supervisor.start(cnn(), Vec::new(), None, true, 0.0)), ["spawn Gpu"]);
    let error = RunError::Device { reason: "no adapter".into() };
    let actions = supervisor.event(Gpu, Event::Failed { run: RunId(0), error }, 10.0);
    assert_eq!(script(&actions), ["terminate Gpu", "Warning", "spawn Cpu"]);
    assert_eq!(script(&supervisor.event(Cpu, ready(Cpu, false), 20.0)), ["badge", "Cpu: start 1 from 0"]);
}

#[test]
fn a_lost_gpu_is_tried_once_more_then_the_cpu_takes_over() {
    let mut supervisor = Supervisor::new(Some(Gpu), true);
    supervisor.start(cnn(), Vec::new(), None, true, 0.0);
    supervisor.event(Gpu, ready(Gpu, false), 10.0);
    supervisor.event(Gpu, started(RunId(1), 0), 20.0);
    supervisor.event(Gpu, checkpointed(RunId(1), 40), 30.0);
    let lost = || Event::Failed { run: RunId(0), error: RunError::Device { reason: "lost".into() } };
    assert_eq!(script(&supervisor.event(Gpu, lost(), 40.0)), ["terminate Gpu", "Warning", "spawn Gpu"]);
    assert_eq!(script(&supervisor.event(Gpu, ready(Gpu, false), 50.0)), ["badge", "Gpu: start 2 from 40"]);
    assert_eq!(script(&supervisor.event(Gpu, lost(), 60.0)), ["terminate Gpu", "Warning", "spawn Cpu"]);
    assert_eq!(script(&supervisor.event(Cpu, ready(Cpu, false), 70.0)), ["badge", "Cpu: start 3 from 40"]);
}

#[test]
fn a_missing_file_is_told_and_can_be_retried() {
    let mut supervisor = running(Experiment::default());
    let error = RunError::Data { file: "data/digits.bin".into(), reason: "the server answered 404".into() };
    let actions = supervisor.event(Cpu, Event::Failed { run: RunId(1), error }, 400.0);
    let [Action::Tell(Report::Notice { text, severity: Severity::Error })] = &actions[..] else {
        panic!("{actions:?}")
    };
    assert!(text.contains("data/digits.bin") && text.contains("404") && text.contains("rewind"), "{text}");
    assert_eq!(
        script(&supervisor.start(Experiment::default(), Vec::new(), None, true, 500.0)),
        ["Cpu: start 2 from 0"]
    );
}

#[test]
fn settings_asked_for_before_the_worker_is_up_are_in_its_start() {
    let mut supervisor = Supervisor::new(None, false);
    supervisor.start(Experiment::default(), Vec::new(), None, true, 0.0);
    let mut live = Experiment::default().live;
    live.learning_rate = 0.5;
    assert_eq!(supervisor.adjust(1, &live, None), []);
    assert_eq!(supervisor.control(2, Control::Pause), []);
    let actions = supervisor.event(Cpu, ready(Cpu, false), 10.0);
    let Some(Action::Send(Cpu, Command::Start { experiment, play: false, .. })) = actions.last() else {
        panic!("{actions:?}")
    };
    assert_eq!(experiment.live.learning_rate, 0.5);
}

#[test]
fn steps_asked_for_before_the_worker_is_up_are_done_by_it_in_order() {
    let mut supervisor = Supervisor::new(None, false);
    supervisor.start(Experiment::default(), Vec::new(), None, true, 0.0);
    for (request, control) in [(1, Control::Step(5)), (2, Control::Play), (3, Control::Step(2))] {
        assert_eq!(supervisor.control(request, control), []);
        assert!(supervisor.is_queued(request));
    }
    let actions = supervisor.event(Cpu, ready(Cpu, false), 10.0);
    assert_eq!(
        script(&actions),
        ["badge", "Cpu: start 1 from 0 paused", "Cpu: Step(5)", "Cpu: Play", "Cpu: Step(2)"]
    );
    assert!(!supervisor.is_queued(1), "the worker answers it now");
}

#[test]
fn steps_that_no_worker_will_do_are_answered() {
    let mut supervisor = Supervisor::new(None, false);
    supervisor.start(Experiment::default(), Vec::new(), None, true, 0.0);
    supervisor.control(7, Control::Step(5));
    let crash = |supervisor: &mut Supervisor| supervisor.crashed(Cpu, "gone", 10.0);
    crash(&mut supervisor);
    crash(&mut supervisor);
    let told = crash(&mut supervisor);
    let answers = |action: &&Action| {
        matches!(action, Action::Tell(Report::Run(Event::Done { request: 7, step: 0, playing: false, .. })))
    };
    assert_eq!(told.iter().filter(answers).count(), 1, "{told:?}");
    assert_eq!(supervisor.control(8, Control::Step(5)), [], "nobody to do it");
    assert!(!supervisor.is_queued(8));
}
