//! The program for Burn.
//!
//! Must not know how its data are carried: it reads `data.safetensors` in the folder it is started in.

use super::model::{identifier, norm_identifier};
use super::python::heading;
use super::template::{fill, indented, number, numbers};
use super::{Batches, Plan, Target};
use crate::architecture::{InputShape, LayerKind};
use crate::experiment::{Activation, LossName, OptimizerName, Schedule};

const TEMPLATE: &str = include_str!("templates/burn.rs.in");

/// The program's `Cargo.toml`.
pub(super) const MANIFEST: &str = r#"[package]
name = "collapse-lab-export"
version = "0.1.0"
edition = "2024"

[dependencies]
burn = { version = "=0.22.1", default-features = false, features = ["std", "optim", "autodiff", "flex", "simd"] }
safetensors = "0.8"

# Training in the development profile would take hours.
[profile.dev.package."*"]
opt-level = 3
"#;

/// The program's text.
pub(super) fn program(plan: &Plan) -> String {
    let needs = "Cargo.toml, data.safetensors; cargo run --release (Burn 0.22)";
    let comment = |line: &str| if line.is_empty() { "//!\n".to_owned() } else { format!("//! {line}\n") };
    let head: String = heading(plan, Target::Burn, needs).lines().map(comment).collect();
    let text = fill(
        TEMPLATE,
        &[
            ("nn", nn(plan)),
            ("optim", optim(plan).to_owned()),
            ("activations", activations(plan)),
            ("classes", plan.classes.to_string()),
            ("batch_size", plan.experiment.batch_size.to_string()),
            ("steps", plan.steps.to_string()),
            ("features", plan.features().to_string()),
            ("class_weights", class_weights(plan)),
            ("fields", indented(&fields(plan), 4)),
            ("layers", indented(&layers(plan), 12)),
            ("forward", indented(&forward(plan), 8)),
            ("loss", indented(&loss(plan), 4)),
            ("answers", indented(&answers(plan), 4)),
            ("schedule", indented(&schedule(plan), 4)),
            ("optimizer", indented(&optimizer(plan), 4)),
            ("batches", indented(&batches(plan), 4)),
            ("offset", offset(plan)),
            ("penalty", penalty(plan)),
            ("readers", indented(&readers(plan), 4)),
        ],
    );
    [&head, "\n", &text].concat()
}

/// Mixup's targets have them in.
fn class_weights(plan: &Plan) -> String {
    if matches!(plan.batches, Batches::Drawn { targets: Some(_), .. }) {
        return String::new();
    }
    format!("const CLASS_WEIGHTS: [f32; CLASSES] = {};", numbers(&plan.class_weights))
}

fn has_conv(plan: &Plan) -> bool {
    matches!(plan.architecture.layers[0].kind, LayerKind::Conv { .. })
}

fn has_norm(plan: &Plan) -> bool {
    !plan.architecture.normalised().is_empty()
}

fn drops(plan: &Plan) -> bool {
    plan.experiment.live.dropout > 0.0 && !plan.architecture.hidden().is_empty()
}

fn nn(plan: &Plan) -> String {
    let mut names = Vec::new();
    if has_norm(plan) {
        names.extend(["BatchNorm", "BatchNormConfig"]);
    }
    if drops(plan) {
        names.extend(["Dropout", "DropoutConfig"]);
    }
    names.push("Linear");
    if has_conv(plan) {
        names.extend([
            "PaddingConfig2d",
            "conv::{Conv2d, Conv2dConfig}",
            "pool::{MaxPool2d, MaxPool2dConfig}",
        ]);
    }
    names.join(", ")
}

fn optim(plan: &Plan) -> &'static str {
    match plan.experiment.optimizer.name {
        OptimizerName::Adam | OptimizerName::AdamW => "AdamWConfig, GradientsParams",
        OptimizerName::Sgd => "GradientsParams, SgdConfig, momentum::MomentumConfig",
        OptimizerName::RmsProp => "GradientsParams, RmsPropConfig",
    }
}

fn activations(plan: &Plan) -> String {
    let hidden = match plan.architecture.activation {
        _ if plan.architecture.hidden().is_empty() => None,
        Activation::Relu => Some("relu"),
        Activation::LeakyRelu => Some("leaky_relu"),
        Activation::Tanh => Some("tanh"),
        Activation::Sigmoid => Some("sigmoid"),
        Activation::Gelu => Some("gelu_approximate"),
    };
    let loss = match plan.experiment.loss.name {
        LossName::CrossEntropy | LossName::Focal => "log_softmax",
        LossName::MeanSquared | LossName::SoftmaxOneUnit => "softmax",
        LossName::SigmoidBce => "log_sigmoid",
    };
    let mut names: Vec<&str> = hidden.into_iter().chain([loss]).collect();
    crate::order::sort_by(&mut names, Ord::cmp);
    names.join(", ")
}

fn fields(plan: &Plan) -> String {
    let normalised = plan.architecture.normalised().len();
    let mut lines = Vec::new();
    for (index, layer) in plan.architecture.layers.iter().enumerate() {
        let kind = if matches!(layer.kind, LayerKind::Conv { .. }) { "Conv2d" } else { "Linear" };
        lines.push(format!("{}: {kind},", identifier(layer)));
        if index < normalised {
            lines.push(format!("{}: BatchNorm,", norm_identifier(layer)));
        }
    }
    if has_conv(plan) {
        lines.push("pool: MaxPool2d,".to_owned());
    }
    if drops(plan) {
        lines.push("dropout: Dropout,".to_owned());
    }
    lines.join("\n")
}

fn layers(plan: &Plan) -> String {
    let normalised = plan.architecture.normalised();
    let replaced = number(1.0 - plan.experiment.model.batch_norm_momentum);
    let mut lines = Vec::new();
    for (index, layer) in plan.architecture.layers.iter().enumerate() {
        let name = identifier(layer);
        lines.push(match layer.kind {
            LayerKind::Dense { .. } => format!("{name}: data.linear(\"{name}\", device),"),
            LayerKind::Conv { channels, filters, .. } => {
                format!("{name}: data.conv(\"{name}\", [{channels}, {filters}], device),")
            }
        });
        if let Some(units) = normalised.get(index) {
            // Begins with scale 1, shift 0, mean 0 and variance 1, as ours does.
            lines.push(format!(
                "{}: BatchNormConfig::new({units}).with_epsilon(1e-3).with_momentum({replaced}).init(device),",
                norm_identifier(layer)
            ));
        }
    }
    if has_conv(plan) {
        lines.push("pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),".to_owned());
    }
    if drops(plan) {
        lines.push(format!("dropout: DropoutConfig::new({}).init(),", number(plan.experiment.live.dropout)));
    }
    lines.join("\n")
}

fn forward(plan: &Plan) -> String {
    let architecture = &plan.architecture;
    let mut lines = Vec::new();
    match (architecture.input, has_conv(plan)) {
        (InputShape::Image([channels, height, width]), true) => {
            lines.push(format!("let x = inputs.reshape([-1, {channels}, {height}, {width}]);"));
        }
        _ => lines.push("let x = inputs;".to_owned()),
    }
    let (normalised, last) = (architecture.normalised().len(), architecture.layers.len() - 1);
    for (index, layer) in architecture.layers.iter().enumerate().take(last) {
        let name = identifier(layer);
        let is_conv = matches!(layer.kind, LayerKind::Conv { .. });
        lines.push(match is_conv {
            true => format!("let x = self.pool.forward(self.{name}.forward(x));"),
            false => format!("let x = self.{name}.forward(x);"),
        });
        if index < normalised {
            lines.push(format!("let x = self.{}.forward(x);", norm_identifier(layer)));
        }
        lines.push(format!("let x = {};", activation(architecture.activation)));
        if drops(plan) {
            lines.push("let x = self.dropout.forward(x);".to_owned());
        }
        if is_conv && matches!(architecture.layers[index + 1].kind, LayerKind::Dense { .. }) {
            lines.push("// Rows, columns, channels: the order of the next layer's inputs.".to_owned());
            lines.push("let x: Tensor<2> = x.permute([0, 2, 3, 1]).flatten(1, 3);".to_owned());
        }
    }
    lines.push("self.output.forward(x)".to_owned());
    lines.join("\n")
}

fn activation(kind: Activation) -> &'static str {
    match kind {
        Activation::Relu => "relu(x)",
        Activation::LeakyRelu => "leaky_relu(x, 0.01)",
        Activation::Tanh => "tanh(x)",
        Activation::Sigmoid => "sigmoid(x)",
        Activation::Gelu => "gelu_approximate(x)",
    }
}

fn loss(plan: &Plan) -> String {
    let loss = &plan.experiment.loss;
    match loss.name {
        LossName::CrossEntropy => "(wanted * log_softmax(logits, 1)).sum_dim(1).neg()".to_owned(),
        LossName::Focal => format!(
            "// Focal loss (Lin et al. 2017).\nlet log_p = log_softmax(logits, 1);\n\
             let doubt = log_p.clone().exp().neg().add_scalar(1.0).clamp_min(1e-7);\n\
             (wanted * doubt.powf_scalar({}) * log_p).sum_dim(1).neg()",
            number(loss.focal_gamma)
        ),
        LossName::MeanSquared => "// Mean over the classes.\nlet error = softmax(logits, 1) - wanted;\n\
                                  (error.clone() * error).mean_dim(1)"
            .to_owned(),
        LossName::SigmoidBce => "// Binary cross-entropy, mean over the classes.\n\
                                 let not_wanted = wanted.clone().neg().add_scalar(1.0);\n\
                                 let terms = wanted * log_sigmoid(logits.clone()) + not_wanted * log_sigmoid(logits.neg());\n\
                                 terms.mean_dim(1).neg()"
            .to_owned(),
        LossName::SoftmaxOneUnit => {
            "// The slip this experiment is about: the softmax of one number is 1, whatever the number.\n\
             let p = softmax(logits, 1).clamp(1e-7, 1.0 - 1e-7);\n\
             let wanted = wanted.slice([0..BATCH_SIZE, 1..2]);\n\
             let not_wanted = wanted.clone().neg().add_scalar(1.0);\n\
             (wanted * p.clone().log() + not_wanted * p.neg().add_scalar(1.0).log()).neg()"
                .to_owned()
        }
    }
}

fn answers(plan: &Plan) -> String {
    let row = |values: &[f32]| format!("Tensor::<2>::from_floats([{}], &logits.device())", numbers(values));
    let moved =
        plan.answer_offsets.as_ref().map_or_else(String::new, |offsets| format!(" + {}", row(offsets)));
    match plan.experiment.loss.name {
        LossName::SigmoidBce if moved.is_empty() => "log_sigmoid(logits)".to_owned(),
        LossName::SigmoidBce => format!("log_sigmoid(logits.clone()){moved}"),
        LossName::SoftmaxOneUnit => {
            let sure: Vec<f32> =
                (0..plan.classes).map(|class| if class == 1 { 0.0 } else { 1e-7f32.ln() }).collect();
            format!("// Class 1, always.\nlogits.clone() * 0.0 + {}{moved}", row(&sure))
        }
        _ if moved.is_empty() => "logits".to_owned(),
        _ => format!("logits.clone(){moved}"),
    }
}

fn schedule(plan: &Plan) -> String {
    let live = &plan.experiment.live;
    let (rate, length) = (number(live.learning_rate), live.schedule_steps.max(1));
    match live.schedule {
        Schedule::Constant | Schedule::Plateau => format!("let _ = step;\n{rate}"),
        Schedule::Warmup => format!("{rate} * ((step + 1) as f64 / {length}.0).min(1.0)"),
        Schedule::Cosine => format!(
            "{rate} * (0.5 + 0.5 * (std::f64::consts::PI * (step as f64 / {length}.0).min(1.0)).cos())"
        ),
        Schedule::Step => format!("{rate} * 0.1f64.powi((step / {length}) as i32)"),
    }
}

fn optimizer(plan: &Plan) -> String {
    let spec = &plan.experiment.optimizer;
    let (first, second) = (number(spec.beta_mean), number(spec.beta_square));
    let (epsilon, momentum) = (number(spec.epsilon), number(spec.momentum));
    match spec.name {
        OptimizerName::Adam | OptimizerName::AdamW => format!(
            "// Without decay it is Adam.\nlet mut optimizer = AdamWConfig::new()\n    .with_beta_1({first})\n    \
             .with_beta_2({second})\n    .with_epsilon({epsilon})\n    .with_weight_decay({})\n    .init();",
            number(plan.weight_decay())
        ),
        OptimizerName::Sgd => format!(
            "let momentum = MomentumConfig {{ momentum: {momentum}, dampening: 0.0, nesterov: false }};\n\
             let mut optimizer = SgdConfig::new().with_momentum(Some(momentum)).init();"
        ),
        OptimizerName::RmsProp => format!(
            "let mut optimizer =\n    RmsPropConfig::new().with_alpha({second}).with_epsilon({epsilon}).with_momentum({momentum}).init();"
        ),
    }
}

fn batches(plan: &Plan) -> String {
    let smoothing = plan.experiment.loss.label_smoothing;
    let smooth = if smoothing > 0.0 {
        format!(".mul_scalar(1.0 - {0}).add_scalar({0} / CLASSES as f32)", number(smoothing))
    } else {
        String::new()
    };
    let by_label = "    let mut wanted = vec![0.0f32; BATCH_SIZE * CLASSES];\n    \
         labels.iter().enumerate().for_each(|(row, &label)| wanted[row * CLASSES + usize::from(label)] = 1.0);\n    \
         let weights: Vec<f32> = labels.iter().map(|&label| CLASS_WEIGHTS[usize::from(label)]).collect();\n";
    let end = format!(
        "    let table = |numbers: Vec<f32>, columns: usize| {{\n        \
         Tensor::<2>::from_data(TensorData::new(numbers, [BATCH_SIZE, columns]), device)\n    }};\n    \
         (table(inputs, FEATURES), table(wanted, CLASSES){smooth}, table(weights, 1))\n}};"
    );
    let open = "// Inputs, the distribution each answer should have, and each example's weight in the loss.\n\
                let batch = |step: usize, device: &Device| {\n";
    match &plan.batches {
        Batches::Rows { .. } => format!(
            "let (pool, pool_labels) = (data.floats(\"pool.inputs\"), data.bytes(\"pool.labels\"));\n\
             let order = data.indices(\"order\");\n{open}    \
             let rows = &order[step * BATCH_SIZE..(step + 1) * BATCH_SIZE];\n    \
             let inputs: Vec<f32> =\n        \
             rows.iter().flat_map(|&row| &pool[row * FEATURES..(row + 1) * FEATURES]).copied().collect();\n    \
             let labels: Vec<u8> = rows.iter().map(|&row| pool_labels[row]).collect();\n{by_label}{end}"
        ),
        Batches::Drawn { targets: None, .. } => format!(
            "let (all_inputs, all_labels) = (data.floats(\"batch.inputs\"), data.bytes(\"batch.labels\"));\n{open}    \
             let size = BATCH_SIZE * FEATURES;\n    \
             let inputs = all_inputs[step * size..(step + 1) * size].to_vec();\n    \
             let labels = &all_labels[step * BATCH_SIZE..(step + 1) * BATCH_SIZE];\n{by_label}{end}"
        ),
        Batches::Drawn { targets: Some(_), .. } => format!(
            "let (all_inputs, all_targets) = (data.floats(\"batch.inputs\"), data.floats(\"batch.targets\"));\n{open}    \
             let (size, share) = (BATCH_SIZE * FEATURES, BATCH_SIZE * CLASSES);\n    \
             let inputs = all_inputs[step * size..(step + 1) * size].to_vec();\n    \
             let mut wanted = all_targets[step * share..(step + 1) * share].to_vec();\n    \
             let weights: Vec<f32> = wanted.chunks_exact(CLASSES).map(|row| row.iter().sum()).collect();\n    \
             for (row, &weight) in wanted.chunks_exact_mut(CLASSES).zip(&weights) {{\n        \
             row.iter_mut().for_each(|share| *share /= weight.max(1e-30));\n    }}\n{end}"
        ),
    }
}

fn offset(plan: &Plan) -> String {
    let row =
        |logs: &[f32]| format!("\n            + Tensor::<2>::from_floats([{}], &device)", numbers(logs));
    plan.training_offsets().map_or_else(String::new, row)
}

fn penalty(plan: &Plan) -> String {
    let live = &plan.experiment.live;
    if live.l1 == 0.0 && live.l2 == 0.0 {
        return String::new();
    }
    let (first, second) = (number(live.l1), number(live.l2));
    let line = |name: String| {
        format!(
            "let weight = model.{name}.weight.val();\nlet loss = loss + (weight.clone() * weight.clone()).sum() * \
             (0.5 * {second}) + weight.abs().sum() * {first};"
        )
    };
    plan.identifiers().into_iter().map(line).collect::<Vec<_>>().join("\n")
}

fn readers(plan: &Plan) -> String {
    let mut text = String::new();
    if matches!(plan.batches, Batches::Rows { .. }) {
        text += "fn indices(&self, name: &str) -> Vec<usize> {\n    \
                 let (numbers, _) = self.bytes(name).as_chunks::<4>();\n    \
                 numbers.iter().map(|bytes| i32::from_le_bytes(*bytes) as usize).collect()\n}\n\n";
    }
    text += "fn param<const D: usize>(&self, name: &str, device: &Device) -> Option<Param<Tensor<D>>> {\n    \
             let name = [\"initial.\", name].concat();\n    self.0.tensor(&name).ok()?;\n    \
             Some(Param::from_tensor(Tensor::from_data(self.table(&name), device)))\n}\n\n\
             fn linear(&self, name: &str, device: &Device) -> Linear {\n    Linear {\n        \
             weight: self.param(&format!(\"{name}.weight\"), device).expect(\"the file has it\"),\n        \
             bias: self.param(&format!(\"{name}.bias\"), device),\n    }\n}";
    if has_conv(plan) {
        text += "\n\nfn conv(&self, name: &str, channels: [usize; 2], device: &Device) -> Conv2d {\n    \
                 let padding = PaddingConfig2d::Explicit(1, 1, 1, 1);\n    \
                 let mut conv = Conv2dConfig::new(channels, [3, 3]).with_padding(padding).init(device);\n    \
                 conv.weight = self.param(&format!(\"{name}.weight\"), device).expect(\"the file has it\");\n    \
                 conv.bias = self.param(&format!(\"{name}.bias\"), device);\n    conv\n}";
    }
    text
}
