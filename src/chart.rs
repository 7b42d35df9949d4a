//! The charts of a run: each turns a history into a picture, a reading under the pointer, and a table.
//!
//! Must not know the browser or tensors: pictures go to any plotters backend, so that the page's
//! canvas and the SVG snapshots in the tests come from the same code.

mod accuracy;
mod axis;
mod boundary;
mod calibration;
mod cividis;
mod company;
mod confusion_matrix;
mod contour;
mod dead_units;
mod frame;
mod gradients;
mod histograms;
mod imported;
mod label;
mod lines;
mod logits;
mod look;
mod loss;
mod map;
mod map_lines;
mod mark;
mod marker;
mod pen;
mod recall;
mod shares;
pub mod svg;
mod table;
mod theme;
mod update_ratio;
mod view;

pub use company::{Other, lane_colour, letter};
pub use frame::Frame;
pub use imported::{ImportedLine, ImportedView, draw_imported};
pub use map::{MapFrame, MapView, draw_map, draw_map_card, map_svg, read_map};
#[cfg(target_arch = "wasm32")]
pub(crate) use pen::FONT_UNIT;
pub use table::{CHARTS, ChartKind, ChartRow};
pub use theme::{Rgb, Theme, class_colour};

use crate::experiment::Experiment;
use crate::telemetry::{History, Insight, Snapshot, Wants};
use crate::{t, words};
use histograms::Histograms;
use lines::Lines;
use pen::Pen;
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingBackend};
use view::{MAX_ROWS, name, thin};

/// What every chart draws from.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The run.
    pub history: &'a History,
    /// Runs to compare with, at most three.
    pub others: &'a [Other<'a>],
    /// The same run from other initial weights, one lane per seed.
    pub band: Option<&'a History>,
    /// A moment of the past that is looked at instead of the newest.
    pub moment: Option<&'a Snapshot>,
    /// The last look inside the model, as far as charts asked for one.
    pub insight: Option<&'a Insight>,
    /// What is being trained.
    pub experiment: &'a Experiment,
    /// Name of each class; missing ones are numbered.
    pub classes: &'a [String],
    /// Names of the layers with weights, input side first.
    pub layers: &'a [String],
    /// Names of the hidden layers.
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
    /// Predictions over the plane of two-dimensional data.
    Boundary,
    /// Spread of the weights per layer.
    Weights,
    /// Spread of the gradient's components per layer.
    GradientHistogram,
    /// Spread of the hidden units' outputs per hidden layer.
    Activations,
    /// What the output layer says per class.
    Logits,
    /// Correctness against confidence.
    Calibration,
}

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
        if let Some(lines) = self.lines(view) {
            return lines.draw(view, &pen);
        }
        if let Some(histograms) = self.histograms() {
            return histograms.draw(view, &pen);
        }
        match self {
            Chart::Shares => shares::draw(view, &pen),
            Chart::Boundary => boundary::draw(view, &pen),
            Chart::Logits => logits::draw(view, &pen),
            Chart::Calibration => calibration::draw(view, &pen),
            _ => confusion_matrix::draw(view, &pen),
        }
    }

    /// What the chart says at the snapshot nearest to `step`, and the markers there. Empty before
    /// the first snapshot.
    pub fn read(self, view: &View, step: f32) -> Vec<Reading> {
        let Some(snapshot) = view.history.nearest(step) else { return Vec::new() };
        let mut readings = vec![Reading {
            label: t!("chart.step").to_owned(),
            value: words::count(snapshot.step),
            colour: None,
        }];
        match (self, self.lines(view)) {
            (Chart::Shares, _) => readings.extend(shares::read(view, snapshot)),
            (Chart::ConfusionMatrix, _) => readings.extend(confusion_matrix::read(view, snapshot)),
            (_, lines) => readings.extend(lines.iter().flat_map(|lines| lines.read(view, snapshot))),
        }
        if self == Chart::UpdateRatio
            && let Some(lane) = snapshot.lanes.first()
        {
            let (label, value) = (t!("chart.updates.rate").to_owned(), axis::number(lane.learning_rate));
            readings.push(Reading { label, value, colour: None });
        }
        readings.extend(marker::read(view, step));
        readings
    }

    /// What a picture of one look inside the model says at a position in backend pixels; `frame` is
    /// where it was drawn. Empty for charts over time and the confusion matrix.
    pub fn read_at(self, view: &View, frame: Frame, at: (f32, f32)) -> Vec<Reading> {
        match (self, self.histograms()) {
            (_, Some(histograms)) => histograms.read(view, frame, at),
            (Chart::Boundary, _) => boundary::read(view, frame, at),
            (Chart::Logits, _) => logits::read(view, frame, at),
            (Chart::Calibration, _) => calibration::read(view, frame, at),
            _ => Vec::new(),
        }
    }

    /// The same data as text: a header and at most 20 rows spread over the run, the newest last.
    /// Charts that are not over time give one row per class or layer instead.
    pub fn table(self, view: &View) -> (Vec<String>, Vec<Vec<String>>) {
        if let Some(lines) = self.lines(view) {
            return lines.table(view);
        }
        if let Some(histograms) = self.histograms() {
            return histograms.table(view);
        }
        match self {
            Chart::Shares => shares::table(view),
            Chart::Boundary => boundary::table(view),
            Chart::Logits => logits::table(view),
            Chart::Calibration => calibration::table(view),
            _ => confusion_matrix::table(view),
        }
    }

    /// What must be seen inside the model to draw this; nothing for charts of the history.
    pub fn wants(self) -> Wants {
        let none = Wants::default();
        match self {
            Chart::Boundary => Wants { plane: true, ..none },
            Chart::Weights => Wants { weights: true, ..none },
            Chart::GradientHistogram => Wants { gradients: true, ..none },
            Chart::Activations => Wants { activations: true, ..none },
            Chart::Logits | Chart::Calibration => Wants { outputs: true, ..none },
            _ => none,
        }
    }

    /// Whether there is something to draw for this experiment.
    pub fn applies(self, experiment: &Experiment) -> bool {
        self != Chart::Boundary || experiment.data.is_plane()
    }

    fn histograms(self) -> Option<Histograms> {
        match self {
            Chart::Weights => Some(histograms::WEIGHTS),
            Chart::GradientHistogram => Some(histograms::GRADIENTS),
            Chart::Activations => Some(histograms::ACTIVATIONS),
            _ => None,
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
            _ => None,
        }
    }
}

/// What one cell of the confusion matrix says in the newest snapshot.
pub fn read_cell(view: &View, actual: usize, predicted: usize) -> Vec<Reading> {
    confusion_matrix::read_cell(view, actual, predicted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chart_has_one_row() {
        for (index, row) in CHARTS.iter().enumerate() {
            assert_eq!(row.chart as usize, index, "{}", row.id);
            assert!(CHARTS[index + 1..].iter().all(|other| other.id != row.id), "{}", row.id);
        }
        // The last variant; a new one after it fails here until it has a row.
        assert_eq!(Chart::Calibration as usize + 1, CHARTS.len());
    }
}
