//! When the page offers a scenario's own cure beside those of the findings.
//!
//! Must not know how a cure is applied.

use crate::diagnosis::{Finding, Remedy, VerdictKind};
use crate::experiment::Experiment;
use crate::experiment::scenario::Scenario;

/// The scenario on screen whose cure no finding offers: no rule may know its cause. None before the
/// first verdict, so that what goes wrong is seen before it is cured.
pub fn own_cure(
    experiment: &Experiment,
    verdict: VerdictKind,
    findings: &[Finding],
) -> Option<&'static Scenario> {
    let scenario = Scenario::of(experiment)?;
    let cure = scenario.remedy()?;
    let offered = findings
        .iter()
        .filter(|finding| finding.until.is_none())
        .flat_map(|finding| &finding.remedies)
        .any(|remedy| does_as_much(remedy, &cure, experiment));
    (verdict != VerdictKind::NotStarted && !offered).then_some(scenario)
}

/// Whether `remedy` sets all that `cure` sets, but for the step at which the run pauses.
fn does_as_much(remedy: &Remedy, cure: &Remedy, experiment: &Experiment) -> bool {
    let mut with_both = cure.apply(&remedy.apply(experiment));
    let mut with_one = remedy.apply(experiment);
    with_both.live.steps = 0;
    with_one.live.steps = 0;
    with_both == with_one && remedy.timing() == cure.timing()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::knob::Value;
    use crate::experiment::scenario::named;

    fn finding(remedy: Remedy) -> Finding {
        Finding {
            rule: "rule",
            title: String::new(),
            cause: String::new(),
            confidence: 0.5,
            evidence: Vec::new(),
            since: 20,
            until: None,
            remedies: vec![remedy],
        }
    }

    fn offered(id: &str, verdict: VerdictKind, findings: &[Finding]) -> bool {
        own_cure(&named(id).expect("in the table").experiment(), verdict, findings).is_some()
    }

    #[test]
    fn offered_once_it_went_wrong_unless_a_finding_does() {
        let weights = Remedy::new("", "").with("weighting", Value::Name("inverse_frequency"));
        let other = Remedy::new("", "").with("weighting", Value::Name("oversampling"));
        let collapsed = VerdictKind::Collapsed;
        assert!(!offered("imbalance", VerdictKind::NotStarted, &[]));
        assert!(offered("imbalance", collapsed, &[]));
        assert!(offered("imbalance", collapsed, &[finding(other)]));
        assert!(!offered("imbalance", collapsed, &[finding(weights.clone())]));
        let over = Finding { until: Some(100), ..finding(weights) };
        assert!(offered("imbalance", collapsed, &[over]));
    }

    #[test]
    fn nothing_to_offer_where_nothing_cures_or_it_is_no_scenario() {
        assert!(!offered("imbalance_as_written", VerdictKind::Collapsed, &[]));
        let mut experiment = Experiment::default();
        experiment.live.learning_rate = 0.0123;
        assert!(own_cure(&experiment, VerdictKind::Collapsed, &[]).is_none());
    }
}
