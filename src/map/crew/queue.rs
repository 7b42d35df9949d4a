//! The cells still to train, cut into jobs.
//!
//! Must not know workers.

use crate::map::plan::Plan;
use crate::map::spec::MapSpec;
use std::collections::VecDeque;

/// Cells that one worker trains as one fleet.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Told apart by.
    pub id: u32,
    /// Cells, each with all its seeds.
    pub cells: Vec<usize>,
    /// Runs per cell.
    pub seeds: u32,
    /// What it costs, in the queue's own measure.
    pub work: f64,
}

impl Job {
    /// Runs in the fleet.
    pub fn lanes(&self) -> usize {
        self.cells.len() * self.seeds as usize
    }
}

/// Cells in the order of the plan.
#[derive(Debug, Default)]
pub struct Queue {
    cells: VecDeque<usize>,
    /// Jobs that came back; they go first.
    returned: Vec<Job>,
    seeds: u32,
    shapes: Vec<u32>,
    costs: Vec<f64>,
}

/// Runs of a fleet at most: beyond this a step of the whole fleet no longer gets cheaper per run.
pub const MOST_LANES: usize = 64;
/// A job that takes about this long keeps the map alive and a pause short.
const JOB_MS: f64 = 500.0;
/// The time of one step of one run before anything is measured.
const GUESS_MS: f64 = 0.015;

/// Runs for the next job, when `left` are left for `workers` and a step of a run takes `pace`
/// milliseconds: enough to be efficient, few enough that cells keep coming and all end together.
pub fn lanes(left: usize, workers: usize, pace: Option<f64>, steps: u32) -> usize {
    let timely = JOB_MS / (pace.unwrap_or(GUESS_MS) * f64::from(steps.max(1)));
    let fair = left.div_ceil(2 * workers.max(1));
    (timely as usize).clamp(1, MOST_LANES).min(fair.max(8))
}

impl Queue {
    /// All cells of a map.
    pub fn new(plan: &Plan, spec: &MapSpec) -> Self {
        Self {
            cells: plan.order().iter().copied().collect(),
            returned: Vec::new(),
            seeds: spec.seeds,
            shapes: spec.shapes(),
            costs: spec.costs(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.returned.is_empty()
    }

    /// Runs not yet handed out.
    pub fn lanes_left(&self) -> usize {
        let returned: usize = self.returned.iter().map(Job::lanes).sum();
        self.cells.len() * self.seeds as usize + returned
    }

    /// Work not yet handed out.
    pub fn work_left(&self) -> f64 {
        let returned: f64 = self.returned.iter().map(|job| job.work).sum();
        self.cells.iter().map(|&cell| self.work(cell)).sum::<f64>() + returned
    }

    /// The next job, of about `lanes` runs: the first cells of the plan that have one shape, at least one.
    pub fn take(&mut self, id: u32, lanes: usize) -> Option<Job> {
        if let Some(job) = self.returned.pop() {
            return Some(Job { id, ..job });
        }
        let shape = self.shapes[*self.cells.front()?];
        let most = (lanes / self.seeds.max(1) as usize).max(1);
        let mut cells = Vec::new();
        let mut rest = VecDeque::with_capacity(self.cells.len());
        for cell in self.cells.drain(..) {
            let fits = cells.len() < most && self.shapes[cell] == shape;
            if fits { cells.push(cell) } else { rest.push_back(cell) }
        }
        self.cells = rest;
        let work = cells.iter().map(|&cell| self.work(cell)).sum();
        Some(Job { id, cells, seeds: self.seeds, work })
    }

    pub fn put_back(&mut self, job: Job) {
        self.returned.push(job);
    }

    fn work(&self, cell: usize) -> f64 {
        self.costs[cell] * f64::from(self.seeds)
    }
}
