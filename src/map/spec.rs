//! What a map is made of: an experiment, two axes, a grid, seeds and steps.
//!
//! Must not know how it is written in an address or what became of its runs.

use super::axis::Axis;
use crate::experiment::knob::knob;
use crate::experiment::{Experiment, ModelName};

/// A map, completely described: equal maps give equal outcomes.
#[derive(Clone, Debug, PartialEq)]
pub struct MapSpec {
    /// What every cell has in common.
    pub base: Experiment,
    /// Across.
    pub x: Axis,
    /// Up.
    pub y: Axis,
    /// Cells wanted across, [`GRID`]; a whole-number axis may have fewer values.
    pub columns: u32,
    /// Cells wanted up.
    pub rows: u32,
    /// Runs per cell, [`SEEDS`].
    pub seeds: u32,
    /// Training steps of every run, [`STEPS`].
    pub steps: u32,
}

/// Cells along an axis.
pub const GRID: (u32, u32) = (2, 24);
/// Runs per cell.
pub const SEEDS: (u32, u32) = (1, 8);
/// Steps per run.
pub const STEPS: (u32, u32) = (10, 20_000);

impl MapSpec {
    /// Learning rate against imbalance, 16 by 16, 4 seeds, 300 steps.
    pub fn new(base: Experiment) -> Self {
        let axis = |name| knob(name).and_then(Axis::new).expect("both are numbers; a test makes this map");
        Self {
            base,
            x: axis("learning_rate"),
            y: axis("imbalance"),
            columns: 16,
            rows: 16,
            seeds: 4,
            steps: 300,
        }
    }

    /// Values across, from left to right.
    pub fn columns(&self) -> Vec<f64> {
        self.x.values(self.columns)
    }

    /// Values up, from the bottom.
    pub fn rows(&self) -> Vec<f64> {
        self.y.values(self.rows)
    }

    /// Columns and rows there really are.
    pub fn size(&self) -> (usize, usize) {
        (self.columns().len(), self.rows().len())
    }

    /// What is trained at a place of the map, with the base's own seeds.
    pub fn at(&self, x: f64, y: f64) -> Experiment {
        let mut experiment = self.base.clone();
        self.x.put(&mut experiment, x);
        self.y.put(&mut experiment, y);
        experiment.live.steps = self.steps;
        // A cell's runs are one fleet and end together.
        experiment.live.early_stopping = 0;
        experiment
    }

    /// The run of one seed of a cell: initial weights and the order of examples are drawn anew, the data
    /// stay, as in a seed band.
    pub fn run(&self, place: Place, seed: u32) -> Experiment {
        self.at(place.x, place.y).with_seed(seed)
    }

    /// Every cell, row by row from the bottom.
    pub fn places(&self) -> Vec<Place> {
        let columns = self.columns();
        self.rows().into_iter().flat_map(|y| columns.iter().map(move |&x| Place { x, y })).collect()
    }

    /// For each cell a number that is equal where models can train as one fleet.
    pub fn shapes(&self) -> Vec<u32> {
        let (columns, rows) = self.size();
        let ((left, right), (bottom, top)) = (self.x.ends(), self.y.ends());
        let corner = self.at(left, bottom);
        let across = !corner.fits_beside(&self.at(right, bottom));
        let up = !corner.fits_beside(&self.at(left, top));
        let part = |varies: bool, index: usize| if varies { index as u32 } else { 0 };
        (0..rows)
            .flat_map(|row| (0..columns).map(move |column| part(up, row) * 100 + part(across, column)))
            .collect()
    }

    /// About how many multiplications a step of each cell's model takes, for estimates of time.
    pub fn costs(&self) -> Vec<f64> {
        self.places().into_iter().map(|place| cost(&self.at(place.x, place.y))).collect()
    }
}

/// A cell's settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Value of the horizontal axis.
    pub x: f64,
    /// Value of the vertical axis.
    pub y: f64,
}

fn cost(experiment: &Experiment) -> f64 {
    let model = &experiment.model;
    let per_example = match experiment.model_name() {
        // Nine weights at each of 14 by 14 positions after pooling, about.
        ModelName::Cnn => {
            let channels = f64::from(model.channels);
            9.0 * 4.0 * 200.0 * channels + f64::from(model.blocks - 1) * 9.0 * 50.0 * channels * channels
        }
        ModelName::Mlp => {
            let width = f64::from(model.width);
            let inputs = if experiment.is_image() { 256.0 } else { 16.0 };
            inputs * width + f64::from(model.depth.saturating_sub(1)) * width * width + 8.0 * width
        }
    };
    // Bookkeeping that does not grow with the model.
    f64::from(experiment.batch_size) * (per_example + 200.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_change_weights_and_order_only() {
        let spec = MapSpec::new(Experiment::default());
        let place = spec.places()[17];
        let (first, third) = (spec.run(place, 0), spec.run(place, 2));
        assert_eq!(first.seeds, spec.base.seeds);
        assert_eq!((third.seeds.weights, third.seeds.order), (3, 3));
        let mut same = third.clone();
        same.seeds = first.seeds.clone();
        assert_eq!(same, first);
        assert_eq!(first.live.steps, 300);
    }

    #[test]
    fn cells_go_row_by_row_from_the_bottom_left() {
        let spec = MapSpec { columns: 3, rows: 2, ..MapSpec::new(Experiment::default()) };
        let places: Vec<(f64, f64)> = spec.places().iter().map(|place| (place.x, place.y)).collect();
        assert_eq!(
            places,
            [(1e-4, 1.0), (0.01, 1.0), (1.0, 1.0), (1e-4, 1000.0), (0.01, 1000.0), (1.0, 1000.0)]
        );
    }

    #[test]
    fn models_of_one_shape_share_a_number() {
        let mut spec = MapSpec { columns: 4, rows: 3, ..MapSpec::new(Experiment::default()) };
        assert!(spec.shapes().iter().all(|&shape| shape == 0));
        spec.x = knob("width").and_then(Axis::new).expect("an axis");
        let shapes = spec.shapes();
        assert_eq!(shapes[..4], [0, 1, 2, 3]);
        assert_eq!(shapes[..4], shapes[8..]);
        spec.x = knob("beta1").and_then(Axis::new).expect("an axis");
        assert_eq!(spec.shapes()[..4], [0, 1, 2, 3], "a fleet has one optimiser");
        spec.x = knob("width").and_then(Axis::new).expect("an axis");
        let costs = spec.costs();
        assert!(costs[3] > costs[0] && costs[0] == costs[4]);
    }
}
