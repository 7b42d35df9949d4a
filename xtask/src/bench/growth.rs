//! How the cost of our steps grows with width, batch, classes and lanes, one of them at a time.
//!
//! Must not know goals or peers.

use super::Task;
use super::lab::{lane_steps_per_second, steps_per_second};
use super::markdown::{cell, significant, table};
use super::results::{Results, VALUE, ratio};

/// One quantity and the values it takes.
struct Series {
    /// What grows.
    what: &'static str,
    /// Values as shown, and the experiments that have them, on the CPU.
    points: &'static [(&'static str, &'static str)],
}

/// All else is as in the MLP job: 20-32-2 with batches of 32.
#[rustfmt::skip]
static SERIES: &[Series] = &[
    Series { what: "width", points: &[
        ("16", "data=linear&width=16"), ("32", "data=linear&width=32"), ("64", "data=linear&width=64"),
        ("128", "data=linear&width=128"), ("256", "data=linear&width=256"),
    ] },
    Series { what: "batch", points: &[
        ("8", "data=linear&width=32&batch_size=8"), ("32", "data=linear&width=32&batch_size=32"),
        ("128", "data=linear&width=32&batch_size=128"), ("256", "data=linear&width=32&batch_size=256"),
    ] },
    // Data sets, because the number of classes is theirs; so is the number of inputs.
    Series { what: "classes (inputs)", points: &[
        ("2 (2)", "data=moons&width=32"), ("4 (2)", "data=blobs&width=32"),
        ("2 (20)", "data=linear&width=32"), ("6 (11)", "data=wine&width=32"), ("10 (64)", "data=digits&width=32"),
    ] },
];

/// Lanes of a fleet, and the backends with the milliseconds each is measured.
const LANES: [u32; 5] = [1, 4, 16, 64, 256];
const BACKENDS: [(&str, &str, u32); 2] = [("CPU", "cpu", 2_000), ("WebGPU", "gpu", 6_000)];

/// Everything measured, on the page at `url`.
pub fn tasks(url: &str) -> Vec<Task> {
    let mut tasks = Vec::new();
    for series in SERIES {
        for (value, experiment) in series.points {
            let url = url.to_owned();
            let link = format!("#v=1&batch_size=32&depth=1&steps=100000&{experiment}");
            tasks.push(Task {
                name: name(series.what, value),
                measure: Box::new(move || steps_per_second(&url, "cpu", &link, 2_000, 2_000)),
            });
        }
    }
    for (shown, backend, millis) in BACKENDS {
        for lanes in LANES {
            let url = url.to_owned();
            tasks.push(Task {
                name: name(&format!("lanes, {shown}"), &lanes.to_string()),
                measure: Box::new(move || lane_steps_per_second(&url, backend, lanes, millis)),
            });
        }
    }
    tasks
}

fn name(what: &str, value: &str) -> String {
    format!("growth with {what}: {value}")
}

/// A table of steps by width, batch and classes, and one of lane-steps by lanes.
pub fn tables(results: &Results) -> String {
    let mut rows = Vec::new();
    for series in SERIES {
        let median = |value: &str| results.median(&name(series.what, value), VALUE);
        let first = median(series.points[0].0);
        for (value, _) in series.points {
            let rate = median(value);
            rows.push(vec![
                series.what.to_owned(),
                (*value).to_owned(),
                cell(rate),
                cell(rate.map(|rate| 1e6 / rate)),
                times(ratio(first, rate)),
            ]);
        }
    }
    let single =
        table(&["grows", "to", "CPU steps/s, charts live", "µs a step", "cost over the first row's"], &rows);

    let mut rows = Vec::new();
    for lanes in LANES {
        let mut row = vec![lanes.to_string()];
        for (shown, ..) in BACKENDS {
            let what = format!("lanes, {shown}");
            let median = |lanes: u32| results.median(&name(&what, &lanes.to_string()), VALUE);
            row.push(cell(median(lanes)));
            // A step of the fleet costs lanes over lane-steps; of one lane, its step.
            let gain = ratio(median(lanes), median(1));
            row.push(times(gain.map(|gain| f64::from(lanes) / gain)));
        }
        rows.push(row);
    }
    let columns = [
        "lanes",
        "CPU lane-steps/s",
        "cost of a step over one lane's",
        "WebGPU lane-steps/s",
        "cost of a step over one lane's",
    ];
    format!("{single}\n{}", table(&columns, &rows))
}

fn times(ratio: Option<f64>) -> String {
    ratio.map_or_else(|| cell(None), |ratio| format!("{} ×", significant(ratio)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::results::values;
    use serde_json::json;

    #[test]
    fn costs_are_relative_to_the_first_of_each_series() {
        let mut results = Results::default();
        let mut add = |what: &str, value: &str, rate: f64| {
            results.add(&name(what, value), values(&json!(rate)).expect("number"));
        };
        add("width", "16", 40_000.0);
        add("width", "256", 10_000.0);
        add("lanes, CPU", "1", 20_000.0);
        add("lanes, CPU", "64", 80_000.0);
        let tables = tables(&results);
        assert!(tables.contains("| width | 256 | 10,000 | 100 | 4.00 × |"), "{tables}");
        // Four times the lane-steps with 64 times the lanes: a step costs 16 times as much.
        assert!(tables.contains("| 64 | 80,000 | 16.0 × | – | – |"), "{tables}");
        assert!(tables.contains("| width | 32 | – | – | – |"), "{tables}");
    }
}
