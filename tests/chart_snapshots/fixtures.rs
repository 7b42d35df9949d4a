//! Histories as training would leave them, made from formulas.

use collapse_lab::chart::Other;
use collapse_lab::experiment::{DataName, Experiment};
use collapse_lab::telemetry::insight::{Calibration, ClassOutput, Histogram, Plane, PlanePoint, Scale};
use collapse_lab::telemetry::{Confusion, History, Insight, LaneSnapshot, MarkerKind, Snapshot, Vitals};

pub struct Fixture {
    pub name: &'static str,
    pub history: History,
    /// Runs beside it: history, name, slot; a lone one is the twin without the remedy.
    pub beside: Vec<(History, &'static str, usize)>,
    /// Its seeds.
    pub band: Option<History>,
    pub insight: Option<Insight>,
    pub experiment: Experiment,
    pub classes: Vec<String>,
    pub layers: Vec<String>,
    pub hidden: Vec<String>,
}

pub fn all() -> Vec<Fixture> {
    let alone = [empty(), one(), healthy(), collapsed(), huge(), moons()];
    alone.into_iter().chain([recovered(), diverged(), compared(), seeds()]).collect()
}

impl Fixture {
    /// What is drawn beside the run.
    pub fn others(&self) -> Vec<Other<'_>> {
        let is_twin = self.beside.len() == 1;
        self.beside
            .iter()
            .map(|(history, name, slot)| Other { history, name, slot: *slot, is_twin })
            .collect()
    }
}

/// Before the first snapshot.
pub fn empty() -> Fixture {
    Fixture { history: History::default(), insight: None, ..digits("empty", 0, 1, |_| 0.0) }
}

/// Only the untrained model has been seen.
pub fn one() -> Fixture {
    digits("one", 1, 1, |_| 0.0)
}

/// Ten classes, learned.
pub fn healthy() -> Fixture {
    digits("healthy", 60, 50, |step| 0.97 * (1.0 - (-step / 500.0).exp()))
}

/// Two classes; from step 200 on every answer is the first.
pub fn collapsed() -> Fixture {
    let mut fixture = animals("collapsed", 50, |step| vec![pair(step, step < 200.0)]);
    fixture.history.mark(120, MarkerKind::Knob, "imbalance 99");
    fixture.history.mark(260, MarkerKind::Collapsed, "one class for everything");
    fixture
}

/// The same, cured at step 400, with the twin that was not.
pub fn recovered() -> Fixture {
    let mut fixture = animals("recovered", 80, |step| match step {
        400.0.. => vec![cured(step - 400.0)],
        _ => vec![pair(step, step < 200.0)],
    });
    let twin = animals("twin", 80, |step| vec![pair(step, step < 200.0)]);
    fixture.beside = vec![(twin.history, "before", 1)];
    fixture.history.mark(120, MarkerKind::Knob, "imbalance 99");
    fixture.history.mark(260, MarkerKind::Collapsed, "one class for everything");
    fixture.history.mark(400, MarkerKind::Remedy, "weighting inverse_frequency");
    fixture.history.mark(560, MarkerKind::Recovered, "both classes again");
    fixture.history.mark(700, MarkerKind::Backend, "moved to the GPU");
    fixture
}

/// Three lanes beside the run, one of which began later.
pub fn compared() -> Fixture {
    let mut fixture = animals("compared", 80, |step| vec![pair(step, step < 200.0)]);
    let twin = animals("late", 40, |step| vec![cured(step)]);
    let other = animals("other", 80, |step| vec![pair(step, true)]);
    fixture.beside = vec![
        (twin.history, "class weights", 1),
        (other.history, "learning rate 0.1 and other things that make a long name", 3),
    ];
    fixture
}

/// Eight seeds, three of which collapse.
pub fn seeds() -> Fixture {
    let mut fixture = animals("seeds", 80, |step| vec![pair(step, true)]);
    let lanes =
        |step: f32| (0..8).map(move |seed| pair(step + 7.0 * seed as f32, seed % 3 > 0 || step < 150.0));
    fixture.band = Some(animals("band", 80, |step| lanes(step).collect()).history);
    fixture
}

/// Step from which [`diverged`] has no numbers.
pub fn diverged_from() -> f32 {
    300.0
}

/// A learning rate far too high: a spike, then NaN. An earlier run serves as ghost.
pub fn diverged() -> Fixture {
    let mut fixture = digits("diverged", 60, 10, |step| if step < 200.0 { step / 300.0 } else { 0.1 });
    let mut history = History::default();
    for snapshot in fixture.history.snapshots() {
        let mut snapshot = snapshot.clone();
        let lane = &mut snapshot.lanes[0];
        if snapshot.step as f32 >= diverged_from() {
            lane.loss_train = f32::NAN;
            lane.loss_probe = f32::INFINITY;
            lane.confusion = Confusion::from_logits(&[f32::NAN; 100], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 10);
            lane.grad_norm.fill(f32::NAN);
            lane.update_ratio.fill(f32::NEG_INFINITY);
            lane.dead_share.fill(f32::NAN);
        } else if snapshot.step >= 250 {
            lane.loss_train *= 1e6;
            lane.grad_norm.fill(1e30);
        }
        history.push(snapshot);
    }
    history.mark(200, MarkerKind::Knob, "learning_rate 5");
    history.mark(300, MarkerKind::Diverged, "the loss is not a number");
    fixture.history = history;
    fixture.beside = vec![(healthy().history, "before", 1)];
    fixture.insight = Some(inside(2, &[0.1; 10], |_| f32::NAN));
    fixture
}

/// More snapshots than fit.
pub fn huge() -> Fixture {
    digits("huge", 1500, 13, |step| {
        let drift = (step / 900.0).sin() * 0.15;
        (0.8 * (1.0 - (-step / 2000.0).exp()) + drift).clamp(0.0, 1.0)
    })
}

/// Digits whose recall follows `skill(step)`, later classes lagging.
fn digits(name: &'static str, count: u32, every: u32, skill: impl Fn(f32) -> f32) -> Fixture {
    let mut history = History::default();
    for index in 0..count {
        let step = index * every;
        let skill = skill(step as f32);
        let mut confusion = Confusion::new(10);
        for actual in 0..10usize {
            let right = (40.0 * skill.powf(1.0 + actual as f32 / 4.0)) as usize;
            for example in 0..40 {
                // An untrained net favours a few classes.
                let guess = (actual * 7 + example * example * 3) % 10;
                let guess = if guess > 6 { 3 } else { guess };
                confusion.add(actual, Some(if example < right { actual } else { guess }));
            }
        }
        let wobble = 1.0 + 0.1 * (step as f32 * 0.7).sin();
        let loss = 2.35 * (1.0 - skill) + 0.12;
        let lane = LaneSnapshot {
            learning_rate: 0.001,
            loss_train: loss * wobble * 0.9,
            loss_probe: loss,
            accuracy_train: skill,
            confusion,
            class_shares: vec![0.1; 10],
            grad_norm: vec![0.8 * wobble * (1.05 - skill), 2.0 * wobble * (1.02 - skill)],
            update_ratio: vec![4e-3 * wobble * (1.05 - skill), 1.5e-3 * wobble],
            dead_share: vec![0.06 * skill],
            vitals: Vitals::default(),
        };
        history.push(Snapshot { step, epoch: step as f32 / 31.0, lanes: vec![lane] });
    }
    Fixture {
        name,
        history,
        beside: Vec::new(),
        band: None,
        insight: Some(inside(2, &[0.1; 10], |separation| 6.0 * separation)),
        experiment: Experiment::default(),
        classes: (0..10).map(|digit: u8| digit.to_string()).collect(),
        layers: vec!["dense 1".to_owned(), "output".to_owned()],
        hidden: vec!["dense 1".to_owned()],
    }
}

/// Two classes, a snapshot every 10 steps, with the lanes that `lanes(step)` gives.
fn animals(name: &'static str, count: u32, lanes: impl Fn(f32) -> Vec<LaneSnapshot>) -> Fixture {
    let mut history = History::default();
    for step in (0..count).map(|index| index * 10) {
        history.push(Snapshot { step, epoch: step as f32 / 31.0, lanes: lanes(step as f32) });
    }
    let mut experiment = Experiment::default();
    experiment.data.name = DataName::Gaussians;
    Fixture {
        name,
        history,
        beside: Vec::new(),
        band: None,
        insight: Some(inside(3, &[0.99, 0.01], |separation| 0.4 * separation)),
        experiment,
        classes: vec!["cat".to_owned(), "dog".to_owned()],
        layers: vec!["dense 1".to_owned(), "dense 2".to_owned(), "output".to_owned()],
        hidden: vec!["dense 1".to_owned(), "dense 2".to_owned()],
    }
}

/// Balanced and learning while `balanced`, else on the way to one answer for everything.
fn pair(step: f32, balanced: bool) -> LaneSnapshot {
    let dogs =
        if balanced { 60 + (step / 8.0) as u32 } else { 85u32.saturating_sub(((step - 200.0) * 1.6) as u32) };
    let share = if step < 120.0 { 0.5 } else { 0.99 };
    two(
        dogs,
        share,
        if balanced { 0.69 - step / 700.0 } else { 0.9 + (step - 200.0) / 900.0 },
        0.05 + step / 2000.0,
    )
}

fn cured(since: f32) -> LaneSnapshot {
    let skill = 1.0 - (-since / 90.0).exp();
    two((88.0 * skill) as u32, 0.99, 1.1 - 0.85 * skill, 0.25)
}

fn two(dogs: u32, share: f32, loss: f32, dead: f32) -> LaneSnapshot {
    let dogs = dogs.min(100);
    LaneSnapshot {
        learning_rate: 0.001,
        loss_train: loss * 0.4,
        loss_probe: loss,
        accuracy_train: share,
        confusion: Confusion::from_rows(&[&[100 - dogs / 9, dogs / 9], &[100 - dogs, dogs]]),
        class_shares: vec![share, 1.0 - share],
        grad_norm: vec![loss * 0.1, loss * 0.03, if dogs == 0 { 0.0 } else { loss }],
        update_ratio: vec![1e-3 * loss, 8e-4, 3e-2 * loss],
        dead_share: vec![dead, dead * 1.8],
        vitals: Vitals::default(),
    }
}

/// Points in the plane, learned, but for two.
pub fn moons() -> Fixture {
    let mut fixture = animals("moons", 50, |step| vec![pair(step, true)]);
    fixture.experiment.data.name = DataName::Moons;
    let point = |index: usize, class: u8| {
        let angle = index as f32 / 20.0 * std::f32::consts::PI;
        let side = if class == 0 { 1.0 } else { -1.0 };
        let middle = if class == 0 { (0.0, 0.0) } else { (1.0, 0.5) };
        let wobble = 0.08 * (index as f32 * 2.7).sin();
        PlanePoint {
            x: middle.0 + angle.cos() * side + wobble,
            y: middle.1 + angle.sin() * side - wobble,
            class,
        }
    };
    let training: Vec<PlanePoint> = (0..20).flat_map(|index| [point(index, 0), point(index, 1)]).collect();
    let places: Vec<f32> = training.iter().flat_map(|point| [point.x, point.y]).collect();
    let mut plane = Plane::around(&places, 40);
    let logits: Vec<f32> = plane
        .points()
        .chunks(2)
        .flat_map(|place| {
            let wave = 0.25 + 0.65 * (3.2 * (place[0] - 0.5)).sin() * (-(place[0] - 0.5).powi(2) / 2.0).exp();
            [9.0 * (place[1] - wave), 0.0]
        })
        .collect();
    plane.predict(&logits, 2);
    plane.training = training;
    plane.mistakes = vec![point(9, 1), point(3, 0)];
    let insight = inside(3, &[0.5, 0.5], |separation| 2.0 * separation);
    fixture.insight = Some(Insight { plane: Some(plane), ..insight });
    fixture
}

/// A look into `layers` layers whose logits tell the classes apart by `separation(0 to 1)`.
fn inside(layers: usize, shares: &[f32], separation: impl Fn(f32) -> f32) -> Insight {
    let classes = shares.len();
    // Sums of a few sines are spread much like weights.
    let spread = |layer: usize, count: usize| -> Vec<f32> {
        let value = |index: usize| {
            let at = index as f32 + layer as f32 * 0.37;
            ((at * 1.3).sin() + (at * 2.9).sin() + (at * 7.1).sin()) * 0.2 / (layer as f32 + 1.0)
        };
        (0..count).map(value).map(|value| value + separation(0.0)).collect()
    };
    let weights: Vec<Vec<f32>> = (0..layers).map(|layer| spread(layer, 600)).collect();
    let gradients: Vec<Vec<f32>> =
        weights.iter().map(|layer| layer.iter().map(|value| value.powi(3).max(-1e-3)).collect()).collect();
    let activations: Vec<Vec<f32>> =
        weights[1..].iter().map(|layer| layer.iter().map(|value| value.max(0.0) * 4.0).collect()).collect();
    let labels: Vec<u8> = (0..40 * classes).map(|index| (index / 40) as u8).collect();
    let logits: Vec<f32> = labels
        .iter()
        .enumerate()
        .flat_map(|(index, label)| {
            let sure = separation((index % 40) as f32 / 40.0);
            (0..classes)
                .map(|class| shares[class].ln() + if class == usize::from(*label) { sure } else { 0.0 })
                .collect::<Vec<f32>>()
        })
        .collect();
    let bias: Vec<f32> = shares.iter().map(|share| share.ln() * 0.8).collect();
    Insight {
        step: 500,
        weights: Histogram::of_layers(&weights, Scale::Linear),
        gradients: Histogram::of_layers(&gradients, Scale::Magnitude),
        activations: Histogram::of_layers(&activations, Scale::Linear),
        outputs: ClassOutput::of_classes(&logits, &labels, &bias, shares),
        calibration: Some(Calibration::from_logits(&logits, &labels, classes)),
        plane: None,
    }
}
