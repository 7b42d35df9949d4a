//! The table itself: one row per knob.

use super::{Domain, Group, Knob, Scale, Timing, Value};
use crate::experiment::{DataName, Experiment, InitName, ModelName, OptimizerName, Weighting};
use Group::{Augment, Balance, Data, Model, Run, Training};
use Scale::{Linear, Log, ZeroLog};
use Timing::{Live, Restart};

/// A row for an `f32` field: `min..max scale`, then the field.
macro_rules! number {
    ($group:ident $timing:ident $applies:ident $name:literal $label:literal $unit:literal $help:literal
     $min:literal..$max:literal $scale:ident $($field:ident).+) => {
        Knob {
            name: $name, label: $label, unit: $unit, help: $help, group: $group, timing: $timing,
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
    ($group:ident $timing:ident $applies:ident $name:literal $label:literal $unit:literal $help:literal
     $min:literal..$max:literal $scale:ident $($field:ident).+) => {
        Knob {
            name: $name, label: $label, unit: $unit, help: $help, group: $group, timing: $timing,
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
    ($group:ident $timing:ident $applies:ident $name:literal $label:literal $help:literal
     $kind:ident $($field:ident).+) => {
        Knob {
            name: $name, label: $label, unit: "", help: $help, group: $group, timing: $timing,
            domain: Domain::Choice($kind::CHOICES), applies: $applies,
            get: |experiment| Value::Name(experiment.$($field).+.name()),
            put: |experiment, value| if let Value::Name(name) = value && let Some(kind) = $kind::named(name) {
                experiment.$($field).+ = kind;
            },
        }
    };
}

/// Every knob in page order.
#[rustfmt::skip]
pub static KNOBS: &[Knob] = &[
    choice!(Data Restart always "data" "Data set"
        "What the classifier learns from." DataName data.name),
    integer!(Data Restart always "train_size" "Training examples" "examples"
        "How many training examples exist when the classes are balanced; small sets give all they have."
        20..5000 Log data.train_size),
    number!(Data Restart is_gaussians "separation" "Class separation" "σ"
        "Distance between the two class means in each of the 10 dimensions; at 0 there is nothing to learn."
        0.0..3.0 Linear data.separation),
    Knob {
        name: "position_shift", label: "Position shift", unit: "",
        help: "Training shapes all sit in the top-left quadrant, test shapes in the other three.",
        group: Data, timing: Restart, domain: Domain::Switch, applies: is_shapes,
        get: |experiment| Value::Switch(experiment.data.position_shift),
        put: |experiment, value| if let Value::Switch(on) = value { experiment.data.position_shift = *on; },
    },
    number!(Data Restart always "label_noise" "Label noise" ""
        "Share of labels replaced by a random class, in training and test; at 1 there is nothing to learn."
        0.0..1.0 Linear data.label_noise),
    number!(Data Restart always "input_scale" "Input scale" "×"
        "Factor on every input; 255 feeds images as raw pixels instead of 0 to 1."
        0.001..1000.0 Log data.input_scale),
    number!(Balance Live always "imbalance" "Imbalance ratio" ": 1"
        "How many times more often class 0 is drawn than each other class."
        1.0..1000.0 Log live.imbalance),
    Knob {
        name: "shares", label: "Class shares", unit: "",
        help: "Relative frequency of each class before the imbalance ratio; 0 starves a class.",
        group: Balance, timing: Live, domain: Domain::Shares { max: 1.0 }, applies: always,
        get: |experiment| Value::Shares(experiment.live.shares.clone()),
        put: |experiment, value| if let Value::Shares(shares) = value { experiment.live.shares.clone_from(shares); },
    },
    choice!(Balance Live always "weighting" "Counter-measure"
        "How training makes up for rare classes." Weighting live.weighting),
    number!(Augment Live is_image "flip_horizontal" "Flip left-right" ""
        "Probability that a training image is mirrored left to right."
        0.0..1.0 Linear live.augment.flip_horizontal),
    number!(Augment Live is_image "flip_vertical" "Flip upside-down" ""
        "Probability that a training image is mirrored top to bottom; its own coin."
        0.0..1.0 Linear live.augment.flip_vertical),
    number!(Augment Live is_image "rotation" "Rotation" "°"
        "Largest random rotation either way."
        0.0..180.0 Linear live.augment.rotation),
    number!(Augment Live is_image "shift" "Shift" "of side"
        "Largest random shift either way, as a share of the image's side."
        0.0..0.5 Linear live.augment.shift),
    number!(Augment Live is_image "noise" "Pixel noise" "σ"
        "Standard deviation of random noise added to every pixel (pixels are 0 to 1)."
        0.0..1.0 Linear live.augment.noise),
    number!(Augment Live is_image "brightness" "Brightness" "±"
        "Largest random brightness change either way (pixels are 0 to 1)."
        0.0..1.0 Linear live.augment.brightness),
    number!(Augment Live is_image "cutout" "Cutout" "of side"
        "Side of a randomly placed erased square, as a share of the image's side."
        0.0..0.75 Linear live.augment.cutout),
    number!(Training Live always "learning_rate" "Learning rate" ""
        "Size of each training step."
        0.000001..10.0 Log live.learning_rate),
    number!(Training Live always "weight_decay" "Weight decay" ""
        "Pull of every weight towards zero, per step and unit learning rate (decoupled, as in AdamW)."
        0.0..1.0 ZeroLog live.weight_decay),
    choice!(Training Restart always "optimizer" "Optimiser"
        "Rule that turns gradients into steps." OptimizerName optimizer.name),
    number!(Training Restart is_sgd "momentum" "Momentum" ""
        "How much of the last step SGD repeats."
        0.0..0.999 Linear optimizer.momentum),
    integer!(Training Restart always "batch_size" "Batch size" "examples"
        "Examples averaged in each step."
        1..256 Log batch_size),
    choice!(Model Restart is_image "model" "Model"
        "Architecture of the classifier; convolution needs images." ModelName model.name),
    integer!(Model Restart is_mlp "depth" "Hidden layers" ""
        "Hidden layers of the dense network; 0 makes it a linear classifier."
        0..8 Linear model.depth),
    integer!(Model Restart is_mlp "width" "Units per layer" "units"
        "Units in each hidden layer."
        1..512 Log model.width),
    integer!(Model Restart is_cnn "blocks" "Convolution blocks" ""
        "Blocks of convolution 3×3, ReLU and max-pool 2×2."
        1..2 Linear model.blocks),
    integer!(Model Restart is_cnn "channels" "Channels" ""
        "Filters in each convolution."
        1..64 Log model.channels),
    choice!(Model Restart always "init" "Initial weights"
        "Distribution of the weights before the first step." InitName model.init),
    number!(Model Restart init_is_random "init_scale" "Init scale" "×"
        "Factor on the initial weights; the standard deviation itself for 'Normal, fixed σ'."
        0.0001..100.0 Log model.init_scale),
    integer!(Run Restart always "seed_data" "Seed: data" ""
        "Start of the randomness that generates and splits the data."
        0..9999 Linear seeds.data),
    integer!(Run Restart always "seed_weights" "Seed: weights" ""
        "Start of the randomness of the initial weights."
        0..9999 Linear seeds.weights),
    integer!(Run Restart always "seed_order" "Seed: order" ""
        "Start of the randomness of batches and augmentation."
        0..9999 Linear seeds.order),
    integer!(Run Live always "steps" "Pause at step" "steps"
        "The run pauses here; raise it to go on."
        10..100000 Log live.steps),
];

fn always(_: &Experiment) -> bool {
    true
}

fn is_gaussians(experiment: &Experiment) -> bool {
    experiment.data.name == DataName::Gaussians
}

fn is_shapes(experiment: &Experiment) -> bool {
    experiment.data.name == DataName::Shapes
}

fn is_image(experiment: &Experiment) -> bool {
    experiment.is_image()
}

fn is_sgd(experiment: &Experiment) -> bool {
    experiment.optimizer.name == OptimizerName::Sgd
}

fn is_mlp(experiment: &Experiment) -> bool {
    experiment.model_name() == ModelName::Mlp
}

fn is_cnn(experiment: &Experiment) -> bool {
    experiment.model_name() == ModelName::Cnn
}

fn init_is_random(experiment: &Experiment) -> bool {
    experiment.model.init != InitName::Zeros
}
