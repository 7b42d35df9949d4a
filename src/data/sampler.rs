//! Draws training batches: which class by its share, which example from that class's deck, then
//! augmentation.
//!
//! Must not know batches: the order of examples is the same however they are cut into batches, or a
//! shared link would replay differently after the batch-size knob moves.

use super::Dataset;
use super::augment::Augmenter;
use super::deck::Deck;
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
    class_shares: Vec<f32>,
    draw_shares: Vec<f32>,
    /// Running sums of `draw_shares`; from the last drawn class on infinite, so that rounding never
    /// draws a starved class.
    thresholds: Vec<f32>,
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
            class_shares: Vec::new(),
            draw_shares: Vec::new(),
            thresholds: Vec::new(),
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
        let classes = dataset.classes.len();
        self.class_shares = live.class_shares(dataset.natural);
        self.active.clear();
        for (class, deck) in self.decks.iter_mut().enumerate() {
            let share = self.class_shares[class];
            let wanted = (self.train_size as f32 * share).round().max(1.0) as usize;
            deck.resize(if share > 0.0 { wanted.min(dataset.order[class].len()) } else { 0 });
            self.active.push(deck.len() as u32);
        }
        let drawable = self.active.iter().filter(|&&count| count > 0).count() as f32;
        let per_drawable = |number: f32, active: u32| if active > 0 { number } else { 0.0 };
        self.draw_shares = match live.weighting {
            Weighting::Oversampling => self.active.iter().map(|&n| per_drawable(1.0 / drawable, n)).collect(),
            _ => self.class_shares.clone(),
        };
        self.loss_weights = match live.weighting {
            // Over the classes that are drawn at all, so that the mean over drawn examples is 1.
            Weighting::InverseFrequency => self
                .class_shares
                .iter()
                .zip(&self.active)
                .map(|(share, &n)| per_drawable(1.0 / (drawable * share), n))
                .collect(),
            _ => vec![1.0; classes],
        };
        self.thresholds = thresholds(&self.draw_shares);
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
            let class = self.draw_class();
            let card = self.decks[class].draw().expect("only classes with active examples are drawn");
            let index = dataset.order[class][card as usize] as usize;
            self.augmenter.copy(dataset.pool.row(index), row);
            *label = class as u8;
        }
    }

    /// Factor on the loss of each class's examples: all 1, or inverse to its frequency (0 for
    /// classes never drawn) with mean 1 over drawn examples.
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

    fn draw_class(&mut self) -> usize {
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

#[cfg(test)]
mod tests;
