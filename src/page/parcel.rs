//! What the page hands to the program that exports: everything about the run, as bytes.
//!
//! Both come from one build, so the form needs no version. Must not know what is made of it.

use crate::experiment::Experiment;
use crate::protocol::GroupState;
use crate::telemetry::History;
use serde::{Deserialize, Serialize};

/// A run to be exported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parcel {
    /// The settings, as they are now.
    pub experiment: Experiment,
    /// The address that opens it.
    pub address: String,
    /// Steps done.
    pub step: u32,
    /// Whether live settings changed while it went on.
    pub changed: bool,
    /// Snapshots and markers.
    pub history: History,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Names of the layers with weights, input side first.
    pub layers: Vec<String>,
    /// Weights with everything that trains beside them; `None` where they did not arrive.
    pub state: Option<GroupState>,
    /// Stable name and title of each chart on the page.
    pub charts: Vec<(String, String)>,
    /// Code of the page's language.
    pub language: String,
}
