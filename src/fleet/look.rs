//! What one lane's tensors hold, for a look inside the model; read in one transaction of the probe's.
//!
//! Must not know what is shown of them. Costs nothing while nobody asks.

use super::Fleet;
use super::probe::{self, Probe};
use super::tensor::Tensor;

/// Which tensors to read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sights<'a> {
    /// Whose.
    pub lane: usize,
    /// [`Look::weights`].
    pub weights: bool,
    /// [`Look::gradients`].
    pub gradients: bool,
    /// [`Look::activations`] on the probe set.
    pub activations: bool,
    /// [`Look::logits`] on the probe set.
    pub logits: bool,
    /// Examples `[count, features]` to answer in [`Look::answers`].
    pub questions: Option<&'a [f32]>,
}

/// What was asked for; the rest is empty. Floats may be non-finite.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// The weights per layer, input side first, biases left out.
    pub weights: Vec<Vec<f32>>,
    /// The last recorded step's gradient of the same; empty before the first step.
    pub gradients: Vec<Vec<f32>>,
    /// Outputs of the hidden units per hidden layer.
    pub activations: Vec<Vec<f32>>,
    /// `[examples, classes]`.
    pub logits: Vec<f32>,
    /// Biases of the output layer.
    pub bias: Vec<f32>,
    /// `[questions, classes]`.
    pub answers: Vec<f32>,
}

impl Fleet {
    /// Looks into one lane.
    ///
    /// # Errors
    /// The device is lost.
    pub async fn look(&self, probe: &Probe, sights: Sights<'_>) -> Result<Look, String> {
        let flat = |tensor: &Tensor<3>| of_lane(tensor.clone(), sights.lane);
        let layers = self.network.names().len();
        // Weights alternate with biases; what else is trained comes after them.
        let weights = |flat_params: &Tensor<1>| -> Vec<Tensor<1>> {
            self.layout.split(flat_params).iter().step_by(2).take(layers).map(flat).collect()
        };
        let mut tensors = Vec::new();
        let mut counts = Vec::new();
        let mut add = |found: Vec<Tensor<1>>| {
            counts.push(found.len());
            tensors.extend(found);
        };
        add(if sights.weights { weights(&self.params) } else { Vec::new() });
        add(self.seen_gradient.iter().filter(|_| sights.gradients).flat_map(weights).collect());
        let seen = (sights.activations || sights.logits).then(|| self.inspect(probe.input()));
        let units = seen.iter().filter(|_| sights.activations).flat_map(|seen| &seen.units);
        add(units.map(|(_, units)| flat(units)).collect());
        add(seen.iter().filter(|_| sights.logits).map(|seen| flat(&seen.logits)).collect());
        add(match sights.logits {
            true => self.layout.split(&self.params).get(2 * layers - 1).map(flat).into_iter().collect(),
            false => Vec::new(),
        });
        add(sights.questions.map(|examples| flat(&self.answer(examples))).into_iter().collect());

        let mut read = probe::read(tensors).await?.into_iter();
        let mut parts = counts.into_iter().map(|count| read.by_ref().take(count).collect::<Vec<_>>());
        let mut next = || parts.next().unwrap_or_default();
        Ok(Look {
            weights: next(),
            gradients: next(),
            activations: next(),
            logits: next().concat(),
            bias: next().concat(),
            answers: next().concat(),
        })
    }

    /// Logits `[lanes, examples, classes]`.
    fn answer(&self, examples: &[f32]) -> Tensor<3> {
        let count = examples.len() / self.network.features();
        self.inspect(self.upload(examples, 1, count)).logits
    }
}

/// One lane of a tensor of all lanes.
fn of_lane(tensor: Tensor<3>, lane: usize) -> Tensor<1> {
    let [_, rows, columns] = tensor.dims();
    tensor.slice([lane..lane + 1, 0..rows, 0..columns]).flat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;
    use crate::fleet::Device;
    use crate::fleet::{Batch, InputShape};

    fn trained(steps: u32) -> (Fleet, Probe) {
        let mut experiment = Experiment::default();
        (experiment.data.name, experiment.model.width) = (crate::experiment::DataName::Moons, 5);
        let mut fleet = Fleet::new(&[&experiment], InputShape::Vector(2), &Device::default());
        let probe = Probe::new(&fleet, &[&[0.5, -1.0, 2.0, 0.25]]);
        for _ in 0..steps {
            fleet.step(Batch::new(vec![0.5, -1.0, 2.0, 0.25], vec![0, 1], &[&[1.0, 1.0]]), true);
        }
        (fleet, probe)
    }

    fn everything() -> Sights<'static> {
        Sights {
            lane: 0,
            weights: true,
            gradients: true,
            activations: true,
            logits: true,
            questions: Some(&[0.5, -1.0]),
        }
    }

    #[test]
    fn a_look_gives_what_was_asked_for_and_agrees_with_the_probe() {
        let (mut fleet, probe) = trained(3);
        let seen = pollster::block_on(probe.observe(&mut fleet)).expect("flex does not fail");
        let look = pollster::block_on(fleet.look(&probe, everything())).expect("flex does not fail");
        let lengths = |parts: &[Vec<f32>]| parts.iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(lengths(&look.weights), [10, 10]);
        assert_eq!(lengths(&look.gradients), [10, 10]);
        assert_eq!(lengths(&look.activations), [10]);
        assert_eq!(look.logits, seen[0].logits);
        assert_eq!(look.bias.len(), 2);
        assert_eq!(look.answers, look.logits[..2]);
        let nothing = pollster::block_on(fleet.look(&probe, Sights::default()));
        assert_eq!(nothing, Ok(Look::default()));
    }

    #[test]
    fn there_is_no_gradient_before_the_first_step() {
        let (fleet, probe) = trained(0);
        let look = pollster::block_on(fleet.look(&probe, everything())).expect("flex does not fail");
        assert!(look.gradients.is_empty() && look.weights.len() == 2);
    }

    #[test]
    fn the_run_is_seen_and_not_its_twin() {
        let (mut fleet, probe) = trained(2);
        let alone = pollster::block_on(fleet.look(&probe, everything())).expect("flex does not fail");
        fleet.select_lanes(&[0, 0]);
        let beside = pollster::block_on(fleet.look(&probe, everything())).expect("flex does not fail");
        assert_eq!((&alone.weights, &alone.logits), (&beside.weights, &beside.logits));
    }
}
