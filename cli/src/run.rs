//! `collapse-lab run`: experiments trained side by side and looked at every few steps, as the page would.
//!
//! Must not know how experiments are spelled or where lines go.

mod line;

pub use line::VERSION;

use crate::command::RunOptions;
use crate::failure::Failure;
use crate::input::{self, Named};
use crate::output::{self, Lines, Progress};
use crate::shard::Shard;
use crate::{files, stop};
use collapse_lab::diagnosis::{self, VerdictKind};
use collapse_lab::experiment::{Experiment, Live};
use collapse_lab::fleet::Device;
use collapse_lab::protocol::{LaneId, LaneSpec};
use collapse_lab::session::group::Group;
use collapse_lab::session::{Datasets, Source};
use collapse_lab::telemetry::{History, LaneSnapshot, Snapshot};
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Steps between looks unless told otherwise: as often as the tests of scenarios look, so that a verdict
/// needs as many steps here as there.
const EVERY: u32 = 20;
/// Runs in one fleet at most: beyond this a step costs as much per run as below it, and cores stand idle.
const MOST_LANES: usize = 16;

/// One model to train.
struct Task {
    /// Counts runs over all inputs, whatever the shard.
    run: usize,
    name: String,
    /// What the lane of a link is called.
    lane: Option<String>,
    seed: u32,
    spec: LaneSpec,
}

/// A run in training.
struct Watched<'a> {
    task: &'a Task,
    /// As it is now, live settings included.
    experiment: Experiment,
    ahead: VecDeque<(u32, Live)>,
    history: History,
    classes: Vec<String>,
    last: Option<VerdictKind>,
    /// Step at which it first counted as collapsed.
    collapsed_at: Option<u32>,
}

/// How one run ended.
struct Ended {
    run: usize,
    text: String,
}

/// Trains what the options ask for.
///
/// # Errors
/// An input is wrong, the output cannot be written, or somebody stopped it.
pub fn run(options: &RunOptions) -> Result<(), Failure> {
    let tasks = tasks(options)?;
    let threads = output::threads(options.common.threads);
    let jobs = jobs(&tasks, threads);
    let lines = Lines::new(options.out.as_deref(), options.force)?;
    let lines = options.jsonl.then_some(&lines);
    stop::listen();
    let progress = Progress::new(options.common.quiet || options.jsonl && options.out.is_none());
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let ended = Mutex::new(Vec::new());
    let work = || -> Result<(), Failure> {
        let mut datasets = Datasets::default();
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let finished = train(job, options.every.unwrap_or(EVERY), lines, &mut datasets)?;
            let count = done.fetch_add(finished.len(), Ordering::Relaxed) + finished.len();
            ended.lock().expect("no thread panics").extend(finished);
            progress.show(count, tasks.len(), "runs", count as f64 / tasks.len() as f64);
            if stop::asked() {
                break;
            }
        }
        Ok(())
    };
    let outcome = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads.min(jobs.len())).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().expect("training does not panic")).collect()
    });
    if let Some(lines) = lines {
        lines.finish()?;
    }
    let all: Result<Vec<()>, Failure> = outcome;
    all?;
    let mut ended = ended.into_inner().expect("no thread panics");
    ended.sort_by_key(|ended| ended.run);
    if !options.jsonl {
        output::print(&ended.iter().map(|ended| ended.text.as_str()).collect::<String>())?;
    }
    if stop::asked() && ended.len() < tasks.len() {
        let (done, all) = (ended.len(), tasks.len());
        return Err(Failure::Stopped(format!("stopped with {done} of {all} runs finished")));
    }
    Ok(())
}

/// Every run of every input, of which the shard keeps its part.
fn tasks(options: &RunOptions) -> Result<Vec<Task>, Failure> {
    let mut tasks = Vec::new();
    for input in &options.inputs {
        for named in input::experiments(input)? {
            input::heed(&named.warnings, &named.name, options.common)?;
            add(&mut tasks, named, options)?;
        }
    }
    let shard = options.shard.unwrap_or(Shard::WHOLE);
    tasks.retain(|task| shard.has(task.run));
    Ok(tasks)
}

fn add(tasks: &mut Vec<Task>, mut named: Named, options: &RunOptions) -> Result<(), Failure> {
    input::set(&mut named.experiment, &options.set)?;
    let seeds = options.seeds.unwrap_or_else(|| u32::from(named.lanes.seeds).max(1));
    let itself = LaneSpec { lane: LaneId::Run, experiment: named.experiment, changes: Vec::new() };
    let mut lanes = vec![(None, itself)];
    for branch in &mut named.lanes.branches {
        branch.course.iter_mut().try_for_each(|(_, experiment)| input::set(experiment, &options.set))?;
        let letter = || ["b", "c", "d"].get(branch.slot.saturating_sub(1)).copied().unwrap_or("?").to_owned();
        lanes.push((Some(branch.name.clone().unwrap_or_else(letter)), branch.spec()));
    }
    for (lane, spec) in lanes {
        for seed in 0..seeds {
            let spec = LaneSpec { experiment: spec.experiment.with_seed(seed), ..spec.clone() };
            tasks.push(Task { run: tasks.len(), name: named.name.clone(), lane: lane.clone(), seed, spec });
        }
    }
    Ok(())
}

/// Runs that train as one fleet: neighbours of one shape and length, few enough that every thread has some.
fn jobs(tasks: &[Task], threads: usize) -> Vec<Vec<&Task>> {
    let most = tasks.len().div_ceil(threads).clamp(1, MOST_LANES);
    let mut jobs: Vec<Vec<&Task>> = Vec::new();
    for task in tasks {
        let joins = |first: &Task| {
            let (one, other) = (&first.spec.experiment, &task.spec.experiment);
            // Early stopping ends a fleet, so such a run trains alone.
            one.fits_beside(other)
                && one.live.steps == other.live.steps
                && (one.live.early_stopping, other.live.early_stopping) == (0, 0)
        };
        match jobs.last_mut() {
            Some(job) if job.len() < most && joins(job[0]) => job.push(task),
            _ => jobs.push(vec![task]),
        }
    }
    jobs
}

/// Trains one fleet to its end, or until somebody asks to stop; the runs that came to their end.
fn train(
    job: &[&Task],
    every: u32,
    lines: Option<&Lines>,
    datasets: &mut Datasets,
) -> Result<Vec<Ended>, Failure> {
    let device = Device::default();
    let mut source = Source { datasets, files: &files::read, device: &device };
    let lost = |error: &dyn std::fmt::Display| Failure::Impossible(error.to_string());
    let specs = job.iter().map(|task| task.spec.clone()).collect();
    let mut group = Group::start(specs, &mut source).map_err(|error| lost(&error))?;
    let mut watched = Vec::new();
    for task in job {
        let dataset = source.dataset(&task.spec.experiment).map_err(|error| lost(&error))?;
        watched.push(Watched::new(task, dataset.classes.clone()));
    }
    if let Some(lines) = lines {
        watched.iter().try_for_each(|run| lines.put(&run.start_line()))?;
    }
    let all = job[0].spec.experiment.live.steps;
    let leader = (job[0].spec.experiment.live.early_stopping > 0).then_some(0);
    let (mut step, mut stopped_early) = (0, false);
    loop {
        let seen = pollster::block_on(group.observe()).map_err(|reason| lost(&reason))?;
        for (lane, (run, seen)) in watched.iter_mut().zip(seen).enumerate() {
            run.look(step, group.epoch(lane), seen);
            if let Some(lines) = lines {
                lines.put(&run.step_line())?;
            }
        }
        if step >= all || stopped_early {
            break;
        }
        if stop::asked() {
            return Ok(Vec::new());
        }
        let due = every.min(all - step);
        let trained = pollster::block_on(group.train(due, leader)).map_err(|reason| lost(&reason))?;
        step += trained.steps;
        stopped_early = trained.stopped_early;
    }
    let mut ended = Vec::new();
    for run in &watched {
        if let Some(lines) = lines {
            lines.put(&run.end_line(stopped_early))?;
        }
        ended.push(Ended { run: run.task.run, text: run.summary() });
    }
    Ok(ended)
}

impl<'a> Watched<'a> {
    fn new(task: &'a Task, classes: Vec<String>) -> Self {
        Self {
            task,
            experiment: task.spec.experiment.clone(),
            ahead: task.spec.changes.iter().cloned().collect(),
            history: History::default(),
            classes,
            last: None,
            collapsed_at: None,
        }
    }

    /// Takes one look in, and marks where the verdict changed, as the page does.
    fn look(&mut self, step: u32, epoch: f32, seen: LaneSnapshot) {
        while self.ahead.front().is_some_and(|(at, _)| *at < step.max(1)) {
            self.experiment.live = self.ahead.pop_front().map(|(_, live)| live).expect("just looked at");
        }
        self.history.push(Snapshot { step, epoch, lanes: vec![seen] });
        let verdict = diagnosis::judge_named(&self.history, &self.experiment, &self.classes);
        if self.last != Some(verdict.kind) {
            self.last = Some(verdict.kind);
            if let Some(marker) = verdict.kind.marker() {
                self.history.mark(step, marker, verdict.kind.label());
            }
        }
        if verdict.kind.is_collapse() && self.collapsed_at.is_none() {
            self.collapsed_at = Some(step);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(inputs: &[&str]) -> RunOptions {
        RunOptions {
            inputs: inputs.iter().map(|input| (*input).to_owned()).collect(),
            ..RunOptions::default()
        }
    }

    #[test]
    fn runs_are_counted_over_inputs_lanes_and_seeds() {
        let mut options = options(&["digits", "#v=1&seeds=8&lane_b=other|0:v=1"]);
        let all = tasks(&options).expect("valid");
        assert_eq!(all.len(), 1 + 8 + 8);
        assert_eq!((all[9].lane.as_deref(), all[9].seed, all[10].seed), (Some("other"), 0, 1));
        options.shard = Some(Shard { number: 2, of: 3 });
        let part: Vec<usize> = tasks(&options).expect("valid").iter().map(|task| task.run).collect();
        assert_eq!(part, [1, 4, 7, 10, 13, 16]);
    }

    #[test]
    fn only_what_fits_trains_as_one_fleet() {
        let mut options = options(&["digits", "#v=1&seeds=16&early_stopping=3"]);
        options.seeds = Some(4);
        let tasks = tasks(&options).expect("valid");
        let sizes = |threads| jobs(&tasks, threads).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(1), [4, 1, 1, 1, 1]);
        assert_eq!(sizes(4), [2, 2, 1, 1, 1, 1]);
    }
}
