//! Which hidden units a training step leaves out (Srivastava et al. 2014).
//!
//! Must not know layers. The draw is a function of seed, layer and step alone: it needs no place in a
//! checkpoint, and the lanes of a fleet leave out the same units as each would alone.

use crate::stream::Stream;
use burn::tensor::{Device, Tensor, TensorData};

/// One step's factors per hidden layer, `[lanes, batch, outputs]`: 0 for units left out, and for the
/// others what keeps the expected sum ("inverted" dropout).
///
/// `shares`: the share left out, per lane; `widths`: outputs of each hidden layer.
pub(crate) fn masks(
    shares: &[f32],
    widths: &[usize],
    batch: usize,
    (seed, step): (u32, u32),
    device: &Device,
) -> Vec<Tensor<3>> {
    let mask = |(layer, &width): (usize, &usize)| {
        let mut stream = Stream::named(seed, &format!("dropout {layer} {step}"));
        let drawn: Vec<f32> = (0..batch * width).map(|_| stream.uniform()).collect();
        let mut factors = Vec::with_capacity(shares.len() * drawn.len());
        for share in shares {
            let kept = 1.0 / (1.0 - share);
            factors.extend(drawn.iter().map(|at| if at < share { 0.0 } else { kept }));
        }
        Tensor::from_data(TensorData::new(factors, [shares.len(), batch, width]), device)
    };
    widths.iter().enumerate().map(mask).collect()
}
