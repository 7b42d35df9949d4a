//! Laws against numbers from elsewhere, and where they are silent.

use super::*;
use crate::experiment::knob::knob;
use crate::experiment::{DataName, OptimizerName, Weighting};
use crate::map::{Axis, Outcome};

fn axis(name: &str) -> Axis {
    knob(name).and_then(Axis::new).expect("an axis")
}

fn gaussians() -> MapSpec {
    let mut base = Experiment::default();
    base.data.name = DataName::Gaussians;
    MapSpec::new(base)
}

fn lines(spec: &MapSpec, law: Law, curvature: Option<&Curvature>) -> Result<Vec<Line>, Absent> {
    let (columns, rows) = spec.size();
    let (grid, plan) = (Grid::new(columns * rows), Plan::new(columns, rows));
    law.lines(&Known { spec, grid: &grid, plan: &plan, curvature })
}

/// The field's value nearest to a place.
fn value(spec: &MapSpec, line: &Line, x: f64, y: f64) -> f32 {
    let (columns, rows) = spec.size();
    let index = |share: Option<f64>, cells: usize| {
        let at = (share.expect("on the map") * (cells - 1) as f64 + 0.5) / cells as f64;
        (at * (SIDE - 1) as f64).round() as usize
    };
    line.field[index(spec.y.share(y), rows) * SIDE + index(spec.x.share(x), columns)]
}

/// `(1 + erf(x / sqrt 2)) / 2` with Python's `math.erf`, `x = d/2 - log(rho)/d`, `d = separation sqrt(10)`.
#[test]
fn the_bayes_ceiling_is_that_of_python() {
    let table = [
        (1.0, 1.0, 0.943_076_9),
        (1.0, 9.0, 0.812_276_2),
        (1.0, 99.0, 0.550_939_1),
        (1.0, 1000.0, 0.273_159_5),
        (0.5, 99.0, 0.017_187_7),
        (2.0, 99.0, 0.992_569),
    ];
    for (separation, rho, expected) in table {
        let mut experiment = gaussians().base;
        experiment.data.separation = separation;
        experiment.live.imbalance = rho;
        let ceiling = bayes::ceiling(&experiment).expect("two Gaussians");
        assert!((ceiling - expected).abs() < 1e-5, "{separation} {rho}: {ceiling} is not {expected}");
    }
}

#[test]
fn the_ceiling_is_drawn_for_two_plain_gaussians_only() {
    let spec = gaussians();
    let lines_there = lines(&spec, Law::Bayes, None).expect("applies");
    // At separation 1 half of the minority is out of reach from a ratio of exp(5) = 148 on.
    assert!(
        value(&spec, &lines_there[0], 0.01, 100.0) > 0.0 && value(&spec, &lines_there[0], 0.01, 250.0) < 0.0
    );
    assert_eq!(lines_there.len(), 1, "a tenth is never out of reach here");
    let with = |change: fn(&mut Experiment)| {
        let mut spec = gaussians();
        change(&mut spec.base);
        lines(&spec, Law::Bayes, None).map(|lines| lines.len())
    };
    assert_eq!(with(|e| e.data.name = DataName::Moons), Err(Absent::Assumptions));
    assert_eq!(with(|e| e.live.weighting = Weighting::Oversampling), Err(Absent::Assumptions));
    assert_eq!(with(|e| e.data.separation = 3.0), Err(Absent::Outside));
    let spec = MapSpec { y: axis("l2"), ..gaussians() };
    assert_eq!(lines(&spec, Law::Bayes, None), Err(Absent::Level));
}

#[test]
fn born_dead_networks_are_narrow_and_deep() {
    // One layer of one unit is dead in one case of two, three of them in seven of eight.
    assert_eq!(born_dead::probability(1.0, 1.0), 0.5);
    assert_eq!(born_dead::probability(1.0, 3.0), 0.875);
    // Python: 1 - (1 - 2**-4)**8
    assert!((born_dead::probability(4.0, 8.0) - 0.403_28).abs() < 1e-5);
    assert!(born_dead::probability(64.0, 8.0) > 0.0, "not lost beside 1");
    let spec = MapSpec { x: axis("width"), y: axis("depth"), ..gaussians() };
    let found = lines(&spec, Law::BornDead, None).expect("applies");
    assert_eq!(found.iter().map(|line| line.level.as_str()).collect::<Vec<_>>(), ["5%", "50%", "95%"]);
    assert!(value(&spec, &found[0], 1.0, 8.0) > 0.0 && value(&spec, &found[0], 128.0, 8.0) < 0.0);
    assert_eq!(lines(&gaussians(), Law::BornDead, None), Err(Absent::Level));
    let mut tanh = spec.clone();
    tanh.base.model.activation = crate::experiment::Activation::Tanh;
    assert_eq!(lines(&tanh, Law::BornDead, None), Err(Absent::Assumptions));
}

#[test]
fn the_stability_edge_is_where_rate_times_curvature_says() {
    let mut spec = MapSpec { y: axis("separation"), ..gaussians() };
    assert_eq!(stability_limit(&spec.base).map(|limit| limit.round()), Some(38.0));
    spec.base.optimizer.name = OptimizerName::Sgd;
    spec.base.optimizer.momentum = 0.0;
    assert_eq!(stability_limit(&spec.base), Some(2.0));
    assert_eq!(lines(&spec, Law::Stability, None), Err(Absent::NotMeasured));
    let wanted = Curvature::wanted(&spec);
    assert_eq!(wanted.len(), 5 * 3);
    assert_eq!((wanted[0].data.separation, wanted[14].data.separation), (0.0, 3.0));
    // Curvature 20 to 200 with little spread between seeds: edges at 0.1 and 0.01.
    let measured: Vec<f32> = (0..15)
        .map(|run| 20.0 * 10f32.powf((run / 3) as f32 / 4.0) * (1.0 + 0.01 * (run % 3) as f32))
        .collect();
    let curvature = Curvature::new(&spec, &measured).expect("as many as wanted");
    let found = lines(&spec, Law::Stability, Some(&curvature)).expect("applies");
    assert_eq!(found.len(), 2);
    for (rate, separation, above) in
        [(0.2, 0.0, true), (0.05, 0.0, false), (0.02, 2.9, true), (0.005, 2.9, false)]
    {
        assert_eq!(value(&spec, &found[0], rate, separation) > 0.0, above, "{rate} {separation}");
    }
    spec.base.optimizer.name = OptimizerName::RmsProp;
    assert!(Curvature::wanted(&spec).is_empty());
    assert_eq!(lines(&spec, Law::Stability, Some(&curvature)), Err(Absent::Assumptions));
    assert_eq!(Curvature::new(&spec, &measured[1..]), None);
}

/// A grid in which the minority is found beyond `rate x steps > constant ratio^0.9`.
fn escaped(spec: &MapSpec, constant: f64) -> Grid {
    let places = spec.places();
    let mut grid = Grid::new(places.len());
    for (cell, place) in places.into_iter().enumerate() {
        let found = place.x * f64::from(spec.steps) > constant * place.y.powf(0.9);
        let run = Outcome {
            n_eff: if found { 2.0 } else { 1.0 },
            skill: if found { 0.8 } else { 0.0 },
            balanced_accuracy: if found { 0.9 } else { 0.5 },
            minority_recall: if found { 0.8 } else { 0.0 },
            collapsed: !found,
            diverged: false,
        };
        grid.put(cell, vec![run]);
    }
    grid
}

#[test]
fn the_escape_lines_constant_is_found_from_coarse_cells_and_right_for_the_others() {
    let spec = gaussians();
    let (grid, plan) = (escaped(&spec, 0.05), Plan::new(16, 16));
    let known = Known { spec: &spec, grid: &grid, plan: &plan, curvature: None };
    let found = calibration(&known).expect("both sides");
    // The rows beyond the Bayes ceiling of one half, from a ratio of 148 on, are left out.
    assert_eq!((found.coarse, found.others), (48, 128));
    assert!(found.right >= 122, "{found:?}");
    assert!((found.log_constant - 0.05f64.ln()).abs() < 1.5, "{found:?}");
    assert_eq!(Law::Escape.lines(&known).map(|lines| lines.len()), Ok(1));
}

#[test]
fn the_escape_line_says_why_it_is_missing() {
    let spec = gaussians();
    assert_eq!(lines(&spec, Law::Escape, None), Err(Absent::NotMeasured));
    let grid = escaped(&spec, 1e-9);
    let known = Known { spec: &spec, grid: &grid, plan: &Plan::new(16, 16), curvature: None };
    assert_eq!(Law::Escape.lines(&known), Err(Absent::OneSided));
    let mut weighted = spec.clone();
    weighted.base.live.weighting = Weighting::InverseFrequency;
    assert_eq!(lines(&weighted, Law::Escape, None), Err(Absent::Assumptions));
    let level = MapSpec { x: axis("l1"), y: axis("l2"), ..spec };
    assert_eq!(lines(&level, Law::Escape, None), Err(Absent::Level));
}
