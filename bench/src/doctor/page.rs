//! The page's own rules, asked at every look as the page asks them.

use super::{Named, Opinion};
use crate::cause::of_rule;
use collapse_lab::diagnosis::{self, Finding};
use collapse_lab::experiment::{DataName, Experiment};
use collapse_lab::page::trial;
use collapse_lab::telemetry::{History, Snapshot};

/// Repairs that the page tries at most.
const TRIES: usize = 3;

pub(super) fn examine(looks: &[Snapshot], experiment: &Experiment) -> Opinion {
    let mut history = History::default();
    let mut opinion = Opinion::default();
    let mut open = Vec::new();
    for look in looks {
        history.push(look.clone());
        open = diagnosis::findings(&history, experiment, &[]);
        open.retain(|finding: &Finding| finding.until.is_none());
        for finding in &open {
            if opinion.said.iter().all(|(name, _)| *name != finding.rule) {
                opinion.said.push((finding.rule, look.step));
            }
        }
    }
    let named = |finding: &Finding| Named {
        name: finding.rule,
        causes: of_rule(finding.rule),
        remedy: finding.remedies.first().cloned(),
    };
    opinion.named = open.iter().map(named).collect();
    let trials = trial::repairs(experiment, &open);
    opinion.remedies = trials.into_iter().take(TRIES).map(|trial| trial.remedy).collect();
    opinion
}

/// The experiment as somebody knows it who has the code but not how the data came about: label noise, copies,
/// and test data that differ are left out, and data without signal are called something else of that shape.
pub fn hidden(experiment: &Experiment) -> Experiment {
    let mut known = experiment.clone();
    let data = &mut known.data;
    (data.label_noise, data.label_flip, data.duplicates) = (0.0, 0.0, 0.0);
    (data.test_scale, data.test_shift, data.position_shift) = (1.0, 0.0, false);
    if data.name == DataName::Noise {
        data.name = DataName::Shapes;
    }
    if data.name == DataName::Gaussians {
        data.separation = 1.0;
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::{Job, train};
    use collapse_lab::experiment::link;

    fn opinion(settings: &str) -> Opinion {
        let experiment = link::read(settings).experiment;
        let job = Job { experiment: experiment.clone(), watched: true };
        examine(&train(&[job])[0].looks, &experiment)
    }

    #[test]
    fn says_what_the_page_says_with_what_the_page_tries() {
        let opinion = opinion("data=gaussians&imbalance=99&steps=300");
        assert!(opinion.named.iter().any(|named| named.name == "class_imbalance"), "{opinion:?}");
        assert!((1..=TRIES).contains(&opinion.remedies.len()));
        assert!(opinion.first().is_some_and(|step| step <= 300));
    }

    #[test]
    fn hiding_the_data_settings_leaves_the_rest() {
        let known = link::read("data=noise&label_noise=0.7&test_scale=9&learning_rate=0.5&input_scale=255")
            .experiment;
        let hidden = hidden(&known);
        assert!(!hidden.has_no_signal() && known.has_no_signal());
        assert_eq!((hidden.data.label_noise, hidden.data.test_scale), (0.0, 1.0));
        assert_eq!((hidden.live.learning_rate, hidden.data.input_scale), (0.5, 255.0));
        assert_eq!(hidden.classes(), known.classes());
    }
}
