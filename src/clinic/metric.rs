//! What a column of a log is, from its name: `val_loss`, `run-3 - val/acc`, `train_loss_epoch`, `lr-Adam`.
//!
//! Must not know values.

/// A column of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// A measured quantity.
    Metric(Metric),
    /// Passes over the data.
    Epoch,
    /// Optimiser steps.
    Step,
}

/// A measured quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// What.
    pub kind: Kind,
    /// On which data.
    pub split: Split,
    /// Of single steps rather than whole epochs, as far as the name says so.
    pub is_of_steps: bool,
    /// Words of the name that mean nothing here: `cls_loss` has one. Fewer is surer.
    pub strange: usize,
}

/// Quantities that are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Usually cross-entropy in nats.
    Loss,
    /// Share of right answers.
    Accuracy,
    /// Mean recall over the classes.
    BalancedAccuracy,
    /// Learning rate.
    Rate,
    /// Norm of the gradient.
    GradientNorm,
}

/// Parts of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// What is trained on; also where a name says nothing.
    Train,
    /// Validation, or test where a log has no other.
    Validation,
}

/// The run's name and the rest of a column's: "run-3 - val/loss" as tables of several runs are headed.
pub fn run_and_name(header: &str) -> (&str, &str) {
    header.rsplit_once(" - ").map_or(("", header), |(run, name)| (run.trim(), name.trim()))
}

/// What a column called `header` holds; `None` for what is of no use here.
pub fn column(header: &str) -> Option<Column> {
    let (_, name) = run_and_name(header);
    let lower = name.to_lowercase();
    // Smallest and largest of grouped runs, beside the mean.
    if lower.ends_with("__min") || lower.ends_with("__max") {
        return None;
    }
    let words = words(name);
    let all: Vec<&str> = words.iter().map(String::as_str).collect();
    match all[..] {
        ["epoch" | "epochs"] => return Some(Column::Epoch),
        ["step" | "steps" | "iter" | "iters" | "iteration" | "iterations" | "batch" | "batches"]
        | ["global" | "trainer" | "train", "step" | "steps"]
        | ["trainer", "global", "step"] => return Some(Column::Step),
        _ => {}
    }
    metric(&all).map(Column::Metric)
}

fn metric(words: &[&str]) -> Option<Metric> {
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    let kind = match () {
        // Within the five best guesses is another question.
        () if has(&["top", "topk", "min", "max", "std", "best"]) => return None,
        () if has(&["grad", "gradient"]) && has(&["norm"]) => Kind::GradientNorm,
        () if has(&["lr"]) || has(&["learning"]) && has(&["rate"]) => Kind::Rate,
        () if has(ACCURACY) && has(&["balanced", "macro"]) => Kind::BalancedAccuracy,
        () if has(&["uar"]) => Kind::BalancedAccuracy,
        () if has(ACCURACY) => Kind::Accuracy,
        () if has(&["loss", "nll", "crossentropy", "logloss", "xent", "criterion"]) => Kind::Loss,
        () if has(&["entropy"]) && has(&["cross"]) => Kind::Loss,
        () => return None,
    };
    let split = if has(HELD_OUT) { Split::Validation } else { Split::Train };
    let known = |word: &&&str| {
        let is_grain = ["step", "epoch", "batch", "mean", "avg", "average", "running"].contains(*word);
        is_grain
            || [ACCURACY, HELD_OUT, TRAINING, MEANINGLESS].iter().any(|words| words.contains(*word))
            || word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let strange = words.len() - words.iter().filter(known).count();
    let is_of_steps = has(&["step", "batch", "running"]) && !has(&["epoch"]);
    // A rate's other words name its optimiser: "lr-Adam".
    let strange = if kind == Kind::Rate { 0 } else { strange };
    Some(Metric { kind, split, is_of_steps, strange })
}

const ACCURACY: &[&str] = &["acc", "accuracy"];
const HELD_OUT: &[&str] =
    &["val", "valid", "validation", "eval", "evaluation", "dev", "test", "testing", "holdout"];
const TRAINING: &[&str] = &["train", "training", "tr", "trn"];
/// Words that name a metric more closely without making it another.
const MEANINGLESS: &[&str] = &[
    "binary",
    "sparse",
    "categorical",
    "cross",
    "entropy",
    "crossentropy",
    "loss",
    "nll",
    "logloss",
    "xent",
    "criterion",
    "multiclass",
    "score",
    "metrics",
    "metric",
    "balanced",
    "macro",
    "uar",
    "grad",
    "gradient",
    "norm",
    "total",
    "top1",
    "l2",
    "classification",
];

/// "sparse_categorical_accuracy", "valAcc" or "train/loss" in lower case, word by word.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars() {
        let breaks = letter.is_uppercase() && was_lower;
        was_lower = letter.is_lowercase();
        if !letter.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        if breaks {
            words.push(String::new());
        }
        let last = words.len() - 1;
        words[last].extend(letter.to_lowercase());
    }
    words.retain(|word| !word.is_empty());
    // "acc1" is "acc", "top5" is "top"; "epoch2" stays apart from the counted epoch.
    for word in &mut words {
        let stem = word.trim_end_matches(|letter: char| letter.is_ascii_digit());
        if word != "top1" && matches!(stem, "acc" | "accuracy" | "loss" | "top" | "lr") {
            word.truncate(stem.len());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> String {
        match column(name) {
            None => "-".to_owned(),
            Some(Column::Epoch) => "epoch".to_owned(),
            Some(Column::Step) => "step".to_owned(),
            Some(Column::Metric(metric)) => {
                let grain = if metric.is_of_steps { " of steps" } else { "" };
                format!("{:?} {:?}{grain} {}", metric.split, metric.kind, metric.strange)
            }
        }
    }

    #[test]
    fn columns_of_many_loggers_are_known() {
        let cases = [
            ("loss", "Train Loss 0"),
            ("val_loss", "Validation Loss 0"),
            ("sparse_categorical_accuracy", "Train Accuracy 0"),
            ("val_binary_accuracy", "Validation Accuracy 0"),
            ("valAcc", "Validation Accuracy 0"),
            ("train_loss_step", "Train Loss of steps 0"),
            ("train_loss_epoch", "Train Loss 0"),
            ("brave-tree-7 - val/loss", "Validation Loss 0"),
            ("brave-tree-7 - val/loss__MIN", "-"),
            ("trainer/global_step", "step"),
            ("Step", "step"),
            ("Epoch", "epoch"),
            ("lr-Adam", "Train Rate 0"),
            ("learning_rate", "Train Rate 0"),
            ("eval/balanced_accuracy", "Validation BalancedAccuracy 0"),
            ("grad_norm", "Train GradientNorm 0"),
            ("kl_loss", "Train Loss 1"),
            ("val_top5_acc", "-"),
            ("val/acc@1", "Validation Accuracy 0"),
            ("test_top1_acc", "Validation Accuracy 0"),
            ("_runtime", "-"),
            ("auc", "-"),
            ("", "-"),
        ];
        for (name, expected) in cases {
            assert_eq!(known(name), expected, "{name}");
        }
    }
}
