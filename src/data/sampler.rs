//! Draws training batches: which class by its share or in turn, which example from that class's deck,
//! then augmentation.
//!
//! Must not know batches (mixup apart): the order of examples is the same however they are cut into
//! batches, or a shared link would replay differently after the batch-size knob moves.

use super::Dataset;
use super::augment::Augmenter;
use super::deck::Deck;
use super::mixup::{Blend, Mixer};
use super::weights;
use crate::experiment::{DataSpec, Live, Weighting};
use crate::stream::Stream;
use serde::{Deserialize, Serialize};

/// Where a run is in its training data; part of the checkpoint.
///
/// Class balance acts here: of class k only the first `train_size * share` pool examples are
/// *active*, at least one, none when its share is 0. So 99:1 of 1,000 really has 10 rare examples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sampler {
    train_size: u32,
    order: Stream,
    decks: Vec<Deck>,
    augmenter: Augmenter,
    mixer: Mixer,
    class_shares: Vec<f32>,
    draw_shares: Vec<f32>,
    /// Running sums of `draw_shares`; from the last drawn class on infinite, so that rounding never
    /// draws a starved class.
    thresholds: Vec<f32>,
    /// Drawing by chance; off takes the classes in turn, a pass after the other.
    shuffle: bool,
    /// Where each class's turn ends within a pass.
    turns: Vec<u32>,
    /// Examples of the pass under way already drawn.
    in_pass: u32,
    loss_weights: Vec<f32>,
    active: Vec<u32>,
    /// Passes over the active examples up to the last adjustment.
    epochs_before: f64,
    /// Examples drawn since.
    drawn: u64,
}

impl Sampler {
    /// The start of a run.
    pub fn new(dataset: &Dataset, spec: &DataSpec, seed_order: u32, live: &Live) -> Self {
        let classes = dataset.classes.len();
        let deck = |class| Deck::new(Stream::named(seed_order, &format!("deck {class}")));
        let mut sampler = Self {
            train_size: spec.train_size,
            order: Stream::named(seed_order, "order"),
            decks: (0..classes).map(deck).collect(),
            augmenter: Augmenter::new(dataset, Stream::named(seed_order, "augment"), &live.augment),
            mixer: Mixer::new(Stream::named(seed_order, "mixup"), live.mixup),
            class_shares: Vec::new(),
            draw_shares: Vec::new(),
            thresholds: Vec::new(),
            shuffle: true,
            turns: Vec::new(),
            in_pass: 0,
            loss_weights: Vec::new(),
            active: Vec::new(),
            epochs_before: 0.0,
            drawn: 0,
        };
        sampler.adjust(dataset, live);
        sampler
    }

    /// Follows live knobs from the next draw on; decks and streams go on where they are.
    ///
    /// `dataset` is the one the sampler was made for.
    pub fn adjust(&mut self, dataset: &Dataset, live: &Live) {
        self.epochs_before = self.epochs();
        self.drawn = 0;
        self.class_shares = live.class_shares(&dataset.natural);
        self.active.clear();
        for (class, deck) in self.decks.iter_mut().enumerate() {
            let share = self.class_shares[class];
            let wanted = (self.train_size as f32 * share).round().max(1.0) as usize;
            deck.resize(if share > 0.0 { wanted.min(dataset.order[class].len()) } else { 0 });
            self.active.push(deck.len() as u32);
        }
        if live.weighting == Weighting::Undersampling {
            let rarest = self.active.iter().copied().filter(|&count| count > 0).min().unwrap_or(0);
            self.active.iter_mut().for_each(|count| *count = rarest.min(*count));
            self.decks.iter_mut().zip(&self.active).for_each(|(deck, &count)| deck.resize(count as usize));
        }
        let drawable = self.active.iter().filter(|&&count| count > 0).count() as f32;
        self.draw_shares = match live.weighting {
            Weighting::Oversampling | Weighting::Undersampling => {
                self.active.iter().map(|&n| if n > 0 { 1.0 / drawable } else { 0.0 }).collect()
            }
            _ => self.class_shares.clone(),
        };
        let labels = if dataset.mislabelled {
            self.labels_drawn(dataset)
        } else {
            (self.class_shares.clone(), self.active.clone())
        };
        self.loss_weights = weights::per_class(live.weighting, &labels.0, &labels.1);
        self.thresholds = thresholds(&self.draw_shares);
        self.shuffle = live.shuffle;
        self.turns = turns(&self.draw_shares, self.active.iter().sum());
        self.mixer.adjust(live.mixup);
        self.augmenter.adjust(&live.augment);
    }

    /// Draws `labels.len()` examples.
    ///
    /// `inputs`: `[batch, features]`, as stored in the pool, augmented; `labels`: `[batch]`.
    pub fn draw(&mut self, dataset: &Dataset, inputs: &mut [f32], labels: &mut [u8]) {
        let features = dataset.pool.features;
        debug_assert_eq!(inputs.len(), labels.len() * features);
        self.drawn += labels.len() as u64;
        for (row, label) in inputs.chunks_exact_mut(features).zip(labels) {
            let index = self.draw_index(dataset);
            self.augmenter.copy(dataset.pool.row(index), row);
            // Not the class: a mistaken label travels with its example.
            *label = dataset.pool.labels[index];
        }
    }

    /// Pool indices of the next examples, for those who have the pool: nothing is changed or blended, and the
    /// order is that of [`Sampler::draw`].
    pub fn draw_indices(&mut self, dataset: &Dataset, count: usize) -> Vec<u32> {
        self.drawn += count as u64;
        (0..count).map(|_| self.draw_index(dataset) as u32).collect()
    }

    /// Blends the examples of a batch just drawn, if mixup is on; one entry per example, else none.
    pub fn mix(&mut self, inputs: &mut [f32], labels: &[u8]) -> Vec<Blend> {
        self.mixer.mix(inputs, labels)
    }

    /// Factor on the loss of each label's examples, mean 1 over drawn examples; 0 for labels never drawn.
    pub fn loss_weights(&self) -> &[f32] {
        &self.loss_weights
    }

    /// Share of each class before counter-measures; sums to 1.
    pub fn class_shares(&self) -> &[f32] {
        &self.class_shares
    }

    /// Share of each class among drawn examples, after oversampling; sums to 1.
    pub fn draw_shares(&self) -> &[f32] {
        &self.draw_shares
    }

    /// Distinct examples of each class that training sees at the present balance.
    pub fn active(&self) -> &[u32] {
        &self.active
    }

    /// Passes over the active examples so far; goes on smoothly when their number changes.
    pub fn epoch(&self) -> f32 {
        self.epochs() as f32
    }

    /// The augmentation as the next draw would apply it.
    pub(super) fn augmenter(&self) -> &Augmenter {
        &self.augmenter
    }

    fn epochs(&self) -> f64 {
        let active: u32 = self.active.iter().sum();
        self.epochs_before + self.drawn as f64 / f64::from(active.max(1))
    }

    /// Share of each label among drawn examples and number of active examples that carry it.
    fn labels_drawn(&self, dataset: &Dataset) -> (Vec<f32>, Vec<u32>) {
        let (mut shares, mut counts) = (vec![0.0; self.active.len()], vec![0; self.active.len()]);
        for (class, &active) in self.active.iter().enumerate() {
            let mut carried = vec![0; self.active.len()];
            for &index in &dataset.order[class][..active as usize] {
                carried[usize::from(dataset.pool.labels[index as usize])] += 1;
            }
            for (label, carried) in carried.into_iter().enumerate().filter(|(_, carried)| *carried > 0) {
                counts[label] += carried;
                shares[label] += self.class_shares[class] * carried as f32 / active as f32;
            }
        }
        (shares, counts)
    }

    /// The labels of the next `count` examples, which are then gone.
    pub(super) fn labels(&mut self, dataset: &Dataset, count: usize) -> Vec<u8> {
        (0..count).map(|_| dataset.pool.labels[self.draw_index(dataset)]).collect()
    }

    fn draw_index(&mut self, dataset: &Dataset) -> usize {
        let class = self.draw_class();
        let card = self.decks[class].draw().expect("only classes with active examples are drawn");
        dataset.order[class][card as usize] as usize
    }

    fn draw_class(&mut self) -> usize {
        if !self.shuffle {
            let last = self.turns.last().copied().unwrap_or(0);
            let at = if self.in_pass < last { self.in_pass } else { 0 };
            self.in_pass = at + 1;
            return self.turns.iter().position(|&end| at < end).unwrap_or(0);
        }
        let at = self.order.uniform();
        self.thresholds.iter().position(|&threshold| at < threshold).unwrap_or(0)
    }
}

fn thresholds(shares: &[f32]) -> Vec<f32> {
    let last = shares.iter().rposition(|&share| share > 0.0).unwrap_or(0);
    let mut sum = 0.0;
    let running = shares.iter().enumerate().map(|(class, share)| {
        sum += share;
        if class >= last { f32::INFINITY } else { sum }
    });
    running.collect()
}

/// Ends of the classes' turns in a pass over `active` examples; a class that is drawn at all has a turn.
fn turns(shares: &[f32], active: u32) -> Vec<u32> {
    let mut end = 0;
    let length = |share: f32| if share > 0.0 { (share * active as f32).round().max(1.0) as u32 } else { 0 };
    shares
        .iter()
        .map(|&share| {
            end += length(share);
            end
        })
        .collect()
}

#[cfg(test)]
mod tests;
