//! Everything about single runs as text, for whoever tunes the rules; written for the tuning part alone.
//!
//! Must not know how results are counted.

use crate::case::Judged;
use crate::report;
use crate::suite::Suite;
use crate::tally::abstains;
use collapse_lab::experiment::{Experiment, link};
use collapse_lab::telemetry::Snapshot;
use std::fmt::Write;
use std::path::Path;

/// Writes `confusion.txt`, `missed.txt`, `wrong.txt`, `unrepaired.txt`, `false_alarms.txt` and `no_signal.txt`.
///
/// # Errors
/// The folder cannot be written to.
pub fn write(suite: &Suite, folder: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(failed)?;
    let cases = |wanted: &dyn Fn(&Judged) -> bool| -> String {
        suite.judged.iter().filter(|judged| wanted(judged)).map(of_case).collect()
    };
    let files = [
        ("confusion.txt", report::markdown(suite, &report::Facts::default()).join("\n\n")),
        ("missed.txt", cases(&|judged| judged.opinions[0].opinion.named.is_empty())),
        (
            "wrong.txt",
            cases(&|judged| {
                !judged.opinions[0].opinion.named.is_empty() && !judged.opinions[0].is_right_within(1)
            }),
        ),
        (
            "unrepaired.txt",
            cases(&|judged| {
                judged.repairable && judged.opinions[0].is_right_within(1) && !judged.opinions[0].first
            }),
        ),
        ("false_alarms.txt", false_alarms(suite)),
        ("no_signal.txt", no_signal(suite)),
    ];
    for (name, text) in files {
        std::fs::write(folder.join(name), text).map_err(failed)?;
    }
    Ok(())
}

fn of_case(judged: &Judged) -> String {
    let page = &judged.opinions[0];
    let mut text = String::new();
    let named: Vec<String> = page
        .opinion
        .named
        .iter()
        .enumerate()
        .map(|(index, named)| {
            let right =
                page.rights.get(index).map_or("", |right| if *right { " (right)" } else { " (wrong)" });
            format!("{}{right}", named.name)
        })
        .collect();
    let offered: Vec<String> = page
        .opinion
        .remedies
        .iter()
        .zip(&page.scores)
        .map(|(remedy, score)| {
            let patch: Vec<String> =
                remedy.patch.iter().map(|(knob, value)| format!("{knob}={value:?}")).collect();
            format!("[{} -> {score:.2}]", patch.join(" "))
        })
        .collect();
    let mut best = judged.remedies.clone();
    best.sort_by(|a, b| b.1.total_cmp(&a.1));
    let best: Vec<String> = best.iter().take(6).map(|(name, score)| format!("{name} {score:.2}")).collect();
    let _ = writeln!(text, "== {} at severity {:.2?}", judged.case.name(), judged.case.severities);
    let _ = writeln!(text, "   #{}", link::write(&judged.case.seen()));
    let _ = writeln!(
        text,
        "   twin {:.2}, broken {:.2} (this seed {:.2}), best remedy {:.2}; truth {:?}",
        judged.twin, judged.broken, judged.harm.broken[0], judged.best, judged.truth
    );
    let _ = writeln!(
        text,
        "   named: {}",
        if named.is_empty() { "NOTHING".to_owned() } else { named.join(", ") }
    );
    let _ = writeln!(text, "   said at any look: {:?}", page.opinion.said);
    let _ = writeln!(text, "   offered: {}", offered.join(" "));
    let _ = writeln!(text, "   what helps: {}", best.join("; "));
    text + &signals(&judged.harm.seen.looks)
}

fn false_alarms(suite: &Suite) -> String {
    let mut text = String::new();
    for control in &suite.controls {
        let said = &control.opinions[0].1.said;
        if !said.is_empty() {
            let _ = writeln!(text, "== {}: {said:?}; score {:.2}", control.sort.name, control.score);
            text += &run(&control.experiment, &control.seen.looks);
        }
    }
    text
}

fn no_signal(suite: &Suite) -> String {
    let mut text = String::new();
    for run_without in suite.unlearnable.iter().chain(&suite.article) {
        for (doctor, opinion) in run_without.opinions.iter().take(2) {
            if !abstains(opinion) {
                let named: Vec<&str> = opinion.named.iter().map(|named| named.name).collect();
                let _ = writeln!(text, "== {} ({}): {named:?}", run_without.name, doctor.name());
                text += &run(&run_without.experiment, &run_without.seen.looks);
            }
        }
    }
    text
}

fn run(experiment: &Experiment, looks: &[Snapshot]) -> String {
    format!("   #{}\n{}", link::write(experiment), signals(looks))
}

/// The signals of a few looks, evenly over the run.
fn signals(looks: &[Snapshot]) -> String {
    let mut shown: Vec<usize> = (0..=4).map(|quarter| quarter * looks.len().saturating_sub(1) / 4).collect();
    shown.dedup();
    shown.iter().filter_map(|index| looks.get(*index)).map(signals_of).collect()
}

fn signals_of(look: &Snapshot) -> String {
    let lane = &look.lanes[0];
    let numbers =
        |values: &[f32]| values.iter().map(|value| format!("{value:.2e}")).collect::<Vec<_>>().join(" ");
    let recall: Vec<String> =
        lane.confusion.recall().iter().map(|recall| format!("{:.0}", recall * 100.0)).collect();
    let (favourite, share) = lane.confusion.favourite().unwrap_or((0, f32::NAN));
    format!(
        "   step {:4}: loss {:.3} probe {:.3} train acc {:.2} bal {:.2} favourite {favourite} ({share:.2}) | lr {:.1e} | grad {} | update {} | dead {} | recall {}\n",
        look.step,
        lane.loss_train,
        lane.loss_probe,
        lane.accuracy_train,
        lane.confusion.balanced_accuracy(),
        lane.learning_rate,
        numbers(&lane.grad_norm),
        numbers(&lane.update_ratio),
        lane.dead_share.iter().map(|dead| format!("{dead:.2}")).collect::<Vec<_>>().join(" "),
        recall.join(" "),
    )
}
