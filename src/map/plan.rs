//! In which order cells are trained, and which trained cell stands for one that is not: coarse to fine.
//!
//! Must not know what a cell holds or who trains it.

/// The order of a grid's cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    columns: usize,
    rows: usize,
    order: Vec<usize>,
}

/// Distances between the cells of each pass, in cells: first every fourth, in the end all.
const STRIDES: [usize; 3] = [4, 2, 1];

impl Plan {
    /// The plan of a grid.
    pub fn new(columns: usize, rows: usize) -> Self {
        let mut plan = Self { columns, rows, order: Vec::new() };
        plan.order = STRIDES
            .into_iter()
            .flat_map(|stride| (0..columns * rows).map(move |cell| (stride, cell)))
            .filter(|&(stride, cell)| plan.stride(cell) == stride)
            .map(|(_, cell)| cell)
            .collect();
        plan
    }

    /// Every cell once, row by row from the bottom within a pass.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// Distance between the cells of the pass that trains `cell`.
    pub fn stride(&self, cell: usize) -> usize {
        let (column, row) = (cell % self.columns, cell / self.columns);
        let fits = |stride: &usize| column.is_multiple_of(*stride) && row.is_multiple_of(*stride);
        STRIDES.into_iter().find(fits).unwrap_or(1)
    }

    /// Whether `cell` is trained before the last pass: one of four.
    pub fn is_coarse(&self, cell: usize) -> bool {
        self.stride(cell) > 1
    }

    /// The cell that speaks for `cell`: itself once it is trained, until then the nearest trained cell of
    /// an earlier pass to its lower left.
    pub fn speaker(&self, cell: usize, is_trained: impl Fn(usize) -> bool) -> Option<usize> {
        let (column, row) = (cell % self.columns, cell / self.columns);
        let corner = |stride: usize| (row - row % stride) * self.columns + column - column % stride;
        STRIDES.into_iter().rev().map(corner).find(|&cell| is_trained(cell))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_comes_once_and_coarse_ones_first() {
        for (columns, rows) in [(16, 16), (24, 24), (2, 9), (1, 1), (5, 3)] {
            let plan = Plan::new(columns, rows);
            let mut cells = plan.order().to_vec();
            let strides: Vec<usize> = cells.iter().map(|&cell| plan.stride(cell)).collect();
            assert!(strides.windows(2).all(|pair| pair[0] >= pair[1]), "{strides:?}");
            cells.sort_unstable();
            assert!(cells.into_iter().eq(0..columns * rows), "{columns}x{rows}");
        }
        let coarse = Plan::new(16, 16).order().iter().filter(|&&c| Plan::new(16, 16).is_coarse(c)).count();
        assert_eq!(coarse, 64);
    }

    #[test]
    fn coarse_cells_speak_for_their_block_until_it_is_refined() {
        let plan = Plan::new(8, 8);
        let cell = |column: usize, row: usize| row * 8 + column;
        let trained = |known: Vec<usize>| move |cell: usize| known.contains(&cell);
        assert_eq!(plan.speaker(cell(7, 6), trained(vec![])), None);
        assert_eq!(plan.speaker(cell(7, 6), trained(vec![cell(4, 4)])), Some(cell(4, 4)));
        assert_eq!(plan.speaker(cell(7, 6), trained(vec![cell(4, 4), cell(6, 6)])), Some(cell(6, 6)));
        assert_eq!(plan.speaker(cell(7, 6), trained(vec![cell(7, 6), cell(4, 4)])), Some(cell(7, 6)));
        assert_eq!(plan.speaker(cell(3, 3), trained(vec![cell(4, 4)])), None, "another block");
    }
}
