//! The curvature of a run before its first step, on batches as its training would draw them.
//!
//! Must not know what it is for.

use crate::data::{Dataset, Sampler};
use crate::experiment::{Experiment, ModelName};
use crate::fleet::Device;
use crate::fleet::{Batch, InputShape, largest_eigenvalue};

/// Examples to measure on; convolutions cost a hundred times as much.
const EXAMPLES: usize = 512;
const EXAMPLES_CNN: usize = 128;

/// Largest eigenvalue of the Gauss-Newton matrix; NaN where it is not measured.
///
/// # Errors
/// The device is lost.
pub async fn measure(experiment: &Experiment, dataset: &Dataset, device: &Device) -> Result<f32, String> {
    let input = match dataset.image {
        Some(shape) => InputShape::Image(shape),
        None => InputShape::Vector(dataset.pool.features),
    };
    let is_mlp = experiment.model_name() == ModelName::Mlp;
    let wanted = if is_mlp { EXAMPLES } else { EXAMPLES_CNN };
    let size = experiment.batch_size as usize;
    let mut sampler = Sampler::new(dataset, &experiment.data, experiment.seeds.order, &experiment.live);
    let batches: Vec<Batch> = (0..wanted.div_ceil(size).max(2))
        .map(|_| {
            let (mut examples, mut labels) = (vec![0.0; size * input.features()], vec![0; size]);
            sampler.draw(dataset, &mut examples, &mut labels);
            Batch::new(examples, labels, &[sampler.loss_weights()])
        })
        .collect();
    largest_eigenvalue(experiment, input, &batches, device).await
}
