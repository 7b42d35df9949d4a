//! Everything measured on one part of the split.
//!
//! Must not know what is reported of it.

use crate::case::{Case, Harm, Judged, Unfit};
use crate::control::{Control, SORTS, Sort, control};
use crate::fault::KINDS;
use crate::frozen::{Frozen, Split};
use crate::parallel;
use crate::unlearnable::{self, Unlearnable};
use std::collections::BTreeMap;
use std::time::Instant;

/// Which part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What the rules may be tuned on.
    Tuning,
    /// What they are judged on.
    HeldOut,
}

impl Part {
    /// Its name on the command line and in random streams.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tuning => "tuning",
            Self::HeldOut => "held-out",
        }
    }

    /// What it is made from.
    pub fn split(self, frozen: &Frozen) -> &Split {
        match self {
            Self::Tuning => &frozen.tuning,
            Self::HeldOut => &frozen.held_out,
        }
    }
}

/// What was measured.
pub struct Suite {
    /// The part.
    pub part: Part,
    /// Harmful faults, in the table's order, doubles last.
    pub judged: Vec<Judged>,
    /// Attempts that did not count, by name, and why.
    pub unfit: BTreeMap<String, [usize; 2]>,
    /// Healthy runs.
    pub controls: Vec<Control>,
    /// Runs without signal.
    pub unlearnable: Vec<Unlearnable>,
    /// The article's examples.
    pub article: Vec<Unlearnable>,
}

/// Fewer of everything, for a look: a sixth.
pub fn quick(frozen: &mut Frozen) {
    frozen.attempts = 6;
    frozen.kept = 2;
    frozen.double_attempts = 24;
    frozen.double_kept = 10;
    frozen.healthy_attempts = 8;
    frozen.healthy_kept = 5;
    frozen.unlearnable = 12;
    frozen.article_seeds = 3;
}

/// Measures a part.
pub fn run(part: Part, frozen: &Frozen, threads: usize) -> Suite {
    let split = part.split(frozen);
    let begun = Instant::now();
    let told = |what: &str, count: usize| {
        eprintln!("{}: {count} {what}, {} s", part.name(), begun.elapsed().as_secs());
    };
    let mut attempts: Vec<(String, Case)> = Vec::new();
    for kind in KINDS {
        for attempt in 0..frozen.attempts {
            attempts.extend(
                Case::single(kind, part.name(), attempt, split, frozen)
                    .map(|case| (kind.name.to_owned(), case)),
            );
        }
    }
    let doubles =
        (0..frozen.double_attempts).filter_map(|attempt| Case::double(part.name(), attempt, split, frozen));
    attempts.extend(doubles.map(|case| ("double".to_owned(), case)));
    let harms = parallel::map(&attempts, threads, |(_, case)| case.harm(frozen));
    let mut unfit: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    let mut kept: BTreeMap<String, usize> = BTreeMap::new();
    let mut harmful: Vec<(Case, Harm)> = Vec::new();
    for ((name, case), harm) in attempts.into_iter().zip(harms) {
        match harm {
            Ok(harm) => {
                let most = if name == "double" { frozen.double_kept } else { frozen.kept };
                let count = kept.entry(name).or_default();
                *count += 1;
                if *count <= most {
                    harmful.push((case, harm));
                }
            }
            Err(why) => unfit.entry(name).or_default()[usize::from(why == Unfit::Harmless)] += 1,
        }
    }
    told("harmful faults", harmful.len());
    let harmful: Vec<std::sync::Mutex<Option<(Case, Harm)>>> =
        harmful.into_iter().map(|pair| std::sync::Mutex::new(Some(pair))).collect();
    let judged = parallel::map(&harmful, threads, |pair| {
        let (case, harm) = pair.lock().ok().and_then(|mut pair| pair.take()).expect("each is taken once");
        case.judge(harm, frozen)
    });
    told("faults judged", judged.len());

    let tries: Vec<(&'static Sort, usize)> = SORTS
        .iter()
        .flat_map(|sort| (0..frozen.healthy_attempts).map(move |attempt| (sort, attempt)))
        .collect();
    let found =
        parallel::map(&tries, threads, |(sort, attempt)| control(sort, part.name(), *attempt, split, frozen));
    let mut controls: Vec<Control> = Vec::new();
    for control in found.into_iter().flatten() {
        let same = controls.iter().filter(|known| known.sort.name == control.sort.name).count();
        if same < frozen.healthy_kept {
            controls.push(control);
        }
    }
    told("healthy controls", controls.len());

    let drawn: Vec<_> = (0..frozen.unlearnable)
        .map(|attempt| unlearnable::draw_case(part.name(), attempt, split, frozen))
        .collect();
    let unlearnable = parallel::map(&drawn, threads, |run| unlearnable::examine(run.data.name.name(), run));
    let written = unlearnable::article(frozen.article_seeds);
    let article = parallel::map(&written, threads, |(name, run)| unlearnable::examine(name, run));
    told("runs without signal", unlearnable.len() + article.len());
    Suite { part, judged, unfit, controls, unlearnable, article }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::Tally;

    #[test]
    #[ignore = "trains for minutes: cargo test -p diagnosis-bench -- --ignored"]
    fn a_tiny_suite_is_the_same_on_any_number_of_threads() {
        let mut frozen = Frozen::load().expect("readable");
        quick(&mut frozen);
        (frozen.attempts, frozen.kept, frozen.double_attempts, frozen.double_kept) = (1, 1, 2, 1);
        (frozen.healthy_attempts, frozen.healthy_kept, frozen.unlearnable, frozen.article_seeds) =
            (1, 1, 2, 1);
        let [one, two] = [1, 2].map(|threads| run(Part::Tuning, &frozen, threads));
        assert!(!one.judged.is_empty() && !one.controls.is_empty());
        let tally = |suite: &Suite| format!("{:?}", Tally::of(suite));
        assert_eq!(tally(&one), tally(&two));
        assert_eq!(one.article.len(), 3);
    }
}
