//! Where a number sits on its slider, and which number a slider position means.
//!
//! Must not know how a slider looks or which knob it belongs to.

use super::{Domain, Scale};

/// Stops of a slider with many values; one arrow key press moves one stop.
const STOPS: u32 = 200;
/// A [`Scale::ZeroLog`] slider spans this factor above its first stop.
const ZERO_LOG_SPAN: f64 = 100_000.0;

impl Domain {
    /// Number of slider stops after the first; 0 for domains without a sensible slider (choices,
    /// switches, shares, and ranges such as seeds where no order has a meaning).
    pub fn stops(&self) -> u32 {
        match *self {
            Domain::Integer { min, max, scale: Scale::Linear } if max - min > 1000 => 0,
            Domain::Integer { min, max, .. } => (max - min).min(STOPS),
            Domain::Number { .. } => STOPS,
            Domain::Choice(_) | Domain::Switch | Domain::Shares { .. } => 0,
        }
    }

    /// Position of `value` on the slider, 0 to 1; values outside sit at the ends.
    pub fn position(&self, value: f64) -> f64 {
        let Some((min, max, scale)) = self.range() else { return 0.0 };
        let value = value.clamp(min, max);
        let position = match scale {
            Scale::Linear => (value - min) / (max - min),
            Scale::Log => (value / min).ln() / (max / min).ln(),
            Scale::ZeroLog if value <= 0.0 => 0.0,
            // The first stop above zero is where the logarithm begins.
            Scale::ZeroLog => {
                let first = 1.0 / f64::from(STOPS);
                let along = (value / max * ZERO_LOG_SPAN).ln() / ZERO_LOG_SPAN.ln();
                first + along.max(0.0) * (1.0 - first)
            }
        };
        position.clamp(0.0, 1.0)
    }

    /// The number at `position` (0 to 1), rounded to what a visitor would write by hand; the ends
    /// are exact.
    pub fn at(&self, position: f64) -> f64 {
        let Some((min, max, scale)) = self.range() else { return 0.0 };
        if position <= 0.0 {
            return min;
        }
        if position >= 1.0 {
            return max;
        }
        let value = match scale {
            Scale::Linear => round_to(self.exactly_at(position), (max - min) / f64::from(STOPS)),
            Scale::Log | Scale::ZeroLog => significant(self.exactly_at(position)),
        };
        let value = if matches!(self, Domain::Integer { .. }) { value.round() } else { value };
        value.clamp(min, max)
    }

    /// The number at `position`, not rounded, even of a whole-number knob; the ends beyond 0 and 1.
    pub fn exactly_at(&self, position: f64) -> f64 {
        let Some((min, max, scale)) = self.range() else { return 0.0 };
        let position = position.clamp(0.0, 1.0);
        match scale {
            Scale::Linear => min + (max - min) * position,
            Scale::Log => min * (max / min).powf(position),
            Scale::ZeroLog if position <= 0.0 => min,
            Scale::ZeroLog => {
                let first = 1.0 / f64::from(STOPS);
                let along = ((position - first) / (1.0 - first)).max(0.0);
                max * ZERO_LOG_SPAN.powf(along - 1.0)
            }
        }
    }

    fn range(&self) -> Option<(f64, f64, Scale)> {
        match *self {
            Domain::Number { min, max, scale } => Some((min, max, scale)),
            Domain::Integer { min, max, scale } => Some((f64::from(min), f64::from(max), scale)),
            Domain::Choice(_) | Domain::Switch | Domain::Shares { .. } => None,
        }
    }
}

/// A number as a visitor would write it: `1e-6`, `0.003`, `20000`.
pub fn short(value: f64) -> String {
    // Through f32 because fields are f32: 0.001 must not print as 0.0010000000474974513.
    let value = value as f32;
    if value != 0.0 && value.abs() < 1e-3 { format!("{value:e}") } else { value.to_string() }
}

/// Two significant digits below 100, whole numbers above.
fn significant(value: f64) -> f64 {
    let step = 10f64.powf(value.log10().floor() - 1.0).min(1.0);
    round_to(value, step)
}

/// The nearest multiple of a power of ten not above `step`, free of binary dust such as 0.30000000004.
fn round_to(value: f64, step: f64) -> f64 {
    let decimals = (-step.log10()).ceil().clamp(0.0, 12.0);
    let factor = 10f64.powf(decimals);
    (value * factor).round() / factor
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::knob::KNOBS;

    #[test]
    fn slider_and_number_agree_at_every_stop() {
        for knob in KNOBS.iter().filter(|knob| knob.domain.stops() > 0) {
            let stops = knob.domain.stops();
            let mut before = f64::NEG_INFINITY;
            for stop in 0..=stops {
                let value = knob.domain.at(f64::from(stop) / f64::from(stops));
                assert!(value >= before, "{} goes back at stop {stop}: {before} to {value}", knob.name);
                before = value;
                let back = knob.domain.position(value) * f64::from(stops);
                // Whole numbers on a logarithmic slider share stops at its low end.
                let slack = if matches!(knob.domain, Domain::Integer { .. }) { stops / 4 } else { 2 };
                assert!(
                    (back - f64::from(stop)).abs() <= f64::from(slack),
                    "{} stop {stop}: {back}",
                    knob.name
                );
            }
        }
    }

    #[test]
    fn the_ends_are_exact() {
        for knob in KNOBS {
            if let Some((min, max, _)) = knob.domain.range() {
                assert_eq!((knob.domain.at(0.0), knob.domain.at(1.0)), (min, max), "{}", knob.name);
                assert_eq!((knob.domain.position(min), knob.domain.position(max)), (0.0, 1.0));
            }
        }
    }

    #[test]
    fn numbers_are_the_ones_a_person_would_pick() {
        let rate = Domain::Number { min: 1e-6, max: 10.0, scale: Scale::Log };
        assert_eq!(short(rate.at(3.0 / 7.0)), "0.001");
        assert_eq!(short(rate.at(0.1)), "5e-6");
        let ratio = Domain::Number { min: 1.0, max: 1000.0, scale: Scale::Log };
        assert_eq!((short(ratio.at(1.0 / 3.0)), short(ratio.at(0.75))), ("10".into(), "178".into()));
        let decay = Domain::Number { min: 0.0, max: 1.0, scale: Scale::ZeroLog };
        assert_eq!((short(decay.at(0.0)), short(decay.at(0.005))), ("0".into(), "1e-5".into()));
        let shift = Domain::Number { min: 0.0, max: 0.5, scale: Scale::Linear };
        assert_eq!(short(shift.at(0.3)), "0.15");
    }

    #[test]
    fn seeds_have_no_slider() {
        assert_eq!(Domain::Integer { min: 0, max: 9999, scale: Scale::Linear }.stops(), 0);
    }
}
