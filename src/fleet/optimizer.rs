//! The optimiser of a fleet: one expression over the flat parameter vector.
//!
//! Must not know layers. Burn's optimisers cannot export their state on WebGPU without blocking,
//! take one rate for all lanes, and cost a tensor operation per parameter tensor; this one has none
//! of that.

use super::adam::Adam;
use super::fused;
use super::kernel::Plan;
use super::rmsprop::RmsProp;
use super::sgd::Sgd;
use super::tensor::{Device, Tensor};
use super::{Rates, layout::Layout};
use crate::decimal;
use crate::experiment::{OptimizerName, OptimizerSpec};

/// Rule, its state, and the rates as the device holds them.
pub(crate) struct Optimizer {
    rule: Rule,
    steps: u32,
    resident: Option<Resident>,
}

enum Rule {
    Adam(Adam),
    RmsProp(RmsProp),
    Sgd(Sgd),
}

/// Per-parameter rates, kept on the device until a rate changes.
struct Resident {
    learning_rate: Factor,
    /// `1 - learning_rate * weight_decay`.
    keep: Factor,
}

/// A factor that is the same for all parameters or one per parameter. Both give the same bits.
enum Factor {
    Uniform(f32),
    PerParameter(Tensor<1>),
}

impl Factor {
    fn new(values: &[f32], layout: &Layout, like: &Tensor<1>) -> Self {
        if values.iter().all(|value| *value == values[0]) {
            Self::Uniform(values[0])
        } else {
            Self::PerParameter(layout.per_lane(values, like))
        }
    }

    fn times(&self, tensor: Tensor<1>) -> Tensor<1> {
        match self {
            Self::Uniform(1.0) => tensor,
            Self::Uniform(value) => tensor.mul_scalar(*value),
            Self::PerParameter(values) => tensor * values.clone(),
        }
    }
}

impl Optimizer {
    /// An optimiser before its first step, for `length` parameters.
    pub fn new(spec: &OptimizerSpec, length: usize, device: &Device) -> Self {
        let zeros = || Tensor::zeros([length], device);
        let rule = match spec.name {
            // As written, 0.9 and not 0.899999976, which the bias corrections would feel.
            OptimizerName::Adam | OptimizerName::AdamW => Rule::Adam(Adam {
                beta_mean: decimal::widen(spec.beta_mean),
                beta_square: decimal::widen(spec.beta_square),
                epsilon: decimal::widen(spec.epsilon),
                mean: zeros(),
                square: zeros(),
            }),
            OptimizerName::RmsProp => Rule::RmsProp(RmsProp {
                beta_square: spec.beta_square,
                epsilon: spec.epsilon,
                momentum: spec.momentum,
                square: zeros(),
                velocity: zeros(),
            }),
            OptimizerName::Sgd => Rule::Sgd(Sgd { momentum: spec.momentum, velocity: zeros() }),
        };
        Self { rule, steps: 0, resident: None }
    }

    /// Steps done.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// Rates changed: upload them again at the next step.
    pub fn forget_rates(&mut self) {
        self.resident = None;
    }

    /// One step of the parameters.
    pub fn step(&mut self, params: &mut Tensor<1>, gradient: Tensor<1>, layout: &Layout, rates: &[Rates]) {
        self.steps += 1;
        let resident = self.resident.get_or_insert_with(|| {
            let learning_rate: Vec<f32> = rates.iter().map(|rate| rate.learning_rate).collect();
            let keep: Vec<f32> = rates.iter().map(Rates::keep).collect();
            Resident {
                learning_rate: Factor::new(&learning_rate, layout, params),
                keep: Factor::new(&keep, layout, params),
            }
        });
        let direction = match &mut self.rule {
            Rule::Adam(adam) => adam.direction(gradient, self.steps),
            Rule::RmsProp(rmsprop) => rmsprop.direction(gradient),
            Rule::Sgd(sgd) => sgd.direction(gradient),
        };
        match (&resident.learning_rate, &resident.keep) {
            (Factor::Uniform(rate), Factor::Uniform(keep)) => {
                fused::descend(params, direction, [*keep, *rate]);
            }
            (rate, keep) => *params = fused::flushed(keep.times(params.take()) - rate.times(direction)),
        }
    }

    /// Adam's scalars of the next step; `None` for other rules.
    pub fn adam_scales(&self) -> Option<[f32; 2]> {
        match &self.rule {
            Rule::Adam(adam) => Some(adam.scales(self.steps + 1)),
            Rule::RmsProp(_) | Rule::Sgd(_) => None,
        }
    }

    /// [`Optimizer::step`] by a kernel, for Adam; `batch` was uploaded with [`Optimizer::adam_scales`].
    pub fn step_by_kernel(
        &mut self,
        plan: &Plan,
        params: &mut Tensor<1>,
        gradient: Tensor<1>,
        batch: &Tensor<1>,
        (layout, rates): (&Layout, &[Rates]),
    ) {
        match &mut self.rule {
            Rule::Adam(adam) => {
                self.steps += 1;
                *params = plan.adam(adam, params, &gradient, batch, layout);
            }
            Rule::RmsProp(_) | Rule::Sgd(_) => self.step(params, gradient, layout, rates),
        }
    }

    /// State vectors in a fixed order, each as long as the parameters.
    pub fn state(&self) -> Vec<Tensor<1>> {
        match &self.rule {
            Rule::Adam(adam) => vec![adam.mean.clone(), adam.square.clone()],
            Rule::RmsProp(rmsprop) => vec![rmsprop.square.clone(), rmsprop.velocity.clone()],
            Rule::Sgd(sgd) => vec![sgd.velocity.clone()],
        }
    }

    /// Number of state vectors.
    pub fn state_len(&self) -> usize {
        match self.rule {
            Rule::Adam(_) | Rule::RmsProp(_) => 2,
            Rule::Sgd(_) => 1,
        }
    }

    /// Puts back what [`Optimizer::state`] gave; too few vectors leave the rest as it is.
    pub fn restore(&mut self, state: Vec<Tensor<1>>, steps: u32) {
        self.steps = steps;
        self.resident = None;
        for (slot, saved) in self.slots().into_iter().zip(state) {
            *slot = saved;
        }
    }

    /// Keeps the lanes `sources` of `layout`.
    pub fn select_lanes(&mut self, layout: &Layout, sources: &[usize]) {
        self.resident = None;
        for slot in self.slots() {
            *slot = layout.select(slot, sources);
        }
    }

    fn slots(&mut self) -> Vec<&mut Tensor<1>> {
        match &mut self.rule {
            Rule::Adam(adam) => vec![&mut adam.mean, &mut adam.square],
            Rule::RmsProp(rmsprop) => vec![&mut rmsprop.square, &mut rmsprop.velocity],
            Rule::Sgd(sgd) => vec![&mut sgd.velocity],
        }
    }
}
