//! Probabilities, and the loss of classes that compete in a softmax.
//!
//! Must not know where logits come from.

use crate::descent::{NEGLIGIBLE, flushed};
use crate::{Plain, contiguous, greatest, map, new, part};
use burn_backend::Shape;
use burn_flex::FlexTensor;
use burn_flex::simd::kernels;

/// What the rows of targets sum to.
pub enum Sums<'a> {
    /// All alike.
    Uniform(f32),
    /// `[lanes, batch, 1]`, contiguous.
    PerRow(&'a FlexTensor),
}

impl Plain {
    /// Probabilities from their logarithms; those that move nothing are 0, see [`NEGLIGIBLE`].
    #[inline(never)]
    pub fn probability(log_probability: FlexTensor) -> FlexTensor {
        map(log_probability, |x| flushed(x.exp(), NEGLIGIBLE))
    }

    /// Terms of the cross-entropy and its gradient with respect to `logits`: `w log p` and `s p - w` with the
    /// weighted targets `w` and the sum `s` of each row of them; all `[lanes, batch, classes]`.
    #[inline(never)]
    pub fn cross_entropy(logits: FlexTensor, targets: &FlexTensor, sums: Sums) -> [FlexTensor; 2] {
        let Softmax { shape, mut shifted, mut powers, totals } = Softmax::of(logits);
        let classes = shape[shape.num_dims() - 1];
        let rows = shifted.chunks_exact_mut(classes).zip(powers.chunks_exact_mut(classes));
        let rows = rows.zip(part(targets).chunks_exact(classes)).zip(&totals);
        for (index, (((terms, slopes), wanted), total)) in rows.enumerate() {
            let log = total.ln();
            let sum = match &sums {
                Sums::Uniform(sum) => *sum,
                Sums::PerRow(sums) => part(sums)[index],
            };
            for ((term, slope), wanted) in terms.iter_mut().zip(slopes).zip(wanted) {
                *term = (*term - log) * wanted;
                *slope = flushed(*slope / total, NEGLIGIBLE) * sum - wanted;
            }
        }
        [new(shifted, shape.clone()), new(powers, shape)]
    }
}

/// What a softmax along the last axis is made of.
pub(crate) struct Softmax {
    shape: Shape,
    /// Logits less the greatest of their row.
    shifted: Vec<f32>,
    /// Their exponentials.
    powers: Vec<f32>,
    /// The sum of each row of those.
    totals: Vec<f32>,
}

impl Softmax {
    fn of(logits: FlexTensor) -> Self {
        let logits = contiguous(logits);
        let shape = logits.layout().shape().clone();
        let length = shape[shape.num_dims() - 1];
        let mut shifted = part(&logits).to_vec();
        for row in shifted.chunks_exact_mut(length) {
            let most = greatest(row.iter().copied());
            row.iter_mut().for_each(|x| *x -= most);
        }
        let powers: Vec<f32> = shifted.iter().map(|x| x.exp()).collect();
        let mut totals = vec![0.0; powers.len() / length];
        let rows = totals.len();
        kernels::sum_rows_f32(&powers, &mut totals, rows, length);
        Self { shape, shifted, powers, totals }
    }

    /// The logarithms of the probabilities.
    #[inline(never)]
    pub fn logarithms(logits: FlexTensor) -> FlexTensor {
        let Self { shape, mut shifted, totals, .. } = Self::of(logits);
        let length = shape[shape.num_dims() - 1];
        for (row, total) in shifted.chunks_exact_mut(length).zip(totals) {
            let log = total.ln();
            row.iter_mut().for_each(|x| *x -= log);
        }
        new(shifted, shape)
    }
}
