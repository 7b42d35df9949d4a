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
/// interleaved so that a busy minute hits all of them, and prints the medians.
///
/// # Errors
/// An option is wrong, the build fails, or a figure cannot be measured.
pub fn run(repository: &Repository, options: &[&str]) -> Result<(), String> {
    let mut repeats = 3;
    let mut only = "";
    let mut build_first = true;
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match *option {
            "--repeats" => {
                let value = options.next().ok_or("--repeats needs a number")?;
                repeats = value.parse().map_err(|_| format!("--repeats {value}: not a number"))?;
            }
            "--only" => only = options.next().ok_or("--only needs a part of a figure's name")?,
            "--no-build" => build_first = false,
            other => return Err(format!("bench has no option {other:?}")),
        }
    }
    Chromium::find_or_install()?;
    if build_first {
        build::run(repository)?;
    }
    let mut options = Options::new(&repository.dist());
    options.change = Box::new(|path| {
        let is_gpu_worker = path.ends_with("worker-gpu_loader.js");
        if is_gpu_worker { Answer::Prepend(COUNTERS.to_owned()) } else { Answer::File }
    });
    let server = Server::start(options)?;
    let figures: Vec<&Figure> = FIGURES.iter().filter(|figure| figure.name.contains(only)).collect();
    let mut measured = vec![Vec::new(); figures.len()];
    for repeat in 1..=repeats {
        for (figure, values) in figures.iter().zip(&mut measured) {
            eprintln!("{repeat}/{repeats} {}", figure.name);
            match (figure.measure)(&server.url()) {
                Ok(value) => values.push(Ok(value)),
                Err(error) => values.push(Err(error)),
            }
        }
    }
    let sizes = Sizes::measure(&repository.dist())?;
    println!("| figure | at least | measured |\n|---|---|---|");
    let kilobytes = |bytes: usize| format!("{:.0} kB", bytes as f64 / 1000.0);
    println!("| bytes before the first step (brotli) | 900 kB | {} |", kilobytes(sizes.first_step));
    println!("| bytes of the page program and script (brotli) | 350 kB | {} |", kilobytes(sizes.page));
    let mut failures = Vec::new();
    for (figure, values) in figures.iter().zip(measured) {
        let (good, bad): (Vec<_>, Vec<_>) = values.into_iter().partition(Result::is_ok);
        let good: Vec<f64> = good.into_iter().flatten().collect();
        let value = median(&good).map_or("not measured".to_owned(), |value| figure.format(value));
        println!("| {} | {} | {value} |", figure.name, figure.goal);
        failures
            .extend(bad.into_iter().filter_map(Result::err).map(|error| format!("{}: {error}", figure.name)));
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
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
