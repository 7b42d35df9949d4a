//! The outcomes of a map's cells as they come in.
//!
//! Must not know what a cell stands for.

use super::outcome::{Outcome, Summary};

/// A cell's outcomes as far as they are known.
#[derive(Clone, Debug, Default, PartialEq)]
enum Cell {
    /// Not trained.
    #[default]
    Empty,
    /// Every run by itself.
    Runs(Vec<Outcome>, Summary),
    /// Only what a link carries.
    Summed(Summary),
}

/// All cells, row by row from the bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    cells: Vec<Cell>,
}

impl Grid {
    /// A grid of that many cells, none trained.
    pub fn new(cells: usize) -> Self {
        Self { cells: vec![Cell::Empty; cells] }
    }

    /// A grid of which only summaries are known.
    pub fn of_summaries(summaries: Vec<Option<Summary>>) -> Self {
        Self { cells: summaries.into_iter().map(|cell| cell.map_or(Cell::Empty, Cell::Summed)).collect() }
    }

    /// A grid of which every run is known; a cell without runs is not trained.
    pub fn of_runs(runs: Vec<Vec<Outcome>>) -> Self {
        let mut grid = Self::new(runs.len());
        runs.into_iter().enumerate().for_each(|(cell, runs)| grid.put(cell, runs));
        grid
    }

    /// Sets the outcomes of a cell, seed by seed. None leave it untrained.
    pub fn put(&mut self, cell: usize, runs: Vec<Outcome>) {
        if let Some(place) = self.cells.get_mut(cell) {
            *place = Summary::of(&runs).map_or(Cell::Empty, |summary| Cell::Runs(runs, summary));
        }
    }

    /// Number of cells, trained or not.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is no cell at all.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Cells trained.
    pub fn trained(&self) -> usize {
        (0..self.cells.len()).filter(|&cell| self.is_trained(cell)).count()
    }

    /// Whether a cell is trained.
    pub fn is_trained(&self, cell: usize) -> bool {
        self.summary(cell).is_some()
    }

    /// A cell's runs together.
    pub fn summary(&self, cell: usize) -> Option<&Summary> {
        match self.cells.get(cell)? {
            Cell::Empty => None,
            Cell::Runs(_, summary) | Cell::Summed(summary) => Some(summary),
        }
    }

    /// A cell's runs one by one; none where only their summary is known.
    pub fn runs(&self, cell: usize) -> &[Outcome] {
        match self.cells.get(cell) {
            Some(Cell::Runs(runs, _)) => runs,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_fill_one_by_one() {
        let run = Outcome {
            n_eff: 1.5,
            skill: 0.5,
            balanced_accuracy: 0.75,
            minority_recall: 0.5,
            collapsed: false,
            diverged: false,
        };
        let mut grid = Grid::new(4);
        grid.put(2, vec![run, run]);
        grid.put(9, vec![run]);
        assert_eq!((grid.len(), grid.trained()), (4, 1));
        assert_eq!(grid.summary(2).map(|cell| (cell.seeds, cell.n_eff)), Some((2, 1.5)));
        assert_eq!((grid.runs(2).len(), grid.runs(0).len()), (2, 0));
        let summed = Grid::of_summaries(vec![None, grid.summary(2).copied()]);
        assert!(summed.is_trained(1) && summed.runs(1).is_empty());
        assert_eq!(Grid::of_runs(vec![vec![], vec![run]]).trained(), 1);
    }
}
