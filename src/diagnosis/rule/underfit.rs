//! Too simple a model: it cannot draw the boundary that the data have.

use super::moment::{Moment, above, beyond, figure, when};
use super::{Explanation, Patience, Remedy, Rule};
use crate::experiment::ModelName;
use crate::experiment::knob::Value;
use crate::t;
use crate::words::percent;

pub(super) const RULE: Rule = Rule {
    name: "underfit",
    looks_for: "training recall below what nearest neighbours reach, no longer rising, with few layers or units",
    patience: Patience::Steps(200),
    sees,
    explain,
};

/// Units from which a layer holds enough of its input for our sets.
const NARROW: u32 = 8;
/// Skill that neighbours have over class means where a straight boundary does not do.
const CURVED: f32 = 0.3;

fn sees(moment: &Moment) -> f32 {
    let Some(data) = moment.data() else { return 0.0 };
    let model = &moment.experiment.model;
    let convolves = moment.experiment.model_name() == ModelName::Cnn;
    let flat = !convolves && model.depth == 0 && data.neighbour.value - data.centroid.value >= CURVED;
    let narrow = if convolves { model.channels <= 2 } else { model.depth > 0 && model.width <= NARROW };
    let promised = moment.promise() * (1.0 - 1.0 / moment.class_count()) + 1.0 / moment.class_count();
    let lacking = promised - moment.accuracy_clean();
    let holds = (flat || narrow) && lacking >= 0.05 && moment.is_stuck();
    when(holds, &[if flat { 1.0 } else { 0.6 }, beyond(lacking, 0.05, 0.4)])
}

fn explain(moment: &Moment) -> Explanation {
    let flat = moment.experiment.model.depth == 0;
    let help = t!("finding.underfit.cure.help");
    let deeper = Remedy::new(t!("finding.underfit.deeper"), help)
        .with("depth", Value::Number(f64::from(moment.experiment.model.depth.max(1) + 1)))
        .with("width", Value::Number(f64::from(moment.experiment.model.width.max(32))));
    let wider = Remedy::new(t!("finding.underfit.wider"), help)
        .with("width", Value::Number(f64::from(moment.experiment.model.width.max(16) * 2)))
        .with("channels", Value::Number(f64::from(moment.experiment.model.channels.max(16))))
        .with("depth", Value::Number(f64::from(moment.experiment.model.depth.max(1))));
    Explanation {
        title: t!("finding.underfit.title").to_owned(),
        cause: t!("finding.underfit.cause").to_owned(),
        evidence: vec![
            moment.shown_clean(above(percent(0.9))),
            if flat {
                moment.shown_setting("depth", above(0_u32))
            } else {
                moment.shown_setting("width", above(figure(15.0)))
            },
            moment.shown_skill(),
        ],
        remedies: vec![if flat { deeper.clone() } else { wider.clone() }, if flat { wider } else { deeper }],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const RULE: &str = "underfit";

    const BENT: &str = "400 | recall .65 .65 | clean .65 | neighbours .98 | centroids .2";

    #[test]
    fn fires_for_a_straight_line_through_bent_data() {
        let remedies = "since 40: One more hidden layer (restart), More units (restart)";
        check(RULE, "data=spirals&depth=0", BENT, remedies);
    }

    #[test]
    fn fires_for_too_few_units() {
        let remedies = "since 40: More units (restart), One more hidden layer (restart)";
        check(RULE, "data=spirals&depth=1&width=2", BENT, remedies);
    }

    #[test]
    fn silent_for_data_a_line_divides_enough_units_or_fitted_examples() {
        check(RULE, "data=spirals&depth=0", &BENT.replace("centroids .2", "centroids .9"), "no finding");
        check(RULE, "data=spirals&depth=2", BENT, "no finding");
        check(RULE, "data=spirals&depth=0", &BENT.replace("clean .65", "clean .98"), "no finding");
    }
}
