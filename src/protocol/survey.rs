//! Messages about the jobs of a collapse map, which share workers and wire with runs.
//!
//! Must not know who has which job, or why.

use super::RunError;
use crate::experiment::{DataSpec, Experiment};
use crate::map::Outcome;
use serde::{Deserialize, Serialize};

/// Page to worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Survey {
    /// Train runs of one shape as one fleet to the end; answered by [`Surveyed::Trained`], with
    /// [`Surveyed::Progress`] before. Replaces any other job.
    Train {
        /// The job's number.
        job: u32,
        /// What to train.
        experiments: Vec<Experiment>,
        /// Steps of each.
        steps: u32,
    },
    /// Measure the curvature of runs before their first step; answered by [`Surveyed::Curvature`].
    Curvature {
        /// What to measure.
        experiments: Vec<Experiment>,
    },
    /// Wait in the middle of a job, or go on.
    Hold(bool),
    /// Forget the job.
    Drop,
}

impl Survey {
    /// The data set it needs; all its experiments have one.
    pub fn data(&self) -> Option<&DataSpec> {
        match self {
            Self::Train { experiments, .. } | Self::Curvature { experiments } => {
                experiments.first().map(|experiment| &experiment.data)
            }
            Self::Hold(_) | Self::Drop => None,
        }
    }
}

/// Worker to page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Surveyed {
    /// Still at it; at most a few times a second.
    Progress {
        /// The job.
        job: u32,
        /// Steps done.
        steps: u32,
    },
    /// The job is done.
    Trained {
        /// The job.
        job: u32,
        /// What became of each run, in the order of the experiments.
        outcomes: Vec<Outcome>,
        /// Time the worker spent on it, milliseconds.
        millis: f64,
    },
    /// Largest eigenvalue of each run's Gauss-Newton matrix before the first step, scaled by Adam where
    /// Adam trains; NaN where it cannot be measured.
    Curvature {
        /// In the order of the experiments.
        largest: Vec<f32>,
    },
    /// The job cannot be done here.
    Failed {
        /// The job; 0 for a measurement.
        job: u32,
        /// Why.
        error: RunError,
    },
}
