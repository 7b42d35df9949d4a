//! Initial weights, drawn on the host so that every backend starts from the same numbers.
//!
//! Must not know tensors.

use super::network::Network;
use crate::experiment::{BiasInit, Experiment, InitName, LossName, ModelSpec, log_shares};
use crate::stream::Stream;

/// Weights, biases and scales of one lane, concatenated in the order of [`Network::tensors`].
///
/// Each layer has its own stream, so that deepening a network leaves the earlier layers as they are.
pub fn weights(network: &Network, experiment: &Experiment) -> Vec<f32> {
    let mut flat = Vec::new();
    let mut last_bias = 0..0;
    for (index, layer) in network.layers().enumerate() {
        let mut stream = Stream::named(experiment.seeds.weights, &format!("weights {index}"));
        let (fan_in, fan_out) = layer.fans();
        let [rows, columns] = layer.weight_shape();
        let weight = || draw(&mut stream, &experiment.model, fan_in as f32, fan_out as f32);
        flat.extend(std::iter::repeat_with(weight).take(rows * columns));
        last_bias = flat.len()..flat.len() + columns;
        flat.extend(std::iter::repeat_n(0.0, columns));
    }
    flat.extend(network.normalised().into_iter().flat_map(|units| std::iter::repeat_n(1.0, units)));
    if experiment.model.bias_init == BiasInit::LogPrior {
        flat[last_bias].copy_from_slice(&prior(experiment));
    }
    flat
}

/// Output biases with which a model that sees nothing answers the class shares.
fn prior(experiment: &Experiment) -> Vec<f32> {
    let logs = log_shares(&experiment.class_shares());
    let odds = |log: f32| log - (1.0 - log.exp()).max(1e-6).ln();
    match experiment.loss.name {
        // Each class has its own yes or no.
        LossName::SigmoidBce => logs.into_iter().map(odds).collect(),
        LossName::SoftmaxOneUnit => vec![odds(logs[1])],
        _ => logs,
    }
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
