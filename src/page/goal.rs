//! Goals: what a run is to reach and by when, as a teacher writes it, and how far it has come.
//!
//! Must not know who set the goal or how it is shown.

use crate::diagnosis::{self, VerdictKind};
use crate::experiment::Experiment;
use crate::telemetry::{History, LaneSnapshot};
use crate::{decimal, t, words};
use std::fmt;

/// Something to reach: `balanced_accuracy>=0.8@400`, `loss<=0.5`, `verdict=healthy`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal {
    /// What is to hold.
    pub aim: Aim,
    /// The last step at which reaching it counts; `None` is any step.
    pub by: Option<u32>,
}

/// What is to hold at some step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aim {
    /// A number on the right side of a limit.
    Number {
        /// Which number.
        metric: Metric,
        /// Which side of the limit is right.
        side: Side,
        /// The limit, finite.
        limit: f32,
    },
    /// A state of the run.
    Verdict(VerdictKind),
}

/// Numbers a goal can be about, of lane 0 on the probe set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Mean recall over the classes, 0 to 1.
    BalancedAccuracy,
    /// Lower bound of skill's 95 % interval; above 0 is better than chance.
    SkillLow,
    /// Accuracy on data with the training class shares, 0 to 1: always answering the majority can reach it.
    Accuracy,
    /// Number of classes in effective use, 1 to K.
    EffectiveClasses,
    /// Lowest recall of any class, 0 to 1.
    WorstRecall,
    /// 0 uses all classes equally, 1 uses one.
    Collapse,
    /// Mean cross-entropy on the probe set, in nats.
    Loss,
    /// Accuracy on the last training batch, 0 to 1.
    AccuracyTrain,
    /// Largest share of dead units in any hidden layer, 0 to 1.
    DeadUnits,
}

/// Sides of a limit; the limit itself is on both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Written `>=`.
    AtLeast,
    /// Written `<=`.
    AtMost,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Whether the goal is reached.
    pub state: State,
    /// The number or state at the newest snapshot.
    pub now: Option<Now>,
    /// How much of the way is done, 0 to 1, for a bar; 1 only when it holds.
    pub share: f32,
}

/// Whether a goal is reached. Reached stays reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It can still be reached.
    NotYet,
    /// It held at this step, the first that was looked at.
    Met(u32),
    /// The last step that counts has passed.
    Missed,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Now {
    /// The goal's number; not finite when the model has diverged.
    Number(f32),
    /// The state of the run.
    Verdict(VerdictKind),
}

/// A goal followed over a run whose history forgets.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    /// What is to be reached.
    pub goal: Goal,
    /// The step at which an earlier run reached it.
    pub before: Option<u32>,
    progress: Progress,
}

impl Watch {
    /// Nothing is reached yet, except perhaps `before`, in an earlier run.
    pub fn new(goal: Goal, before: Option<u32>) -> Self {
        Self { goal, before, progress: Progress { state: State::NotYet, now: None, share: 0.0 } }
    }

    /// Takes in the newest snapshots; the state, if it has just changed.
    pub fn follow(&mut self, history: &History, experiment: &Experiment) -> Option<State> {
        let fresh = self.goal.progress(history, experiment);
        let was = self.progress.state;
        // Thinning may drop the snapshot that met the goal, and a changed setting changes what the
        // verdict's course is judged by: what was reached, or missed, in a run stays.
        let state = if was == State::NotYet { fresh.state } else { was };
        self.progress = Progress { state, ..fresh };
        (state != was).then_some(state)
    }

    /// Begins anew with another run.
    pub fn restart(&mut self) {
        let before = match self.progress.state {
            State::Met(step) => Some(step),
            _ => self.before,
        };
        *self = Self::new(self.goal, before);
    }

    /// Whether it is reached.
    pub fn state(&self) -> State {
        self.progress.state
    }

    /// The newest number or state; `None` before the first snapshot.
    pub fn now(&self) -> Option<Now> {
        self.progress.now
    }

    /// See [`Progress::share`]; a goal that was reached stays full.
    pub fn share(&self) -> f32 {
        if matches!(self.progress.state, State::Met(_)) { 1.0 } else { self.progress.share }
    }
}

impl Metric {
    /// Every metric, the ones that majority answers cannot reach first.
    pub const ALL: [Self; 9] = [
        Self::BalancedAccuracy,
        Self::WorstRecall,
        Self::SkillLow,
        Self::EffectiveClasses,
        Self::Collapse,
        Self::Loss,
        Self::Accuracy,
        Self::AccuracyTrain,
        Self::DeadUnits,
    ];

    /// Stable name in links.
    pub fn name(self) -> &'static str {
        match self {
            Self::BalancedAccuracy => "balanced_accuracy",
            Self::SkillLow => "skill_low",
            Self::Accuracy => "accuracy",
            Self::EffectiveClasses => "effective_classes",
            Self::WorstRecall => "worst_recall",
            Self::Collapse => "collapse",
            Self::Loss => "loss",
            Self::AccuracyTrain => "accuracy_train",
            Self::DeadUnits => "dead_units",
        }
    }

    /// The metric called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// What the page calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::BalancedAccuracy => t!("goal.metric.balanced_accuracy"),
            Self::SkillLow => t!("goal.metric.skill_low"),
            Self::Accuracy => t!("goal.metric.accuracy"),
            Self::EffectiveClasses => t!("goal.metric.effective_classes"),
            Self::WorstRecall => t!("goal.metric.worst_recall"),
            Self::Collapse => t!("goal.metric.collapse"),
            Self::Loss => t!("goal.metric.loss"),
            Self::AccuracyTrain => t!("goal.metric.accuracy_train"),
            Self::DeadUnits => t!("goal.metric.dead_units"),
        }
    }

    /// A value as people read it: shares as percentages.
    pub fn shown(self, value: f32) -> String {
        match self {
            Self::SkillLow | Self::Collapse | Self::Loss => words::decimal(value, 2),
            Self::EffectiveClasses => words::decimal(value, 1),
            _ if value.is_finite() => words::percent(value),
            _ => words::short(value),
        }
    }

    /// Its value in one lane's snapshot; NaN where there is none.
    pub fn of(self, lane: &LaneSnapshot) -> f32 {
        let confusion = &lane.confusion;
        match self {
            Self::BalancedAccuracy => confusion.balanced_accuracy(),
            Self::SkillLow => confusion.skill().low,
            Self::Accuracy => lane.accuracy(),
            Self::EffectiveClasses => confusion.effective_classes(),
            // `f32::min` passes over the NaN of classes without examples.
            Self::WorstRecall => confusion.recall().into_iter().fold(f32::NAN, f32::min),
            Self::Collapse => confusion.collapse(),
            Self::Loss => lane.loss_probe,
            Self::AccuracyTrain => lane.accuracy_train,
            Self::DeadUnits => lane.dead_share.iter().copied().fold(f32::NAN, f32::max),
        }
    }
}

impl Goal {
    /// Reads a goal as links write it; the inverse of `to_string`.
    ///
    /// # Errors
    /// What is wrong and what is possible, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (aim, by) = match text.split_once('@') {
            Some((aim, step)) => match step.trim().parse::<u32>() {
                Ok(step) if step > 0 => (aim, Some(step)),
                _ => return Err(t!("goal.error.step", step = step.trim())),
            },
            None => (text, None),
        };
        Ok(Self { aim: Aim::parse(aim.trim())?, by })
    }

    /// How far the run has come. A model that was never trained has reached nothing: step 0 does not
    /// count.
    pub fn progress(&self, history: &History, experiment: &Experiment) -> Progress {
        match self.aim {
            Aim::Number { metric, side, limit } => {
                let values = history
                    .snapshots()
                    .iter()
                    .filter_map(|snapshot| Some((snapshot.step, metric.of(snapshot.lanes.first()?))));
                let values: Vec<(u32, f32)> = values.collect();
                let holds = |value: f32| side.holds(value, limit);
                let state = self.state(&values, |value| holds(*value));
                let now = values.last().map(|(_, value)| *value);
                let share = now.map_or(0.0, |now| side.share(now, limit));
                Progress { state, now: now.map(Now::Number), share }
            }
            Aim::Verdict(wanted) => {
                let course = diagnosis::course(history, experiment);
                let state = self.state(&course, |kind| *kind == wanted);
                let now = course.last().map(|(_, kind)| *kind);
                let share = if now == Some(wanted) { 1.0 } else { 0.0 };
                Progress { state, now: now.map(Now::Verdict), share }
            }
        }
    }

    /// The goal in plain words: "Balanced accuracy at least 0.8 by step 400".
    pub fn sentence(&self) -> String {
        let aim = match self.aim {
            Aim::Number { metric, side: Side::AtLeast, limit } => {
                t!("goal.at_least", metric = metric.label(), limit = words::short(limit))
            }
            Aim::Number { metric, side: Side::AtMost, limit } => {
                t!("goal.at_most", metric = metric.label(), limit = words::short(limit))
            }
            Aim::Verdict(kind) => t!("goal.verdict", verdict = kind.label()),
        };
        match self.by {
            Some(step) => t!("goal.by", aim = aim, step = step),
            None => aim,
        }
    }

    fn state<T>(&self, course: &[(u32, T)], holds: impl Fn(&T) -> bool) -> State {
        let by = self.by.unwrap_or(u32::MAX);
        let counts = |step: u32| step > 0 && step <= by;
        match course.iter().find(|(step, value)| counts(*step) && holds(value)) {
            Some((step, _)) => State::Met(*step),
            None if course.last().is_some_and(|(step, _)| *step >= by) => State::Missed,
            None => State::NotYet,
        }
    }
}

impl Aim {
    fn parse(text: &str) -> Result<Self, String> {
        if let Some(name) = text.strip_prefix("verdict=") {
            return VerdictKind::named(name.trim()).map(Self::Verdict).ok_or_else(|| {
                let known = VerdictKind::ALL.map(VerdictKind::name).join(", ");
                t!("goal.error.verdict", name = name, known = known)
            });
        }
        let sides = [Side::AtLeast, Side::AtMost];
        let parts = sides.into_iter().find_map(|side| Some((side, text.split_once(side.sign())?)));
        let Some((side, (name, limit))) = parts else {
            return Err(t!("goal.error.form", text = text));
        };
        let Some(metric) = Metric::named(name.trim()) else {
            let known = Metric::ALL.map(Metric::name).join(", ");
            return Err(t!("goal.error.metric", name = name.trim(), known = known));
        };
        match decimal::f32(limit.trim()) {
            Some(limit) if limit.is_finite() => Ok(Self::Number { metric, side, limit }),
            _ => Err(t!("goal.error.limit", limit = limit.trim())),
        }
    }
}

impl Side {
    /// As links write it.
    pub fn sign(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
        }
    }

    // NaN is on neither side.
    fn holds(self, value: f32, limit: f32) -> bool {
        match self {
            Self::AtLeast => value >= limit,
            Self::AtMost => value <= limit,
        }
    }

    /// Part of the way from 0 to the limit, or what the limit is of a number that must fall.
    fn share(self, value: f32, limit: f32) -> f32 {
        if self.holds(value, limit) {
            return 1.0;
        }
        let share = match self {
            Self::AtLeast => value / limit,
            Self::AtMost => limit / value,
        };
        // A number that does not hold never fills the bar; infinities and NaN leave it empty.
        if share.is_finite() { share.clamp(0.0, 0.99) } else { 0.0 }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.aim {
            Aim::Number { metric, side, limit } => write!(f, "{}{}{limit}", metric.name(), side.sign())?,
            Aim::Verdict(kind) => write!(f, "verdict={}", kind.name())?,
        }
        self.by.map_or(Ok(()), |step| write!(f, "@{step}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::fixture::replay;
    use crate::experiment::DataName;

    #[test]
    fn a_goal_survives_its_text() {
        for text in [
            "balanced_accuracy>=0.8@400",
            "skill_low>=0",
            "accuracy>=0.95",
            "effective_classes>=8.5@1000",
            "worst_recall>=0.5",
            "collapse<=0.2@50",
            "loss<=0.35",
            "verdict=healthy",
            "verdict=minority_collapse@600",
        ] {
            assert_eq!(Goal::parse(text).map(|goal| goal.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(
            Goal::parse(" balanced_accuracy >= .80 @ 400 ").map(|goal| goal.to_string()),
            Ok("balanced_accuracy>=0.8@400".to_owned())
        );
    }

    #[test]
    fn what_is_wrong_with_a_goal_is_named() {
        let wrong = |text| Goal::parse(text).expect_err(text);
        assert!(wrong("balanced_acuracy>=0.8").contains("balanced_acuracy"));
        assert!(wrong("balanced_accuracy>=0.8@soon").contains("soon"));
        assert!(wrong("loss<=0.5@0").contains('0'));
        assert!(wrong("loss<=low").contains("low"));
        assert!(wrong("loss<=inf").contains("inf"));
        assert!(wrong("loss=1").contains("loss=1"));
        assert!(wrong("verdict=well").contains("healthy"));
        assert!(!wrong("").is_empty());
    }

    #[test]
    fn a_goal_is_met_missed_or_open_and_the_majority_cannot_win() {
        let mut experiment = Experiment::default();
        experiment.data.name = DataName::Gaussians;
        experiment.live.imbalance = 99.0;
        let check = |goal: &str, run: &str| {
            let history = replay(&experiment, run);
            Goal::parse(goal).expect(goal).progress(&history, &experiment)
        };
        let cured = "200 | recall 1 0\n400 | recall .9 .8";
        let state = |goal: &str, run: &str| check(goal, run).state;
        assert_eq!(state("balanced_accuracy>=0.8@400", cured), State::Met(220));
        assert_eq!(state("balanced_accuracy>=0.8@200", cured), State::Missed);
        assert_eq!(state("balanced_accuracy>=0.9@500", cured), State::NotYet);
        assert_eq!(state("balanced_accuracy>=0.9", cured), State::NotYet);
        // Always answering the majority: high accuracy, half of balanced accuracy.
        let collapsed = "400 | recall 1 0";
        assert_eq!(state("accuracy>=0.9", collapsed), State::Met(20));
        assert_eq!(state("balanced_accuracy>=0.8@400", collapsed), State::Missed);
        let open = check("balanced_accuracy>=0.8@500", collapsed);
        assert_eq!((open.state, open.now), (State::NotYet, Some(Now::Number(0.5))));
        assert!((open.share - 0.625).abs() < 1e-6);
        assert_eq!(state("worst_recall>=0.75", cured), State::Met(220));
        assert_eq!(state("collapse<=0.1", cured), State::Met(220));
    }

    #[test]
    fn reached_stays_reached_and_nan_reaches_nothing() {
        let mut experiment = Experiment::default();
        experiment.data.name = DataName::Gaussians;
        let history = replay(&experiment, "100 | recall .9 .9\n300 | nan");
        let goal = |text| Goal::parse(text).expect(text).progress(&history, &experiment);
        assert_eq!(goal("balanced_accuracy>=0.8").state, State::Met(20));
        assert_eq!(goal("balanced_accuracy>=0.95").share, 0.0);
        let loss = goal("loss<=0.1");
        assert_eq!((loss.state, loss.share), (State::NotYet, 0.0));
        assert!(matches!(loss.now, Some(Now::Number(number)) if number.is_nan()));
        assert_eq!(goal("verdict=diverged").state, State::Met(120));
        assert_eq!(goal("verdict=healthy").state, State::Met(60));
        assert_eq!(goal("verdict=recovered@300").state, State::Missed);
    }

    #[test]
    fn a_watch_tells_each_change_once_and_remembers_earlier_runs() {
        let mut experiment = Experiment::default();
        experiment.data.name = DataName::Gaussians;
        let mut watch = Watch::new(Goal::parse("balanced_accuracy>=0.8@400").expect("a goal"), None);
        let follow = |watch: &mut Watch, run: &str| watch.follow(&replay(&experiment, run), &experiment);
        assert_eq!(follow(&mut watch, "100 | recall 1 0"), None);
        assert_eq!(follow(&mut watch, "100 | recall 1 0\n120 | recall 1 .8"), Some(State::Met(120)));
        assert_eq!(follow(&mut watch, "600 | recall 1 0"), None);
        assert_eq!((watch.state(), watch.share()), (State::Met(120), 1.0));
        watch.restart();
        assert_eq!((watch.state(), watch.before), (State::NotYet, Some(120)));
        assert_eq!(follow(&mut watch, "600 | recall 1 0"), Some(State::Missed));
        watch.restart();
        assert_eq!(watch.before, Some(120));
    }

    #[test]
    fn a_goal_reads_as_a_sentence() {
        let sentence = |text| Goal::parse(text).expect(text).sentence();
        assert_eq!(sentence("balanced_accuracy>=0.8@400"), "Balanced accuracy at least 0.8, by step 400");
        assert_eq!(sentence("loss<=0.5"), "Loss at most 0.5");
        assert_eq!(sentence("verdict=healthy"), "The verdict “Healthy”");
    }
}
