//! What `window.lab.getMetrics()` returns: the newest numbers of a run as JSON.
//!
//! Must not know how the page or an embedding page receives them.

use crate::decimal;
use crate::diagnosis::{Finding, Verdict};
use crate::experiment::Experiment;
use crate::protocol::{self, Backend};
use crate::telemetry::Snapshot;
use serde_json::{Value, json};

/// Everything the metrics are made of.
#[derive(Clone, Copy, Debug)]
pub struct Observation<'a> {
    /// The newest snapshot; `None` before the first.
    pub snapshot: Option<&'a Snapshot>,
    /// What is being trained.
    pub experiment: &'a Experiment,
    /// From [`crate::diagnosis::judge`].
    pub verdict: &'a Verdict,
    /// From [`crate::diagnosis::findings`].
    pub findings: &'a [Finding],
    /// Where it trains; `None` before a worker answered.
    pub backend: Option<Backend>,
    /// As the worker reports it.
    pub steps_per_second: f32,
    /// Whether the run goes on by itself.
    pub playing: bool,
}

/// The metrics of lane 0 as one flat object. Numbers that are not finite are null and
/// `diverged` is then true; before the first snapshot all measurements are null.
pub fn to_json(observation: &Observation) -> Value {
    let Observation { snapshot, experiment, verdict, findings, backend, steps_per_second, playing } =
        *observation;
    let lane = snapshot.and_then(|snapshot| snapshot.lanes.first());
    let skill = lane.map(|lane| lane.confusion.skill());
    // An untrained model has no training loss.
    let trained = snapshot.is_some_and(|snapshot| snapshot.step > 0);
    let open: Vec<_> = findings.iter().filter(|finding| finding.until.is_none()).collect();
    json!({
        "step": snapshot.map_or(0, |snapshot| snapshot.step),
        "epoch": number(snapshot.map(|snapshot| snapshot.epoch)),
        "backend": backend.map(backend_name),
        "steps_per_second": number(Some(steps_per_second)),
        "playing": playing,
        "learning_rate": number(lane.map(|lane| lane.learning_rate)),
        "loss_train": number(lane.map(|lane| lane.loss_train)),
        "loss_probe": number(lane.map(|lane| lane.loss_probe)),
        "accuracy": number(lane.map(|lane| lane.accuracy())),
        "balanced_accuracy": number(lane.map(|lane| lane.confusion.balanced_accuracy())),
        "recall": lane.map(|lane| numbers(&lane.confusion.recall())),
        "shares": lane.map(|lane| numbers(&lane.confusion.shares())),
        "confusion": lane.map(|lane| protocol::rows(&lane.confusion)),
        "classes": experiment.classes(),
        "n_eff": number(lane.map(|lane| lane.confusion.effective_classes())),
        "collapse": number(lane.map(|lane| lane.confusion.collapse())),
        "skill": skill.map(|skill| json!({
            "value": number(Some(skill.value)),
            "low": number(Some(skill.low)),
            "high": number(Some(skill.high)),
        })),
        "verdict": {
            "kind": verdict.kind.name(),
            "text": verdict.text,
            "detail": verdict.detail,
            "no_signal": verdict.no_signal,
        },
        "findings": open.iter().map(|finding| json!({
            "rule": finding.rule,
            "title": finding.title,
            "cause": finding.cause,
            "confidence": number(Some((finding.confidence * 100.0).round() / 100.0)),
            "since": finding.since,
        })).collect::<Vec<_>>(),
        "diverged": lane.is_some_and(|lane| lane.is_diverged() || (trained && !lane.loss_train.is_finite())),
    })
}

fn numbers(values: &[f32]) -> Value {
    values.iter().map(|value| number(Some(*value))).collect()
}

/// A JSON number with the digits of the f32, null when it is missing or not finite.
fn number(value: Option<f32>) -> Value {
    value.filter(|value| value.is_finite()).map_or(Value::Null, |value| Value::from(decimal::widen(value)))
}

/// Stable name of a backend.
pub fn backend_name(backend: Backend) -> &'static str {
    match backend {
        Backend::Cpu => "cpu",
        Backend::Gpu => "gpu",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis;
    use crate::telemetry::{Confusion, History, LaneSnapshot, Vitals};

    fn observe(lane: LaneSnapshot) -> Value {
        observe_at(120, lane)
    }

    fn observe_at(step: u32, lane: LaneSnapshot) -> Value {
        let mut history = History::default();
        history.push(Snapshot { step, epoch: 3.84, lanes: vec![lane] });
        let experiment = Experiment::default();
        let verdict = diagnosis::judge(&history, &experiment);
        to_json(&Observation {
            snapshot: history.last(),
            experiment: &experiment,
            verdict: &verdict,
            findings: &[],
            backend: Some(Backend::Cpu),
            steps_per_second: 20_000.5,
            playing: true,
        })
    }

    fn lane(loss: f32, confusion: Confusion) -> LaneSnapshot {
        LaneSnapshot {
            learning_rate: 0.001,
            loss_train: loss,
            loss_probe: loss,
            accuracy_train: 0.9,
            confusion,
            class_shares: vec![0.75, 0.25],
            grad_norm: vec![],
            update_ratio: vec![],
            dead_share: vec![],
            vitals: Vitals::default(),
        }
    }

    #[test]
    fn numbers_of_a_small_run() {
        let metrics = observe(lane(0.1, Confusion::from_rows(&[&[9, 1], &[5, 5]])));
        assert_eq!(metrics["step"], 120);
        assert_eq!(metrics["epoch"], 3.84);
        assert_eq!(metrics["backend"], "cpu");
        assert_eq!(metrics["loss_train"], 0.1);
        assert_eq!(metrics["recall"], json!([0.9, 0.5]));
        assert_eq!(metrics["shares"], json!([0.7, 0.3]));
        assert_eq!(metrics["confusion"], json!([[9, 1], [5, 5]]));
        let accuracy = metrics["accuracy"].as_f64().expect("number");
        assert!((accuracy - 0.8).abs() < 1e-6);
        assert_eq!(metrics["balanced_accuracy"], 0.7);
        assert!((metrics["skill"]["value"].as_f64().expect("number") - 0.4).abs() < 1e-6);
        assert_eq!(metrics["diverged"], false);
    }

    #[test]
    fn what_is_not_finite_is_null_and_said() {
        let metrics = observe(lane(f32::NAN, Confusion::from_logits(&[f32::NAN; 4], &[0, 1], 2)));
        for key in ["loss_train", "loss_probe", "n_eff", "collapse"] {
            assert_eq!(metrics[key], Value::Null, "{key}");
        }
        assert_eq!(metrics["shares"], json!([null, null]));
        assert_eq!(metrics["diverged"], true);
        assert_eq!(metrics["verdict"]["kind"], "diverged");
    }

    #[test]
    fn an_untrained_model_without_a_training_loss_has_not_diverged() {
        let untrained =
            LaneSnapshot { loss_probe: 0.7, ..lane(f32::NAN, Confusion::from_rows(&[&[9, 1], &[5, 5]])) };
        assert_eq!(observe_at(0, untrained)["diverged"], false);
    }
}
