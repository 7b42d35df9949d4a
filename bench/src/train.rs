//! Trains experiments with the page's own trainer, headless, those of one shape side by side as lanes.
//!
//! Must not know what the experiments are for.

use collapse_lab::experiment::Experiment;
use collapse_lab::fleet::Device;
use collapse_lab::protocol::{LaneId, LaneSpec};
use collapse_lab::session::group::Group;
use collapse_lab::session::{Datasets, Source};
use collapse_lab::telemetry::{LaneSnapshot, Snapshot};
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

/// Steps between looks.
pub const STRIDE: u32 = 20;
/// Looks at the end whose mean is a run's score, so that one lucky look of a flip-flopping model does not count.
const LAST_LOOKS: usize = 3;
/// Lanes of one fleet: more bring nothing on a CPU and fill its caches.
const MOST_LANES: usize = 4;
/// No run is longer, whatever a remedy asks for.
pub const MOST_STEPS: u32 = 4000;

/// A run to be done.
#[derive(Clone, Debug)]
pub struct Job {
    /// What is trained, as long as it says itself, [`MOST_STEPS`] at most.
    pub experiment: Experiment,
    /// Keep every look, not only the last ones.
    pub watched: bool,
}

/// A run that is over.
#[derive(Clone, Debug)]
pub struct Trained {
    /// Looks in step order: all of them every [`STRIDE`] steps, or only the last few.
    pub looks: Vec<Snapshot>,
    /// Mean balanced accuracy of the last looks; a diverged model knows nothing: 1/K.
    pub score: f64,
}

impl Trained {
    /// The last look.
    pub fn last(&self) -> &LaneSnapshot {
        let last = self.looks.last().expect("every run is looked at when it ends");
        &last.lanes[0]
    }

    /// Steps done.
    pub fn steps(&self) -> u32 {
        self.looks.last().map_or(0, |last| last.step)
    }
}

/// Trains every job; what became of each, in their order.
///
/// # Panics
/// A data file below `public/` is missing: nothing can be measured then.
pub fn train(jobs: &[Job]) -> Vec<Trained> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, job) in jobs.iter().enumerate() {
        let fits = |group: &&mut Vec<usize>| {
            let first = &jobs[group[0]];
            group.len() < MOST_LANES
                && first.watched == job.watched
                && steps(&first.experiment) == steps(&job.experiment)
                && first.experiment.fits_beside(&job.experiment)
        };
        match groups.iter_mut().find(fits) {
            Some(group) => group.push(index),
            None => groups.push(vec![index]),
        }
    }
    let mut done: Vec<Option<Trained>> = jobs.iter().map(|_| None).collect();
    for group in groups {
        let lanes: Vec<&Job> = group.iter().map(|index| &jobs[*index]).collect();
        for (index, trained) in group.iter().zip(together(&lanes)) {
            done[*index] = Some(trained);
        }
    }
    done.into_iter().map(|trained| trained.expect("every job is in a group")).collect()
}

fn steps(experiment: &Experiment) -> u32 {
    experiment.live.steps.clamp(10, MOST_STEPS)
}

/// Jobs that fit beside each other, as one fleet.
fn together(jobs: &[&Job]) -> Vec<Trained> {
    let steps = steps(&jobs[0].experiment);
    let mut group = group(jobs.iter().map(|job| job.experiment.clone()).collect());
    let mut looks: Vec<Vec<Snapshot>> = jobs.iter().map(|_| Vec::new()).collect();
    let first_kept = if jobs[0].watched { 0 } else { steps.saturating_sub(STRIDE * (LAST_LOOKS as u32 - 1)) };
    let mut done = 0;
    while done < steps {
        let next = if done < first_kept { first_kept } else { (done + STRIDE).min(steps) };
        pollster::block_on(group.train(next - done, None)).expect("the CPU is not lost");
        done = next;
        let seen = pollster::block_on(group.observe()).expect("the CPU is not lost");
        for (lane, seen) in seen.into_iter().enumerate() {
            let epoch = group.epoch(lane);
            looks[lane].push(Snapshot { step: done, epoch, lanes: vec![seen] });
        }
    }
    looks.into_iter().map(|looks| Trained { score: score(&looks), looks }).collect()
}

thread_local! {
    static DATASETS: RefCell<Datasets> = RefCell::default();
}

/// A fleet of these experiments before its first step.
pub fn group(experiments: Vec<Experiment>) -> Group {
    let lane = |experiment| LaneSpec { lane: LaneId::Run, experiment, changes: Vec::new() };
    DATASETS.with_borrow_mut(|datasets| {
        let device = Device::default();
        let mut source = Source { datasets, files: &file, device: &device };
        Group::start(experiments.into_iter().map(lane).collect(), &mut source)
            .unwrap_or_else(|error| panic!("a fleet cannot start: {error:?}"))
    })
}

fn file(name: &str) -> Result<Vec<u8>, String> {
    static READ: LazyLock<Mutex<HashMap<String, Arc<Vec<u8>>>>> = LazyLock::new(Mutex::default);
    let mut read = READ.lock().map_err(|error| error.to_string())?;
    if let Some(bytes) = read.get(name) {
        return Ok(bytes.to_vec());
    }
    let path = root().join("public").join(name);
    let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    read.insert(name.to_owned(), Arc::new(bytes.clone()));
    Ok(bytes)
}

/// The repository's root, wherever the program is started.
pub fn root() -> PathBuf {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR");
    let package = folder.map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map_or_else(|| Path::new(".").to_owned(), Path::to_owned)
}

fn score(looks: &[Snapshot]) -> f64 {
    let last = &looks[looks.len().saturating_sub(LAST_LOOKS)..];
    last.iter().map(|look| of_look(&look.lanes[0])).sum::<f64>() / last.len() as f64
}

fn of_look(lane: &LaneSnapshot) -> f64 {
    let chance = 1.0 / lane.confusion.classes() as f64;
    let accuracy = f64::from(lane.confusion.balanced_accuracy());
    if lane.is_diverged() || accuracy.is_nan() { chance } else { accuracy }
}

#[cfg(test)]
mod tests {
    use super::*;
    use collapse_lab::experiment::link;

    fn job(settings: &str, watched: bool) -> Job {
        Job { experiment: link::read(settings).experiment, watched }
    }

    #[test]
    fn lanes_of_any_mixture_are_the_runs_alone() {
        let jobs = [
            job("data=moons&steps=60", true),
            job("data=moons&steps=60&learning_rate=0.1", false),
            job("data=moons&steps=60&seed_weights=7&seed_data=9", true),
            job("data=moons&steps=40&width=8", true),
        ];
        let together = train(&jobs);
        for (job, trained) in jobs.iter().zip(&together) {
            let alone = &train(std::slice::from_ref(job))[0];
            assert_eq!(trained.score, alone.score);
            assert_eq!(trained.last().confusion, alone.last().confusion);
            assert_eq!(trained.steps(), job.experiment.live.steps);
        }
        assert_eq!(together[0].looks.len(), 3);
        assert_eq!(together[1].looks.len(), 3);
    }

    #[test]
    fn a_diverged_run_knows_nothing() {
        let diverged = "data=linear&optimizer=sgd&learning_rate=10&depth=2&activation=leaky_relu&steps=200";
        assert_eq!(train(&[job(diverged, false)])[0].score, 0.5);
        assert!(train(&[job("data=blobs&learning_rate=0.01&steps=300", false)])[0].score > 0.95);
    }
}
