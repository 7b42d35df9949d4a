//! A model's numbers by layer, and as the frameworks lay them out.
//!
//! Must not know what is done with them.

use super::archive::Numbers;
use crate::architecture::{Architecture, LayerKind, LayerShape};
use crate::experiment::Experiment;
use crate::protocol::GroupState;

/// Weights, biases and, with batch normalisation, scales and running moments of one lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// What they belong to.
    pub architecture: Architecture,
    /// One per layer of it.
    pub layers: Vec<Layer>,
}

/// The numbers of one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// `[rows, columns]` as [`LayerKind::weight_shape`] says.
    pub weight: Vec<f32>,
    /// One per unit; after a normalisation its shift.
    pub bias: Vec<f32>,
    /// If the layer is batch-normalised.
    pub norm: Option<Norm>,
}

/// Batch normalisation of a layer, one number per unit each.
#[derive(Clone, Debug, PartialEq)]
pub struct Norm {
    /// Trained factor.
    pub scale: Vec<f32>,
    /// Running mean.
    pub mean: Vec<f32>,
    /// Running variance.
    pub variance: Vec<f32>,
}

/// Whose names and layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convention {
    /// `[out, in]`, `[out, in, 3, 3]`.
    PyTorch,
    /// `[in, out]`, `[3, 3, in, out]`.
    Keras,
    /// `[in, out]`, `[out, in, 3, 3]`.
    Burn,
}

/// A tensor by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// "dense_1.weight".
    pub name: String,
    /// Lengths of its axes.
    pub shape: Vec<usize>,
    /// Row-major.
    pub numbers: Numbers,
}

impl Named {
    /// A tensor of floats.
    pub fn floats(name: impl Into<String>, shape: &[usize], numbers: Vec<f32>) -> Self {
        Self { name: name.into(), shape: shape.to_vec(), numbers: Numbers::Floats(numbers) }
    }
}

/// The name of a layer in programs: "dense 1" is `dense_1`.
pub fn identifier(layer: &LayerShape) -> String {
    layer.name.replace(' ', "_")
}

/// The name of its normalisation: `dense_1_norm`.
pub fn norm_identifier(layer: &LayerShape) -> String {
    identifier(layer) + "_norm"
}

impl Model {
    /// Before the first step.
    pub fn initial(architecture: &Architecture, experiment: &Experiment) -> Self {
        let moments = architecture.normalised();
        let moments = moments.into_iter().flat_map(|units| {
            let zeros = std::iter::repeat_n(0.0, units);
            zeros.chain(std::iter::repeat_n(1.0, units))
        });
        let moments: Vec<f32> = moments.collect();
        let flat = architecture.initial(experiment);
        Self::of(architecture, &flat, &moments, [1, 0]).expect("as many numbers as the architecture has")
    }

    /// Lane `lane` of a saved state; `None` where the state belongs to another architecture.
    pub fn saved(architecture: &Architecture, state: &GroupState, lane: usize) -> Option<Self> {
        let moments = if architecture.batch_norm && !architecture.hidden().is_empty() {
            state.tensors.last()?
        } else {
            &Vec::new()
        };
        Self::of(architecture, state.tensors.first()?, moments, [state.lanes.len(), lane])
    }

    /// One lane of parameters and running moments, both tensor after tensor with the lanes within each.
    fn of(
        architecture: &Architecture,
        flat: &[f32],
        moments: &[f32],
        [lanes, lane]: [usize; 2],
    ) -> Option<Self> {
        let pick = |numbers: &[f32], lengths: &[usize]| -> Option<Vec<Vec<f32>>> {
            let mut offset = 0;
            let parts = lengths.iter().map(|length| {
                let start = offset + lane * length;
                offset += lanes * length;
                numbers.get(start..start + length).map(<[f32]>::to_vec)
            });
            parts.collect()
        };
        let lengths: Vec<usize> =
            architecture.tensors().iter().map(|[rows, columns]| rows * columns).collect();
        let normalised = architecture.normalised();
        let pairs: Vec<usize> = normalised.iter().flat_map(|units| [*units, *units]).collect();
        let (tensors, moments) = (pick(flat, &lengths)?, pick(moments, &pairs)?);
        let count = architecture.layers.len();
        let layers = (0..count).map(|index| Layer {
            weight: tensors[2 * index].clone(),
            bias: tensors[2 * index + 1].clone(),
            norm: (index < normalised.len()).then(|| Norm {
                scale: tensors[2 * count + index].clone(),
                mean: moments[2 * index].clone(),
                variance: moments[2 * index + 1].clone(),
            }),
        });
        Some(Self { layers: layers.collect(), architecture: architecture.clone() })
    }

    /// All tensors as `convention` has them.
    pub fn tensors(&self, convention: Convention) -> Vec<Named> {
        let mut tensors = Vec::new();
        let layers = self.architecture.layers.iter().zip(&self.layers);
        for (index, (shape, layer)) in layers.enumerate() {
            let name = identifier(shape);
            let (axes, numbers) = laid_out(shape.kind, index == 0, &layer.weight, convention);
            tensors.push(Named::floats(name.clone() + ".weight", &axes, numbers));
            let units = [layer.bias.len()];
            let Some(norm) = &layer.norm else {
                tensors.push(Named::floats(name + ".bias", &units, layer.bias.clone()));
                continue;
            };
            let name = norm_identifier(shape);
            for (part, numbers) in [
                (".weight", &norm.scale),
                (".bias", &layer.bias),
                (".running_mean", &norm.mean),
                (".running_var", &norm.variance),
            ] {
                tensors.push(Named::floats(name.clone() + part, &units, numbers.clone()));
            }
        }
        tensors
    }
}

/// A weight in another layout, with its axes.
fn laid_out(
    kind: LayerKind,
    is_first: bool,
    weight: &[f32],
    convention: Convention,
) -> (Vec<usize>, Vec<f32>) {
    match kind {
        LayerKind::Dense { inputs, outputs } => match convention {
            Convention::PyTorch => {
                let columns = (0..outputs).flat_map(|to| (0..inputs).map(move |from| from * outputs + to));
                (vec![outputs, inputs], columns.map(|at| weight[at]).collect())
            }
            Convention::Keras | Convention::Burn => (vec![inputs, outputs], weight.to_vec()),
        },
        LayerKind::Conv { channels, filters, .. } => {
            // See `LayerKind::weight_shape` for the order of rows.
            let at = |channel: usize, tap: usize, filter: usize| {
                let row = if is_first { channel * 9 + tap } else { tap * channels + channel };
                weight[row * filters + filter]
            };
            let mut numbers = Vec::with_capacity(weight.len());
            if convention == Convention::Keras {
                for tap in 0..9 {
                    for channel in 0..channels {
                        numbers.extend((0..filters).map(|filter| at(channel, tap, filter)));
                    }
                }
                return (vec![3, 3, channels, filters], numbers);
            }
            for filter in 0..filters {
                for channel in 0..channels {
                    numbers.extend((0..9).map(|tap| at(channel, tap, filter)));
                }
            }
            (vec![filters, channels, 3, 3], numbers)
        }
    }
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use super::*;
    use crate::architecture::InputShape;
    use crate::fleet::{Device, Fleet};

    #[test]
    fn a_saved_lane_is_that_lane_alone() {
        let mut experiment = Experiment::default();
        experiment.model.batch_norm = true;
        experiment.model.depth = 2;
        let input = InputShape::Vector(64);
        let (architecture, other) = (Architecture::new(&experiment, input), experiment.with_seed(1));
        let fleet = Fleet::new(&[&experiment, &other], input, &Device::default());
        let tensors = pollster::block_on(fleet.checkpoint()).expect("the CPU is not lost");
        let moments = tensors.last().expect("the running moments");
        for (lane, experiment) in [&experiment, &other].into_iter().enumerate() {
            let saved = Model::of(&architecture, &tensors[0], moments, [2, lane]);
            assert_eq!(saved.as_ref(), Some(&Model::initial(&architecture, experiment)));
        }
        assert_eq!(Model::of(&architecture, &tensors[0][1..], moments, [2, 1]), None);
    }
}
