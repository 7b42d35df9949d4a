//! A value axis: range, few round ticks, and numbers as people write them.
//!
//! Must not know pixels or series.

use crate::{t, words};

/// Maps values to positions between 0 (bottom) and 1 (top).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    low: f32,
    high: f32,
    log: bool,
    /// Values with a label, ascending, and the labels.
    pub ticks: Vec<(f32, String)>,
}

impl Axis {
    /// 0 to 1, labelled 0 % to 100 %. `ticks`: most labels that fit.
    pub fn share(ticks: usize) -> Self {
        let step = if ticks >= 5 { 0.25 } else { 0.5 };
        let count = (1.0 / step) as usize;
        let ticks = (0..=count).map(|i| i as f32 * step).map(|v| (v, words::percent(v))).collect();
        Self { low: 0.0, high: 1.0, log: false, ticks }
    }

    /// From zero to just above `max`.
    pub fn from_zero(max: f32, ticks: usize) -> Self {
        let max = if max.is_finite() && max > 1e-12 { max.min(LARGEST) } else { 1.0 };
        let step = round_step(max, ticks);
        let high = max * 1.05;
        let count = (high / step).floor() as usize;
        let ticks = (0..=count).map(|i| i as f32 * step).map(|v| (v, short(v))).collect();
        Self { low: 0.0, high, log: false, ticks }
    }

    /// Logarithmic over the positive range `min..max`, widened to round numbers.
    pub fn log(min: f32, max: f32, ticks: usize) -> Self {
        let valid = min.is_finite() && max.is_finite() && min > 0.0 && max >= min;
        let (min, max) = if valid { (min, max) } else { (1e-3, 1.0) };
        let (min, max) = (min.clamp(1.0 / LARGEST, LARGEST), max.clamp(1.0 / LARGEST, LARGEST));
        let (low, high) = (round_down(min), round_up(max));
        let high = if high > low { high } else { low * 10.0 };
        let decades = high.log10() - low.log10();
        let powers = (low.log10().round() as i32 - 1)..=(high.log10().round() as i32 + 1);
        let inside = |v: &f32| *v >= low * 0.999 && *v <= high * 1.001;
        let values: Vec<f32> = if powers.clone().map(power).filter(inside).count() < 2 {
            powers.flat_map(|p| ROUND.map(|m| m * power(p))).filter(inside).collect()
        } else {
            let every = (decades / ticks.max(2) as f32).ceil().max(1.0) as i32;
            powers.filter(|p| p.rem_euclid(every) == 0).map(power).filter(inside).collect()
        };
        let plain = values.iter().all(|v| (0.009..=10_001.0).contains(v));
        let label = |v: f32| if plain { short(v) } else { scientific(v) };
        Self { low, high, log: true, ticks: values.into_iter().map(|v| (v, label(v))).collect() }
    }

    /// Whether `value` lies above the axis.
    pub fn is_above(&self, value: f32) -> bool {
        value > self.high
    }

    /// Position of `value`, clipped to the axis; `None` where nothing can be drawn: not finite, or
    /// not positive on a logarithmic axis.
    pub fn position(&self, value: f32) -> Option<f32> {
        if !value.is_finite() || (self.log && value <= 0.0) {
            return None;
        }
        let share = if self.log {
            (value.log10() - self.low.log10()) / (self.high.log10() - self.low.log10())
        } else {
            (value - self.low) / (self.high - self.low)
        };
        Some(share.clamp(0.0, 1.0))
    }
}

/// Round numbers 0 ..= `max` for the step axis, at most about `count`.
pub(super) fn step_ticks(max: f32, count: usize) -> Vec<(f32, String)> {
    let step = round_step(max, count).max(1.0);
    let last = (max / step + 1e-4).floor() as usize;
    (0..=last).map(|i| i as f32 * step).map(|v| (v, short(v))).collect()
}

/// Round numbers within `low..=high`, at most about `count`; with `powers` they are exponents and
/// labelled as powers of ten.
pub(super) fn spread_ticks((low, high): (f32, f32), count: usize, powers: bool) -> Vec<(f32, String)> {
    let range = high - low;
    if !range.is_finite() || range <= 0.0 {
        return Vec::new();
    }
    let step = if powers { round_step(range, count).max(1.0).round() } else { round_step(range, count) };
    let (first, last) = ((low / step - 1e-3).ceil() as i32, (high / step + 1e-3).floor() as i32);
    let label = |value: f32| match powers {
        true => scientific(power(value as i32)),
        // Adding zero turns -0 into 0.
        false => short(value + 0.0).replace('-', "−"),
    };
    (first..=last).map(|i| i as f32 * step).map(|v| (v, label(v))).collect()
}

/// Three significant digits; "–" when not a number, "∞" when infinite.
pub(super) fn number(value: f32) -> String {
    if value.is_nan() {
        return "–".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.to_owned();
    }
    let size = value.abs();
    match size {
        0.0 => "0".to_owned(),
        _ if !(1e-3..1e5).contains(&size) => words::written(&format!("{value:.1e}")),
        _ if size < 0.1 => words::decimal(value, 4),
        _ if size < 10.0 => words::decimal(value, 3),
        _ if size < 100.0 => words::decimal(value, 1),
        _ => words::decimal(value, 0),
    }
}

/// Axes end here, so that widening them to round numbers stays finite.
const LARGEST: f32 = 1e30;

/// Leading digits of round numbers.
const ROUND: [f32; 3] = [1.0, 2.0, 5.0];

/// The smallest round step that cuts `range` into at most `count` parts.
fn round_step(range: f32, count: usize) -> f32 {
    let raw = range / count.max(1) as f32;
    round_up(raw * 0.9999)
}

fn round_up(value: f32) -> f32 {
    let base = power(value.log10().floor() as i32);
    ROUND.iter().map(|m| m * base).find(|v| *v >= value * 0.9999).unwrap_or(base * 10.0)
}

fn round_down(value: f32) -> f32 {
    let base = power(value.log10().floor() as i32);
    ROUND.iter().rev().map(|m| m * base).find(|v| *v <= value * 1.0001).unwrap_or(base)
}

/// Ten to the `exponent`, rounded once: `10f32.powi` drifts.
fn power(exponent: i32) -> f32 {
    10f64.powi(exponent) as f32
}

/// `1500` as "1.5k"; small numbers as they are, without trailing zeros.
pub(super) fn short(value: f32) -> String {
    let (scaled, unit) = match value.abs() {
        size if size >= 1e9 => return scientific(value),
        size if size >= 1e6 => (value / 1e6, Some("chart.axis.millions")),
        size if size >= 1e3 => (value / 1e3, Some("chart.axis.thousands")),
        _ => (value, None),
    };
    let text = format!("{scaled:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "0" && value != 0.0 {
        return scientific(value);
    }
    let text = words::written(text);
    unit.map_or(text.clone(), |unit| t!(unit, n = text))
}

/// `0.0002` as "2·10⁻⁴", `0.001` as "10⁻³", 1 and 10 as they are.
pub(super) fn scientific(value: f32) -> String {
    let exponent = (f64::from(value).abs().log10() + 1e-4).floor() as i32;
    let lead = (f64::from(value) / 10f64.powi(exponent)).round() as i32;
    let raised: String = exponent
        .to_string()
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            digit => ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][digit as usize - '0' as usize],
        })
        .collect();
    match (lead, exponent) {
        (_, 0) => lead.to_string(),
        (1, 1) => "10".to_owned(),
        (1, _) => format!("10{raised}"),
        _ => format!("{lead}·10{raised}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> String {
        axis.ticks.iter().map(|(_, label)| label.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn ticks_are_few_and_round() {
        assert_eq!(labels(&Axis::share(5)), "0% 25% 50% 75% 100%");
        assert_eq!(labels(&Axis::share(3)), "0% 50% 100%");
        assert_eq!(labels(&Axis::from_zero(2.4, 5)), "0 0.5 1 1.5 2 2.5");
        assert_eq!(labels(&Axis::from_zero(0.0, 5)), labels(&Axis::from_zero(f32::NAN, 5)));
        assert_eq!(labels(&Axis::log(2e-6, 0.3, 4)), "10⁻⁴ 10⁻²");
        assert_eq!(labels(&Axis::log(0.11, 2.4, 5)), "0.1 1");
        assert_eq!(labels(&Axis::log(0.3, 2.4, 5)), "0.2 0.5 1 2 5");
        let steps = |max, count| step_ticks(max, count).into_iter().map(|t| t.1).collect::<Vec<_>>();
        assert_eq!(steps(20_000.0, 4), ["0", "5k", "10k", "15k", "20k"]);
        assert_eq!(steps(10.0, 5), ["0", "2", "4", "6", "8", "10"]);
    }

    #[test]
    fn what_cannot_be_drawn_has_no_position() {
        let log = Axis::log(0.01, 1.0, 4);
        assert_eq!(log.position(0.0), None);
        assert_eq!(log.position(f32::NAN), None);
        assert_eq!(log.position(0.01), Some(0.0));
        assert_eq!(log.position(1e9), Some(1.0));
        let linear = Axis::from_zero(1.0, 4);
        assert_eq!(linear.position(f32::INFINITY), None);
        assert_eq!(linear.position(-1.0), Some(0.0));
        for (min, max) in [(1e-38, 3e38), (0.0, 0.0), (f32::NAN, 1.0), (3e38, 3e38)] {
            let axis = Axis::log(min, max, 4);
            assert!(axis.position(1.0).is_some_and(f32::is_finite), "{axis:?}");
            let axis = Axis::from_zero(max, 4);
            assert!(axis.position(1.0).is_some_and(f32::is_finite), "{axis:?}");
        }
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(["2.346", "0.0123", "1.5e-7", "12.3"], [2.3456, 0.0123, 1.5e-7, 12.34].map(number));
        assert_eq!(["–", "∞"], [f32::NAN, f32::INFINITY].map(number));
        assert_eq!(["1.5k", "20k", "0.25", "0"], [1500.0, 20_000.0, 0.25, 0.0].map(short));
        assert_eq!(["10⁻³", "2·10⁻⁴", "1", "10"], [1e-3, 2e-4, 1.0, 10.0].map(scientific));
    }
}
