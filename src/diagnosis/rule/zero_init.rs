//! Zero initialisation: hidden units that begin at zero never get a gradient.

use super::moment::{Moment, above, evidence, figure, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;

pub(super) const RULE: Rule = Rule {
    name: "zero_init",
    looks_for: "hidden layers initialised to zero whose gradients are exactly zero",
    patience: Patience::Fact,
    sees,
    explain,
};

fn sees(moment: &Moment) -> f32 {
    let still = hidden_gradients(moment).iter().all(|norm| *norm == 0.0);
    when(moment.begins_at_zero() && still, &[1.0, 1.0])
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
        title: t!("finding.zero_init.title").to_owned(),
        cause: t!("finding.zero_init.cause").to_owned(),
        evidence: vec![
            evidence(t!("finding.zero_init.gradient"), figure(largest), above(0_u32)),
            evidence(
                t!("finding.zero_init.weights"),
                t!("finding.zero_init.weights.value"),
                t!("finding.zero_init.weights.healthy"),
            ),
        ],
        remedies: vec![
            Remedy::new(t!("remedy.restart_he"), t!("finding.zero_init.restart.help"))
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
