//! The program behind `cargo xtask bench diagnosis`: reads the command line, runs the suite, writes what it came
//! to. Must not do any of the work.

use diagnosis_bench::frozen::{Frozen, checked_hash};
use diagnosis_bench::report::{self, Facts};
use diagnosis_bench::suite::{self, Part};
use diagnosis_bench::{dump, overhead};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Options::parse(&arguments).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    part: Part,
    quick: bool,
    /// Only what looks and rules cost.
    costs: bool,
    /// Folder for `readme.md` and `docs.md`.
    out: Option<PathBuf>,
    /// Folder for single runs as text.
    dump: Option<PathBuf>,
    threads: usize,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self, String> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut options =
            Self { part: Part::HeldOut, quick: false, costs: false, out: None, dump: None, threads };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
            match argument.as_str() {
                "--quick" => options.quick = true,
                "--costs" => options.costs = true,
                "--out" => options.out = Some(value()?.into()),
                "--dump" => options.dump = Some(value()?.into()),
                "--threads" => options.threads = value()?.parse().map_err(|_| "--threads needs a number")?,
                "--part" => {
                    options.part = match value()?.as_str() {
                        "tuning" => Part::Tuning,
                        "held-out" => Part::HeldOut,
                        other => return Err(format!("--part {other}: tuning or held-out")),
                    }
                }
                other => return Err(format!("there is no option {other:?}")),
            }
        }
        if options.dump.is_some() && options.part == Part::HeldOut {
            return Err("--dump shows single runs, which is for tuning: --part tuning".to_owned());
        }
        Ok(options)
    }
}

fn run(options: &Options) -> Result<(), String> {
    let mut frozen = Frozen::load()?;
    let hash = match options.part {
        Part::HeldOut => Some(checked_hash()?),
        Part::Tuning => None,
    };
    if options.quick {
        suite::quick(&mut frozen);
    }
    let begun = Instant::now();
    // First, while nothing else of this program runs.
    let facts = Facts { costs: overhead::measure() };
    if options.costs {
        println!("{}", report::costs(&facts));
        return Ok(());
    }
    let suite = suite::run(options.part, &frozen, options.threads);
    let heading = format!(
        "{} part{}: {} harmful faults ({} of them double), {} healthy controls, {} runs without signal; {} s{}",
        if options.part == Part::Tuning { "Tuning" } else { "Held-out" },
        if options.quick { ", `--quick`" } else { "" },
        suite.judged.len(),
        suite.judged.iter().filter(|judged| judged.case.kinds.len() == 2).count(),
        suite.controls.len(),
        suite.unlearnable.len() + suite.article.len(),
        begun.elapsed().as_secs(),
        hash.map_or_else(String::new, |hash| format!("; split and generator SHA-256 `{}…`", &hash[..16])),
    );
    let readme = report::goals(&suite, &facts);
    let docs = report::markdown(&suite, &facts).join("\n");
    println!("{heading}\n\n{docs}");
    if let Some(out) = &options.out {
        let failed = |error: std::io::Error| format!("{}: {error}", out.display());
        std::fs::create_dir_all(out).map_err(failed)?;
        std::fs::write(out.join("heading.md"), &heading).map_err(failed)?;
        std::fs::write(out.join("readme.md"), &readme).map_err(failed)?;
        std::fs::write(out.join("docs.md"), &docs).map_err(failed)?;
    }
    if let Some(folder) = &options.dump {
        dump::write(&suite, folder)?;
    }
    Ok(())
}
