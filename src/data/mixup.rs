//! Mixup: every example of a batch is blended with another, inputs and labels alike (Zhang et al. 2018).
//!
//! Must not know what the inputs are. It is the one thing that depends on how examples are cut into
//! batches: the partner comes from the same batch.

use crate::stream::Stream;
use serde::{Deserialize, Serialize};

/// The mixup of one run: its strength and the stream it draws from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mixer {
    /// Parameter of the Beta distribution, 0 (off) to 1.
    alpha: f32,
    stream: Stream,
}

/// The other example in a blend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Blend {
    /// Its class.
    pub label: u8,
    /// Its share, 0 to 0.5: an example's own label always dominates.
    pub share: f32,
}

impl Mixer {
    /// The mixup of a run.
    pub fn new(stream: Stream, alpha: f32) -> Self {
        Self { alpha, stream }
    }

    /// Takes another strength; the stream goes on.
    pub fn adjust(&mut self, alpha: f32) {
        self.alpha = alpha;
    }

    /// Whether anything is blended.
    pub fn is_on(&self) -> bool {
        self.alpha > 0.0
    }

    /// Blends each row with a random one of the batch; one entry per row, none when off.
    ///
    /// `inputs`: `[batch, features]`, `labels`: `[batch]`. The larger share is always the row's own: the
    /// blends are the same as in the paper, only listed under the label that dominates.
    pub fn mix(&mut self, inputs: &mut [f32], labels: &[u8]) -> Vec<Blend> {
        if !self.is_on() || labels.is_empty() {
            return Vec::new();
        }
        let features = inputs.len() / labels.len();
        let pure = inputs.to_vec();
        let rows = inputs.chunks_exact_mut(features);
        let blend = |row: &mut [f32]| {
            let share = smaller_share(self.alpha, &mut self.stream);
            let partner = self.stream.below(labels.len());
            let other = &pure[partner * features..(partner + 1) * features];
            row.iter_mut().zip(other).for_each(|(value, other)| *value += share * (other - *value));
            Blend { label: labels[partner], share }
        };
        rows.map(blend).collect()
    }
}

/// The smaller of `x` and `1 - x` where `x` is drawn from Beta(alpha, alpha), alpha at most 1.
///
/// Jöhnk's method (1964), in logarithms because powers of small numbers underflow.
fn smaller_share(alpha: f32, stream: &mut Stream) -> f32 {
    loop {
        let mut log_power = || (1.0 - stream.uniform()).ln() / alpha;
        let (a, b) = (log_power(), log_power());
        if a.exp() + b.exp() <= 1.0 {
            // a / (a + b) with both divided by the larger.
            let ratio = (-(a - b).abs()).exp();
            return ratio / (1.0 + ratio);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_follow_the_beta_distribution() {
        for alpha in [0.05, 0.2, 1.0] {
            let mut stream = Stream::named(1, "beta");
            let draws: Vec<f32> = (0..20_000).map(|_| smaller_share(alpha, &mut stream)).collect();
            assert!(draws.iter().all(|share| (0.0..=0.5).contains(share)));
            // The variance of Beta(a, a) is 1 / (4 (2a + 1)), and the fold keeps the distance to 1/2.
            let variance = draws.iter().map(|share| (share - 0.5).powi(2)).sum::<f32>() / 20_000.0;
            let expected = 1.0 / (4.0 * (2.0 * alpha + 1.0));
            assert!((variance - expected).abs() < 0.003, "alpha {alpha}: {variance}, expected {expected}");
        }
    }

    #[test]
    fn rows_and_labels_are_blended_by_the_same_share() {
        let labels: Vec<u8> = (0..64).map(|at| at % 4).collect();
        let pure: Vec<f32> = labels.iter().flat_map(|&label| [f32::from(label), 10.0]).collect();
        let mut mixed = pure.clone();
        let blends = Mixer::new(Stream::named(1, "mixup"), 1.0).mix(&mut mixed, &labels);
        for ((row, &label), blend) in mixed.chunks_exact(2).zip(&labels).zip(&blends) {
            let expected = f32::from(label) * (1.0 - blend.share) + f32::from(blend.label) * blend.share;
            assert!((row[0] - expected).abs() < 1e-5 && row[1] == 10.0);
        }
        assert!(blends.iter().zip(&labels).filter(|(blend, label)| blend.label != **label).count() > 32);
    }

    #[test]
    fn off_changes_and_draws_nothing() {
        let mut mixer = Mixer::new(Stream::named(1, "mixup"), 0.0);
        let before = mixer.clone();
        let mut inputs = vec![1.0, 2.0];
        assert!(mixer.mix(&mut inputs, &[0, 1]).is_empty());
        assert_eq!((inputs, mixer), (vec![1.0, 2.0], before));
    }
}
