//! `cargo xtask bench`: the page's figures, measured in headless Chromium on the release build.
//!
//! It fails only when it cannot measure; a slow figure is printed, not judged.

mod figures;

use crate::chromium::Chromium;
use crate::server::{Answer, Options, Server};
use crate::size::Sizes;
use crate::{Repository, build};
use figures::{FIGURES, Figure};

/// Counts calls of WebGPU inside the worker; put before the worker's own loader.
const COUNTERS: &str = include_str!("bench/counters.js");

/// Builds the page (unless `--no-build`), measures every figure `--repeats` times (3), the figures
/// interleaved so that a busy minute hits all of them, and prints the medians. `--only` measures
/// those whose name contains a text.
///
/// # Errors
/// An option is wrong, the build fails, or a figure cannot be measured.
pub fn run(repository: &Repository, options: &[&str]) -> Result<(), String> {
    let plan = Plan::parse(options)?;
    Chromium::find_or_install()?;
    if plan.build {
        build::run(repository)?;
    }
    let server = serve_with_counters(repository)?;
    let figures: Vec<&Figure> = FIGURES.iter().filter(|figure| figure.name.contains(&plan.only)).collect();
    let mut measured = vec![Vec::new(); figures.len()];
    let mut failures = Vec::new();
    for repeat in 1..=plan.repeats {
        for (figure, values) in figures.iter().zip(&mut measured) {
            eprintln!("{repeat}/{} {}", plan.repeats, figure.name);
            match (figure.measure)(&server.url()) {
                Ok(value) => values.push(value),
                Err(error) => failures.push(format!("{}: {error}", figure.name)),
            }
        }
    }
    print(&Sizes::measure(&repository.dist())?, &figures, &measured);
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

struct Plan {
    repeats: u32,
    only: String,
    build: bool,
}

impl Plan {
    fn parse(options: &[&str]) -> Result<Self, String> {
        let mut plan = Self { repeats: 3, only: String::new(), build: true };
        let mut options = options.iter();
        while let Some(option) = options.next() {
            match *option {
                "--repeats" => {
                    let value = options.next().ok_or("--repeats needs a number")?;
                    plan.repeats = value.parse().map_err(|_| format!("--repeats {value}: not a number"))?;
                }
                "--only" => {
                    (*options.next().ok_or("--only needs a part of a figure's name")?)
                        .clone_into(&mut plan.only);
                }
                "--no-build" => plan.build = false,
                other => return Err(format!("bench has no option {other:?}")),
            }
        }
        Ok(plan)
    }
}

fn serve_with_counters(repository: &Repository) -> Result<Server, String> {
    let mut options = Options::new(&repository.dist());
    options.change = Box::new(|path| {
        let is_gpu_worker = path.ends_with("worker-gpu_loader.js");
        if is_gpu_worker { Answer::Prepend(COUNTERS.to_owned()) } else { Answer::File }
    });
    Server::start(options)
}

fn print(sizes: &Sizes, figures: &[&Figure], measured: &[Vec<f64>]) {
    println!("| figure | at least | measured |\n|---|---|---|");
    let kilobytes = |bytes: usize| format!("{:.0} kB", bytes as f64 / 1000.0);
    println!("| bytes before the first step (brotli) | at most 900 kB | {} |", kilobytes(sizes.first_step));
    println!(
        "| bytes of the page program and script (brotli) | at most 350 kB | {} |",
        kilobytes(sizes.page)
    );
    for (figure, values) in figures.iter().zip(measured) {
        let value = median(values).map_or("not measured".to_owned(), |value| figure.format(value));
        println!("| {} | {} | {value} |", figure.name, figure.goal);
    }
}

/// The middle value, the upper one of two; `None` of nothing.
fn median(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn median_is_the_middle_of_the_sorted_values() {
        assert_eq!(median(&[9.0, 1.0, 5.0]), Some(5.0));
        assert_eq!(median(&[2.0, 1.0]), Some(2.0));
        assert_eq!(median(&[]), None);
    }
}
