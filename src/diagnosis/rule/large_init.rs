//! Initial weights too large: the model begins absurdly sure and wrong.

use super::moment::{Moment, about, below, evidence, figure, times_beyond, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::experiment::{Activation, InitName};
use crate::t;

pub(super) const RULE: Rule = Rule {
    name: "large_init",
    looks_for: "weights that make a signal 30 times stronger on its way through the layers, and skill below what the data promise",
    patience: Patience::Steps(150),
    sees,
    explain,
};

/// Strength of a signal after all layers, relative to before, from which the first answers are absurd.
const LOUD: f32 = 12.0;
/// The same of one layer.
const LOUD_LAYER: f32 = 4.0;

fn sees(moment: &Moment) -> f32 {
    let Some(start) = moment.start() else { return 0.0 };
    let all: f32 = start.gain.iter().product();
    let most = start.gain.iter().copied().fold(0.0, f32::max);
    // Equal weights add up instead, which is another cause.
    let alike = moment.experiment.model.init == InitName::Constant;
    let absurd = start.loss / moment.loss_of_ignorance();
    let holds = !alike && (all >= LOUD || most >= LOUD_LAYER) && moment.is_stuck();
    when(holds, &[times_beyond(all, LOUD, 1000.0), times_beyond(absurd, 2.0, 50.0)])
}

fn explain(moment: &Moment) -> Explanation {
    let start = moment.start();
    let gain = start.map_or(f32::NAN, |start| start.gain.iter().product());
    let loss = start.map_or(f32::NAN, |start| start.loss);
    Explanation {
        title: t!("finding.large_init.title").to_owned(),
        cause: t!("finding.large_init.cause").to_owned(),
        evidence: vec![
            evidence(t!("finding.init.gain"), figure(gain), about(1_u32)),
            evidence(t!("finding.init.loss"), figure(loss), below(figure(2.0 * moment.loss_of_ignorance()))),
            moment.shown_skill(),
        ],
        remedies: vec![fresh(moment)],
    }
}

/// Weights as the activation wants them.
pub(super) fn fresh(moment: &Moment) -> Remedy {
    let saturates = matches!(moment.experiment.model.activation, Activation::Tanh | Activation::Sigmoid);
    let (label, init) =
        if saturates { (t!("remedy.restart_glorot"), "glorot") } else { (t!("remedy.restart_he"), "he") };
    Remedy::new(label, t!("remedy.restart_glorot.help"))
        .with("init", Value::Name(init))
        .with("init_scale", Value::Number(1.0))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "large_init";

    const LOUD: &str = "400 | recall 1 0 | gain 20 20 | startloss 60";

    #[test]
    fn fires_when_the_untrained_model_is_absurdly_sure() {
        let remedy = "since 20: Restart with He initialisation (restart)";
        check(RULE, "data=linear&init_scale=20", LOUD, remedy);
    }

    #[test]
    fn silent_for_usual_weights_equal_ones_or_when_it_was_overcome() {
        check(RULE, "data=linear", &LOUD.replace("20 20", "2 1.5"), "no finding");
        check(RULE, "data=linear&init=constant", LOUD, "no finding");
        check(RULE, "data=linear&init_scale=20", &LOUD.replace("1 0 |", ".95 .95 |"), "no finding");
    }
}
