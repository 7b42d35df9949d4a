//! Fetching lessons, and keeping what the learner has done.
//!
//! Must not know how a lesson is taken.

use crate::lesson::progress::{Broken, Progress};
use crate::lesson::{self, Lesson};
use crate::protocol::BUILD;
use crate::t;
use crate::web::dom;
use crate::web::engine::Severity;
use crate::web::store::Store;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Where progress is kept.
const KEY: &str = "collapse-lab-lessons";

impl Store {
    /// Fetches the list of lessons and reads what was kept, once.
    pub fn fetch_lessons(self) {
        if self.class.entries.with_untracked(Option::is_some) {
            return;
        }
        self.recall();
        spawn_local(async move {
            match fetch("index").await.and_then(|text| lesson::index(&text)) {
                Ok(entries) => self.class.entries.set(Some(entries)),
                Err(reason) => self.notify(t!("lessons.not_fetched", reason = reason), Severity::Error),
            }
        });
    }

    /// Fetches a lesson and opens it where it was left.
    pub fn open_lesson(self, id: &str) {
        self.fetch_lessons();
        let id = id.to_owned();
        spawn_local(async move {
            match fetch(&id).await.and_then(|text| Lesson::parse(&id, &text)) {
                Ok(lesson) => self.take(lesson),
                Err(reason) => self.notify(t!("lessons.not_fetched", reason = reason), Severity::Error),
            }
        });
    }

    /// Keeps where the open lesson stands.
    pub(super) fn keep_lesson(self) {
        if let Some(play) = &*self.class.play.read_untracked() {
            self.class.progress.update(|progress| progress.keep(play));
        }
        self.write_progress();
    }

    /// Takes over progress from a file.
    pub(super) fn import(self, text: &str) {
        match Progress::parse(text) {
            Ok(other) => {
                self.class.progress.update(|progress| progress.merge(other));
                self.write_progress();
                self.notify(t!("lessons.imported"), Severity::Info);
            }
            Err(broken) => self.notify(say(broken), Severity::Warning),
        }
    }

    /// Forgets everything the learner has done.
    pub(super) fn reset_progress(self) {
        self.class.progress.set(Progress::default());
        self.write_progress();
    }

    fn recall(self) {
        let Some(text) = dom::stored(KEY) else { return };
        match Progress::parse(&text) {
            Ok(progress) => self.class.progress.set(progress),
            // Kept until the next step of a lesson is: a page that can read it may still come.
            Err(broken) => self.notify(say(broken), Severity::Warning),
        }
    }

    fn write_progress(self) {
        let kept = self.class.progress.with_untracked(|progress| dom::try_store(KEY, &progress.text()));
        if !kept {
            self.notify(t!("lessons.not_kept"), Severity::Info);
        }
    }
}

fn say(broken: Broken) -> String {
    match broken {
        Broken::Unreadable => t!("lessons.broken"),
        Broken::Newer => t!("lessons.newer"),
    }
    .to_owned()
}

async fn fetch(name: &str) -> Result<String, String> {
    dom::fetch_text(&["lessons/", name, ".json?", BUILD].concat()).await
}
