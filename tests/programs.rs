//! Exported programs do what the page does: they are run, with the real PyTorch, Keras and Burn.
//!
//! `cargo xtask test export` installs what they need and runs this; by itself `cargo test` leaves it out.
#![cfg(all(feature = "cpu", feature = "export"))]

mod support;

use collapse_lab::data;
use collapse_lab::experiment::{Experiment, link};
use collapse_lab::export::{self, Batches, Model, Plan, Target};
use collapse_lab::fleet::{Device, Fleet, InputShape, Probe};
use collapse_lab::protocol::Control;
use collapse_lab::telemetry::{Confusion, Snapshot};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use support::{RUN, Talk, control, start};

/// What is exported: a name, the settings, and whether the run ends collapsed (`None`: whatever it does).
const CASES: &[(&str, &str, Option<bool>)] = &[
    ("imbalanced", "data=gaussians&imbalance=99&steps=400", Some(true)),
    ("class_weights", "data=gaussians&imbalance=99&weighting=inverse_frequency&steps=400", Some(false)),
    ("cnn", "data=shapes&train_size=80&model=cnn&channels=8&steps=100", Some(true)),
    (
        "cnn_flipped",
        "data=shapes&train_size=80&model=cnn&channels=8&steps=100&flip_horizontal=0.5&flip_vertical=0.5",
        Some(false),
    ),
    (
        "two_blocks",
        "data=digits&model=cnn&blocks=2&channels=8&optimizer=sgd&learning_rate=0.05&activation=tanh&steps=300",
        Some(false),
    ),
    ("focal", "data=digits&loss=focal&optimizer=adamw&learning_rate=0.003&steps=300", Some(false)),
    ("squared", "data=digits&loss=mse&optimizer=rmsprop&momentum=0.5&learning_rate=0.002&steps=300", None),
    (
        "sigmoids",
        "data=digits&loss=sigmoid_bce&imbalance=300&weighting=effective_number&bias_init=log_prior&steps=300",
        None,
    ),
    (
        "adjusted",
        "data=gaussians&imbalance=199&weighting=logit_adjustment&label_smoothing=0.1&steps=400",
        Some(true),
    ),
    ("one_unit", "data=moons&loss=softmax_one_unit&steps=100", Some(true)),
    (
        "normalised",
        "data=digits&batch_norm=true&depth=2&activation=gelu&schedule=cosine&schedule_steps=300&l2=0.001&steps=300",
        Some(false),
    ),
    (
        "mixed",
        "data=digits&mixup=0.4&clip_norm=1&activation=leaky_relu&learning_rate=0.003&steps=300",
        Some(false),
    ),
    ("dead", "data=digits&learning_rate=1&steps=100", Some(true)),
    ("corrected", "data=moons&imbalance=99&prior_correction=1&learning_rate=0.01&steps=300", None),
];

/// Seeds of each case.
const SEEDS: u32 = 5;
/// How far the logits of the first batch may lie apart.
const LOGITS: f32 = 1e-4;
/// Burn compiles every program anew; these cover its loss functions, optimisers and layers.
const BURN: &[&str] =
    &["imbalanced", "class_weights", "cnn", "two_blocks", "squared", "sigmoids", "normalised", "one_unit"];

/// A case with one seed, written to disk.
struct Case {
    name: &'static str,
    seed: u32,
    collapses: Option<bool>,
    plan: Plan,
    truth: Truth,
}

/// What our own trainer did.
struct Truth {
    /// Of the first batch, before the first step.
    first: Vec<f32>,
    /// Verdict by the programs' rule after the last step.
    verdict: String,
    /// Of the probe set then.
    last: Vec<f32>,
    model: Model,
}

#[test]
#[ignore = "needs Python with PyTorch, Keras and onnxruntime: cargo xtask test export"]
fn exported_programs_do_what_the_page_does() {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("programs");
    let _ = fs::remove_dir_all(&root);
    let begun = Instant::now();
    let all: Vec<(usize, u32)> =
        (0..CASES.len()).flat_map(|case| (0..SEEDS).map(move |seed| (case, seed))).collect();
    let cases = support::watched::in_parallel(&all, |&(case, seed)| {
        let (name, settings, collapses) = CASES[case];
        let linked = link::read(settings);
        assert!(linked.notices.is_empty() && linked.unknown.is_empty(), "{name}: {:?}", linked.notices);
        let experiment = linked.experiment.with_seed(seed);
        let plan = plan(&experiment);
        Case { name, seed, collapses, truth: truth(&experiment, &plan), plan }
    });
    println!("{} runs of our own: {:.0} s", cases.len(), begun.elapsed().as_secs_f32());
    let mut wrong: Vec<String> = cases.iter().filter_map(unexpected).collect();
    let python = std::env::var("COLLAPSE_LAB_PYTHON").expect("cargo xtask test export names the Python");
    let check = |kind: &'static str| {
        let (cases, root, python) = (&cases, &root, &python);
        move || {
            let begun = Instant::now();
            let wrong = match kind {
                "burn" => burn(cases, root),
                "weights" => weights(cases, root, python),
                _ => frameworks(kind, cases, root, python),
            };
            println!("{kind}: {:.0} s", begun.elapsed().as_secs_f32());
            wrong
        }
    };
    // As many at once as there are processors.
    for pair in [["pytorch", "keras"], ["weights", "burn"]] {
        std::thread::scope(|scope| {
            let handles = pair.map(|kind| scope.spawn(check(kind)));
            for handle in handles {
                wrong.extend(handle.join().expect("a check that reports what is wrong"));
            }
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn plan(experiment: &Experiment) -> Plan {
    let file = data::file(&experiment.data).map(|file| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("public").join(file);
        fs::read(path).expect("the data are in the repository")
    });
    Plan::new(experiment, file.as_deref(), experiment.live.steps, false, "https://example.org/#")
        .expect("the data load")
}

fn truth(experiment: &Experiment, plan: &Plan) -> Truth {
    let input = plan.architecture.input;
    let device = Device::default();
    let mut fleet = Fleet::new(&[experiment], input, &device);
    let size = experiment.batch_size as usize;
    let features = plan.features();
    let inputs: Vec<f32> = match &plan.batches {
        Batches::Rows { pool, order } => {
            order[..size].iter().flat_map(|&row| pool.row(row as usize)).copied().collect()
        }
        Batches::Drawn { inputs, .. } => inputs[..size * features].to_vec(),
    };
    let logits = |fleet: &Fleet, inputs: &[f32]| {
        pollster::block_on(Probe::new(fleet, &[inputs]).logits(fleet))
            .expect("the CPU is not lost")
            .swap_remove(0)
    };
    let first = logits(&fleet, &inputs);
    let mut talk = Talk::with_public();
    talk.say(start(RUN, experiment.clone(), None, false));
    talk.say(control(Control::Step(plan.steps)));
    let seen = talk.until_quiet().pop().expect("a look after the last step");
    assert_eq!(seen.step, plan.steps);
    let checkpoint = talk.checkpoint();
    let model = Model::saved(&plan.architecture, &checkpoint.groups[0], 0).expect("a state of this model");
    let state = &checkpoint.groups[0];
    let rates = collapse_lab::fleet::Rates::new(&experiment.live, experiment.optimizer.name, &[], 1);
    fleet.restore(&state.tensors, state.step, vec![rates]).expect("a state of this model");
    let last = logits(&fleet, &plan.probe.inputs);
    Truth { first, verdict: verdict(&seen), last, model }
}

/// The rule of the exported programs, on our own confusion matrix.
fn verdict(seen: &Snapshot) -> String {
    let lane = &seen.lanes[0];
    let confusion: &Confusion = &lane.confusion;
    let lost = confusion.recall().iter().any(|recall| *recall <= 0.05);
    let word = match confusion {
        _ if lane.is_diverged() => "diverged",
        confusion if confusion.collapse() >= 0.75 => "collapsed",
        confusion if confusion.skill().value < 0.1 => "guessing",
        _ if lost => "minority_collapse",
        _ => "healthy",
    };
    word.to_owned()
}

fn has_collapsed(verdict: &str) -> bool {
    matches!(verdict, "collapsed" | "minority_collapse" | "guessing")
}

/// Our own run did not do what the case is for.
fn unexpected(case: &Case) -> Option<String> {
    let verdict = &case.truth.verdict;
    case.collapses
        .is_some_and(|expected| expected != has_collapsed(verdict))
        .then(|| format!("{} seed {}: our own run is {verdict}", case.name, case.seed))
}

fn folder(root: &Path, kind: &str, case: &Case) -> PathBuf {
    root.join(kind).join(format!("{}-{}", case.name, case.seed))
}

fn write(folder: &Path, name: &str, content: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
    fs::write(path, content).expect("a file");
}

fn frameworks(kind: &str, cases: &[Case], root: &Path, python: &str) -> Vec<String> {
    let target = Target::named(kind).expect("a target");
    for case in cases {
        let folder = folder(root, kind, case);
        if case.seed == SEEDS - 1 {
            // The last seed is run as a notebook, whose data are in its text.
            let notebook = export::notebook(&case.plan, target).expect("a Python target");
            write(&folder, "train.ipynb", notebook.as_bytes());
            continue;
        }
        for (name, content) in export::files(&case.plan, target) {
            write(&folder, &name, &content);
        }
    }
    let folders = cases.iter().map(|case| folder(root, kind, case));
    compare(kind, cases, &harness(kind, python, folders), |case| &case.truth.first)
}

/// What the harness found, by folder.
fn harness(kind: &str, python: &str, folders: impl Iterator<Item = PathBuf>) -> BTreeMap<PathBuf, Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs/harness.py");
    let mut command = Command::new(python);
    command.arg(script).arg(kind).args(folders).env("KERAS_BACKEND", "jax").stderr(Stdio::inherit());
    command.env("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1");
    // Five seeds are the same program: JAX compiles it once.
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs").join("compiled");
    command.env("JAX_COMPILATION_CACHE_DIR", cache).env("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0");
    let output = command.output().expect("the Python that xtask named");
    let text = String::from_utf8_lossy(&output.stdout);
    let found = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    found.map(|line| (PathBuf::from(line["folder"].as_str().unwrap_or_default()), line)).collect()
}

fn compare<'a>(
    kind: &str,
    cases: impl IntoIterator<Item = &'a Case>,
    found: &BTreeMap<PathBuf, Value>,
    expected: impl Fn(&Case) -> &[f32],
) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut worst = (0.0f32, "");
    for case in cases {
        let what = format!("{kind}, {}, seed {}", case.name, case.seed);
        let Some((_, found)) = found.iter().find(|(folder, _)| {
            folder.file_name().is_some_and(|name| *name == *format!("{}-{}", case.name, case.seed))
        }) else {
            wrong.push(format!("{what}: the program did not run to its end"));
            continue;
        };
        let logits: Vec<f32> = found["logits"]
            .as_array()
            .map(|logits| {
                logits.iter().filter_map(|logit| logit.as_f64().map(|logit| logit as f32)).collect()
            })
            .unwrap_or_default();
        let apart = distance(case, &logits, expected(case));
        if apart > worst.0 {
            worst = (apart, case.name);
        }
        if apart.is_nan() || apart > LOGITS {
            wrong.push(format!("{what}: the logits are {apart} apart"));
        }
        if let Some(verdict) = found["verdict"].as_str()
            && has_collapsed(verdict) != has_collapsed(&case.truth.verdict)
        {
            wrong.push(format!("{what}: {found} where ours is {}", case.truth.verdict));
        }
    }
    println!("{kind}: logits at most {} apart ({})", worst.0, worst.1);
    wrong
}

/// Largest difference; infinite for another number of logits. Programs give what the last layer says, our
/// probe what it answers.
fn distance(case: &Case, logits: &[f32], expected: &[f32]) -> f32 {
    use collapse_lab::experiment::LossName;
    let log_sigmoid = |logit: f32| -(f32::max(-logit, 0.0) + (-logit.abs()).exp().ln_1p());
    let answers: Vec<f32> = match case.plan.experiment.loss.name {
        LossName::SigmoidBce => logits.iter().map(|logit| log_sigmoid(*logit)).collect(),
        // One number, whose value is no answer: it must be finite.
        LossName::SoftmaxOneUnit if logits.len() == expected.len() / 2 => {
            return if logits.iter().all(|logit| logit.is_finite()) { 0.0 } else { f32::NAN };
        }
        _ => logits.to_vec(),
    };
    if answers.len() != expected.len() {
        return f32::INFINITY;
    }
    // Relative for large ones: a diverging model's last digits mean nothing.
    answers.iter().zip(expected).map(|(a, b)| (a - b).abs() / b.abs().max(1.0)).fold(0.0, f32::max)
}

fn weights(cases: &[Case], root: &Path, python: &str) -> Vec<String> {
    let firsts: Vec<&Case> = cases.iter().filter(|case| case.seed == 0).collect();
    for case in &firsts {
        let folder = folder(root, "weights", case);
        let about = [("step", case.plan.steps.to_string())];
        write(&folder, "model.onnx", &export::onnx(&case.truth.model, &about));
        write(&folder, "model.safetensors", &export::safetensors(&case.truth.model, &about));
        write(&folder, "inputs.npy", &npy(case));
    }
    let found = harness("weights", python, firsts.iter().map(|case| folder(root, "weights", case)));
    let mut wrong = compare("weights", firsts.iter().copied(), &found, |case| &case.truth.last);
    for (folder, found) in &found {
        let bias = &found["shapes"]["output.bias"];
        if !bias.is_array() {
            wrong.push(format!("{}: no output.bias among {}", folder.display(), found["shapes"]));
        }
    }
    wrong
}

/// The probe set as numpy keeps it, images as images for convolutions.
fn npy(case: &Case) -> Vec<u8> {
    let probe = &case.plan.probe;
    let rows = probe.labels.len();
    let is_conv = case.plan.experiment.model_name() == collapse_lab::experiment::ModelName::Cnn;
    let shape = match case.plan.architecture.input {
        InputShape::Image([channels, height, width]) if is_conv => {
            format!("({rows}, {channels}, {height}, {width})")
        }
        input => format!("({rows}, {})", input.features()),
    };
    let mut head = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}");
    while (head.len() + 11) % 64 != 0 {
        head.push(' ');
    }
    head.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((head.len() as u16).to_le_bytes());
    bytes.extend(head.bytes());
    bytes.extend(probe.inputs.iter().flat_map(|number| number.to_le_bytes()));
    bytes
}

/// One crate with every program as a binary, so that Burn is compiled once.
fn burn(cases: &[Case], root: &Path) -> Vec<String> {
    let (krate, repository) = (root.join("burn-crate"), Path::new(env!("CARGO_MANIFEST_DIR")));
    let chosen: Vec<&Case> = cases.iter().filter(|case| BURN.contains(&case.name)).collect();
    for case in &chosen {
        for (name, content) in export::files(&case.plan, Target::Burn) {
            match name.as_str() {
                "data.safetensors" => write(&folder(root, "burn", case), &name, &content),
                "src/main.rs" if case.seed == 0 => {
                    write(&krate, &format!("src/bin/{}.rs", case.name), &content);
                }
                // The same profile as these tests, so that what both depend on is compiled once.
                "Cargo.toml" => {
                    let mut manifest = String::from_utf8(content).expect("text");
                    manifest = manifest.split("\n# Training").next().unwrap_or_default().to_owned();
                    manifest += "\n[workspace]\n[profile.dev]\nopt-level = 2\ndebug = \"line-tables-only\"\n";
                    write(&krate, &name, manifest.as_bytes());
                }
                _ => {}
            }
        }
    }
    fs::copy(repository.join("Cargo.lock"), krate.join("Cargo.lock"))
        .expect("the versions of this repository");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("below the target directory");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--bins", "--quiet"]).current_dir(&krate).env("CARGO_TARGET_DIR", target);
    if !cargo.status().is_ok_and(|status| status.success()) {
        return vec!["burn: the programs do not compile".to_owned()];
    }
    let mut found = BTreeMap::new();
    for case in &chosen {
        let folder = folder(root, "burn", case);
        let program = target.join("debug").join(case.name);
        let output =
            Command::new(program).arg("logits.txt").current_dir(&folder).output().expect("it compiled");
        let text = String::from_utf8_lossy(&output.stdout);
        let last = text.lines().last().unwrap_or_default();
        let Ok(mut result) = serde_json::from_str::<Value>(last) else {
            println!("{}: {}", folder.display(), String::from_utf8_lossy(&output.stderr));
            continue;
        };
        let logits = fs::read_to_string(folder.join("logits.txt")).unwrap_or_default();
        let logits: Vec<f32> = logits.lines().filter_map(|line| line.parse().ok()).collect();
        result["logits"] = logits.into();
        found.insert(folder, result);
    }
    compare("burn", chosen, &found, |case| &case.truth.first)
}
