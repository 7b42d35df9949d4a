//! Lanes of one shape, trained as one fleet and looked at together.
//!
//! Must not know pacing, messages, or what the lanes are for.

mod inspect;
mod mistakes;

use super::course::{CHECK, wants_checks};
use super::datasets::Source;
use super::decision::decided;
use super::lane::Lane;
use crate::data::Dataset;
use crate::experiment::{Live, Schedule};
use crate::fleet::{Batch, Device, Fleet, InputShape, LaneObservation, Probe};
use crate::protocol::{GroupState, LaneId, LaneSpec, RunError};
use crate::telemetry::confusion::argmax;
use crate::telemetry::vitals::{by_sureness, information};
use crate::telemetry::{Confusion, LaneSnapshot, Start, Vitals};
use std::rc::Rc;

/// A fleet with what its lanes train on.
pub struct Group {
    fleet: Fleet,
    probe: Probe,
    lanes: Vec<Lane>,
    /// Step of the last look.
    seen_at: Option<u32>,
}

/// What [`Group::train`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trained {
    /// Steps done.
    pub steps: u32,
    /// Whether early stopping of the first lane ended it.
    pub stopped_early: bool,
}

impl Group {
    /// Lanes at step 0. All must fit beside each other.
    ///
    /// # Errors
    /// A data file is missing or damaged.
    pub fn start(lanes: Vec<LaneSpec>, source: &mut Source) -> Result<Self, RunError> {
        let lanes: Result<Vec<Lane>, RunError> =
            lanes.into_iter().map(|spec| Lane::new(spec, source)).collect();
        Ok(Self::of(lanes?, source.device))
    }

    /// Lanes as they were saved.
    ///
    /// # Errors
    /// A data file is missing or damaged, or the state belongs to another model.
    pub fn restored(state: &GroupState, source: &mut Source) -> Result<Self, RunError> {
        let mut lanes = Vec::with_capacity(state.lanes.len());
        for lane in &state.lanes {
            lanes.push(Lane::restored(lane, source.dataset(&lane.experiment)?)?);
        }
        Self::resumed(state, lanes, source.device)
    }

    /// One lane of this group as it was.
    ///
    /// # Errors
    /// The state belongs to another model.
    pub fn moment(&self, lane: usize, state: &GroupState) -> Result<Self, RunError> {
        let dataset = &self.lanes[lane].dataset;
        let lanes: Result<Vec<Lane>, RunError> =
            state.lanes.iter().map(|lane| Lane::restored(lane, dataset.clone())).collect();
        Self::resumed(state, lanes?, self.fleet.device())
    }

    fn resumed(state: &GroupState, lanes: Vec<Lane>, device: &Device) -> Result<Self, RunError> {
        let unreadable = |reason: String| RunError::Message { reason };
        let Some(first) = lanes.first() else {
            return Err(unreadable("the checkpoint has no lanes".to_owned()));
        };
        if !lanes.iter().all(|lane| lane.experiment.fits_beside(&first.experiment)) {
            return Err(unreadable("the checkpoint's lanes do not agree".to_owned()));
        }
        let mut group = Self::of(lanes, device);
        let rates = group.lanes.iter().map(Lane::rates).collect();
        group.fleet.restore(&state.tensors, state.step, rates).map_err(unreadable)?;
        group.follow_schedules();
        Ok(group)
    }

    fn of(lanes: Vec<Lane>, device: &Device) -> Self {
        let dataset = &lanes[0].dataset;
        let input = match dataset.image {
            Some(shape) => InputShape::Image(shape),
            None => InputShape::Vector(dataset.pool.features),
        };
        let experiments: Vec<_> = lanes.iter().map(|lane| &lane.experiment).collect();
        let fleet = Fleet::new(&experiments, input, device);
        let is_shared = lanes.iter().all(|lane| Rc::ptr_eq(&lane.dataset, dataset));
        let examples = lanes.iter().map(|lane| &lane.dataset.probe.inputs[..]);
        let examples: Vec<&[f32]> = examples.take(if is_shared { 1 } else { lanes.len() }).collect();
        let clean: Vec<Vec<f32>> =
            lanes.iter().take(examples.len()).map(|lane| clean(&lane.dataset)).collect();
        let clean: Vec<&[f32]> = clean.iter().map(Vec::as_slice).collect();
        let probe = Probe::new(&fleet, &examples).with_clean(&fleet, &clean);
        let mut group = Self { fleet, probe, lanes, seen_at: None };
        group.follow_schedules();
        group
    }

    /// Steps done.
    pub fn step(&self) -> u32 {
        self.fleet.steps()
    }

    /// The lanes, in the fleet's order.
    pub(crate) fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// The fleet, for facts about the model.
    pub(crate) fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    /// Index of a lane.
    pub fn place(&self, id: LaneId) -> Option<usize> {
        self.lanes.iter().position(|lane| lane.id == id)
    }

    /// Gives a lane another place in the run.
    pub fn rename(&mut self, lane: usize, id: LaneId) {
        self.lanes[lane].id = id;
    }

    /// Changes one lane's live knobs now.
    pub fn adjust(&mut self, lane: usize, live: Live) {
        let step = self.step();
        self.lanes[lane].adjust(step, live);
        self.fleet.set_rates(lane, self.lanes[lane].rates());
        self.follow_schedules();
    }

    /// Changes one lane's live knobs when it has done that many steps.
    pub fn adjust_at(&mut self, lane: usize, step: u32, live: Live) {
        self.lanes[lane].ahead.push_back((step, live));
    }

    /// A copy of one lane as another lane.
    pub fn fork(&mut self, lane: usize, id: LaneId) {
        let mut sources: Vec<usize> = (0..self.lanes.len()).collect();
        sources.push(lane);
        self.select(&sources);
        if let Some(copy) = self.lanes.last_mut() {
            copy.id = id;
        }
    }

    /// Keeps the lanes that `wanted` says; `None` when none is left.
    pub fn keep(mut self, wanted: impl Fn(LaneId) -> bool) -> Option<Self> {
        let sources: Vec<usize> = (0..self.lanes.len()).filter(|lane| wanted(self.lanes[*lane].id)).collect();
        if sources.len() < self.lanes.len() && !sources.is_empty() {
            self.select(&sources);
        }
        (!sources.is_empty()).then_some(self)
    }

    fn select(&mut self, sources: &[usize]) {
        self.fleet.select_lanes(sources);
        self.probe.select_lanes(sources);
        self.lanes = sources.iter().map(|&source| self.lanes[source].clone()).collect();
        self.seen_at = None;
    }

    /// Trains that many steps, fewer if early stopping of lane `leader` ends them; the last is recorded
    /// for the next observation.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn train(&mut self, steps: u32, leader: Option<usize>) -> Result<Trained, String> {
        for done in 1..=steps {
            self.follow_changes();
            self.follow_schedules();
            let checks = (self.step() + 1).is_multiple_of(CHECK)
                && self.lanes.iter().any(|lane| wants_checks(&lane.experiment.live));
            let batch = self.draw();
            self.fleet.step(batch, done == steps || checks);
            if checks && self.check(leader).await? {
                return Ok(Trained { steps: done, stopped_early: true });
            }
        }
        Ok(Trained { steps, stopped_early: false })
    }

    fn follow_changes(&mut self) {
        let step = self.step();
        for lane in 0..self.lanes.len() {
            while let Some(live) = self.lanes[lane].due(step) {
                self.adjust(lane, live);
            }
        }
    }

    fn follow_schedules(&mut self) {
        let step = self.step();
        for (index, lane) in self.lanes.iter().enumerate() {
            if lane.experiment.live.schedule != Schedule::Constant {
                self.fleet.set_learning_rate(index, lane.course.rate(step, &lane.experiment.live));
            }
        }
    }

    /// Shows the probe's loss to what reacts to it; true when the leader should stop.
    async fn check(&mut self, leader: Option<usize>) -> Result<bool, String> {
        let logits = self.probe.logits(&self.fleet).await?;
        let step = self.step();
        let mut stops = false;
        for (index, (lane, logits)) in self.lanes.iter_mut().zip(&logits).enumerate() {
            let loss = cross_entropy(logits, &lane.dataset.probe.labels, lane.dataset.classes.len());
            let stop = lane.course.check(step, loss, &lane.experiment.live);
            stops |= stop && Some(index) == leader;
        }
        Ok(stops)
    }

    fn draw(&mut self) -> Batch {
        let first = &self.lanes[0];
        let size = first.experiment.batch_size as usize;
        let row = size * first.dataset.pool.features;
        let mut labels = vec![0; size * self.lanes.len()];
        let mut inputs = vec![0.0; row * self.lanes.len()];
        let mut blended = Vec::new();
        let parts = inputs.chunks_exact_mut(row).zip(labels.chunks_exact_mut(size));
        for (index, (lane, (inputs, labels))) in self.lanes.iter_mut().zip(parts).enumerate() {
            lane.sampler.draw(&lane.dataset, inputs, labels);
            let blends = lane.sampler.mix(inputs, labels);
            if !blends.is_empty() {
                blended.push((index, blends));
            }
        }
        let weights: Vec<&[f32]> = self.lanes.iter().map(|lane| lane.sampler.loss_weights()).collect();
        let mut batch = Batch::new(inputs, labels, &weights);
        for (lane, blends) in blended {
            let others = blends.into_iter().map(|blend| (blend.label, blend.share));
            batch.blend(lane, others, weights[lane]);
        }
        batch
    }

    /// Waits until queued work is done, so that the GPU's queue stays short.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn settle(&self) -> Result<(), String> {
        self.fleet.settle().await
    }

    /// Whether it was looked at since its last step.
    pub fn is_seen(&self) -> bool {
        self.seen_at == Some(self.step())
    }

    /// Looks at every lane.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn observe(&mut self) -> Result<Vec<LaneSnapshot>, String> {
        let observed = self.probe.observe(&mut self.fleet).await?;
        let step = self.step();
        self.seen_at = Some(step);
        let lanes = observed.into_iter().zip(&mut self.lanes).enumerate().map(|(index, (seen, lane))| {
            let (classes, labels) = (lane.dataset.classes.len(), &lane.dataset.probe.labels);
            if let Some(start) = &seen.start {
                let began = self.fleet.began(index);
                lane.start = Some(Start {
                    loss: cross_entropy(&start.logits, labels, classes),
                    information: information(&start.logits, classes).0,
                    dead_share: start.dead_share.clone(),
                    gain: began.gain.clone(),
                    unit_spread: began.unit_spread.clone(),
                });
            }
            let vitals = vitals(&seen, lane);
            let shares = lane.sampler.class_shares();
            let decided = decided(&seen.logits, &lane.experiment.live, shares);
            let mut snapshot = LaneSnapshot {
                learning_rate: self.fleet.learning_rate(index),
                loss_train: seen.loss_train,
                loss_probe: cross_entropy(&seen.logits, labels, classes),
                accuracy_train: seen.accuracy_train,
                confusion: Confusion::from_logits(&decided, labels, classes),
                class_shares: shares.to_vec(),
                grad_norm: seen.grad_norm,
                update_ratio: seen.update_ratio,
                dead_share: seen.dead_share,
                vitals,
            };
            lane.seen = decided.into_owned();
            snapshot.vitals.origin = lane.origin(step);
            snapshot
        });
        Ok(lanes.collect())
    }

    /// Passes over its training examples that a lane has done.
    pub fn epoch(&self, lane: usize) -> f32 {
        self.lanes[lane].sampler.epoch()
    }

    /// Everything needed to go on elsewhere.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn state(&self) -> Result<GroupState, String> {
        Ok(GroupState {
            step: self.step(),
            lanes: self.lanes.iter().map(Lane::state).collect(),
            tensors: self.fleet.checkpoint().await?,
        })
    }

    /// [`Group::state`] of one lane alone.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn state_of(&self, lane: usize) -> Result<GroupState, String> {
        Ok(GroupState {
            step: self.step(),
            lanes: vec![self.lanes[lane].state()],
            tensors: self.fleet.checkpoint_of(lane).await?,
        })
    }
}

/// Inputs of the training examples to ask about.
fn clean(dataset: &Dataset) -> Vec<f32> {
    dataset.clean().flat_map(|(_, _, index)| dataset.pool.row(index)).copied().collect()
}

fn vitals(seen: &LaneObservation, lane: &Lane) -> Vitals {
    let dataset = &*lane.dataset;
    let (classes, labels) = (dataset.classes.len(), &dataset.probe.labels);
    let (information, confidence) = information(&seen.logits, classes);
    let rows = seen.logits.chunks_exact(classes);
    let mut sure: Vec<(f32, bool)> = rows
        .clone()
        .zip(labels)
        .filter_map(|(row, label)| {
            let answer = argmax(row)?;
            let next = row.iter().enumerate().filter(|(class, _)| *class != answer);
            let next = next.map(|(_, logit)| *logit).fold(f32::NEG_INFINITY, f32::max);
            Some((row[answer] - next, answer == usize::from(*label)))
        })
        .collect();
    let shares = lane.sampler.class_shares();
    let drawn = (0..classes).filter(|class| shares[*class] > 0.0);
    let most = drawn.clone().max_by(|a, b| shares[*a].total_cmp(&shares[*b]));
    let least = drawn.min_by(|a, b| shares[*a].total_cmp(&shares[*b]));
    let lean = most.zip(least).map_or(f32::NAN, |(most, least)| {
        rows.clone().map(|row| row[most] - row[least]).sum::<f32>() / rows.len() as f32
    });
    // Only examples that training draws at the present balance.
    let active = lane.sampler.active();
    let known = dataset.clean().zip(seen.clean_logits.chunks_exact(classes));
    let known: Vec<(u8, &[f32])> = known
        .filter(|((class, rank, _), _)| *rank < active[*class] as usize)
        .map(|((_, _, index), row)| (dataset.pool.labels[index], row))
        .collect();
    let mut confusion = Confusion::new(classes);
    let mut losses = vec![(0.0, 0.0); classes];
    for (label, row) in &known {
        confusion.add(usize::from(*label), argmax(row));
        let (loss, count) = &mut losses[usize::from(*label)];
        *loss += cross_entropy(row, &[*label], classes);
        *count += 1.0;
    }
    let losses: Vec<f32> =
        losses.into_iter().filter(|(_, count)| *count > 0.0).map(|(loss, count)| loss / count).collect();
    Vitals {
        information,
        confidence,
        sure_accuracy: by_sureness(&mut sure),
        lean,
        accuracy_clean: confusion.balanced_accuracy(),
        loss_clean: losses.iter().sum::<f32>() / losses.len() as f32,
        weight_ratio: seen.weight_ratio.clone(),
        unit_spread: seen.unit_spread.clone(),
        origin: None,
    }
}

/// Mean cross-entropy in nats of rows of logits, computed stably in f64.
fn cross_entropy(logits: &[f32], labels: &[u8], classes: usize) -> f32 {
    let loss = |(row, label): (&[f32], &u8)| {
        let highest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f64 = row.iter().map(|logit| f64::from(logit - highest).exp()).sum();
        sum.ln() - f64::from(row[usize::from(*label)] - highest)
    };
    let total: f64 = logits.chunks_exact(classes).zip(labels).map(loss).sum();
    (total / labels.len() as f64) as f32
}
