//! A workbench for rules: the signals that rules read, of any settings, as a table.
//!
//! ```text
//! STORIES=stories cargo test --release --test signals -- --ignored --nocapture
//! ```
//!
//! A line of the file is a name, settings as in a link, and the steps to train.
#![cfg(feature = "cpu")]

mod support;

use collapse_lab::diagnosis;
use collapse_lab::experiment::{Seeds, link};
use support::watched::{Watched, in_parallel};

#[test]
#[ignore = "for exploring: needs a file named by STORIES"]
fn signals() {
    let file = std::env::var("STORIES").expect("STORIES names a file, see this test's first lines");
    let text = std::fs::read_to_string(&file).expect("a readable file");
    let seeds: u32 = std::env::var("SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let jobs: Vec<_> = lines.flat_map(|line| (1..=seeds).map(move |seed| (line, seed))).collect();
    for told in in_parallel(&jobs, |(line, seed)| tell(line, *seed)) {
        println!("{told}");
    }
}

fn tell(line: &str, seed: u32) -> String {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let mut experiment = link::read(parts[1]).experiment;
    experiment.seeds = Seeds { data: seed, weights: seed, order: seed };
    let mut run = Watched::begin(&experiment);
    run.train(parts[2].parse().expect(line));
    let lane = &run.history.last().expect("trained").lanes[0];
    let vitals = &lane.vitals;
    let numbers = |values: &[f32]| values.iter().map(|v| format!("{v:.2e}")).collect::<Vec<_>>().join(" ");
    let skill = lane.confusion.skill();
    let found: Vec<_> = diagnosis::findings(&run.history, &experiment, &[])
        .iter()
        .map(|f| {
            format!(
                "{}{}@{}:{:.2}",
                f.rule,
                if f.until.is_some() { "(over)" } else { "" },
                f.since,
                f.confidence
            )
        })
        .collect();
    let mut text = format!(
        "\n{} #{seed} {} skill {:.2} [{:.2} {:.2}] => {}\n  train {:.2} clean {:.2} lossT {:.3} lossC {:.3} lossP {:.3} info {:.3} conf {:.2} sure {:.2}/{:.2} lean {:.1}\n  grad {} | upd {} | dead {} | wr {} | us {}",
        parts[0],
        run.kind().name(),
        skill.value,
        skill.low,
        skill.high,
        found.join(", "),
        lane.accuracy_train,
        vitals.accuracy_clean,
        lane.loss_train,
        vitals.loss_clean,
        lane.loss_probe,
        vitals.information,
        vitals.confidence,
        vitals.sure_accuracy[0],
        vitals.sure_accuracy[1],
        vitals.lean,
        numbers(&lane.grad_norm),
        numbers(&lane.update_ratio),
        numbers(&lane.dead_share),
        numbers(&vitals.weight_ratio),
        numbers(&vitals.unit_spread),
    );
    if let Some(origin) = run.history.origin() {
        let d = &origin.data;
        text += &format!(
            "\n  data: n {} copies {:.2} scale {:.2e} offset {:.2} disp {:.1e} nn {:.2}[{:.2}] cen {:.2}[{:.2}] sure {:.2}/{:.2} tr {:.2} trc {:.2} dist {:.2} shift {:.2} stretch {:.2} runs {:.2} aug {:.2}",
            d.examples,
            d.copies,
            d.scale,
            d.offset,
            d.disparity,
            d.neighbour.value,
            d.neighbour.low,
            d.centroid.value,
            d.centroid.low,
            d.sure_accuracy[0],
            d.sure_accuracy[1],
            d.transfer.skill().value,
            d.transfer_centroid.value,
            d.distance,
            d.shift,
            d.stretch,
            d.runs,
            d.augmented.map_or(f32::NAN, |skill| skill.value),
        );
        let s = &origin.start;
        text += &format!(
            "\n  start: loss {:.3} info {:.3} dead {} gain {} us {}",
            s.loss,
            s.information,
            numbers(&s.dead_share),
            numbers(&s.gain),
            numbers(&s.unit_spread),
        );
    }
    text
}

/// What the signals and the rules cost: `cargo test --release --test signals cost -- --ignored --nocapture`.
#[test]
#[ignore = "measures time"]
fn cost() {
    use std::time::Instant;
    for settings in ["", "width=64&depth=3", "model=cnn", "data=moons", "data=gaussians&imbalance=9"] {
        let experiment = link::read(settings).experiment;
        let mut run = Watched::begin(&experiment);
        run.train(400);
        let begun = Instant::now();
        for _ in 0..20 {
            std::hint::black_box(diagnosis::findings(&run.history, &experiment, &[]));
        }
        let rules = begun.elapsed().as_secs_f64() / 20.0 * 1e3;
        let shapes = [false, true].map(|clean| looks(&experiment, clean));
        let [bare, vitals] = shapes.map(|(look, _)| look);
        println!(
            "{settings:>28}: a step {:.3} ms, a look {bare:.3} ms, with vitals {vitals:.3} ms, data signs {:.1} ms once, \
             all rules over {} looks {rules:.3} ms; of 75 ms between looks {:.1} %",
            shapes[0].1,
            signs(&experiment),
            run.history.snapshots().len(),
            (vitals - bare + rules) / 75.0 * 100.0,
        );
    }
}

/// Milliseconds of one look, with or without what the rules want beside the charts; and of one step.
fn looks(experiment: &collapse_lab::experiment::Experiment, clean: bool) -> (f64, f64) {
    use collapse_lab::fleet::{Batch, Device, Fleet, InputShape, Probe};
    use std::time::Instant;
    let dataset = dataset(experiment);
    let shape = match dataset.image {
        Some(shape) => InputShape::Image(shape),
        None => InputShape::Vector(dataset.pool.features),
    };
    let mut fleet = Fleet::new(&[experiment], shape, &Device::default());
    let mut probe = Probe::new(&fleet, &[&dataset.probe.inputs]);
    if clean {
        let rows: Vec<f32> =
            dataset.clean().flat_map(|(_, _, index)| dataset.pool.row(index)).copied().collect();
        probe = probe.with_clean(&fleet, &[&rows]);
    }
    let batch = experiment.batch_size as usize;
    let inputs = dataset.pool.inputs[..batch * dataset.pool.features].to_vec();
    let labels = dataset.pool.labels[..batch].to_vec();
    let weights = vec![1.0; dataset.classes.len()];
    let (mut look, mut step) = (0.0, 0.0);
    for _ in 0..40 {
        let begun = Instant::now();
        fleet.step(Batch::new(inputs.clone(), labels.clone(), &[&weights]), true);
        step += begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        pollster::block_on(probe.observe(&mut fleet)).expect("the CPU is not lost");
        look += begun.elapsed().as_secs_f64();
    }
    (look * 25.0, step * 25.0)
}

/// Milliseconds of measuring the data.
fn signs(experiment: &collapse_lab::experiment::Experiment) -> f64 {
    use collapse_lab::data::Sampler;
    let dataset = dataset(experiment);
    let sampler = Sampler::new(&dataset, &experiment.data, 1, &experiment.live);
    let begun = std::time::Instant::now();
    std::hint::black_box(collapse_lab::data::signs(&dataset, &sampler));
    begun.elapsed().as_secs_f64() * 1e3
}

fn dataset(experiment: &collapse_lab::experiment::Experiment) -> collapse_lab::data::Dataset {
    let file = collapse_lab::data::file(&experiment.data).map(|file| {
        std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("public").join(file))
            .expect("data")
    });
    collapse_lab::data::Dataset::load(&experiment.data, 1, file.as_deref()).expect("the data can be read")
}
