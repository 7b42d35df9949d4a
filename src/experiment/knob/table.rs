//! The table itself: one row per knob; its words are `knob.<name>` in `lang/`.

use super::{Domain, Group, Knob, Scale, Timing, Value};
use crate::experiment::Experiment;
use crate::experiment::choice::{
    Activation, BiasInit, DataName, InitName, LossName, Missing, ModelName, OptimizerName, Schedule,
    Weighting,
};
use Group::{Augment, Balance, Data, Decision, Input, Loss, Model, Regularise, Run, Training};
use Scale::{Linear, Log, ZeroLog};
use Timing::{Live, Restart};

/// A row for an `f32` field: `min..max scale`, then the field.
macro_rules! number {
    ($group:ident $timing:ident $applies:ident $name:literal
     $min:literal..$max:literal $scale:ident $($field:ident).+) => {
        Knob {
            name: $name, group: $group, timing: $timing,
            domain: Domain::Number { min: $min, max: $max, scale: $scale }, applies: $applies,
            get: |experiment| Value::Number(f64::from(experiment.$($field).+)),
            put: |experiment, value| if let Value::Number(number) = value {
                experiment.$($field).+ = *number as f32;
            },
        }
    };
}

/// A row for a `u32` field.
macro_rules! integer {
    ($group:ident $timing:ident $applies:ident $name:literal
     $min:literal..$max:literal $scale:ident $($field:ident).+) => {
        Knob {
            name: $name, group: $group, timing: $timing,
            domain: Domain::Integer { min: $min, max: $max, scale: $scale }, applies: $applies,
            get: |experiment| Value::Number(f64::from(experiment.$($field).+)),
            put: |experiment, value| if let Value::Number(number) = value {
                experiment.$($field).+ = *number as u32;
            },
        }
    };
}

/// A row for a field declared with `choices!`.
macro_rules! choice {
    ($group:ident $timing:ident $applies:ident $name:literal $kind:ident $($field:ident).+) => {
        Knob {
            name: $name, group: $group, timing: $timing,
            domain: Domain::Choice($kind::CHOICES), applies: $applies,
            get: |experiment| Value::Name(experiment.$($field).+.name()),
            put: |experiment, value| if let Value::Name(name) = value && let Some(kind) = $kind::named(name) {
                experiment.$($field).+ = kind;
            },
        }
    };
}

/// A row for a `bool` field.
macro_rules! switch {
    ($group:ident $timing:ident $applies:ident $name:literal $($field:ident).+) => {
        Knob {
            name: $name, group: $group, timing: $timing, domain: Domain::Switch, applies: $applies,
            get: |experiment| Value::Switch(experiment.$($field).+),
            put: |experiment, value| if let Value::Switch(on) = value { experiment.$($field).+ = *on; },
        }
    };
}

/// Every knob in page order.
#[rustfmt::skip]
pub static KNOBS: &[Knob] = &[
    choice!(Data Restart always "data" DataName data.name),
    integer!(Data Restart always "train_size" 20..5000 Log data.train_size),
    number!(Data Restart always "duplicates" 0.0..0.99 Linear data.duplicates),
    number!(Data Restart is_gaussians "separation" 0.0..3.0 Linear data.separation),
    number!(Data Restart is_plane "spread" 0.0..1.0 Linear data.spread),
    switch!(Data Restart is_shapes "position_shift" data.position_shift),
    choice!(Data Restart has_missing "missing" Missing data.missing),
    number!(Data Restart always "label_noise" 0.0..1.0 Linear data.label_noise),
    number!(Data Restart always "label_flip" 0.0..1.0 Linear data.label_flip),
    integer!(Data Restart flips_labels "flip_from" 0..9 Linear data.flip_from),
    integer!(Data Restart flips_labels "flip_to" 0..9 Linear data.flip_to),
    number!(Input Restart always "input_scale" 0.001..1000.0 Log data.input_scale),
    number!(Input Restart always "input_offset" -100.0..100.0 Linear data.input_offset),
    switch!(Input Restart always "standardise" data.standardise),
    number!(Input Restart always "test_shift" -3.0..3.0 Linear data.test_shift),
    number!(Input Restart always "test_scale" 0.001..1000.0 Log data.test_scale),
    number!(Balance Live always "imbalance" 1.0..1000.0 Log live.imbalance),
    Knob {
        name: "shares", group: Balance, timing: Live, domain: Domain::Shares { max: 1.0 }, applies: always,
        get: |experiment| Value::Shares(experiment.live.shares.clone()),
        put: |experiment, value| if let Value::Shares(shares) = value { experiment.live.shares.clone_from(shares); },
    },
    choice!(Balance Live always "weighting" Weighting live.weighting),
    number!(Augment Live is_image "flip_horizontal" 0.0..1.0 Linear live.augment.flip_horizontal),
    number!(Augment Live is_image "flip_vertical" 0.0..1.0 Linear live.augment.flip_vertical),
    number!(Augment Live is_image "rotation" 0.0..180.0 Linear live.augment.rotation),
    number!(Augment Live is_image "shift" 0.0..0.5 Linear live.augment.shift),
    number!(Augment Live is_image "noise" 0.0..1.0 Linear live.augment.noise),
    number!(Augment Live is_image "brightness" 0.0..1.0 Linear live.augment.brightness),
    number!(Augment Live is_image "cutout" 0.0..0.75 Linear live.augment.cutout),
    number!(Augment Live always "mixup" 0.0..1.0 Linear live.mixup),
    choice!(Loss Restart always "loss" LossName loss.name),
    number!(Loss Restart is_focal "focal_gamma" 0.0..5.0 Linear loss.focal_gamma),
    number!(Loss Restart smooths_labels "label_smoothing" 0.0..0.5 Linear loss.label_smoothing),
    number!(Training Live always "learning_rate" 0.000001..10.0 Log live.learning_rate),
    choice!(Training Live always "schedule" Schedule live.schedule),
    integer!(Training Live is_scheduled "schedule_steps" 1..100000 Log live.schedule_steps),
    number!(Training Live always "clip_norm" 0.0..100.0 ZeroLog live.clip_norm),
    choice!(Training Restart always "optimizer" OptimizerName optimizer.name),
    number!(Training Restart has_momentum "momentum" 0.0..0.999 Linear optimizer.momentum),
    number!(Training Restart is_adam "beta1" 0.0..0.999 Linear optimizer.beta_mean),
    number!(Training Restart is_adaptive "beta2" 0.0..0.9999 Linear optimizer.beta_square),
    number!(Training Restart is_adaptive "epsilon" 0.0000000001..1.0 Log optimizer.epsilon),
    integer!(Training Restart always "batch_size" 1..256 Log batch_size),
    switch!(Training Live always "shuffle" live.shuffle),
    number!(Regularise Live always "weight_decay" 0.0..1.0 ZeroLog live.weight_decay),
    number!(Regularise Live always "l2" 0.0..1.0 ZeroLog live.l2),
    number!(Regularise Live always "l1" 0.0..1.0 ZeroLog live.l1),
    number!(Regularise Live has_hidden "dropout" 0.0..0.95 Linear live.dropout),
    switch!(Regularise Restart has_hidden "batch_norm" model.batch_norm),
    number!(Regularise Restart has_batch_norm "batch_norm_momentum" 0.0..0.999 Linear model.batch_norm_momentum),
    choice!(Model Restart is_image "model" ModelName model.name),
    integer!(Model Restart is_mlp "depth" 0..8 Linear model.depth),
    integer!(Model Restart is_mlp "width" 1..512 Log model.width),
    integer!(Model Restart is_cnn "blocks" 1..2 Linear model.blocks),
    integer!(Model Restart is_cnn "channels" 1..64 Log model.channels),
    choice!(Model Restart has_hidden "activation" Activation model.activation),
    choice!(Model Restart always "init" InitName model.init),
    number!(Model Restart init_has_scale "init_scale" 0.0001..100.0 Log model.init_scale),
    choice!(Model Restart always "bias_init" BiasInit model.bias_init),
    number!(Decision Live always "prior_correction" 0.0..2.0 Linear live.prior_correction),
    number!(Decision Live is_binary "threshold" 0.001..0.999 Linear live.threshold),
    integer!(Run Restart always "seed_data" 0..9999 Linear seeds.data),
    integer!(Run Restart always "seed_weights" 0..9999 Linear seeds.weights),
    integer!(Run Restart always "seed_order" 0..9999 Linear seeds.order),
    integer!(Run Live always "steps" 10..100000 Log live.steps),
    integer!(Run Live always "early_stopping" 0..1000 Linear live.early_stopping),
];

fn always(_: &Experiment) -> bool {
    true
}

fn is_gaussians(experiment: &Experiment) -> bool {
    experiment.data.name == DataName::Gaussians
}

fn is_plane(experiment: &Experiment) -> bool {
    experiment.data.is_plane() && experiment.data.name != DataName::Own
}

fn is_shapes(experiment: &Experiment) -> bool {
    experiment.data.name == DataName::Shapes
}

fn has_missing(experiment: &Experiment) -> bool {
    match experiment.data.name {
        DataName::Own => !experiment.is_image(),
        name => name == DataName::Hypothyroid,
    }
}

fn flips_labels(experiment: &Experiment) -> bool {
    experiment.data.label_flip > 0.0
}

fn is_image(experiment: &Experiment) -> bool {
    experiment.is_image()
}

fn is_binary(experiment: &Experiment) -> bool {
    experiment.classes() == 2
}

fn is_focal(experiment: &Experiment) -> bool {
    experiment.loss.name == LossName::Focal
}

fn smooths_labels(experiment: &Experiment) -> bool {
    experiment.loss.name != LossName::SoftmaxOneUnit
}

fn is_scheduled(experiment: &Experiment) -> bool {
    experiment.live.schedule != Schedule::Constant
}

fn has_momentum(experiment: &Experiment) -> bool {
    matches!(experiment.optimizer.name, OptimizerName::Sgd | OptimizerName::RmsProp)
}

fn is_adam(experiment: &Experiment) -> bool {
    matches!(experiment.optimizer.name, OptimizerName::Adam | OptimizerName::AdamW)
}

fn is_adaptive(experiment: &Experiment) -> bool {
    experiment.optimizer.name != OptimizerName::Sgd
}

fn is_mlp(experiment: &Experiment) -> bool {
    experiment.model_name() == ModelName::Mlp
}

fn is_cnn(experiment: &Experiment) -> bool {
    experiment.model_name() == ModelName::Cnn
}

fn has_hidden(experiment: &Experiment) -> bool {
    is_cnn(experiment) || experiment.model.depth > 0
}

fn has_batch_norm(experiment: &Experiment) -> bool {
    experiment.model.batch_norm && has_hidden(experiment)
}

fn init_has_scale(experiment: &Experiment) -> bool {
    experiment.model.init != InitName::Zeros
}
