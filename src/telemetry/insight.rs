//! One look inside the run's model: how its numbers are spread, how sure it is, where it draws the line.
//!
//! Must not know tensors, charts or the browser. Made only while somebody looks: see [`Wants`].

mod calibration;
mod histogram;
mod output;
mod plane;

pub use calibration::{Calibration, CalibrationBin};
pub use histogram::{Histogram, Scale};
pub use output::ClassOutput;
pub use plane::{Plane, PlanePoint};
use serde::{Deserialize, Serialize};

/// What lane 0 looks like inside at a step. Parts nobody asked for are empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Insight {
    /// Training steps done.
    pub step: u32,
    /// Weights per layer, biases left out, input side first; one range for all.
    pub weights: Vec<Histogram>,
    /// Sizes of the last recorded gradient's components per layer; empty before the first step.
    pub gradients: Vec<Histogram>,
    /// Outputs of the hidden units on the probe set, per hidden layer; one range for all.
    pub activations: Vec<Histogram>,
    /// The output layer, per class.
    pub outputs: Vec<ClassOutput>,
    /// Confidence against correctness on the probe set.
    pub calibration: Option<Calibration>,
    /// Predictions over the plane, for data in two dimensions.
    pub plane: Option<Plane>,
}

impl Insight {
    /// Takes in a newer look; parts it did not look at stay as they were seen.
    pub fn update(&mut self, newer: Self) {
        let rows = |old: &mut Vec<Histogram>, new: Vec<Histogram>| {
            if !new.is_empty() {
                *old = new;
            }
        };
        self.step = newer.step;
        rows(&mut self.weights, newer.weights);
        rows(&mut self.gradients, newer.gradients);
        rows(&mut self.activations, newer.activations);
        if !newer.outputs.is_empty() {
            self.outputs = newer.outputs;
        }
        self.calibration = newer.calibration.or(self.calibration.take());
        self.plane = newer.plane.or(self.plane.take());
    }
}

/// Which parts of an [`Insight`] are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wants {
    /// [`Insight::weights`].
    pub weights: bool,
    /// [`Insight::gradients`].
    pub gradients: bool,
    /// [`Insight::activations`].
    pub activations: bool,
    /// [`Insight::outputs`] and [`Insight::calibration`].
    pub outputs: bool,
    /// [`Insight::plane`].
    pub plane: bool,
}

impl Wants {
    /// Whether nothing is wanted.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// What either wants.
    pub fn or(self, other: Self) -> Self {
        Self {
            weights: self.weights || other.weights,
            gradients: self.gradients || other.gradients,
            activations: self.activations || other.activations,
            outputs: self.outputs || other.outputs,
            plane: self.plane || other.plane,
        }
    }
}

/// Softmax of one row of logits; all NaN when one of them is.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let terms: Vec<f32> = logits.iter().map(|logit| (logit - highest).exp()).collect();
    let sum: f32 = terms.iter().sum();
    terms.iter().map(|term| term / sum).collect()
}
