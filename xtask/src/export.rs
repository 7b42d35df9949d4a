//! `cargo xtask test export`: what exported programs need to run, and running them.
//!
//! Must not know what is exported: `tests/programs.rs` writes the programs and compares.

use crate::tools::cache;
use crate::{Repository, process};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is installed, with its versions.
const PACKAGES: &[&str] = &[
    "keras==3.15.1",
    "jax==0.10.2",
    "jaxlib==0.10.2",
    "numpy==2.4.6",
    "onnxruntime==1.32.0",
    "safetensors==0.8.0",
    // PyTorch's own needs, beside the libraries for GPUs.
    "filelock",
    "fsspec",
    "jinja2",
    "networkx",
    "sympy",
    "typing-extensions",
];
/// PyTorch, and where its wheel is built for GPUs, the one part of their libraries that must be real.
const TORCH: &str = "torch==2.15.0";
const RUNTIME: &str = "nvidia-cuda-runtime==13.2.*";
/// Makes that wheel start without the others.
const STAND_INS: &str = include_str!("export/stand_ins.py");

/// Python with everything, installed if need be.
///
/// # Errors
/// There is no Python, or something cannot be installed; the message says what.
pub fn python() -> Result<PathBuf, String> {
    let version = process::output(Command::new("python3").arg("--version"))
        .map_err(|_| "python3 was not found (Debian: apt install python3 python3-venv)".to_owned())?;
    let folder = cache()?.join("python").join(fingerprint(&version));
    let python = folder.join("bin").join("python");
    let done = folder.join("complete");
    if done.is_file() {
        return Ok(python);
    }
    println!("Installing {} and {TORCH} (1.7 GB, once) into {}", PACKAGES[..6].join(", "), folder.display());
    // What an interrupted installation left.
    let _ = fs::remove_dir_all(&folder);
    let failed =
        |error: String| format!("{error}\nthe Python packages that exports are tested with are missing");
    process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder)).map_err(failed)?;
    install(&python).map_err(failed)?;
    process::run(
        Command::new(&python)
            .args(["-c", "import jax, keras, onnxruntime, safetensors, torch"])
            .env("KERAS_BACKEND", "jax"),
    )
    .map_err(failed)?;
    fs::write(&done, "").map_err(|error| format!("{}: {error}", done.display()))?;
    Ok(python)
}

fn install(python: &Path) -> Result<(), String> {
    let pip = || {
        let mut pip = Command::new(python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        // Compiled when first used; most never are.
        pip.arg("--no-compile");
        pip
    };
    process::run(pip().args(PACKAGES))?;
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return process::run(pip().arg(TORCH));
    }
    process::run(pip().args(["--no-deps", TORCH, RUNTIME]))?;
    let site = process::output(
        Command::new(python).args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]),
    )?;
    process::run(Command::new(python).args(["-c", STAND_INS]).arg(&site))
}

/// Another list or another Python is another folder.
fn fingerprint(version: &str) -> String {
    let mut hash = Sha256::new();
    for part in PACKAGES.iter().chain([&TORCH, &RUNTIME, &STAND_INS, &version]) {
        hash.update(part);
        hash.update([0]);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The tests that run exported programs.
pub fn tests(repository: &Repository, python: &Path) -> Command {
    let mut cargo = Command::new("cargo");
    // The packages of the native tests, or Burn would be compiled again with other features.
    cargo.args(["test", "-p", "collapse-lab", "-p", "collapse-lab-cli", "--test", "programs"]);
    cargo.args(["--", "--include-ignored", "--nocapture"]);
    cargo.current_dir(&repository.root).env("COLLAPSE_LAB_PYTHON", python);
    cargo
}
