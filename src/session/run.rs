//! One run: its data, models and samplers, stepped and looked at together.
//!
//! Must not know pacing or messages.

mod inspect;
mod mistakes;

use super::course::{CHECK, Course, wants_checks};
use super::decision::decided;
use crate::data::{self, Dataset, Sampler};
use crate::experiment::{Experiment, Live, Schedule, log_shares};
use crate::fleet::{Batch, Fleet, InputShape, Probe, Rates};
use crate::protocol::{Backend, Checkpoint, DataFacts, Gallery, RunError};
use crate::telemetry::{Confusion, LaneSnapshot, Snapshot};
use burn::tensor::Device;
use serde::{Serialize, de::DeserializeOwned};

/// Everything a run consists of. Lane 0 is the run, lane 1 its ghost.
pub struct Run {
    experiment: Experiment,
    dataset: Dataset,
    fleet: Fleet,
    probe: Probe,
    live: Vec<Live>,
    samplers: Vec<Sampler>,
    courses: Vec<Course>,
    /// Lane 0's logits on the probe set when last seen, as decided upon, for the confusion matrix's examples.
    seen: Vec<f32>,
}

/// What [`Run::train`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trained {
    /// Steps done.
    pub steps: u32,
    /// Whether early stopping ended it.
    pub stopped_early: bool,
}

/// Examples shown per class in the gallery.
const GALLERY: usize = 8;

impl Run {
    /// Loads the data, draws the weights, and goes on from a checkpoint if there is one.
    ///
    /// # Errors
    /// The data file is missing or damaged, or the checkpoint belongs to another experiment.
    pub fn start(
        experiment: Experiment,
        from: Option<&Checkpoint>,
        files: super::Files,
        device: &Device,
    ) -> Result<Self, RunError> {
        let file = data::file(experiment.data.name);
        let failed =
            |reason: String| RunError::Data { file: file.unwrap_or("(generated)").to_owned(), reason };
        let bytes = file.map(files).transpose().map_err(failed)?;
        let dataset = Dataset::load(&experiment.data, experiment.seeds.data, bytes.as_deref())
            .map_err(|error| failed(error.to_string()))?;
        let input = match dataset.image {
            Some(shape) => InputShape::Image(shape),
            None => InputShape::Vector(dataset.pool.features),
        };
        let fleet = Fleet::new(&experiment, input, 1, device);
        let probe = Probe::new(&fleet, &dataset.probe.inputs, &dataset.probe.labels);
        let sampler = Sampler::new(&dataset, &experiment.data, experiment.seeds.order, &experiment.live);
        let mut run = Self {
            live: vec![experiment.live.clone()],
            samplers: vec![sampler],
            courses: vec![Course::new(0)],
            seen: Vec::new(),
            experiment,
            dataset,
            fleet,
            probe,
        };
        if let Some(checkpoint) = from {
            run.resume(checkpoint).map_err(|reason| RunError::Message { reason })?;
        }
        run.follow_schedules();
        Ok(run)
    }

    fn resume(&mut self, checkpoint: &Checkpoint) -> Result<(), String> {
        let samplers: Vec<Sampler> = decode(&checkpoint.samplers)?;
        let courses: Vec<Course> = decode(&checkpoint.courses)?;
        let lanes = checkpoint.live.len();
        if lanes == 0 || samplers.len() != lanes || courses.len() != lanes {
            return Err("the checkpoint's lanes do not agree".to_owned());
        }
        let lanes = checkpoint.live.iter().zip(&samplers);
        let rates = lanes.map(|(live, sampler)| self.rates(live, sampler)).collect();
        self.fleet.restore(&checkpoint.tensors, checkpoint.step, rates)?;
        self.samplers = samplers;
        self.courses = courses;
        self.live.clone_from(&checkpoint.live);
        // The page may have moved live knobs since the checkpoint: they win for the run itself.
        if self.live[0] != self.experiment.live {
            self.adjust(self.experiment.live.clone(), false);
        }
        Ok(())
    }

    /// Steps done.
    pub fn step(&self) -> u32 {
        self.fleet.steps()
    }

    /// Step at which the run pauses.
    pub fn budget(&self) -> u32 {
        self.live[0].steps
    }

    /// What a visitor should know about the data and the model.
    pub fn facts(&self) -> DataFacts {
        let names = self.fleet.network().names();
        let parameters: usize =
            self.fleet.network().tensors().iter().map(|[rows, columns]| rows * columns).sum();
        DataFacts {
            classes: self.dataset.classes.clone(),
            image: self.dataset.image.map(|shape| shape.map(|side| side as u32)),
            features: self.dataset.pool.features as u32,
            probe: support(self.probe.labels(), self.dataset.classes.len()),
            missing: self.dataset.missing.clone(),
            parameters: parameters as u32,
            hidden: names[..names.len() - 1].to_vec(),
            layers: names,
        }
    }

    /// Changes lane 0's live knobs; with `fork`, the model as it was goes on unchanged as lane 1.
    pub fn adjust(&mut self, live: Live, fork: bool) {
        if fork {
            self.fleet.select_lanes(&[0, 0]);
            self.samplers = vec![self.samplers[0].clone(), self.samplers[0].clone()];
            self.courses = vec![self.courses[0].clone(), self.courses[0].clone()];
            self.live = vec![self.live[0].clone(), self.live[0].clone()];
        }
        self.samplers[0].adjust(&self.dataset, &live);
        self.fleet.set_rates(0, self.rates(&live, &self.samplers[0]));
        let step = self.step();
        self.courses[0].adjust(step, &self.live[0], &live);
        self.live[0] = live;
        self.follow_schedules();
    }

    fn rates(&self, live: &Live, sampler: &Sampler) -> Rates {
        Rates::new(live, self.experiment.optimizer.name, &log_shares(sampler.class_shares()))
    }

    /// Forgets the ghost.
    pub fn drop_ghost(&mut self) {
        if self.fleet.lanes() > 1 {
            self.fleet.select_lanes(&[0]);
            self.samplers.truncate(1);
            self.courses.truncate(1);
            self.live.truncate(1);
        }
    }

    /// Trains that many steps, fewer if early stopping ends them; the last is recorded for the next
    /// observation.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn train(&mut self, steps: u32) -> Result<Trained, String> {
        for done in 1..=steps {
            self.follow_schedules();
            let checks = (self.step() + 1).is_multiple_of(CHECK) && self.live.iter().any(wants_checks);
            let batch = self.draw();
            self.fleet.step(batch, done == steps || checks);
            if checks && self.check().await? {
                return Ok(Trained { steps: done, stopped_early: true });
            }
        }
        Ok(Trained { steps, stopped_early: false })
    }

    fn follow_schedules(&mut self) {
        for (lane, live) in self.live.iter().enumerate() {
            if live.schedule != Schedule::Constant {
                self.fleet.set_learning_rate(lane, self.courses[lane].rate(self.fleet.steps(), live));
            }
        }
    }

    /// Shows the probe's loss to what reacts to it; true when the run, not its ghost, should stop.
    async fn check(&mut self) -> Result<bool, String> {
        let logits = self.probe.logits(&self.fleet).await?;
        let (step, classes) = (self.step(), self.dataset.classes.len());
        let mut stops = Vec::new();
        for ((course, live), logits) in self.courses.iter_mut().zip(&self.live).zip(&logits) {
            let loss = cross_entropy(logits, self.probe.labels(), classes);
            stops.push(course.check(step, loss, live));
        }
        Ok(stops[0])
    }

    fn draw(&mut self) -> Batch {
        let size = self.experiment.batch_size as usize;
        let features = self.dataset.pool.features;
        let mut labels = vec![0; size * self.samplers.len()];
        let mut inputs = Vec::new();
        let mut blended = Vec::new();
        let lanes = self.samplers.iter_mut().zip(labels.chunks_exact_mut(size)).enumerate();
        for (lane, (sampler, labels)) in lanes {
            let mut examples = vec![0.0; size * features];
            sampler.draw(&self.dataset, &mut examples, labels);
            let blends = sampler.mix(&mut examples, labels);
            if !blends.is_empty() {
                blended.push((lane, blends));
            }
            let rows = self.fleet.network().rows(examples);
            if inputs.is_empty() { inputs = rows } else { inputs.extend(rows) }
        }
        let weights: Vec<&[f32]> = self.samplers.iter().map(Sampler::loss_weights).collect();
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
    pub async fn settle(&self, backend: Backend) -> Result<(), String> {
        match backend {
            Backend::Cpu => Ok(()),
            Backend::Gpu => self.fleet.settle().await,
        }
    }

    /// Looks at every lane.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn observe(&mut self) -> Result<Snapshot, String> {
        let observed = self.probe.observe(&mut self.fleet).await?;
        let classes = self.dataset.classes.len();
        let labels = self.probe.labels();
        let rates: Vec<f32> = (0..self.live.len()).map(|lane| self.fleet.learning_rate(lane)).collect();
        let lanes = observed.into_iter().zip(&self.samplers).enumerate().map(|(lane, (seen, sampler))| {
            let decided = decided(&seen.logits, &self.live[lane], sampler.class_shares());
            let snapshot = LaneSnapshot {
                learning_rate: rates[lane],
                loss_train: seen.loss_train,
                loss_probe: cross_entropy(&seen.logits, labels, classes),
                accuracy_train: seen.accuracy_train,
                confusion: Confusion::from_logits(&decided, labels, classes),
                class_shares: sampler.class_shares().to_vec(),
                grad_norm: seen.grad_norm,
                update_ratio: seen.update_ratio,
                dead_share: seen.dead_share,
            };
            if lane == 0 {
                self.seen = decided.into_owned();
            }
            snapshot
        });
        let lanes = lanes.collect();
        Ok(Snapshot { step: self.step(), epoch: self.samplers[0].epoch(), lanes })
    }

    /// Everything needed to go on elsewhere.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn checkpoint(&self) -> Result<Checkpoint, String> {
        Ok(Checkpoint {
            step: self.step(),
            live: self.live.clone(),
            tensors: self.fleet.checkpoint().await?,
            samplers: encode(&self.samplers),
            courses: encode(&self.courses),
        })
    }

    /// Training examples per class as lane 0 gets them now.
    pub fn gallery(&self) -> Gallery {
        let batch = self.experiment.batch_size as usize;
        data::gallery(&self.dataset, &self.samplers[0], GALLERY, batch)
    }
}

/// Each item as postcard bytes.
fn encode<T: Serialize>(items: &[T]) -> Vec<Vec<u8>> {
    items.iter().map(|item| postcard::to_allocvec(item).expect("plain data always serialises")).collect()
}

/// The inverse of [`encode`].
fn decode<T: DeserializeOwned>(items: &[Vec<u8>]) -> Result<Vec<T>, String> {
    items.iter().map(|bytes| postcard::from_bytes(bytes).map_err(|error| error.to_string())).collect()
}

/// Number of labels of each class.
fn support(labels: &[u8], classes: usize) -> Vec<u32> {
    let mut counts = vec![0; classes];
    labels.iter().for_each(|&label| counts[usize::from(label)] += 1);
    counts
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
