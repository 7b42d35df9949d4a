//! The tables of the report as Markdown. Must not know how anything was measured.

use crate::case::Judged;
use crate::control::SORTS;
use crate::doctor::Doctor;
use crate::fault::KINDS;
use crate::overhead::Cost;
use crate::statistics::{Share, share};
use crate::suite::Suite;
use crate::tally::{Interval, Row, Tally};
use std::collections::BTreeMap;

/// What is reported beside the counts.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Of looking and judging.
    pub costs: Vec<Cost>,
}

/// A figure that the project set itself, on the held-out part.
struct Goal {
    figure: &'static str,
    goal: &'static str,
    least: f64,
    value: fn(&Row) -> Share,
    /// Whether the value must be at most that.
    is_limit: bool,
}

static GOALS: &[Goal] = &[
    Goal {
        figure: "harmful faults detected",
        goal: "97 %",
        least: 0.97,
        value: |row| row.detected,
        is_limit: false,
    },
    Goal {
        figure: "healthy runs with any false alarm",
        goal: "at most 2 %",
        least: 0.02,
        value: |row| row.false_alarms,
        is_limit: true,
    },
    Goal {
        figure: "first cause named is right",
        goal: "80 %",
        least: 0.8,
        value: |row| row.top1,
        is_limit: false,
    },
    Goal {
        figure: "one of the first three is",
        goal: "93 %",
        least: 0.93,
        value: |row| row.top3,
        is_limit: false,
    },
    Goal {
        figure: "repaired by the first remedy",
        goal: "80 %",
        least: 0.8,
        value: |row| row.first,
        is_limit: false,
    },
    Goal {
        figure: "repaired within three",
        goal: "92 %, twice random",
        least: 0.92,
        value: |row| row.within_three,
        is_limit: false,
    },
    Goal {
        figure: "says \"nothing to learn\" where nothing is",
        goal: "95 %",
        least: 0.95,
        value: |row| row.abstains,
        is_limit: false,
    },
    Goal {
        figure: "the article's three examples as written",
        goal: "all seeds",
        least: 1.0,
        value: |row| row.article,
        is_limit: false,
    },
];

/// The short table: goals beside what was measured.
pub fn goals(suite: &Suite, facts: &Facts) -> String {
    let tally = Tally::of(suite);
    let page = &tally.rows[0];
    let mut rows: Vec<Vec<String>> = GOALS
        .iter()
        .map(|goal| {
            let value = (goal.value)(page);
            let reached = if goal.is_limit { value.value <= goal.least } else { value.value >= goal.least };
            let reached = reached
                && (goal.figure != "repaired within three" || value.value >= 2.0 * tally.blind.three.0);
            let others = [2, 3, 4].map(|doctor| (goal.value)(&tally.rows[doctor]));
            // A doctor without remedies has no rate of repairs, one without the word cannot abstain.
            let other = |index: usize| {
                let repairs = goal.figure.starts_with("repaired");
                if repairs && index == 1 { "–".to_owned() } else { percent(others[index].value) }
            };
            let random = match goal.figure {
                "repaired by the first remedy" => interval(tally.blind.one),
                "repaired within three" => interval(tally.blind.three),
                _ => "–".to_owned(),
            };
            let said = if reached { "reached" } else { "**missed**" };
            vec![
                goal.figure.to_owned(),
                goal.goal.to_owned(),
                full(value),
                said.to_owned(),
                other(0),
                other(1),
                other(2),
                random,
            ]
        })
        .collect();
    if let Some(worst) = facts.costs.iter().map(Cost::share).max_by(f64::total_cmp) {
        let reached = if worst <= 0.03 { "reached" } else { "**missed**" };
        let row = ["time for looks and rules beside training", "at most 3 %"].map(str::to_owned);
        let value = format!(
            "{} (rules alone {})",
            percent1(worst),
            percent1(facts.costs.iter().map(Cost::rules_share).fold(0.0, f64::max))
        );
        rows.push([row.to_vec(), vec![value, reached.to_owned()], vec!["–".to_owned(); 4]].concat());
    }
    table(
        &[
            "figure",
            "goal",
            "measured (95 % interval)",
            "",
            "AutoTrainer's rules",
            "SageMaker Debugger's rules",
            "always \"imbalance\"",
            "random remedy",
        ],
        &rows,
    )
}

/// The long tables, each with its heading.
pub fn markdown(suite: &Suite, facts: &Facts) -> Vec<String> {
    let tally = Tally::of(suite);
    vec![
        format!("### Against the goals\n\n{}", goals(suite, facts)),
        format!("### Every figure of every doctor\n\n{}", doctors(&tally)),
        format!("### By kind of fault\n\n{}", kinds(suite)),
        format!("### True cause and first cause named\n\n{}", confusion(suite)),
        format!("### Healthy controls by sort\n\n{}", controls(suite)),
        format!("### Runs without signal\n\n{}", no_signal(suite)),
        format!("### What it costs\n\n{}", costs(facts)),
    ]
}

fn doctors(tally: &Tally) -> String {
    let heads: Vec<&str> =
        std::iter::once("figure").chain(Doctor::ALL.iter().map(|doctor| doctor.name())).collect();
    type Cell = fn(&Row) -> String;
    let repairs = |row: &Row, value: String| {
        if matches!(row.doctor, Doctor::Debugger | Doctor::PageBlind) { "–".to_owned() } else { value }
    };
    let lines: [(&str, Cell); 12] = [
        ("harmful faults detected", |row| full(row.detected)),
        ("healthy runs with any false alarm", |row| full(row.false_alarms)),
        ("false alarms per 1,000 healthy steps", |row| {
            let (value, low, high) = row.false_per_1000;
            format!("{value:.3} ({low:.3} to {high:.3})")
        }),
        ("first cause right", |row| full(row.top1)),
        ("one of the first three right", |row| full(row.top3)),
        ("double faults: both named within three", |row| full(row.both)),
        ("steps until a right cause is named: median, nine in ten", |row| {
            row.latency.map_or_else(|| "–".to_owned(), |(median, most)| format!("{median:.0}, {most:.0}"))
        }),
        ("\"nothing to learn\" where nothing is", |row| full(row.abstains)),
        ("the article's examples as written", |row| full(row.article)),
        ("repaired by the first remedy", |row| full(row.first)),
        ("repaired within three", |row| full(row.within_three)),
        ("single faults repaired within three, measured against the healthy twin", |row| {
            full(row.within_three_to_twin)
        }),
    ];
    let mut rows: Vec<Vec<String>> = lines
        .iter()
        .map(|(name, cell)| {
            let cells = tally.rows.iter().map(|row| {
                let value = cell(row);
                if name.contains("repaired") { repairs(row, value) } else { value }
            });
            std::iter::once((*name).to_owned()).chain(cells).collect()
        })
        .collect();
    let harmed = tally.rows.iter().map(|row| repairs(row, full(row.harmed)));
    rows.push(
        std::iter::once("healthy runs made 10 points worse by the first remedy offered".to_owned())
            .chain(harmed)
            .collect(),
    );
    let blind = &tally.blind;
    format!(
        "{}\nA random remedy repairs {} of faults, three different ones {} ({} of single faults measured against \
         the healthy twin), and makes a healthy run 10 points worse in {}.\n",
        table(&heads, &rows),
        interval(blind.one),
        interval(blind.three),
        interval(blind.three_to_twin),
        interval(blind.harmed),
    )
}

fn kinds(suite: &Suite) -> String {
    let row = |name: &str, cases: &[&Judged]| {
        let page = |hit: fn(&crate::case::Assessed) -> bool| {
            counts(share(cases.iter().map(|judged| hit(&judged.opinions[0]))))
        };
        let fixable: Vec<&&Judged> = cases.iter().filter(|judged| judged.repairable).collect();
        let fixed = |hit: fn(&crate::case::Assessed) -> bool| {
            counts(share(fixable.iter().map(|judged| hit(&judged.opinions[0]))))
        };
        let blind: Vec<f64> = fixable.iter().map(|judged| judged.random.chance(3, false)).collect();
        let blind =
            if blind.is_empty() { "–".to_owned() } else { percent(crate::statistics::mean(&blind)) };
        let [nothing, harmless] = suite.unfit.get(name).copied().unwrap_or_default();
        vec![
            name.to_owned(),
            cases.len().to_string(),
            format!("{harmless} / {nothing}"),
            page(|seen| !seen.opinion.named.is_empty()),
            page(|seen| seen.is_right_within(1)),
            page(|seen| seen.is_right_within(3)),
            fixed(|seen| seen.first),
            fixed(|seen| seen.within_three),
            blind,
        ]
    };
    let mut rows: Vec<Vec<String>> = KINDS
        .iter()
        .map(|kind| {
            let cases: Vec<&Judged> = suite
                .judged
                .iter()
                .filter(|judged| judged.case.kinds.len() == 1 && judged.case.kinds[0].name == kind.name)
                .collect();
            row(kind.name, &cases)
        })
        .collect();
    let doubles: Vec<&Judged> = suite.judged.iter().filter(|judged| judged.case.kinds.len() == 2).collect();
    rows.push(row("double", &doubles));
    table(
        &[
            "fault",
            "cases",
            "left out: harmless / twin learns nothing",
            "detected",
            "first right",
            "in three right",
            "first remedy",
            "within three",
            "three random",
        ],
        &rows,
    )
}

/// Rows: what was injected; columns: the rule named first.
pub fn confusion(suite: &Suite) -> String {
    let first =
        |judged: &Judged| judged.opinions[0].opinion.named.first().map_or("(nothing)", |named| named.name);
    let mut columns: BTreeMap<&str, usize> = BTreeMap::new();
    for judged in &suite.judged {
        *columns.entry(first(judged)).or_default() += 1;
    }
    let columns: Vec<&str> = columns.into_keys().collect();
    let heads: Vec<&str> =
        std::iter::once("injected \\ named first").chain(columns.iter().copied()).collect();
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).chain(["double"]).collect();
    let rows: Vec<Vec<String>> = names
        .iter()
        .map(|name| {
            let cases: Vec<&Judged> = suite
                .judged
                .iter()
                .filter(|judged| match judged.case.kinds.as_slice() {
                    [kind] => kind.name == *name,
                    _ => *name == "double",
                })
                .collect();
            let cell = |column: &&str| {
                let column = *column;
                let here = cases.iter().filter(|judged| first(judged) == column);
                let (all, right) = (
                    here.clone().count(),
                    here.filter(|judged| judged.opinions[0].is_right_within(1)).count(),
                );
                match (all, right) {
                    (0, _) => String::new(),
                    (all, right) if all == right => format!("**{all}**"),
                    (all, 0) => all.to_string(),
                    (all, right) => format!("**{right}** + {}", all - right),
                }
            };
            std::iter::once((*name).to_owned()).chain(columns.iter().map(cell)).collect()
        })
        .collect();
    format!(
        "Bold: right, because it was injected or because its remedy restores.\n\n{}",
        table(&heads, &rows)
    )
}

fn controls(suite: &Suite) -> String {
    let rows: Vec<Vec<String>> = SORTS
        .iter()
        .map(|sort| {
            let runs: Vec<_> =
                suite.controls.iter().filter(|control| control.sort.name == sort.name).collect();
            let alarms =
                |doctor: usize| counts(share(runs.iter().map(|run| !run.opinions[doctor].1.said.is_empty())));
            let mut said: BTreeMap<&str, usize> = BTreeMap::new();
            for (name, _) in runs.iter().flat_map(|run| &run.opinions[0].1.said) {
                *said.entry(name).or_default() += 1;
            }
            let said: Vec<String> = said.iter().map(|(name, count)| format!("{name} {count}")).collect();
            vec![
                sort.name.to_owned(),
                sort.about.to_owned(),
                runs.len().to_string(),
                alarms(0),
                said.join(", "),
                alarms(2),
                alarms(3),
            ]
        })
        .collect();
    table(
        &[
            "sort",
            "what it is",
            "runs",
            "false alarms of this page",
            "which",
            "AutoTrainer's",
            "SageMaker Debugger's",
        ],
        &rows,
    )
}

fn no_signal(suite: &Suite) -> String {
    let mut names: Vec<&str> = Vec::new();
    for run in suite.unlearnable.iter().chain(&suite.article) {
        if !names.contains(&run.name) {
            names.push(run.name);
        }
    }
    let rows: Vec<Vec<String>> = names
        .iter()
        .map(|name| {
            let runs: Vec<_> =
                suite.unlearnable.iter().chain(&suite.article).filter(|run| run.name == *name).collect();
            let says = |doctor: usize| {
                counts(share(runs.iter().map(|run| crate::tally::abstains(&run.opinions[doctor].1))))
            };
            vec![(*name).to_owned(), runs.len().to_string(), says(0), says(1)]
        })
        .collect();
    table(&["data", "runs", "\"nothing to learn\"", "… with the data settings hidden"], &rows)
}

/// What looks and rules cost, by shape.
pub fn costs(facts: &Facts) -> String {
    let row = |cost: &Cost| {
        vec![
            if cost.settings.is_empty() {
                "the page's first run".to_owned()
            } else {
                format!("`{}`", cost.settings)
            },
            format!("{:.3} ms", cost.step),
            format!("{:.3} ms", cost.look),
            format!("{:.3} ms", cost.rules),
            percent1(cost.share()),
            percent1(cost.rules_share()),
        ]
    };
    table(
        &["run", "a step", "a look", "all rules", "look and rules, of the training time", "rules alone"],
        &facts.costs.iter().map(row).collect::<Vec<_>>(),
    )
}

fn full(share: Share) -> String {
    if share.of == 0 {
        return "–".to_owned();
    }
    format!("{} ({} to {})", percent1(share.value), percent1(share.low), percent1(share.high))
}

fn counts(share: Share) -> String {
    if share.of == 0 { "–".to_owned() } else { format!("{}/{}", share.hits, share.of) }
}

fn interval((value, low, high): Interval) -> String {
    format!("{} ({} to {})", percent1(value), percent1(low), percent1(high))
}

fn percent(value: f64) -> String {
    if value.is_nan() { "–".to_owned() } else { format!("{:.0} %", value * 100.0) }
}

fn percent1(value: f64) -> String {
    if value.is_nan() { "–".to_owned() } else { format!("{:.1} %", value * 100.0) }
}

fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
    let rule = format!("|{}\n", "---|".repeat(columns.len()));
    rows.iter().fold(line(&head) + &rule, |text, row| text + &line(row))
}
