//! What is drawn beside the run: branches as lines of their own colour, seeds as a band.
//!
//! Must not know which quantity is drawn.

use super::pen::Stroke;
use super::view::{lane, thin};
use super::{Rgb, Theme, View};
use crate::order;
use crate::t;
use crate::telemetry::{History, LaneSnapshot};

/// A run to compare with.
#[derive(Clone, Copy, Debug)]
pub struct Other<'a> {
    /// Its course.
    pub history: &'a History,
    /// What the visitor calls it.
    pub name: &'a str,
    /// Its colour and dash, 1 to 3; the run itself has 0.
    pub slot: usize,
    /// It is the run without the remedy applied last.
    pub is_twin: bool,
}

/// One number per lane that stands for a chart of several lines.
pub(super) struct Summary<'a> {
    /// What it is, for the corner of the picture.
    pub label: &'static str,
    pub value: Box<dyn Fn(&LaneSnapshot) -> f32 + 'a>,
}

/// One line, placed in steps and values.
pub(super) struct Curve {
    /// Long and short; `None` for a ghost, which shares its twin's.
    pub label: Option<(String, String)>,
    pub stroke: Stroke,
    /// A yardstick rather than a measurement.
    pub reference: bool,
    pub points: Vec<(f32, f32)>,
}

/// Where most seeds are.
pub(super) struct Band {
    /// Step, low and high value.
    pub edges: Vec<(f32, f32, f32)>,
    pub colour: Rgb,
}

/// Points of a band and its median: each looks at every seed.
pub(super) const BAND_POINTS: usize = 150;
/// Share of the seeds left out at either side of the band.
const OUTSIDE: f32 = 0.1;

/// The colour of a lane: 0 is the run, 1 to 3 what it is compared with.
pub fn lane_colour(slot: usize, theme: Theme) -> Rgb {
    stroke(slot, theme).colour
}

/// Lines of one lane differ from another's by colour and dash.
pub(super) fn stroke(slot: usize, theme: Theme) -> Stroke {
    let colour = theme.series([0, 1, 4, 2][slot % 4]);
    match slot % 4 {
        0 => Stroke::solid(colour, 2.4),
        1 => Stroke::dashed(colour, 2.0, 7.0, 3.0),
        2 => Stroke::dashed(colour, 2.0, 2.0, 3.0),
        _ => Stroke::dashed(colour, 2.0, 12.0, 4.0),
    }
}

/// "A" for the run, "B" to "D" for the others.
pub fn letter(slot: usize) -> &'static str {
    ["A", "B", "C", "D"][slot % 4]
}

impl<'a> View<'a> {
    /// The only other lane, when it is the run without the remedy: then every line has its own ghost.
    pub(super) fn twin(&self) -> Option<&Other<'a>> {
        match self.others {
            [other] if other.is_twin && self.band.is_none() => Some(other),
            _ => None,
        }
    }

    /// Whether lanes are compared by one number each.
    pub(super) fn compares(&self) -> bool {
        self.twin().is_none() && (!self.others.is_empty() || self.band.is_some())
    }
}

/// A line for each lane.
pub(super) fn curves(view: &View, summary: &Summary) -> Vec<Curve> {
    let curve = |states: Vec<(f32, &LaneSnapshot)>, slot: usize, name: &str| Curve {
        label: Some((t!("lane.label", letter = letter(slot), name = name), letter(slot).to_owned())),
        stroke: stroke(slot, view.theme),
        reference: false,
        points: states.into_iter().map(|(step, state)| (step, (summary.value)(state))).collect(),
    };
    let mut curves = Vec::new();
    if let Some(band) = view.band {
        let median = |snapshot: &crate::telemetry::Snapshot| {
            (snapshot.step as f32, quantile(&values(snapshot, summary), 0.5))
        };
        let snapshots = band.snapshots();
        let points = thin(snapshots.len(), BAND_POINTS).map(|index| median(&snapshots[index]));
        let count = snapshots.last().map_or(0, |last| last.lanes.len());
        curves.push(Curve {
            label: Some((t!("lane.median", n = count), t!("lane.median.short").to_owned())),
            stroke: Stroke::solid(view.theme.series(0), 2.4),
            reference: false,
            points: points.collect(),
        });
    }
    if view.band.is_none() || !view.others.is_empty() {
        curves.push(curve(view.run(), 0, t!("lane.run")));
    }
    let others =
        view.others.iter().map(|other| curve(lane(other.history.snapshots(), 0), other.slot, other.name));
    curves.extend(others);
    curves
}

/// The middle four fifths of the seeds.
pub(super) fn band(view: &View, summary: &Summary) -> Option<Band> {
    let snapshots = view.band?.snapshots();
    let edges = thin(snapshots.len(), BAND_POINTS).map(|index| {
        let values = values(&snapshots[index], summary);
        (snapshots[index].step as f32, quantile(&values, OUTSIDE), quantile(&values, 1.0 - OUTSIDE))
    });
    Some(Band { edges: edges.collect(), colour: view.theme.series(0) })
}

/// Finite values of the seeds, in order.
pub(super) fn values(snapshot: &crate::telemetry::Snapshot, summary: &Summary) -> Vec<f32> {
    let mut values: Vec<f32> =
        snapshot.lanes.iter().map(|lane| (summary.value)(lane)).filter(|value| value.is_finite()).collect();
    order::sort_numbers(&mut values);
    values
}

/// A quantile of sorted values, between neighbours by their distance; NaN of none.
pub(super) fn quantile(sorted: &[f32], share: f32) -> f32 {
    let Some(last) = sorted.len().checked_sub(1) else { return f32::NAN };
    let at = share * last as f32;
    let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    low + (high - low) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_neighbours() {
        let sorted = [1.0, 2.0, 4.0, 8.0, 16.0];
        // numpy.quantile's default.
        for (share, expected) in [(0.0, 1.0), (0.1, 1.4), (0.5, 4.0), (0.9, 12.8), (1.0, 16.0)] {
            assert!((quantile(&sorted, share) - expected).abs() < 1e-5, "{share}");
        }
        assert!(quantile(&[], 0.5).is_nan());
    }
}
