//! Zero initialisation: hidden units that begin at zero never get a gradient.

use super::moment::{Moment, evidence, figure};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;

pub(super) const RULE: Rule = Rule {
    name: "zero_init",
    looks_for: "hidden layers initialised to zero whose gradients are exactly zero",
    patience: Patience::Fact,
    holds,
    explain,
};

fn holds(moment: &Moment) -> bool {
    moment.begins_at_zero() && hidden_gradients(moment).iter().all(|norm| *norm == 0.0)
}

/// Gradient norms of all layers but the output's.
fn hidden_gradients<'a>(moment: &Moment<'a>) -> &'a [f32] {
    match moment.now().lane.grad_norm.as_slice() {
        [hidden @ .., _output] => hidden,
        [] => &[],
    }
}

fn explain(moment: &Moment) -> Explanation {
    let largest = hidden_gradients(moment).iter().copied().fold(0.0, f32::max);
    Explanation {
        title: "All weights began at zero".to_owned(),
        cause: "With every weight at zero, hidden units put out zero and pass nothing back: their gradient \
                is exactly zero for ever. Only the output's biases learn, and all they can learn is how \
                frequent each class is."
            .to_owned(),
        evidence: vec![
            evidence("Largest gradient of a hidden layer", figure(largest), "above 0"),
            evidence("Initial weights", "all zeros", "random"),
        ],
        remedies: vec![
            Remedy::new(
                "Restart with He initialisation",
                "Random weights, sized so that signals keep their strength from layer to layer.",
            )
            .with("init", Value::Name("he"))
            .with("init_scale", Value::Number(1.0)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "zero_init";
    const STUCK: &str = "400 | recall 1 0 | grad 0 .3";

    #[test]
    fn fires_at_once_for_hidden_layers() {
        let remedy = "since 20: Restart with He initialisation (restart)";
        check(RULE, "data=gaussians&init=zeros", STUCK, remedy);
        check(RULE, "data=shapes&model=cnn&depth=0&init=zeros", STUCK, remedy);
    }

    #[test]
    fn silent_without_hidden_layers_with_gradients_or_with_random_weights() {
        let linear = "400 | recall .9 .9 | grad .3";
        check(RULE, "data=gaussians&init=zeros&depth=0", linear, "no finding");
        check(RULE, "data=gaussians&init=zeros", "400 | recall .9 .9 | grad .1 .3", "no finding");
        check(RULE, "data=gaussians", STUCK, "no finding");
    }
}
