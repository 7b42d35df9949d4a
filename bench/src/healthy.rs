//! Random configurations that usually learn: what faults are injected into, and the plain controls.
//!
//! Must not know faults. Whether one really learns is measured, not assumed.

use collapse_lab::experiment::{
    Activation, DataName, Experiment, InitName, LossName, ModelName, OptimizerName, Schedule, Seeds,
    Weighting,
};
use collapse_lab::stream::Stream;

/// One of the choices.
pub fn pick<T: Copy>(stream: &mut Stream, choices: &[T]) -> T {
    choices[stream.below(choices.len())]
}

/// Log-uniform in `[low, high)`.
pub fn log_range(stream: &mut Stream, low: f32, high: f32) -> f32 {
    low * (high / low).powf(stream.uniform())
}

/// Three significant digits are enough for a link.
pub fn tidy(value: f32) -> f32 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

/// The same experiment with its `number`th draw of data, weights and order.
pub fn seeded(experiment: &Experiment, base: u32, number: u32) -> Experiment {
    let seed = (base + number) % Experiment::SEEDS;
    Experiment { seeds: Seeds { data: seed, weights: seed, order: seed }, ..experiment.clone() }
}

/// A configuration on that set which usually learns it.
pub fn draw(set: DataName, stream: &mut Stream) -> Experiment {
    let mut experiment = Experiment::default();
    experiment.data.name = set;
    draw_data(&mut experiment, stream);
    draw_model(&mut experiment, stream);
    draw_training(&mut experiment, stream);
    draw_extras(&mut experiment, stream);
    experiment
}

fn draw_data(experiment: &mut Experiment, stream: &mut Stream) {
    let data = &mut experiment.data;
    data.train_size = pick(stream, &[400, 600, 1000]);
    data.standardise = stream.coin(0.3);
    match data.name {
        DataName::Digits | DataName::Mnist => data.train_size = 1000,
        DataName::Hypothyroid | DataName::Wine => {
            data.train_size = 5000;
            data.standardise = true;
            experiment.live.weighting = pick(stream, &[Weighting::Oversampling, Weighting::InverseFrequency]);
        }
        DataName::Gaussians => data.separation = tidy(stream.range(0.7, 1.5)),
        DataName::Blobs => data.spread = tidy(stream.range(0.2, 0.5)),
        DataName::Moons | DataName::Circles => data.spread = tidy(stream.range(0.05, 0.15)),
        DataName::Spirals => data.spread = tidy(stream.range(0.02, 0.08)),
        DataName::Shapes => {
            data.train_size = pick(stream, &[80, 160, 320]);
            data.standardise = false;
            experiment.live.augment.flip_horizontal = 0.5;
            experiment.live.augment.flip_vertical = 0.5;
        }
        DataName::Linear | DataName::Noise | DataName::Own => {}
    }
}

/// Whether a straight line is not enough.
pub fn is_bent(set: DataName) -> bool {
    matches!(set, DataName::Moons | DataName::Circles | DataName::Spirals)
}

fn draw_model(experiment: &mut Experiment, stream: &mut Stream) {
    let set = experiment.data.name;
    let model = &mut experiment.model;
    model.depth = match set {
        DataName::Spirals => pick(stream, &[2, 3]),
        set if is_bent(set) => pick(stream, &[1, 2, 3]),
        _ => pick(stream, &[0, 1, 1, 2, 2, 3]),
    };
    model.width = if set == DataName::Spirals {
        pick(stream, &[32, 48, 64])
    } else {
        pick(stream, &[16, 24, 32, 48, 64])
    };
    if set == DataName::Mnist {
        model.width = model.width.min(32);
    }
    if set == DataName::Shapes {
        (model.name, model.channels, model.blocks) = (ModelName::Cnn, 8, 1);
    }
    model.activation = match stream.below(20) {
        0..7 => Activation::Relu,
        7..11 => Activation::LeakyRelu,
        11..17 => Activation::Tanh,
        17..19 => Activation::Gelu,
        _ if model.depth <= 1 => Activation::Sigmoid,
        _ => Activation::Tanh,
    };
    let rectified = !matches!(model.activation, Activation::Tanh | Activation::Sigmoid);
    model.init = if rectified && stream.coin(0.6) { InitName::He } else { InitName::Glorot };
}

fn draw_training(experiment: &mut Experiment, stream: &mut Stream) {
    experiment.optimizer.name = match stream.below(10) {
        0..5 => OptimizerName::Adam,
        5..8 => OptimizerName::Sgd,
        8 => OptimizerName::AdamW,
        _ => OptimizerName::RmsProp,
    };
    let [low, high] = match experiment.optimizer.name {
        OptimizerName::Adam | OptimizerName::AdamW => [1e-3, 1e-2],
        OptimizerName::Sgd => [1e-2, 1e-1],
        OptimizerName::RmsProp => [3e-4, 2e-3],
    };
    experiment.live.learning_rate = tidy(log_range(stream, low, high));
    experiment.batch_size = pick(stream, &[16, 32, 32, 64]);
    if experiment.data.name == DataName::Shapes {
        // A step costs a hundred times one of points in the plane.
        experiment.batch_size = 16;
    }
    experiment.live.steps = match experiment.data.name {
        DataName::Spirals => pick(stream, &[700, 800, 1000]),
        DataName::Mnist => pick(stream, &[240, 300]),
        DataName::Shapes => pick(stream, &[100, 140]),
        _ => pick(stream, &[300, 400, 500, 600]),
    };
}

/// Now and then something beside the plain recipe.
fn draw_extras(experiment: &mut Experiment, stream: &mut Stream) {
    let hidden = experiment.model.depth > 0 || experiment.model_name() == ModelName::Cnn;
    if stream.coin(0.08) {
        experiment.loss.label_smoothing = 0.1;
    }
    if stream.coin(0.08) {
        experiment.live.weight_decay = 0.01;
    }
    if hidden && stream.coin(0.08) && experiment.model.width >= 32 {
        experiment.live.dropout = pick(stream, &[0.1, 0.2]);
    }
    if hidden && stream.coin(0.08) {
        experiment.model.batch_norm = true;
    }
    if stream.coin(0.08) {
        experiment.live.schedule = Schedule::Cosine;
        experiment.live.schedule_steps = experiment.live.steps;
    } else if stream.coin(0.05) {
        experiment.live.schedule = Schedule::Warmup;
        experiment.live.schedule_steps = 100;
    }
    if stream.coin(0.05) {
        experiment.live.clip_norm = 1.0;
    }
    if stream.coin(0.06) {
        experiment.loss.name = pick(stream, &[LossName::Focal, LossName::SigmoidBce]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_repeat_and_cover_the_choices() {
        let all = |seed| -> Vec<Experiment> {
            let mut stream = Stream::named(seed, "test");
            (0..300)
                .map(|_| draw(pick(&mut stream, &[DataName::Moons, DataName::Digits]), &mut stream))
                .collect()
        };
        let drawn = all(1);
        assert_eq!(drawn, all(1));
        assert_ne!(drawn, all(2));
        for activation in Activation::ALL {
            assert!(drawn.iter().any(|one| one.model.activation == *activation), "{activation:?}");
        }
        for optimizer in OptimizerName::ALL {
            assert!(drawn.iter().any(|one| one.optimizer.name == *optimizer), "{optimizer:?}");
        }
        for depth in 0..=3 {
            assert!(drawn.iter().any(|one| one.model.depth == depth), "{depth}");
        }
        let rates: Vec<f32> = drawn.iter().map(|one| one.live.learning_rate).collect();
        assert!(rates.iter().any(|rate| *rate < 2e-3) && rates.iter().any(|rate| *rate > 0.05));
        assert!(drawn.iter().all(|one| !is_bent(one.data.name) || one.model.depth > 0));
    }

    #[test]
    fn seeds_move_data_weights_and_order_together() {
        let seeds = seeded(&Experiment::default(), 9_998, 3).seeds;
        assert_eq!((seeds.data, seeds.weights, seeds.order), (1, 1, 1));
    }
}
