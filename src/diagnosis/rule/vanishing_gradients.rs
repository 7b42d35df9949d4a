//! Vanishing gradients: what the output learns hardly reaches the first layers.

use super::moment::{Moment, above, evidence, figure, times_beyond, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;

pub(super) const RULE: Rule = Rule {
    name: "vanishing_gradients",
    looks_for: "at least three layers, of which one gets a hundredth or less of the output's gradient",
    patience: Patience::Steps(150),
    sees,
    explain,
};

/// Smallest over last gradient from which early layers learn next to nothing.
const FADED: f32 = 0.08;

fn sees(moment: &Moment) -> f32 {
    let ratio = ratio(moment);
    let holds = ratio > 0.0 && ratio < FADED && !moment.begins_at_zero() && moment.fails();
    when(holds, &[times_beyond(ratio.max(1e-12), FADED, 1e-4), 0.4])
}

/// Smallest gradient of a hidden layer over that of the output, the median of the last few snapshots.
fn ratio(moment: &Moment) -> f32 {
    let norms = &moment.now().lane.grad_norm;
    match norms.as_slice() {
        [hidden @ .., last] if hidden.len() >= 2 => {
            hidden.iter().copied().fold(f32::INFINITY, f32::min) / last
        }
        _ => f32::NAN,
    }
}

fn explain(moment: &Moment) -> Explanation {
    Explanation {
        title: t!("finding.vanishing_gradients.title").to_owned(),
        cause: t!("finding.vanishing_gradients.cause").to_owned(),
        evidence: vec![
            evidence(t!("finding.vanishing_gradients.ratio"), figure(ratio(moment)), above(figure(0.1))),
            evidence(
                t!("finding.layers"),
                figure(moment.now().lane.grad_norm.len() as f32),
                t!("finding.vanishing_gradients.layers"),
            ),
            moment.shown_skill(),
        ],
        remedies: vec![
            Remedy::new(t!("finding.vanishing_gradients.relu"), t!("finding.vanishing_gradients.relu.help"))
                .with("activation", Value::Name("relu"))
                .with("init", Value::Name("he"))
                .with("init_scale", Value::Number(1.0)),
            Remedy::new(t!("finding.vanishing_gradients.norm"), t!("finding.vanishing_gradients.norm.help"))
                .with("batch_norm", Value::Switch(true)),
            Remedy::new(
                t!("finding.vanishing_gradients.shallow"),
                t!("finding.vanishing_gradients.shallow.help"),
            )
            .with("depth", Value::Number(2.0)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "vanishing_gradients";

    const FADED: &str = "400 | recall 1 0 | grad .001 .002 .01 .3";

    #[test]
    fn fires_when_the_first_layers_get_next_to_nothing() {
        let remedies = "since 20: ReLU with He initialisation (restart), Batch normalisation (restart), \
                        Two hidden layers (restart)";
        check(RULE, "data=linear&depth=3&activation=sigmoid", FADED, remedies);
    }

    #[test]
    fn silent_when_gradients_arrive_stand_still_at_zero_or_do_their_work() {
        let settings = "data=linear&depth=3&activation=sigmoid";
        check(RULE, settings, &FADED.replace(".001 .002 .01", ".1 .1 .2"), "no finding");
        check(RULE, settings, &FADED.replace(".001 .002 .01", "0 0 0"), "no finding");
        check(RULE, settings, &FADED.replace("1 0 |", ".95 .95 |"), "no finding");
    }
}
