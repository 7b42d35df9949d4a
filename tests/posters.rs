//! The pictures that embeds show before they are live: every scenario's recorded run, from the real trainer.
//!
//! `cargo xtask posters` writes them; otherwise this compares them with what the code trains and draws today.
#![cfg(all(feature = "cpu", feature = "charts"))]

mod support;

use collapse_lab::chart::{Chart, Theme, View};
use collapse_lab::diagnosis::{self, VerdictKind};
use collapse_lab::experiment::scenario::{Expectation, SCENARIOS, Scenario};
use collapse_lab::protocol::DataFacts;
use plotters::prelude::{IntoDrawingArea, SVGBackend};
use std::fs;
use std::path::{Path, PathBuf};
use support::watched::{Watched, in_parallel};

/// CSS pixels; `public/embed.js` reserves as much.
const SIZE: (u32, u32) = (700, 420);
/// Bytes of a picture at most.
const BUDGET: usize = 30_000;
/// Machines with other vector units round differently, and a run that collapses makes it more: how far a
/// point may lie from where it was, in pixels.
const TOLERANCE: f32 = 12.0;

#[test]
fn posters_show_what_the_scenarios_do() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("public/posters");
    let drawn = in_parallel(&SCENARIOS.iter().collect::<Vec<_>>(), |scenario| {
        let run = record(scenario);
        [Theme::Light, Theme::Dark].map(|theme| (file(&folder, scenario, theme), draw(scenario, &run, theme)))
    });
    let drawn: Vec<(PathBuf, String)> = drawn.into_iter().flatten().collect();
    if std::env::var_os("UPDATE_POSTERS").is_some() {
        // A scenario that is gone leaves no picture behind.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("writable public/");
        drawn.iter().for_each(|(path, svg)| fs::write(path, svg).expect("writable public/"));
    }
    let mut wrong = Vec::new();
    for (path, svg) in &drawn {
        let name = path.file_name().expect("a file").to_string_lossy();
        match fs::read_to_string(path) {
            Err(error) => wrong.push(format!("{name}: {error}")),
            Ok(kept) if kept.len() > BUDGET => wrong.push(format!("{name}: {} bytes", kept.len())),
            Ok(kept) => wrong.extend(difference(&kept, svg).map(|what| format!("{name}: {what}"))),
        }
    }
    let files = fs::read_dir(&folder).expect("there are posters").count();
    assert_eq!(files, drawn.len(), "pictures of no scenario; `cargo xtask posters` writes them anew");
    assert!(wrong.is_empty(), "`cargo xtask posters` writes them anew:\n{}", wrong.join("\n"));
}

#[test]
fn a_picture_of_another_run_is_noticed() {
    let [imbalance, digits] = ["imbalance", "digits"].map(|id| {
        let scenario = SCENARIOS.iter().find(|scenario| scenario.id == id).expect("in the table");
        draw(scenario, &record(scenario), Theme::Light)
    });
    assert_eq!(difference(&imbalance, &imbalance), None);
    assert!(difference(&imbalance, &digits).is_some());
    let moved = imbalance.replace("points=\"", "points=\"300,");
    assert!(difference(&imbalance, &moved).is_some());
}

/// A scenario's run up to the step its promise speaks of, as the page would have seen it.
fn record(scenario: &Scenario) -> Watched {
    let by_step = match scenario.expectation {
        Expectation::Collapses { by_step, .. }
        | Expectation::Fails { by_step, .. }
        | Expectation::NoSignal { by_step }
        | Expectation::Healthy { by_step }
        | Expectation::Odd { by_step, .. } => by_step,
    };
    let mut run = Watched::begin(&scenario.experiment());
    run.train(by_step);
    run
}

/// The large chart over the verdict it ends with. What it shows is said in the picture for those who do not
/// see it.
fn draw(scenario: &Scenario, run: &Watched, theme: Theme) -> String {
    let DataFacts { classes, layers, hidden, .. } = &run.facts;
    let view = View {
        history: &run.history,
        others: &[],
        band: None,
        moment: None,
        insight: None,
        experiment: &run.experiment,
        classes,
        layers,
        hidden,
        theme,
        log_loss: false,
        // Readable where a page shows the picture smaller.
        scale: 1.25,
    };
    let verdict = diagnosis::judge_named(&run.history, &run.experiment, classes);
    // A diverged model predicts nothing: its loss tells more than an empty ribbon.
    let chart = if verdict.kind == VerdictKind::Diverged { Chart::Loss } else { Chart::Shares };
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        chart.draw(&view, &area).expect("SVG takes everything");
        area.present().expect("a string takes everything");
    }
    let step = run.history.last().map_or(0, |last| last.step);
    let title = format!("{}: {} after {step} steps", scenario.title(), verdict.kind.label());
    frame(&svg, &title, &scenario.link(), theme)
}

/// plotters' picture with a ground, a title, and the experiment it shows; without line breaks.
fn frame(svg: &str, title: &str, link: &str, theme: Theme) -> String {
    use collapse_lab::chart::svg::escaped;
    let (head, body) = svg.split_once('>').expect("an svg element");
    let ground = theme.background().css();
    let body = body.replace(">\n", ">").replace("\n<", "<").replace(" \"", "\"");
    format!(
        "{head} role=\"img\"><title>{}</title><desc>#{}</desc><rect width=\"100%\" height=\"100%\" fill=\"{ground}\"/>{}\n",
        escaped(title),
        escaped(link),
        body.trim()
    )
}

fn file(folder: &Path, scenario: &Scenario, theme: Theme) -> PathBuf {
    let end = if theme == Theme::Dark { "-dark" } else { "" };
    folder.join(format!("{}{end}.svg", scenario.id))
}

/// How the picture kept differs from the one drawn now, beyond rounding: another experiment or verdict,
/// other shapes, or a point elsewhere.
fn difference(kept: &str, now: &str) -> Option<String> {
    let said = |svg: &str| svg.split_once("</desc>").map(|(said, _)| said.to_owned());
    if said(kept) != said(now) {
        return Some(format!("says {:?}, not {:?}", said(kept), said(now)));
    }
    let shapes = |svg: &str| -> Vec<Vec<(f32, f32)>> {
        let lists = svg.split("points=\"").skip(1).filter_map(|rest| rest.split('"').next());
        lists.map(|list| list.split_whitespace().filter_map(point).collect()).collect()
    };
    let (old, new) = (shapes(kept), shapes(now));
    if old.iter().map(Vec::len).ne(new.iter().map(Vec::len)) {
        return Some("has other shapes".to_owned());
    }
    let apart = |(a, b): (&(f32, f32), &(f32, f32))| (a.0 - b.0).abs().max((a.1 - b.1).abs());
    let furthest = old.iter().flatten().zip(new.iter().flatten()).map(apart).fold(0.0, f32::max);
    (furthest > TOLERANCE).then(|| format!("a point lies {furthest} pixels from where it was"))
}

fn point(text: &str) -> Option<(f32, f32)> {
    let (x, y) = text.split_once(',')?;
    Some((x.parse().ok()?, y.parse().ok()?))
}
