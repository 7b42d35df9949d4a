//! Which hidden units a training step leaves out (Srivastava et al. 2014).
//!
//! Must not know layers. The draw is a function of seed, layer and step alone: it needs no place in a
//! checkpoint, and the lanes of a fleet leave out the same units as each would alone.

use super::tensor::{Device, Tensor};
use crate::stream::Stream;

/// One step's factors per hidden layer, `[lanes, batch, outputs]`: 0 for units left out, and for the
/// others what keeps the expected sum ("inverted" dropout).
///
/// `lanes`: each lane's seed and the share it leaves out; `widths`: outputs of each hidden layer.
pub(crate) fn masks(
    lanes: &[(u32, f32)],
    widths: &[usize],
    batch: usize,
    step: u32,
    device: &Device,
) -> Vec<Tensor<3>> {
    let mask = |(layer, &width): (usize, &usize)| {
        let mut factors = Vec::with_capacity(lanes.len() * batch * width);
        for &(seed, share) in lanes {
            let kept = 1.0 / (1.0 - share);
            let mut stream = Stream::named(seed, &format!("dropout {layer} {step}"));
            factors.extend((0..batch * width).map(|_| if stream.uniform() < share { 0.0 } else { kept }));
        }
        Tensor::from_numbers(factors, [lanes.len(), batch, width], device)
    };
    widths.iter().enumerate().map(mask).collect()
}
