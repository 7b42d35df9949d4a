//! Exports of small runs: what is in each file, and which differences are named.

use super::archive::Numbers;
use super::model::Named;
use super::*;
use crate::data::{self, Dataset, Sampler};
use crate::experiment::scenario::SCENARIOS;
use crate::experiment::{Experiment, link};
use crate::telemetry::{Confusion, History, LaneSnapshot, MarkerKind, Snapshot};
use std::fs;
use std::path::Path;

fn experiment(settings: &str) -> Experiment {
    let linked = link::read(settings);
    assert!(linked.notices.is_empty() && linked.unknown.is_empty(), "{settings}: {:?}", linked.notices);
    linked.experiment
}

fn file(experiment: &Experiment) -> Option<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("public").join(data::file(&experiment.data)?);
    Some(fs::read(path).expect("the data are in the repository"))
}

fn plan(settings: &str) -> Plan {
    let experiment = experiment(settings);
    Plan::new(&experiment, file(&experiment).as_deref(), 0, false, "https://example.org/#x")
        .expect("it loads")
}

#[test]
fn rows_in_order_are_the_examples_as_they_are_drawn() {
    let plan = plan("data=digits&imbalance=20&steps=30");
    let Batches::Rows { pool, order } = &plan.batches else { panic!("nothing changes these digits") };
    assert_eq!((plan.steps, order.len()), (30, 30 * 32));
    let (experiment, bytes) = (&plan.experiment, file(&plan.experiment));
    let dataset = Dataset::load(&experiment.data, 1, bytes.as_deref()).expect("it loads");
    let mut sampler = Sampler::new(&dataset, &experiment.data, 1, &experiment.live);
    for rows in order.chunks_exact(32) {
        let (mut inputs, mut labels) = (vec![0.0; 32 * 64], vec![0; 32]);
        sampler.draw(&dataset, &mut inputs, &mut labels);
        for ((row, input), label) in rows.iter().zip(inputs.chunks_exact(64)).zip(labels) {
            assert_eq!((pool.row(*row as usize), pool.labels[*row as usize]), (input, label));
        }
    }
    // Only what is used travels: 48 examples of the common class would be too few for 1,000.
    assert!(pool.labels.len() < dataset.pool.labels.len());
}

#[test]
fn every_scenario_becomes_a_program_without_gaps() {
    for scenario in SCENARIOS {
        let experiment = scenario.experiment();
        let bytes = file(&experiment);
        let plan =
            Plan::new(&experiment, bytes.as_deref(), 1, false, "https://example.org/#x").expect("loads");
        for target in Target::ALL {
            let text = code(&plan, target);
            let gap = text
                .match_indices("{{")
                .any(|(at, _)| text[at + 2..].starts_with(|c: char| c.is_lowercase()));
            assert!(!gap, "{} for {} has a gap", scenario.id, target.name());
            assert!(text.contains("https://example.org/#x"));
            for caveat in plan.caveats(target) {
                assert!(text.contains(&caveat.text()), "{}: {caveat:?} is not said", scenario.id);
            }
        }
    }
}

#[test]
fn what_a_target_cannot_do_is_named_and_nothing_else() {
    let check = |settings: &str, expected: [&[Caveat]; 3]| {
        let plan = plan(settings);
        for (target, expected) in Target::ALL.into_iter().zip(expected) {
            assert_eq!(plan.caveats(target), expected, "{settings} for {}", target.name());
        }
    };
    check("data=moons&steps=50", [&[]; 3]);
    check("data=moons&steps=20000", [&[Caveat::Steps(500)]; 3]);
    check("data=moons&steps=50&dropout=0.5", [&[Caveat::Dropout]; 3]);
    check("data=moons&steps=50&dropout=0.5&depth=0", [&[]; 3]);
    check(
        "data=moons&steps=50&schedule=plateau&early_stopping=3",
        [&[Caveat::Plateau, Caveat::EarlyStopping]; 3],
    );
    check("data=moons&steps=50&clip_norm=1", [&[], &[], &[Caveat::BurnClip]]);
    check("data=moons&steps=50&epsilon=0.01", [&[Caveat::KerasEpsilon], &[], &[]]);
    check("data=moons&steps=50&optimizer=rmsprop", [&[Caveat::KerasRoot], &[], &[]]);
    check("data=moons&steps=50&optimizer=sgd&schedule=cosine", [&[Caveat::KerasMomentum], &[], &[]]);
    check("data=moons&steps=50&optimizer=sgd&weight_decay=0.1", [&[], &[], &[Caveat::BurnDecay]]);
    check("data=moons&steps=50&weight_decay=0.1", [&[]; 3]);
    check("data=moons&steps=50&batch_norm=true", [&[], &[Caveat::Variance], &[]]);
    check("data=digits&steps=50&noise=0.1", [&[Caveat::Drawn]; 3]);
    // Augmentation does nothing to vectors.
    check("data=moons&steps=50&noise=0.1", [&[]; 3]);
    check("data=moons&steps=50&mixup=0.2", [&[Caveat::Drawn]; 3]);
}

#[test]
fn changed_inputs_are_cut_before_they_fill_the_disk() {
    let plan = plan("data=mnist&shift=0.1&batch_size=256&steps=5000");
    let Batches::Drawn { inputs, .. } = &plan.batches else { panic!("they are shifted") };
    assert!(inputs.len() * 4 <= 24 << 20 && plan.steps >= 20, "{} steps", plan.steps);
    assert!(plan.caveats(Target::Keras).contains(&Caveat::Steps(plan.steps)));
}

#[test]
fn equal_tensors_give_equal_files_that_can_be_read() {
    let about = [("address", "#v=1".to_owned()), ("step", "40".to_owned()), ("seed", "7".to_owned())];
    let tensor = Named { name: "w".to_owned(), shape: vec![2], numbers: Numbers::Floats(vec![1.5, -2.0]) };
    let files: Vec<Vec<u8>> =
        (0..20).map(|_| archive::safetensors(std::slice::from_ref(&tensor), &about)).collect();
    assert!(files.iter().all(|file| *file == files[0]));
    let read = ::safetensors::SafeTensors::deserialize(&files[0]).expect("a whole file");
    assert_eq!(
        read.tensor("w").expect("it is in there").data(),
        [1.5f32, -2.0].map(f32::to_le_bytes).concat()
    );
}

#[test]
fn a_notebook_is_the_program_in_cells() {
    let plan = plan("data=moons&steps=20");
    let notebook = notebook(&plan, Target::PyTorch).expect("a Python target");
    let notebook: serde_json::Value = serde_json::from_str(&notebook).expect("JSON");
    let cells = notebook["cells"].as_array().expect("cells");
    let text = |cell: &serde_json::Value| -> String {
        let lines = cell["source"].as_array().expect("lines");
        lines.iter().filter_map(|line| line.as_str()).collect()
    };
    assert!(text(&cells[0]).starts_with("Exported from Collapse Lab"), "{}", text(&cells[0]));
    let cells: Vec<String> = cells.iter().filter(|cell| cell["cell_type"] == "code").map(text).collect();
    let program = code(&plan, Target::PyTorch);
    for cell in &cells {
        assert!(program.contains(cell), "not in the program:\n{cell}");
    }
    assert!(cells.len() > 5);
    assert!(super::notebook(&plan, Target::Burn).is_none());
}

fn snapshot(step: u32, loss: f32) -> Snapshot {
    let lane = LaneSnapshot {
        learning_rate: 0.1,
        loss_train: loss,
        loss_probe: 0.5,
        accuracy_train: 1.0,
        confusion: Confusion::from_rows(&[&[3, 1], &[0, 4]]),
        class_shares: vec![0.5, 0.5],
        grad_norm: vec![2.0, 3.0],
        update_ratio: vec![0.25, 0.125],
        dead_share: vec![0.5],
        vitals: crate::telemetry::Vitals::default(),
    };
    Snapshot { step, epoch: 0.5, lanes: vec![lane] }
}

fn recorded(write: fn(&Recorded) -> String) -> String {
    let experiment = experiment("data=moons");
    let mut history = History::default();
    history.push(snapshot(10, f32::NAN));
    history.mark(15, MarkerKind::Knob, "learning_rate 0.1");
    history.mark(20, MarkerKind::Collapsed, "collapsed");
    history.push(snapshot(20, 0.25));
    let names = |names: [&str; 2]| names.map(str::to_owned).to_vec();
    write(&Recorded {
        experiment: &experiment,
        address: "https://example.org/#x",
        history: &history,
        classes: &names(["good, old", "new"]),
        layers: &names(["dense 1", "output"]),
        verdict: &crate::diagnosis::judge(&history, &experiment),
        findings: &[],
    })
}

#[test]
fn the_table_has_a_row_per_observation_and_gaps_for_nan() {
    let table = recorded(csv);
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("step,epoch,learning_rate,loss_train,loss_probe,"));
    assert!(lines[0].ends_with(
        ",\"share good, old\",share new,\"recall good, old\",recall new,gradient dense 1,gradient output,\
         update dense 1,update output,dead dense 1,events"
    ));
    assert!(lines[1].starts_with("10,0.5,0.1,,0.5,1,0.875,0.875,"), "{}", lines[1]);
    assert!(lines[1].ends_with(",0.375,0.625,0.75,1,2,3,0.25,0.125,0.5,"), "{}", lines[1]);
    assert!(lines[2].starts_with("20,0.5,0.1,0.25,"));
    assert!(lines[2].ends_with(",\"setting: learning_rate 0.1; collapsed: collapsed\""), "{}", lines[2]);
    assert_eq!(lines.len(), 3);
}

#[test]
fn the_json_has_everything() {
    let run: serde_json::Value = serde_json::from_str(&recorded(json)).expect("JSON");
    assert_eq!(run["experiment"]["data"], "moons");
    assert_eq!(run["snapshots"][0]["loss_train"], serde_json::Value::Null);
    assert_eq!(run["snapshots"][1]["confusion"].to_string(), "[[3,1],[0,4]]");
    assert_eq!(run["markers"][1]["kind"], "collapsed");
    assert_eq!(run["verdict"]["kind"], "not_started");
}

#[test]
fn weights_have_the_names_and_shapes_of_pytorch() {
    let plan = plan("data=shapes&model=cnn&channels=4&blocks=2&batch_norm=true&steps=10");
    let shapes: Vec<String> = plan
        .initial
        .tensors(Convention::PyTorch)
        .iter()
        .map(|tensor| format!("{} {:?}", tensor.name, tensor.shape))
        .collect();
    let expected = [
        "conv_1.weight [4, 3, 3, 3]",
        "conv_1_norm.weight [4]",
        "conv_1_norm.bias [4]",
        "conv_1_norm.running_mean [4]",
        "conv_1_norm.running_var [4]",
        "conv_2.weight [4, 4, 3, 3]",
    ];
    assert_eq!(shapes[..6], expected);
    assert_eq!(shapes[shapes.len() - 2..], ["output.weight [2, 256]", "output.bias [2]"]);
}

#[test]
fn a_bundle_holds_the_program_its_data_and_for_burn_the_manifest() {
    let plan = plan("data=moons&steps=20");
    for (target, expected) in Target::ALL.into_iter().zip([
        &["train.py", "data.safetensors"][..],
        &["train.py", "data.safetensors"],
        &["Cargo.toml", "src/main.rs", "data.safetensors"],
    ]) {
        let bytes = bundle(&plan, target).expect("it fits");
        let archive = ::zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip file");
        let mut names: Vec<&str> = archive.file_names().collect();
        let mut expected = expected.to_vec();
        crate::order::sort_by(&mut names, Ord::cmp);
        crate::order::sort_by(&mut expected, Ord::cmp);
        assert_eq!(names, expected);
    }
}
