//! Healthy controls, plain and odd: runs of which nothing should be said.
//!
//! Must not know how results are counted. Healthy is what no remedy improves by what would count as harm.

use crate::doctor::{Doctor, Opinion};
use crate::frozen::{Frozen, Split};
use crate::healthy::{draw, is_bent, log_range, pick, seeded, tidy};
use crate::remedy::{CANDIDATES, moderate_rate};
use crate::statistics::mean;
use crate::train::{Job, Trained, train};
use collapse_lab::experiment::{DataName, Experiment, InitName, OptimizerName, Weighting};
use collapse_lab::stream::Stream;
use std::ops::Range;

/// A sort of healthy run.
pub struct Sort {
    /// Stable name.
    pub name: &'static str,
    /// What is odd about it.
    pub about: &'static str,
    /// Makes a configuration that usually learns odd; false where it cannot.
    oddify: fn(&mut Experiment, &mut Stream) -> bool,
    /// What must hold of the run beside being healthy.
    shows: fn(&Trained) -> bool,
}

fn any(_: &Trained) -> bool {
    true
}

/// All of them; an equal number of each is kept.
pub static SORTS: &[Sort] = &[
    Sort {
        name: "plain",
        about: "a configuration that faults are injected into",
        oddify: |_, _| true,
        shows: any,
    },
    Sort {
        name: "imbalance_learned",
        about: "one class 3 to 100 times as frequent, and learned all the same",
        oddify: |run, stream| {
            run.live.weighting = Weighting::None;
            run.live.imbalance = tidy(log_range(stream, 3.0, 100.0));
            !matches!(run.data.name, DataName::Wine | DataName::Hypothyroid)
        },
        shows: any,
    },
    Sort {
        name: "loss_spike",
        about: "a loss that rises to twice its lowest or more and comes down again (catapult)",
        oddify: |run, stream| {
            run.optimizer.name = OptimizerName::Sgd;
            run.optimizer.momentum = pick(stream, &[0.0, 0.9]);
            run.live.learning_rate = tidy(log_range(stream, 0.1, 3.0) * (1.0 - run.optimizer.momentum));
            run.batch_size = pick(stream, &[64, 128, 256]);
            true
        },
        shows: |run| {
            let mut lowest = f32::INFINITY;
            run.looks.iter().any(|look| {
                let loss = look.lanes[0].loss_train;
                lowest = lowest.min(loss);
                loss > 2.0 * lowest && loss > 0.05
            })
        },
    },
    Sort {
        name: "low_ceiling",
        about: "classes that overlap: nobody can do much better than chance",
        oddify: |run, stream| {
            match run.data.name {
                DataName::Gaussians => run.data.separation = tidy(stream.range(0.1, 0.35)),
                DataName::Blobs => run.data.spread = tidy(stream.range(0.8, 1.0)),
                DataName::Moons | DataName::Circles => run.data.spread = tidy(stream.range(0.35, 0.7)),
                DataName::Linear => run.data.label_noise = tidy(stream.range(0.0, 0.1)),
                _ => return false,
            }
            // Such data are learned by heart if they are few.
            run.data.train_size = 5000;
            true
        },
        shows: any,
    },
    Sort {
        name: "early",
        about: "seen after 20 to 80 steps of a run that goes well",
        oddify: |_, _| true,
        shows: any,
    },
    Sort {
        name: "odd_rate",
        about: "a learning rate 3 to 20 times above or below the usual that works",
        oddify: |run, stream| {
            let factor = log_range(stream, 3.0, 20.0);
            let factor = if stream.coin(0.5) { factor } else { 1.0 / factor };
            run.live.learning_rate = tidy(moderate_rate(run.optimizer.name) * factor);
            true
        },
        shows: any,
    },
    Sort {
        name: "odd_init",
        about: "initial weights scaled by 0.1 to 5, or biases at the log prior",
        oddify: |run, stream| {
            run.model.init_scale = tidy(log_range(stream, 0.1, 5.0));
            run.model.init = pick(stream, &[InitName::He, InitName::Glorot]);
            true
        },
        shows: any,
    },
    Sort {
        name: "odd_inputs",
        about: "inputs scaled by 0.1 to 20 or moved by up to 5, and learned all the same",
        oddify: |run, stream| {
            run.data.standardise = false;
            run.data.input_scale = tidy(log_range(stream, 0.1, 20.0));
            run.data.input_offset = tidy(stream.range(-5.0, 5.0)) * f32::from(u8::from(stream.coin(0.3)));
            true
        },
        shows: any,
    },
    Sort {
        name: "regularised",
        about: "dropout, decay, clipping, mixup or label smoothing that do no harm",
        oddify: |run, stream| {
            match stream.below(5) {
                0 => run.live.dropout = tidy(stream.range(0.2, 0.5)),
                1 => run.live.l2 = tidy(log_range(stream, 1e-4, 1e-2)),
                2 => run.live.clip_norm = tidy(log_range(stream, 0.1, 1.0)),
                3 => run.live.mixup = tidy(stream.range(0.1, 0.5)),
                _ => run.loss.label_smoothing = tidy(stream.range(0.1, 0.3)),
            }
            true
        },
        shows: any,
    },
    Sort {
        name: "odd_shape",
        about: "very small or large batches, narrow or deep networks",
        oddify: |run, stream| {
            match stream.below(3) {
                0 => run.batch_size = pick(stream, &[4, 8, 128, 256]),
                1 => run.model.width = pick(stream, &[6, 8, 128]),
                _ => run.model.depth = pick(stream, &[4, 5]),
            }
            !is_bent(run.data.name) || run.model.width >= 8
        },
        shows: any,
    },
];

/// Remedies whose near twins are among the others: trying these too would only cost time.
const TOO_ALIKE: [&str; 7] = [
    "a hundredth of the rate",
    "a moderate rate if it was higher",
    "at least 600 steps",
    "warm-up",
    "class weights",
    "a wider model",
    "fewer layers",
];

/// A run that nothing improves.
pub struct Control {
    /// Of which sort.
    pub sort: &'static Sort,
    /// As trained.
    pub experiment: Experiment,
    /// What the doctors saw of it.
    pub seen: Trained,
    /// Mean score over the seeds that remedies have.
    pub score: f64,
    /// Scores after every remedy that changes something: what picking blindly does to it.
    pub remedies: Vec<f64>,
    /// In the order of [`Doctor::ALL`].
    pub opinions: Vec<(Doctor, Opinion)>,
    /// Score after the first remedy of each doctor that offers one, in the same order.
    pub after: Vec<Option<f64>>,
}

/// The `attempt`th control of that sort; `None` if it is not healthy or does not show what it should.
pub fn control(
    sort: &'static Sort,
    part: &str,
    attempt: usize,
    split: &Split,
    frozen: &Frozen,
) -> Option<Control> {
    let mut stream = Stream::named(frozen.seed, &format!("{part} healthy {} {attempt}", sort.name));
    let set = crate::case::draw_set(split, &mut stream);
    let mut experiment = draw(set, &mut stream);
    if !(sort.oddify)(&mut experiment, &mut stream) {
        return None;
    }
    let base = stream.below(5_000) as u32;
    let seen_steps = (sort.name == "early").then(|| 20 * (1 + stream.below(4) as u32));
    let score_of = |experiment: &Experiment, seeds: Range<u32>| -> Vec<f64> {
        let job = |number| Job { experiment: seeded(experiment, base, number), watched: false };
        train(&seeds.map(job).collect::<Vec<_>>()).iter().map(|run| run.score).collect()
    };
    let known = seeded(&experiment, base, 0);
    let mut seen = train(&[Job { experiment: known.clone(), watched: true }]).swap_remove(0);
    let floor = if sort.name == "low_ceiling" { 0.0 } else { frozen.floor(set) };
    let knows = f64::from(seen.last().confusion.skill().low) > 0.0;
    if !knows || seen.score < floor || !(sort.shows)(&seen) {
        return None;
    }
    let mut own = vec![seen.score];
    own.extend(score_of(&experiment, 1..frozen.remedy_seeds));
    let score = mean(&own);
    // The first seed settles most remedies: few come near what would count.
    let improved = |cured: &Experiment| -> f64 {
        let mut after = score_of(cured, 0..1);
        if after[0] - own[0] >= frozen.harm / 2.0 {
            after.extend(score_of(cured, 1..frozen.remedy_seeds));
        }
        let gains: Vec<f64> = after.iter().zip(&own).map(|(after, own)| after - own).collect();
        score + mean(&gains)
    };
    let mut remedies = Vec::new();
    for candidate in CANDIDATES.iter().filter(|candidate| !TOO_ALIKE.contains(&candidate.name)) {
        let Some(cured) = candidate.apply(&experiment) else { continue };
        let after = improved(&cured);
        if after - score >= frozen.harm {
            return None;
        }
        remedies.push(after);
    }
    if let Some(steps) = seen_steps {
        seen.looks.retain(|look| look.step <= steps);
    }
    let opinions: Vec<(Doctor, Opinion)> =
        Doctor::ALL.iter().map(|doctor| (*doctor, doctor.examine(&seen.looks, &known))).collect();
    let after = opinions
        .iter()
        .map(|(_, opinion)| opinion.remedies.first().map(|remedy| improved(&remedy.apply(&experiment))))
        .collect();
    Some(Control { sort, experiment: known, seen, score, remedies, opinions, after })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_repeat_and_are_what_their_sort_says() {
        let frozen = Frozen::load().expect("readable");
        let sort = SORTS.iter().find(|sort| sort.name == "early").expect("in the table");
        let found = (0..6).find_map(|attempt| {
            control(sort, "tuning", attempt, &frozen.tuning, &frozen).map(|control| (attempt, control))
        });
        let (attempt, once) = found.expect("most configurations learn");
        assert!(once.seen.steps() <= 80 && once.experiment.live.steps > 80);
        let twice = control(sort, "tuning", attempt, &frozen.tuning, &frozen).expect("the same again");
        assert_eq!((once.score, once.experiment), (twice.score, twice.experiment));
        assert!(once.remedies.iter().all(|after| after - once.score < frozen.harm));
    }

    #[test]
    fn what_a_remedy_improves_much_is_no_control() {
        let frozen = Frozen::load().expect("readable");
        let lazy: &'static Sort = Box::leak(Box::new(Sort {
            name: "lazy",
            about: "",
            oddify: |run, _| {
                run.live.learning_rate = 1e-6;
                true
            },
            shows: any,
        }));
        assert!((0..2).all(|attempt| control(lazy, "tuning", attempt, &frozen.tuning, &frozen).is_none()));
    }
}
