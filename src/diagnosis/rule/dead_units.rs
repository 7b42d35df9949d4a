//! Units that no longer answer the input: ReLU units dead at zero, tanh and sigmoid units stuck at an end.

use super::moment::{Moment, above, below, beyond, evidence, figure, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::Activation;
use crate::experiment::knob::Value;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "dead_units",
    looks_for: "more than 80 % of a hidden layer's units dead (at zero) or saturated (at an end) for every test example",
    patience: Patience::Steps(100),
    sees,
    explain,
};

/// Share of dead units that leaves too few to tell classes apart.
const DEAD: f32 = 0.8;

fn sees(moment: &Moment) -> f32 {
    let born = moment.start().map_or(0.0, |start| start.dead_share.iter().copied().fold(0.0, f32::max));
    let holds = moment.dead_share() > DEAD && moment.is_stuck();
    // Units are counted on test examples. A model that fits its training examples has living units: then the
    // test examples differ from them, and that is another cause.
    let holds = holds && !moment.begins_at_zero() && !moment.fits_training();
    when(holds, &[beyond(moment.dead_share(), DEAD, 1.0), 0.5 * beyond(born, DEAD, 1.0)])
}

fn explain(moment: &Moment) -> Explanation {
    let rate = moment.experiment.live.learning_rate.min(moment.moderate_learning_rate());
    let gradient = moment.now().lane.grad_norm.first().copied().unwrap_or(f32::NAN);
    let saturates = matches!(moment.experiment.model.activation, Activation::Tanh | Activation::Sigmoid);
    let [title, cause, share, help, init] = if saturates {
        [
            t!("finding.saturated.title"),
            t!("finding.saturated.cause"),
            t!("finding.saturated"),
            t!("finding.saturated.restart.help"),
            "glorot",
        ]
    } else {
        [
            t!("finding.dead_units.title"),
            t!("finding.dead_units.cause"),
            t!("finding.dead"),
            t!("finding.dead_units.restart.help"),
            "he",
        ]
    };
    let restart = match saturates {
        true => t!("finding.saturated.restart", rate = rate),
        false => t!("finding.dead_units.restart", rate = rate),
    };
    Explanation {
        title: title.to_owned(),
        cause: cause.to_owned(),
        evidence: vec![
            evidence(share, percent(moment.dead_share()), below(percent(0.5))),
            evidence(t!("finding.dead_units.gradient"), figure(gradient), above(0_u32)),
        ],
        remedies: vec![
            Remedy::new(restart, help)
                .with("init", Value::Name(init))
                .with("init_scale", Value::Number(1.0))
                .with("learning_rate", Value::Number(f64::from(rate)))
                .and_restart(),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "dead_units";

    #[test]
    fn fires_for_the_worst_layer() {
        let remedy = "since 20: Restart with He initialisation at 0.001 (restart)";
        check(RULE, "data=linear&learning_rate=1", "400 | recall 1 0 | dead .1 .88", remedy);
    }

    #[test]
    fn units_stuck_at_an_end_are_called_saturated() {
        let remedy = "since 20: Restart with Glorot initialisation at 0.001 (restart)";
        let settings = "data=linear&learning_rate=1&activation=tanh";
        check(RULE, settings, "400 | recall 1 0 | dead .9", remedy);
    }

    #[test]
    fn silent_when_the_training_examples_are_fitted() {
        check(RULE, "data=linear", "400 | recall 1 0 | dead .9 | loss .1", "no finding");
    }

    #[test]
    fn silent_when_enough_live_or_when_zero_init_explains_it() {
        check(RULE, "data=linear", "400 | recall 1 0 | dead .8", "no finding");
        check(RULE, "data=linear&init=zeros", "400 | recall 1 0 | dead 1", "no finding");
        check(RULE, "data=linear&depth=0", "400 | recall 1 0", "no finding");
    }
}
