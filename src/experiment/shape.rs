//! Which experiments can be trained side by side as lanes of one fleet.
//!
//! Must not know tensors.

use super::{BiasInit, Experiment, InitName, ModelSpec};

impl Experiment {
    /// Whether both can be lanes of one fleet: the same tensors, loss and optimiser, and batches of one
    /// size. Everything else (seeds, initialisation, live settings, noise, amount and balance of data) is
    /// each lane's own.
    pub fn fits_beside(&self, other: &Self) -> bool {
        self.data.name == other.data.name
            && self.data.own == other.data.own
            && self.data.missing == other.data.missing
            && tensors(&self.model) == tensors(&other.model)
            && self.loss == other.loss
            && self.optimizer == other.optimizer
            && self.batch_size == other.batch_size
    }

    /// The same experiment with another draw of initial weights and order; the data stay. Number 0 is
    /// the experiment itself.
    pub fn with_seed(&self, number: u32) -> Self {
        let mut other = self.clone();
        other.seeds.weights = (other.seeds.weights + number) % Self::SEEDS;
        other.seeds.order = (other.seeds.order + number) % Self::SEEDS;
        other
    }

    /// Seeds run from 0 to one less, see the knob table.
    pub const SEEDS: u32 = 10_000;
}

/// A model without what only says how it begins.
fn tensors(model: &ModelSpec) -> ModelSpec {
    ModelSpec { init: InitName::Zeros, init_scale: 1.0, bias_init: BiasInit::Zero, ..model.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_initialisation_and_live_settings_are_a_lanes_own() {
        let one = Experiment::default();
        let mut other = one.with_seed(3);
        assert_eq!((other.seeds.weights, other.seeds.order, other.seeds.data), (4, 4, 1));
        other.model.init_scale = 7.0;
        other.data.label_noise = 0.5;
        other.live.learning_rate = 1.0;
        assert!(one.fits_beside(&other));
        other.model.width = 33;
        assert!(!one.fits_beside(&other));
        assert!(!one.fits_beside(&Experiment { batch_size: 31, ..one.clone() }));
    }
}
