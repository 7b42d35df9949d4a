//! No kernels: a build without WebGPU.

use super::Found;
use crate::fleet::network::Inspection;
use crate::fleet::tensor::{Device, Tensor};
use crate::fleet::{Batch, Loss, Network, Rates, adam::Adam, layout::Layout};

/// There is none.
#[derive(Clone)]
pub(crate) enum Plan {}

impl Plan {
    pub fn new(_: &Network, _: &Loss, _: &Device) -> Option<Self> {
        None
    }

    pub fn upload(&self, _: &Batch, _: Vec<f32>, _: &[Rates], _: Option<[f32; 2]>, _: &Device) -> Tensor<1> {
        match *self {}
    }

    pub fn upload_examples(&self, _: Vec<f32>, _: [usize; 2], _: &Device) -> Tensor<3> {
        match *self {}
    }

    pub fn inspect(&self, _: &Tensor<1>, _: Tensor<3>, _: usize) -> Inspection {
        match *self {}
    }

    pub fn gradient(&self, _: &Tensor<1>, _: &Tensor<1>, _: &Tensor<3>) -> Found {
        match *self {}
    }

    pub fn adam(&self, _: &mut Adam, _: &Tensor<1>, _: &Tensor<1>, _: &Tensor<1>, _: &Layout) -> Tensor<1> {
        match *self {}
    }
}
