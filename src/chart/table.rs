//! The table of charts: which there are and how they are read; the page, the links and the tests walk it.
//!
//! Must not know how a chart is drawn.

use super::Chart;
use crate::words;

/// What the page says about a chart.
#[derive(Clone, Copy, Debug)]
pub struct ChartRow {
    /// The chart.
    pub chart: Chart,
    /// Stable name in links, files, element ids and of its words, `chart.<id>.*` in `lang/`.
    pub id: &'static str,
    /// How the pointer reads it.
    pub kind: ChartKind,
}

impl ChartRow {
    /// Heading.
    pub fn title(&self) -> &'static str {
        words::say(&["chart.", self.id, ".title"].concat())
    }

    /// One sentence for a newcomer.
    pub fn help(&self) -> &'static str {
        words::say(&["chart.", self.id, ".help"].concat())
    }
}

/// What a position in a chart means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// Left to right is training steps.
    Time,
    /// A cell per actual and predicted class.
    Matrix,
    /// A picture of one look inside the model, read where the pointer is.
    Look,
}

/// Every chart, in page order; the first is the hero.
pub static CHARTS: &[ChartRow] = &[
    ChartRow { chart: Chart::Shares, id: "shares", kind: ChartKind::Time },
    ChartRow { chart: Chart::Loss, id: "loss", kind: ChartKind::Time },
    ChartRow { chart: Chart::Accuracy, id: "accuracy", kind: ChartKind::Time },
    ChartRow { chart: Chart::Recall, id: "recall", kind: ChartKind::Time },
    ChartRow { chart: Chart::ConfusionMatrix, id: "confusion", kind: ChartKind::Matrix },
    ChartRow { chart: Chart::Gradients, id: "gradients", kind: ChartKind::Time },
    ChartRow { chart: Chart::DeadUnits, id: "dead", kind: ChartKind::Time },
    ChartRow { chart: Chart::UpdateRatio, id: "updates", kind: ChartKind::Time },
    ChartRow { chart: Chart::Boundary, id: "boundary", kind: ChartKind::Look },
    ChartRow { chart: Chart::Weights, id: "weights", kind: ChartKind::Look },
    ChartRow { chart: Chart::GradientHistogram, id: "gradient_histogram", kind: ChartKind::Look },
    ChartRow { chart: Chart::Activations, id: "activations", kind: ChartKind::Look },
    ChartRow { chart: Chart::Logits, id: "logits", kind: ChartKind::Look },
    ChartRow { chart: Chart::Calibration, id: "calibration", kind: ChartKind::Look },
];
