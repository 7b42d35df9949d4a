//! Data sets: a fixed pool to train on and a probe set, and how batches are drawn from them.
//!
//! Must not know models, tensors or the browser; bytes of real sets are handed in.

mod augment;
mod blobs;
mod circles;
mod deck;
mod digits;
mod fed;
mod feed;
pub(crate) mod format;
mod gallery;
mod gaussians;
mod hypothyroid;
mod labels;
mod linear;
mod missing;
mod mixup;
mod mnist;
mod moons;
mod noise;
pub mod own;
mod projection;
mod sampler;
mod shapes;
mod signs;
mod spirals;
mod split;
pub(crate) mod table;
mod weights;
mod wine;

use crate::experiment::{DataName, DataSpec};
use crate::protocol::MissingValue;
use crate::stream::Stream;
pub use feed::Feed;
pub use gallery::{gallery, thumbnail};
pub use mixup::Blend;
pub use sampler::Sampler;
pub use signs::signs;

/// Every data set, one row each; to add one, write its file and name its row here.
pub static SETS: &[&Set] = &[
    &digits::SET,
    &mnist::SET,
    &hypothyroid::SET,
    &wine::SET,
    &gaussians::SET,
    &shapes::SET,
    &linear::SET,
    &noise::SET,
    &moons::SET,
    &circles::SET,
    &spirals::SET,
    &blobs::SET,
    &own::SET,
];

/// A data set as the page needs to know it before any example exists.
#[derive(Debug)]
pub struct Set {
    /// Its name in the experiment.
    pub name: DataName,
    /// Name of each class; at most [`MAX_CLASSES`](crate::experiment::knob::MAX_CLASSES).
    pub classes: &'static [&'static str],
    /// Channels, height, width of an image; `None` for vectors.
    pub image: Option<[usize; 3]>,
    /// Numbers per example in the set itself; indicators of missing values come on top.
    pub features: usize,
    /// Probe examples of each class: equal, 30 at least, unless a real set has too few of a class.
    pub probe: &'static [usize],
    /// Where examples come from.
    pub source: Source,
    /// Whom to thank, under which licence; shown on the page.
    pub attribution: &'static str,
}

/// Where a set's examples come from.
#[derive(Debug)]
pub enum Source {
    /// A file in the format of `data/format.rs` (images) or `data/table.rs`, written by `cargo xtask data`.
    File(
        /// Address relative to the page.
        &'static str,
    ),
    /// The visitor's own, in the format of `data/own.rs`; the experiment says the rest.
    Own,
    /// Computed from the seed.
    Generated {
        /// Writes examples of one class.
        generate: Generator,
        /// Most pool examples per class, so that images fit a phone's memory.
        pool_max: usize,
    },
}

/// Writes the inputs of one class, `[examples, features]` with pixels in `[0, 1]`, before
/// anything else is done to them.
pub type Generator = fn(&Request<'_>, &mut Stream, &mut [f32]);

/// What a [`Generator`] is asked for.
#[derive(Debug)]
pub struct Request<'a> {
    /// The set's settings.
    pub spec: &'a DataSpec,
    /// The data seed, for streams shared by all classes and parts.
    pub seed: u32,
    /// The class of all examples asked for.
    pub class: u8,
    /// Where they will be used.
    pub part: Part,
}

/// The two halves of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What may be trained on.
    Pool,
    /// What collapse is measured on.
    Probe,
}

/// Labelled examples; images are channel-major, `[C, H, W]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Examples {
    /// `[examples, features]`, row-major, as they are fed in.
    pub inputs: Vec<f32>,
    /// Class of each example.
    pub labels: Vec<u8>,
    /// Numbers per example.
    pub features: usize,
}

impl Examples {
    /// The features of one example.
    ///
    /// # Panics
    /// `index` is not below the number of labels.
    pub fn row(&self, index: usize) -> &[f32] {
        &self.inputs[index * self.features..(index + 1) * self.features]
    }
}

/// A loaded data set; fixed for a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// Name of each class.
    pub classes: Vec<String>,
    /// Channels, height, width; `None` for vectors.
    pub image: Option<[usize; 3]>,
    /// What may be trained on; class balance decides how much of it is.
    pub pool: Examples,
    /// Examples nothing is ever trained on, as many of each class as the set says; class balance leaves
    /// them alone.
    pub probe: Examples,
    /// Name of each feature of vectors, those of indicators left out; empty for images.
    pub names: Vec<String>,
    /// What was put where values were missing, feature by feature; empty for complete sets.
    pub missing: Vec<MissingValue>,
    /// How often each class occurs in the set itself.
    pub(crate) natural: Vec<f32>,
    /// What each feature (each channel of images) went through.
    pub feeds: Vec<Feed>,
    /// Pool indices of each class in the order they become available to training; copies occur again.
    pub(crate) order: Vec<Vec<u32>>,
    /// Whether some of the pool's labels are not those of the class they are drawn for.
    pub(crate) mislabelled: bool,
}

impl Dataset {
    /// Training examples to ask a model about: class, rank within it and pool index of the first few of each
    /// class, which every balance of the classes keeps longest.
    ///
    /// Equally many for every data set of as many classes, so that lanes fit beside each other: a class that
    /// has fewer repeats them, one that has none shows an example of a rank that is never drawn.
    pub fn clean(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        let each = CLEAN.div_ceil(self.classes.len());
        self.order.iter().enumerate().flat_map(move |(class, members)| {
            (0..each).map(move |place| match members.len() {
                0 => (class, usize::MAX, 0),
                count => (class, place % count, members[place % count] as usize),
            })
        })
    }

    /// The data of an experiment: equal arguments give equal data on every platform.
    ///
    /// `bytes`: of [`file`]`(spec)`; ignored by generated sets.
    ///
    /// # Errors
    /// A real set's bytes are missing, damaged or another set's.
    pub fn load(spec: &DataSpec, seed_data: u32, bytes: Option<&[u8]>) -> Result<Self, DataError> {
        let set = set(spec.name);
        let mut classes: Vec<String> = set.classes.iter().map(|&name| name.to_owned()).collect();
        let mut image = set.image;
        let split::Parts { mut pool, mut probe, names } = match set.source {
            Source::File(_) | Source::Own => {
                let file = file(spec).unwrap_or_default();
                let bytes = bytes.ok_or_else(|| DataError::Missing { file: file.clone() })?;
                let unreadable = |reason| DataError::Unreadable { file: file.clone(), reason };
                let (shape, bytes) = if let Source::Own = set.source {
                    let own = own::read(bytes).map_err(unreadable)?;
                    (classes, image) = (own.classes, spec.own.image);
                    if classes.len() != spec.own.counts.len() {
                        return Err(unreadable(format!("it has {} classes", classes.len())));
                    }
                    (split::Shape::of_own(&spec.own), own.examples)
                } else {
                    (split::Shape::of(set), bytes)
                };
                split::read(&shape, bytes, &mut Stream::named(seed_data, "split")).map_err(unreadable)?
            }
            Source::Generated { generate, pool_max } => {
                let part = |part, counts: &[usize]| generated(set, spec, seed_data, part, counts, generate);
                let pool_counts = vec![(spec.train_size as usize).clamp(1, pool_max); set.classes.len()];
                let (pool, probe) = (part(Part::Pool, &pool_counts), part(Part::Probe, set.probe));
                split::Parts { pool, probe, names: names(set) }
            }
        };
        let missing = missing::fill([&mut pool, &mut probe], &names, spec.missing);
        let count = classes.len();
        labels::add_noise(&mut pool.labels, count, spec.label_noise, &mut Stream::named(seed_data, "labels"));
        let mut stream = Stream::named(seed_data, "labels probe");
        labels::add_noise(&mut probe.labels, count, spec.label_noise, &mut stream);
        let area = image.map_or(1, |[_, height, width]| height * width);
        let feeds = feed::apply(&mut pool, &mut probe, area, spec);
        let mut order = labels::order(&pool.labels, count, &mut Stream::named(seed_data, "pool order"));
        let (from, to) = (spec.flip_from as usize, spec.flip_to as usize);
        let mislabelled = spec.label_flip > 0.0 && from != to && from.max(to) < count;
        if mislabelled {
            labels::mislabel(&mut pool.labels, &order[from], spec.label_flip, to as u8);
        }
        if spec.duplicates > 0.0 {
            let mut stream = Stream::named(seed_data, "duplicates");
            order.iter_mut().for_each(|members| labels::duplicate(members, spec.duplicates, &mut stream));
        }
        Ok(Self {
            classes,
            image,
            pool,
            probe,
            names,
            missing,
            feeds,
            order,
            mislabelled,
            natural: spec.natural_shares().to_vec(),
        })
    }
}

/// Examples of [`Dataset::clean`].
const CLEAN: usize = 128;

/// Why a data set could not be loaded, in words for the visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataError {
    /// A real set was asked for without its bytes.
    Missing {
        /// The file expected.
        file: String,
    },
    /// The bytes are not the set's.
    Unreadable {
        /// The file they came from.
        file: String,
        /// What is wrong with them.
        reason: String,
    },
}

impl std::fmt::Display for DataError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing { file } => write!(f, "the data file {file} is missing"),
            Self::Unreadable { file, reason } => write!(f, "the data file {file} is damaged: {reason}"),
        }
    }
}

impl std::error::Error for DataError {}

impl From<DataError> for crate::protocol::RunError {
    fn from(error: DataError) -> Self {
        match error {
            DataError::Missing { file } => Self::Data { file, reason: "it is missing".to_owned() },
            DataError::Unreadable { file, reason } => {
                Self::Data { file, reason: format!("it is damaged: {reason}") }
            }
        }
    }
}

/// The file a set is read from, relative to the page or a name of the visitor's own; `None` for generated
/// sets.
pub fn file(spec: &DataSpec) -> Option<String> {
    match set(spec.name).source {
        Source::File(path) => Some(path.to_owned()),
        Source::Own => Some(spec.own.file()),
        Source::Generated { .. } => None,
    }
}

/// The row of a data set.
pub fn set(name: DataName) -> &'static Set {
    SETS.iter().find(|set| set.name == name).expect("every data name has a row; a test walks them")
}

/// Names of a generated set's features.
fn names(set: &Set) -> Vec<String> {
    match (set.image, set.features) {
        (Some(_), _) => Vec::new(),
        (None, 2) => vec!["x".to_owned(), "y".to_owned()],
        (None, features) => (1..=features).map(|number| format!("feature {number}")).collect(),
    }
}

fn generated(
    set: &Set,
    spec: &DataSpec,
    seed: u32,
    part: Part,
    counts: &[usize],
    generate: Generator,
) -> Examples {
    let rows: usize = counts.iter().sum();
    let mut inputs = vec![0.0; rows * set.features];
    let mut labels = Vec::with_capacity(rows);
    for (class, &count) in counts.iter().enumerate() {
        let prefix = if part == Part::Pool { "pool" } else { "probe" };
        let mut stream = Stream::named(seed, &format!("{prefix} {class}"));
        let start = labels.len() * set.features;
        let class = class as u8;
        let block = &mut inputs[start..start + count * set.features];
        generate(&Request { spec, seed, class, part }, &mut stream, block);
        labels.resize(labels.len() + count, class);
    }
    Examples { inputs, labels, features: set.features }
}

#[cfg(test)]
pub(crate) mod tests;
