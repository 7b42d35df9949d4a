//! Initial weights, drawn on the host so that every backend starts from the same numbers.
//!
//! Must not know tensors.

use super::network::Network;
use crate::experiment::{InitName, ModelSpec};
use crate::stream::Stream;

/// Weights and zero biases of one lane, concatenated in the order of [`Network::tensors`].
///
/// Each layer has its own stream, so that deepening a network leaves the earlier layers as they are.
pub fn weights(network: &Network, model: &ModelSpec, seed: u32) -> Vec<f32> {
    let mut flat = Vec::new();
    for (index, layer) in network.layers().enumerate() {
        let mut stream = Stream::named(seed, &format!("weights {index}"));
        let (fan_in, fan_out) = layer.fans();
        let [rows, columns] = layer.weight_shape();
        flat.extend((0..rows * columns).map(|_| draw(&mut stream, model, fan_in as f32, fan_out as f32)));
        flat.extend(std::iter::repeat_n(0.0, columns));
    }
    flat
}

fn draw(stream: &mut Stream, model: &ModelSpec, fan_in: f32, fan_out: f32) -> f32 {
    model.init_scale
        * match model.init {
            InitName::He => stream.normal() * (2.0 / fan_in).sqrt(),
            InitName::Glorot => {
                let limit = (6.0 / (fan_in + fan_out)).sqrt();
                stream.range(-limit, limit)
            }
            InitName::Normal => stream.normal(),
            InitName::Zeros => 0.0,
            InitName::Constant => 1.0,
        }
}
