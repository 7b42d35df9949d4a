//! What should be known before training on a table: leaks, imbalance, gaps, repeats.
//!
//! Must not change anything: a visitor decides.

use super::column::Kind;
use super::fault::Fault;
use super::pack;
use super::sheet::{Labels, Plan, Sheet};
use crate::{t, words};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One thing worth knowing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Advice {
    /// A column that says the class nearly by itself, with the share of each class it gets right on average.
    Leak {
        /// Its name.
        column: String,
        /// Mean over the classes, 0 to 1.
        right: f32,
    },
    /// A column that only counts the rows.
    Identifier(String),
    /// A column that is the same everywhere.
    Constant(String),
    /// A column of many different texts.
    Text(String),
    /// A column with gaps, and their share.
    Gaps(String, f32),
    /// The most and the least frequent class, and how many times more often one occurs.
    Imbalance {
        /// The most frequent.
        most: String,
        /// The least.
        least: String,
        /// Examples of one over examples of the other.
        ratio: f32,
    },
    /// A class of which hardly anything can be held out.
    Rare(String, usize),
    /// Rows that repeat an earlier one.
    Repeats(usize),
    /// Rows that repeat an earlier one but for the label.
    Contradictions(usize),
    /// Rows without a label, left out.
    Unlabelled(usize),
}

/// A table judged as a plan would use it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Name and rows of each class.
    pub classes: Vec<(String, usize)>,
    /// Numbers per row.
    pub features: usize,
    /// What should be known, the worst first.
    pub advice: Vec<Advice>,
}

/// A column that gets this share of each class right gives the answer away.
const LEAK: f32 = 0.99;
/// Ratio between classes from which collapse threatens.
const IMBALANCE: f32 = 10.0;
/// Fewer examples of a class leave fewer than four held out.
const RARE: usize = 20;
/// Bins of a column's values; finer ones find chance.
const BINS: usize = 64;

/// Judges a table.
///
/// # Errors
/// The plan does not fit the table.
pub fn judge(sheet: &Sheet, plan: &Plan) -> Result<Judged, Fault> {
    let labels = sheet.labels(plan)?;
    let columns = pack::columns(sheet, plan, &labels)?;
    let mut advice = Vec::new();
    let leaks = columns.iter().filter_map(|(name, values)| {
        let right = separation(values, &labels);
        (right >= LEAK).then(|| Advice::Leak { column: name.clone(), right })
    });
    advice.extend(leaks);
    let (repeats, contradictions) = repeats(&columns, &labels);
    if contradictions > 0 {
        advice.push(Advice::Contradictions(contradictions));
    }
    if repeats > 0 {
        advice.push(Advice::Repeats(repeats));
    }
    let at = |count: usize| labels.counts.iter().position(|known| *known == count).unwrap_or(0);
    let most = labels.counts.iter().copied().max().unwrap_or(0);
    let least = labels.counts.iter().copied().min().unwrap_or(0);
    let ratio = most as f32 / least.max(1) as f32;
    if ratio >= IMBALANCE {
        let name = |count| labels.names[at(count)].clone();
        advice.push(Advice::Imbalance { most: name(most), least: name(least), ratio });
    }
    let rare = labels.names.iter().zip(&labels.counts).filter(|(_, count)| **count < RARE);
    advice.extend(rare.map(|(name, count)| Advice::Rare(name.clone(), *count)));
    if labels.dropped > 0 {
        advice.push(Advice::Unlabelled(labels.dropped));
    }
    for (index, column) in sheet.columns.iter().enumerate().filter(|(index, _)| plan.label != Some(*index)) {
        let name = || column.name.clone();
        let gaps = column.missing as f32 / column.rows().max(1) as f32;
        match column.kind() {
            Kind::Identifier => advice.push(Advice::Identifier(name())),
            Kind::Constant => advice.push(Advice::Constant(name())),
            Kind::Text => advice.push(Advice::Text(name())),
            Kind::Number | Kind::Category if gaps > 0.0 && plan.used.get(index) == Some(&true) => {
                advice.push(Advice::Gaps(name(), gaps));
            }
            Kind::Number | Kind::Category => {}
        }
    }
    let classes = labels.names.into_iter().zip(labels.counts).collect();
    Ok(Judged { classes, features: columns.len(), advice })
}

/// How well one column alone tells the classes apart: the mean over classes of the share that is right when
/// every bin of its values answers with its likeliest class, classes counted alike.
fn separation(values: &[f32], labels: &Labels) -> f32 {
    let classes = labels.counts.len();
    // Gaps have a bin of their own: that a value is missing can give the class away, too.
    let (mut sorted, gaps) = sample(values);
    sorted.sort_unstable_by(f32::total_cmp);
    let mut cuts: Vec<f32> = Vec::new();
    if let Some(last) = sorted.len().checked_sub(1) {
        cuts.extend((1..BINS).map(|bin| sorted[last * bin / BINS]));
        cuts.dedup();
    }
    let bins = cuts.len() + 2;
    let mut counts = vec![0u32; bins * classes];
    for (value, class) in values.iter().zip(&labels.classes) {
        let bin = if value.is_nan() { bins - 1 } else { cuts.partition_point(|cut| cut < value) };
        counts[bin * classes + usize::from(*class)] += 1;
    }
    debug_assert!(gaps <= values.len());
    let share = |bin: &[u32]| {
        let shares = bin.iter().zip(&labels.counts).map(|(found, all)| *found as f32 / *all as f32);
        shares.fold(0.0, f32::max)
    };
    counts.chunks_exact(classes).map(share).sum::<f32>() / classes as f32
}

/// Values for the cuts: all of few, every so many of many; and how many are missing.
fn sample(values: &[f32]) -> (Vec<f32>, usize) {
    let stride = values.len().div_ceil(20_000).max(1);
    let present: Vec<f32> = values.iter().step_by(stride).copied().filter(|value| !value.is_nan()).collect();
    let gaps = values.iter().filter(|value| value.is_nan()).count();
    (present, gaps)
}

/// Rows that repeat an earlier one, and those that do so under another label.
fn repeats(columns: &pack::Columns, labels: &Labels) -> (usize, usize) {
    let mut seen: HashMap<u64, u8> = HashMap::with_capacity(labels.classes.len());
    let (mut repeats, mut contradictions) = (0, 0);
    for (row, class) in labels.classes.iter().enumerate() {
        let step = |hash: u64, (_, values): &(String, Vec<f32>)| {
            (hash ^ u64::from(values[row].to_bits())).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
        };
        match seen.insert(columns.iter().fold(0, step), *class) {
            Some(before) if before == *class => repeats += 1,
            Some(_) => contradictions += 1,
            None => {}
        }
    }
    (repeats, contradictions)
}

impl Advice {
    /// One or two sentences in the language of the page.
    pub fn text(&self) -> String {
        match self {
            Self::Leak { column, right } => {
                t!("own.advice.leak", name = column.as_str(), share = words::percent(*right))
            }
            Self::Identifier(name) => t!("own.advice.identifier", name = name.as_str()),
            Self::Constant(name) => t!("own.advice.constant", name = name.as_str()),
            Self::Text(name) => t!("own.advice.text", name = name.as_str()),
            Self::Gaps(name, share) => {
                t!("own.advice.gaps", name = name.as_str(), share = words::percent(*share))
            }
            Self::Imbalance { most, least, ratio } => {
                t!(
                    "own.advice.imbalance",
                    most = most.as_str(),
                    least = least.as_str(),
                    n = ratio.round() as u32
                )
            }
            Self::Rare(name, count) => t!("own.advice.rare", name = name.as_str(), n = *count),
            Self::Repeats(count) => t!("own.advice.repeats", n = *count),
            Self::Contradictions(count) => t!("own.advice.contradictions", n = *count),
            Self::Unlabelled(count) => t!("own.advice.unlabelled", n = *count),
        }
    }

    /// Whether training on the data as planned would mislead.
    pub fn is_grave(&self) -> bool {
        matches!(self, Self::Leak { .. } | Self::Contradictions(_) | Self::Imbalance { .. })
    }
}
