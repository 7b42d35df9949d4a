//! Messages between the page and a worker, as postcard bytes.
//!
//! Page and workers come from one build, so messages carry no version; [`BUILD`] in
//! [`Event::Ready`] guards that. Must not know how either side acts on them.

mod floats;
mod survey;

use crate::data;
use crate::experiment::{Experiment, Live};
use crate::telemetry::{Confusion, Insight, Snapshot, Wants};
use serde::{Deserialize, Serialize};
pub use survey::{Survey, Surveyed};

/// Identity of this build; a worker with another one is replaced, never talked to.
pub const BUILD: &str = match option_env!("COLLAPSE_LAB_BUILD") {
    Some(build) => build,
    None => "dev",
};

/// Looks at the beginning of a run, and after a change, that come as fast as screens draw and wait for no
/// acknowledgement of being drawn: a fast run would be over before the second.
pub const CLOSE_LOOKS: u32 = 24;

/// Numbers the runs of a page; events of an older run are ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RunId(pub u32);

/// Page to worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Begin a run, playing or paused; the worker answers [`Event::Started`]. Replaces any other.
    Start {
        /// The run's number.
        run: RunId,
        /// What to train.
        experiment: Box<Experiment>,
        /// What to train beside it. A branch that the run before had is kept as it is.
        lanes: Vec<LaneSpec>,
        /// The run before goes on as this branch, which `lanes` has.
        keep: Option<u8>,
        /// Where to go on; `None` begins at step 0.
        from: Option<Box<Checkpoint>>,
        /// Train at once.
        play: bool,
    },
    /// Change live knobs of the run at the next step, its seeds with it; answered by [`Event::Done`].
    Adjust {
        /// The run meant.
        run: RunId,
        /// Echoed in the answer.
        request: u32,
        /// The new settings, whole.
        live: Box<Live>,
        /// Keep the unchanged model training beside it as this branch.
        fork: Option<u8>,
    },
    /// Train these beside the run and no others: new ones begin at step 0 and catch up. Answered by
    /// [`Event::Done`].
    Accompany {
        /// The run meant.
        run: RunId,
        /// Echoed in the answer.
        request: u32,
        /// What to train beside the run.
        lanes: Vec<LaneSpec>,
    },
    /// Look at the run as it was; the run itself pauses and stays as it is. Answered by
    /// [`Event::Visited`].
    Visit {
        /// The run meant.
        run: RunId,
        /// The step to look at.
        step: u32,
    },
    /// End a visit; answered by [`Event::Done`].
    Leave {
        /// The run meant.
        run: RunId,
        /// Echoed in the answer.
        request: u32,
        /// How.
        leave: Leave,
    },
    /// Play, pause, step or change speed; answered by [`Event::Done`].
    Control {
        /// The run meant.
        run: RunId,
        /// Echoed in the answer.
        request: u32,
        /// What to do.
        control: Control,
    },
    /// The snapshot was drawn; the worker may send the next.
    Ack {
        /// The run meant.
        run: RunId,
    },
    /// Ask for [`Event::Checkpointed`] now.
    Checkpoint {
        /// The run meant.
        run: RunId,
    },
    /// Ask for [`Event::Gallery`]: the training examples of each class, as drawn now.
    Preview {
        /// The run meant.
        run: RunId,
    },
    /// Ask for [`Event::Mistakes`], as the last observation saw them.
    Mistakes {
        /// The run meant.
        run: RunId,
        /// One cell of the confusion matrix; `None` is everything predicted wrongly.
        cell: Option<Cell>,
    },
    /// Ask for [`Event::Inspected`], which comes when the worker can spare the time.
    Inspect {
        /// The run meant.
        run: RunId,
        /// What to look at.
        wants: Wants,
    },
    /// Measure how fast a fleet of this experiment trains here, whatever runs; answered by
    /// [`Event::Measured`].
    Measure {
        /// Echoed in the answer.
        request: u32,
        /// One lane of the fleet; the others have other seeds.
        experiment: Box<Experiment>,
        /// Number of lanes, 1 to 256.
        lanes: u32,
        /// How long to train, in milliseconds.
        millis: u32,
    },
    /// A job of a collapse map.
    Survey(Box<Survey>),
    /// Data that are the visitor's own, before the first command that needs them.
    Own {
        /// What [`data::file`](crate::data::file) calls them.
        file: String,
        /// In the format of `data/own.rs`.
        bytes: Bytes,
    },
    /// Break or measure the worker on purpose; for tests and `window.lab.debug`.
    Sabotage(Sabotage),
}

impl Command {
    /// The files of data it needs.
    pub fn files(&self) -> Vec<String> {
        let lanes = |lanes: &[LaneSpec]| -> Vec<String> {
            lanes.iter().filter_map(|spec| data::file(&spec.experiment.data)).collect()
        };
        let (first, beside) = match self {
            Self::Start { experiment, lanes: beside, .. } => (Some(&experiment.data), lanes(beside)),
            Self::Accompany { lanes: beside, .. } => (None, lanes(beside)),
            Self::Measure { experiment, .. } => (Some(&experiment.data), Vec::new()),
            Self::Survey(survey) => (survey.data(), Vec::new()),
            _ => return Vec::new(),
        };
        first.and_then(data::file).into_iter().chain(beside).collect()
    }
}

/// Adds to what a worker and the page keep of the visitor's own data, and forgets the oldest.
pub fn keep_newest<T>(kept: &mut Vec<T>, newest: T) {
    const MOST: usize = 3;
    if kept.len() >= MOST {
        kept.remove(0);
    }
    kept.push(newest);
}

/// Many bytes, which a message carries whole and not one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Bytes;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Visitor)
    }
}

/// How a visit ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Leave {
    /// Back to the present.
    Return,
    /// The run goes on from the moment visited; what came after is forgotten.
    Resume,
    /// The same, and what came after stays beside it as this branch.
    Fork(u8),
}

/// What tests can do to a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sabotage {
    /// Panic.
    Panic,
    /// Destroy the GPU device; nothing on the CPU.
    LoseDevice,
    /// Report [`Event::Memory`].
    Memory,
}

/// What a run should do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Control {
    /// Train until paused or the step budget is reached.
    Play,
    /// Stop after the step under way.
    Pause,
    /// Train this many steps, then pause; done when they are.
    Step(u32),
    /// At most this many steps per second; `None` is as fast as it goes.
    Speed(Option<f32>),
}

/// Worker to page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The worker is up; always its first message.
    Ready {
        /// [`BUILD`] of the worker.
        build: String,
        /// What it trains on.
        backend: Backend,
        /// The adapter's name, empty on the CPU.
        adapter: String,
        /// Whether the adapter is emulated in software.
        software: bool,
    },
    /// A run began.
    Started {
        /// The run.
        run: RunId,
        /// Its step, 0 unless it went on from a checkpoint.
        step: u32,
        /// What it trains on.
        facts: Box<DataFacts>,
    },
    /// An observation; at most one is on its way until [`Command::Ack`].
    Observed {
        /// The run.
        run: RunId,
        /// What was seen of the run.
        snapshot: Box<Snapshot>,
        /// What was seen of its seeds, if any train.
        seeds: Option<Box<Snapshot>>,
        /// What was seen of the branches, each at its own step.
        branches: Vec<(u8, Snapshot)>,
        /// What can be visited.
        kept: Kept,
        /// Steps per second of training time lately, probes included.
        steps_per_second: f32,
        /// Whether the run goes on by itself.
        playing: bool,
        /// Whether early stopping paused it since the last observation.
        stopped_early: bool,
    },
    /// A moment of the run's past, as [`Command::Visit`] asked.
    Visited {
        /// The run.
        run: RunId,
        /// As near to what was asked as time allowed.
        snapshot: Box<Snapshot>,
        /// Live settings then.
        live: Box<Live>,
    },
    /// How fast a fleet trains, as [`Command::Measure`] asked.
    Measured {
        /// From the command.
        request: u32,
        /// What trained it.
        backend: Backend,
        /// Steps each lane did.
        steps: u32,
        /// Milliseconds they took.
        millis: f64,
    },
    /// A command took effect.
    Done {
        /// The run.
        run: RunId,
        /// From the command.
        request: u32,
        /// Step at which it took effect.
        step: u32,
        /// Whether the run goes on by itself.
        playing: bool,
    },
    /// State to go on from; sent when asked and about once a second.
    Checkpointed {
        /// The run.
        run: RunId,
        /// The state.
        checkpoint: Box<Checkpoint>,
    },
    /// Examples per class as training sees them.
    Gallery {
        /// The run.
        run: RunId,
        /// What was asked for.
        gallery: Box<Gallery>,
    },
    /// Probe examples with the model's answers.
    Mistakes {
        /// The run.
        run: RunId,
        /// What was found.
        found: Box<Mistakes>,
    },
    /// One look inside the model.
    Inspected {
        /// The run.
        run: RunId,
        /// What was seen.
        insight: Box<Insight>,
    },
    /// About a job of a collapse map.
    Surveyed(Box<Surveyed>),
    /// Size of the worker's memory.
    Memory {
        /// Bytes of WebAssembly memory, which never shrinks.
        bytes: f64,
    },
    /// The run cannot go on here; run 0 means the worker itself.
    Failed {
        /// The run.
        run: RunId,
        /// Why.
        error: RunError,
    },
}

/// Where tensors live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Backend {
    /// burn-flex in WebAssembly with simd128.
    Cpu,
    /// burn-wgpu over WebGPU.
    Gpu,
}

/// What a visitor should know about the data of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataFacts {
    /// Name of each class.
    pub classes: Vec<String>,
    /// Channels, height, width of an image; `None` for vectors.
    pub image: Option<[u32; 3]>,
    /// Numbers per example.
    pub features: u32,
    /// Probe examples of each class.
    pub probe: Vec<u32>,
    /// What was put where values were missing, feature by feature; empty for complete sets.
    pub missing: Vec<MissingValue>,
    /// Trainable numbers of the model.
    pub parameters: u32,
    /// Names of the layers with weights, input side first ("dense 1", "conv 1", "output").
    pub layers: Vec<String>,
    /// Names of the hidden layers.
    pub hidden: Vec<String>,
}

/// A feature with gaps and what fills them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MissingValue {
    /// The feature's name in the set itself.
    pub feature: String,
    /// Examples without a value, pool and probe together.
    pub missing: u32,
    /// What was put there, before input scale and offset.
    pub put: f32,
}

/// Training examples per class as the model gets them now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gallery {
    /// One row per class.
    pub classes: Vec<GalleryRow>,
    /// For vector data: example points in two dimensions, `(x, y, class)`, each axis about -1 to 1.
    pub projection: Vec<(f32, f32, u8)>,
    /// The numbers that go into the model.
    pub fed: Fed,
}

/// What the model sees: the next batch as it would be fed in, after augmentation, mixup and scaling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fed {
    /// All numbers of the batch.
    pub train: Spread,
    /// All numbers of the probe set.
    pub probe: Spread,
    /// How far the probe's features lie from the pool's, in the pool's standard deviations, on average.
    pub shift: f32,
    /// Standard deviation of the probe's features over the pool's, on (geometric) average.
    pub stretch: f32,
    /// Some of the batch as pictures; empty for vectors.
    pub pictures: Vec<Thumbnail>,
    /// For vectors: every feature with its values in the first few examples; empty for images.
    pub features: Vec<FedFeature>,
    /// For data in the plane: the batch's points as fed, `(x, y, label)`.
    pub points: Vec<(f32, f32, u8)>,
}

/// Where numbers lie.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Smallest.
    pub low: f32,
    /// Largest.
    pub high: f32,
    /// Mean.
    pub mean: f32,
    /// Standard deviation.
    pub deviation: f32,
}

/// One feature of vectors as fed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FedFeature {
    /// Its name; for an indicator the name of the feature that was missing.
    pub name: String,
    /// Whether it says where another feature was missing.
    pub is_indicator: bool,
    /// Standard deviation over the pool as fed.
    pub deviation: f32,
    /// Values in a few examples of the batch.
    pub values: Vec<f32>,
}

/// One class of a [`Gallery`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GalleryRow {
    /// Distinct training examples available to the model at the present balance.
    pub examples: u32,
    /// Share of drawn examples, after oversampling.
    pub share: f32,
    /// The first few examples, clean; empty for vectors.
    pub clean: Vec<Thumbnail>,
    /// The same, augmented as training would; empty when no augmentation is on.
    pub augmented: Vec<Thumbnail>,
}

/// A small picture, one byte per channel and pixel, `[height, width, channels]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thumbnail {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// 1 (grey) or 3 (red, green, blue).
    pub channels: u32,
    /// Row by row.
    pub pixels: Vec<u8>,
}

/// A cell of the confusion matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// True class.
    pub actual: u8,
    /// Predicted class.
    pub predicted: u8,
}

/// Probe examples with the model's answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistakes {
    /// The cell they come from; `None` is the whole probe set.
    pub cell: Option<Cell>,
    /// Examples in the cell, or mistakes in the whole probe set.
    pub total: u32,
    /// The first few: mistakes first, the most confident first of all.
    pub examples: Vec<SeenExample>,
}

/// One probe example and the model's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeenExample {
    /// True class.
    pub actual: u8,
    /// Predicted class; `None` when the answer was NaN.
    pub predicted: Option<u8>,
    /// Probability of the predicted class.
    pub confidence: f32,
    /// What it looks like.
    pub picture: Thumbnail,
    /// The first few numbers of a vector; empty for images.
    pub values: Vec<f32>,
}

/// Which of the models in training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LaneId {
    /// The run itself.
    Run,
    /// The run from other initial weights in another order, counted from 0, which repeats the run.
    Seed(u8),
    /// A model to compare the run with; numbers are never used twice on a page.
    Branch(u8),
}

/// A model to train beside the run, from step 0 on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneSpec {
    /// Its place.
    pub lane: LaneId,
    /// Its settings at step 0.
    pub experiment: Experiment,
    /// How its live settings changed since, by step.
    pub changes: Vec<(u32, Live)>,
}

/// Moments of the run's past that can be visited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Number of states kept; steps between them are trained again.
    pub moments: u32,
    /// Memory they take.
    pub bytes: u32,
    /// The earliest step; the latest is the present.
    pub first: u32,
}

/// Everything needed to go on with a run elsewhere: weights, optimiser state, step and streams.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Steps the run has done.
    pub step: u32,
    /// The fleets in training.
    pub groups: Vec<GroupState>,
}

/// State of lanes that train as one fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupState {
    /// Steps done.
    pub step: u32,
    /// Everything but the tensors.
    pub lanes: Vec<LaneState>,
    /// Weights, then the optimiser's moments, then batch normalisation's, as the fleet lays them out: f32, little endian.
    #[serde(with = "floats")]
    pub tensors: Vec<Vec<f32>>,
}

/// State of a lane beside its tensors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneState {
    /// Its place.
    pub lane: LaneId,
    /// Its settings now.
    pub experiment: Experiment,
    /// Changes still to come, by step.
    pub ahead: Vec<(u32, Live)>,
    /// The sampler's streams and decks, postcard.
    pub sampler: Vec<u8>,
    /// Where it is in its learning-rate schedule, postcard.
    pub course: Vec<u8>,
}

/// Why a run cannot go on, in words for the visitor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunError {
    /// A data file could not be fetched or read.
    Data {
        /// The file.
        file: String,
        /// What happened.
        reason: String,
    },
    /// The device or its memory was lost.
    Device {
        /// What the device said.
        reason: String,
    },
    /// A message could not be read.
    Message {
        /// What was wrong.
        reason: String,
    },
}

impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Data { file, reason } => write!(f, "the data file {file} could not be loaded: {reason}"),
            Self::Device { reason } => write!(f, "the compute device failed: {reason}"),
            Self::Message { reason } => {
                write!(f, "a message between page and worker was unreadable: {reason}")
            }
        }
    }
}

/// Bytes of a message.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_allocvec(message).expect("plain data always serialises")
}

/// A message from bytes.
///
/// # Errors
/// The bytes are not this build's encoding of `T`.
pub fn decode<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, RunError> {
    postcard::from_bytes(bytes).map_err(|error| RunError::Message { reason: error.to_string() })
}

/// Counts of a confusion matrix, row-major, for messages to pages in other languages.
pub fn rows(confusion: &Confusion) -> Vec<Vec<u32>> {
    (0..confusion.classes())
        .map(|actual| (0..confusion.classes()).map(|predicted| confusion.count(actual, predicted)).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::{LaneSnapshot, Vitals};

    #[test]
    fn nan_survives_the_wire() {
        let event = Event::Observed {
            run: RunId(3),
            snapshot: Box::new(Snapshot {
                step: 7,
                epoch: 0.1,
                lanes: vec![LaneSnapshot {
                    learning_rate: 0.1,
                    loss_train: f32::NAN,
                    loss_probe: f32::INFINITY,
                    accuracy_train: 0.5,
                    confusion: Confusion::new(2),
                    class_shares: vec![0.5, 0.5],
                    grad_norm: vec![f32::NEG_INFINITY],
                    update_ratio: vec![],
                    dead_share: vec![],
                    vitals: Vitals::default(),
                }],
            }),
            seeds: None,
            branches: Vec::new(),
            kept: Kept::default(),
            steps_per_second: 1.0,
            playing: true,
            stopped_early: false,
        };
        let Ok(Event::Observed { snapshot, .. }) = decode(&encode(&event)) else { panic!("decodes") };
        assert!(snapshot.lanes[0].loss_train.is_nan());
        assert_eq!(snapshot.lanes[0].grad_norm, [f32::NEG_INFINITY]);
    }

    #[test]
    fn garbage_is_an_error_not_a_panic() {
        for length in 0..64u8 {
            let bytes: Vec<u8> = (0..length).map(|i| i.wrapping_mul(37) ^ 0xa5).collect();
            let _ = decode::<Command>(&bytes);
            let _ = decode::<Event>(&bytes);
        }
        assert!(decode::<Command>(&[255, 255, 255]).is_err());
    }
}
