//! All units of a layer begin alike, get the same gradient and stay alike.

use super::moment::{Moment, beyond, evidence, figure, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::knob::Value;
use crate::t;

pub(super) const RULE: Rule = Rule {
    name: "constant_init",
    looks_for: "a hidden layer whose units are copies of one another at step 0 and still are",
    patience: Patience::Steps(50),
    sees,
    explain,
};

/// Difference between units, relative to their weights, below which they are copies.
const ALIKE: f32 = 0.01;
/// … and below which they have not grown apart since.
const STILL_ALIKE: f32 = 0.2;

fn sees(moment: &Moment) -> f32 {
    let began = lowest(moment.start().map_or(&[][..], |start| &start.unit_spread));
    let now = lowest(&moment.vitals().unit_spread);
    when(began < ALIKE && now < STILL_ALIKE && moment.fails(), &[1.0, beyond(now, STILL_ALIKE, 0.0)])
}

/// The least spread of a hidden layer; the output's units differ by what they answer.
fn lowest(spread: &[f32]) -> f32 {
    let hidden = &spread[..spread.len().saturating_sub(1)];
    hidden.iter().copied().fold(f32::INFINITY, f32::min)
}

fn explain(moment: &Moment) -> Explanation {
    Explanation {
        title: t!("finding.constant_init.title").to_owned(),
        cause: t!("finding.constant_init.cause").to_owned(),
        evidence: vec![
            evidence(
                t!("finding.constant_init.began"),
                figure(lowest(moment.start().map_or(&[][..], |start| &start.unit_spread))),
                t!("finding.constant_init.healthy"),
            ),
            evidence(
                t!("finding.constant_init.now"),
                figure(lowest(&moment.vitals().unit_spread)),
                t!("finding.constant_init.healthy"),
            ),
            moment.shown_skill(),
        ],
        remedies: vec![fresh("glorot"), fresh("he")],
    }
}

fn fresh(init: &'static str) -> Remedy {
    let label = if init == "he" { t!("remedy.restart_he") } else { t!("remedy.restart_glorot") };
    Remedy::new(label, t!("remedy.restart_glorot.help"))
        .with("init", Value::Name(init))
        .with("init_scale", Value::Number(1.0))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "constant_init";

    const COPIES: &str = "400 | recall 1 0 | began_apart 0 .1 | apart 0 .4";

    #[test]
    fn fires_while_units_stay_copies() {
        let remedies = "since 20: Restart with Glorot initialisation (restart), \
                        Restart with He initialisation (restart)";
        check(RULE, "data=linear&init=constant&init_scale=0.1", COPIES, remedies);
    }

    #[test]
    fn silent_when_units_grew_apart_the_model_copes_or_only_the_output_is_alike() {
        let settings = "data=linear&init=constant&init_scale=0.1";
        check(RULE, settings, "400 | recall 1 0 | began_apart 0 .1 | apart .5 .4", "no finding");
        check(RULE, settings, &COPIES.replace("1 0 |", ".95 .95 |"), "no finding");
        check(RULE, settings, "400 | recall 1 0 | began_apart .9 0 | apart .9 0", "no finding");
    }
}
