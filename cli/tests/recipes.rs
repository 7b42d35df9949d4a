//! The recipes of `docs/command-line.md`, run as they are written; each gives the map that one process gives.
//!
//! A recipe whose engine is not installed is skipped, and says so; with `CI` set, a missing GNU parallel is a
//! failure. Ray is looked for in the Python that `RAY_PYTHON` names.
#![cfg(unix)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Folder, ok};

const GRID: &str = r#"{"grid": [4, 3], "seeds": 2, "steps": 60, "experiment": {"data": "gaussians"}}"#;

fn recipe(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes").join(name)
}

/// A program that finds `collapse-lab` on its path.
fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let folder = Path::new(env!("CARGO_BIN_EXE_collapse-lab")).parent().expect("programs lie in a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    let mut program = Command::new(name);
    program.env("PATH", std::env::join_paths(paths).expect("plain names"));
    program
}

fn succeeds(command: &mut Command) {
    let output = command.output().expect("starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

fn is_there(name: &str) -> bool {
    program(name).arg("--version").output().is_ok_and(|output| output.status.success())
}

#[test]
fn gnu_parallel() {
    if !is_there("parallel") {
        assert!(std::env::var_os("CI").is_none(), "CI needs GNU parallel (Debian: apt install parallel)");
        return eprintln!("SKIPPED: GNU parallel is not installed");
    }
    let folder = Folder::new("parallel");
    folder.write("grid.json", GRID);
    let map = folder.path("map.json");
    succeeds(program(recipe("parallel.sh")).args([&folder.path("grid.json"), &map, "5", "--will-cite"]));
    assert_eq!(folder.read("map.json"), ok(&["sweep", GRID, "-q"]));
}

/// Every task as Slurm would start it without a cluster, one of them twice: the first time it was cut off.
#[test]
fn slurm_array() {
    let folder = Folder::new("slurm");
    folder.write("grid.json", GRID);
    let task = |number: u32| {
        let mut bash = program("bash");
        bash.arg(recipe("slurm.sh")).args([folder.path("grid.json"), folder.path("parts")]);
        bash.env("SLURM_ARRAY_TASK_ID", number.to_string()).env("SLURM_ARRAY_TASK_COUNT", "4");
        bash.env("SLURM_CPUS_PER_TASK", "1");
        succeeds(&mut bash);
    };
    [1, 2, 3, 4, 2].into_iter().for_each(task);
    let parts: Vec<String> = (1..=4).map(|part| folder.path(&format!("parts/{part}.json"))).collect();
    let merged = ok(&["merge", &parts[0], &parts[1], &parts[2], &parts[3]]);
    assert_eq!(merged, ok(&["sweep", GRID, "-q"]));
}

/// On a cluster, where there is one: `sinfo` answers.
#[test]
fn slurm_for_real() {
    if !program("sinfo").arg("--noheader").output().is_ok_and(|output| output.status.success()) {
        return eprintln!("SKIPPED: no Slurm controller answers here");
    }
    let folder = Folder::new("sbatch");
    folder.write("grid.json", GRID);
    let mut sbatch = program("sbatch");
    sbatch.args(["--wait", "--array=1-4", "--cpus-per-task=1", "--output=log-%a"]).current_dir(&folder.0);
    succeeds(sbatch.arg(recipe("slurm.sh")).args(["grid.json", "parts"]));
    let parts: Vec<String> = (1..=4).map(|part| folder.path(&format!("parts/{part}.json"))).collect();
    let merged = ok(&["merge", &parts[0], &parts[1], &parts[2], &parts[3]]);
    assert_eq!(merged, ok(&["sweep", GRID, "-q"]));
}

#[test]
fn ray() {
    let Some(python) = std::env::var_os("RAY_PYTHON") else {
        return eprintln!("SKIPPED: RAY_PYTHON names no Python with Ray (pip install ray)");
    };
    let folder = Folder::new("ray");
    folder.write("grid.json", GRID);
    let files = [folder.path("grid.json"), folder.path("map.json")];
    succeeds(program(python).arg(recipe("ray_sweep.py")).args(files).args(["--parts", "5"]));
    assert_eq!(folder.read("map.json"), ok(&["sweep", GRID, "-q"]));
}
