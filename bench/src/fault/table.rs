//! The table of faults, in the order of the report.

use super::Kind;
use crate::cause::Cause;
use crate::healthy::{is_bent, log_range, pick, tidy};
use collapse_lab::experiment::{
    Activation, DataName, Experiment, InitName, LossName, ModelName, OptimizerName, Schedule, Weighting,
};
use collapse_lab::stream::Stream;

fn nothing(_: &mut Experiment, _: &mut Stream) {}

fn always(_: &Experiment) -> bool {
    true
}

fn is_layered(run: &Experiment) -> bool {
    run.model_name() == ModelName::Mlp && run.model.depth > 0
}

fn is_plain(run: &Experiment) -> bool {
    is_layered(run) && !run.model.batch_norm
}

/// Sets whose classes are equally frequent by themselves.
fn is_even(run: &Experiment) -> bool {
    !matches!(run.data.name, DataName::Hypothyroid | DataName::Wine)
}

fn is_picture(run: &Experiment) -> bool {
    matches!(run.data.name, DataName::Digits | DataName::Mnist)
}

fn deep(run: &mut Experiment, stream: &mut Stream) {
    run.model.depth = run.model.depth.max(pick(stream, &[2, 3]));
    run.model.batch_norm = false;
}

fn flat(run: &mut Experiment, _: &mut Stream) {
    run.data.standardise = false;
    run.model.batch_norm = false;
}

/// Every kind of fault.
pub static KINDS: &[Kind] = &[
    Kind {
        name: "imbalance",
        causes: &[Cause::Imbalance],
        applies: is_even,
        prepare: nothing,
        inject: |run, value, _| {
            run.live.imbalance = tidy(value);
            run.live.weighting = Weighting::None;
        },
    },
    Kind {
        name: "starved_classes",
        causes: &[Cause::Imbalance],
        applies: |run| is_even(run) && run.classes() > 2,
        prepare: nothing,
        inject: |run, value, stream| {
            let classes = run.classes();
            let starved = 1 + stream.below(classes / 3);
            let mut shares = vec![1.0; classes];
            for _ in 0..starved.max(if classes == 10 { 2 } else { 1 }) {
                shares[stream.below(classes)] = tidy(1.0 / value);
            }
            if shares.iter().all(|share| *share == 1.0) {
                shares[0] = tidy(1.0 / value);
            }
            run.live.shares = shares;
        },
    },
    Kind {
        name: "rate_too_high",
        causes: &[Cause::RateHigh],
        applies: always,
        prepare: nothing,
        inject: |run, value, _| run.live.learning_rate = tidy((run.live.learning_rate * value).min(10.0)),
    },
    Kind {
        name: "momentum_too_high",
        causes: &[Cause::RateHigh],
        applies: |run| run.optimizer.name == OptimizerName::Sgd,
        prepare: |run, stream| {
            run.optimizer.name = OptimizerName::Sgd;
            run.live.learning_rate = tidy(log_range(stream, 0.02, 0.1));
        },
        inject: |run, value, _| run.optimizer.momentum = tidy(1.0 - 1.0 / value),
    },
    Kind {
        name: "batch_of_few",
        causes: &[Cause::SmallBatch, Cause::RateHigh],
        applies: always,
        prepare: nothing,
        inject: |run, value, stream| {
            run.batch_size = pick(stream, &[1, 2]);
            run.live.learning_rate = tidy((run.live.learning_rate * value).min(10.0));
        },
    },
    Kind {
        name: "rate_too_low",
        causes: &[Cause::RateLow],
        applies: always,
        prepare: nothing,
        inject: |run, value, _| run.live.learning_rate = tidy((run.live.learning_rate / value).max(1e-6)),
    },
    Kind {
        name: "schedule_over_too_soon",
        causes: &[Cause::RateLow],
        applies: always,
        prepare: nothing,
        inject: |run, value, stream| {
            run.live.schedule = pick(stream, &[Schedule::Cosine, Schedule::Step]);
            run.live.schedule_steps = ((run.live.steps as f32 / value) as u32).max(2);
        },
    },
    Kind {
        name: "too_few_steps",
        causes: &[Cause::FewSteps],
        applies: always,
        prepare: nothing,
        inject: |run, value, _| run.live.steps = ((run.live.steps as f32 / value) as u32).max(10),
    },
    Kind {
        name: "zero_init",
        causes: &[Cause::SymmetricInit],
        applies: is_layered,
        prepare: nothing,
        inject: |run, _, _| run.model.init = InitName::Zeros,
    },
    Kind {
        name: "constant_init",
        causes: &[Cause::SymmetricInit],
        applies: is_layered,
        prepare: nothing,
        inject: |run, value, _| {
            run.model.init = InitName::Constant;
            run.model.init_scale = tidy(value);
        },
    },
    Kind {
        name: "init_too_large",
        causes: &[Cause::InitLarge],
        applies: always,
        prepare: nothing,
        inject: |run, value, _| run.model.init_scale = tidy(value),
    },
    Kind {
        name: "init_too_small",
        causes: &[Cause::InitSmall, Cause::Vanishing],
        applies: is_plain,
        prepare: deep,
        inject: |run, value, _| run.model.init_scale = tidy(1.0 / value),
    },
    Kind {
        name: "vanishing_gradients",
        causes: &[Cause::Vanishing],
        applies: is_plain,
        prepare: nothing,
        inject: |run, value, stream| {
            run.model.activation =
                pick(stream, &[Activation::Sigmoid, Activation::Sigmoid, Activation::Tanh]);
            run.model.init =
                if run.model.activation == Activation::Tanh { InitName::Normal } else { InitName::Glorot };
            if run.model.init == InitName::Normal {
                run.model.init_scale = 0.02;
            }
            run.model.depth = value.round() as u32;
        },
    },
    Kind {
        name: "exploding_gradients",
        causes: &[Cause::Exploding, Cause::InitLarge],
        applies: |run| is_plain(run) && run.optimizer.name == OptimizerName::Sgd,
        prepare: |run, stream| {
            run.optimizer.name = OptimizerName::Sgd;
            run.live.learning_rate = tidy(log_range(stream, 0.02, 0.1));
            run.live.clip_norm = 0.0;
            run.model.activation = pick(stream, &[Activation::Relu, Activation::LeakyRelu, Activation::Gelu]);
            run.model.init = InitName::He;
        },
        inject: |run, value, stream| {
            run.model.depth = pick(stream, &[4, 5, 6]);
            run.model.init_scale = tidy(value);
        },
    },
    Kind {
        name: "born_dead_units",
        causes: &[Cause::DeadUnits, Cause::TooSmall],
        applies: |run| is_plain(run) && run.model.activation == Activation::Relu,
        prepare: |run, _| {
            run.model.activation = Activation::Relu;
            run.model.batch_norm = false;
        },
        inject: |run, value, stream| {
            run.model.width = pick(stream, &[2, 3]);
            run.model.depth = value.round() as u32;
        },
    },
    Kind {
        name: "saturated_units",
        causes: &[Cause::Saturated, Cause::InitLarge],
        applies: |run| {
            is_plain(run) && matches!(run.model.activation, Activation::Tanh | Activation::Sigmoid)
        },
        prepare: |run, _| {
            run.model.activation = Activation::Tanh;
            run.model.init = InitName::Glorot;
            run.model.batch_norm = false;
        },
        inject: |run, value, _| run.model.init_scale = tidy(value),
    },
    Kind {
        name: "model_too_small",
        causes: &[Cause::TooSmall],
        applies: |run| run.model_name() == ModelName::Mlp && (run.model.depth > 0 || !is_bent(run.data.name)),
        prepare: |run, _| run.model.depth = run.model.depth.max(1),
        inject: |run, value, stream| {
            if is_bent(run.data.name) && stream.coin(0.5) {
                run.model.depth = 0;
            } else {
                // 1, 2 or 3 units, fewer the severer.
                run.model.width = (4.0 - value.round()).clamp(1.0, 3.0) as u32;
            }
        },
    },
    Kind {
        name: "copies",
        causes: &[Cause::Duplicates, Cause::Overfit],
        applies: |run| is_even(run),
        prepare: |run, _| run.data.train_size = 400,
        inject: |run, value, _| run.data.duplicates = tidy(1.0 - 1.0 / value),
    },
    Kind {
        name: "label_noise",
        causes: &[Cause::LabelNoise],
        applies: always,
        prepare: nothing,
        inject: |run, value, _| run.data.label_noise = tidy(value),
    },
    Kind {
        name: "flipped_labels",
        causes: &[Cause::LabelNoise],
        applies: is_even,
        prepare: nothing,
        inject: |run, value, stream| {
            let classes = run.classes();
            let from = stream.below(classes);
            run.data.flip_from = from as u32;
            run.data.flip_to = ((from + 1 + stream.below(classes - 1)) % classes) as u32;
            run.data.label_flip = tidy(value);
        },
    },
    Kind {
        name: "input_scale",
        causes: &[Cause::Unnormalised],
        applies: always,
        prepare: flat,
        inject: |run, value, stream| {
            run.data.standardise = false;
            run.data.input_scale = tidy(if stream.coin(0.5) { value } else { 1.0 / value }.clamp(1e-3, 1e3));
        },
    },
    Kind {
        name: "input_offset",
        causes: &[Cause::Unnormalised],
        applies: always,
        prepare: flat,
        inject: |run, value, stream| {
            run.data.standardise = false;
            run.data.input_offset = tidy(if stream.coin(0.5) { value } else { -value });
        },
    },
    Kind {
        name: "overfit",
        causes: &[Cause::Overfit, Cause::Duplicates],
        applies: |run| is_even(run) && run.model_name() == ModelName::Mlp,
        prepare: |run, _| {
            run.data.train_size = 1000;
            run.model.width = run.model.width.max(32);
            run.live.dropout = 0.0;
        },
        inject: |run, value, _| run.data.train_size = ((120.0 / value) as u32).max(20),
    },
    Kind {
        name: "harmful_augmentation",
        causes: &[Cause::HarmfulAugmentation],
        applies: is_picture,
        prepare: nothing,
        inject: |run, value, stream| {
            let augment = &mut run.live.augment;
            match stream.below(4) {
                0 => {
                    augment.rotation = tidy(180.0 * value);
                    augment.flip_vertical = 0.5;
                }
                1 => augment.noise = tidy(value),
                2 => {
                    augment.cutout = tidy(0.75 * value);
                    augment.shift = tidy(0.5 * value);
                }
                _ => {
                    augment.brightness = tidy(value);
                    augment.shift = tidy(0.5 * value);
                }
            }
        },
    },
    Kind {
        name: "shift_without_augmentation",
        causes: &[Cause::Shift],
        applies: |run| run.data.name == DataName::Shapes,
        prepare: nothing,
        inject: |run, value, _| {
            run.live.augment.flip_horizontal = 0.0;
            run.live.augment.flip_vertical = 0.0;
            run.data.train_size = ((400.0 / value) as u32).max(40);
        },
    },
    Kind {
        name: "sorted_batches",
        causes: &[Cause::Sorted],
        applies: always,
        prepare: nothing,
        inject: |run, _, _| run.live.shuffle = false,
    },
    Kind {
        name: "over_regularised",
        causes: &[Cause::OverRegularised],
        applies: always,
        prepare: nothing,
        inject: |run, value, stream| match stream.below(4) {
            0 if is_layered(run) => run.live.dropout = tidy((0.5 + 0.45 * value).min(0.95)),
            1 => run.live.l2 = tidy(value),
            2 if run.optimizer.name == OptimizerName::Sgd => run.live.weight_decay = tidy(value.max(0.3)),
            _ => run.live.l1 = tidy(value * 0.3),
        },
    },
    Kind {
        name: "batch_norm_statistics",
        causes: &[Cause::BatchNormStatistics, Cause::FewSteps],
        applies: |run| run.model.batch_norm,
        prepare: |run, _| {
            run.model.batch_norm = true;
            run.model.depth = run.model.depth.max(1);
            run.live.steps = run.live.steps.min(400);
        },
        inject: |run, value, _| run.model.batch_norm_momentum = tidy((1.0 - 1.0 / value).min(0.999)),
    },
    Kind {
        name: "test_preprocessing",
        causes: &[Cause::Preprocessing],
        applies: always,
        prepare: nothing,
        inject: |run, value, stream| match stream.below(3) {
            0 => run.data.test_scale = tidy(value),
            1 => run.data.test_scale = tidy(1.0 / value),
            _ => {
                run.data.test_shift = tidy((value / 4.0).min(3.0)) * if stream.coin(0.5) { 1.0 } else { -1.0 }
            }
        },
    },
    Kind {
        name: "softmax_over_one_unit",
        causes: &[Cause::WrongLoss],
        applies: always,
        prepare: nothing,
        inject: |run, _, _| run.loss.name = LossName::SoftmaxOneUnit,
    },
];
