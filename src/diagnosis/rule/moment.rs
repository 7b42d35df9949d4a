//! One snapshot in its surroundings, as rules look at it.
//!
//! Must not know any rule.

use crate::decimal;
use crate::diagnosis::signs::{Signs, interval};
use crate::diagnosis::verdict::{SKILL_HIGH, is_rising, risen};
use crate::diagnosis::{Evidence, class_name};
use crate::experiment::{Experiment, InitName, ModelName, OptimizerName};
use crate::t;
use crate::telemetry::confusion::argmax;
use crate::telemetry::{DataSigns, Origin, Start, Vitals};
use crate::words::{self, Word, percent};

/// A snapshot with everything before it and the present experiment.
pub(super) struct Moment<'a> {
    /// As it is now; what it was then shows in the snapshots.
    pub experiment: &'a Experiment,
    /// Names of the classes, may be shorter than their number.
    pub classes: &'a [String],
    /// What the run trains on and began with; `None` until it was measured.
    pub origin: Option<&'a Origin>,
    /// Every snapshot.
    pub signs: &'a [Signs<'a>],
    /// The one meant.
    pub index: usize,
}

impl<'a> Moment<'a> {
    /// The snapshot meant.
    pub fn now(&self) -> &'a Signs<'a> {
        &self.signs[self.index]
    }

    /// The snapshot meant and up to `count - 1` before it.
    pub fn recent(&self, count: usize) -> &'a [Signs<'a>] {
        &self.signs[(self.index + 1).saturating_sub(count)..=self.index]
    }

    /// What only rules read of the snapshot meant.
    pub fn vitals(&self) -> &'a Vitals {
        &self.now().lane.vitals
    }

    /// What the training data show.
    pub fn data(&self) -> Option<&'a DataSigns> {
        self.origin.map(|origin| &origin.data)
    }

    /// The model before its first step.
    pub fn start(&self) -> Option<&'a Start> {
        self.origin.map(|origin| &origin.start)
    }

    /// Skill that the data promise: what nearest neighbours and class means make of them. Healthy models
    /// reach it within a few hundred steps (seen on all twelve sets). Unknown data promise much.
    pub fn promise(&self) -> f32 {
        self.data().map_or(SKILL_HIGH, |data| data.promise().value)
    }

    /// How far the upper end of the skill's interval stays below the promise; 1 for a diverged run.
    pub fn deficit(&self) -> f32 {
        let now = self.now();
        if now.diverged || now.skill.high.is_nan() { 1.0 } else { self.promise() - now.skill.high }
    }

    /// Clearly worse than the data promise. Balanced accuracy counts: of two classes, half of the skill is luck.
    pub fn fails(&self) -> bool {
        self.deficit() * (1.0 - 1.0 / self.class_count()) >= SHORT
    }

    /// The same, and not about to get better: skill has stopped rising, or the steps are used up.
    pub fn is_stuck(&self) -> bool {
        self.fails() && (!self.is_rising() || self.now().step >= self.experiment.live.steps)
    }

    /// Skill has risen notably since half as many steps.
    pub fn is_rising(&self) -> bool {
        is_rising(self.signs, self.index)
    }

    /// Skill gained since half as many steps.
    pub fn risen(&self) -> f32 {
        risen(self.signs, self.index)
    }

    /// Skill rises fast enough to be what the data promise by the end of the run, or soon enough: as much again
    /// with every doubling of the steps, at most [`DOUBLINGS`] of them.
    pub fn is_arriving(&self) -> bool {
        let now = self.now();
        let left = (self.experiment.live.steps as f32 / now.step.max(1) as f32).log2();
        let risen = self.risen() * left.clamp(0.0, DOUBLINGS);
        self.is_rising() && now.skill.high + risen >= self.promise() - SHORT
    }

    /// Mean of a number over the last few snapshots, those without it left out.
    pub fn recently(&self, number: impl Fn(&Signs) -> f32) -> f32 {
        let numbers = self.recent(RECENT).iter().map(number).filter(|number| number.is_finite());
        let (sum, count) = numbers.fold((0.0, 0.0), |(sum, count), number| (sum + number, count + 1.0));
        sum / count
    }

    /// Recall on training examples as they are, 0 to 1; what batches say where it is unknown.
    pub fn accuracy_clean(&self) -> f32 {
        let clean = self.recently(|sign| sign.lane.vitals.accuracy_clean);
        if clean.is_nan() { self.accuracy_batch() } else { clean }
    }

    /// Accuracy on training batches as training sees them.
    pub fn accuracy_batch(&self) -> f32 {
        self.recently(|sign| sign.lane.accuracy_train)
    }

    /// The training examples are learned: a loss far below that of knowing only how frequent classes are.
    pub fn fits_training(&self) -> bool {
        let lane = self.now().lane;
        lane.loss_train < FITS * lane.prior_entropy()
    }

    /// Training recall that did not carry over to the test.
    pub fn gap(&self) -> f32 {
        self.accuracy_clean() - self.now().lane.confusion.balanced_accuracy()
    }

    /// Examples of the typical class that are no copies.
    pub fn distinct(&self) -> f32 {
        self.data()
            .map_or(f32::INFINITY, |data| data.examples as f32 * (1.0 - data.copies) / self.class_count())
    }

    /// Hidden layers have units that are not dead.
    pub fn is_alive(&self) -> bool {
        self.dead_share() < 0.8
    }

    /// A class as the visitor knows it.
    pub fn class_name(&self, class: usize) -> String {
        class_name(self.classes, class)
    }

    /// Number of classes.
    pub fn class_count(&self) -> f32 {
        self.experiment.classes() as f32
    }

    /// Loss of a model that knows nothing, in nats.
    pub fn loss_of_ignorance(&self) -> f32 {
        self.class_count().ln()
    }

    /// The most frequent class among drawn examples and its probability.
    pub fn majority(&self) -> Option<(usize, f32)> {
        let shares = &self.now().lane.class_shares;
        argmax(shares).map(|class| (class, shares[class]))
    }

    /// How many times more often the most frequent class is drawn than the rarest that is drawn at
    /// all.
    pub fn imbalance(&self) -> f32 {
        let shares = &self.now().lane.class_shares;
        let rarest = shares.iter().copied().filter(|share| *share > 0.0).fold(f32::INFINITY, f32::min);
        self.majority().map_or(1.0, |(_, share)| share / rarest)
    }

    /// Largest share of dead units of any hidden layer, 0 without hidden layers.
    pub fn dead_share(&self) -> f32 {
        self.now().lane.dead_share.iter().copied().fold(0.0, f32::max)
    }

    /// Largest relative update of any layer; NaN when there is none.
    pub fn update_ratio(&self) -> f32 {
        self.now().lane.update_ratio.iter().copied().fold(f32::NAN, f32::max)
    }

    /// Whether hidden units exist and all begin at zero.
    pub fn begins_at_zero(&self) -> bool {
        let hidden = self.experiment.model_name() == ModelName::Cnn || self.experiment.model.depth > 0;
        hidden && self.experiment.model.init == InitName::Zeros
    }

    /// A learning rate that usually works: 1e-3 for Adam (Kingma & Ba 2015), 1e-2 for SGD with
    /// momentum.
    pub fn moderate_learning_rate(&self) -> f32 {
        match self.experiment.optimizer.name {
            OptimizerName::Adam | OptimizerName::AdamW | OptimizerName::RmsProp => 1e-3,
            OptimizerName::Sgd => 1e-2,
        }
    }
}

/// Balanced accuracy below the promise that is a failure: healthy runs stay within 0.05.
const SHORT: f32 = 0.06;
/// How far ahead a rising skill is believed.
const DOUBLINGS: f32 = 3.0;
/// A training loss below this part of that of a model that knows only the class shares fits.
const FITS: f32 = 0.25;
/// Snapshots over which noisy numbers are averaged.
const RECENT: usize = 5;

/// How far `value` is from a threshold towards where there is no doubt: 0 to 1. Not a number counts as 0.
pub(super) fn beyond(value: f32, threshold: f32, doubtless: f32) -> f32 {
    let share = (value - threshold) / (doubtless - threshold);
    if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) }
}

/// [`beyond`] on a scale of factors.
pub(super) fn times_beyond(value: f32, threshold: f32, doubtless: f32) -> f32 {
    beyond(value.ln(), threshold.ln(), doubtless.ln())
}

/// Confidence in a rule that holds: one half with every signal at its threshold, and each signal takes up
/// to 70 % of the remaining doubt away, the more the further it is [`beyond`].
pub(super) fn confidence(signals: &[f32]) -> f32 {
    1.0 - 0.5 * signals.iter().map(|beyond| 1.0 - 0.7 * beyond).product::<f32>()
}

/// [`confidence`] where `holds`, else 0.
pub(super) fn when(holds: bool, signals: &[f32]) -> f32 {
    if holds { confidence(signals) } else { 0.0 }
}

/// One line of evidence.
pub(super) fn evidence(
    label: impl Into<String>,
    value: impl Into<String>,
    healthy: impl Into<String>,
) -> Evidence {
    Evidence { label: label.into(), value: value.into(), healthy: healthy.into() }
}

/// "1.5", "0.002" or "3e-6".
pub(super) fn figure(value: f32) -> String {
    if value.is_finite() { words::short(value) } else { t!("finding.not_finite").to_owned() }
}

/// "below 50%" in words.
pub(super) fn below(value: impl Into<Word>) -> String {
    t!("finding.below", value = value)
}

/// "above 0" in words.
pub(super) fn above(value: impl Into<Word>) -> String {
    t!("finding.above", value = value)
}

/// "about 0.001" in words.
pub(super) fn about(value: impl Into<Word>) -> String {
    t!("finding.about", value = value)
}

/// A number to two significant digits, for knobs: a tenth of 0.01 is 0.001, not 0.0009999999.
pub(super) fn tidy(value: f32) -> f32 {
    decimal::f32(&format!("{value:.1e}")).unwrap_or(value)
}

/// Evidence that several rules share.
impl Moment<'_> {
    /// Skill beside what the data promise.
    pub fn shown_skill(&self) -> Evidence {
        let promise = words::decimal(self.promise(), 2);
        evidence(
            t!("finding.skill"),
            interval(self.now().skill),
            t!("finding.skill.healthy", value = promise),
        )
    }

    /// Training examples as they are.
    pub fn shown_clean(&self, healthy: String) -> Evidence {
        evidence(t!("finding.clean"), percent(self.accuracy_clean()), healthy)
    }

    /// The training loss beside that of knowing nothing.
    pub fn shown_loss(&self) -> Evidence {
        let healthy = t!("finding.train_loss.healthy", value = figure(self.loss_of_ignorance()));
        evidence(t!("finding.train_loss"), figure(self.now().lane.loss_train), healthy)
    }

    /// Balanced accuracy on the test beside that of training.
    pub fn shown_test(&self) -> Evidence {
        let test = self.now().lane.confusion.balanced_accuracy();
        evidence(t!("finding.test"), percent(test), about(percent(self.accuracy_clean())))
    }

    /// What the answers tell of the input.
    pub fn shown_information(&self) -> Evidence {
        let most = t!("finding.information.healthy", value = figure(self.loss_of_ignorance()));
        evidence(t!("finding.information"), figure(self.vitals().information), most)
    }

    /// A setting beside what usually works.
    pub fn shown_setting(&self, knob: &str, healthy: impl Into<String>) -> Evidence {
        let knob = crate::experiment::knob::knob(knob).expect("rules name knobs of the table");
        evidence(knob.label(), knob.describe(&knob.get(self.experiment)), healthy)
    }
}
