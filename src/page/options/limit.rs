//! A smaller range or a shorter list than a knob's own, set by a teacher.
//!
//! Must not know who set it or which control shows it.

use crate::experiment::knob::{Domain, Knob, Scale, Value};
use crate::{decimal, t, words};

/// What a limited knob still accepts.
#[derive(Clone, Debug, PartialEq)]
pub enum Limit {
    /// Numbers from the first to the second, both inside the knob's own range.
    Range(f64, f64),
    /// These choices, in the knob's order; at least one.
    Names(Vec<&'static str>),
}

impl Limit {
    /// Reads `0.001..0.1` (either end may be left out) or `adam,sgd`.
    ///
    /// # Errors
    /// What is allowed instead, in words.
    pub fn parse(knob: &Knob, text: &str) -> Result<Self, String> {
        match knob.domain {
            Domain::Number { min, max, .. } => Self::parse_range(knob, text, min, max),
            Domain::Integer { min, max, .. } => Self::parse_range(knob, text, f64::from(min), f64::from(max)),
            Domain::Choice(choices) => {
                let wanted: Vec<&str> =
                    text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
                let known = |name: &&str| choices.iter().any(|choice| choice.name == *name);
                if wanted.is_empty() || !wanted.iter().all(known) {
                    return Err(t!("options.use.limit_names", allowed = knob.allowed()));
                }
                let kept = choices.iter().map(|choice| choice.name).filter(|name| wanted.contains(name));
                Ok(Self::Names(kept.collect()))
            }
            Domain::Switch | Domain::Shares { .. } => Err(t!("options.use.access").to_owned()),
        }
    }

    fn parse_range(knob: &Knob, text: &str, min: f64, max: f64) -> Result<Self, String> {
        let wrong = || t!("options.use.limit_range", allowed = knob.allowed());
        let (low, high) = text.split_once("..").ok_or_else(wrong)?;
        let end = |text: &str, open: f64| match text.trim() {
            "" => Ok(open),
            text => decimal::f64(text).ok_or_else(wrong),
        };
        let (low, high) = (end(low, min)?, end(high, max)?);
        let inside = |number: f64| (min..=max).contains(&number);
        let whole = |number: f64| !matches!(knob.domain, Domain::Integer { .. }) || number.fract() == 0.0;
        // NaN is inside nothing.
        let sound = inside(low) && inside(high) && low <= high && whole(low) && whole(high);
        if sound { Ok(Self::Range(low, high)) } else { Err(wrong()) }
    }

    /// The limit as links write it; the inverse of [`Limit::parse`].
    pub fn text(&self) -> String {
        match self {
            Self::Range(low, high) => format!("{low}..{high}"),
            Self::Names(names) => names.join(","),
        }
    }

    /// What is allowed, in words.
    pub fn range(&self) -> String {
        match self {
            Self::Range(low, high) => {
                let write = |end: f64| words::written(&(end as f32).to_string());
                t!("value.allowed.number", low = write(*low), high = write(*high))
            }
            Self::Names(names) => names.join(", "),
        }
    }

    /// The nearest value inside; `None` when `value` is inside already.
    pub fn fit(&self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Self::Range(low, high), Value::Number(number)) => {
                // As f32, because fields are f32: a field at its limit read back is not outside.
                let inside = number.clamp(*low, *high);
                (inside as f32 != *number as f32).then_some(Value::Number(inside))
            }
            (Self::Names(names), Value::Name(name)) if !names.contains(name) => {
                names.first().map(|name| Value::Name(name))
            }
            _ => None,
        }
    }

    /// Whether a choice is still offered.
    pub fn offers(&self, name: &str) -> bool {
        match self {
            Self::Names(names) => names.contains(&name),
            Self::Range(..) => true,
        }
    }

    /// The knob's domain between the limits, for its slider.
    pub fn narrow(&self, domain: Domain) -> Domain {
        // A logarithm from zero makes no sense where zero is not offered.
        let rescale = |scale: Scale, low: f64| match scale {
            Scale::ZeroLog if low > 0.0 => Scale::Log,
            other => other,
        };
        match (self, domain) {
            (Self::Range(low, high), Domain::Number { scale, .. }) => {
                Domain::Number { min: *low, max: *high, scale: rescale(scale, *low) }
            }
            (Self::Range(low, high), Domain::Integer { scale, .. }) => {
                Domain::Integer { min: *low as u32, max: *high as u32, scale: rescale(scale, *low) }
            }
            (_, other) => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::knob::{KNOBS, knob};

    fn limit(name: &str, text: &str) -> Result<Limit, String> {
        Limit::parse(knob(name).expect(name), text)
    }

    #[test]
    fn limits_survive_their_text() {
        for (name, text) in [
            ("learning_rate", "0.001..0.1"),
            ("imbalance", "1..50"),
            ("depth", "0..2"),
            ("optimizer", "adam,sgd"),
            ("weight_decay", "0..0.01"),
        ] {
            assert_eq!(limit(name, text).map(|limit| limit.text()), Ok(text.to_owned()), "{name}");
        }
        assert_eq!(limit("imbalance", "..50"), Ok(Limit::Range(1.0, 50.0)));
        assert_eq!(limit("imbalance", "2.."), Ok(Limit::Range(2.0, 1000.0)));
        assert_eq!(limit("optimizer", "sgd, adam"), Ok(Limit::Names(vec!["adam", "sgd"])));
    }

    #[test]
    fn a_limit_that_makes_no_sense_is_refused() {
        for (name, text) in [
            ("learning_rate", "0.1..0.001"),
            ("learning_rate", "0..1"),
            ("learning_rate", "fast"),
            ("learning_rate", "NaN..1"),
            ("depth", "0.5..2"),
            ("optimizer", "adam,magic"),
            ("optimizer", ","),
            ("shuffle", "on"),
            ("shares", "0..0.5"),
        ] {
            assert!(limit(name, text).is_err(), "{name}={text}");
        }
    }

    #[test]
    fn what_lies_outside_moves_to_the_nearest_allowed() {
        let rate = limit("learning_rate", "0.001..0.1").expect("a range");
        assert_eq!(rate.fit(&Value::Number(1.0)), Some(Value::Number(0.1)));
        assert_eq!(rate.fit(&Value::Number(f64::from(0.1_f32))), None);
        assert_eq!(rate.fit(&Value::Number(0.01)), None);
        let optimizer = limit("optimizer", "sgd,adamw").expect("names");
        assert_eq!(optimizer.fit(&Value::Name("adam")), Some(Value::Name("sgd")));
        assert!(optimizer.offers("adamw") && !optimizer.offers("adam"));
    }

    #[test]
    fn a_narrowed_slider_stays_between_its_limits() {
        for knob in KNOBS {
            let Some((low, high)) = (match knob.domain {
                Domain::Number { min, max, .. } => Some((min + (max - min) * 0.25, min + (max - min) * 0.5)),
                Domain::Integer { min, max, .. } if max > min + 1 => {
                    Some((f64::from(min) + 1.0, f64::from(max)))
                }
                _ => None,
            }) else {
                continue;
            };
            let domain = Limit::Range(low, high).narrow(knob.domain);
            for stop in 0..=10 {
                let value = domain.at(f64::from(stop) / 10.0);
                assert!((low..=high).contains(&value), "{}: {value} outside {low}..{high}", knob.name);
            }
            assert_eq!((domain.position(low), domain.position(high)), (0.0, 1.0), "{}", knob.name);
        }
    }
}
