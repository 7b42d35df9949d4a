//! The course of a run as a table and as JSON.
//!
//! Must not know how it is shown on the page.

use crate::decimal;
use crate::diagnosis::{Finding, Verdict};
use crate::experiment::{Experiment, json as settings};
use crate::telemetry::{History, LaneSnapshot, Marker, MarkerKind, Snapshot};
use serde_json::{Value, json};

/// What is known of a run.
#[derive(Clone, Copy, Debug)]
pub struct Recorded<'a> {
    /// The settings, as they are now.
    pub experiment: &'a Experiment,
    /// The address that opens it.
    pub address: &'a str,
    /// Snapshots and markers.
    pub history: &'a History,
    /// Names of the classes.
    pub classes: &'a [String],
    /// Names of the layers with weights, input side first.
    pub layers: &'a [String],
    /// The present verdict.
    pub verdict: &'a Verdict,
    /// Present and past.
    pub findings: &'a [Finding],
}

/// A column of the table.
type Column = (String, Box<dyn Fn(&Snapshot, &LaneSnapshot) -> f32>);

/// One row per snapshot; what is not a finite number is an empty cell. The last column has what happened since
/// the row before.
pub fn csv(run: &Recorded) -> String {
    let columns = columns(run);
    let mut text: Vec<String> = vec![columns.iter().map(|(name, _)| name.clone() + ",").collect()];
    text[0] += "events\n";
    let mut before = None;
    for snapshot in run.history.snapshots() {
        let Some(lane) = snapshot.lanes.first() else { continue };
        let mut row = String::new();
        for (_, value) in &columns {
            let value = value(snapshot, lane);
            if value.is_finite() {
                row += &decimal::widen(value).to_string();
            }
            row.push(',');
        }
        let is_new = |marker: &&Marker| {
            marker.step <= snapshot.step && before.is_none_or(|before| marker.step > before)
        };
        let events: Vec<String> = run.history.markers().iter().filter(is_new).map(event).collect();
        row += &quoted(&events.join("; "));
        text.push(row + "\n");
        before = Some(snapshot.step);
    }
    text.concat()
}

fn columns(run: &Recorded) -> Vec<Column> {
    type Value = fn(&Snapshot, &LaneSnapshot) -> f32;
    let single: [(&str, Value); 13] = [
        ("step", |snapshot, _| snapshot.step as f32),
        ("epoch", |snapshot, _| snapshot.epoch),
        ("learning_rate", |_, lane| lane.learning_rate),
        ("loss_train", |_, lane| lane.loss_train),
        ("loss_probe", |_, lane| lane.loss_probe),
        ("accuracy_train", |_, lane| lane.accuracy_train),
        ("accuracy", |_, lane| lane.accuracy()),
        ("balanced_accuracy", |_, lane| lane.confusion.balanced_accuracy()),
        ("effective_classes", |_, lane| lane.confusion.effective_classes()),
        ("collapse", |_, lane| lane.confusion.collapse()),
        ("skill", |_, lane| lane.confusion.skill().value),
        ("skill_low", |_, lane| lane.confusion.skill().low),
        ("skill_high", |_, lane| lane.confusion.skill().high),
    ];
    let mut columns: Vec<Column> =
        single.into_iter().map(|(name, value)| (name.to_owned(), Box::new(value) as _)).collect();
    type Numbers = fn(&LaneSnapshot) -> Vec<f32>;
    let mut several = |begin: &str, names: &[String], numbers: Numbers| {
        for (index, name) in names.iter().enumerate() {
            let value = move |_: &Snapshot, lane: &LaneSnapshot| {
                numbers(lane).get(index).copied().unwrap_or(f32::NAN)
            };
            columns.push((quoted(&[begin, name].concat()), Box::new(value)));
        }
    };
    several("share ", run.classes, |lane| lane.confusion.shares());
    several("recall ", run.classes, |lane| lane.confusion.recall());
    several("gradient ", run.layers, |lane| lane.grad_norm.clone());
    several("update ", run.layers, |lane| lane.update_ratio.clone());
    let hidden = &run.layers[..run.layers.len().saturating_sub(1)];
    several("dead ", hidden, |lane| lane.dead_share.clone());
    columns
}

/// Everything: settings, verdict, findings, markers and snapshots. What is not finite is null.
pub fn json(run: &Recorded) -> String {
    let snapshot = |snapshot: &Snapshot| {
        let lane = snapshot.lanes.first()?;
        let skill = lane.confusion.skill();
        Some(json!({
            "step": snapshot.step,
            "epoch": number(snapshot.epoch),
            "learning_rate": number(lane.learning_rate),
            "loss_train": number(lane.loss_train),
            "loss_probe": number(lane.loss_probe),
            "accuracy_train": number(lane.accuracy_train),
            "accuracy": number(lane.accuracy()),
            "balanced_accuracy": number(lane.confusion.balanced_accuracy()),
            "effective_classes": number(lane.confusion.effective_classes()),
            "collapse": number(lane.confusion.collapse()),
            "skill": [number(skill.low), number(skill.value), number(skill.high)],
            "shares": numbers(&lane.confusion.shares()),
            "recall": numbers(&lane.confusion.recall()),
            "confusion": crate::protocol::rows(&lane.confusion),
            "class_shares": numbers(&lane.class_shares),
            "gradients": numbers(&lane.grad_norm),
            "updates": numbers(&lane.update_ratio),
            "dead": numbers(&lane.dead_share),
        }))
    };
    let marker =
        |marker: &Marker| json!({ "step": marker.step, "kind": kind(marker.kind), "text": marker.text });
    let finding = |finding: &Finding| {
        let evidence = finding.evidence.iter().map(|evidence| {
            json!({ "measured": evidence.label, "value": evidence.value, "healthy": evidence.healthy })
        });
        json!({
            "rule": finding.rule,
            "title": finding.title,
            "cause": finding.cause,
            "since": finding.since,
            "until": finding.until,
            "evidence": evidence.collect::<Vec<_>>(),
        })
    };
    let whole = json!({
        "collapse_lab_run": 1,
        "address": run.address,
        "experiment": settings::to_json(run.experiment),
        "classes": run.classes,
        "layers": run.layers,
        "verdict": {
            "kind": run.verdict.kind.name(),
            "text": run.verdict.text,
            "detail": run.verdict.detail,
            "no_signal": run.verdict.no_signal,
        },
        "findings": run.findings.iter().map(finding).collect::<Vec<_>>(),
        "markers": run.history.markers().iter().map(marker).collect::<Vec<_>>(),
        "snapshots": run.history.snapshots().iter().filter_map(snapshot).collect::<Vec<_>>(),
    });
    whole.to_string()
}

fn event(marker: &Marker) -> String {
    [kind(marker.kind), ": ", &marker.text].concat()
}

fn kind(kind: MarkerKind) -> &'static str {
    match kind {
        MarkerKind::Knob => "setting",
        MarkerKind::Remedy => "remedy",
        MarkerKind::Collapsed => "collapsed",
        MarkerKind::Recovered => "recovered",
        MarkerKind::Diverged => "diverged",
        MarkerKind::Backend => "backend",
    }
}

fn number(value: f32) -> Value {
    if value.is_finite() { Value::from(decimal::widen(value)) } else { Value::Null }
}

fn numbers(values: &[f32]) -> Value {
    values.iter().map(|value| number(*value)).collect()
}

/// A cell of a comma-separated file.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', ';']) {
        ["\"", &text.replace('"', "\"\""), "\""].concat()
    } else {
        text.to_owned()
    }
}
