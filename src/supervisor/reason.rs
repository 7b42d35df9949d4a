//! Why a run trains where it does, and what a broken worker did, kept as facts until they are read:
//! the language may change in between.
//!
//! Must not know what follows from it.

use crate::protocol::Backend;
use crate::{t, words};

/// Why this backend.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Reason {
    /// Nothing has been decided.
    #[default]
    Starting,
    /// The CPU needs no compilation.
    AtOnce,
    /// The visitor lifted a pin.
    Measuring,
    /// A GPU trial runs beside the run.
    Trying,
    /// The GPU is the CPU in disguise.
    Software,
    /// Steps per second on the job itself.
    Measured { cpu: Option<f32>, gpu: Option<f32> },
    /// The visitor chose.
    Pinned(Backend),
    /// The GPU worker broke while it was tried.
    Stays(Fault),
    /// The GPU worker broke under the run.
    Fell(Fault),
}

/// What a worker did wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Whose worker.
    pub worker: Backend,
    /// What happened.
    pub kind: FaultKind,
}

/// Ways to break. Reasons are the browser's or the device's own words.
#[derive(Clone, Debug, PartialEq)]
pub enum FaultKind {
    /// It threw an error.
    Error(String),
    /// It stopped answering.
    Silent,
    /// Its device failed.
    Failed(String),
}

impl Reason {
    /// One sentence, without a full stop.
    pub fn sentence(&self) -> String {
        let rate = |rate: &Option<f32>| rate.map_or_else(|| "?".to_owned(), |rate| words::count(rate as u32));
        match self {
            Self::Starting => t!("reason.starting").to_owned(),
            Self::AtOnce => t!("reason.at_once").to_owned(),
            Self::Measuring => t!("reason.measuring").to_owned(),
            Self::Trying => t!("reason.trying").to_owned(),
            Self::Software => t!("reason.software").to_owned(),
            Self::Measured { cpu, gpu } => t!("reason.measured", cpu = rate(cpu), gpu = rate(gpu)),
            Self::Pinned(Backend::Cpu) => t!("reason.chose_cpu").to_owned(),
            Self::Pinned(Backend::Gpu) => t!("reason.chose_gpu").to_owned(),
            Self::Stays(fault) => t!("reason.stays", fault = fault.sentence()),
            Self::Fell(fault) => fault.sentence(),
        }
    }
}

impl Fault {
    /// "The CPU worker stopped answering".
    pub fn sentence(&self) -> String {
        let worker = match self.worker {
            Backend::Cpu => t!("worker.cpu"),
            Backend::Gpu => t!("worker.gpu"),
        };
        match &self.kind {
            FaultKind::Error(reason) => t!("fault.error", worker = worker, reason = reason),
            FaultKind::Silent => t!("fault.silent", worker = worker),
            FaultKind::Failed(reason) => t!("fault.failed", worker = worker, reason = reason),
        }
    }
}
