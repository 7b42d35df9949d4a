//! The optimiser of a fleet: one expression over the flat parameter vector.
//!
//! Must not know layers. Burn's optimisers cannot export their state on WebGPU without blocking,
//! take one rate for all lanes, and cost a tensor operation per parameter tensor; this one has none
//! of that.

use super::adam::Adam;
use super::fused::Descent;
use super::kernel::Plan;
use super::rmsprop::RmsProp;
use super::sgd::Sgd;
use super::tensor::{Device, Tensor};
use super::{Rates, layout::Layout};
use crate::decimal;
use crate::experiment::{OptimizerName, OptimizerSpec};

/// Rule, its state, and the rates.
pub(crate) struct Optimizer {
    rule: Rule,
    steps: u32,
    /// The rates as the device holds them, until one changes.
    descent: Option<Descent>,
}

enum Rule {
    Adam(Adam),
    RmsProp(RmsProp),
    Sgd(Sgd),
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
        Self { rule, steps: 0, descent: None }
    }

    /// Steps done.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// Rates changed: upload them again at the next step.
    pub fn forget_rates(&mut self) {
        self.descent = None;
    }

    /// One step of the parameters.
    pub fn step(&mut self, params: &mut Tensor<1>, gradient: Tensor<1>, layout: &Layout, rates: &[Rates]) {
        self.steps += 1;
        let direction = match &mut self.rule {
            Rule::Adam(adam) => adam.direction(gradient, self.steps),
            Rule::RmsProp(rmsprop) => rmsprop.direction(gradient),
            Rule::Sgd(sgd) => sgd.direction(gradient),
        };
        let descent = self.descent.get_or_insert_with(|| {
            let learning_rates: Vec<f32> = rates.iter().map(|rate| rate.learning_rate).collect();
            let keep: Vec<f32> = rates.iter().map(Rates::keep).collect();
            Descent::new(layout, &keep, &learning_rates, params)
        });
        descent.step(params, direction);
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
        self.descent = None;
        for (slot, saved) in self.slots().into_iter().zip(state) {
            *slot = saved;
        }
    }

    /// Keeps the lanes `sources` of `layout`.
    pub fn select_lanes(&mut self, layout: &Layout, sources: &[usize]) {
        self.descent = None;
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
