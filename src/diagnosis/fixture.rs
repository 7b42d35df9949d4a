//! Runs written as text, for tests of the verdict and the rules.

use crate::experiment::Experiment;
use crate::telemetry::{Confusion, History, LaneSnapshot, Snapshot, Vitals};

/// Probe examples per class.
const PROBE: u32 = 200;
/// Steps between snapshots.
pub const STRIDE: u32 = 20;

/// A history from lines such as `400 | recall 1 0 | loss .7`: a snapshot every 20 steps up to step
/// 400 with these values; what a line leaves out stays as it was.
///
/// `recall` per class; misses go to the next class, or all to `to <class>` (`to` alone takes that back). `loss` (training),
/// `train` (accuracy), `shares`, `grad`, `update` and `dead` are the snapshot's fields; `nan` makes
/// losses and predictions NaN.
pub fn replay(experiment: &Experiment, text: &str) -> History {
    let mut history = History::default();
    let classes = experiment.classes();
    let mut recall = vec![1.0; classes];
    let mut to = None;
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
        vitals: Vitals::default(),
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
            history.push(Snapshot { step, epoch: 0.0, lanes: vec![shown.clone()] });
            step += STRIDE;
        }
    }
    history
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
