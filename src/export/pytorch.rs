//! The PyTorch program.
//!
//! Must not know how its data are carried.

use super::model::{identifier, norm_identifier};
use super::python::{self, JUDGE};
use super::template::{fill, indented, number, numbers};
use super::{Batches, Carried, Plan, Target};
use crate::architecture::{InputShape, LayerKind};
use crate::experiment::{Activation, LossName, OptimizerName};

const TEMPLATE: &str = include_str!("templates/pytorch.py.in");

/// The program's text.
pub(super) fn program(plan: &Plan, carried: Carried) -> String {
    let needs = "pip install torch numpy (PyTorch 2)";
    let text = fill(
        TEMPLATE,
        &[
            ("reader", python::reader(plan, Target::PyTorch, carried)),
            ("classes", plan.classes.to_string()),
            ("batch_size", plan.experiment.batch_size.to_string()),
            ("steps", plan.steps.to_string()),
            ("batches", batches(plan)),
            ("layers", indented(&layers(plan), 8)),
            ("forward", indented(&forward(plan), 8)),
            ("strict", strict(plan)),
            ("loss", loss(plan)),
            ("answers", indented(&answers(plan), 4)),
            ("judge", JUDGE.to_owned()),
            ("optimizer", optimizer(plan)),
            ("schedule", indented(&python::schedule(plan), 4)),
            ("logits", logits(plan)),
            ("penalty", penalty(plan)),
            ("clip", clip(plan)),
            ("decay", decay(plan)),
        ],
    );
    python::docstring(&python::heading(plan, Target::PyTorch, needs)) + &text
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
    let one_hot = format!("    targets = F.one_hot(labels, CLASSES).float(){smooth}");
    let weights = format!("CLASS_WEIGHTS = torch.tensor({})", numbers(&plan.class_weights));
    match &plan.batches {
        Batches::Rows { .. } => format!(
            "pool_inputs = torch.from_numpy(DATA[\"pool.inputs\"])\n\
             pool_labels = torch.from_numpy(DATA[\"pool.labels\"].astype(np.int64))\n\
             order = torch.from_numpy(DATA[\"order\"].astype(np.int64))  # [steps, batch], rows of the pool\n\
             {weights}\n\n\n\
             def batch(step):\n{what}\n    labels = pool_labels[order[step]]\n{one_hot}\n    \
             return pool_inputs[order[step]], targets, CLASS_WEIGHTS[labels]\n\n"
        ),
        Batches::Drawn { targets: None, .. } => format!(
            "batch_inputs = torch.from_numpy(DATA[\"batch.inputs\"])  # [steps, batch, features], augmented\n\
             batch_labels = torch.from_numpy(DATA[\"batch.labels\"].astype(np.int64))\n{weights}\n\n\n\
             def batch(step):\n{what}\n    labels = batch_labels[step]\n{one_hot}\n    \
             return batch_inputs[step], targets, CLASS_WEIGHTS[labels]\n\n"
        ),
        Batches::Drawn { targets: Some(_), .. } => format!(
            "batch_inputs = torch.from_numpy(DATA[\"batch.inputs\"])  # [steps, batch, features], blended\n\
             batch_targets = torch.from_numpy(DATA[\"batch.targets\"])  # shares of the classes times their weights\n\n\n\
             def batch(step):\n{what}\n    weights = batch_targets[step].sum(dim=1)\n    \
             targets = batch_targets[step] / weights.clamp_min(1e-30)[:, None]{smooth}\n    \
             return batch_inputs[step], targets, weights\n\n"
        ),
    }
}

fn layers(plan: &Plan) -> String {
    let mut lines = Vec::new();
    let architecture = &plan.architecture;
    let normalised = architecture.normalised().len();
    let replaced = number(1.0 - plan.experiment.model.batch_norm_momentum);
    for (index, layer) in architecture.layers.iter().enumerate() {
        let (name, has_norm) = (identifier(layer), index < normalised);
        // The normalisation's shift takes the bias's place.
        let bias = if has_norm { ", bias=False" } else { "" };
        let (line, kind, units) = match layer.kind {
            LayerKind::Dense { inputs, outputs } => {
                (format!("self.{name} = nn.Linear({inputs}, {outputs}{bias})"), "1d", outputs)
            }
            LayerKind::Conv { channels, filters, .. } => {
                let line = format!("self.{name} = nn.Conv2d({channels}, {filters}, 3, padding=1{bias})");
                (line, "2d", filters)
            }
        };
        lines.push(line);
        if has_norm {
            let name = norm_identifier(layer);
            lines.push(format!(
                "self.{name} = nn.BatchNorm{kind}({units}, eps=1e-3, momentum={replaced})  # the share replaced"
            ));
        }
    }
    lines.join("\n")
}

fn forward(plan: &Plan) -> String {
    let architecture = &plan.architecture;
    let mut lines = Vec::new();
    if let (InputShape::Image([channels, height, width]), LayerKind::Conv { .. }) =
        (architecture.input, architecture.layers[0].kind)
    {
        lines.push(format!("x = x.view(-1, {channels}, {height}, {width})"));
    }
    let normalised = architecture.normalised().len();
    let last = architecture.layers.len() - 1;
    for (index, layer) in architecture.layers.iter().enumerate().take(last) {
        let name = identifier(layer);
        let is_conv = matches!(layer.kind, LayerKind::Conv { .. });
        lines.push(match is_conv {
            true => format!("x = F.max_pool2d(self.{name}(x), 2)"),
            false => format!("x = self.{name}(x)"),
        });
        if index < normalised {
            lines.push(format!("x = self.{}(x)", norm_identifier(layer)));
        }
        lines.push(format!("x = {}", activation(architecture.activation)));
        if plan.experiment.live.dropout > 0.0 {
            let share = number(plan.experiment.live.dropout);
            lines.push(format!("x = F.dropout(x, {share}, self.training)"));
        }
        if is_conv && matches!(architecture.layers[index + 1].kind, LayerKind::Dense { .. }) {
            lines.push("x = x.permute(0, 2, 3, 1).flatten(1)  # rows, columns, channels".to_owned());
        }
    }
    lines.push("return self.output(x)".to_owned());
    lines.join("\n")
}

fn activation(kind: Activation) -> &'static str {
    match kind {
        Activation::Relu => "F.relu(x)",
        Activation::LeakyRelu => "F.leaky_relu(x, 0.01)",
        Activation::Tanh => "torch.tanh(x)",
        Activation::Sigmoid => "torch.sigmoid(x)",
        Activation::Gelu => "F.gelu(x, approximate=\"tanh\")",
    }
}

/// Normalisations count batches, which nothing here needs.
fn strict(plan: &Plan) -> String {
    let counts = !plan.architecture.normalised().is_empty();
    if counts { "strict=False,".to_owned() } else { String::new() }
}

fn loss(plan: &Plan) -> String {
    let loss = &plan.experiment.loss;
    let (what, body) = match loss.name {
        LossName::CrossEntropy => {
            ("Cross-entropy", "return -(targets * F.log_softmax(logits, dim=1)).sum(dim=1)".to_owned())
        }
        LossName::Focal => (
            "Focal loss (Lin et al. 2017)",
            format!(
                "log_p = F.log_softmax(logits, dim=1)\ndoubt = (1 - log_p.exp()).clamp_min(1e-7)\n\
                 return -(targets * doubt ** {} * log_p).sum(dim=1)",
                number(loss.focal_gamma)
            ),
        ),
        LossName::MeanSquared => (
            "Squared error of the probabilities, mean over the classes",
            "return ((F.softmax(logits, dim=1) - targets) ** 2).mean(dim=1)".to_owned(),
        ),
        LossName::SigmoidBce => (
            "Binary cross-entropy, mean over the classes",
            "return F.binary_cross_entropy_with_logits(logits, targets, reduction=\"none\").mean(dim=1)"
                .to_owned(),
        ),
        LossName::SoftmaxOneUnit => (
            "The slip this experiment is about: the softmax of one number is 1, whatever the number",
            "p = F.softmax(logits, dim=1)[:, 0].clamp(1e-7, 1 - 1e-7)\n\
             return F.binary_cross_entropy(p, targets[:, 1], reduction=\"none\")"
                .to_owned(),
        ),
    };
    format!(
        "def losses(logits, targets):\n    \"\"\"{what}; one number per example.\"\"\"\n{}",
        indented(&body, 4)
    )
}

fn answers(plan: &Plan) -> String {
    let offsets = plan.answer_offsets.as_ref();
    let moved = offsets.map_or_else(String::new, |offsets| format!(" + torch.tensor({})", numbers(offsets)));
    match plan.experiment.loss.name {
        LossName::SigmoidBce => format!("return F.logsigmoid(logits){moved}"),
        LossName::SoftmaxOneUnit => {
            let sure: Vec<f32> =
                (0..plan.classes).map(|class| if class == 1 { 0.0 } else { 1e-7f32.ln() }).collect();
            format!("return torch.tensor({}) + 0 * logits{moved}  # class 1, always", numbers(&sure))
        }
        _ => format!("return logits{moved}"),
    }
}

fn logits(plan: &Plan) -> String {
    match plan.training_offsets() {
        Some(logs) => {
            format!("logits = model(inputs) + torch.tensor({})  # log of the class shares", numbers(logs))
        }
        None => "logits = model(inputs)".to_owned(),
    }
}

fn optimizer(plan: &Plan) -> String {
    let spec = &plan.experiment.optimizer;
    let (rate, decay) = (number(plan.experiment.live.learning_rate), plan.weight_decay());
    let (first, second) = (number(spec.beta_mean), number(spec.beta_square));
    let (epsilon, momentum) = (number(spec.epsilon), number(spec.momentum));
    let call = match spec.name {
        OptimizerName::Adam | OptimizerName::AdamW if decay > 0.0 => format!(
            "AdamW(model.parameters(), lr={rate}, betas=({first}, {second}), eps={epsilon}, weight_decay={})",
            number(decay)
        ),
        OptimizerName::Adam | OptimizerName::AdamW => {
            format!("Adam(model.parameters(), lr={rate}, betas=({first}, {second}), eps={epsilon})")
        }
        OptimizerName::Sgd => format!("SGD(model.parameters(), lr={rate}, momentum={momentum}, dampening=0)"),
        OptimizerName::RmsProp => format!(
            "RMSprop(model.parameters(), lr={rate}, alpha={second}, eps={epsilon}, momentum={momentum})"
        ),
    };
    ["optimizer = torch.optim.", &call].concat()
}

fn penalty(plan: &Plan) -> String {
    let live = &plan.experiment.live;
    if live.l1 == 0.0 && live.l2 == 0.0 {
        return String::new();
    }
    let (first, second) = (number(live.l1), number(live.l2));
    format!(
        "for weight in (layer.weight for layer in model.children() if isinstance(layer, (nn.Linear, nn.Conv2d))):\n    \
         loss = loss + 0.5 * {second} * (weight**2).sum() + {first} * weight.abs().sum()  # not the biases"
    )
}

fn clip(plan: &Plan) -> String {
    let clip = plan.experiment.live.clip_norm;
    if clip == 0.0 {
        return String::new();
    }
    format!("nn.utils.clip_grad_norm_(model.parameters(), {})", number(clip))
}

/// SGD's and RMSprop's own weight decay goes through the gradient; ours does not.
fn decay(plan: &Plan) -> String {
    let is_adam = matches!(plan.experiment.optimizer.name, OptimizerName::Adam | OptimizerName::AdamW);
    let decay = plan.weight_decay();
    if is_adam || decay == 0.0 {
        return String::new();
    }
    format!(
        "with torch.no_grad():\n    for parameter in model.parameters():\n        \
         parameter.mul_(1 - learning_rate(step) * {})  # decoupled weight decay",
        number(decay)
    )
}
