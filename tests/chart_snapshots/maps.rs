//! Collapse maps as training would leave them, made from formulas.

use collapse_lab::chart::{MapView, Theme};
use collapse_lab::experiment::knob::knob;
use collapse_lab::experiment::{DataName, Experiment};
use collapse_lab::map::theory::{Known, Line};
use collapse_lab::map::{Axis, Grid, Law, MapSpec, Measure, Outcome, Plan};

pub struct MapFixture {
    spec: MapSpec,
    grid: Grid,
    plan: Plan,
    measure: Measure,
    lines: Vec<Line>,
}

pub fn all() -> Vec<(&'static str, MapFixture)> {
    let half = fixture(rates(), Measure::Classes, |plan, cell| plan.stride(cell) > 1);
    let done = fixture(rates(), Measure::Collapsed, |_, _| true);
    let empty = fixture(rates(), Measure::Skill, |_, _| false);
    let narrow = fixture(shapes(), Measure::Minority, |_, _| true);
    vec![("half", half), ("done", done), ("empty", empty), ("narrow", narrow)]
}

/// Learning rate against imbalance on two Gaussians.
fn rates() -> MapSpec {
    let mut base = Experiment::default();
    base.data.name = DataName::Gaussians;
    MapSpec { columns: 12, rows: 10, seeds: 2, ..MapSpec::new(base) }
}

/// Width against depth.
fn shapes() -> MapSpec {
    let axis = |name| knob(name).and_then(Axis::new).expect("an axis");
    MapSpec { x: axis("width"), y: axis("depth"), ..rates() }
}

fn fixture(spec: MapSpec, measure: Measure, is_trained: impl Fn(&Plan, usize) -> bool) -> MapFixture {
    let (columns, rows) = spec.size();
    let plan = Plan::new(columns, rows);
    let mut grid = Grid::new(columns * rows);
    for cell in (0..columns * rows).filter(|cell| is_trained(&plan, *cell)) {
        let (across, up) = ((cell % columns) as f32 / columns as f32, (cell / columns) as f32 / rows as f32);
        let skill = (1.4 * across - 1.2 * up + 0.4).clamp(0.0, 1.0);
        let run = |diverged: bool| Outcome {
            n_eff: 1.0 + skill,
            skill,
            balanced_accuracy: 0.5 + skill / 2.0,
            minority_recall: skill,
            collapsed: !diverged && skill < 0.3,
            diverged,
        };
        // The last column diverges, the one before in one run of two.
        let column = cell % columns;
        grid.put(cell, vec![run(column + 1 == columns), run(column + 2 >= columns)]);
    }
    let known = Known { spec: &spec, grid: &grid, plan: &plan, curvature: None };
    let lines = Law::ALL.into_iter().filter_map(|law| law.lines(&known).ok()).flatten().collect();
    MapFixture { spec, grid, plan, measure, lines }
}

impl MapFixture {
    pub fn view(&self) -> MapView<'_> {
        MapView {
            spec: &self.spec,
            grid: &self.grid,
            plan: &self.plan,
            measure: self.measure,
            lines: &self.lines,
            selected: None,
            theme: Theme::Light,
            scale: 1.0,
        }
    }
}
