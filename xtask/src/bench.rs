//! `cargo xtask bench`: the page and its peers, measured in headless Chromium on the release build; and the
//! diagnosis, measured natively.
//!
//! It fails only when it cannot measure; a slow figure is printed, not judged.

mod diagnosis;
mod embed;
mod figures;
mod growth;
mod lab;
mod machine;
mod markdown;
mod packages;
mod peers;
mod plan;
mod quiet;
mod readme;
mod results;

use crate::chromium::Chromium;
use crate::server::{Answer, Options, Server};
use crate::size::Sizes;
use crate::{Repository, build};
use plan::{Group, Plan};
use results::{Results, Values};

/// Counts calls of WebGPU inside a worker; put before the worker's own script.
const COUNTERS: &str = include_str!("bench/counters.js");

/// Something that is measured in one go, in a browser of its own.
pub(crate) struct Task {
    /// What is measured; unique.
    name: String,
    /// Measures once. Empty when the page cannot do it yet.
    measure: Box<dyn Fn() -> Result<Values, String>>,
}

/// Builds the page (unless told not to) and measures what the options ask for. Every repeat measures
/// everything once, so that a busy minute hits all alike; printed are medians.
///
/// # Errors
/// An option is wrong, the build fails, or something cannot be measured.
pub fn run(repository: &Repository, options: &[&str]) -> Result<(), String> {
    if let Some((&"diagnosis", options)) = options.split_first() {
        return diagnosis::run(repository, options);
    }
    let plan = Plan::parse(options)?;
    Chromium::find_or_install()?;
    if plan.build {
        build::run(repository)?;
    }
    let server = serve_with_counters(repository)?;
    let peers = if plan.wants(Group::Peers) { peers::Site::prepare().map(Some) } else { Ok(None) };
    let skipped = peers.as_ref().err().cloned();
    let peers = peers.unwrap_or_default();

    let mut tasks = Vec::new();
    if plan.wants(Group::Figures) || peers.is_some() {
        tasks.extend(figures::tasks(&server.url(), plan.wants(Group::Figures)));
    }
    if let Some(peers) = &peers {
        tasks.extend(peers.tasks());
    }
    if plan.wants(Group::Growth) {
        tasks.extend(growth::tasks(&server.url()));
    }
    if plan.wants(Group::Embed) {
        tasks.extend(embed::tasks(&server.url())?);
    }
    tasks.retain(|task| task.name.to_lowercase().contains(&plan.only.to_lowercase()));
    if tasks.is_empty() {
        return Err(skipped.unwrap_or_else(|| format!("nothing measured has {:?} in its name", plan.only)));
    }
    let Measured { results, failures, disturbed } = measure(&tasks, &plan);
    let conditions = format!(
        "{}, {}{}",
        machine::describe()?,
        repeats(plan.repeats),
        remark(disturbed, plan.repeats, &tasks)
    );

    let mut sections = Vec::new();
    // A page built for a quick look is not complete, and nobody asks for its size.
    let sizes = || Sizes::measure(&repository.dist());
    if plan.wants(Group::Figures) {
        sections.push((Group::Figures, figures::table(&sizes()?, &results)));
    }
    if peers.is_some() {
        sections.push((Group::Peers, peers::tables(&sizes()?, &results)));
    }
    if plan.wants(Group::Growth) {
        sections.push((Group::Growth, growth::tables(&results)));
    }
    if plan.wants(Group::Embed) {
        sections.push((Group::Embed, embed::table(&repository.dist(), &results)?));
    }
    for (group, text) in sections {
        println!("\n{conditions}\n\n{text}");
        if plan.write_readme {
            readme::replace(&repository.root.join("README.md"), group.name(), &conditions, &text)?;
        }
    }
    if let Some(reason) = skipped {
        println!("The peers were SKIPPED: {reason}");
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// What all repeats gave.
#[derive(Default)]
struct Measured {
    results: Results,
    failures: Vec<String>,
    /// Measurements that began while other programs kept the machine busy.
    disturbed: usize,
}

fn measure(tasks: &[Task], plan: &Plan) -> Measured {
    let mut measured = Measured::default();
    for repeat in 1..=plan.repeats {
        for task in tasks {
            let label = format!("{repeat}/{} {}", plan.repeats, task.name);
            if !quiet::wait(plan.patience) {
                eprintln!("{label}: the machine is busy with other work");
                measured.disturbed += 1;
            }
            match (task.measure)() {
                Ok(values) => {
                    let line: Vec<_> =
                        values.iter().map(|(key, value)| format!("{key} {value:.2}")).collect();
                    eprintln!("{label}: {}", line.join(", "));
                    measured.results.add(&task.name, values);
                }
                Err(error) => {
                    eprintln!("{label}: FAILED: {error}");
                    measured.failures.push(format!("{}: {error}", task.name));
                }
            }
        }
    }
    measured
}

/// Says when the figures are not to be trusted.
fn remark(disturbed: usize, repeats: u32, tasks: &[Task]) -> String {
    let all = repeats as usize * tasks.len();
    if disturbed == 0 {
        return String::new();
    }
    format!("; **{disturbed} of {all} measurements began while other programs kept the machine busy**")
}

fn repeats(count: u32) -> String {
    if count == 1 { "one run each".to_owned() } else { format!("medians of {count} runs") }
}

fn serve_with_counters(repository: &Repository) -> Result<Server, String> {
    let mut options = Options::new(&repository.dist());
    options.change = Box::new(|path| {
        let is_gpu_worker = path.ends_with("worker-gpu_loader.js");
        if is_gpu_worker { Answer::Prepend(COUNTERS.to_owned()) } else { Answer::File }
    });
    Server::start(options)
}
