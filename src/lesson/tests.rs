//! Lessons read and taken without a trainer, and what is kept of them.

use super::play::{Play, Record, Stage, TaskEnd, Try};
use super::progress::{Broken, Progress};
use super::*;
use crate::diagnosis::fixture::replay;
use crate::telemetry::History;
use crate::words;
use std::path::PathBuf;

const PLAIN: &str = r#"{"steps": [
    {"id": "look", "light": "chart:accuracy", "open": "data=gaussians&imbalance=99", "run": 300,
     "answers": [{"id": "high", "when": ["accuracy>=0.9"]}, {"id": "low"}], "show": ["accuracy"]},
    {"id": "read", "light": "panel:verdict"},
    {"id": "cure", "light": "knob:weighting", "set": "weighting=none",
     "task": {"goal": "balanced_accuracy>=0.75", "run": 100, "keep": ["imbalance"],
              "solution": "weighting=oversampling"}}]}"#;

fn file(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("public/lessons").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn plain() -> Lesson {
    Lesson::parse("plain", PLAIN).expect("well formed")
}

/// A run of the plain lesson that ends with these recalls.
fn run(recalls: &str) -> (History, Experiment) {
    let experiment = plain().experiment(0);
    let course = if recalls == "nan" { "300 | nan".to_owned() } else { format!("300 | recall {recalls}") };
    let history = replay(&experiment, &course);
    (history, experiment)
}

#[test]
fn every_lesson_is_read_and_says_everything_in_words() {
    let entries = index(&file("index.json")).expect("well formed");
    assert!(entries.len() >= 8, "{}", entries.len());
    for Entry { id, minutes, steps } in entries {
        let lesson = Lesson::parse(&id, &file(&format!("{id}.json"))).unwrap_or_else(|e| panic!("{id}: {e}"));
        assert_eq!(lesson.steps.len(), steps, "{id}");
        assert!((1..=15).contains(&minutes), "{id}");
        let said = |parts: &[&str]| {
            let key = lesson.key(parts);
            assert!(words::find(&key).is_some(), "{key} has no words");
        };
        for part in ["title", "promise", "end"] {
            said(&[part]);
        }
        for step in &lesson.steps {
            let id = step.id.as_str();
            said(&[id, "title"]);
            said(&[id, "text"]);
            for answer in &step.answers {
                said(&[id, "answer", &answer.id]);
                let own = words::find(&lesson.key(&[id, "why", &answer.id]));
                assert!(own.or(words::find(&lesson.key(&[id, "why"]))).is_some(), "{id}.{}", answer.id);
            }
            if !step.answers.is_empty() {
                said(&[id, "question"]);
            }
            if step.task.is_some() {
                said(&[id, "task"]);
            }
        }
    }
}

/// A misspelt key or a number that is not shown would leave a gap in a sentence.
#[test]
fn every_word_of_a_lesson_is_used_and_every_number_in_it_is_shown() {
    let lessons: Vec<Lesson> = index(&file("index.json"))
        .expect("well formed")
        .iter()
        .map(|entry| Lesson::parse(&entry.id, &file(&format!("{}.json", entry.id))).expect(&entry.id))
        .collect();
    for (key, text) in words::current().entries().iter().filter(|(key, _)| key.starts_with("lesson.")) {
        let parts: Vec<&str> = key.split('.').skip(1).collect();
        let lesson = lessons.iter().find(|lesson| lesson.id == parts[0]).unwrap_or_else(|| panic!("{key}"));
        if ["title", "promise", "end"].contains(&parts[1]) && parts.len() == 2 {
            continue;
        }
        let step = lesson.steps.iter().find(|step| step.id == parts[1]).unwrap_or_else(|| panic!("{key}"));
        let answer = |id: &str| step.answers.iter().any(|answer| answer.id == id);
        let known = match &parts[2..] {
            ["title" | "text"] => true,
            ["question"] => !step.answers.is_empty(),
            ["why"] => step.run > 0,
            ["task" | "done"] => step.task.is_some(),
            ["answer" | "why", id] => answer(id),
            _ => false,
        };
        assert!(known, "{key} belongs to nothing");
        for name in text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name) {
            assert!(parts[2] == "why" && step.show.iter().any(|shown| shown == name), "{key}: {name}");
        }
    }
}

#[cfg(feature = "charts")]
#[test]
fn every_chart_pointed_at_exists() {
    for entry in index(&file("index.json")).expect("well formed") {
        let lesson = Lesson::parse(&entry.id, &file(&format!("{}.json", entry.id))).expect(&entry.id);
        for id in lesson.steps.iter().filter_map(|step| step.light.strip_prefix("chart:")) {
            assert!(crate::chart::CHARTS.iter().any(|row| row.id == id), "{}: {id}", lesson.id);
        }
    }
}

#[test]
fn what_is_wrong_with_a_lesson_is_named() {
    let check = |from: &str, to: &str, expected: &str| {
        assert!(PLAIN.contains(from), "{from}");
        let error = Lesson::parse("plain", &PLAIN.replace(from, to)).expect_err(to);
        assert!(error.contains(expected), "{error}");
    };
    check("accuracy>=0.9", "acuracy>=0.9", "acuracy");
    check("chart:accuracy", "knob:accurracy", "accurracy");
    check("panel:verdict", "panel:nowhere", "nowhere");
    check("imbalance=99", "imbalance=lots", "lots");
    check("\"run\": 300,", "", "needs numbers");
    check("{\"id\": \"low\"}", "{\"id\": \"low\", \"when\": [\"accuracy<=0.9\"]}", "last answer");
    check("balanced_accuracy>=0.75", "accuracy>=0.75", "one class could reach");
    check("balanced_accuracy>=0.75", "balanced_accuracy>=0.5", "one class could reach");
    check("weighting=oversampling", "imbalance=1", "the task keeps");
    check("\"weighting=none\"", "\"width=8\"", "needs a new run");
    check("\"id\": \"read\"", "\"id\": \"look\"", "taken");
    check("\"light\": \"panel", "\"lihgt\": \"panel", "lihgt");
}

#[test]
fn steps_go_on_with_the_run_before() {
    let lesson = plain();
    assert_eq!((lesson.opening(2), lesson.begins_at(2)), (0, 300));
    assert_eq!(lesson.experiment(2).live.imbalance, 99.0);
}

#[test]
fn the_run_decides_which_prediction_was_right() {
    for (recalls, said, happened, right) in [
        ("1 0", "high", "high", true),
        ("1 0", "low", "high", false),
        (".5 .5", "high", "low", false),
        ("nan", "low", "low", true),
    ] {
        let mut play = Play::new(plain(), None);
        assert_eq!(play.stage(), Stage::Asking);
        play.say("nonsense");
        assert_eq!(play.stage(), Stage::Asking);
        play.say(said);
        assert_eq!(play.stage(), Stage::Ready);
        let (history, experiment) = run(recalls);
        play.measured(&history, &experiment);
        assert_eq!(play.record().happened.as_deref(), Some(happened), "{recalls}");
        assert_eq!(play.record().was_right(), Some(right), "{recalls}");
        assert_eq!(play.stage(), Stage::Told);
        // Hindsight does not count.
        play.say("low");
        assert_eq!(play.record().said.as_deref(), Some(said));
    }
}

#[test]
fn a_task_is_won_by_balance_alone_and_without_moving_what_it_keeps() {
    let mut play = Play::new(plain(), None);
    play.go_on();
    play.go_on();
    assert_eq!((play.at, play.stage()), (2, Stage::Trying));
    let start = play.lesson.experiment(2);
    let (collapsed, experiment) = run("1 0");
    assert_eq!(play.tried(&collapsed, &start, &experiment, false), Try::NotYet);
    let (cured, mut experiment) = run(".9 .8");
    experiment.live.imbalance = 1.0;
    assert_eq!(play.tried(&cured, &start, &experiment, false), Try::Moved("imbalance"));
    assert_eq!(play.stage(), Stage::Trying);
    let task = play.step().task.clone().expect("a task");
    let experiment = task.solved(&start);
    assert_eq!(play.tried(&cured, &start, &experiment, true), Try::Passed);
    assert_eq!((play.stage(), play.record().task), (Stage::Told, Some(TaskEnd::Shown)));
    // It once held, and no longer does.
    let fallen = replay(&start, "100 | recall .9 .8\n300 | recall 1 0");
    play.again();
    assert_eq!(play.tried(&fallen, &start, &start, false), Try::NotYet);
}

#[test]
fn what_is_left_undone_is_called_skipped() {
    let mut play = Play::new(plain(), None);
    assert!(!play.back());
    assert!(play.go_on() && play.go_on() && !play.go_on());
    assert!(play.is_over());
    let skipped: Vec<bool> = play.records.iter().map(|record| record.skipped).collect();
    assert_eq!(skipped, [true, false, true], "the middle step is only for reading");
    // Done after all.
    play.at = 0;
    let (history, experiment) = run("1 0");
    play.say("high");
    play.measured(&history, &experiment);
    assert!(!play.record().skipped);
}

#[test]
fn progress_survives_its_text_and_goes_on_where_it_was_left() {
    let mut progress = Progress::default();
    assert!(progress.is_empty() && progress.tally("plain").is_none());
    let mut play = Play::new(plain(), None);
    play.say("high");
    let (history, experiment) = run("nan");
    play.measured(&history, &experiment);
    play.go_on();
    progress.keep(&play);
    let read = Progress::parse(&progress.text()).expect("just written");
    assert_eq!(read, progress);
    assert_eq!(read.resume(plain()), play);
    let tally = read.tally("plain").expect("kept");
    assert_eq!((tally.finished, tally.skipped), (1, 0));
    let mut other = Progress::default();
    other.merge(read);
    assert_eq!(other, progress);
    other.forget("plain");
    assert!(other.is_empty());
}

#[test]
fn progress_of_a_lesson_that_has_changed_keeps_what_fits() {
    let mut progress = Progress::default();
    let mut play = Play::new(plain(), None);
    play.go_on();
    progress.keep(&play);
    let changed = PLAIN.replace("\"id\": \"look\"", "\"id\": \"first\"");
    let resumed = progress.resume(Lesson::parse("plain", &changed).expect("well formed"));
    assert_eq!((resumed.at, &resumed.records[0]), (1, &Record::default()));
}

#[test]
fn broken_progress_is_told_from_newer() {
    for text in ["", "null", "{}", "{\"v\":1}", "{\"v\":1,\"lessons\":{\"a\":{\"steps\":3}}}", "[]"] {
        assert_eq!(Progress::parse(text), Err(Broken::Unreadable), "{text}");
    }
    assert_eq!(Progress::parse("{\"v\":2,\"levels\":[]}"), Err(Broken::Newer));
}
