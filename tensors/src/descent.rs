//! What an optimiser does to all parameters, in place.
//!
//! Must not know layers. State that decays for ever, as that of a dead unit's weights does, ends in
//! numbers too small for f32's usual form ("subnormal"), on which a CPU takes a hundred times as long;
//! graphics processors make them 0, and so do these.

use crate::{Plain, map, part, whole};
use burn_flex::FlexTensor;

/// Slopes below this move nothing: Adam divides by at least 1e-10, and the square of one is still a usual
/// number.
pub(crate) const NEGLIGIBLE: f32 = 1e-18;

/// 0 for a number below `least`, whatever its sign. NaN stays NaN.
pub(crate) fn flushed(x: f32, least: f32) -> f32 {
    if x.abs() < least { 0.0 } else { x }
}

impl Plain {
    /// 0 for what moves nothing, see [`NEGLIGIBLE`].
    #[inline(never)]
    pub fn flushed(tensor: FlexTensor) -> FlexTensor {
        map(tensor, |x| flushed(x, NEGLIGIBLE))
    }

    /// The same for squares.
    #[inline(never)]
    pub fn flushed_square(tensor: FlexTensor) -> FlexTensor {
        map(tensor, |x| flushed(x, NEGLIGIBLE * NEGLIGIBLE))
    }

    /// Adam's direction (Kingma & Ba 2015), `scale mean / (sqrt(square) + epsilon)`, after decaying the
    /// sums of gradients and of their squares in place and adding the gradient.
    #[inline(never)]
    pub fn adam(
        sums: [&mut FlexTensor; 2],
        mut gradient: FlexTensor,
        [beta_mean, beta_square]: [f32; 2],
        [scale, epsilon]: [f32; 2],
    ) -> FlexTensor {
        let [means, squares] = sums.map(whole);
        for ((x, mean), square) in whole(&mut gradient).iter_mut().zip(means).zip(squares) {
            let slope = flushed(*x, NEGLIGIBLE);
            *mean = flushed(*mean * beta_mean + slope, NEGLIGIBLE);
            *square = flushed(*square * beta_square + slope * slope, NEGLIGIBLE * NEGLIGIBLE);
            *x = *mean * scale / (square.sqrt() + epsilon);
        }
        gradient
    }

    /// `keep params - rate direction` in place, `runs` after one another.
    #[inline(never)]
    pub fn descend(params: &mut FlexTensor, direction: &FlexTensor, runs: &[Run]) {
        let (mut params, mut directions) = (whole(params), part(direction));
        for Run { length, keep, rate } in runs {
            let (run, rest) = params.split_at_mut(*length);
            let (steps, later) = directions.split_at(*length);
            for (param, step) in run.iter_mut().zip(steps) {
                *param = flushed(*param * keep - step * rate, NEGLIGIBLE);
            }
            (params, directions) = (rest, later);
        }
    }
}

/// Parameters that follow each other and descend alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// How many.
    pub length: usize,
    /// What one step leaves of each before its update.
    pub keep: f32,
    /// What multiplies the direction.
    pub rate: f32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::new;
    use burn_backend::Shape;

    fn flat(numbers: &[f32]) -> FlexTensor {
        new(numbers.to_vec(), Shape::from([numbers.len()]))
    }

    #[test]
    fn what_a_dead_unit_leaves_behind_ends_as_zero() {
        let (mut mean, mut square, mut params) = (flat(&[1.0, -1.0]), flat(&[1.0, 1.0]), flat(&[1.0, -1.0]));
        for _ in 0..100_000 {
            let direction = Plain::adam([&mut mean, &mut square], flat(&[0.0; 2]), [0.9, 0.99], [1.0, 1e-8]);
            assert!(part(&direction).iter().all(|x| x.is_finite()));
            Plain::descend(&mut params, &direction, &[Run { length: 2, keep: 0.99, rate: 0.01 }]);
        }
        for left in [mean, square, params] {
            assert_eq!(part(&left), [0.0, 0.0]);
        }
    }

    #[test]
    fn what_moves_nothing_is_zero_and_what_is_no_number_stays() {
        let odd = [1e-19, -1e-40, 1e-17, f32::NAN, f32::INFINITY, 0.0];
        let flushed = Plain::flushed(flat(&odd));
        assert_eq!(part(&flushed)[..3], [0.0, 0.0, 1e-17]);
        assert!(part(&flushed)[3].is_nan() && part(&flushed)[4] == f32::INFINITY);
        assert_eq!(part(&Plain::flushed_square(flat(&[1e-35, 1e-37]))), [1e-35, 0.0]);
        let probability = Plain::probability(flat(&[0.0, -41.0, -42.0, -200.0]));
        assert_eq!(part(&probability), [1.0, (-41.0_f32).exp(), 0.0, 0.0]);
    }

    #[test]
    fn parameters_that_somebody_else_holds_stay_theirs() {
        let mut params = flat(&[1.0, 2.0, 3.0]);
        let before = params.clone();
        let runs = [Run { length: 2, keep: 1.0, rate: 0.5 }, Run { length: 1, keep: 2.0, rate: 0.0 }];
        Plain::descend(&mut params, &flat(&[1.0; 3]), &runs);
        assert_eq!((part(&params), part(&before)), (&[0.5, 1.5, 6.0][..], &[1.0, 2.0, 3.0][..]));
    }
}
