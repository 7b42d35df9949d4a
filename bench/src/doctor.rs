//! Doctors: who looks at a run and says what is wrong with it; the page's rules and the baselines alike.
//!
//! Must not know what was injected.

mod always_imbalance;
mod autotrainer;
mod debugger;
mod page;

use crate::cause::Cause;
use collapse_lab::experiment::Experiment;
use collapse_lab::experiment::remedy::Remedy;
use collapse_lab::telemetry::Snapshot;
pub use page::hidden;

/// Who.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Doctor {
    /// The page's rules, as a visitor sees them.
    Page,
    /// The same without the settings of the data, from measurements alone.
    PageBlind,
    /// `AutoTrainer`'s published rules with its order of repairs.
    AutoTrainer,
    /// `SageMaker` Debugger's documented rules; it repairs nothing.
    Debugger,
    /// Says "class imbalance" whatever it sees.
    AlwaysImbalance,
}

impl Doctor {
    /// All of them in the report's order.
    pub const ALL: [Self; 5] =
        [Self::Page, Self::PageBlind, Self::AutoTrainer, Self::Debugger, Self::AlwaysImbalance];

    /// As the report calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "this page",
            Self::PageBlind => "this page, data settings hidden",
            Self::AutoTrainer => "AutoTrainer's rules",
            Self::Debugger => "SageMaker Debugger's rules",
            Self::AlwaysImbalance => "always \"imbalance\"",
        }
    }

    /// What it says of a run.
    pub fn examine(self, looks: &[Snapshot], experiment: &Experiment) -> Opinion {
        match self {
            Self::Page => page::examine(looks, experiment),
            Self::PageBlind => Opinion { remedies: Vec::new(), ..page::examine(looks, &hidden(experiment)) },
            Self::AutoTrainer => autotrainer::examine(looks, experiment),
            Self::Debugger => debugger::examine(looks, experiment),
            Self::AlwaysImbalance => always_imbalance::examine(looks),
        }
    }
}

/// What a doctor says of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opinion {
    /// What is wrong when the run ends, the likeliest first.
    pub named: Vec<Named>,
    /// Everything that was said at any look, with the step it was first said at.
    pub said: Vec<(&'static str, u32)>,
    /// What to try, in order; three at most.
    pub remedies: Vec<Remedy>,
}

/// One thing said to be wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// The rule's name.
    pub name: &'static str,
    /// What that means; any of them.
    pub causes: &'static [Cause],
    /// The cure offered with it.
    pub remedy: Option<Remedy>,
}

impl Opinion {
    /// An opinion formed at one step.
    fn at(step: u32, named: Vec<Named>, remedies: Vec<Remedy>) -> Self {
        let said = named.iter().map(|named| (named.name, step)).collect();
        Self { named, said, remedies }
    }

    /// Step of the first alarm.
    pub fn first(&self) -> Option<u32> {
        self.said.iter().map(|(_, step)| *step).min()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use collapse_lab::telemetry::{Confusion, LaneSnapshot, Snapshot};

    /// A look every 20 steps, an epoch each, from lines such as `recall .9 .2 | loss .7 | grad 1 .1`; `test` is
    /// the loss on held-out examples.
    pub fn looks(text: &str) -> Vec<Snapshot> {
        let lines = text.lines().enumerate();
        lines
            .map(|(index, line)| Snapshot {
                step: 20 * (index as u32 + 1),
                epoch: index as f32,
                lanes: vec![lane(line)],
            })
            .collect()
    }

    fn lane(line: &str) -> LaneSnapshot {
        let field = |key: &str| -> Option<Vec<f32>> {
            let part =
                line.split('|').map(str::trim).find_map(|part| part.strip_prefix(key)?.strip_prefix(' '))?;
            Some(part.split_whitespace().map(|value| value.parse().expect("a number")).collect())
        };
        let recall = field("recall").expect("a recall per class");
        let hits = |class: usize| (recall[class] * 100.0).round() as u32;
        let rows = [[hits(0), 100 - hits(0)], [100 - hits(1), hits(1)]];
        let mut lane: LaneSnapshot = crate::doctor::tests::plain();
        lane.confusion = Confusion::from_rows(&[&rows[0], &rows[1]]);
        lane.loss_train = field("loss").map_or(0.5, |values| values[0]);
        lane.loss_probe = field("test").map_or(lane.loss_train, |values| values[0]);
        lane.grad_norm = field("grad").unwrap_or_else(|| vec![0.1, 0.1]);
        lane.update_ratio = field("update").unwrap_or_else(|| vec![1e-3, 1e-3]);
        lane.dead_share = field("dead").unwrap_or_default();
        lane.class_shares = field("shares").unwrap_or_else(|| vec![0.5, 0.5]);
        lane
    }

    /// A real look, so that fields nobody here asks about are what they are.
    fn plain() -> LaneSnapshot {
        let experiment = collapse_lab::experiment::link::read("data=moons&steps=20").experiment;
        let job = crate::train::Job { experiment, watched: true };
        crate::train::train(&[job])[0].last().clone()
    }

    use super::{Doctor, Opinion};

    #[test]
    fn always_imbalance_never_says_anything_else() {
        let run = collapse_lab::experiment::Experiment::default();
        let opinion: Opinion = Doctor::AlwaysImbalance.examine(&looks("recall .9 .9"), &run);
        assert_eq!(opinion.named.iter().map(|named| named.name).collect::<Vec<_>>(), ["imbalance"]);
        assert_eq!(opinion.first(), Some(20));
        assert_eq!(opinion.remedies.len(), 1);
    }
}
