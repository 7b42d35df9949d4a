//! What the training data show of themselves: scale, copies, order, and how far neighbours agree.
//!
//! Must not know any model of ours. Measured on what the sampler gives, in some ten milliseconds: a few
//! hundred examples looked up among at most a thousand.

use super::feed::moments;
use super::{Dataset, Sampler};
use crate::telemetry::confusion::Skill;
use crate::telemetry::vitals::by_sureness;
use crate::telemetry::{Confusion, DataSigns};
use std::collections::BTreeSet;

/// Examples among which neighbours are sought, over all classes.
const REFERENCES: usize = 1000;
/// Examples looked up, over all classes; and as many of the probe set.
const QUERIES: usize = 320;
/// Numbers per example at most: larger images are averaged down.
const FEATURES: usize = 256;
/// Draws whose order is looked at.
const DRAWS: usize = 256;
/// Neighbours with different labels that such an order should have at least.
const PAIRS: f32 = 12.0;
/// Draws of augmented images: each is made, not just counted.
const AUGMENTED: usize = 128;

/// What the data show. Looking never moves the sampler.
pub fn signs(dataset: &Dataset, sampler: &Sampler) -> DataSigns {
    let view = View::of(dataset);
    let members = |class: usize| &dataset.order[class][..sampler.active()[class] as usize];
    let classes = dataset.classes.len();
    let total: usize = (0..classes).map(|class| members(class).len()).sum();

    let seen = BTreeSet::from_iter((0..classes).flat_map(members).copied());
    let distinct =
        BTreeSet::from_iter(seen.iter().map(|&index| fingerprint(dataset.pool.row(index as usize))));
    let mut label_shares = vec![0.0; classes];
    for class in 0..classes {
        let share = sampler.draw_shares()[class] / members(class).len().max(1) as f32;
        members(class).iter().for_each(|&index| label_shares[label(dataset, index)] += share);
    }

    let each = |most: usize| most.div_ceil(classes);
    let mut used = BTreeSet::new();
    let mut references = Cloud::new(classes, view.features);
    for class in 0..classes {
        let fresh = members(class).iter().filter(|&&index| used.insert(index));
        let fresh: Vec<u32> = fresh.take(each(REFERENCES)).copied().collect();
        fresh.iter().for_each(|&index| {
            references.add(&view.row(dataset.pool.row(index as usize)), label(dataset, index));
        });
    }
    let mut own = Asked::among(&references, references.spread(each(REFERENCES)), each(QUERIES));
    let probe = &dataset.probe;
    let mut asked = vec![0; classes];
    let tested = (0..probe.labels.len()).filter_map(|index| {
        let class = usize::from(probe.labels[index]);
        asked[class] += 1;
        (asked[class] <= each(REFERENCES)).then(|| (None, view.row(probe.row(index)), class))
    });
    let tested = Asked::among(&references, tested, each(QUERIES));

    let columns = columns(dataset);
    DataSigns {
        examples: total as u32,
        copies: 1.0 - distinct.len() as f32 / total.max(1) as f32,
        label_shares,
        scale: middle(columns.iter().map(|column| column.deviation)),
        offset: middle(columns.iter().map(|column| column.mean.abs() / column.deviation)),
        disparity: columns.iter().map(|column| column.deviation).fold(0.0, f32::max)
            / columns.iter().map(|column| column.deviation).fold(f32::INFINITY, f32::min),
        neighbour: own.neighbour.skill(),
        centroid: own.centroid.skill(),
        sure_accuracy: own.by_sureness(),
        distance: middle(tested.distances.iter().copied()) / middle(own.distances.iter().copied()),
        transfer_centroid: tested.centroid.skill(),
        transfer: tested.neighbour,
        shift: middle(columns.iter().map(|column| column.shift.abs())),
        stretch: middle(columns.iter().map(|column| column.stretch)),
        runs: runs(dataset, sampler),
        augmented: augmented(dataset, sampler, &references, &view),
    }
}

fn label(dataset: &Dataset, index: u32) -> usize {
    usize::from(dataset.pool.labels[index as usize])
}

/// FNV-1a over the numbers: equal rows, equal prints.
fn fingerprint(row: &[f32]) -> u64 {
    row.iter().fold(0xcbf2_9ce4_8422_2325, |print, number| {
        (print ^ u64::from(number.to_bits())).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Median of the finite values; NaN without any.
fn middle(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.filter(|value| value.is_finite()).collect();
    crate::order::sort_numbers(&mut values);
    values.get(values.len() / 2).copied().unwrap_or(f32::NAN)
}

/// A column that is not constant, as fed.
struct Column {
    mean: f32,
    deviation: f32,
    shift: f32,
    stretch: f32,
}

fn columns(dataset: &Dataset) -> Vec<Column> {
    let area = dataset.image.map_or(1, |[_, height, width]| height * width);
    let probe = moments(&dataset.probe, area);
    let moving = dataset.feeds.iter().zip(probe).filter(|(feed, _)| feed.deviation > 0.0);
    let column = |(feed, (mean, deviation)): (&super::Feed, (f64, f64))| Column {
        mean: feed.mean,
        deviation: feed.deviation,
        shift: (mean as f32 - feed.mean) / feed.deviation,
        stretch: deviation as f32 / feed.deviation,
    };
    moving.map(column).collect()
}

/// How examples are compared: every column on its own scale, large images averaged down.
struct View<'a> {
    dataset: &'a Dataset,
    area: usize,
    /// Pixels averaged along each side.
    block: usize,
    features: usize,
}

impl<'a> View<'a> {
    fn of(dataset: &'a Dataset) -> Self {
        let area = dataset.image.map_or(1, |[_, height, width]| height * width);
        let (mut features, mut block) = (dataset.pool.features, 1);
        if let Some([channels, height, width]) = dataset.image {
            while features > FEATURES {
                block *= 2;
                features = channels * (height / block) * (width / block);
            }
        }
        Self { dataset, area, block, features }
    }

    fn row(&self, raw: &[f32]) -> Vec<f32> {
        let feeds = &self.dataset.feeds;
        let standard = |(index, value): (usize, &f32)| {
            let feed = feeds[index / self.area % feeds.len()];
            if feed.deviation > 0.0 { (value - feed.mean) / feed.deviation } else { 0.0 }
        };
        let row: Vec<f32> = raw.iter().enumerate().map(standard).collect();
        let Some([_, height, width]) = self.dataset.image.filter(|_| self.block > 1) else { return row };
        let (tall, wide) = (height / self.block, width / self.block);
        let mut small = vec![0.0; self.features];
        for (pixel, value) in row.iter().enumerate() {
            let (channel, y, x) = (pixel / self.area, pixel % self.area / width, pixel % width);
            let (y, x) = (y / self.block, x / self.block);
            if y < tall && x < wide {
                small[(channel * tall + y) * wide + x] += value;
            }
        }
        small
    }
}

/// Labelled points and the sum of each class.
struct Cloud {
    features: usize,
    points: Vec<f32>,
    labels: Vec<usize>,
    sums: Vec<Vec<f32>>,
    counts: Vec<usize>,
}

/// Which reference it is itself, if any; the point; its label.
type Query = (Option<usize>, Vec<f32>, usize);

impl Cloud {
    fn new(classes: usize, features: usize) -> Self {
        let (sums, counts) = (vec![vec![0.0; features]; classes], vec![0; classes]);
        Self { features, points: Vec::new(), labels: Vec::new(), sums, counts }
    }

    fn add(&mut self, point: &[f32], label: usize) {
        self.sums[label].iter_mut().zip(point).for_each(|(sum, value)| *sum += value);
        self.counts[label] += 1;
        self.points.extend_from_slice(point);
        self.labels.push(label);
    }

    /// Up to `each` members of every label.
    fn spread(&self, each: usize) -> impl Iterator<Item = Query> {
        let mut asked = vec![0; self.counts.len()];
        (0..self.labels.len()).filter_map(move |index| {
            let label = self.labels[index];
            asked[label] += 1;
            (asked[label] <= each).then(|| (Some(index), self.point(index).to_vec(), label))
        })
    }

    fn point(&self, index: usize) -> &[f32] {
        &self.points[index * self.features..(index + 1) * self.features]
    }

    /// The two nearest of different labels: squared distance and label of the nearest, squared distance of
    /// the nearest of another label.
    fn nearest(&self, itself: Option<usize>, point: &[f32]) -> Option<(f32, usize, f32)> {
        let mut best = vec![f32::INFINITY; self.counts.len()];
        for index in (0..self.labels.len()).filter(|index| Some(*index) != itself) {
            let label = self.labels[index];
            let distance = squared(point, self.point(index), best[label]);
            best[label] = best[label].min(distance);
        }
        ranked(&best)
    }

    /// The same for class means, an example's own without it.
    fn nearest_mean(&self, itself: Option<usize>, point: &[f32]) -> Option<(f32, usize, f32)> {
        let mut best = vec![f32::INFINITY; self.counts.len()];
        for (label, sum) in self.sums.iter().enumerate() {
            let own = itself.is_some_and(|index| self.labels[index] == label);
            let count = self.counts[label] - usize::from(own);
            if count > 0 {
                let part = 1.0 / count as f32;
                let mean = sum.iter().zip(point).map(|(sum, x)| (sum - if own { *x } else { 0.0 }) * part);
                best[label] = mean.zip(point).map(|(mean, x)| (x - mean) * (x - mean)).sum();
            }
        }
        ranked(&best)
    }
}

/// Squared distance, or something above `enough` as soon as it is clear.
fn squared(one: &[f32], other: &[f32], enough: f32) -> f32 {
    let mut sum = 0.0;
    for (one, other) in one.chunks(16).zip(other.chunks(16)) {
        sum += one.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
        if sum > enough {
            break;
        }
    }
    sum
}

fn ranked(best: &[f32]) -> Option<(f32, usize, f32)> {
    let first = (0..best.len())
        .filter(|label| best[*label].is_finite())
        .min_by(|a, b| best[*a].total_cmp(&best[*b]))?;
    let second = (0..best.len()).filter(|label| *label != first).map(|label| best[label]);
    Some((best[first], first, second.fold(f32::INFINITY, f32::min)))
}

/// What came of asking.
struct Asked {
    neighbour: Confusion,
    centroid: Confusion,
    distances: Vec<f32>,
    /// Of each method: how much nearer the answer was than the next, and whether it was right.
    margins: [Vec<(f32, bool)>; 2],
}

impl Asked {
    /// Class means are cheap and asked about all, neighbours about `each` of a class.
    fn among(cloud: &Cloud, queries: impl Iterator<Item = Query>, each: usize) -> Self {
        let mut asked_of = vec![0; cloud.counts.len()];
        let empty = || Confusion::new(cloud.counts.len());
        let mut asked = Self {
            neighbour: empty(),
            centroid: empty(),
            distances: Vec::new(),
            margins: Default::default(),
        };
        for (itself, point, label) in queries {
            asked_of[label] += 1;
            let near = if asked_of[label] <= each { cloud.nearest(itself, &point) } else { None };
            let found = [near, cloud.nearest_mean(itself, &point)];
            asked.distances.extend(found[0].map(|(distance, ..)| distance.sqrt()));
            for (confusion, found) in [&mut asked.neighbour, &mut asked.centroid].into_iter().zip(&found) {
                found.iter().for_each(|(_, answer, _)| confusion.add(label, Some(*answer)));
            }
            for (margins, found) in asked.margins.iter_mut().zip(found) {
                margins.extend(found.map(|(distance, answer, next)| {
                    (1.0 - (distance / next.max(f32::MIN_POSITIVE)).sqrt(), answer == label)
                }));
            }
        }
        asked
    }

    /// Accuracy of the better method on the half of which it is surer, and on the other.
    fn by_sureness(&mut self) -> [f32; 2] {
        let better = self.centroid.balanced_accuracy() > self.neighbour.balanced_accuracy();
        by_sureness(&mut self.margins[usize::from(better)])
    }
}

/// How much more often neighbours in the order of drawing share a label than chance says.
fn runs(dataset: &Dataset, sampler: &Sampler) -> f32 {
    let mut sampler = sampler.clone();
    let labels = sampler.labels(dataset, DRAWS);
    let same = labels.windows(2).filter(|pair| pair[0] == pair[1]).count() as f32 / (DRAWS - 1) as f32;
    let chance: f32 = sampler.draw_shares().iter().map(|share| share * share).sum();
    // Of pairs that should differ there must be some: one more or less says nothing.
    if (1.0 - chance) * DRAWS as f32 >= PAIRS { (same - chance) / (1.0 - chance) } else { 0.0 }
}

fn augmented(dataset: &Dataset, sampler: &Sampler, references: &Cloud, view: &View) -> Option<Skill> {
    if !sampler.augmenter().is_on() {
        return None;
    }
    let mut sampler = sampler.clone();
    let features = dataset.pool.features;
    let (mut inputs, mut labels) = (vec![0.0; AUGMENTED * features], vec![0; AUGMENTED]);
    sampler.draw(dataset, &mut inputs, &mut labels);
    let rows = inputs.chunks_exact(features).zip(labels);
    let queries = rows.map(|(row, label)| (None, view.row(row), usize::from(label)));
    Some(Asked::among(references, queries, AUGMENTED).neighbour.skill())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::tests::{load, spec};
    use crate::experiment::{DataName, DataSpec, Experiment, Live};

    fn seen(spec: &DataSpec, change: impl FnOnce(&mut Live)) -> DataSigns {
        let mut live = Experiment::default().live;
        change(&mut live);
        let dataset = load(spec, 1);
        let sampler = Sampler::new(&dataset, spec, 1, &live);
        let before = sampler.clone();
        let signs = signs(&dataset, &sampler);
        assert!(sampler == before, "looking does not move the run");
        signs
    }

    #[test]
    fn sound_data_promise_skill_and_data_without_signal_do_not() {
        for &name in DataName::ALL {
            let signs = seen(&spec(name), |_| {});
            let learnable = name != DataName::Noise;
            // Of a hundred wines the smallest grades have one each: too few to be sure of.
            if name != DataName::Wine {
                assert_eq!(signs.promise().low > 0.0, learnable, "{name:?} {signs:?}");
            }
            assert!(signs.copies < 0.5 && signs.runs.abs() < 0.2, "{name:?} {signs:?}");
            assert!((signs.label_shares.iter().sum::<f32>() - 1.0).abs() < 1e-4, "{name:?}");
        }
        let random = seen(&DataSpec { label_noise: 1.0, ..spec(DataName::Digits) }, |_| {});
        assert!(random.promise().low <= 0.0, "{random:?}");
    }

    #[test]
    fn what_is_done_to_the_data_is_measured() {
        let digits = || spec(DataName::Digits);
        let raw = seen(&DataSpec { input_scale: 255.0, input_offset: 90.0, ..digits() }, |_| {});
        let plain = seen(&digits(), |_| {});
        assert!((raw.scale / plain.scale - 255.0).abs() < 0.1, "{raw:?}");
        let own_scale = (raw.neighbour.value - plain.neighbour.value).abs();
        assert!(own_scale < 0.03, "neighbours are sought on every column's own scale: {own_scale}");
        let copies = seen(&DataSpec { duplicates: 0.9, ..digits() }, |_| {});
        assert!((copies.copies - 0.9).abs() < 0.05, "{copies:?}");
        let sorted = seen(&digits(), |live| live.shuffle = false);
        assert!(sorted.runs > 0.8, "{sorted:?}");
        let test = seen(&DataSpec { test_shift: 2.0, test_scale: 3.0, ..digits() }, |_| {});
        assert!(test.shift > 1.0 && test.stretch > 2.5 && test.distance > 2.0 * plain.distance, "{test:?}");
        let blind = seen(&digits(), |live| live.augment.noise = 1.0);
        assert!(blind.augmented.is_some_and(|skill| skill.value < plain.neighbour.value - 0.2), "{blind:?}");
        assert!(plain.augmented.is_none());
    }

    #[test]
    fn wrong_labels_are_wrong_anywhere_and_overlapping_classes_only_where_they_overlap() {
        let noisy = seen(&DataSpec { label_noise: 0.5, ..spec(DataName::Gaussians) }, |_| {});
        let overlap = seen(&DataSpec { separation: 0.6, ..spec(DataName::Gaussians) }, |_| {});
        assert!(noisy.sure_accuracy[0] < 0.85 && overlap.sure_accuracy[0] > 0.9, "{overlap:?} {noisy:?}");
    }
}
