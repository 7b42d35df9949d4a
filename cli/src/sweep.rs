//! `collapse-lab sweep`: the cells of a collapse map, trained on all cores by the page's own session.
//!
//! Outcomes depend on nothing but the map: lanes are bitwise the run alone, however they are grouped. Must not
//! know how maps are spelled.

use crate::command::SweepOptions;
use crate::failure::Failure;
use crate::map_input::{self, Named};
use crate::output::{self, Lines, Progress, number};
use crate::shard::Shard;
use crate::{files, stop};
use collapse_lab::experiment::Experiment;
use collapse_lab::fleet::Device;
use collapse_lab::map::spec::Place;
use collapse_lab::map::{Grid, MapSpec, Measure, Outcome, Plan, file, query};
use collapse_lab::protocol::{Backend, Command, Event, Survey, Surveyed};
use collapse_lab::session::{Session, Wait};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Runs in a fleet at most: beyond this a step of the whole fleet no longer gets cheaper per run.
const MOST_LANES: usize = 64;
/// How often the map is saved while it trains; what comes later is lost only to a crash.
const SAVE_EVERY: Duration = Duration::from_secs(5);

/// The map as it fills, shared by all threads.
struct Work<'a> {
    spec: &'a MapSpec,
    measure: Measure,
    places: Vec<Place>,
    /// Cells still to train, the next one last.
    waiting: Vec<usize>,
    shapes: Vec<u32>,
    costs: Vec<f64>,
    grid: Grid,
    /// Cells this sweep trains, and how many of them are done.
    wanted: usize,
    done: usize,
    /// What is paid of the cost of all, in [`MapSpec::costs`].
    paid: f64,
    cost: f64,
    saved: Instant,
}

/// Trains what the options ask for.
///
/// # Errors
/// The map is wrong, its file cannot be written, or somebody stopped it.
pub fn run(options: &SweepOptions) -> Result<(), Failure> {
    let Named { spec, measure, .. } = map_input::of_sweep(options)?;
    let known = known(options, &spec)?;
    let shard = options.shard.unwrap_or(Shard::WHOLE);
    let work = Work::new(&spec, measure, known, shard);
    let lines = Lines::new(None, false)?;
    if options.jsonl {
        lines.put(&map_line(&work, shard))?;
    }
    if let Some(path) = &options.out {
        // Now and not after hours: a folder that cannot be written is found at once.
        work.save(path)?;
    }
    stop::listen();
    let progress = Progress::new(options.common.quiet);
    let threads = output::threads(options.common.threads).min(work.waiting.len().max(1));
    let work = Mutex::new(work);
    let outcome: Result<Vec<()>, Failure> = std::thread::scope(|scope| {
        let on_thread = || train(&work, threads, options, &lines, &progress);
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(on_thread)).collect();
        handles.into_iter().map(|handle| handle.join().expect("training does not panic")).collect()
    });
    let work = work.into_inner().expect("no thread panics");
    if let Some(path) = &options.out {
        work.save(path)?;
    }
    outcome?;
    if options.jsonl {
        lines.put(&json!({ "event": "end", "cells": work.done, "seconds": progress.seconds() }))?;
        lines.finish()?;
    } else if options.out.is_none() {
        output::print(&(work.text() + "\n"))?;
    }
    if work.done < work.wanted {
        let kept = match &options.out {
            Some(path) => format!("; {} has them, --resume goes on", path.display()),
            None => String::new(),
        };
        return Err(Failure::Stopped(format!(
            "stopped with {} of {} cells trained{kept}",
            work.done, work.wanted
        )));
    }
    Ok(())
}

/// What is trained already, for a sweep that goes on.
fn known(options: &SweepOptions, spec: &MapSpec) -> Result<Grid, Failure> {
    let (columns, rows) = spec.size();
    let empty = Grid::new(columns * rows);
    let Some(path) = options.out.as_deref().filter(|path| path.exists()) else { return Ok(empty) };
    if !options.resume {
        return if options.force { Ok(empty) } else { Err(output::exists(path)) };
    }
    let (old, _, grid) = map_input::of_file(path)?;
    if old == *spec {
        Ok(grid)
    } else {
        let (was, now) = (address(&old), address(spec));
        Err(Failure::wrong_in(
            path.display(),
            format!("another map, {was}, cannot go on as {now}; --force overwrites it"),
        ))
    }
}

fn address(spec: &MapSpec) -> String {
    format!("?{}#{}", query::write(spec, Measure::default()), query::fragment(spec, None))
}

/// One thread: takes cells, trains them as a fleet, puts their outcomes where they belong.
fn train(
    work: &Mutex<Work>,
    threads: usize,
    options: &SweepOptions,
    lines: &Lines,
    progress: &Progress,
) -> Result<(), Failure> {
    let lock = || work.lock().expect("no thread panics");
    let mut session = Session::new(Device::default(), Backend::Cpu);
    loop {
        let (cells, runs, spec) = {
            let mut work = lock();
            let cells = work.take(threads);
            if cells.is_empty() || stop::asked() {
                return Ok(());
            }
            let runs = work.runs(&cells);
            (cells, runs, work.spec)
        };
        let Some(outcomes) = outcomes(&mut session, runs, spec.steps)? else { return Ok(()) };
        let mut work = lock();
        for (&cell, outcomes) in cells.iter().zip(outcomes.chunks(spec.seeds as usize)) {
            if options.jsonl {
                let place = work.places[cell];
                (0..)
                    .zip(outcomes)
                    .try_for_each(|(seed, run)| lines.put(&run_line(spec, cell, place, seed, run)))?;
            }
            work.put(cell, outcomes);
        }
        progress.show(work.done, work.wanted, "cells", work.paid / work.cost.max(f64::MIN_POSITIVE));
        if let Some(path) = options.out.as_deref().filter(|_| work.saved.elapsed() > SAVE_EVERY) {
            work.save(path)?;
            work.saved = Instant::now();
        }
    }
}

/// What becomes of these runs; `None` where somebody asked to stop before they ended.
fn outcomes(
    session: &mut Session,
    experiments: Vec<Experiment>,
    steps: u32,
) -> Result<Option<Vec<Outcome>>, Failure> {
    let begun = Instant::now();
    let clock = || begun.elapsed().as_secs_f64() * 1000.0;
    let survey = Survey::Train { job: 1, experiments, steps };
    let mut events = session.handle(Command::Survey(Box::new(survey)), &files::read, clock());
    loop {
        for event in events {
            match event {
                Event::Surveyed(surveyed) => match *surveyed {
                    Surveyed::Trained { outcomes, .. } => return Ok(Some(outcomes)),
                    Surveyed::Failed { error, .. } => return Err(Failure::Impossible(error.to_string())),
                    Surveyed::Progress { .. } | Surveyed::Curvature { .. } => {}
                },
                Event::Failed { error, .. } => return Err(Failure::Impossible(error.to_string())),
                _ => {}
            }
        }
        if stop::asked() || session.wait(clock()) != Wait::Not {
            return Ok(None);
        }
        events = pollster::block_on(session.burst(&clock));
    }
}

impl<'a> Work<'a> {
    fn new(spec: &'a MapSpec, measure: Measure, grid: Grid, shard: Shard) -> Self {
        let (columns, rows) = spec.size();
        let plan = Plan::new(columns, rows);
        let dealt =
            plan.order().iter().enumerate().filter(|(turn, _)| shard.has(*turn)).map(|(_, &cell)| cell);
        let mut waiting: Vec<usize> =
            dealt.filter(|&cell| grid.runs(cell).len() != spec.seeds as usize).collect();
        waiting.reverse();
        let costs = spec.costs();
        Self {
            spec,
            measure,
            places: spec.places(),
            shapes: spec.shapes(),
            wanted: waiting.len(),
            cost: waiting.iter().map(|&cell| costs[cell]).sum(),
            costs,
            waiting,
            grid,
            done: 0,
            paid: 0.0,
            saved: Instant::now(),
        }
    }

    /// The next cells for one thread: of one shape, no more than keeps all threads busy to the end.
    fn take(&mut self, threads: usize) -> Vec<usize> {
        let seeds = self.spec.seeds as usize;
        let fair = (self.waiting.len() * seeds).div_ceil(2 * threads).clamp(1, MOST_LANES);
        let most = (fair / seeds).max(1);
        let Some(first) = self.waiting.last().copied() else { return Vec::new() };
        let mut cells = Vec::new();
        let mut index = self.waiting.len();
        while index > 0 && cells.len() < most {
            index -= 1;
            if self.shapes[self.waiting[index]] == self.shapes[first] {
                cells.push(self.waiting.remove(index));
            }
        }
        cells
    }

    /// The runs of some cells, seed by seed.
    fn runs(&self, cells: &[usize]) -> Vec<Experiment> {
        let seeds = |cell: usize| (0..self.spec.seeds).map(move |seed| (cell, seed));
        cells
            .iter()
            .flat_map(|&cell| seeds(cell))
            .map(|(cell, seed)| self.spec.run(self.places[cell], seed))
            .collect()
    }

    fn put(&mut self, cell: usize, outcomes: &[Outcome]) {
        self.grid.put(cell, outcomes.to_vec());
        self.done += 1;
        self.paid += self.costs[cell];
    }

    fn text(&self) -> String {
        file::write(self.spec, self.measure, &self.grid)
    }

    fn save(&self, path: &Path) -> Result<(), Failure> {
        output::replace(path, &self.text())
    }
}

/// The line before the first run.
fn map_line(work: &Work, shard: Shard) -> Value {
    let (columns, rows) = work.spec.size();
    json!({
        "event": "map",
        "v": crate::run::VERSION,
        "query": query::write(work.spec, work.measure),
        "fragment": query::fragment(work.spec, None),
        "x": work.spec.x.knob.name,
        "y": work.spec.y.knob.name,
        "columns": columns,
        "rows": rows,
        "seeds": work.spec.seeds,
        "steps": work.spec.steps,
        "shard": shard.to_string(),
        "cells": work.wanted,
    })
}

/// The line of one run.
fn run_line(spec: &MapSpec, cell: usize, place: Place, seed: u32, run: &Outcome) -> Value {
    let (columns, _) = spec.size();
    json!({
        "event": "run",
        "cell": cell,
        "column": cell % columns,
        "row": cell / columns,
        "x": number(place.x as f32),
        "y": number(place.y as f32),
        "seed": seed,
        "n_eff": number(run.n_eff),
        "skill": number(run.skill),
        "balanced_accuracy": number(run.balanced_accuracy),
        "minority_recall": number(run.minority_recall),
        "collapsed": run.collapsed,
        "diverged": run.diverged,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> MapSpec {
        MapSpec { columns: 6, rows: 5, seeds: 4, ..query::read("map=width,imbalance", "").spec }
    }

    #[test]
    fn cells_are_taken_once_in_fleets_of_one_shape() {
        let spec = spec();
        let mut work = Work::new(&spec, Measure::default(), Grid::new(30), Shard::WHOLE);
        let mut seen = Vec::new();
        loop {
            let cells = work.take(2);
            let Some(&first) = cells.first() else { break };
            assert!(cells.iter().all(|&cell| work.shapes[cell] == work.shapes[first]));
            assert!(cells.len() * 4 <= MOST_LANES);
            seen.extend(cells);
        }
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..30));
    }

    #[test]
    fn shards_part_the_map_and_trained_cells_are_left_alone() {
        let spec = spec();
        let mut grid = Grid::new(30);
        let outcome = Outcome {
            n_eff: 1.0,
            skill: 0.0,
            balanced_accuracy: 0.5,
            minority_recall: 0.0,
            collapsed: true,
            diverged: false,
        };
        grid.put(7, vec![outcome; 4]);
        // A cell with fewer seeds than wanted is trained again.
        grid.put(8, vec![outcome; 3]);
        let parts =
            (1..=4).map(|number| Work::new(&spec, Measure::default(), grid.clone(), Shard { number, of: 4 }));
        let mut cells: Vec<usize> = parts.flat_map(|work| work.waiting).collect();
        cells.sort_unstable();
        assert!(cells.into_iter().eq((0..30).filter(|cell| *cell != 7)));
    }
}
