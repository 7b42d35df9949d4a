//! Every lesson can be completed as written, with the real trainer, over three seeds.
#![cfg(feature = "cpu")]

mod support;

use collapse_lab::experiment::Experiment;
use collapse_lab::lesson::play::{Play, Stage, TaskEnd, Try};
use collapse_lab::lesson::{self, Entry, Lesson, STRIDE};
use collapse_lab::page::change::{self, Change};
use collapse_lab::protocol::Command;
use collapse_lab::telemetry::History;
use std::path::PathBuf;
use std::sync::Mutex;
use support::{RUN, Talk, start};

/// A run as a lesson on the page trains it.
struct Run {
    talk: Talk,
    experiment: Experiment,
    history: History,
}

impl Run {
    fn begin(experiment: Experiment) -> Self {
        let mut talk = Talk::with_public();
        talk.say(start(RUN, experiment.clone(), None, false));
        Self { talk, experiment, history: History::default() }
    }

    /// Moves knobs as the page does: live ones go on, others begin again.
    fn follow(&mut self, experiment: Experiment) {
        match change::between(&self.experiment, &experiment) {
            Change::Nothing => {}
            Change::Live => {
                let live = Box::new(experiment.live.clone());
                self.talk.say(Command::Adjust { run: RUN, request: 0, live, fork: None });
                self.experiment = experiment;
            }
            Change::Restart => *self = Self::begin(experiment),
        }
    }

    fn train(&mut self, mut steps: u32) {
        while steps > 0 {
            let now = steps.min(STRIDE);
            self.history.push(self.talk.step(now));
            steps -= now;
        }
    }
}

fn file(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("public/lessons").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn lessons() -> Vec<(Entry, Lesson)> {
    let entries = lesson::index(&file("index.json")).expect("the index is well formed");
    let read = |entry: Entry| {
        let lesson = Lesson::parse(&entry.id, &file(&format!("{}.json", entry.id)))
            .unwrap_or_else(|error| panic!("{}: {error}", entry.id));
        (entry, lesson)
    };
    entries.into_iter().map(read).collect()
}

/// The same lesson from other data, weights and order.
fn with_seed(lesson: &Lesson, seed: u32) -> Lesson {
    let mut lesson = lesson.clone();
    for open in lesson.steps.iter_mut().filter_map(|step| step.open.as_mut()) {
        *open += &format!("&seed_data={seed}&seed_weights={seed}&seed_order={seed}");
    }
    lesson
}

/// Plays a lesson: predicts what will happen, tries the task untouched, then solves it. What was seen.
fn take(lesson: &Lesson) -> Vec<String> {
    let mut story = Vec::new();
    let mut play = Play::new(lesson.clone(), None);
    let mut run = Run::begin(lesson.experiment(0));
    loop {
        let at = play.at;
        let experiment = lesson.experiment(at);
        let step = play.step().clone();
        match step.open {
            Some(_) => run = Run::begin(experiment.clone()),
            None => run.follow(experiment.clone()),
        }
        if play.stage() == Stage::Asking {
            play.say(&step.answers[0].id);
            assert_eq!(play.stage(), Stage::Ready, "{}", step.id);
        }
        if play.stage() == Stage::Ready {
            run.train(step.run);
            play.measured(&run.history, &run.experiment);
            story.push(format!("{}: {:?} {:?}", step.id, play.record().happened, play.record().numbers));
        }
        if let Some(task) = &step.task {
            assert_eq!(play.stage(), Stage::Trying, "{}", step.id);
            run.follow(task.solved(&experiment));
            run.train(task.run);
            let tried = play.tried(&run.history, &experiment, &run.experiment, false);
            let balanced = run.history.last().map(|last| last.lanes[0].confusion.balanced_accuracy());
            story.push(format!("{}: task {tried:?} at {balanced:?}", step.id));
            if tried != Try::Passed {
                return story;
            }
            assert_eq!(play.record().task, Some(TaskEnd::Passed));
        }
        assert_eq!(play.stage(), Stage::Told, "{}", step.id);
        if !play.go_on() {
            assert!(play.is_over());
            story.push("over".to_owned());
            return story;
        }
    }
}

#[test]
fn every_lesson_can_be_completed_as_written() {
    let only = std::env::var("LESSON").unwrap_or_default();
    let jobs: Vec<(Lesson, u32)> = lessons()
        .into_iter()
        .filter(|(entry, _)| only.is_empty() || only.split(',').any(|id| id == entry.id))
        .flat_map(|(_, lesson)| [1, 2, 3].map(|seed| (with_seed(&lesson, seed), seed)))
        .collect();
    let next = Mutex::new(jobs.iter());
    let stories = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let job = next.lock().expect("no thread panics with it").next();
                    let Some((lesson, seed)) = job else { return };
                    let story = take(lesson);
                    stories.lock().expect("no thread panics with it").push((lesson.id.clone(), *seed, story));
                }
            });
        }
    });
    let mut stories = stories.into_inner().expect("no thread panicked");
    stories.sort();
    let mut failed = Vec::new();
    for (id, seed, story) in stories {
        println!("{id}, seed {seed}:\n  {}", story.join("\n  "));
        if story.last().is_none_or(|last| last != "over") {
            failed.push(format!("{id}, seed {seed}"));
        }
    }
    assert_eq!(failed, Vec::<String>::new(), "see the stories above");
}
