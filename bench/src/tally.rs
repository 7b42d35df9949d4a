//! Results counted: one row of figures per doctor.
//!
//! Must not know how they are printed.

use crate::case::Judged;
use crate::doctor::{Doctor, Opinion};
use crate::statistics::{Share, bootstrap, mean, quantile, share};
use crate::suite::Suite;

/// Mean with a 95 % interval from the bootstrap.
pub type Interval = (f64, f64, f64);

/// What one doctor comes to on a part.
#[derive(Clone, Debug)]
pub struct Row {
    /// Who.
    pub doctor: Doctor,
    /// Harmful faults of which anything was said when the run ended.
    pub detected: Share,
    /// Healthy runs of which anything was said at any look.
    pub false_alarms: Share,
    /// Different things said of healthy runs per 1,000 steps.
    pub false_per_1000: Interval,
    /// Harmful faults whose first named cause is right.
    pub top1: Share,
    /// … one of the first three.
    pub top3: Share,
    /// Double faults of which both are named within three.
    pub both: Share,
    /// Steps until something right was first said, of faults where it was: median and nine in ten.
    pub latency: Option<(f64, f64)>,
    /// Runs without signal of which the first thing said is that there is none.
    pub abstains: Share,
    /// Article runs, likewise.
    pub article: Share,
    /// Faults that can be repaired by one remedy and are by the first offered.
    pub first: Share,
    /// … by the best of three, as the page tells.
    pub within_three: Share,
    /// [`Self::first`] measured against the healthy twin.
    pub first_to_twin: Share,
    /// [`Self::within_three`] measured against the healthy twin.
    pub within_three_to_twin: Share,
    /// Healthy runs that the first remedy offered made worse by what counts as harm.
    pub harmed: Share,
}

/// What picking remedies blindly comes to.
#[derive(Clone, Debug)]
pub struct Blind {
    /// The first of one.
    pub one: Interval,
    /// The best of three.
    pub three: Interval,
    /// [`Self::three`] measured against the healthy twin.
    pub three_to_twin: Interval,
    /// Chance that a random remedy makes a healthy run worse by what counts as harm.
    pub harmed: Interval,
}

/// All figures of a part.
#[derive(Clone, Debug)]
pub struct Tally {
    /// In the order of [`Doctor::ALL`].
    pub rows: Vec<Row>,
    /// Random remedies.
    pub blind: Blind,
    /// Steps of all healthy runs.
    pub healthy_steps: u32,
}

/// Loss of balanced accuracy that counts as harm to a healthy run.
const HARM: f64 = 0.1;

impl Tally {
    /// Counts.
    pub fn of(suite: &Suite) -> Self {
        let repairable: Vec<&Judged> = suite.judged.iter().filter(|judged| judged.repairable).collect();
        let single: Vec<&Judged> =
            repairable.iter().copied().filter(|judged| judged.case.kinds.len() == 1).collect();
        let chances = |of: &[&Judged], tries, to_twin| {
            let chances: Vec<f64> = of.iter().map(|judged| judged.random.chance(tries, to_twin)).collect();
            bootstrap(&chances)
        };
        let harmed: Vec<f64> = suite
            .controls
            .iter()
            .filter(|control| !control.remedies.is_empty())
            .map(|control| {
                let worse = control.remedies.iter().filter(|after| control.score - **after >= HARM).count();
                worse as f64 / control.remedies.len() as f64
            })
            .collect();
        Self {
            rows: (0..Doctor::ALL.len()).map(|doctor| row(suite, doctor, &repairable, &single)).collect(),
            blind: Blind {
                one: chances(&repairable, 1, false),
                three: chances(&repairable, 3, false),
                three_to_twin: chances(&single, 3, true),
                harmed: bootstrap(&harmed),
            },
            healthy_steps: suite.controls.iter().map(|control| control.seen.steps()).sum(),
        }
    }
}

fn row(suite: &Suite, doctor: usize, repairable: &[&Judged], single: &[&Judged]) -> Row {
    let all = || suite.judged.iter().map(|judged| &judged.opinions[doctor]);
    let of = |judged: &[&Judged], hit: fn(&crate::case::Assessed) -> bool| {
        share(judged.iter().map(|judged| hit(&judged.opinions[doctor])))
    };
    let doubles = suite.judged.iter().filter(|judged| judged.case.kinds.len() == 2);
    let latencies: Vec<f64> = all().filter_map(crate::case::Assessed::latency).map(f64::from).collect();
    let at = |share| quantile(&latencies, share);
    let said: Vec<f64> = suite
        .controls
        .iter()
        .map(|control| {
            control.opinions[doctor].1.said.len() as f64 / f64::from(control.seen.steps()) * 1000.0
        })
        .collect();
    let weights: Vec<f64> = suite.controls.iter().map(|control| f64::from(control.seen.steps())).collect();
    let average = mean(&weights);
    // Longer runs weigh as much as their steps.
    let said: Vec<f64> = said.iter().zip(&weights).map(|(said, weight)| said * weight / average).collect();
    Row {
        doctor: Doctor::ALL[doctor],
        detected: share(all().map(|seen| !seen.opinion.named.is_empty())),
        false_alarms: share(suite.controls.iter().map(|control| !control.opinions[doctor].1.said.is_empty())),
        false_per_1000: bootstrap(&said),
        top1: share(all().map(|seen| seen.is_right_within(1))),
        top3: share(all().map(|seen| seen.is_right_within(3))),
        both: share(doubles.map(|judged| names_both(judged, doctor))),
        latency: at(0.5).zip(at(0.9)),
        abstains: share(suite.unlearnable.iter().map(|run| abstains(&run.opinions[doctor].1))),
        article: share(suite.article.iter().map(|run| abstains(&run.opinions[doctor].1))),
        first: of(repairable, |seen| seen.first),
        within_three: of(repairable, |seen| seen.within_three),
        first_to_twin: of(single, |seen| seen.first_to_twin),
        within_three_to_twin: of(single, |seen| seen.within_three_to_twin),
        harmed: share(
            suite
                .controls
                .iter()
                .map(|control| control.after[doctor].is_some_and(|after| control.score - after >= HARM)),
        ),
    }
}

/// Says first of all that there is nothing to learn.
pub fn abstains(opinion: &Opinion) -> bool {
    opinion.named.first().is_some_and(|named| named.causes.contains(&crate::cause::Cause::NoSignal))
}

fn names_both(judged: &Judged, doctor: usize) -> bool {
    let named = &judged.opinions[doctor].opinion.named;
    let mut first_three = named.iter().take(3).flat_map(|named| named.causes);
    judged.case.kinds.iter().all(|kind| first_three.clone().any(|cause| kind.causes.contains(cause)))
        && first_three.next().is_some()
}
