//! The table of charts: names, headings and one sentence each; the page, the links and the tests walk it.
//!
//! Must not know how a chart is drawn.

use super::Chart;

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
