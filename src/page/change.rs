//! What differs between two experiments, and so what the run must do about it.
//!
//! Must not know who asked for the change.

use crate::experiment::Experiment;
use crate::experiment::knob::{KNOBS, Knob, Timing};
use crate::t;

/// What a new experiment asks of a run under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing changed.
    Nothing,
    /// Only live knobs moved: the run goes on.
    Live,
    /// Something fixed at the start changed: a new run.
    Restart,
}

/// Compares the experiment a run was given with the one now wanted.
pub fn between(before: &Experiment, after: &Experiment) -> Change {
    if before == after {
        Change::Nothing
    } else if (Experiment { live: after.live.clone(), ..before.clone() }) == *after {
        Change::Live
    } else {
        Change::Restart
    }
}

/// The knobs whose values differ, in table order.
pub fn moved(before: &Experiment, after: &Experiment) -> impl Iterator<Item = &'static Knob> {
    KNOBS.iter().filter(move |knob| knob.get(before) != knob.get(after))
}

/// One marker text per moved live knob: "Learning rate: 0.1".
pub fn marker_texts(before: &Experiment, after: &Experiment) -> Vec<String> {
    moved(before, after)
        .filter(|knob| knob.timing == Timing::Live)
        .map(|knob| t!("marker.setting", name = knob.label(), value = knob.describe(&knob.get(after))))
        .collect()
}

/// The same run from other initial weights and another order; the data stay.
pub fn next_seed(experiment: &Experiment) -> Experiment {
    experiment.with_seed(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::DataName;
    use crate::experiment::knob::{Domain, Value, knob};

    #[test]
    fn live_knobs_go_on_and_others_restart() {
        let before = Experiment::default();
        assert_eq!(between(&before, &before), Change::Nothing);
        let mut after = before.clone();
        after.live.learning_rate = 0.1;
        assert_eq!(between(&before, &after), Change::Live);
        after.data.name = DataName::Shapes;
        assert_eq!(between(&before, &after), Change::Restart);
    }

    #[test]
    fn a_marker_names_the_knob_and_its_new_value() {
        let before = Experiment::default();
        let mut after = before.clone();
        after.live.learning_rate = 0.1;
        after.live.imbalance = 99.0;
        after.batch_size = 8;
        assert_eq!(marker_texts(&before, &after), ["Imbalance ratio: 99 : 1", "Learning rate: 0.1"]);
    }

    #[test]
    fn seeds_wrap_inside_their_range() {
        let Domain::Integer { max, .. } = knob("seed_weights").expect("in the table").domain else {
            panic!("seeds are whole numbers")
        };
        assert_eq!(max + 1, Experiment::SEEDS);
        let mut experiment = Experiment::default();
        knob("seed_weights")
            .expect("in the table")
            .set(&mut experiment, Value::Number(f64::from(max)))
            .expect("a number");
        let next = next_seed(&experiment);
        assert_eq!((next.seeds.weights, next.seeds.order), (0, experiment.seeds.order + 1));
        assert_eq!(next.seeds.data, experiment.seeds.data);
    }
}
