//! What is said about a run: its lines of JSON and its summary.
//!
//! The fields are documented in `docs/command-line.md`, and a test holds both together. Must not train.

use super::Watched;
use crate::output::number;
use collapse_lab::diagnosis::{self, Finding, Remedy, Verdict};
use collapse_lab::experiment::{Experiment, json, link};
use collapse_lab::map::Outcome;
use collapse_lab::metrics::{self, Observation};
use collapse_lab::telemetry::LaneSnapshot;
use serde_json::{Value, json};

/// Version of the lines; grows when a field changes its meaning or goes.
pub const VERSION: u32 = 1;
/// Fields of `window.lab.getMetrics()` that a batch program has no use for, and those that only the last
/// line carries.
const NOT_PER_STEP: [&str; 5] = ["backend", "steps_per_second", "playing", "classes", "findings"];

impl Watched<'_> {
    /// The line before the first step.
    pub fn start_line(&self) -> Value {
        let task = self.task;
        json!({
            "event": "start",
            "v": VERSION,
            "run": task.run,
            "name": task.name,
            "lane": task.lane,
            "seed": task.seed,
            "link": link::write(&task.spec.experiment),
            "experiment": json::to_json(&task.spec.experiment),
            "classes": self.classes,
        })
    }

    /// The line of the newest look.
    pub fn step_line(&self) -> Value {
        let verdict = self.verdict();
        let mut line = metrics::to_json(&Observation {
            snapshot: self.history.last(),
            experiment: &self.experiment,
            verdict: &verdict,
            findings: &[],
            backend: None,
            steps_per_second: 0.0,
            playing: false,
        });
        if let Some(fields) = line.as_object_mut() {
            NOT_PER_STEP.iter().for_each(|name| drop(fields.remove(*name)));
            fields.insert("event".to_owned(), "step".into());
            fields.insert("run".to_owned(), self.task.run.into());
            fields.insert("verdict".to_owned(), verdict.kind.name().into());
            // Before the first step there is no batch whose loss could be infinite.
            let diverged = self.lane().is_some_and(|lane| {
                lane.is_diverged()
                    || self.history.last().is_some_and(|last| last.step > 0) && !lane.loss_train.is_finite()
            });
            fields.insert("diverged".to_owned(), diverged.into());
        }
        line
    }

    /// The line after the last step.
    pub fn end_line(&self, stopped_early: bool) -> Value {
        let verdict = self.verdict();
        let outcome = self.lane().map(Outcome::of);
        let findings = diagnosis::findings(&self.history, &self.experiment, &self.classes);
        let rest =
            |of: fn(&Outcome) -> f32| outcome.as_ref().map_or(Value::Null, |outcome| number(of(outcome)));
        json!({
            "event": "end",
            "run": self.task.run,
            "step": self.history.last().map(|last| last.step),
            "stopped_early": stopped_early,
            "verdict": verdict.kind.name(),
            "text": verdict.text,
            "detail": verdict.detail,
            "no_signal": verdict.no_signal,
            "collapsed_at": self.collapsed_at,
            "n_eff": rest(|outcome| outcome.n_eff),
            "skill": rest(|outcome| outcome.skill),
            "balanced_accuracy": rest(|outcome| outcome.balanced_accuracy),
            "minority_recall": rest(|outcome| outcome.minority_recall),
            "collapsed": outcome.as_ref().is_some_and(|outcome| outcome.collapsed),
            "diverged": outcome.as_ref().is_some_and(|outcome| outcome.diverged),
            "findings": findings.iter().map(|found| finding(found, &self.experiment)).collect::<Vec<_>>(),
        })
    }

    /// A few lines for a person.
    pub fn summary(&self) -> String {
        let verdict = self.verdict();
        let task = self.task;
        let mut text = task.name.clone();
        if let Some(lane) = &task.lane {
            text = format!("{text}, lane {lane}");
        }
        if task.seed > 0 {
            text = format!("{text}, seed {}", task.seed);
        }
        let step = self.history.last().map_or(0, |last| last.step);
        text += &format!(", step {step}: {}\n  {}\n", verdict.text, verdict.detail);
        let findings = diagnosis::findings(&self.history, &self.experiment, &self.classes);
        for finding in findings.iter().filter(|finding| finding.until.is_none()) {
            text += &format!("  {}: {}\n", finding.title, finding.cause);
        }
        text
    }

    fn verdict(&self) -> Verdict {
        diagnosis::judge_named(&self.history, &self.experiment, &self.classes)
    }

    fn lane(&self) -> Option<&LaneSnapshot> {
        self.history.last()?.lanes.first()
    }
}

/// A finding; each of its remedies is the link of the experiment with the remedy applied.
fn finding(finding: &Finding, experiment: &Experiment) -> Value {
    let remedy =
        |remedy: &Remedy| json!({ "label": remedy.label, "link": link::write(&remedy.apply(experiment)) });
    json!({
        "rule": finding.rule,
        "title": finding.title,
        "cause": finding.cause,
        "since": finding.since,
        "until": finding.until,
        "remedies": finding.remedies.iter().map(remedy).collect::<Vec<_>>(),
    })
}
