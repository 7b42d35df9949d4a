//! Guided lessons: data that say what to open, what to ask, how far to train and what to reach.
//!
//! A lesson never says what will happen: its answers carry conditions, and the run decides which one was
//! right. Its words are `lesson.<id>.*` in `lang/`. Must not know the browser, tensors or how a run is trained.

pub mod condition;
pub mod play;
pub mod progress;

use crate::experiment::knob::{Timing, knob};
use crate::experiment::{Experiment, link};
use crate::page::goal::{Aim, Metric, Side};
use condition::Condition;
use serde::Deserialize;

/// Steps between two looks at a run that a lesson trains: equal on every machine, so that verdicts, which
/// need several looks, are too.
pub const STRIDE: u32 = 20;

/// One lesson as its file has it, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// Key in links (`lesson=<id>`), words and progress; never renamed.
    pub id: String,
    /// In order; at least three.
    pub steps: Vec<Step>,
}

/// One step: words, perhaps an experiment, a question, a run and a task, in this order.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Key of its words and of its record; never renamed.
    pub id: String,
    /// What to look at: `knob:<name>`, `chart:<id>` or `panel:<name>`.
    pub light: String,
    /// What to look at once the run is over, where that is something else: it would have told before.
    #[serde(default)]
    pub after: Option<String>,
    /// A new experiment, as a link writes it; it starts at step 0. Without it the step goes on with the
    /// run before.
    #[serde(default)]
    pub open: Option<String>,
    /// Knobs to move when the step begins, as a link writes them.
    #[serde(default)]
    pub set: String,
    /// Steps to train, 0 for a step without a run.
    #[serde(default)]
    pub run: u32,
    /// What the learner can predict; empty for a run without a question.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// Numbers to report after the run.
    #[serde(default)]
    pub show: Vec<String>,
    /// What to reach by hand afterwards.
    #[serde(default)]
    pub task: Option<Task>,
}

/// A prediction and when it was right.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Key of its words.
    pub id: String,
    /// All must hold after the run; an empty list always holds. The first answer that holds was right.
    #[serde(default)]
    pub when: Vec<Condition>,
}

/// Something the learner must reach by moving knobs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// What must hold in the end, on a metric that answering the majority class cannot win.
    pub goal: Condition,
    /// Steps to train for each try.
    pub run: u32,
    /// Knobs that may not be moved: moving them would change the question.
    pub keep: Vec<String>,
    /// Knobs that reach the goal, as a link writes them.
    pub solution: String,
}

/// A lesson in the list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Which lesson.
    pub id: String,
    /// About how long it takes.
    pub minutes: u32,
    /// How many steps it has.
    pub steps: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    steps: Vec<Step>,
}

/// Reads `lessons/index.json`: every lesson in the order of the list.
///
/// # Errors
/// What is wrong with the file, in words for whoever writes lessons.
pub fn index(text: &str) -> Result<Vec<Entry>, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

impl Lesson {
    /// Reads `lessons/<id>.json`.
    ///
    /// # Errors
    /// What is wrong with the file, in words for whoever writes lessons.
    pub fn parse(id: &str, text: &str) -> Result<Self, String> {
        let File { steps } = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let lesson = Self { id: id.to_owned(), steps };
        lesson.check()?;
        Ok(lesson)
    }

    /// The experiment with which the step begins: that of the newest `open` up to it, with every knob moved
    /// since.
    pub fn experiment(&self, at: usize) -> Experiment {
        let from = self.opening(at);
        let mut experiment = self.steps[from].open.as_deref().map_or_else(Experiment::default, read);
        for step in &self.steps[from..=at] {
            apply(&step.set, &mut experiment);
        }
        experiment
    }

    /// The step that opened the experiment of step `at`.
    pub fn opening(&self, at: usize) -> usize {
        (0..=at).rev().find(|step| self.steps[*step].open.is_some()).unwrap_or(0)
    }

    /// Step of the run at which step `at` begins.
    pub fn begins_at(&self, at: usize) -> u32 {
        self.steps[self.opening(at)..at].iter().map(|step| step.run).sum()
    }

    /// Key of one of the lesson's words.
    pub fn key(&self, parts: &[&str]) -> String {
        [&["lesson", self.id.as_str()], parts].concat().join(".")
    }

    fn check(&self) -> Result<(), String> {
        if !(3..=6).contains(&self.steps.len()) {
            return Err(format!("{} steps; a lesson has 3 to 6", self.steps.len()));
        }
        if self.steps[0].open.is_none() {
            return Err("the first step opens no experiment".to_owned());
        }
        for (index, step) in self.steps.iter().enumerate() {
            let wrong = |what: String| Err(format!("step '{}': {what}", step.id));
            if let Err(error) = step.check() {
                return wrong(error);
            }
            if self.steps[..index].iter().any(|other| other.id == step.id) {
                return wrong("its id is taken".to_owned());
            }
            // What the learner did in a task is not known beforehand, so no step can go on from it.
            if index > 0 && self.steps[index - 1].task.is_some() && step.open.is_none() {
                return wrong("it follows a task and opens no experiment".to_owned());
            }
        }
        match self.steps.iter().rev().find_map(|step| step.task.as_ref()) {
            Some(task) if task.goal.is_balanced() => Ok(()),
            Some(task) => Err(format!("always answering one class could reach the last task, {}", task.goal)),
            None => Err("it has no task".to_owned()),
        }
    }
}

impl Step {
    /// The numbers to report, in order.
    pub fn metrics(&self) -> impl Iterator<Item = Metric> {
        self.show.iter().filter_map(|name| Metric::named(name))
    }

    fn check(&self) -> Result<(), String> {
        let is_there = |light: &str| match light.split_once(':') {
            Some(("knob", name)) => knob(name).is_some(),
            Some(("chart", name)) => !name.is_empty(),
            Some(("panel", name)) => PANELS.contains(&name),
            _ => false,
        };
        if let Some(light) = [&self.light].into_iter().chain(&self.after).find(|light| !is_there(light)) {
            return Err(format!("there is no '{light}' to look at"));
        }
        if let Some(open) = &self.open {
            notices(open)?;
        }
        notices(&self.set)?;
        let names = self.set.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, _)| name);
        // Steps that go on with a run cannot begin a new one.
        for name in names {
            if self.open.is_none() && knob(name).is_some_and(|knob| knob.timing == Timing::Restart) {
                return Err(format!("'{name}' needs a new run; open one"));
            }
        }
        if let Some(unknown) = self.show.iter().find(|name| Metric::named(name).is_none()) {
            return Err(format!("there is no number '{unknown}'"));
        }
        // A run is known to be over by its numbers.
        if (self.run > 0) == self.show.is_empty() {
            return Err("a run needs numbers to report, and numbers a run".to_owned());
        }
        if !self.answers.is_empty() && (self.run == 0 || self.answers.len() < 2) {
            return Err("a question needs a run and two answers".to_owned());
        }
        let Some((last, rest)) = self.answers.split_last() else { return self.check_task() };
        if !last.when.is_empty() || rest.iter().any(|answer| answer.when.is_empty()) {
            return Err("the last answer, and only it, holds when no other does".to_owned());
        }
        self.check_task()
    }

    fn check_task(&self) -> Result<(), String> {
        let Some(task) = &self.task else { return Ok(()) };
        notices(&task.solution)?;
        let moves = |name: &str| task.solution.split('&').any(|pair| pair.split('=').next() == Some(name));
        for name in &task.keep {
            knob(name).ok_or_else(|| format!("there is no setting '{name}' to keep"))?;
            if moves(name) {
                return Err(format!("the solution moves '{name}', which the task keeps"));
            }
        }
        if task.run == 0 { Err("a task needs steps to train".to_owned()) } else { Ok(()) }
    }
}

/// Parts of the page a step can point at, besides knobs and charts.
pub const PANELS: &[&str] =
    &["verdict", "findings", "checklist", "transport", "classes", "preview", "shares"];

/// Sets the knobs named in `settings`, written as in a link.
pub fn apply(settings: &str, experiment: &mut Experiment) {
    for (name, text) in settings.split('&').filter_map(|pair| pair.split_once('=')) {
        // Checked when the lesson was read.
        if let Some(knob) = knob(name)
            && let Ok(value) = knob.parse(text)
        {
            let _ = knob.set(experiment, value);
        }
    }
}

fn read(settings: &str) -> Experiment {
    link::read(settings).experiment
}

/// Whether a link's settings are understood as they are.
fn notices(settings: &str) -> Result<(), String> {
    let linked = link::read(settings);
    match linked.notices.first() {
        Some(notice) => Err(notice.clone()),
        None => Ok(()),
    }
}

impl Condition {
    /// Whether a model that always gives the same answer fails it.
    pub fn is_balanced(&self) -> bool {
        let Condition::Run(goal) = self else { return false };
        let Aim::Number { metric, side: Side::AtLeast, limit } = goal.aim else { return false };
        match metric {
            // One class of two is half of balanced accuracy.
            Metric::BalancedAccuracy => limit >= 0.6,
            Metric::SkillLow => limit >= 0.0,
            Metric::WorstRecall => limit > 0.0,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
