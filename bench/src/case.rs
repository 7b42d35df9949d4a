//! One broken run: how it came about, whether it hurts, what repairs it, and what every doctor says.
//!
//! Must not know how results are counted.

use crate::cause::Cause;
use crate::doctor::{Doctor, Named, Opinion};
use crate::fault::{KINDS, Kind, severity};
use crate::frozen::{Frozen, Split};
use crate::healthy::{draw, pick, seeded};
use crate::remedy::CANDIDATES;
use crate::statistics::{mean, paired_p};
use crate::train::{Job, Trained, train};
use collapse_lab::experiment::{DataName, Experiment};
use collapse_lab::page::trial::{self, Trial};
use collapse_lab::stream::Stream;
use std::collections::BTreeSet;
use std::ops::Range;

/// A broken experiment and its healthy twin.
#[derive(Clone)]
pub struct Case {
    /// What was injected: one kind, or two.
    pub kinds: Vec<&'static Kind>,
    /// How severe each is, 0 to 1.
    pub severities: Vec<f32>,
    /// Without the fault.
    pub twin: Experiment,
    /// With it.
    pub broken: Experiment,
    /// With each of two faults alone; empty for a single fault.
    pub singles: Vec<Experiment>,
    /// First seed.
    seed: u32,
}

/// Draws of a healthy experiment until the kinds apply.
const DRAWS: usize = 60;
/// Images cost as much as everything else together, and one kind of fault needs them.
const SHAPES_SHARE: f32 = 0.03;

/// A twin whose first seed is that far below the floor is not trained on the others.
const FIRST_SEED_SLACK: f64 = 0.1;
/// A remedy that closes less than this share of the gap on the first seed is not tried on the others.
const HOPEFUL: f64 = 0.5;

/// A set of the split.
pub fn draw_set(split: &Split, stream: &mut Stream) -> DataName {
    loop {
        let set = pick(stream, &split.sets());
        if set != DataName::Shapes || stream.coin(SHAPES_SHARE) {
            return set;
        }
    }
}

impl Case {
    /// The `attempt`th case of that kind in a part; `None` if nothing drawn can have the fault.
    pub fn single(
        kind: &'static Kind,
        part: &str,
        attempt: usize,
        split: &Split,
        frozen: &Frozen,
    ) -> Option<Self> {
        let mut stream = Stream::named(frozen.seed, &format!("{part} {} {attempt}", kind.name));
        Self::of(vec![kind], &mut stream, split, frozen)
    }

    /// The `attempt`th case with two kinds at once.
    pub fn double(part: &str, attempt: usize, split: &Split, frozen: &Frozen) -> Option<Self> {
        let mut stream = Stream::named(frozen.seed, &format!("{part} double {attempt}"));
        let first = stream.below(KINDS.len());
        let second = (first + 1 + stream.below(KINDS.len() - 1)) % KINDS.len();
        Self::of(vec![&KINDS[first], &KINDS[second]], &mut stream, split, frozen)
    }

    fn of(kinds: Vec<&'static Kind>, stream: &mut Stream, split: &Split, frozen: &Frozen) -> Option<Self> {
        let sets = split.sets();
        let twin = (0..DRAWS).find_map(|_| {
            let needs_shapes = kinds.iter().any(|kind| kind.name == "shift_without_augmentation");
            let set = if needs_shapes { DataName::Shapes } else { draw_set(split, stream) };
            let mut twin = draw(set, stream);
            kinds.iter().for_each(|kind| kind.prepare(&mut twin, stream));
            (sets.contains(&set) && kinds.iter().all(|kind| kind.applies(&twin))).then_some(twin)
        })?;
        let severities: Vec<f32> = kinds.iter().map(|_| severity(&split.bands, stream)).collect();
        let mut broken = twin.clone();
        let mut singles = Vec::new();
        for (kind, severity) in kinds.iter().zip(&severities) {
            let range = frozen.range(kind)?;
            let mut single = twin.clone();
            // Both draw alike, so that a single fault is what it is among two.
            kind.inject(&mut single, *severity, range, &mut stream.clone());
            kind.inject(&mut broken, *severity, range, stream);
            singles.push(single);
        }
        if kinds.len() < 2 {
            singles.clear();
        } else if singles.contains(&broken) {
            // One fault wiped the other out.
            return None;
        }
        let seed = stream.below(5_000) as u32;
        Some(Self { kinds, severities, twin, broken, singles, seed })
    }

    /// Names of the kinds.
    pub fn name(&self) -> String {
        self.kinds.iter().map(|kind| kind.name).collect::<Vec<_>>().join(" + ")
    }

    fn jobs(&self, experiment: &Experiment, seeds: Range<u32>) -> Vec<Job> {
        let job = |number| Job { experiment: seeded(experiment, self.seed, number), watched: false };
        seeds.map(job).collect()
    }

    /// The broken run that the doctors see.
    pub fn seen(&self) -> Experiment {
        seeded(&self.broken, self.seed, 0)
    }

    /// Whether it hurts: the twin learns, and each fault alone and all together cost enough, for sure.
    ///
    /// # Errors
    /// It does not count, and why.
    pub fn harm(&self, frozen: &Frozen) -> Result<Harm, Unfit> {
        let floor = frozen.floor(self.twin.data.name);
        // The first seed settles most cases that do not count: it must lose as much itself.
        let mut twin = self.scores(&self.twin, 0..1);
        if twin[0] < floor - FIRST_SEED_SLACK {
            return Err(Unfit::TwinLearnsNothing);
        }
        let job = Job { experiment: self.seen(), watched: true };
        let seen = train(&[job]).swap_remove(0);
        if twin[0] - seen.score < frozen.harm {
            return Err(Unfit::Harmless);
        }
        twin.extend(self.scores(&self.twin, 1..frozen.pairs));
        if mean(&twin) < floor {
            return Err(Unfit::TwinLearnsNothing);
        }
        let costs = |scores: &[f64]| {
            let lost: Vec<f64> = twin.iter().zip(scores).map(|(twin, score)| twin - score).collect();
            mean(&lost) >= frozen.harm && lost[0] >= frozen.harm && paired_p(&lost) < frozen.p
        };
        let mut broken = vec![seen.score];
        broken.extend(self.scores(&self.broken, 1..frozen.pairs));
        let singles_cost = || self.singles.iter().all(|single| costs(&self.scores(single, 0..frozen.pairs)));
        if costs(&broken) && singles_cost() { Ok(Harm { twin, broken, seen }) } else { Err(Unfit::Harmless) }
    }

    fn scores(&self, experiment: &Experiment, seeds: Range<u32>) -> Vec<f64> {
        train(&self.jobs(experiment, seeds)).iter().map(|run| run.score).collect()
    }

    /// What repairs it and what every doctor says.
    pub fn judge(self, harm: Harm, frozen: &Frozen) -> Judged {
        let seen = self.seen();
        let opinions: Vec<(Doctor, Opinion)> =
            Doctor::ALL.iter().map(|doctor| (*doctor, doctor.examine(&harm.seen.looks, &seen))).collect();
        let seeds = frozen.remedy_seeds;
        let few = |scores: &[f64]| mean(&scores[..seeds as usize]);
        let (twin, broken) = (few(&harm.twin), few(&harm.broken));
        let hopeful = harm.broken[0] + HOPEFUL * (harm.twin[0] - harm.broken[0]);
        let mut bench =
            Workbench { case: &self, seeds, hopeful, done: vec![(self.twin.clone(), twin, None)] };

        let mut best = if self.kinds.len() == 1 { twin } else { f64::NEG_INFINITY };
        // Taking one of two faults away is a remedy too.
        for single in &self.singles {
            best = best.max(bench.score(single));
        }
        let mut tried = Vec::new();
        for candidate in CANDIDATES {
            if let Some(experiment) = candidate.apply(&self.broken) {
                let score = bench.score(&experiment);
                tried.push((candidate, score));
                best = best.max(score);
            }
        }
        let page = &opinions[0].1;
        for remedy in &page.remedies {
            best = best.max(bench.score(&remedy.apply(&self.broken)));
        }
        // For truth: as good as if it had not happened, or with two faults as the best single remedy makes it.
        let whole = if self.kinds.len() == 1 { twin } else { best };
        let closes = |score: f64, target: f64| {
            target - broken >= frozen.harm / 2.0 && score >= broken + frozen.restores * (target - broken)
        };
        let mut truth: BTreeSet<Cause> = self.kinds.iter().flat_map(|kind| kind.causes).copied().collect();
        let restoring = tried.iter().filter(|(_, score)| closes(*score, whole));
        truth.extend(restoring.flat_map(|(candidate, _)| candidate.causes));

        let opinions: Vec<Assessed> = opinions
            .iter()
            .map(|(doctor, opinion)| {
                let mut right = |named: &Named| {
                    let cured = named.remedy.as_ref().map(|remedy| remedy.apply(&self.broken));
                    named.causes.iter().any(|cause| truth.contains(cause))
                        || cured
                            .is_some_and(|cured| cured != self.broken && closes(bench.score(&cured), whole))
                };
                let rights = opinion.named.iter().take(3).map(&mut right).collect();
                let scores: Vec<f64> =
                    opinion.remedies.iter().map(|remedy| bench.score(&remedy.apply(&self.broken))).collect();
                let chosen = bench.chosen(&opinion.remedies, &harm.seen);
                Assessed {
                    doctor: *doctor,
                    rights,
                    first: scores.first().is_some_and(|score| closes(*score, best)),
                    within_three: chosen.is_some_and(|index| closes(scores[index], best)),
                    first_to_twin: scores.first().is_some_and(|score| closes(*score, whole)),
                    within_three_to_twin: chosen.is_some_and(|index| closes(scores[index], whole)),
                    scores,
                    opinion: opinion.clone(),
                }
            })
            .collect();
        let restored = tried.iter().filter(|(_, score)| closes(*score, best)).count();
        let applied = tried.len();
        let restored_to_twin = tried.iter().filter(|(_, score)| closes(*score, whole)).count();
        Judged {
            repairable: best - broken >= frozen.harm,
            random: Random { restored, restored_to_twin, applied },
            remedies: tried.iter().map(|(candidate, score)| (candidate.name, *score)).collect(),
            case: self,
            harm,
            twin,
            broken,
            best,
            truth,
            opinions,
        }
    }
}

/// Why a case does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The configuration does not learn without the fault either.
    TwinLearnsNothing,
    /// The fault does not cost enough.
    Harmless,
}

/// What a fault did.
pub struct Harm {
    /// Score of every seed without it …
    pub twin: Vec<f64>,
    /// … and with it.
    pub broken: Vec<f64>,
    /// The broken run of the first seed, every look.
    pub seen: Trained,
}

/// A case with the truth about it.
pub struct Judged {
    /// The case.
    pub case: Case,
    /// Its runs.
    pub harm: Harm,
    /// Mean score of the healthy twin over the seeds that remedies have.
    pub twin: f64,
    /// The same with the fault.
    pub broken: f64,
    /// The same with the best single remedy.
    pub best: f64,
    /// Whether any single remedy helps; with two faults perhaps none.
    pub repairable: bool,
    /// What is right to say.
    pub truth: BTreeSet<Cause>,
    /// Every candidate that changes something, and its score.
    pub remedies: Vec<(&'static str, f64)>,
    /// How many of them close the gap.
    pub random: Random,
    /// In the order of [`Doctor::ALL`].
    pub opinions: Vec<Assessed>,
}

/// An opinion beside the truth.
pub struct Assessed {
    /// Whose.
    pub doctor: Doctor,
    /// What.
    pub opinion: Opinion,
    /// Whether each of the first three causes named is right.
    pub rights: Vec<bool>,
    /// Score after each remedy.
    pub scores: Vec<f64>,
    /// The first remedy closes the gap to the best remedy.
    pub first: bool,
    /// The best of three, as the page tells which is best, does.
    pub within_three: bool,
    /// [`Self::first`] for the gap to the healthy twin.
    pub first_to_twin: bool,
    /// [`Self::within_three`] for the gap to the healthy twin.
    pub within_three_to_twin: bool,
}

impl Assessed {
    /// Whether one of the first `count` causes is right.
    pub fn is_right_within(&self, count: usize) -> bool {
        self.rights.iter().take(count).any(|right| *right)
    }

    /// First step at which something right was said.
    pub fn latency(&self) -> Option<u32> {
        let right = self.opinion.named.iter().zip(&self.rights).filter(|(_, right)| **right);
        let names: Vec<&str> = right.map(|(named, _)| named.name).collect();
        self.opinion.said.iter().filter(|(name, _)| names.contains(name)).map(|(_, step)| *step).min()
    }
}

/// What picking remedies blindly comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Random {
    /// Candidates that close the gap to the best remedy.
    pub restored: usize,
    /// … to the healthy twin.
    pub restored_to_twin: usize,
    /// Candidates that change something.
    pub applied: usize,
}

impl Random {
    /// The chance that one of `tries` different candidates closes the gap, exactly.
    pub fn chance(self, tries: usize, to_twin: bool) -> f64 {
        let restored = if to_twin { self.restored_to_twin } else { self.restored };
        let missed = (0..tries.min(self.applied)).map(|drawn| {
            let left = (self.applied - drawn) as f64;
            ((self.applied - restored) as f64 - drawn as f64).max(0.0) / left
        });
        if self.applied == 0 { 0.0 } else { 1.0 - missed.product::<f64>() }
    }
}

/// Trains what was not trained yet.
struct Workbench<'a> {
    case: &'a Case,
    seeds: u32,
    /// Score of the first seed from which the others are worth training.
    hopeful: f64,
    /// Mean score, and the first seed's run.
    done: Vec<(Experiment, f64, Option<Trained>)>,
}

impl Workbench<'_> {
    fn index(&mut self, experiment: &Experiment) -> usize {
        if let Some(known) = self.done.iter().position(|(known, ..)| known == experiment) {
            return known;
        }
        let first = train(&self.case.jobs(experiment, 0..1)).swap_remove(0);
        let mut scores = vec![first.score];
        if first.score >= self.hopeful {
            scores.extend(self.case.scores(experiment, 1..self.seeds));
        }
        self.done.push((experiment.clone(), mean(&scores), Some(first)));
        self.done.len() - 1
    }

    fn score(&mut self, experiment: &Experiment) -> f64 {
        let index = self.index(experiment);
        self.done[index].1
    }

    fn first(&mut self, experiment: &Experiment) -> Trained {
        let index = self.index(experiment);
        if self.done[index].2.is_none() {
            let mut runs = train(&self.case.jobs(experiment, 0..1));
            self.done[index].2 = Some(runs.swap_remove(0));
        }
        self.done[index].2.clone().expect("trained above")
    }

    /// Which of the remedies the page would keep, having tried them on the run itself.
    fn chosen(&mut self, remedies: &[collapse_lab::diagnosis::Remedy], run: &Trained) -> Option<usize> {
        let answers: Vec<trial::Answer> = remedies
            .iter()
            .map(|remedy| {
                let tried = self.first(&remedy.apply(&self.case.broken));
                let trial = Trial { asked: String::new(), remedy: remedy.clone(), kind: trial::Kind::Cure };
                trial::answer(&trial, run.last(), tried.last())
            })
            .collect();
        trial::best(&answers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_repeat_and_parts_differ() {
        let frozen = Frozen::load().expect("readable");
        let kind = Kind::named("rate_too_high").expect("in the table");
        let case =
            |part: &str, split| Case::single(kind, part, 3, split, &frozen).expect("it applies to all");
        let [once, twice] = [(); 2].map(|()| case("tuning", &frozen.tuning));
        assert_eq!((&once.broken, &once.twin, once.seed), (&twice.broken, &twice.twin, twice.seed));
        let held_out = case("held_out", &frozen.held_out);
        assert_ne!(once.twin, held_out.twin);
        assert!(frozen.held_out.sets().contains(&held_out.twin.data.name));
        let [low, high] = frozen.held_out.bands[0];
        let [low2, high2] = frozen.held_out.bands[1];
        assert!(
            (low..high).contains(&held_out.severities[0]) || (low2..high2).contains(&held_out.severities[0])
        );
    }

    #[test]
    fn every_kind_and_many_pairs_can_be_drawn_in_both_parts() {
        let frozen = Frozen::load().expect("readable");
        for (part, split) in [("tuning", &frozen.tuning), ("held_out", &frozen.held_out)] {
            for kind in KINDS {
                let drawn =
                    (0..6).filter_map(|attempt| Case::single(kind, part, attempt, split, &frozen)).count();
                assert!(drawn >= 3, "{part} {}", kind.name);
            }
            let pairs = (0..60).filter_map(|attempt| Case::double(part, attempt, split, &frozen));
            let names: BTreeSet<&str> = pairs.flat_map(|case| case.kinds).map(|kind| kind.name).collect();
            assert!(names.len() > KINDS.len() / 2, "{part}: {names:?}");
        }
    }

    #[test]
    fn truth_holds_what_was_injected_and_what_restores() {
        let frozen = Frozen::load().expect("readable");
        let kind = Kind::named("rate_too_low").expect("in the table");
        let twin = collapse_lab::experiment::link::read("data=blobs&spread=0.3&learning_rate=0.01&steps=200")
            .experiment;
        let mut broken = twin.clone();
        broken.live.learning_rate = 1e-5;
        let case =
            Case { kinds: vec![kind], severities: vec![1.0], twin, broken, singles: Vec::new(), seed: 5 };
        let harm = case.harm(&frozen).expect("a rate a thousand times too low hurts");
        assert!(mean(&harm.twin) > 0.9 && mean(&harm.broken) < 0.7);
        let judged = case.judge(harm, &frozen);
        assert!(judged.truth.contains(&Cause::RateLow));
        assert!(!judged.truth.contains(&Cause::Imbalance) && !judged.truth.contains(&Cause::LabelNoise));
        assert!(judged.random.restored >= 1 && judged.random.restored < judged.random.applied);
        assert!(judged.best >= judged.twin);
        // A moderate rate is Adam's 0.001: within 200 steps not always enough, so only the order is certain.
        let always = judged.opinions.last().expect("the last doctor");
        assert_eq!((always.doctor, always.is_right_within(3)), (Doctor::AlwaysImbalance, false));
    }

    #[test]
    fn a_harmless_fault_does_not_count() {
        let frozen = Frozen::load().expect("readable");
        let twin = collapse_lab::experiment::link::read("data=blobs&spread=0.3&learning_rate=0.01&steps=200")
            .experiment;
        let mut broken = twin.clone();
        broken.live.learning_rate = 0.009;
        let kind = Kind::named("rate_too_low").expect("in the table");
        let case =
            Case { kinds: vec![kind], severities: vec![0.0], twin, broken, singles: Vec::new(), seed: 5 };
        assert_eq!(case.harm(&frozen).err(), Some(Unfit::Harmless));
    }

    #[test]
    fn random_picks_are_counted_exactly() {
        let random = Random { restored: 2, restored_to_twin: 0, applied: 10 };
        assert!((random.chance(1, false) - 0.2).abs() < 1e-12);
        // 1 - C(8,3)/C(10,3) = 1 - 56/120.
        assert!((random.chance(3, false) - (1.0 - 56.0 / 120.0)).abs() < 1e-12);
        assert_eq!(random.chance(3, true), 0.0);
        assert_eq!(Random { restored: 2, restored_to_twin: 2, applied: 2 }.chance(3, false), 1.0);
    }
}
