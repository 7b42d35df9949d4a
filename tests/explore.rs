//! A workbench for scenarios: what becomes of any link, with and without a cure, over five seeds.
//!
//! ```text
//! echo 'zeros | init=zeros | 300 | init=glorot | 500' > stories
//! STORIES=stories cargo test --test explore -- --ignored --nocapture
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
    for ((story, seed), told) in jobs.iter().zip(told) {
        if *seed == 1 {
            println!("\n== {} | {} | {} steps", story.name, story.settings, story.steps);
        }
        println!("{seed}: {told}");
    }
}

fn story(line: &str) -> Story<'_> {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let steps = |index: usize| parts.get(index).and_then(|text| text.parse().ok()).expect(line);
    let cure = parts.get(3).map(|cure| (*cure, steps(4)));
    Story { name: parts[0], settings: parts[1], steps: steps(2), cure }
}

fn tell(story: &Story, seed: u32) -> String {
    let linked = link::read(story.settings);
    let mut experiment = linked.experiment;
    experiment.seeds = Seeds { data: seed, weights: seed, order: seed };
    let mut run = Watched::begin(&experiment);
    run.train(story.steps);
    let rules: Vec<_> = diagnosis::findings(&run.history, &run.experiment, &[])
        .iter()
        .map(|finding| format!("{}{}", finding.rule, if finding.until.is_some() { " (over)" } else { "" }))
        .collect();
    let mut told = format!("{} [{}] {}", run.story(), rules.join(", "), figures(&run));
    for notice in linked.notices {
        told += &format!(" NOTICE {notice}");
    }
    if let Some((cure, steps)) = story.cure {
        let mut run = run.cured(&remedy(cure));
        run.train(steps);
        told += &format!("\n   -> {} {}", run.story(), figures(&run));
    }
    told
}

/// The last snapshot's figures that tell kinds of trouble apart.
fn figures(run: &Watched) -> String {
    let Some(lane) = run.history.last().and_then(|last| last.lanes.first()) else { return String::new() };
    let recall: Vec<_> = lane.confusion.recall().iter().map(|recall| format!("{recall:.2}")).collect();
    let highest = run.history.snapshots().iter().map(|s| s.lanes[0].loss_train).fold(0.0, f32::max);
    format!(
        "train {:.2}, loss {:.3} (highest {highest:.1}), test loss {:.3}, recall {}, dead {:.2?}",
        lane.accuracy_train,
        lane.loss_train,
        lane.loss_probe,
        recall.join(" "),
        lane.dead_share
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
