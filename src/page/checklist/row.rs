//! The six rows, in the article's order.
//!
//! Must not know each other.

use super::State::{Fine, Look, NotApplicable, Unknown};
use super::{Found, Row, Scene, State};
use crate::diagnosis::VerdictKind;
use crate::experiment::{InitName, Weighting};
use crate::words;

/// Every row in the order of the article's checklist.
pub static ROWS: &[Row] = &[
    Row { id: "data", light: "knob:data", look: data },
    Row { id: "augmentation", light: "panel:preview", look: augmentation },
    Row { id: "imbalance", light: "panel:shares", look: imbalance },
    Row { id: "architecture", light: "chart:dead", look: architecture },
    Row { id: "learning_rate", light: "knob:learning_rate", look: learning_rate },
    Row { id: "validation", light: "chart:confusion", look: validation },
];

/// Share of copies from which a set is small in truth.
const MANY_COPIES: f32 = 0.5;
/// Share of wrong labels that a model cannot shrug off.
const MANY_WRONG: f32 = 0.2;
/// Training accuracy that goes with so much less on new data was learned by heart.
const GAP: f32 = 0.2;
/// Most frequent to rarest class from which imbalance is worth a look.
const UNEVEN: f32 = 3.0;
/// Recall of the worst class that shows that imbalance does no harm.
const FOUND: f32 = 0.5;
/// Share of a layer's units that may be dead.
const DEAD: f32 = 0.8;

fn data(scene: &Scene) -> Found {
    let spec = &scene.experiment.data;
    let wrong = spec.label_noise.max(spec.label_flip);
    let mut numbers = vec![
        ("checklist.number.label_noise", words::percent(wrong)),
        ("checklist.number.duplicates", words::percent(spec.duplicates)),
    ];
    if let Some(ceiling) = scene.experiment.bayes_accuracy() {
        numbers.push(("checklist.number.ceiling", words::percent(ceiling)));
    }
    let (state, why) = if scene.experiment.has_no_signal() {
        (Look, "checklist.data.no_signal")
    } else if wrong >= MANY_WRONG {
        (Look, "checklist.data.labels")
    } else if scene.has(&["unnormalised_inputs"]) {
        (Look, "checklist.data.scale")
    } else if spec.duplicates >= MANY_COPIES {
        (Look, "checklist.data.copies")
    } else if !scene.experiment.live.shuffle {
        (Look, "checklist.data.order")
    } else if spec.test_scale != 1.0 || spec.test_shift != 0.0 {
        (Look, "checklist.data.test")
    } else {
        (Fine, "checklist.data.fine")
    };
    Found { state, why, numbers }
}

fn augmentation(scene: &Scene) -> Found {
    if !scene.experiment.is_image() {
        return found(NotApplicable, "checklist.augmentation.vectors");
    }
    let Some(lane) = known(scene) else { return found(Unknown, "checklist.unknown") };
    let accuracy = lane.accuracy();
    let numbers = vec![
        ("checklist.number.accuracy_train", words::percent(scene.accuracy_train)),
        ("checklist.number.accuracy_test", words::percent(accuracy)),
    ];
    let (state, why) = if scene.has(&["position_shift"]) {
        (Look, "checklist.augmentation.shift")
    } else if scene.accuracy_train - accuracy >= GAP {
        (Look, "checklist.augmentation.gap")
    } else {
        (Fine, "checklist.augmentation.fine")
    };
    Found { state, why, numbers }
}

fn imbalance(scene: &Scene) -> Found {
    let shares = scene.experiment.class_shares();
    let most = shares.iter().copied().fold(0.0, f32::max);
    let least = shares.iter().copied().fold(f32::INFINITY, f32::min);
    let uneven = most / least >= UNEVEN;
    let mut numbers = vec![
        ("checklist.number.most_frequent", words::percent(most)),
        ("checklist.number.rarest", words::percent(least)),
    ];
    let Some(lane) = known(scene) else {
        let (state, why) =
            if uneven { (Look, "checklist.imbalance.uneven") } else { (Fine, "checklist.imbalance.even") };
        return Found { state, why, numbers };
    };
    // `f32::min` passes over the NaN of classes without examples.
    let worst = lane.confusion.recall().into_iter().fold(f32::NAN, f32::min);
    numbers.push(("checklist.number.worst_recall", words::percent(worst)));
    let treated = scene.experiment.live.weighting != Weighting::None;
    let (state, why) = match (uneven, worst >= FOUND) {
        (false, _) => (Fine, "checklist.imbalance.even"),
        (true, true) => (Fine, "checklist.imbalance.coped"),
        (true, false) if treated => (Look, "checklist.imbalance.treated"),
        (true, false) => (Look, "checklist.imbalance.lost"),
    };
    Found { state, why, numbers }
}

fn architecture(scene: &Scene) -> Found {
    let experiment = scene.experiment;
    let alike = matches!(experiment.model.init, InitName::Zeros | InitName::Constant);
    let shallow = experiment.data.is_plane() && experiment.model.depth == 0;
    let Some(lane) = known(scene) else {
        return match (alike, shallow) {
            (true, _) => found(Look, "checklist.architecture.alike"),
            (_, true) => found(Look, "checklist.architecture.shallow"),
            _ => found(Unknown, "checklist.unknown"),
        };
    };
    let dead = lane.dead_share.iter().copied().fold(f32::NAN, f32::max);
    let mut numbers = Vec::new();
    if dead.is_finite() {
        numbers.push(("checklist.number.dead", words::percent(dead)));
    }
    let gradient = lane.grad_norm.first().copied().unwrap_or(f32::NAN);
    numbers.push(("checklist.number.gradient", words::short(gradient)));
    let (state, why) = if alike {
        (Look, "checklist.architecture.alike")
    } else if dead > DEAD {
        (Look, "checklist.architecture.dead")
    } else if shallow && scene.verdict != VerdictKind::Healthy {
        (Look, "checklist.architecture.shallow")
    } else {
        (Fine, "checklist.architecture.fine")
    };
    Found { state, why, numbers }
}

fn learning_rate(scene: &Scene) -> Found {
    let rate = ("checklist.number.rate", words::short(scene.experiment.live.learning_rate));
    let Some(lane) = known(scene) else {
        return Found { state: Unknown, why: "checklist.unknown", numbers: vec![rate] };
    };
    let update = lane.update_ratio.iter().copied().fold(f32::NAN, f32::max);
    let numbers = vec![rate, ("checklist.number.update", words::short(update))];
    let (state, why) = if lane.is_diverged() {
        (Look, "checklist.learning_rate.diverged")
    } else if scene.has(&["learning_rate_high"]) {
        (Look, "checklist.learning_rate.high")
    } else if scene.has(&["learning_rate_low"]) {
        (Look, "checklist.learning_rate.low")
    } else {
        (Fine, "checklist.learning_rate.fine")
    };
    Found { state, why, numbers }
}

fn validation(scene: &Scene) -> Found {
    let Some(lane) = known(scene) else { return found(Unknown, "checklist.unknown") };
    let skill = lane.confusion.skill();
    let mut numbers = vec![
        ("checklist.number.accuracy_test", words::percent(lane.accuracy())),
        ("checklist.number.balanced", words::percent(lane.confusion.balanced_accuracy())),
        ("checklist.number.skill_low", words::decimal(skill.low, 2)),
    ];
    if let Some((_, share)) = lane.confusion.favourite() {
        numbers.push(("checklist.number.favourite", words::percent(share)));
    }
    let (state, why) = match scene.verdict {
        VerdictKind::Diverged => (Look, "checklist.validation.diverged"),
        VerdictKind::Collapsed => (Look, "checklist.validation.collapsed"),
        VerdictKind::MinorityCollapse => (Look, "checklist.validation.minority"),
        VerdictKind::Guessing => (Look, "checklist.validation.guessing"),
        // Too wide an interval to be told from guessing.
        _ if skill.low <= 0.0 => (Look, "checklist.validation.guessing"),
        _ => (Fine, "checklist.validation.fine"),
    };
    Found { state, why, numbers }
}

fn known<'a>(scene: &Scene<'a>) -> Option<&'a crate::telemetry::LaneSnapshot> {
    scene.lane.filter(|_| scene.is_known)
}

fn found(state: State, why: &'static str) -> Found {
    Found { state, why, numbers: Vec::new() }
}
