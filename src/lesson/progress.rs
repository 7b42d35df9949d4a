//! What a learner has done, as kept in the browser and in exported files.
//!
//! Must not know where it is kept.

use super::play::{Play, Record};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version written as `v`; a file of a newer one is not read.
const VERSION: u32 = 1;

/// Everything kept of all lessons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    v: u32,
    lessons: BTreeMap<String, Kept>,
}

/// What is kept of one lesson.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    /// Id of the step on screen.
    at: String,
    /// By step id, so that a lesson may gain steps.
    steps: BTreeMap<String, Record>,
}

/// Why kept progress cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// It is not progress of this page.
    Unreadable,
    /// A newer version of the page wrote it.
    Newer,
}

/// How far one lesson has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Steps gone through.
    pub finished: usize,
    /// Of those, steps that were skipped.
    pub skipped: usize,
}

impl Default for Progress {
    fn default() -> Self {
        Self { v: VERSION, lessons: BTreeMap::new() }
    }
}

impl Progress {
    /// Reads what [`Self::text`] wrote.
    ///
    /// # Errors
    /// The text is something else, or newer.
    pub fn parse(text: &str) -> Result<Self, Broken> {
        #[derive(Deserialize)]
        struct Version {
            v: u32,
        }
        let Version { v } = serde_json::from_str(text).map_err(|_| Broken::Unreadable)?;
        if v > VERSION {
            return Err(Broken::Newer);
        }
        serde_json::from_str(text).map_err(|_| Broken::Unreadable)
    }

    /// As kept and exported.
    pub fn text(&self) -> String {
        // Maps of strings to plain records; there is nothing JSON cannot write.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Notes where a lesson stands.
    pub fn keep(&mut self, play: &Play) {
        let steps = play.lesson.steps.iter().zip(&play.records);
        let kept = Kept {
            at: play.step().id.clone(),
            steps: steps
                .filter(|(_, record)| **record != Record::default())
                .map(|(step, record)| (step.id.clone(), record.clone()))
                .collect(),
        };
        self.lessons.insert(play.lesson.id.clone(), kept);
    }

    /// Goes on with a lesson where it was left.
    pub fn resume(&self, lesson: super::Lesson) -> Play {
        let kept = self.lessons.get(&lesson.id).map(|kept| {
            let at = lesson.steps.iter().position(|step| step.id == kept.at).unwrap_or(0);
            let record = |step: &super::Step| kept.steps.get(&step.id).cloned().unwrap_or_default();
            (at, lesson.steps.iter().map(record).collect())
        });
        Play::new(lesson, kept)
    }

    /// How far the lesson called `id` has come; `None` when it was never opened.
    pub fn tally(&self, id: &str) -> Option<Tally> {
        let kept = self.lessons.get(id)?;
        let count = |wanted: fn(&Record) -> bool| kept.steps.values().filter(|record| wanted(record)).count();
        Some(Tally { finished: count(|record| record.read), skipped: count(|record| record.skipped) })
    }

    /// Forgets one lesson.
    pub fn forget(&mut self, id: &str) {
        self.lessons.remove(id);
    }

    /// Takes over everything of `other`, which wins.
    pub fn merge(&mut self, other: Self) {
        self.lessons.extend(other.lessons);
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.lessons.is_empty()
    }
}
