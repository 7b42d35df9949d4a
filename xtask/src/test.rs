//! `cargo xtask test`: every test there is, and no kind left out silently. Must not know the tests.

use crate::chromium::Chromium;
use crate::tools::Tools;
use crate::{Repository, build, export, process};
use std::path::PathBuf;
use std::process::Command;

/// The kinds of tests, in the order they run: cheap first.
const KINDS: [&str; 4] = ["native", "wasm", "export", "browser"];
/// Runs only when named: it compiles Burn's WebGPU backend once more, for a quarter of an hour.
const ON_REQUEST: &str = "webgpu";

/// Runs all kinds of tests, or those named. Where the browser or the Python that some need cannot be had,
/// their tests are skipped with the reason; with `CI` set that is a failure.
///
/// # Errors
/// A test fails, or cannot be run.
pub fn run(repository: &Repository, named: &[&str]) -> Result<(), String> {
    let is_known = |name: &str| KINDS.contains(&name) || name == ON_REQUEST;
    if let Some(unknown) = named.iter().find(|name| !is_known(name)) {
        return Err(format!("there are no {unknown:?} tests; there are {}, {ON_REQUEST}", KINDS.join(", ")));
    }
    let is_wanted = |kind: &&str| named.contains(kind) || (named.is_empty() && *kind != ON_REQUEST);
    let mut failures = Vec::new();
    let mut skipped = Vec::new();
    for kind in KINDS.into_iter().chain([ON_REQUEST]).filter(is_wanted) {
        println!("\n=== {kind} tests ===");
        match Needed::find(kind) {
            Ok(needed) => {
                if let Err(error) = run_kind(repository, kind, needed) {
                    eprintln!("{error}");
                    failures.push(format!("{kind} tests failed: {error}"));
                }
            }
            Err(reason) => skipped.push(format!("{kind} tests were SKIPPED: {reason}")),
        }
    }
    for line in &skipped {
        println!("{line}");
    }
    if named.is_empty() {
        println!(
            "webgpu tests were not run: they compile for a quarter of an hour. To run them: cargo xtask test webgpu"
        );
    }
    if is_ci() {
        failures.append(&mut skipped);
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// What a kind of tests needs beside cargo.
enum Needed {
    Nothing,
    Browser(Chromium),
    Python(PathBuf),
}

impl Needed {
    fn find(kind: &str) -> Result<Self, String> {
        match kind {
            "native" => Ok(Self::Nothing),
            "export" => export::python().map(Self::Python),
            _ => Chromium::find_or_install().map(Self::Browser),
        }
    }
}

fn run_kind(repository: &Repository, kind: &str, needed: Needed) -> Result<(), String> {
    let mut cargo = match (kind, needed) {
        ("export", Needed::Python(python)) => export::tests(repository, &python),
        ("wasm", Needed::Browser(chromium)) => {
            let mut cargo = wasm(repository, &chromium)?;
            cargo.args(["--test", "portable", "--no-default-features", "--features", "cpu"]);
            cargo
        }
        (ON_REQUEST, Needed::Browser(chromium)) => {
            let mut cargo = wasm(repository, &chromium)?;
            cargo.args(["--test", "webgpu", "--no-default-features", "--features", "cpu,gpu"]);
            // A software adapter takes minutes to compile a hundred pipelines.
            cargo.args(["--profile", "gpu"]).env("WASM_BINDGEN_TEST_TIMEOUT", "600");
            cargo
        }
        ("browser", Needed::Browser(chromium)) => {
            build::run(repository)?;
            let mut cargo = Command::new("cargo");
            // The development profile shares what this command was built from. One at a time: the
            // machine's cores belong to the page under test.
            cargo.args(["test", "--profile", "dev", "-p", "browser-tests", "--no-fail-fast"]);
            cargo.args(["--", "--test-threads=1"]);
            cargo.env("CHROME", chromium.browser).env("CHROMEDRIVER", chromium.driver);
            cargo
        }
        _ => {
            process::run(
                Command::new("cargo")
                    .args(["test", "--profile", "dev", "-p", "xtask"])
                    .current_dir(&repository.root),
            )?;
            let mut cargo = Command::new("cargo");
            cargo.args(["test", "--no-fail-fast"]);
            cargo
        }
    };
    process::run(cargo.current_dir(&repository.root))
}

/// Tests compiled to wasm, in a worker of a real browser.
fn wasm(repository: &Repository, chromium: &Chromium) -> Result<Command, String> {
    let tools = Tools::install(repository)?;
    let mut cargo = tools.command("cargo");
    cargo.args(["test", "--target", "wasm32-unknown-unknown"]);
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    cargo.env("CHROMEDRIVER", &chromium.driver);
    let wishes = std::env::temp_dir().join(format!("collapse-lab-webdriver-{}.json", std::process::id()));
    // The runner adds what makes it headless.
    let options = serde_json::json!({ "binary": chromium.browser, "args": ["--enable-unsafe-webgpu"] });
    let content = serde_json::json!({ "goog:chromeOptions": options }).to_string();
    std::fs::write(&wishes, content).map_err(|error| format!("{}: {error}", wishes.display()))?;
    cargo.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", wishes);
    Ok(cargo)
}

fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}
