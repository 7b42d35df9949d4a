//! Trials: short runs beside the run, from the same initial weights, each with one thing changed, and what
//! follows from them.
//!
//! Must not know how lanes are trained or shown.

use super::lanes::MOST;
use crate::diagnosis::{Finding, Remedy};
use crate::experiment::Experiment;
use crate::experiment::knob::Value;
use crate::telemetry::LaneSnapshot;
use crate::telemetry::confusion::Skill;
use crate::{t, words};

/// One thing changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// "What if the learning rate were a tenth?", or the remedy's label.
    pub asked: String,
    /// The change.
    pub remedy: Remedy,
    /// What its outcome says.
    pub kind: Kind,
}

/// What the outcome of a trial says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Better than the run: what it changed was a cause.
    Cure,
    /// Labels without meaning: no worse than the run means that the run has learned nothing from its inputs.
    Shuffled,
    /// A handful of examples: what cannot learn them by heart cannot learn at all.
    ByHeart,
}

/// What a trial found.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The trial's question.
    pub asked: String,
    /// The answer.
    pub sentence: String,
    /// Gain in balanced accuracy of a cure that clearly helped.
    pub gain: Option<f32>,
}

/// Steps after which a trial is judged, if the run is not further: most cures of the scenarios show by then.
pub const LEAST_STEPS: u32 = 300;
/// Examples to be learned by heart; `train_size` has no less.
const HANDFUL: f64 = 20.0;
/// Share of its batch that a model answers right when it knows the handful by heart.
const BY_HEART: f32 = 0.9;

/// What to ask about a run: first what bears on the findings' own remedies, then what tells data from
/// optimisation.
pub fn questions(experiment: &Experiment, findings: &[Finding]) -> Vec<Trial> {
    let open = findings.iter().filter(|finding| finding.until.is_none());
    let touched: Vec<&str> = open
        .flat_map(|finding| &finding.remedies)
        .flat_map(|remedy| &remedy.patch)
        .map(|(knob, _)| *knob)
        .collect();
    let bears = |trial: &Trial| trial.remedy.patch.iter().any(|(knob, _)| touched.contains(knob));
    let cures = cures(experiment);
    let (near, far): (Vec<Trial>, Vec<Trial>) = cures.into_iter().partition(bears);
    let general = [
        trial(t!("trial.shuffled"), Kind::Shuffled, &[("label_noise", Value::Number(1.0))]),
        trial(t!("trial.by_heart"), Kind::ByHeart, &[("train_size", Value::Number(HANDFUL))]),
    ];
    let asked = near.into_iter().chain(general).chain(far);
    asked.filter(|trial| trial.remedy.changes(experiment)).take(MOST).collect()
}

fn cures(experiment: &Experiment) -> Vec<Trial> {
    let tenth = f64::from(experiment.live.learning_rate) / 10.0;
    vec![
        trial(t!("trial.lower_rate"), Kind::Cure, &[("learning_rate", Value::Number(tenth))]),
        trial(t!("trial.oversample"), Kind::Cure, &[("weighting", Value::Name("oversampling"))]),
        trial(
            t!("trial.standardise"),
            Kind::Cure,
            &[("input_scale", Value::Number(1.0)), ("standardise", Value::Switch(true))],
        ),
        trial(t!("trial.he"), Kind::Cure, &[("init", Value::Name("he")), ("init_scale", Value::Number(1.0))]),
    ]
}

fn trial(asked: &str, kind: Kind, patch: &[(&'static str, Value)]) -> Trial {
    let remedy =
        patch.iter().fold(Remedy::new(asked, ""), |remedy, (knob, value)| remedy.with(knob, value.clone()));
    Trial { asked: asked.to_owned(), remedy, kind }
}

/// The remedies worth trying: the first of each finding, then the second of each.
pub fn repairs(experiment: &Experiment, findings: &[Finding]) -> Vec<Trial> {
    let open: Vec<&Finding> = findings.iter().filter(|finding| finding.until.is_none()).collect();
    let deepest = open.iter().map(|finding| finding.remedies.len()).max().unwrap_or_default();
    let mut found: Vec<Trial> = Vec::new();
    for rank in 0..deepest {
        for remedy in open.iter().filter_map(|finding| finding.remedies.get(rank)) {
            let is_new = found.iter().all(|trial| trial.remedy.patch != remedy.patch);
            if is_new && remedy.changes(experiment) {
                // A trial begins anew, and what is applied must be what was tried.
                let remedy = remedy.clone().and_restart();
                found.push(Trial { asked: remedy.label.clone(), remedy, kind: Kind::Cure });
            }
        }
    }
    found.truncate(MOST);
    found
}

/// What a trial found, both looked at at the same step.
pub fn answer(trial: &Trial, run: &LaneSnapshot, tried: &LaneSnapshot) -> Answer {
    let (run_skill, skill) = (run.confusion.skill(), tried.confusion.skill());
    let [before, after] = [run, tried].map(|lane| words::decimal(lane.confusion.balanced_accuracy(), 2));
    // NaN, after divergence, is worse than anything.
    let clearly =
        |better: Skill, worse: Skill| better.low > worse.high || (worse.value.is_nan() && better.low > 0.0);
    let mut gain = None;
    let key = match trial.kind {
        Kind::Cure if clearly(skill, run_skill) => {
            let from = run.confusion.balanced_accuracy();
            let from = if from.is_finite() { from } else { 0.0 };
            gain = Some(tried.confusion.balanced_accuracy() - from);
            "trial.helps"
        }
        Kind::Cure if clearly(run_skill, skill) => "trial.worse",
        Kind::Cure => "trial.no_help",
        Kind::Shuffled if clearly(run_skill, skill) => "trial.shuffled.differs",
        Kind::Shuffled => "trial.shuffled.same",
        Kind::ByHeart if tried.accuracy_train >= BY_HEART => "trial.by_heart.yes",
        Kind::ByHeart => "trial.by_heart.no",
    };
    Answer { asked: trial.asked.clone(), sentence: t!(key, before = before, after = after), gain }
}

/// The trial that helped most.
pub fn best(answers: &[Answer]) -> Option<usize> {
    let gains = answers.iter().enumerate().filter_map(|(index, answer)| Some((index, answer.gain?)));
    gains.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::{self, fixture::replay};
    use crate::experiment::link;

    fn seen(settings: &str, recall: &str) -> LaneSnapshot {
        let history = replay(&link::read(settings).experiment, &format!("400 | recall {recall}"));
        history.last().expect("it has snapshots").lanes[0].clone()
    }

    #[test]
    fn asks_first_what_the_findings_point_at() {
        let experiment = link::read("data=gaussians&imbalance=99").experiment;
        let history = replay(&experiment, "400 | recall 1 0");
        let findings = diagnosis::findings(&history, &experiment, &[]);
        let asked = questions(&experiment, &findings);
        assert_eq!(asked.len(), MOST);
        assert_eq!(asked[0].remedy.patch[0].0, "weighting");
        assert!(asked.iter().any(|trial| trial.kind == Kind::Shuffled), "{asked:?}");
    }

    #[test]
    fn every_scenario_can_be_asked_about() {
        for scenario in crate::experiment::scenario::SCENARIOS {
            let asked = questions(&scenario.experiment(), &[]);
            assert_eq!(asked.len(), MOST, "{}", scenario.id);
        }
    }

    #[test]
    fn tries_the_first_remedy_of_each_finding_and_never_one_twice() {
        let experiment = link::read("data=gaussians&imbalance=99").experiment;
        let history = replay(&experiment, "400 | recall 1 0");
        let mut findings = diagnosis::findings(&history, &experiment, &[]);
        let twice = findings[0].clone();
        findings.push(twice);
        let trials = repairs(&experiment, &findings);
        assert!(!trials.is_empty() && trials.len() <= MOST);
        assert_eq!(trials[0].remedy.patch, findings[0].remedies[0].patch);
        for (index, trial) in trials.iter().enumerate() {
            assert!(trials[index + 1..].iter().all(|other| other.remedy.patch != trial.remedy.patch));
            assert!(trial.remedy.needs_restart);
        }
        findings.iter_mut().for_each(|finding| finding.until = Some(300));
        assert!(repairs(&experiment, &findings).is_empty(), "what is over needs no cure");
    }

    #[test]
    fn a_cure_must_be_clearly_better_and_the_best_is_taken() {
        let cure = |recall: &str| {
            let trial = trial("x", Kind::Cure, &[]);
            answer(&trial, &seen("data=gaussians", "1 0"), &seen("data=gaussians", recall))
        };
        let (good, better, same) = (cure(".8 .8"), cure(".9 .9"), cure(".5 .52"));
        assert!(good.sentence.contains("0.50 → 0.80"), "{}", good.sentence);
        assert_eq!(same.gain, None, "{}", same.sentence);
        assert_eq!(best(&[same.clone(), good, better]), Some(2));
        assert_eq!(best(&[same]), None);
    }

    #[test]
    fn labels_without_meaning_and_a_handful_by_heart() {
        let of = |kind, recall: &str, train: f32| {
            let mut tried = seen("data=gaussians", recall);
            tried.accuracy_train = train;
            answer(&trial("x", kind, &[]), &seen("data=gaussians", ".9 .9"), &tried).sentence
        };
        assert_eq!(of(Kind::Shuffled, ".5 .5", 0.5), t!("trial.shuffled.differs", after = "0.50"));
        assert_eq!(of(Kind::Shuffled, ".9 .9", 0.5), t!("trial.shuffled.same", after = "0.90"));
        assert_eq!(of(Kind::ByHeart, ".6 .6", 1.0), t!("trial.by_heart.yes"));
        assert_eq!(of(Kind::ByHeart, ".6 .6", 0.6), t!("trial.by_heart.no"));
    }
}
