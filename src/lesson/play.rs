//! A lesson being taken: where the learner is, what was predicted, what happened.
//!
//! Must not know who trains the run; whoever does reports the finished history.

use super::{Lesson, Step, Task, apply};
use crate::experiment::Experiment;
use crate::experiment::knob::{Knob, knob};
use crate::page::goal::Metric;
use crate::telemetry::History;
use serde::{Deserialize, Serialize};

/// A lesson and how far it has been taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Play {
    /// What is taught.
    pub lesson: Lesson,
    /// Index of the step on screen.
    pub at: usize,
    /// One per step.
    pub records: Vec<Record>,
}

/// What the learner did and saw in one step; this is what progress keeps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// Id of the prediction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Id of the answer the run made right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub happened: Option<String>,
    /// Name and value of each reported number; empty before the run. None is "no number".
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<(String, Option<f32>)>,
    /// How the task ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskEnd>,
    /// The learner read on.
    #[serde(skip_serializing_if = "is_false")]
    pub read: bool,
    /// The learner went on without doing it.
    #[serde(skip_serializing_if = "is_false")]
    pub skipped: bool,
}

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskEnd {
    /// The goal was reached with the learner's own settings.
    Passed,
    /// The goal was reached after the solution was shown.
    Shown,
}

/// What a step waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A prediction.
    Asking,
    /// The run.
    Ready,
    /// The task.
    Trying,
    /// Nothing: the learner reads and goes on.
    Told,
}

/// A try at a task.
#[derive(Clone, Debug, PartialEq)]
pub enum Try {
    /// The goal is reached.
    Passed,
    /// It is not.
    NotYet,
    /// A knob that the task keeps, by name, was moved.
    Moved(&'static str),
}

impl Play {
    /// The lesson from its beginning, or from what was kept of it.
    pub fn new(lesson: Lesson, kept: Option<(usize, Vec<Record>)>) -> Self {
        let steps = lesson.steps.len();
        let (at, mut records) = kept.unwrap_or_default();
        records.resize(steps, Record::default());
        Self { lesson, at: at.min(steps - 1), records }
    }

    /// The step on screen.
    pub fn step(&self) -> &Step {
        &self.lesson.steps[self.at]
    }

    /// What is known of the step on screen.
    pub fn record(&self) -> &Record {
        &self.records[self.at]
    }

    /// What the step on screen waits for.
    pub fn stage(&self) -> Stage {
        let (step, record) = (self.step(), self.record());
        let measured = !record.numbers.is_empty();
        if !measured && !step.answers.is_empty() && record.said.is_none() {
            Stage::Asking
        } else if !measured && step.run > 0 {
            Stage::Ready
        } else if step.task.is_some() && record.task.is_none() {
            Stage::Trying
        } else {
            Stage::Told
        }
    }

    /// What the step on screen points at now.
    pub fn light(&self) -> &str {
        let (step, measured) = (self.step(), !self.record().numbers.is_empty());
        step.after.as_deref().filter(|_| measured).unwrap_or(&step.light)
    }

    /// Notes the prediction; after the run it stays what it was.
    pub fn say(&mut self, answer: &str) {
        let known = self.step().answers.iter().any(|known| known.id == answer);
        let record = &mut self.records[self.at];
        if known && record.numbers.is_empty() {
            record.said = Some(answer.to_owned());
        }
    }

    /// Takes in the finished run: its numbers, and which prediction they make right.
    pub fn measured(&mut self, history: &History, experiment: &Experiment) {
        let step = &self.lesson.steps[self.at];
        let holds = |answer: &&super::Answer| answer.when.iter().all(|when| when.holds(history, experiment));
        let happened = step.answers.iter().find(holds).map(|answer| answer.id.clone());
        let lane = history.last().and_then(|snapshot| snapshot.lanes.first());
        let value = |metric: Metric| lane.map(|lane| metric.of(lane)).filter(|value| value.is_finite());
        let numbers = step.metrics().map(|metric| (metric.name().to_owned(), value(metric))).collect();
        let record = &mut self.records[self.at];
        (record.happened, record.numbers) = (happened, numbers);
        record.skipped = false;
    }

    /// Takes in a finished try at the task. `start` is the experiment as the task found it; `shown` that the
    /// solution was looked at.
    pub fn tried(
        &mut self,
        history: &History,
        start: &Experiment,
        experiment: &Experiment,
        shown: bool,
    ) -> Try {
        let Some(task) = &self.step().task else { return Try::NotYet };
        if let Some(moved) = task.moved(start, experiment) {
            return Try::Moved(moved.name);
        }
        if !task.goal.holds(history, experiment) {
            return Try::NotYet;
        }
        let record = &mut self.records[self.at];
        record.task = Some(if shown { TaskEnd::Shown } else { TaskEnd::Passed });
        record.skipped = false;
        Try::Passed
    }

    /// Forgets what happened in the step on screen, to do it again.
    pub fn again(&mut self) {
        self.records[self.at] = Record::default();
    }

    /// The next step; what was left undone counts as skipped. False at the end.
    pub fn go_on(&mut self) -> bool {
        let told = self.stage() == Stage::Told;
        let record = &mut self.records[self.at];
        (record.read, record.skipped) = (true, !told);
        let further = self.at + 1 < self.lesson.steps.len();
        self.at += usize::from(further);
        further
    }

    /// The step before; false at the beginning.
    pub fn back(&mut self) -> bool {
        let further = self.at > 0;
        self.at -= usize::from(further);
        further
    }

    /// Steps done or skipped.
    pub fn finished(&self) -> usize {
        self.records.iter().filter(|record| record.read).count()
    }

    /// Whether every step was gone through.
    pub fn is_over(&self) -> bool {
        self.finished() == self.records.len()
    }
}

impl Task {
    /// The first knob that the task keeps and that is not where it was.
    pub fn moved(&self, start: &Experiment, now: &Experiment) -> Option<&'static Knob> {
        let kept = self.keep.iter().filter_map(|name| knob(name));
        kept.into_iter().find(|knob| knob.get(start) != knob.get(now))
    }

    /// The experiment with the known solution.
    pub fn solved(&self, start: &Experiment) -> Experiment {
        let mut solved = start.clone();
        apply(&self.solution, &mut solved);
        solved
    }
}

impl Record {
    /// Whether the prediction was right; `None` where there was none or no run.
    pub fn was_right(&self) -> Option<bool> {
        Some(self.said.as_ref()? == self.happened.as_ref()?)
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}
