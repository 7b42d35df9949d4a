//! A workbench for scenarios: what becomes of any link, with and without a cure, over five seeds.
//!
//! ```text
//! echo 'zeros | init=zeros | 300 | init=glorot | 500' > stories
//! STORIES=stories cargo test --test explore -- --ignored --nocapture   # BRIEF=1: only the endings
//! ```
//!
//! A line is a name, the settings as in a link, the steps to train and, if wanted, the cure's settings
//! (after the word `restart` when the run must begin again although its knobs are live) and the steps after.
#![cfg(feature = "cpu")]

mod support;

use collapse_lab::diagnosis;
use collapse_lab::experiment::knob::knob;
use collapse_lab::experiment::remedy::Remedy;
use collapse_lab::experiment::{Seeds, link};
use collapse_lab::telemetry::confusion::Skill;
use support::watched::{Watched, in_parallel};

struct Story<'a> {
    name: &'a str,
    settings: &'a str,
    steps: u32,
    cure: Option<(&'a str, u32)>,
}

#[test]
#[ignore = "for exploring: needs a file named by STORIES"]
fn explore() {
    let file = std::env::var("STORIES").expect("STORIES names a file, see this test's first lines");
    let text = std::fs::read_to_string(&file).expect("a readable file");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let stories: Vec<Story> = lines.map(story).collect();
    let jobs: Vec<_> = stories.iter().flat_map(|story| (1..=5).map(move |seed| (story, seed))).collect();
    let told = in_parallel(&jobs, |(story, seed)| tell(story, *seed));
    let brief = std::env::var_os("BRIEF").is_some();
    for (story, told) in stories.iter().zip(told.chunks(5)) {
        println!("\n== {} | {} | {} steps", story.name, story.settings, story.steps);
        println!("   {}", endings(told.iter().map(|told| &told.before)));
        println!("-> {}", endings(told.iter().filter_map(|told| told.after.as_ref())));
        for (seed, told) in told.iter().enumerate().filter(|_| !brief) {
            println!("{}: {}", seed + 1, told.before.story);
            told.after.iter().for_each(|after| println!("   -> {}", after.story));
        }
    }
}

/// What became of one seed.
struct Told {
    before: End,
    after: Option<End>,
}

/// How a run ended.
struct End {
    kind: &'static str,
    skill: Skill,
    story: String,
}

impl End {
    fn of(run: &Watched) -> Self {
        let skill = run.history.last().expect("trained").lanes[0].confusion.skill();
        let rules: Vec<_> = diagnosis::findings(&run.history, &run.experiment, &[])
            .iter()
            .map(|finding| {
                format!("{}{}", finding.rule, if finding.until.is_some() { " (over)" } else { "" })
            })
            .collect();
        let story = format!("{} [{}] {}", run.story(), rules.join(", "), figures(run));
        Self { kind: run.kind().name(), skill, story }
    }
}

/// The verdicts and the extremes of skill over the seeds.
fn endings<'a>(ends: impl Iterator<Item = &'a End>) -> String {
    let (mut kinds, mut highest, mut lowest) = (Vec::new(), f32::MIN, f32::MAX);
    for end in ends {
        kinds.push(end.kind);
        highest = highest.max(end.skill.high);
        lowest = lowest.min(end.skill.low);
    }
    format!("{}; skill's lowest bound {lowest:.2}, highest {highest:.2}", kinds.join(", "))
}

fn story(line: &str) -> Story<'_> {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let steps = |index: usize| parts.get(index).and_then(|text| text.parse().ok()).expect(line);
    let cure = parts.get(3).map(|cure| (*cure, steps(4)));
    Story { name: parts[0], settings: parts[1], steps: steps(2), cure }
}

fn tell(story: &Story, seed: u32) -> Told {
    let linked = link::read(story.settings);
    assert!(linked.notices.is_empty(), "{}: {:?}", story.name, linked.notices);
    let mut experiment = linked.experiment;
    experiment.seeds = Seeds { data: seed, weights: seed, order: seed };
    let mut run = Watched::begin(&experiment);
    run.train(story.steps);
    let before = End::of(&run);
    let after = story.cure.map(|(cure, steps)| {
        let mut run = run.cured(&remedy(cure));
        run.train(steps);
        End::of(&run)
    });
    Told { before, after }
}

/// The last snapshot's figures that tell kinds of trouble apart.
fn figures(run: &Watched) -> String {
    let Some(lane) = run.history.last().and_then(|last| last.lanes.first()) else { return String::new() };
    let recall: Vec<_> =
        lane.confusion.recall().iter().map(|recall| format!("{:.0}", recall * 100.0)).collect();
    let losses = || run.history.snapshots().iter().map(|snapshot| snapshot.lanes[0].loss_train);
    let mut lowest = f32::INFINITY;
    let spike = losses().fold(0.0, |spike: f32, loss| {
        lowest = lowest.min(loss);
        spike.max(loss / lowest)
    });
    let dead = lane.dead_share.iter().copied().fold(0.0, f32::max);
    format!(
        "| at first {:.1} classes, train {:.2} loss {:.2}->{:.2} (max {:.1}, rose to {spike:.1} times the lowest) test {:.2} dead {dead:.2} recall {}",
        run.history.snapshots()[0].lanes[0].confusion.effective_classes(),
        lane.accuracy_train,
        losses().next().unwrap_or(f32::NAN),
        lane.loss_train,
        losses().fold(0.0, f32::max),
        lane.loss_probe,
        recall.join(" "),
    )
}

fn remedy(cure: &str) -> Remedy {
    let (restart, settings) = cure.strip_prefix("restart ").map_or((false, cure), |rest| (true, rest));
    let mut remedy = Remedy::new("", "");
    remedy.needs_restart = restart;
    for (name, text) in settings.split('&').filter_map(|pair| pair.split_once('=')) {
        let knob = knob(name.trim()).expect("a knob's name");
        remedy = remedy.with(knob.name, knob.parse(text.trim()).expect("a value of the knob's kind"));
    }
    remedy
}
