//! What a lane's weights were like when they were drawn, measured on the host.
//!
//! Must not know tensors.

use super::network::Network;

/// One number per layer with weights each.
#[derive(Clone, Debug, PartialEq)]
pub struct Began {
    /// Euclidean norm of weight and bias together.
    pub norm: Vec<f32>,
    /// Root mean square of the weights times the root of the fan-in.
    pub gain: Vec<f32>,
    /// `|w - mean unit| / |w|`: 0 when all units are copies of one another.
    pub unit_spread: Vec<f32>,
}

impl Began {
    /// Of weights in the order of [`Network::tensors`].
    pub(super) fn of(network: &Network, weights: &[f32]) -> Self {
        let mut began = Self { norm: Vec::new(), gain: Vec::new(), unit_spread: Vec::new() };
        let mut rest = weights;
        for layer in network.layers() {
            let [rows, columns] = layer.weight_shape();
            let (weight, after) = rest.split_at(rows * columns);
            let (bias, after) = after.split_at(columns);
            rest = after;
            let square = |values: &[f32]| values.iter().map(|value| value * value).sum::<f32>();
            let own = square(weight);
            let mean = |row: &[f32]| row.iter().sum::<f32>() / columns as f32;
            let apart = |row: &[f32]| {
                let mean = mean(row);
                row.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>()
            };
            let apart: f32 = weight.chunks_exact(columns).map(apart).sum();
            began.norm.push((own + square(bias)).sqrt());
            began.gain.push((own / weight.len() as f32 * layer.fans().0 as f32).sqrt());
            began.unit_spread.push((apart / own).sqrt());
        }
        began
    }
}
