//! The charts of a run: each turns a history into a picture, a reading under the pointer, and a table.
//!
//! Must not know the browser or tensors: pictures go to any plotters backend, so that the page's
//! canvas and the SVG snapshots in the tests come from the same code.

mod accuracy;
mod axis;
mod confusion_matrix;
mod dead_units;
mod frame;
mod gradients;
mod label;
mod lines;
mod loss;
mod marker;
mod pen;
mod recall;
mod shares;
mod theme;
mod update_ratio;

pub use frame::Frame;
#[cfg(target_arch = "wasm32")]
pub(crate) use pen::FONT_UNIT;
pub use theme::{Rgb, Theme, class_colour};

use crate::experiment::Experiment;
use crate::telemetry::{History, LaneSnapshot, Snapshot};
use lines::Lines;
use pen::Pen;
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingBackend};

/// What every chart draws from.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The run; lane 1, when present, is its twin without the remedy and is drawn as a ghost.
    pub history: &'a History,
    /// An earlier run to compare with, drawn as a ghost when there is no twin.
    pub ghost: Option<&'a History>,
    /// What is being trained.
    pub experiment: &'a Experiment,
    /// Name of each class; missing ones are numbered.
    pub classes: &'a [String],
    /// Names of the layers with weights, input side first.
    pub layers: &'a [String],
    /// Names of the hidden layers with ReLU.
    pub hidden: &'a [String],
    /// Colours for a light or a dark page.
    pub theme: Theme,
    /// Logarithmic loss axis.
    pub log_loss: bool,
    /// Device pixels per CSS pixel, above 0: text, strokes and margins grow with it.
    pub scale: f32,
}

/// One chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Chart {
    /// Share of predictions per class.
    Shares,
    /// Training and probe loss.
    Loss,
    /// Accuracy and balanced accuracy.
    Accuracy,
    /// Recall per class.
    Recall,
    /// Actual against predicted classes.
    ConfusionMatrix,
    /// Gradient norm per layer.
    Gradients,
    /// Dead units per hidden layer.
    DeadUnits,
    /// Update size relative to the weights, per layer.
    UpdateRatio,
}

/// What the page says about a chart.
#[derive(Clone, Copy, Debug)]
pub struct ChartRow {
    /// The chart.
    pub chart: Chart,
    /// Stable name in links, files and element ids.
    pub id: &'static str,
    /// Heading.
    pub title: &'static str,
    /// One sentence for a newcomer.
    pub help: &'static str,
    /// How the pointer reads it.
    pub kind: ChartKind,
}

/// What a position in a chart means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// Left to right is training steps.
    Time,
    /// A cell per actual and predicted class.
    Matrix,
}

/// Every chart, in page order; the first is the hero.
pub static CHARTS: &[ChartRow] = &[
    ChartRow {
        chart: Chart::Shares,
        id: "shares",
        title: "What the model predicts",
        help: "How often each class is the model's answer on held-out examples that contain every \
               class equally often; one colour filling the chart means one answer for everything.",
        kind: ChartKind::Time,
    },
    ChartRow {
        chart: Chart::Loss,
        id: "loss",
        title: "Loss",
        help: "How surprised the model is by the right answer; below both dashed lines it has \
               learned something from the input itself.",
        kind: ChartKind::Time,
    },
    ChartRow {
        chart: Chart::Accuracy,
        id: "accuracy",
        title: "Accuracy",
        help: "Plain accuracy flatters a model that only knows the most frequent class; balanced \
               accuracy counts every class alike and shows it.",
        kind: ChartKind::Time,
    },
    ChartRow {
        chart: Chart::Recall,
        id: "recall",
        title: "Recall per class",
        help: "Of the held-out examples of each class, the share the model gets right.",
        kind: ChartKind::Time,
    },
    ChartRow {
        chart: Chart::ConfusionMatrix,
        id: "confusion",
        title: "Confusion matrix",
        help: "Each row is a true class and each column an answer: the diagonal is right, a single \
               dark column is a collapse.",
        kind: ChartKind::Matrix,
    },
    ChartRow {
        chart: Chart::Gradients,
        id: "gradients",
        title: "Gradient size per layer",
        help: "How strongly the loss pulls on each layer's weights; near zero nothing is learned, \
               and a steep rise announces divergence.",
        kind: ChartKind::Time,
    },
    ChartRow {
        chart: Chart::DeadUnits,
        id: "dead",
        title: "Dead units",
        help: "Share of hidden units that output zero for every held-out example and so pass on \
               nothing and learn nothing.",
        kind: ChartKind::Time,
    },
    ChartRow {
        chart: Chart::UpdateRatio,
        id: "updates",
        title: "Update size per layer",
        help: "How far one step moves the weights relative to their size; about one part in a \
               thousand, the shaded band, is usual for healthy training.",
        kind: ChartKind::Time,
    },
];

/// One value under the pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What it is.
    pub label: String,
    /// Formatted for people; "–" where there is no number.
    pub value: String,
    /// Colour of its line or band, if it has one.
    pub colour: Option<Rgb>,
}

/// Drawing failed: the backend's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawError(pub String);

impl std::fmt::Display for DrawError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the chart could not be drawn: {}", self.0)
    }
}

impl std::error::Error for DrawError {}

impl Chart {
    /// The chart's row in [`CHARTS`].
    pub fn row(self) -> &'static ChartRow {
        CHARTS.iter().find(|row| row.chart == self).expect("every chart has a row; a test counts them")
    }

    /// Draws the chart over the whole of `area`, on whatever is there: the background is not filled.
    ///
    /// # Errors
    /// The backend refused; nothing about the data is an error.
    pub fn draw<DB: DrawingBackend>(
        self,
        view: &View,
        area: &DrawingArea<DB, Shift>,
    ) -> Result<Frame, DrawError> {
        let pen = Pen::new(area, view);
        match (self, self.lines(view)) {
            (Chart::Shares, _) => shares::draw(view, &pen),
            (_, Some(lines)) => lines.draw(view, &pen),
            (_, None) => confusion_matrix::draw(view, &pen),
        }
    }

    /// What the chart says at the snapshot nearest to `step`, and the markers there. Empty before
    /// the first snapshot.
    pub fn read(self, view: &View, step: f32) -> Vec<Reading> {
        let Some(snapshot) = view.history.nearest(step) else { return Vec::new() };
        let mut readings =
            vec![Reading { label: "step".to_owned(), value: axis::thousands(snapshot.step), colour: None }];
        match (self, self.lines(view)) {
            (Chart::Shares, _) => readings.extend(shares::read(view, snapshot)),
            (_, Some(lines)) => readings.extend(lines.read(snapshot)),
            (_, None) => readings.extend(confusion_matrix::read(view, snapshot)),
        }
        readings.extend(marker::read(view, step));
        readings
    }

    /// The same data as text: a header and at most 20 rows spread over the run, the newest last.
    /// The confusion matrix gives one row per actual class instead.
    pub fn table(self, view: &View) -> (Vec<String>, Vec<Vec<String>>) {
        match (self, self.lines(view)) {
            (Chart::Shares, _) => shares::table(view),
            (_, Some(lines)) => lines.table(view),
            (_, None) => confusion_matrix::table(view),
        }
    }

    /// The lines of a line chart; `None` for the others.
    fn lines<'a>(self, view: &'a View) -> Option<Lines<'a>> {
        match self {
            Chart::Loss => Some(loss::lines(view)),
            Chart::Accuracy => Some(accuracy::lines(view)),
            Chart::Recall => Some(recall::lines(view)),
            Chart::Gradients => Some(gradients::lines(view)),
            Chart::DeadUnits => Some(dead_units::lines(view)),
            Chart::UpdateRatio => Some(update_ratio::lines(view)),
            Chart::Shares | Chart::ConfusionMatrix => None,
        }
    }
}

/// What one cell of the confusion matrix says in the newest snapshot.
pub fn read_cell(view: &View, actual: usize, predicted: usize) -> Vec<Reading> {
    confusion_matrix::read_cell(view, actual, predicted)
}

/// Most points of a line; more cannot be seen and cost time.
const MAX_POINTS: usize = 500;
/// Most rows of a table over time.
const MAX_ROWS: usize = 20;

impl View<'_> {
    /// Number of classes.
    fn class_count(&self) -> usize {
        self.experiment.classes()
    }

    /// Name of class `index`.
    fn class_name(&self, index: usize) -> String {
        name(self.classes, index, "class")
    }

    /// A length in CSS pixels as backend pixels, at least 1.
    fn px(&self, css: f32) -> i32 {
        (css * self.scale).round().max(1.0) as i32
    }

    /// First and last step of the time axis, never equal. It follows the run, not the ghost: an
    /// earlier run's 20,000 steps would squeeze a new run's first hundred into nothing.
    fn steps(&self) -> (f32, f32) {
        let history = if self.history.last().is_some() { Some(self.history) } else { self.ghost };
        let last = history.and_then(History::last).map_or(0, |last| last.step);
        (0.0, last.max(10) as f32)
    }

    /// Steps and states of the run, down-sampled.
    fn run(&self) -> Vec<(f32, &LaneSnapshot)> {
        lane(self.history.snapshots(), 0)
    }

    /// The same for the ghost, if there is one: the twin lane, else the earlier run.
    fn ghost(&self) -> Option<Ghost<'_>> {
        let twin = lane(self.history.snapshots(), 1);
        if !twin.is_empty() {
            return Some(Ghost { label: "without the fix", points: twin });
        }
        let points = lane(self.ghost?.snapshots(), 0);
        (!points.is_empty()).then_some(Ghost { label: "previous run", points })
    }
}

/// A run to compare with.
struct Ghost<'a> {
    label: &'static str,
    points: Vec<(f32, &'a LaneSnapshot)>,
}

/// Steps and states of one lane, at most [`MAX_POINTS`], evenly thinned, the newest kept.
fn lane(snapshots: &[Snapshot], lane: usize) -> Vec<(f32, &LaneSnapshot)> {
    let all: Vec<_> =
        snapshots.iter().filter_map(|s| s.lanes.get(lane).map(|state| (s.step as f32, state))).collect();
    thin(all.len(), MAX_POINTS).map(|index| all[index]).collect()
}

/// At most `limit` indices below `length`, evenly spread, first and last included.
fn thin(length: usize, limit: usize) -> impl Iterator<Item = usize> {
    let kept = length.min(limit);
    (0..kept).map(move |i| if kept > 1 { i * (length - 1) / (kept - 1) } else { 0 })
}

/// `names[index]`, or a numbered stand-in while names are not known.
fn name(names: &[String], index: usize, kind: &str) -> String {
    names.get(index).cloned().unwrap_or_else(|| format!("{kind} {index}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_both_ends_and_order() {
        let kept: Vec<_> = thin(512, 500).collect();
        assert_eq!((kept.len(), kept[0], kept[499]), (500, 0, 511));
        assert!(kept.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(thin(3, 500).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(thin(1, 500).collect::<Vec<_>>(), [0]);
        assert_eq!(thin(0, 500).count(), 0);
    }

    #[test]
    fn every_chart_has_one_row() {
        for (index, row) in CHARTS.iter().enumerate() {
            assert_eq!(row.chart as usize, index, "{}", row.id);
            assert!(CHARTS[index + 1..].iter().all(|other| other.id != row.id), "{}", row.id);
        }
        // The last variant; a new one after it fails here until it has a row.
        assert_eq!(Chart::UpdateRatio as usize + 1, CHARTS.len());
    }
}
