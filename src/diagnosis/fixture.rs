//! Runs written as text, for tests of the verdict and the rules.

use crate::experiment::Experiment;
use crate::telemetry::confusion::Skill;
use crate::telemetry::{Confusion, DataSigns, History, LaneSnapshot, Origin, Snapshot, Start, Vitals};

/// Probe examples per class.
const PROBE: u32 = 200;
/// Steps between snapshots.
pub const STRIDE: u32 = 20;

/// A history from lines such as `400 | recall 1 0 | loss .7`: a snapshot every 20 steps up to step
/// 400 with these values; what a line leaves out stays as it was.
///
/// `recall` per class; misses go to the next class, or all to `to <class>` (`to` alone takes that back). `loss` (training),
/// `train` (accuracy), `shares`, `grad`, `update` and `dead` are the snapshot's fields; `nan` makes
/// losses and predictions NaN. The other keys are vitals, and what the data and the start are measured as
/// (see [`origin`]).
pub fn replay(experiment: &Experiment, text: &str) -> History {
    let mut history = History::default();
    let classes = experiment.classes();
    let mut recall = vec![1.0; classes];
    let mut to = None;
    let mut origin = origin(experiment);
    let mut lane = LaneSnapshot {
        learning_rate: 0.001,
        loss_train: 0.5,
        loss_probe: 0.5,
        accuracy_train: 0.5,
        confusion: Confusion::new(classes),
        class_shares: experiment.class_shares(),
        grad_norm: vec![0.1, 0.1],
        update_ratio: vec![1e-3, 1e-3],
        dead_share: vec![],
        vitals: Vitals {
            information: 0.5,
            confidence: 0.8,
            sure_accuracy: origin.data.sure_accuracy,
            lean: 0.0,
            accuracy_clean: f32::NAN,
            loss_clean: 0.5,
            weight_ratio: vec![1.2, 1.2],
            unit_spread: vec![0.98, 0.95],
            origin: None,
        },
    };
    let mut step = STRIDE;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut parts = line.split('|').map(str::trim);
        let until: u32 = parts.next().and_then(|part| part.parse().ok()).expect("a step first");
        let mut nan = false;
        for part in parts {
            let (key, values) = part.split_once(' ').unwrap_or((part, ""));
            let values: Vec<f32> = values.split_whitespace().map(|v| v.parse().expect(part)).collect();
            match key {
                "recall" => recall = values,
                "to" => to = values.first().map(|class| *class as usize),
                "loss" => lane.loss_train = values[0],
                "train" => lane.accuracy_train = values[0],
                "shares" => lane.class_shares = values,
                "grad" => lane.grad_norm = values,
                "update" => lane.update_ratio = values,
                "dead" => lane.dead_share = values,
                "test" => lane.loss_probe = values[0],
                "clean" => lane.vitals.accuracy_clean = values[0],
                "cleanloss" => lane.vitals.loss_clean = values[0],
                "info" => lane.vitals.information = values[0],
                "confident" => lane.vitals.confidence = values[0],
                "sure" => lane.vitals.sure_accuracy = [values[0], values[1]],
                "grown" => lane.vitals.weight_ratio = values,
                "apart" => lane.vitals.unit_spread = values,
                "gain" => origin.start.gain = values,
                "began_apart" => origin.start.unit_spread = values,
                "startloss" => origin.start.loss = values[0],
                "scale" => origin.data.scale = values[0],
                "offset" => origin.data.offset = values[0],
                "disparity" => origin.data.disparity = values[0],
                "examples" => origin.data.examples = values[0] as u32,
                "neighbours" => origin.data.neighbour = skill(values[0]),
                "centroids" => origin.data.centroid = skill(values[0]),
                "augmented" => origin.data.augmented = Some(skill(values[0])),
                "transfer" => {
                    origin.data.transfer = confusion(&values, None);
                    origin.data.transfer_centroid = origin.data.transfer.skill();
                }
                "data_sure" => origin.data.sure_accuracy = [values[0], values[1]],
                "distance" => origin.data.distance = values[0],
                "nan" => nan = true,
                _ => panic!("unknown key in {part}"),
            }
        }
        assert_eq!(recall.len(), classes, "{line}");
        let mut shown = LaneSnapshot { confusion: confusion(&recall, to), ..lane.clone() };
        if nan {
            shown.loss_train = f32::NAN;
            shown.loss_probe = f32::NAN;
            shown.confusion = Confusion::from_logits(&vec![f32::NAN; classes], &[0], classes);
        }
        while step <= until {
            let mut lane = shown.clone();
            lane.vitals.origin = Some(Box::new(origin.clone()));
            history.push(Snapshot { step, epoch: 0.0, lanes: vec![lane] });
            step += STRIDE;
        }
    }
    history
}

/// What would be measured of the data: sound but for what the settings spoil, and easy to learn.
fn origin(experiment: &Experiment) -> Origin {
    let spec = &experiment.data;
    let classes = experiment.classes();
    let noise = if experiment.has_no_signal() { 1.0 } else { spec.label_noise };
    let chance = 1.0 / classes as f32;
    let right = 1.0 - noise + noise * chance;
    let scale = if spec.standardise { 1.0 } else { spec.input_scale };
    let promise = skill(0.9 * (1.0 - noise));
    Origin {
        data: DataSigns {
            examples: spec.train_size,
            copies: spec.duplicates,
            label_shares: labelled(experiment),
            scale,
            offset: if spec.standardise { 0.0 } else { spec.input_offset.abs() / scale },
            disparity: 1.0,
            neighbour: promise,
            centroid: promise,
            sure_accuracy: if noise > 0.0 { [right, right] } else { [0.99, 0.9] },
            transfer: confusion(&vec![right; classes], None),
            transfer_centroid: promise,
            distance: 1.0,
            shift: spec.test_shift.abs(),
            stretch: spec.test_scale,
            runs: if experiment.live.shuffle { 0.0 } else { 0.95 },
            augmented: None,
        },
        start: Start {
            loss: (classes as f32).ln(),
            information: 0.02,
            dead_share: vec![0.0],
            gain: vec![1.0, 1.2],
            unit_spread: vec![0.98, 0.95],
        },
    }
}

fn skill(value: f32) -> Skill {
    Skill { value, low: value - 0.05, high: value + 0.05 }
}

fn confusion(recall: &[f32], to: Option<usize>) -> Confusion {
    let classes = recall.len();
    let mut rows = vec![vec![0; classes]; classes];
    for (actual, recall) in recall.iter().enumerate() {
        let hits = (recall * PROBE as f32).round() as u32;
        let miss = to.filter(|to| *to != actual).unwrap_or((actual + 1) % classes);
        rows[actual][actual] = hits;
        rows[actual][miss] += PROBE - hits;
    }
    let rows: Vec<&[u32]> = rows.iter().map(Vec::as_slice).collect();
    Confusion::from_rows(&rows)
}

/// The shares of the labels: those of the classes, some of one class called another.
fn labelled(experiment: &Experiment) -> Vec<f32> {
    let mut shares = experiment.class_shares();
    let spec = &experiment.data;
    let [from, to] = [spec.flip_from, spec.flip_to].map(|class| class as usize % shares.len());
    let moved = shares[from] * spec.label_flip;
    shares[from] -= moved;
    shares[to] += moved;
    shares
}
