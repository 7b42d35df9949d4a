//! The Keras program.
//!
//! Must not know how its data are carried.

use super::model::{identifier, norm_identifier};
use super::python::{self, JUDGE};
use super::template::{fill, indented, number, numbers};
use super::{Batches, Carried, Plan, Target};
use crate::architecture::{InputShape, LayerKind};
use crate::experiment::{Activation, LossName, OptimizerName, Schedule};

const TEMPLATE: &str = include_str!("templates/keras.py.in");

/// The program's text.
pub(super) fn program(plan: &Plan, carried: Carried) -> String {
    let needs = "pip install keras jax numpy (Keras 3; instead of jax also tensorflow or torch)";
    let text = fill(
        TEMPLATE,
        &[
            ("backend", "jax".to_owned()),
            ("reader", python::reader(plan, Target::Keras, carried)),
            ("classes", plan.classes.to_string()),
            ("batch_size", plan.experiment.batch_size.to_string()),
            ("steps", plan.steps.to_string()),
            ("batches", batches(plan)),
            ("probe", fed(plan, "DATA[\"probe.inputs\"]")),
            ("layers", indented(&layers(plan), 8)),
            ("weights", WEIGHTS.to_owned()),
            ("loss", loss(plan)),
            ("answers", indented(&answers(plan), 4)),
            ("judge", JUDGE.to_owned()),
            ("schedule", schedule(plan)),
            ("optimizer", optimizer(plan)),
        ],
    );
    python::docstring(&python::heading(plan, Target::Keras, needs)) + &text
}

const WEIGHTS: &str = "for layer in model.layers:
    parts = [f\"initial.{layer.name}.{part}\" for part in (\"weight\", \"bias\", \"running_mean\", \"running_var\")]
    layer.set_weights([DATA[part] for part in parts if part in DATA])";

/// Rows of numbers as the first layer reads them: images get their channels last.
fn fed(plan: &Plan, rows: &str) -> String {
    match (plan.architecture.input, plan.architecture.layers[0].kind) {
        (InputShape::Image([channels, height, width]), LayerKind::Conv { .. }) => {
            format!("{rows}.reshape(-1, {channels}, {height}, {width}).transpose(0, 2, 3, 1)")
        }
        _ => rows.to_owned(),
    }
}

fn batches(plan: &Plan) -> String {
    let smoothing = plan.experiment.loss.label_smoothing;
    let smooth = if smoothing > 0.0 {
        let share = number(smoothing);
        format!("\n    targets = (1 - {share}) * targets + {share} / CLASSES  # label smoothing")
    } else {
        String::new()
    };
    let what = "    \"\"\"Inputs, the distribution each answer should have, and each example's weight in the loss.\"\"\"";
    let one_hot = format!("    targets = np.eye(CLASSES, dtype=np.float32)[labels]{smooth}");
    let weights = format!("CLASS_WEIGHTS = np.array({}, np.float32)", numbers(&plan.class_weights));
    match &plan.batches {
        Batches::Rows { .. } => format!(
            "pool_inputs = {}\npool_labels = DATA[\"pool.labels\"]\n\
             order = DATA[\"order\"]  # [steps, batch], rows of the pool\n{weights}\n\n\n\
             def batches(first, last):\n{what}\n    rows = order[first:last].reshape(-1)\n    \
             labels = pool_labels[rows]\n{one_hot}\n    \
             return pool_inputs[rows], targets, CLASS_WEIGHTS[labels]\n\n",
            fed(plan, "DATA[\"pool.inputs\"]"),
        ),
        Batches::Drawn { targets: None, .. } => format!(
            "batch_inputs = DATA[\"batch.inputs\"]  # [steps, batch, features], augmented\n\
             batch_labels = DATA[\"batch.labels\"]\n{weights}\n\n\n\
             def batches(first, last):\n{what}\n    labels = batch_labels[first:last].reshape(-1)\n{one_hot}\n    \
             return {}, targets, CLASS_WEIGHTS[labels]\n\n",
            fed(plan, FLAT),
        ),
        Batches::Drawn { targets: Some(_), .. } => format!(
            "batch_inputs = DATA[\"batch.inputs\"]  # [steps, batch, features], blended\n\
             batch_targets = DATA[\"batch.targets\"]  # shares of the classes times their weights\n\n\n\
             def batches(first, last):\n{what}\n    \
             targets = batch_targets[first:last].reshape(-1, CLASSES)\n    weights = targets.sum(axis=1)\n    \
             targets = targets / np.maximum(weights, 1e-30)[:, None]{smooth}\n    \
             return {}, targets, weights\n\n",
            fed(plan, FLAT),
        ),
    }
}

/// The inputs of several batches, one example per row.
const FLAT: &str = "batch_inputs[first:last].reshape(-1, batch_inputs.shape[-1])";

fn layers(plan: &Plan) -> String {
    let architecture = &plan.architecture;
    let (live, model) = (&plan.experiment.live, &plan.experiment.model);
    let (normalised, last) = (architecture.normalised().len(), architecture.layers.len() - 1);
    // Keras's L2 has no factor one half.
    let pull = match live.l1 > 0.0 || live.l2 > 0.0 {
        true => format!(
            ", kernel_regularizer=keras.regularizers.L1L2(l1={}, l2={} / 2)",
            number(live.l1),
            number(live.l2)
        ),
        false => String::new(),
    };
    let mut lines = vec![match (architecture.input, architecture.layers[0].kind) {
        (InputShape::Image([channels, height, width]), LayerKind::Conv { .. }) => {
            format!("keras.Input(({height}, {width}, {channels})),")
        }
        _ => format!("keras.Input(({},)),", plan.features()),
    }];
    for (index, layer) in architecture.layers.iter().enumerate() {
        let (name, has_norm) = (identifier(layer), index < normalised);
        // The normalisation's shift takes the bias's place.
        let bias = if has_norm { ", use_bias=False" } else { "" };
        let is_conv = match layer.kind {
            LayerKind::Dense { outputs, .. } => {
                lines.push(format!("layers.Dense({outputs}, name=\"{name}\"{bias}{pull}),"));
                false
            }
            LayerKind::Conv { filters, .. } => {
                let line =
                    format!("layers.Conv2D({filters}, 3, padding=\"same\", name=\"{name}\"{bias}{pull}),");
                lines.extend([line, "layers.MaxPooling2D(2),".to_owned()]);
                true
            }
        };
        if has_norm {
            let (name, keep) = (norm_identifier(layer), number(model.batch_norm_momentum));
            lines.push(format!(
                "layers.BatchNormalization(momentum={keep}, epsilon=1e-3, name=\"{name}\"),  # the share kept"
            ));
        }
        if index < last {
            lines.push(activation(architecture.activation).to_owned());
            if live.dropout > 0.0 {
                lines.push(format!("layers.Dropout({}),", number(live.dropout)));
            }
            if is_conv && matches!(architecture.layers[index + 1].kind, LayerKind::Dense { .. }) {
                lines.push("layers.Flatten(),".to_owned());
            }
        }
    }
    lines.join("\n")
}

fn activation(kind: Activation) -> &'static str {
    match kind {
        Activation::Relu => "layers.Activation(\"relu\"),",
        Activation::LeakyRelu => "layers.LeakyReLU(negative_slope=0.01),",
        Activation::Tanh => "layers.Activation(\"tanh\"),",
        Activation::Sigmoid => "layers.Activation(\"sigmoid\"),",
        Activation::Gelu => "layers.Activation(lambda x: keras.activations.gelu(x, approximate=True)),",
    }
}

fn loss(plan: &Plan) -> String {
    let loss = &plan.experiment.loss;
    let offset = plan.training_offsets().map_or_else(String::new, |logs| {
        format!("logits = logits + ops.array({}, \"float32\")  # log of the class shares\n", numbers(logs))
    });
    let (what, body) = match loss.name {
        LossName::CrossEntropy => (
            "Cross-entropy",
            "return -ops.sum(targets * ops.log_softmax(logits, axis=-1), axis=-1)".to_owned(),
        ),
        LossName::Focal => (
            "Focal loss (Lin et al. 2017)",
            format!(
                "log_p = ops.log_softmax(logits, axis=-1)\ndoubt = ops.maximum(1 - ops.exp(log_p), 1e-7)\n\
                 return -ops.sum(targets * doubt ** {} * log_p, axis=-1)",
                number(loss.focal_gamma)
            ),
        ),
        LossName::MeanSquared => (
            "Squared error of the probabilities, mean over the classes",
            "return ops.mean((ops.softmax(logits, axis=-1) - targets) ** 2, axis=-1)".to_owned(),
        ),
        LossName::SigmoidBce => (
            "Binary cross-entropy, mean over the classes",
            "return ops.mean(ops.binary_crossentropy(targets, logits, from_logits=True), axis=-1)".to_owned(),
        ),
        LossName::SoftmaxOneUnit => (
            "The slip this experiment is about: the softmax of one number is 1, whatever the number",
            "p = ops.clip(ops.softmax(logits, axis=-1), 1e-7, 1 - 1e-7)\n\
             return ops.mean(ops.binary_crossentropy(targets[:, 1:2], p), axis=-1)"
                .to_owned(),
        ),
    };
    let body = indented(&[offset, body].concat(), 4);
    format!("def losses(targets, logits):\n    \"\"\"{what}; one number per example.\"\"\"\n{body}")
}

fn answers(plan: &Plan) -> String {
    let offsets = plan.answer_offsets.as_ref();
    let moved = offsets.map_or_else(String::new, |offsets| format!(" + np.array({})", numbers(offsets)));
    match plan.experiment.loss.name {
        LossName::SigmoidBce => format!("return -np.logaddexp(0, -logits){moved}"),
        LossName::SoftmaxOneUnit => {
            let sure: Vec<f32> =
                (0..plan.classes).map(|class| if class == 1 { 0.0 } else { 1e-7f32.ln() }).collect();
            format!("return np.array({}) + 0 * logits{moved}  # class 1, always", numbers(&sure))
        }
        _ => format!("return logits{moved}"),
    }
}

fn optimizer(plan: &Plan) -> String {
    let spec = &plan.experiment.optimizer;
    let live = &plan.experiment.live;
    let (first, second) = (number(spec.beta_mean), number(spec.beta_square));
    let (epsilon, momentum) = (number(spec.epsilon), number(spec.momentum));
    let (name, constants) = match spec.name {
        OptimizerName::Adam | OptimizerName::AdamW => {
            ("Adam", format!("    beta_1={first},\n    beta_2={second},\n    epsilon={epsilon},\n"))
        }
        OptimizerName::Sgd => ("SGD", format!("    momentum={momentum},\n    nesterov=False,\n")),
        OptimizerName::RmsProp => (
            "RMSprop",
            format!(
                "    rho={second},\n    momentum={momentum},\n    \
                 epsilon={epsilon}**2,  # Keras adds it under the root\n"
            ),
        ),
    };
    let rate = match live.schedule {
        Schedule::Constant | Schedule::Plateau => number(live.learning_rate),
        _ => "LearningRate()".to_owned(),
    };
    let mut text = format!("optimizer = keras.optimizers.{name}(\n    learning_rate={rate},\n{constants}");
    if plan.weight_decay() > 0.0 {
        text += &format!("    weight_decay={},  # decoupled\n", number(plan.weight_decay()));
    }
    if live.clip_norm > 0.0 {
        text += &format!("    global_clipnorm={},\n", number(live.clip_norm));
    }
    text + ")"
}

/// A learning rate that moves is an object to Keras.
fn schedule(plan: &Plan) -> String {
    let live = &plan.experiment.live;
    let (rate, length) = (number(live.learning_rate), live.schedule_steps.max(1));
    let formula = match live.schedule {
        Schedule::Constant | Schedule::Plateau => return String::new(),
        Schedule::Warmup => format!("{rate} * ops.minimum((step + 1) / {length}, 1.0)"),
        Schedule::Cosine => {
            format!("{rate} * (0.5 + 0.5 * ops.cos(math.pi * ops.minimum(step / {length}, 1.0)))")
        }
        Schedule::Step => format!("{rate} * 0.1 ** ops.floor(step / {length})"),
    };
    format!(
        "class LearningRate(keras.optimizers.schedules.LearningRateSchedule):\n    \
         def __call__(self, step):\n        step = ops.cast(step, \"float32\")\n        return {formula}\n\n    \
         def get_config(self):\n        return {{}}\n\n"
    )
}
