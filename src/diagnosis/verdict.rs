//! The verdict: one word and one sentence on the state of a run.
//!
//! Must not know causes; those are the rules' business.

use super::signs::{self, Signs};
use super::{class_name, class_names};
use crate::experiment::Experiment;
use crate::telemetry::{History, Marker, MarkerKind};
use crate::{t, words};

/// The state of a run, never without its skill.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Which state.
    pub kind: VerdictKind,
    /// One plain sentence, the headline.
    pub text: String,
    /// "uses 1.0 of 10 classes; skill 0.00 (-0.05 to 0.05)"; empty before the first snapshot.
    pub detail: String,
    /// The labels are independent of the inputs: no setting can cure this run.
    pub no_signal: bool,
    /// The class that takes most predictions, when collapsed.
    pub class: Option<usize>,
}

/// The states of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VerdictKind {
    /// Nothing to judge yet: untrained models favour a few classes anyway.
    NotStarted,
    /// Better than guessing and still improving.
    Learning,
    /// One class, or few, for everything; skill about zero.
    Collapsed,
    /// Skilful, but at least one class is hardly ever recognised.
    MinorityCollapse,
    /// Predictions are spread out and know nothing.
    Guessing,
    /// Uses all classes, with skill.
    Healthy,
    /// Healthy after a collapse in this history.
    Recovered,
    /// A loss or prediction is not a finite number.
    Diverged,
}

impl VerdictKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::NotStarted,
        Self::Learning,
        Self::Collapsed,
        Self::MinorityCollapse,
        Self::Guessing,
        Self::Healthy,
        Self::Recovered,
        Self::Diverged,
    ];

    /// Stable name for JSON and styles.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Learning => "learning",
            Self::Collapsed => "collapsed",
            Self::MinorityCollapse => "minority_collapse",
            Self::Guessing => "guessing",
            Self::Healthy => "healthy",
            Self::Recovered => "recovered",
            Self::Diverged => "diverged",
        }
    }

    /// The kind called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Two words at most for a badge.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotStarted => t!("verdict.kind.not_started"),
            Self::Learning => t!("verdict.kind.learning"),
            Self::Collapsed => t!("verdict.kind.collapsed"),
            Self::MinorityCollapse => t!("verdict.kind.minority_collapse"),
            Self::Guessing => t!("verdict.kind.guessing"),
            Self::Healthy => t!("verdict.kind.healthy"),
            Self::Recovered => t!("verdict.kind.recovered"),
            Self::Diverged => t!("verdict.kind.diverged"),
        }
    }

    /// Collapsed, wholly or in a minority.
    pub fn is_collapse(self) -> bool {
        matches!(self, Self::Collapsed | Self::MinorityCollapse)
    }

    /// A state that needs a cure.
    fn is_alarm(self) -> bool {
        matches!(self, Self::Collapsed | Self::MinorityCollapse | Self::Guessing)
    }

    /// The marker to leave on the charts when a run enters this state. The history then remembers a
    /// collapse even when its snapshots have been thinned out.
    pub fn marker(self) -> Option<MarkerKind> {
        match self {
            Self::Collapsed | Self::MinorityCollapse => Some(MarkerKind::Collapsed),
            Self::Recovered => Some(MarkerKind::Recovered),
            Self::Diverged => Some(MarkerKind::Diverged),
            Self::NotStarted | Self::Learning | Self::Guessing | Self::Healthy => None,
        }
    }
}

/// No alarm before this step: an untrained network already favours few classes, and Adam needs a
/// few dozen steps to spread (design: 30 to 60).
pub const BURN_IN: u32 = 50;
/// Snapshots in a row before a worse state is believed.
pub const ALARM_AFTER: usize = 3;
/// Steps those snapshots must span, so that single steps cannot raise an alarm.
pub const ALARM_STEPS: u32 = 20;
/// Snapshots in a row before any other change of state is believed.
pub const CHANGE_AFTER: usize = 2;
/// Collapse at least this high is "collapsed": 95 % of answers in one of two classes, or three
/// effective classes of ten. Skill cannot exceed about `1 - C`, so it is low by construction.
pub const COLLAPSE_ENTER: f32 = 0.75;
/// A collapsed run stays so until collapse falls below this, so that the border does not flicker.
pub const COLLAPSE_LEAVE: f32 = 0.6;
/// Healthy and recovered need collapse below this: both of two classes get at least 22 % of the
/// answers, or eight of ten are in use.
pub const COLLAPSE_LOW: f32 = 0.25;
/// A healthy or recovered run stays so until collapse exceeds this, so that the border does not
/// flicker.
pub const COLLAPSE_LOW_LEAVE: f32 = 0.4;
/// A class recognised in at most this share of its examples is lost (design: 5 %).
pub const RECALL_LOST: f32 = 0.05;
/// A lost class is found again above this; twice the other, against flicker.
pub const RECALL_FOUND: f32 = 0.1;
/// Collapse worth a second look: a class missing of ten gives 0.11, healthy digits below 0.02.
pub const COLLAPSE_NOTABLE: f32 = 0.05;
/// Skill that needs no further rise to be called healthy.
pub const SKILL_HIGH: f32 = 0.8;
/// Skill gained since half as many steps that counts as still rising.
pub const SKILL_RISING: f32 = 0.05;

pub(super) fn judge(
    signs: &[Signs],
    history: &History,
    experiment: &Experiment,
    classes: &[String],
) -> Verdict {
    let no_signal = experiment.has_no_signal();
    let kind = replay(signs, history, experiment).last().copied().unwrap_or(VerdictKind::NotStarted);
    let Some(last) = signs.last() else {
        return Verdict {
            kind,
            text: t!("verdict.not_started").to_owned(),
            detail: String::new(),
            no_signal,
            class: None,
        };
    };
    let class = kind.is_collapse().then_some(last.favourite).flatten().map(|(class, _)| class);
    Verdict { kind, text: text(kind, last, no_signal, classes), detail: last.detail(), no_signal, class }
}

/// The believed state after each snapshot, with its step.
pub(super) fn course(history: &History, experiment: &Experiment) -> Vec<(u32, VerdictKind)> {
    let signs = signs::Memory::default().signs(history);
    let states = replay(&signs, history, experiment);
    signs.iter().map(|sign| sign.step).zip(states).collect()
}

/// The believed state after each snapshot.
fn replay(signs: &[Signs], history: &History, experiment: &Experiment) -> Vec<VerdictKind> {
    let no_signal = experiment.has_no_signal();
    let mut states = Vec::with_capacity(signs.len());
    let mut believed = VerdictKind::NotStarted;
    let mut fallen = false;
    let mut seen_before = None;
    let mut alike = Streak::default();
    let mut alarming = Streak::default();
    for (index, now) in signs.iter().enumerate() {
        // Markers outlive the snapshots they were seen in.
        let marked = |mark: &Marker| mark.kind == MarkerKind::Collapsed && mark.step <= now.step;
        fallen |= believed.is_collapse() || history.markers().iter().any(marked);
        let seen = classify(signs, index, believed, fallen, no_signal);
        alike.count(now.step, seen_before == Some(seen));
        alarming.count(now.step, seen.is_alarm() && seen_before.is_some_and(VerdictKind::is_alarm));
        seen_before = Some(seen);
        // A model that wavers between two alarms from the start is alarming all along.
        let streak = if believed == VerdictKind::NotStarted { alarming } else { alike };
        let confirmed = match seen {
            VerdictKind::Diverged => true,
            _ if now.step < BURN_IN => false,
            // When the run is over, no second look will come; an alarm may still be a moment's.
            _ if now.step >= experiment.live.steps
                && (!seen.is_alarm() || believed == VerdictKind::NotStarted) =>
            {
                true
            }
            _ if seen.is_alarm() => streak.snapshots >= ALARM_AFTER && now.step - streak.since >= ALARM_STEPS,
            _ => alike.snapshots >= CHANGE_AFTER,
        };
        if confirmed {
            believed = seen;
        }
        states.push(believed);
    }
    states
}

/// Snapshots in a row that have something in common.
#[derive(Clone, Copy, Default)]
struct Streak {
    since: u32,
    snapshots: usize,
}

impl Streak {
    fn count(&mut self, step: u32, goes_on: bool) {
        *self = if goes_on {
            Self { snapshots: self.snapshots + 1, ..*self }
        } else {
            Self { since: step, snapshots: 1 }
        };
    }
}

/// What one snapshot looks like, given what is believed so far.
fn classify(
    signs: &[Signs],
    index: usize,
    believed: VerdictKind,
    fallen: bool,
    no_signal: bool,
) -> VerdictKind {
    let now = &signs[index];
    if now.diverged {
        return VerdictKind::Diverged;
    }
    let collapse_line = if believed == VerdictKind::Collapsed { COLLAPSE_LEAVE } else { COLLAPSE_ENTER };
    if now.collapse >= collapse_line {
        return VerdictKind::Collapsed;
    }
    // A lucky interval must not turn coin flips into skill.
    if now.skill.low <= 0.0 || no_signal {
        return VerdictKind::Guessing;
    }
    let well = matches!(believed, VerdictKind::Healthy | VerdictKind::Recovered);
    let rising = !well && now.skill.value < SKILL_HIGH && is_rising(signs, index);
    let recall_line = if believed == VerdictKind::MinorityCollapse { RECALL_FOUND } else { RECALL_LOST };
    let lost = now.recall_worst <= recall_line && now.collapse >= COLLAPSE_NOTABLE;
    // Early on, classes are learned one after another: that is no collapse.
    if lost && (!rising || fallen) {
        return VerdictKind::MinorityCollapse;
    }
    let spread = now.collapse < if well { COLLAPSE_LOW_LEAVE } else { COLLAPSE_LOW };
    match (spread, fallen, rising) {
        (true, true, _) => VerdictKind::Recovered,
        (true, false, false) => VerdictKind::Healthy,
        _ => VerdictKind::Learning,
    }
}

pub(super) fn is_rising(signs: &[Signs], index: usize) -> bool {
    risen(signs, index) > SKILL_RISING
}

/// Skill gained since half as many steps.
pub(super) fn risen(signs: &[Signs], index: usize) -> f32 {
    let now = &signs[index];
    let half = signs[..=index].partition_point(|sign| sign.step <= now.step / 2);
    // The middle one of three, since one look is noisy; without an earlier look, and below chance, skill rose
    // from that of an untrained model.
    let [a, b, c] = [2, 1, 0].map(|back| signs[half.saturating_sub(back).min(index)].skill.value);
    let before = if half == 0 { 0.0 } else { a.min(b).max(a.max(b).min(c)).max(0.0) };
    now.skill.value - before
}

fn text(kind: VerdictKind, now: &Signs, no_signal: bool, classes: &[String]) -> String {
    let favourite = now.favourite.map_or_else(String::new, |(class, share)| {
        t!("verdict.favourite", share = words::percent(share), class = class_name(classes, class))
    });
    let plain = match (kind, no_signal) {
        (VerdictKind::NotStarted, _) => return t!("verdict.early", step = now.step),
        (VerdictKind::Collapsed, true) => return t!("verdict.collapsed.no_signal", favourite = favourite),
        (VerdictKind::Collapsed, false) => return t!("verdict.collapsed", favourite = favourite),
        (VerdictKind::MinorityCollapse, false) => {
            let lost: Vec<_> = now.lost_classes().map(|class| class_name(classes, class)).collect();
            if !lost.is_empty() {
                return t!("verdict.minority", n = lost.len(), classes = class_names(lost));
            }
            t!("verdict.minority.unknown")
        }
        (VerdictKind::Learning, false) if now.collapse >= COLLAPSE_LOW => {
            return t!("verdict.learning.crowded", favourite = favourite);
        }
        (VerdictKind::Diverged, _) => t!("verdict.diverged"),
        (_, true) => t!("verdict.guessing.no_signal"),
        (VerdictKind::Guessing, false) => t!("verdict.guessing"),
        (VerdictKind::Learning, false) => t!("verdict.learning"),
        (VerdictKind::Healthy, false) => t!("verdict.healthy"),
        (VerdictKind::Recovered, false) => t!("verdict.recovered"),
    };
    plain.to_owned()
}

#[cfg(test)]
mod tests;
