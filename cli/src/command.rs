//! The command line, read into what is to be done.
//!
//! Must not do any of it; what the options mean is in `help.rs` and `docs/command-line.md`.

use crate::failure::Failure;
use crate::help;
use crate::shard::Shard;
use lexopt::{Arg, Parser, ValueExt};
use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Train experiments.
    Run(RunOptions),
    /// Train a collapse map, or a part of it.
    Sweep(SweepOptions),
    /// Put parts of a map together.
    Merge(MergeOptions),
    /// Say the address of an experiment or a map.
    Link(LinkOptions),
    /// Write a map as comma-separated values.
    Table(LinkOptions),
    /// Only say something.
    Print(String),
}

/// `collapse-lab run`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunOptions {
    /// Files, links or scenarios, in their order; `-` is the standard input.
    pub inputs: Vec<String>,
    /// Settings that win over the inputs', as `(name, value)`.
    pub set: Vec<(String, String)>,
    /// Runs of each experiment, 1 to 10,000; `None` is as the input says, else 1.
    pub seeds: Option<u32>,
    /// Steps between two looks.
    pub every: Option<u32>,
    /// One line of JSON per look instead of a summary.
    pub jsonl: bool,
    /// Where lines go; the standard output otherwise.
    pub out: Option<PathBuf>,
    /// Overwrite `out`.
    pub force: bool,
    /// The part of the runs to train.
    pub shard: Option<Shard>,
    /// What all commands have.
    pub common: Common,
}

/// `collapse-lab sweep`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepOptions {
    /// A grid's file, a map's file or link; `-` is the standard input.
    pub input: String,
    /// Settings that win over the input's experiment.
    pub set: Vec<(String, String)>,
    /// Runs per cell.
    pub seeds: Option<u32>,
    /// Steps per run.
    pub steps: Option<u32>,
    /// Columns and rows, as the address writes them.
    pub grid: Option<String>,
    /// One line of JSON per run on the standard output.
    pub jsonl: bool,
    /// Where the map goes; the standard output otherwise.
    pub out: Option<PathBuf>,
    /// Overwrite `out`.
    pub force: bool,
    /// Go on with the map in `out` where there is one.
    pub resume: bool,
    /// The part of the cells to train.
    pub shard: Option<Shard>,
    /// What all commands have.
    pub common: Common,
}

/// `collapse-lab merge`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MergeOptions {
    /// Map files of one map.
    pub inputs: Vec<PathBuf>,
    /// Where the map goes; the standard output otherwise.
    pub out: Option<PathBuf>,
    /// Overwrite `out`.
    pub force: bool,
    /// Cells may be missing.
    pub partial: bool,
    /// What all commands have.
    pub common: Common,
}

/// `collapse-lab link` and `collapse-lab table`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkOptions {
    /// A file, link or scenario; `-` is the standard input.
    pub input: String,
    /// Where the page lies.
    pub page: Option<String>,
    /// What all commands have.
    pub common: Common,
}

/// Options of every command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Common {
    /// Threads to train on; `None` is all cores.
    pub threads: Option<usize>,
    /// No progress and no warnings.
    pub quiet: bool,
    /// What a link gets wrong is an error and not a warning.
    pub strict: bool,
}

impl Common {
    /// Reads an option without a value.
    fn read(&mut self, argument: Arg) -> Result<(), lexopt::Error> {
        match argument {
            Arg::Long("quiet") | Arg::Short('q') => self.quiet = true,
            Arg::Long("strict") => self.strict = true,
            other => return Err(other.unexpected()),
        }
        Ok(())
    }
}

impl Command {
    /// Reads the arguments after the program's name.
    ///
    /// # Errors
    /// What is wrong, with the option's name and where help is.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, Failure> {
        let mut parser = Parser::from_args(arguments);
        let name = match parser.next().map_err(|error| usage(None, error))? {
            None => return Err(Failure::Wrong(format!("what is to be done?\n\n{}", help::SHORT))),
            Some(Arg::Long("help") | Arg::Short('h')) => return Ok(Self::Print(help::of("").to_owned())),
            Some(Arg::Long("version") | Arg::Short('V')) => return Ok(Self::Print(help::version())),
            Some(Arg::Value(name)) => name.to_string_lossy().into_owned(),
            Some(other) => return Err(usage(None, other.unexpected())),
        };
        let read = match name.as_str() {
            "run" => run(&mut parser),
            "sweep" => sweep(&mut parser),
            "merge" => merge(&mut parser),
            "link" => link(&mut parser, "link").map(|found| found.map(Self::Link)),
            "table" => link(&mut parser, "table").map(|found| found.map(Self::Table)),
            "scenarios" => nothing_more(&mut parser, help::scenarios),
            "settings" => nothing_more(&mut parser, help::settings),
            "help" => {
                let topic =
                    parser.value().map(|topic| topic.to_string_lossy().into_owned()).unwrap_or_default();
                return Ok(Self::Print(help::of(&topic).to_owned()));
            }
            other => {
                return Err(Failure::Wrong(format!("there is no command '{other}'\n\n{}", help::SHORT)));
            }
        };
        let read = read.map_err(|error| usage(Some(&name), error))?;
        Ok(read.unwrap_or_else(|| Self::Print(help::of(&name).to_owned())))
    }
}

/// `None` is a wish for help.
type Read<T> = Result<Option<T>, lexopt::Error>;

fn run(parser: &mut Parser) -> Read<Command> {
    let mut options = RunOptions::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Long("set") | Arg::Short('s') => options.set.push(setting(parser)?),
            Arg::Long("seeds") => options.seeds = Some(whole(parser, "--seeds", 1, 10_000)?),
            Arg::Long("steps") => options.set.push(("steps".to_owned(), parser.value()?.string()?)),
            Arg::Long("every") => options.every = Some(whole(parser, "--every", 1, 100_000)?),
            Arg::Long("jsonl") => options.jsonl = true,
            Arg::Long("out") | Arg::Short('o') => options.out = Some(parser.value()?.into()),
            Arg::Long("force") | Arg::Short('f') => options.force = true,
            Arg::Long("shard") => options.shard = Some(shard(parser)?),
            Arg::Value(input) => options.inputs.push(input.string()?),
            Arg::Long("threads") | Arg::Short('j') => options.common.threads = Some(threads(parser)?),
            other => options.common.read(other)?,
        }
    }
    if options.inputs.is_empty() {
        return Err(
            "name at least one experiment: a file, a link, a scenario, or - for the standard input".into()
        );
    }
    if options.out.is_some() && !options.jsonl {
        return Err("--out holds the lines of --jsonl; add it".into());
    }
    Ok(Some(Command::Run(options)))
}

fn sweep(parser: &mut Parser) -> Read<Command> {
    let mut options = SweepOptions::default();
    let mut inputs = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Long("set") | Arg::Short('s') => options.set.push(setting(parser)?),
            Arg::Long("seeds") => options.seeds = Some(whole(parser, "--seeds", 1, u32::MAX)?),
            Arg::Long("steps") => options.steps = Some(whole(parser, "--steps", 1, u32::MAX)?),
            Arg::Long("grid") => options.grid = Some(parser.value()?.string()?),
            Arg::Long("jsonl") => options.jsonl = true,
            Arg::Long("out") | Arg::Short('o') => options.out = Some(parser.value()?.into()),
            Arg::Long("force") | Arg::Short('f') => options.force = true,
            Arg::Long("resume") => options.resume = true,
            Arg::Long("shard") => options.shard = Some(shard(parser)?),
            Arg::Value(input) => inputs.push(input.string()?),
            Arg::Long("threads") | Arg::Short('j') => options.common.threads = Some(threads(parser)?),
            other => options.common.read(other)?,
        }
    }
    options.input = one(inputs, "one grid: a file, the link of a map, or - for the standard input")?;
    if options.resume && options.out.is_none() {
        return Err("--resume goes on with the map in --out; say which".into());
    }
    Ok(Some(Command::Sweep(options)))
}

fn merge(parser: &mut Parser) -> Read<Command> {
    let mut options = MergeOptions::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Long("out") | Arg::Short('o') => options.out = Some(parser.value()?.into()),
            Arg::Long("force") | Arg::Short('f') => options.force = true,
            Arg::Long("partial") => options.partial = true,
            Arg::Value(input) => options.inputs.push(input.into()),
            Arg::Long("threads") | Arg::Short('j') => options.common.threads = Some(threads(parser)?),
            other => options.common.read(other)?,
        }
    }
    if options.inputs.is_empty() {
        return Err("name the map files to put together".into());
    }
    Ok(Some(Command::Merge(options)))
}

fn link(parser: &mut Parser, command: &str) -> Read<LinkOptions> {
    let mut options = LinkOptions::default();
    let mut inputs = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Long("page") if command == "link" => options.page = Some(parser.value()?.string()?),
            Arg::Value(input) => inputs.push(input.string()?),
            Arg::Long("threads") | Arg::Short('j') => options.common.threads = Some(threads(parser)?),
            other => options.common.read(other)?,
        }
    }
    options.input = one(inputs, "one file or link, or - for the standard input")?;
    Ok(Some(options))
}

fn nothing_more(parser: &mut Parser, text: fn() -> String) -> Read<Command> {
    match parser.next()? {
        None => Ok(Some(Command::Print(text()))),
        Some(Arg::Long("help") | Arg::Short('h')) => Ok(None),
        Some(other) => Err(other.unexpected()),
    }
}

fn threads(parser: &mut Parser) -> Result<usize, lexopt::Error> {
    whole(parser, "--threads", 1, 1024).map(|threads| threads as usize)
}

fn one(mut inputs: Vec<String>, what: &str) -> Result<String, lexopt::Error> {
    match (inputs.pop(), inputs.pop()) {
        (Some(input), None) => Ok(input),
        (None, _) => Err(format!("name {what}").into()),
        (Some(second), Some(_)) => Err(format!("'{second}' is one too many: name {what}").into()),
    }
}

fn setting(parser: &mut Parser) -> Result<(String, String), lexopt::Error> {
    let text = parser.value()?.string()?;
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| format!("--set {text}: use name=value, such as --set learning_rate=0.1"))?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn shard(parser: &mut Parser) -> Result<Shard, lexopt::Error> {
    Shard::read(&parser.value()?.string()?).map_err(|reason| format!("--shard: {reason}").into())
}

fn whole(parser: &mut Parser, option: &str, low: u32, high: u32) -> Result<u32, lexopt::Error> {
    let text = parser.value()?.string()?;
    let number = u32::from_str(text.trim()).ok().filter(|number| (low..=high).contains(number));
    number.ok_or_else(|| format!("{option} {text}: use a whole number from {low} to {high}").into())
}

fn usage(command: Option<&str>, error: lexopt::Error) -> Failure {
    let help = command
        .map_or_else(|| "collapse-lab --help".to_owned(), |name| format!("collapse-lab {name} --help"));
    Failure::Wrong(format!("{error}\n{help} says more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, Failure> {
        Command::read(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn options_may_stand_anywhere() {
        let Ok(Command::Run(run)) = read("run --jsonl digits -s learning_rate=0.1 --seeds=4 more.json -j2")
        else {
            panic!("a run");
        };
        assert_eq!(run.inputs, ["digits", "more.json"]);
        assert_eq!(run.set, [("learning_rate".to_owned(), "0.1".to_owned())]);
        assert_eq!((run.seeds, run.jsonl, run.common.threads), (Some(4), true, Some(2)));
        let Ok(Command::Sweep(sweep)) = read("sweep - --shard 2/8 -o part.json --resume") else {
            panic!("a sweep")
        };
        assert_eq!((sweep.input.as_str(), sweep.shard), ("-", Some(Shard { number: 2, of: 8 })));
    }

    #[test]
    fn what_is_wrong_is_named_and_help_is_pointed_to() {
        let cases = [
            ("", "what is to be done"),
            ("fly", "no command 'fly'"),
            ("run", "at least one experiment"),
            ("run digits --seeds 0", "--seeds 0: use a whole number from 1 to 10000"),
            ("run digits --steps", "missing argument for option '--steps'"),
            ("run digits --sets 3", "'--sets'"),
            ("run digits --set fast", "name=value"),
            ("run digits --out x.jsonl", "add it"),
            ("sweep", "one grid"),
            ("sweep a b", "'b' is one too many"),
            ("sweep a --shard 9/8", "such as 3/8"),
            ("sweep a --resume", "--out"),
            ("merge", "map files"),
            ("scenarios now", "now"),
        ];
        for (line, part) in cases {
            let Err(failure) = read(line) else { panic!("{line} was read") };
            assert_eq!(failure.code(), 2, "{line}");
            assert!(failure.message().is_some_and(|said| said.contains(part)), "{line}: {failure:?}");
        }
    }

    #[test]
    fn help_is_there_for_every_command() {
        for name in ["run", "sweep", "merge", "link", "table", "scenarios", "settings"] {
            for line in [format!("{name} --help"), format!("help {name}")] {
                let Ok(Command::Print(text)) = read(&line) else { panic!("{line}") };
                assert!(text.contains(&format!("collapse-lab {name}")), "{line}: {text}");
            }
        }
        assert!(matches!(read("--version"), Ok(Command::Print(text)) if text.starts_with("collapse-lab ")));
    }
}
