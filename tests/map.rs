//! A small collapse map trained for real, through the worker's own session.

use collapse_lab::experiment::{DataName, Experiment};
use collapse_lab::map::crew::{Action, Crew, Phase};
use collapse_lab::map::{Grid, Law, MapSpec, Outcome, Plan, theory};
use collapse_lab::protocol::{Backend, Command, Event, RunError, Survey, Surveyed};
use collapse_lab::session::{Session, Wait};

/// Two Gaussians, 6 by 6 cells from hopeless to easy.
fn spec() -> MapSpec {
    let mut base = Experiment::default();
    base.data.name = DataName::Gaussians;
    MapSpec { columns: 6, rows: 6, seeds: 2, steps: 200, ..MapSpec::new(base) }
}

fn no_files(file: &str) -> Result<Vec<u8>, String> {
    Err(format!("{file}: generated data need none"))
}

/// What a worker answers to a message once it has nothing left to do.
fn answers(session: &mut Session, survey: Survey) -> Vec<Surveyed> {
    let clock = || 0.0;
    let mut events = session.handle(Command::Survey(Box::new(survey)), &no_files, 0.0);
    while session.wait(0.0) == Wait::Not {
        events.extend(pollster::block_on(session.burst(&clock)));
    }
    let surveyed = |event| match event {
        Event::Surveyed(surveyed) => *surveyed,
        other => panic!("not about a map: {other:?}"),
    };
    events.into_iter().map(surveyed).collect()
}

fn worker() -> Session {
    Session::new(collapse_lab::fleet::Device::default(), Backend::Cpu)
}

/// The whole map with one worker, as the page trains it.
fn train(spec: &MapSpec) -> Grid {
    let places = spec.places();
    let (columns, rows) = spec.size();
    let (mut crew, mut session, mut grid) = (Crew::new(1, false), worker(), Grid::new(places.len()));
    let mut actions = crew.start(spec, &Plan::new(columns, rows), 0.0);
    actions.extend(crew.ready(0, 0.0));
    while crew.phase() == Phase::Running {
        let Some(job) = actions.iter().find_map(|action| match action {
            Action::Send(_, job) => Some(job.clone()),
            _ => None,
        }) else {
            panic!("running without a job: {actions:?}");
        };
        let runs = job.cells.iter().flat_map(|&cell| (0..job.seeds).map(move |seed| (cell, seed)));
        let experiments = runs.map(|(cell, seed)| spec.run(places[cell], seed)).collect();
        let survey = Survey::Train { job: job.id, experiments, steps: spec.steps };
        let Some(Surveyed::Trained { outcomes, .. }) = answers(&mut session, survey).pop() else {
            panic!("a job ends with its outcomes");
        };
        let (done, next) = crew.trained(0, job.id, 1.0, 1.0);
        let cells = done.expect("the crew knows the job").cells;
        let outcomes = outcomes.chunks(job.seeds as usize).map(<[Outcome]>::to_vec);
        cells.into_iter().zip(outcomes).for_each(|(cell, runs)| grid.put(cell, runs));
        actions = next;
    }
    grid
}

#[test]
fn a_map_collapses_where_it_should_and_theory_agrees() {
    let spec = spec();
    let grid = train(&spec);
    assert_eq!(grid.trained(), 36);
    let cell = |column: usize, row: usize| grid.summary(row * 6 + column).expect("trained");
    // A ratio of 1,000 hides the minority at every learning rate; balanced data are learned at most.
    for column in 1..6 {
        assert!(cell(column, 5).collapsed_share() >= 0.5, "column {column}: {:?}", cell(column, 5));
    }
    for column in 2..4 {
        assert!(cell(column, 0).skill > 0.6, "column {column}: {:?}", cell(column, 0));
        assert_eq!(cell(column, 0).collapsed, 0);
    }
    // The same ratio of 63 is too much for small steps and not for larger ones.
    assert!(cell(1, 3).minority_recall < 0.1, "{:?}", cell(1, 3));
    assert!(cell(3, 3).minority_recall > 0.3, "{:?}", cell(3, 3));
    // The escape line is fitted to a few cells and parts most of the others.
    let plan = Plan::new(6, 6);
    let known = theory::Known { spec: &spec, grid: &grid, plan: &plan, curvature: None };
    assert!(Law::Escape.lines(&known).is_ok());
    let fit = theory::calibration(&known).expect("both sides");
    assert!(fit.right * 3 >= fit.others * 2, "{fit:?}");
    // No run finds more of the minority than the best classifier can, noise of 500 examples apart.
    for (index, place) in spec.places().into_iter().enumerate() {
        let ratio = place.y.ln() as f32;
        let distance = 10f32.sqrt();
        let ceiling = collapse_lab::experiment::normal_cdf(distance / 2.0 - ratio / distance);
        let summary = grid.summary(index).expect("trained");
        let knows = summary.skill > 0.3 && place.x < 0.1;
        assert!(!knows || summary.minority_recall < ceiling + 0.12, "{place:?}: {summary:?}, {ceiling}");
    }
}

#[test]
fn a_run_of_a_cell_is_the_experiment_alone() {
    let spec = spec();
    let places = spec.places();
    let (mut first, mut second) = (worker(), worker());
    let of = |experiments| Survey::Train { job: 1, experiments, steps: 60 };
    let outcomes = |answers: Vec<Surveyed>| match answers.into_iter().next_back() {
        Some(Surveyed::Trained { outcomes, .. }) => outcomes,
        other => panic!("no outcomes: {other:?}"),
    };
    let runs: Vec<Experiment> = [7, 20, 33].iter().map(|&cell| spec.run(places[cell], 1)).collect();
    let together = outcomes(answers(&mut first, of(runs.clone())));
    assert_eq!(together.len(), 3);
    for (run, outcome) in runs.into_iter().zip(together) {
        assert_eq!(outcomes(answers(&mut second, of(vec![run]))), [outcome]);
    }
}

#[test]
fn curvature_is_measured_for_what_theory_asks() {
    let spec = spec();
    let wanted = theory::Curvature::wanted(&spec);
    let mut session = worker();
    let found = answers(&mut session, Survey::Curvature { experiments: wanted.clone() });
    let [Surveyed::Curvature { largest }] = &found[..] else { panic!("{found:?}") };
    assert_eq!(largest.len(), wanted.len());
    assert!(largest.iter().all(|value| *value > 0.0 && value.is_finite()), "{largest:?}");
}

#[test]
fn a_job_waits_is_dropped_and_fails_with_a_reason() {
    let spec = spec();
    let mut session = worker();
    let job = || {
        let run = spec.run(spec.places()[0], 0);
        Survey::Train { job: 9, experiments: vec![run], steps: 5000 }
    };
    let tell =
        |session: &mut Session, survey| session.handle(Command::Survey(Box::new(survey)), &no_files, 0.0);
    assert!(tell(&mut session, job()).is_empty());
    assert_eq!(session.wait(0.0), Wait::Not);
    tell(&mut session, Survey::Hold(true));
    assert_eq!(session.wait(0.0), Wait::ForMessage);
    assert!(pollster::block_on(session.burst(&|| 0.0)).is_empty());
    tell(&mut session, Survey::Hold(false));
    assert_eq!(session.wait(0.0), Wait::Not);
    tell(&mut session, Survey::Drop);
    assert_eq!(session.wait(0.0), Wait::ForMessage);
    let Survey::Train { mut experiments, .. } = job() else { unreachable!("a job to train") };
    experiments[0].data.name = DataName::Digits;
    let found = answers(&mut session, Survey::Train { job: 9, experiments, steps: 10 });
    let [Surveyed::Failed { job: 9, error: RunError::Data { .. } }] = &found[..] else { panic!("{found:?}") };
}
