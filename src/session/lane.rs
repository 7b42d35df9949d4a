//! One model in training beside its tensors: settings, data, and where it is in both.
//!
//! Must not know tensors.

use super::course::Course;
use super::datasets::Source;
use crate::data::{Dataset, Sampler, signs};
use crate::experiment::{Experiment, Live, log_shares};
use crate::fleet::Rates;
use crate::protocol::{LaneId, LaneSpec, LaneState, RunError};
use crate::telemetry::{Origin, Start};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::VecDeque;
use std::rc::Rc;

/// A lane of a group.
#[derive(Clone)]
pub(crate) struct Lane {
    pub id: LaneId,
    /// Its settings, the live ones as they are now.
    pub experiment: Experiment,
    pub dataset: Rc<Dataset>,
    pub sampler: Sampler,
    pub course: Course,
    /// Changes of live settings still to come, by the number of steps done when they take effect.
    pub ahead: VecDeque<(u32, Live)>,
    /// Logits on the probe set when last seen, as decided upon.
    pub seen: Vec<f32>,
    /// Step from which the data are to be measured anew; `None` once they were.
    pub measure_at: Option<u32>,
    /// The model at step 0, until it is sent.
    pub start: Option<Start>,
}

/// Steps after a change before the data are measured: not while a slider is dragged, and not before the
/// first look, which should be quick. No rule is believed before.
const SETTLED: u32 = 40;

impl Lane {
    /// A lane before its first step.
    ///
    /// # Errors
    /// The data file is missing or damaged.
    pub fn new(spec: LaneSpec, source: &mut Source) -> Result<Self, RunError> {
        let LaneSpec { lane, experiment, changes } = spec;
        let dataset = source.dataset(&experiment)?;
        let sampler = Sampler::new(&dataset, &experiment.data, experiment.seeds.order, &experiment.live);
        Ok(Self {
            id: lane,
            dataset,
            sampler,
            course: Course::new(0),
            ahead: changes.into(),
            seen: Vec::new(),
            measure_at: Some(SETTLED),
            start: None,
            experiment,
        })
    }

    /// A lane as it was saved, on its data.
    ///
    /// # Errors
    /// The state is damaged.
    pub fn restored(state: &LaneState, dataset: Rc<Dataset>) -> Result<Self, RunError> {
        let unreadable = |reason| RunError::Message { reason };
        Ok(Self {
            id: state.lane,
            dataset,
            sampler: decode(&state.sampler).map_err(unreadable)?,
            course: decode(&state.course).map_err(unreadable)?,
            ahead: state.ahead.iter().cloned().collect(),
            seen: Vec::new(),
            measure_at: Some(SETTLED),
            start: None,
            experiment: state.experiment.clone(),
        })
    }

    /// The inverse of [`Lane::restored`].
    pub fn state(&self) -> LaneState {
        LaneState {
            lane: self.id,
            experiment: self.experiment.clone(),
            ahead: self.ahead.iter().cloned().collect(),
            sampler: encode(&self.sampler),
            course: encode(&self.course),
        }
    }

    /// New live settings after `step` steps.
    pub fn adjust(&mut self, step: u32, live: Live) {
        self.sampler.adjust(&self.dataset, &live);
        self.course.adjust(step, &self.experiment.live, &live);
        self.measure_at = Some(step + SETTLED);
        self.experiment.live = live;
    }

    /// The change due after `step` steps, if any.
    pub fn due(&mut self, step: u32) -> Option<Live> {
        let due = self.ahead.front().is_some_and(|(at, _)| *at <= step);
        due.then(|| self.ahead.pop_front().map(|(_, live)| live)).flatten()
    }

    /// What the lane trains on and began with, after `step` steps, when that is due. Nobody judges a seed, and
    /// measuring takes as long as hundreds of a small model's steps.
    pub fn origin(&mut self, step: u32) -> Option<Box<Origin>> {
        if matches!(self.id, LaneId::Seed(_)) {
            return None;
        }
        let start = self.start.as_ref().filter(|_| self.measure_at.is_some_and(|at| step >= at))?;
        self.measure_at = None;
        Some(Box::new(Origin { data: signs(&self.dataset, &self.sampler), start: start.clone() }))
    }

    /// What the fleet reads of the settings, the learning rate before any schedule.
    pub fn rates(&self) -> Rates {
        let (live, name) = (&self.experiment.live, self.experiment.optimizer.name);
        Rates::new(live, name, &log_shares(self.sampler.class_shares()), self.experiment.seeds.order)
    }
}

/// Postcard bytes.
fn encode<T: Serialize>(item: &T) -> Vec<u8> {
    postcard::to_allocvec(item).expect("plain data always serialises")
}

/// The inverse of [`encode`].
fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    postcard::from_bytes(bytes).map_err(|error| error.to_string())
}
