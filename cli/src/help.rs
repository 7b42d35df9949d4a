//! What the program says about itself.
//!
//! Must not know how options are read.

use collapse_lab::experiment::{json, scenario};

/// For a command line that makes no sense.
pub const SHORT: &str = "\
Usage: collapse-lab <run|sweep|merge|link|table|scenarios|settings> [options]
collapse-lab --help says more";

const ALL: &str = "\
Trains Collapse Lab's experiments and collapse maps natively, on all cores.

Usage: collapse-lab <command> [options]

  run EXPERIMENT...   train experiments; a summary, or with --jsonl a line for every look
  sweep GRID          train a collapse map, or a part of one; writes the file the page opens
  merge PART...       put parts of a map together
  link INPUT          the address that opens an experiment or a map in the page
  table MAP           a map as comma-separated values, one row per cell and seed
  scenarios           the experiments that have a name
  settings            every setting: name, meaning, default, range
  help COMMAND        the options of a command

An EXPERIMENT is a JSON file, a link (#v=1&... or the whole address), the name of a scenario, or - for the
standard input. Options of every command: -q, --quiet (no progress, no warnings), --strict (what a link gets
wrong is an error), -j, --threads N (all cores), -h, --help; and -V, --version.

Exit status: 0 done, whatever became of the models; 1 not possible; 2 the command line or an input is wrong;
130 stopped by Ctrl-C or a scheduler, everything finished is kept.

Lines, files and recipes for Ray, Slurm and GNU parallel: docs/command-line.md.
";

const RUN: &str = "\
Usage: collapse-lab run EXPERIMENT... [options]

  -s, --set NAME=VALUE  a setting that wins over the experiment's; may be repeated
      --steps N         short for --set steps=N
      --seeds N         so many runs of each, from other initial weights and in another order (1 to 10,000)
      --every N         steps between two looks; 20 unless said otherwise. The verdict depends on the looks
      --jsonl           a line of JSON for every look, instead of a summary
  -o, --out FILE        where the lines go; the standard output otherwise
  -f, --force           overwrite FILE
      --shard I/N       only the I-th of N parts of the runs
  -j, --threads N       -q, --quiet   --strict   -h, --help

Seeds and lanes in a link (seeds=16, lane_b=...) are trained as well. Examples:

  collapse-lab run imbalance --steps 600
  collapse-lab run experiment.json --seeds 32 --jsonl > runs.jsonl
  collapse-lab run '#v=1&data=gaussians&imbalance=99' -s learning_rate=0.01 --jsonl
";

const SWEEP: &str = "\
Usage: collapse-lab sweep GRID [options]

GRID is a file like this (every field may be left out), a map's file or its link, or - for the standard input:

  {\"x\": {\"setting\": \"learning_rate\", \"from\": 0.0001, \"to\": 1},
   \"y\": {\"setting\": \"imbalance\"},
   \"grid\": [16, 16], \"seeds\": 4, \"steps\": 300, \"show\": \"n_eff\",
   \"experiment\": {\"data\": \"gaussians\", \"width\": 8}}

  -o, --out FILE        where the map goes, saved every few seconds; the standard output otherwise
      --resume          train only what FILE lacks
  -f, --force           overwrite FILE
      --shard I/N       only the I-th of N parts of the cells; `collapse-lab merge` puts them together
      --grid 16x16      --seeds N   --steps N   win over the grid's
  -s, --set NAME=VALUE  a setting of the experiment that all cells share; may be repeated
      --jsonl           a line of JSON for every run on the standard output
  -j, --threads N       -q, --quiet   --strict   -h, --help

Outcomes do not depend on threads, parts or interruptions. The page opens the file under Map, Open map.
";

const MERGE: &str = "\
Usage: collapse-lab merge PART... [options]

  -o, --out FILE        where the map goes; the standard output otherwise
  -f, --force           overwrite FILE
      --partial         write the map although cells are missing
  -q, --quiet           -h, --help

All parts must be of one map. A cell that two parts have must be the same in both.
";

const LINK: &str = "\
Usage: collapse-lab link INPUT [--page ADDRESS]

Prints the address of an experiment (a file, a scenario) or of a map's file with its outcomes, which opens
without training. Without --page it begins with ? or #.
";

const TABLE: &str = "\
Usage: collapse-lab table MAP

Prints a map's file as comma-separated values: one row per cell and seed.
";

const SCENARIOS: &str = "\
Usage: collapse-lab scenarios

Prints the name of every scenario, a tab, and what it shows.
";

const SETTINGS: &str = "\
Usage: collapse-lab settings

Prints every setting as a table: name, meaning, default, allowed values, when a change takes effect.
";

/// The help of a command; everything for an unknown one.
pub fn of(command: &str) -> &'static str {
    match command {
        "run" => RUN,
        "sweep" => SWEEP,
        "merge" => MERGE,
        "link" => LINK,
        "table" => TABLE,
        "scenarios" => SCENARIOS,
        "settings" => SETTINGS,
        _ => ALL,
    }
}

/// Name, version and where it trains.
pub fn version() -> String {
    format!("collapse-lab {}\n", env!("CARGO_PKG_VERSION"))
}

/// Every scenario and its promise.
pub fn scenarios() -> String {
    let line = |scenario: &scenario::Scenario| format!("{}\t{}\n", scenario.id, scenario.promise());
    scenario::SCENARIOS.iter().map(line).collect()
}

/// The table of settings.
pub fn settings() -> String {
    json::knob_table_markdown()
}
