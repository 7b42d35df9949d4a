//! Initial weights too small: the signal fades from layer to layer before it reaches the output.

use super::moment::{Moment, about, evidence, figure, times_beyond, when};
use super::{Explanation, Patience, Rule};
use crate::experiment::InitName;
use crate::t;

pub(super) const RULE: Rule = Rule {
    name: "small_init",
    looks_for: "weights that shrink a signal to a tenth or less on its way through the layers, and skill below what the data promise",
    patience: Patience::Steps(150),
    sees,
    explain,
};

/// Strength left of a signal, per layer and in all, from which it is lost beside the biases.
const FAINT: f32 = 0.1;

fn sees(moment: &Moment) -> f32 {
    let gain = gain(moment);
    // Zeros are another rule's cause.
    when(gain > 0.0 && gain < FAINT && moment.is_stuck(), &[times_beyond(gain.max(1e-9), FAINT, 1e-3), 0.5])
}

/// What all layers together make of a signal's strength at step 0.
fn gain(moment: &Moment) -> f32 {
    let start = moment.start().filter(|start| !start.gain.is_empty());
    let alike = moment.experiment.model.init == InitName::Constant;
    start.filter(|_| !alike).map_or(f32::NAN, |start| start.gain.iter().product())
}

fn explain(moment: &Moment) -> Explanation {
    Explanation {
        title: t!("finding.small_init.title").to_owned(),
        cause: t!("finding.small_init.cause").to_owned(),
        evidence: vec![
            evidence(t!("finding.init.gain"), figure(gain(moment)), about(1_u32)),
            moment.shown_information(),
            moment.shown_skill(),
        ],
        remedies: vec![super::large_init::fresh(moment)],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "small_init";

    const LOST: &str = "400 | recall 1 0 | gain .1 .1 .1";

    #[test]
    fn fires_when_the_signal_fades() {
        check(RULE, "data=linear&depth=2", LOST, "since 20: Restart with He initialisation (restart)");
        let tanh = "since 20: Restart with Glorot initialisation (restart)";
        check(RULE, "data=linear&depth=2&activation=tanh&init_scale=0.1", LOST, tanh);
    }

    #[test]
    fn silent_when_it_keeps_its_strength_is_zero_or_the_model_copes() {
        check(RULE, "data=linear&depth=2", &LOST.replace(".1 .1 .1", ".6 .6 .6"), "no finding");
        check(RULE, "data=linear&init=zeros", &LOST.replace(".1 .1 .1", "0 0 0"), "no finding");
        check(RULE, "data=linear&depth=2", &LOST.replace("1 0 |", ".95 .95 |"), "no finding");
    }
}
