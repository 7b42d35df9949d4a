//! What files say: curves of a training run, predictions with their labels, or a confusion matrix.
//!
//! Must not know how files are written.

use super::metric::{Kind, Metric, Split};
use crate::t;
use crate::telemetry::Confusion;

/// A file that was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// Whose file it seems to be.
    pub format: Format,
    /// What it says.
    pub reading: Reading,
    /// What was changed or left out on the way.
    pub notes: Vec<Note>,
}

/// Whose file it seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A Keras `History`, as JSON or as Python prints it.
    KerasHistory,
    /// A table with columns as Keras' `CSVLogger` names them.
    KerasCsv,
    /// PyTorch Lightning's `metrics.csv`.
    Lightning,
    /// A table exported from Weights & Biases.
    WeightsAndBiases,
    /// Metrics in any other table.
    Metrics,
    /// Predictions beside labels.
    Predictions,
    /// Counts of actual against predicted classes.
    Matrix,
}

/// What a file says.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// Metrics of one or more runs, each with its name; never empty.
    Curves(Vec<(String, Curves)>),
    /// Predictions beside labels.
    Predictions(Predictions),
    /// A confusion matrix.
    Matrix(Matrix),
}

/// Metrics of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Curves {
    /// What the horizontal axis counts.
    pub axis: Axis,
    /// At most one per kind and split.
    pub series: Vec<Series>,
}

/// What curves are drawn over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Passes over the data.
    Epoch,
    /// Optimiser steps.
    Step,
    /// Calls of the logger, which Weights & Biases numbers as steps; how many optimiser steps lie between
    /// two of them nobody says.
    Call,
    /// Rows of the file; nothing says what they are.
    Row,
}

/// One metric over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What it is.
    pub metric: Metric,
    /// The column's own name.
    pub name: String,
    /// Place and value in order of place; a value may be NaN or infinite where the file says so.
    pub points: Vec<(f32, f32)>,
}

/// Predictions beside labels, counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictions {
    /// Every column of the file, for another choice.
    pub columns: Vec<String>,
    /// Index of the column taken for the labels.
    pub labels: usize,
    /// Index of the column taken for the predictions.
    pub predictions: usize,
    /// The counts.
    pub matrix: Matrix,
}

/// Counts of actual against predicted classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Name of each class.
    pub classes: Vec<String>,
    /// Rows are actual classes.
    pub confusion: Confusion,
    /// Whether counts are examples; a matrix of shares says nothing about how many there are.
    pub is_counted: bool,
}

/// What was changed or left out while reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The last line ends early and was left out.
    CutLine,
    /// Accuracies above 1 were taken for percentages.
    Percent,
    /// Predictions are probabilities; from one half up they count as the second class.
    Threshold,
    /// The matrix holds shares; each class was given a hundred examples.
    Shares,
    /// A row and column of sums was left out.
    Totals,
    /// So many rows without a label or prediction were left out.
    Incomplete(usize),
    /// Columns for labels and predictions were guessed by their order.
    Guessed,
}

impl Format {
    /// The format's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::KerasHistory => t!("clinic.format.keras_history"),
            Self::KerasCsv => t!("clinic.format.keras_csv"),
            Self::Lightning => t!("clinic.format.lightning"),
            Self::WeightsAndBiases => t!("clinic.format.wandb"),
            Self::Metrics => t!("clinic.format.metrics"),
            Self::Predictions => t!("clinic.format.predictions"),
            Self::Matrix => t!("clinic.format.matrix"),
        }
    }
}

impl Note {
    /// One sentence.
    pub fn text(self) -> String {
        match self {
            Self::CutLine => t!("clinic.note.cut_line").to_owned(),
            Self::Percent => t!("clinic.note.percent").to_owned(),
            Self::Threshold => t!("clinic.note.threshold").to_owned(),
            Self::Shares => t!("clinic.note.shares").to_owned(),
            Self::Totals => t!("clinic.note.totals").to_owned(),
            Self::Incomplete(rows) => t!("clinic.note.incomplete", n = rows),
            Self::Guessed => t!("clinic.note.guessed").to_owned(),
        }
    }
}

impl Axis {
    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Epoch => t!("clinic.axis.epoch"),
            Self::Step | Self::Call => t!("clinic.axis.step"),
            Self::Row => t!("clinic.axis.row"),
        }
    }
}

impl Curves {
    /// The series of a kind on some data.
    pub fn find(&self, kind: Kind, split: Split) -> Option<&Series> {
        self.series.iter().find(|series| (series.metric.kind, series.metric.split) == (kind, split))
    }
}

impl Series {
    /// Values in order of place.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = f32> + '_ {
        self.points.iter().map(|point| point.1)
    }
}

impl Matrix {
    /// The same counts with rows and columns changed over.
    pub fn transposed(&self) -> Self {
        let classes = self.classes.len();
        let rows: Vec<Vec<u32>> = (0..classes)
            .map(|row| (0..classes).map(|column| self.confusion.count(column, row)).collect())
            .collect();
        let rows: Vec<&[u32]> = rows.iter().map(Vec::as_slice).collect();
        Self { confusion: Confusion::from_rows(&rows), ..self.clone() }
    }
}
