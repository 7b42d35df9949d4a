//! One axis of a map: a numeric knob, where it begins and ends, and the values in between.
//!
//! Must not know the other axis. The knob table is the one place that knows ranges and scales.

use crate::experiment::Experiment;
use crate::experiment::knob::{Domain, KNOBS, Knob, Value};

/// A knob that takes several values, evenly spread over its own scale.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    /// What changes along the axis.
    pub knob: &'static Knob,
    low: f64,
    high: f64,
}

impl PartialEq for Axis {
    fn eq(&self, other: &Self) -> bool {
        (self.knob.name, self.low, self.high) == (other.knob.name, other.low, other.high)
    }
}

/// Numeric knobs that make no axis: numbers without an order, and those a map sets by itself.
const NO_AXIS: &[&str] = &["flip_from", "flip_to", "steps", "early_stopping"];

/// Where an axis begins and ends unless somebody says otherwise; other knobs span their whole range.
const USUAL: &[(&str, f64, f64)] = &[
    ("learning_rate", 1e-4, 1.0),
    ("width", 1.0, 128.0),
    ("train_size", 50.0, 5000.0),
    ("input_scale", 0.01, 100.0),
    ("init_scale", 0.01, 30.0),
    ("epsilon", 1e-10, 0.1),
    ("schedule_steps", 10.0, 1000.0),
    ("batch_size", 4.0, 256.0),
];

impl Axis {
    /// An axis over the usual range of `knob`; `None` where the knob makes no axis.
    pub fn new(knob: &'static Knob) -> Option<Self> {
        let (low, high) = match knob.domain {
            Domain::Number { min, max, .. } => (min, max),
            Domain::Integer { min, max, .. } => (f64::from(min), f64::from(max)),
            _ => return None,
        };
        if knob.domain.stops() == 0 || NO_AXIS.contains(&knob.name) {
            return None;
        }
        let usual = USUAL.iter().find(|(name, ..)| *name == knob.name);
        let (low, high) = usual.map_or((low, high), |(_, low, high)| (*low, *high));
        Some(Self { knob, low, high })
    }

    /// The same knob from `low` to `high`; `None` unless both lie in its range and `low` is below.
    pub fn between(self, low: f64, high: f64) -> Option<Self> {
        let inside = |value: f64| match self.knob.domain {
            Domain::Number { min, max, .. } => (min..=max).contains(&value),
            Domain::Integer { min, max, .. } => {
                value.fract() == 0.0 && (f64::from(min)..=f64::from(max)).contains(&value)
            }
            _ => false,
        };
        (inside(low) && inside(high) && low < high).then_some(Self { low, high, ..self })
    }

    /// Every axis that has an effect in `experiment`.
    pub fn choices(experiment: &Experiment) -> impl Iterator<Item = Self> {
        KNOBS.iter().filter(|knob| (knob.applies)(experiment)).filter_map(Self::new)
    }

    /// First and last value.
    pub fn ends(self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// `cells` values from the first to the last, as a person would write them; fewer where a whole
    /// number has not so many.
    pub fn values(self, cells: u32) -> Vec<f64> {
        let (first, last) = self.span();
        let along = |cell: u32| f64::from(cell) / f64::from((cells - 1).max(1));
        let mut values: Vec<f64> = (0..cells)
            .map(|cell| match cell {
                0 => self.low,
                _ if cell + 1 == cells => self.high,
                _ => self.knob.domain.at(first + (last - first) * along(cell)),
            })
            .collect();
        values.dedup();
        values
    }

    /// The value at `share` of the axis, 0 to 1, not rounded; beyond the ends as far as the knob goes.
    pub fn at(self, share: f64) -> f64 {
        let (first, last) = self.span();
        self.knob.domain.exactly_at(first + (last - first) * share)
    }

    /// Whether the knob goes as far as `share` of the axis.
    pub fn reaches(self, share: f64) -> bool {
        let (first, last) = self.span();
        (-1e-9..=1.0 + 1e-9).contains(&(first + (last - first) * share))
    }

    /// Where `value` lies, 0 at the first and 1 at the last value; `None` beyond half a cell of 24.
    pub fn share(self, value: f64) -> Option<f64> {
        let (first, last) = self.span();
        let share = (self.knob.domain.position(value) - first) / (last - first);
        (-0.02..=1.02).contains(&share).then_some(share)
    }

    /// Sets the knob to `value`, which lies in its range.
    pub fn put(self, experiment: &mut Experiment, value: f64) {
        // An axis lies inside its knob's range and is a number: nothing is refused or moved.
        let _ = self.knob.set(experiment, Value::Number(value));
    }

    fn span(self) -> (f64, f64) {
        (self.knob.domain.position(self.low), self.knob.domain.position(self.high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::knob::knob;

    fn axis(name: &str) -> Axis {
        knob(name).and_then(Axis::new).expect("an axis")
    }

    #[test]
    fn values_are_evenly_spread_on_the_knobs_own_scale() {
        assert_eq!(axis("learning_rate").values(5), [1e-4, 1e-3, 0.01, 0.1, 1.0]);
        assert_eq!(axis("imbalance").values(4), [1.0, 10.0, 100.0, 1000.0]);
        assert_eq!(axis("dropout").values(3), [0.0, 0.475, 0.95]);
        let decay = axis("weight_decay").values(4);
        assert_eq!((decay[0], decay[3]), (0.0, 1.0));
    }

    #[test]
    fn whole_numbers_come_once() {
        assert_eq!(axis("depth").values(24), [0., 1., 2., 3., 4., 5., 6., 7., 8.]);
        assert_eq!(axis("blocks").values(24), [1.0, 2.0]);
        for axis in Axis::choices(&Experiment::default()) {
            let values = axis.values(24);
            assert!(values.windows(2).all(|pair| pair[0] < pair[1]), "{}: {values:?}", axis.knob.name);
            assert_eq!((values[0], values[values.len() - 1]), axis.ends(), "{}", axis.knob.name);
        }
    }

    #[test]
    fn what_has_no_order_or_belongs_to_the_map_makes_no_axis() {
        for name in ["data", "seed_weights", "steps", "early_stopping", "flip_from", "shares", "standardise"]
        {
            assert!(knob(name).and_then(Axis::new).is_none(), "{name}");
        }
    }

    #[test]
    fn ranges_lie_within_the_knobs_own() {
        let rate = axis("learning_rate");
        assert!(rate.between(1e-3, 0.1).is_some());
        assert!(rate.between(0.1, 1e-3).is_none() && rate.between(1e-9, 1.0).is_none());
        assert!(rate.between(0.1, f64::NAN).is_none());
        assert!(axis("width").between(1.5, 8.0).is_none());
    }

    #[test]
    fn places_and_values_agree() {
        let rate = axis("learning_rate");
        assert!((rate.share(0.01).expect("inside") - 0.5).abs() < 1e-9);
        assert!((rate.at(0.5) - 0.01).abs() < 1e-9);
        assert_eq!(rate.share(3.0), None);
    }
}
