//! `cargo xtask test`: every test there is, and no kind left out silently. Must not know the tests.

use crate::chromium::{self, Chromium};
use crate::engines::Engine;
use crate::tools::Tools;
use crate::{Repository, build, export, process, sites};
use std::process::Command;

/// The kinds of tests, in the order they run: cheap first.
const KINDS: [&str; 4] = ["native", "wasm", "browser", "sites"];
/// Runs only when named: it compiles Burn's WebGPU backend once more, for a quarter of an hour.
const WEBGPU: &str = "webgpu";
/// Runs only when named: it installs Firefox and WebKit.
const ENGINES: &str = "engines";
/// Runs only when named: it installs PyTorch, Keras and onnxruntime, 1.7 GB.
const EXPORT: &str = "export";
/// What runs only when named.
const ON_REQUEST: [&str; 3] = [EXPORT, WEBGPU, ENGINES];

/// Takes `dist/` as it is, however it was built.
const NO_BUILD: &str = "--no-build";

/// Runs all kinds of tests, or those named. Where the browser, a generator of sites or Python cannot be had, its
/// tests are skipped with the reason; with `CI` set that is a failure.
///
/// # Errors
/// A test fails, or cannot be run.
pub fn run(repository: &Repository, named: &[&str]) -> Result<(), String> {
    let build = !named.contains(&NO_BUILD);
    let named: Vec<&str> = named.iter().copied().filter(|name| *name != NO_BUILD).collect();
    // `sites=mdbook,sphinx` is for whoever works on one of them.
    let some: Option<Vec<&str>> =
        named.iter().find_map(|name| name.strip_prefix("sites=")).map(|tools| tools.split(',').collect());
    let named: Vec<&str> =
        named.into_iter().map(|name| if name.starts_with("sites=") { "sites" } else { name }).collect();
    let is_known = |name: &str| KINDS.contains(&name) || ON_REQUEST.contains(&name);
    if let Some(unknown) = named.iter().find(|name| !is_known(name)) {
        let known = [&KINDS[..], &ON_REQUEST[..]].concat().join(", ");
        return Err(format!("there are no {unknown:?} tests; there are {known}"));
    }
    let is_wanted = |kind: &&str| named.contains(kind) || (named.is_empty() && KINDS.contains(kind));
    let mut failures = Vec::new();
    let mut skipped = Vec::new();
    for kind in KINDS.into_iter().chain(ON_REQUEST).filter(is_wanted) {
        println!("\n=== {kind} tests ===");
        let needs_browser = !["native", EXPORT, ENGINES].contains(&kind);
        match if needs_browser { Chromium::find_or_install().map(Some) } else { Ok(None) } {
            Ok(chromium) => {
                let outcome = match kind {
                    EXPORT => exported(repository),
                    "sites" => {
                        prepare(repository, build).and_then(|()| sites::run(repository, some.as_deref()))
                    }
                    _ => run_kind(repository, kind, chromium, build).map(|()| Vec::new()),
                };
                match outcome {
                    Ok(reasons) => skipped.extend(reasons),
                    Err(error) => {
                        eprintln!("{error}");
                        failures.push(format!("{kind} tests failed: {error}"));
                    }
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
            "export tests were not run: they install 1.7 GB of Python packages. To run them: cargo xtask test export\n\
             webgpu tests were not run: they compile for a quarter of an hour. To run them: cargo xtask test webgpu\n\
             engines tests were not run: they install Firefox and WebKit. To run them: cargo xtask test engines"
        );
    }
    if is_ci() {
        failures.append(&mut skipped);
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// Runs exported programs; why not, where there is no Python for them.
fn exported(repository: &Repository) -> Result<Vec<String>, String> {
    match export::python() {
        Ok(python) => process::run(&mut export::tests(repository, &python)).map(|()| Vec::new()),
        Err(reason) => Ok(vec![format!("export tests were SKIPPED: {reason}")]),
    }
}

/// Builds the page, unless told not to.
fn prepare(repository: &Repository, build: bool) -> Result<(), String> {
    if build { build::run(repository) } else { Ok(()) }
}

fn run_kind(
    repository: &Repository,
    kind: &str,
    chromium: Option<Chromium>,
    build: bool,
) -> Result<(), String> {
    let mut cargo = match (kind, chromium) {
        ("wasm", Some(chromium)) => {
            let mut cargo = wasm(repository, &chromium)?;
            cargo.args(["--test", "portable", "--no-default-features", "--features", "cpu"]);
            cargo
        }
        (WEBGPU, Some(chromium)) => {
            let mut cargo = wasm(repository, &chromium)?;
            cargo.args(["--test", "webgpu", "--no-default-features", "--features", "cpu,gpu"]);
            // A software adapter takes minutes to compile a hundred pipelines.
            cargo.args(["--profile", "gpu"]).env("WASM_BINDGEN_TEST_TIMEOUT", "600");
            cargo
        }
        (ENGINES, _) => {
            for engine in Engine::ALL {
                engine.install()?;
            }
            prepare(repository, build)?;
            let mut cargo = Command::new("cargo");
            cargo.args(["test", "--profile", "dev", "-p", "browser-tests", "--test", "engines"]);
            cargo.args(["--", "--ignored", "--test-threads=1"]);
            cargo
        }
        ("browser", Some(chromium)) => {
            prepare(repository, build)?;
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
                    .args(["test", "--profile", "dev", "-p", "xtask", "-p", "mdbook-collapse-lab"])
                    .current_dir(&repository.root),
            )?;
            // For the recipes of the command line; where it cannot be had, its test says so.
            if chromium::on_path("parallel").is_none() {
                let _ = chromium::install(&["parallel"]);
            }
            let mut cargo = Command::new("cargo");
            cargo.args(["test", "--no-fail-fast", "-p", "collapse-lab", "-p", "collapse-lab-cli"]);
            cargo.args(["-p", "diagnosis-bench", "-p", "plain-tensors"]);
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
