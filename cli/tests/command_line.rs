//! The program as a user starts it: lines, exit status, files, and the same numbers as the page's own session.

mod support;

use collapse_lab::experiment::{json, scenario};
use collapse_lab::fleet::Device;
use collapse_lab::map::{Outcome, file};
use collapse_lab::protocol::{Backend, Command, Control, Event, RunId, Survey, Surveyed};
use collapse_lab::session::{Session, Wait};
use serde_json::Value;
use support::{Folder, fails, lab, ok, schema};

const GRID: &str = r#"{"grid": [4, 3], "seeds": 2, "steps": 60, "experiment": {"data": "gaussians"}}"#;

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn of<'a>(lines: &'a [Value], event: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["event"] == event).collect()
}

#[test]
fn lines_are_as_documented() {
    let said = lines(&ok(&["run", "digits", "--steps", "60", "--seeds", "2", "--jsonl", "-q"]));
    assert_eq!((of(&said, "start").len(), of(&said, "step").len(), of(&said, "end").len()), (2, 8, 2));
    let known = schema();
    for line in &said {
        known.check(line["event"].as_str().expect("an event"), line);
    }
    assert!(said.iter().all(|line| line["diverged"] != true), "healthy from the first look");
    for run in 0..2 {
        let of_run: Vec<&Value> = said.iter().filter(|line| line["run"] == run).collect();
        let steps: Vec<_> = of_run.iter().filter_map(|line| line["step"].as_u64()).collect();
        assert_eq!(steps, [0, 20, 40, 60, 60], "in order, the end last");
    }
    let said = lines(&ok(&["sweep", GRID, "--jsonl", "-q"]));
    known.check("map", &said[0]);
    assert_eq!(of(&said, "run").len(), 4 * 3 * 2);
    of(&said, "run").into_iter().for_each(|line| known.check("run", line));
    known.check("end of a sweep", said.last().expect("an end"));
}

#[test]
fn a_broken_model_is_a_result() {
    let said = lines(&ok(&["run", "diverged", "--steps", "200", "--jsonl", "-q"]));
    let end = said.last().expect("an end");
    assert_eq!((&end["diverged"], &end["verdict"]), (&true.into(), &"diverged".into()), "{end}");
    schema().check("end", end);
    let collapses = lines(&ok(&["run", "imbalance", "--jsonl", "-q"]));
    let end = collapses.last().expect("an end");
    assert!(end["collapsed_at"].as_u64().is_some_and(|step| step <= 300), "{end}");
    let remedies = end["findings"][0]["remedies"].as_array().expect("a cause and its cure");
    let link = remedies[0]["link"].as_str().expect("a link");
    assert!(ok(&["run", link, "--steps", "40", "-q"]).contains("step 40: "));
}

/// The page's session in its own bursts, and this program's looks: one run.
#[test]
fn a_run_is_the_sessions_run() {
    let mut experiment = scenario::named("digits").expect("in the table").experiment();
    experiment.live.steps = 100;
    let files = |name: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../public").join(name);
        std::fs::read(path).map_err(|error| error.to_string())
    };
    let mut session = Session::new(Device::default(), Backend::Cpu);
    let run = RunId(1);
    let start = Command::Start {
        run,
        experiment: Box::new(experiment.clone()),
        lanes: Vec::new(),
        keep: None,
        from: None,
        play: false,
    };
    session.handle(start, &files, 0.0);
    session.handle(Command::Control { run, request: 1, control: Control::Step(100) }, &files, 0.0);
    let mut last = None;
    while session.wait(0.0) != Wait::ForMessage {
        for event in pollster::block_on(session.burst(&|| 0.0)) {
            if let Event::Observed { snapshot, .. } = event {
                last = Some(snapshot);
                session.handle(Command::Ack { run }, &files, 0.0);
            }
        }
    }
    let seen = last.expect("a look at the end");
    let text = json::to_json(&experiment).to_string();
    for every in ["7", "100"] {
        let said = lines(&ok(&["run", &text, "--every", every, "--jsonl", "-q"]));
        let step = of(&said, "step").into_iter().next_back().expect("looks").clone();
        assert_eq!(step["step"], seen.step);
        let loss = step["loss_probe"].as_f64().expect("finite") as f32;
        assert_eq!(loss.to_bits(), seen.lanes[0].loss_probe.to_bits());
        assert_eq!(step["confusion"][3][3], seen.lanes[0].confusion.count(3, 3));
    }
}

#[test]
fn a_map_is_the_workers_map() {
    let folder = Folder::new("map");
    let path = folder.path("map.json");
    ok(&["sweep", GRID, "--out", &path, "-q"]);
    let (spec, _, grid) = file::read(&folder.read("map.json")).expect("a map");
    assert_eq!((grid.trained(), spec.size()), (12, (4, 3)));
    let places = spec.places();
    for cell in [0, 5, 11] {
        let experiments = (0..2).map(|seed| spec.run(places[cell], seed)).collect();
        let mut session = Session::new(Device::default(), Backend::Cpu);
        let survey = Survey::Train { job: 1, experiments, steps: spec.steps };
        session.handle(Command::Survey(Box::new(survey)), &|_| Err(String::new()), 0.0);
        let mut events = Vec::new();
        while session.wait(0.0) == Wait::Not {
            events.extend(pollster::block_on(session.burst(&|| 0.0)));
        }
        let Some(Event::Surveyed(surveyed)) = events.pop() else { panic!("no outcome") };
        let Surveyed::Trained { outcomes, .. } = *surveyed else { panic!("no outcome: {surveyed:?}") };
        let known: Vec<Outcome> = grid.runs(cell).to_vec();
        assert_eq!(outcomes, known, "cell {cell}");
    }
}

#[test]
fn parts_threads_and_interruptions_change_nothing() {
    let folder = Folder::new("parts");
    let whole = ok(&["sweep", GRID, "-q", "--threads", "1"]);
    let parts: Vec<String> = (1..=3).map(|part| folder.path(&format!("{part}.json"))).collect();
    for (number, path) in (1..).zip(&parts) {
        ok(&["sweep", GRID, "-q", "--shard", &format!("{number}/3"), "--out", path]);
    }
    assert!(fails(1, &["merge", &parts[0], &parts[1]]).contains("4 of 12 cells are missing; --partial"));
    let merged = ok(&["merge", &parts[2], &parts[0], &parts[1]]);
    assert_eq!(merged, whole);
    // The second part goes on to the whole map.
    assert!(fails(2, &["sweep", GRID, "--out", &parts[1]]).contains("--resume"));
    let said = lines(&ok(&["sweep", GRID, "--out", &parts[1], "--resume", "--jsonl", "-q"]));
    assert_eq!((&said[0]["cells"], of(&said, "run").len()), (&8.into(), 16));
    assert_eq!(folder.read("2.json"), whole.trim_end());
    let other = fails(2, &["sweep", GRID, "--seeds", "3", "--out", &parts[1], "--resume"]);
    assert!(other.contains("another map"), "{other}");
    assert!(fails(2, &["merge", &parts[0], &other_map(&folder)]).contains("a part of another map"));
}

fn other_map(folder: &Folder) -> String {
    let path = folder.path("other.json");
    ok(&["sweep", GRID, "--steps", "10", "--grid", "2x2", "-q", "--out", &path]);
    path
}

#[test]
fn a_map_becomes_a_link_and_a_table() {
    let folder = Folder::new("link");
    let path = other_map(&folder);
    let link = ok(&["link", &path, "--page", "https://example.org/lab/?theme=dark"]);
    assert!(
        link.starts_with(
            "https://example.org/lab/?map=learning_rate,imbalance&grid=2x2&seeds=2&steps=10#v=1"
        ),
        "{link}"
    );
    assert!(link.contains("&cells="), "{link}");
    let table = ok(&["table", &path]);
    assert_eq!(table.lines().count(), 1 + 4 * 2);
    // A link's outcomes are the file's means.
    assert_eq!(ok(&["table", link.trim()]).lines().count(), 1 + 4);
    assert_eq!(ok(&["link", "digits"]).trim(), ok(&["link", ok(&["link", "digits"]).trim()]).trim());
    assert!(fails(2, &["table", GRID]).contains("no cell"));
}

#[test]
fn what_is_wrong_is_said_with_its_field_and_nothing_is_trained() {
    let folder = Folder::new("wrong");
    folder.write("experiment.json", r#"{"data": "digits", "learning_rate": "fast"}"#);
    folder.write("broken.json", r#"{"data": }"#);
    let path = folder.path("experiment.json");
    let cases: [(&[&str], &str); 9] = [
        (&["run", &path], "experiment.json: learning_rate: \"fast\" is not allowed; use 0.000001 to 10"),
        (&["run", &folder.path("broken.json")], "this is not JSON: expected value at line 1 column 10"),
        (&["run", "digits", "--set", "depth=99"], "--set depth=99: outside its range; use 0 to 8"),
        (&["run", "no-such-file.json"], "no file, no link and no scenario"),
        (&["run", "#v=1&depth=99", "--strict"], "depth=99 is above 8"),
        (&["sweep", r#"{"grid": [4, 99]}"#], "2 to 24"),
        (&["sweep", GRID, "--seeds", "9"], "1 to 8"),
        (&["merge", &path], "no collapse map"),
        (&["teach"], "no command 'teach'"),
    ];
    for (arguments, part) in cases {
        let said = fails(2, arguments);
        assert!(said.contains(part), "{arguments:?}: {said}");
    }
    // A link is forgiving, and says so.
    let output = lab(&["run", "#v=1&depth=99&steps=20"]);
    assert!(
        output.status.success() && String::from_utf8_lossy(&output.stderr).contains("depth=99 is above 8")
    );
    assert!(fails(1, &["sweep", GRID, "--out", &folder.path("no/such/folder.json")]).contains("folder.json"));
}

#[cfg(unix)]
#[test]
fn a_sweep_that_is_stopped_keeps_what_it_has() {
    use std::process::{Command as Program, Stdio};
    let folder = Folder::new("stopped");
    let path = folder.path("map.json");
    let long = r#"{"grid": [12, 12], "seeds": 4, "steps": 400, "experiment": {"data": "gaussians"}}"#;
    let mut program = Program::new(env!("CARGO_BIN_EXE_collapse-lab"));
    program
        .args(["sweep", long, "--out", &path, "--jsonl", "-q"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = program.spawn().expect("starts");
    let mut output = std::io::BufReader::new(running.stdout.take().expect("piped"));
    let mut line = String::new();
    while !line.contains("\"event\":\"run\"") {
        line.clear();
        std::io::BufRead::read_line(&mut output, &mut line).expect("a line");
    }
    let id = running.id().to_string();
    assert!(Program::new("kill").args(["-TERM", &id]).status().is_ok_and(|status| status.success()));
    std::io::copy(&mut output, &mut std::io::sink()).expect("the rest of its lines");
    let ended = running.wait_with_output().expect("ends");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(130), "{said}");
    assert!(said.contains("--resume goes on"), "{said}");
    let (_, _, grid) = file::read(&folder.read("map.json")).expect("a whole file");
    assert!(grid.trained() > 0 && grid.trained() < 144, "{}", grid.trained());
}
