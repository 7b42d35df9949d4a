//! Adam's step over the flat parameter vector in one kernel.
//!
//! Must not know layers. As tensors it is ten passes over the parameters, and a learning rate per lane
//! one more vector; here the lane picks its rate.

use super::launch::{Gpu, Shader, buffer, tensor};
use super::plan::Plan;
use crate::fleet::adam::Adam;
use crate::fleet::layout::Layout;
use crate::fleet::tensor::Tensor;

impl Plan {
    /// The parameters after one step of `adam`, whose moments change in place. `batch` is what
    /// [`Plan::upload`] packed, with the rates.
    pub fn adam(
        &self,
        adam: &mut Adam,
        params: &Tensor<1>,
        gradient: &Tensor<1>,
        batch: &Tensor<1>,
        layout: &Layout,
    ) -> Tensor<1> {
        let read = |tensor: &Tensor<1>| buffer(tensor).expect("a plan is only made on WebGPU");
        let rows = batch.dims()[0] - 2 * layout.lanes() - 2;
        let lane = layout.with_lanes(1);
        let numbers = [
            ("LANE_LENGTH", layout.lane_len()),
            ("RATES", rows / layout.lanes()),
            ("BETA_MEAN", (adam.beta_mean as f32).to_bits() as usize),
            ("BETA_SQUARE", (adam.beta_square as f32).to_bits() as usize),
        ];
        let before = read(params);
        let gpu = Gpu::of(&before);
        let updated = gpu.empty([layout.len()]);
        Shader::new("adam", include_str!("adam.wgsl"), &numbers).spans(lane.spans()).launch(
            &gpu,
            layout.lane_len(),
            layout.lanes(),
            &[&before, &read(gradient), &read(&adam.mean), &read(&adam.square), &read(batch), &updated],
        );
        tensor(updated)
    }
}
