//! Learning rate too high: steps overshoot, kill units or blow the weights up.

use super::moment::{Moment, about, below, confidence, evidence, figure, tidy, times_beyond, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::diagnosis::signs::Signs;
use crate::experiment::OptimizerName;
use crate::experiment::knob::Value;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "learning_rate_high",
    looks_for: "a diverged run, or large steps together with a loss above ln K, dead units, thrown weights or a flip-flopping answer",
    patience: Patience::Steps(100),
    sees,
    explain,
};

/// Times the moderate learning rate from which a rate is large.
const LARGE: f32 = 10.0;
/// The same where weights have grown as well.
const THROWN: f32 = 5.0;
/// Times their size at step 0 from which weights were thrown about.
const GROWN: f32 = 3.0;
/// Relative update from which steps are large whatever the rate; healthy is about 1e-3 (Karpathy,
/// CS231n notes, "Babysitting the learning process").
const UPDATE_LARGE: f32 = 0.1;
/// A training loss this many times that of knowing nothing is actively wrong.
const LOSS_ABSURD: f32 = 1.5;
/// Share of dead units that leaves too few to tell classes apart.
const DEAD: f32 = 0.8;
/// Skill won and lost again within six snapshots that is more than chance.
const WOBBLE: f32 = 0.2;
/// One less the usual momentum.
const USUAL_REST: f32 = 0.1;
/// The usual batch.
const USUAL_BATCH: f32 = 32.0;
/// Changes of a sure answer within six snapshots that are a flip-flop.
const FLIPS: usize = 2;

fn sees(moment: &Moment) -> f32 {
    let now = moment.now();
    let times = times(moment);
    if now.diverged {
        // Anything can diverge: inputs, weights, gradients. The rate itself is one sign more.
        return confidence(&[times_beyond(times, 1.0, 100.0)]);
    }
    let large = times >= LARGE || moment.update_ratio() >= UPDATE_LARGE;
    let absurd = now.lane.loss_train >= LOSS_ABSURD * moment.loss_of_ignorance();
    let dead = moment.dead_share() >= DEAD && !moment.begins_at_zero();
    let grown =
        moment.vitals().weight_ratio.iter().copied().filter(|ratio| ratio.is_finite()).fold(0.0, f32::max);
    let flips = flips(moment.recent(6)) >= FLIPS;
    let wobbles = wobble(moment.recent(6)) >= WOBBLE;
    let symptom = absurd || dead || flips || wobbles;
    let holds = (large && symptom || times >= THROWN && grown >= GROWN) && moment.is_stuck();
    let signals = [
        times_beyond(times, LARGE, 1000.0),
        times_beyond(grown, GROWN, 10.0),
        if symptom { 0.5 } else { 0.0 },
    ];
    when(holds, &signals)
}

/// How many times larger than moderate the steps are: momentum adds steps up, and in small batches noise
/// outweighs the signal by the root of what they lack (Smith & Le 2018).
fn times(moment: &Moment) -> f32 {
    let experiment = moment.experiment;
    let times = experiment.live.learning_rate / moment.moderate_learning_rate();
    let momentum = match experiment.optimizer.name {
        OptimizerName::Sgd => USUAL_REST / (1.0 - experiment.optimizer.momentum).max(1e-3),
        _ => 1.0,
    };
    let noise = (USUAL_BATCH / experiment.batch_size as f32).sqrt().max(1.0);
    times * momentum.max(1.0) * noise
}

/// Width of the band in which skill moved lately.
fn wobble(recent: &[Signs]) -> f32 {
    let skills = || recent.iter().map(|sign| sign.skill.value);
    skills().fold(f32::MIN, f32::max) - skills().fold(f32::MAX, f32::min)
}

/// How often the answer to nearly everything changed from one class to another.
fn flips(recent: &[Signs]) -> usize {
    let sure = recent.iter().filter_map(|sign| sign.favourite).filter(|(_, share)| *share >= 0.8);
    let classes: Vec<usize> = sure.map(|(class, _)| class).collect();
    classes.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

fn explain(moment: &Moment) -> Explanation {
    let rate = moment.experiment.live.learning_rate;
    let moderate = moment.moderate_learning_rate();
    let tenth = tidy(rate / 10.0);
    let slower = moderate.min(tenth);
    let dead = moment.dead_share();
    let mut remedies = vec![
        Remedy::new(t!("remedy.restart_at", rate = slower), t!("finding.learning_rate_high.restart.help"))
            .with("learning_rate", Value::Number(f64::from(slower)))
            .with("momentum", Value::Number(f64::from(moment.experiment.optimizer.momentum.min(0.9))))
            .with("batch_size", Value::Number(f64::from(moment.experiment.batch_size.max(16))))
            .and_restart(),
    ];
    if dead < DEAD && !moment.now().diverged {
        remedies.push(
            Remedy::new(t!("finding.learning_rate_high.tenth"), t!("finding.learning_rate_high.tenth.help"))
                .with("learning_rate", Value::Number(f64::from(tenth))),
        );
    }
    Explanation {
        title: t!("finding.learning_rate_high.title").to_owned(),
        cause: t!("finding.learning_rate_high.cause").to_owned(),
        evidence: vec![
            evidence(
                t!("finding.train_loss"),
                figure(moment.now().lane.loss_train),
                t!("finding.train_loss.healthy", value = figure(moment.loss_of_ignorance())),
            ),
            evidence(t!("finding.update"), figure(moment.update_ratio()), about(0.001)),
            evidence(t!("finding.dead"), percent(dead), below(percent(0.5))),
            evidence(t!("finding.learning_rate"), figure(rate), about(moderate)),
        ],
        remedies,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "learning_rate_high";
    const BOTH: &str = "since 20: Restart at 0.001 (restart), A tenth from here on (live)";
    const RESTART: &str = "since 20: Restart at 0.001 (restart)";

    #[test]
    fn fires_for_an_absurd_loss_dead_units_or_divergence() {
        let fast = "data=linear&learning_rate=1";
        check(RULE, fast, "400 | recall 1 0 | loss 40 | dead .5", BOTH);
        check(RULE, fast, "400 | recall 1 0 | loss .7 | dead .9", RESTART);
        check(RULE, "data=linear&learning_rate=0.01", "400 | nan", RESTART);
    }

    #[test]
    fn fires_for_a_flip_flopping_answer() {
        let flips: String =
            (1..=8).map(|i| format!("{} | recall {}\n", 20 * i, ["1 0", "0 1"][i % 2])).collect();
        check(RULE, "data=linear&learning_rate=0.1", &flips, &BOTH.replace("since 20", "since 60"));
        check(RULE, "data=linear", &flips, "no finding");
    }

    #[test]
    fn fires_for_large_updates_at_a_small_rate() {
        let history = "400 | recall 1 0 | loss 3 | update .001 .2";
        check(RULE, "data=linear", history, &BOTH.replace("0.001", "0.0001"));
        check(RULE, "data=linear", &history.replace(".2", ".05"), "no finding");
    }

    #[test]
    fn silent_for_a_large_rate_that_works_and_for_zero_init() {
        let fast = "data=linear&learning_rate=1";
        check(RULE, fast, "400 | recall .9 .9 | loss .3", "no finding");
        check(RULE, &format!("{fast}&init=zeros"), "400 | recall 1 0 | loss .7 | dead 1", "no finding");
    }
}
