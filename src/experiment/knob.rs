//! The knobs: every setting of an experiment, declared once.
//!
//! Controls, links, JSON, the README table and the round-trip tests all walk [`KNOBS`]. Must not
//! know how a control looks.

pub mod scale;
mod table;

use crate::experiment::Experiment;
pub use crate::experiment::choice::Choice;
use crate::{decimal, t, words};
pub use table::KNOBS;

/// One named setting.
#[derive(Debug)]
pub struct Knob {
    /// Key in links and JSON; never renamed.
    pub name: &'static str,
    /// Section of the page.
    pub group: Group,
    /// Whether it may move mid-run.
    pub timing: Timing,
    /// Allowed values.
    pub domain: Domain,
    /// Whether it has an effect in this experiment; the page hides it otherwise.
    pub applies: fn(&Experiment) -> bool,
    get: fn(&Experiment) -> Value,
    // Only called with a value inside `domain`.
    put: fn(&mut Experiment, &Value),
}

/// Sections of the control panel, in page order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Data set, its size and its labels.
    Data,
    /// How inputs are scaled, and how test inputs differ.
    Input,
    /// Class balance and counter-measures.
    Balance,
    /// Augmentation.
    Augment,
    /// What is minimised.
    Loss,
    /// Learning rate, optimiser, batch.
    Training,
    /// Weight decay, dropout, normalisation.
    Regularise,
    /// Architecture and initialisation.
    Model,
    /// How logits become an answer.
    Decision,
    /// Seeds and budget.
    Run,
}

/// When a change takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// At the next step.
    Live,
    /// By starting the run again.
    Restart,
}

/// The values a knob accepts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Domain {
    /// A real number; numbers outside are clamped visibly.
    Number { min: f64, max: f64, scale: Scale },
    /// A whole number; numbers outside are clamped visibly.
    Integer { min: u32, max: u32, scale: Scale },
    /// One of a few names.
    Choice(&'static [Choice]),
    /// Yes or no.
    Switch,
    /// One number in `0..=max` per class; written `1,0.5,1`.
    Shares { max: f64 },
}

/// How a slider spreads a number's range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Evenly.
    Linear,
    /// Evenly in the logarithm; the minimum is positive.
    Log,
    /// Zero at the far left, then evenly in the logarithm from `max`/100,000.
    ZeroLog,
}

/// A knob's value outside its field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// For [`Domain::Number`] and [`Domain::Integer`].
    Number(f64),
    /// For [`Domain::Choice`]: the choice's name.
    Name(&'static str),
    /// For [`Domain::Switch`].
    Switch(bool),
    /// For [`Domain::Shares`]; trailing ones may be left out.
    Shares(Vec<f32>),
}

/// A value the knob had to change to accept, in words for the visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clamped {
    /// "learning_rate=50 is above 10: using 10".
    pub notice: String,
}

/// A value the knob cannot accept, in words for the visitor; the experiment is unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The knob's name.
    pub field: String,
    /// What was wrong and what is allowed.
    pub reason: String,
}

impl std::fmt::Display for Rejected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&t!("notice.field", field = &self.field, reason = &self.reason))
    }
}

/// The knob called `name`.
pub fn knob(name: &str) -> Option<&'static Knob> {
    KNOBS.iter().find(|knob| knob.name == name)
}

impl Knob {
    /// What the page shows beside the control.
    pub fn label(&self) -> &'static str {
        words::say(&["knob.", self.name].concat())
    }

    /// Unit after the number, may be empty.
    pub fn unit(&self) -> &'static str {
        words::find(&["knob.", self.name, ".unit"].concat()).unwrap_or_default()
    }

    /// One sentence for the tooltip and the README.
    pub fn help(&self) -> &'static str {
        words::say(&["knob.", self.name, ".help"].concat())
    }

    /// The knob's value in `experiment`.
    pub fn get(&self, experiment: &Experiment) -> Value {
        (self.get)(experiment)
    }

    /// Sets the value, clamping numbers into range.
    ///
    /// # Errors
    /// The value is of another kind, not a number, or not one of the choices.
    pub fn set(&self, experiment: &mut Experiment, value: Value) -> Result<Option<Clamped>, Rejected> {
        let (value, clamped) = self.fit(value)?;
        (self.put)(experiment, &value);
        Ok(clamped)
    }

    /// Reads a value as links write it.
    ///
    /// # Errors
    /// The text is not a value of this knob's kind.
    pub fn parse(&self, text: &str) -> Result<Value, Rejected> {
        let text = text.trim();
        match self.domain {
            Domain::Number { .. } | Domain::Integer { .. } => {
                decimal::f64(text).map(Value::Number).ok_or_else(|| {
                    self.rejected(t!("notice.not_a_number", text = text, allowed = self.allowed()))
                })
            }
            Domain::Choice(choices) => choices
                .iter()
                .find(|choice| choice.name == text)
                .map(|choice| Value::Name(choice.name))
                .ok_or_else(|| {
                    self.rejected(t!("notice.unknown_choice", text = text, allowed = self.allowed()))
                }),
            Domain::Switch => match text {
                "on" | "true" | "1" => Ok(Value::Switch(true)),
                "off" | "false" | "0" => Ok(Value::Switch(false)),
                _ => Err(self.rejected(t!("notice.not_a_switch", text = text))),
            },
            Domain::Shares { .. } if text.is_empty() => Ok(Value::Shares(Vec::new())),
            Domain::Shares { .. } => text
                .split(',')
                .map(|part| decimal::f32(part.trim()))
                .collect::<Option<_>>()
                .map(Value::Shares)
                .ok_or_else(|| self.rejected(t!("notice.not_a_list", text = text))),
        }
    }

    /// The value as links write it; the inverse of [`Knob::parse`].
    pub fn text(&self, value: &Value) -> String {
        match value {
            // Through f32 because fields are f32: 0.001 must not print as 0.0010000000474974513.
            Value::Number(number) => format!("{}", *number as f32),
            Value::Name(name) => (*name).to_owned(),
            Value::Switch(on) => if *on { "on" } else { "off" }.to_owned(),
            Value::Shares(shares) => shares.iter().map(f32::to_string).collect::<Vec<_>>().join(","),
        }
    }

    /// The allowed values for messages and the README, numbers as links write them.
    pub fn allowed(&self) -> String {
        self.allowed_as(&|digits| digits)
    }

    /// The allowed values for the tooltip, numbers as the language writes them.
    pub fn range(&self) -> String {
        self.allowed_as(&|digits| words::written(&digits))
    }

    fn allowed_as(&self, write: &dyn Fn(String) -> String) -> String {
        match self.domain {
            Domain::Number { min, max, .. } => {
                let (low, high) = (write((min as f32).to_string()), write((max as f32).to_string()));
                t!("value.allowed.number", low = low, high = high)
            }
            Domain::Integer { min, max, .. } => {
                t!("value.allowed.whole", low = write(min.to_string()), high = write(max.to_string()))
            }
            Domain::Choice(choices) => {
                choices.iter().map(|choice| choice.name).collect::<Vec<_>>().join(", ")
            }
            Domain::Switch => t!("value.allowed.switch").to_owned(),
            Domain::Shares { max } => t!("value.allowed.shares", max = write(max.to_string())),
        }
    }

    /// A value as the page says it: the label of a choice, a number with its unit.
    pub fn describe(&self, value: &Value) -> String {
        let said = match (self.domain, value) {
            (Domain::Choice(choices), Value::Name(name)) => {
                let choice = choices.iter().find(|choice| choice.name == *name);
                choice.map_or(*name, |choice| choice.label()).to_owned()
            }
            (_, Value::Switch(true)) => t!("value.on").to_owned(),
            (_, Value::Switch(false)) => t!("value.off").to_owned(),
            (_, Value::Number(_)) => words::written(&self.text(value)),
            _ => self.text(value),
        };
        match self.unit() {
            "" => said,
            unit => t!("value.with_unit", value = said, unit = unit),
        }
    }

    fn fit(&self, value: Value) -> Result<(Value, Option<Clamped>), Rejected> {
        match (self.domain, value) {
            (Domain::Number { min, max, .. }, Value::Number(number)) => self.clamp(number, min, max),
            (Domain::Integer { min, max, .. }, Value::Number(number)) => {
                self.clamp(number.round(), f64::from(min), f64::from(max))
            }
            (Domain::Choice(choices), Value::Name(name)) if choices.iter().any(|c| c.name == name) => {
                Ok((Value::Name(name), None))
            }
            (Domain::Switch, Value::Switch(on)) => Ok((Value::Switch(on), None)),
            (Domain::Shares { max }, Value::Shares(shares)) => self.fit_shares(shares, max as f32),
            _ => Err(self.rejected(t!("notice.expected", allowed = self.allowed()))),
        }
    }

    fn clamp(&self, number: f64, min: f64, max: f64) -> Result<(Value, Option<Clamped>), Rejected> {
        if number.is_nan() {
            return Err(self.rejected(t!("notice.nan", allowed = self.allowed())));
        }
        let inside = number.clamp(min, max);
        // As f32, because fields are f32: a field at its limit read back is not outside.
        let clamped = (inside as f32 != number as f32).then(|| {
            let key = if number < inside { "notice.below" } else { "notice.above" };
            let [value, limit] = [number, inside].map(|number| (number as f32).to_string());
            Clamped { notice: t!(key, name = self.name, value = value, limit = limit) }
        });
        Ok((Value::Number(inside), clamped))
    }

    fn fit_shares(&self, mut shares: Vec<f32>, max: f32) -> Result<(Value, Option<Clamped>), Rejected> {
        if shares.iter().any(|share| share.is_nan()) {
            return Err(self.rejected(t!("notice.nan_share").to_owned()));
        }
        let outside = shares.iter().any(|share| !(0.0..=max).contains(share));
        for share in &mut shares {
            *share = share.clamp(0.0, max);
        }
        // One canonical form, so that equal experiments have equal links.
        while shares.last() == Some(&1.0) {
            shares.pop();
        }
        shares.truncate(MAX_CLASSES);
        let clamped =
            outside.then(|| Clamped { notice: t!("notice.shares_outside", name = self.name, max = max) });
        Ok((Value::Shares(shares), clamped))
    }

    fn rejected(&self, reason: String) -> Rejected {
        Rejected { field: self.name.to_owned(), reason }
    }
}

/// No data set has more classes; longer share lists are cut.
pub const MAX_CLASSES: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_lies_in_its_domain_and_survives_text() {
        let defaults = Experiment::default();
        for knob in KNOBS {
            let value = knob.get(&defaults);
            let mut copy = defaults.clone();
            let clamped = knob.set(&mut copy, value.clone()).expect(knob.name);
            assert_eq!((clamped, &copy), (None, &defaults), "{}", knob.name);
            let reread = knob.parse(&knob.text(&value)).expect(knob.name);
            assert_eq!(knob.text(&reread), knob.text(&value), "{}", knob.name);
        }
    }

    #[test]
    fn every_knob_changes_exactly_its_own_field() {
        for knob in KNOBS {
            let mut moved = Experiment::default();
            let other = match (knob.domain, knob.get(&moved)) {
                (Domain::Number { min, max, .. }, Value::Number(now)) => {
                    Value::Number(if now == max { min } else { max })
                }
                (Domain::Integer { min, max, .. }, Value::Number(now)) => {
                    Value::Number(f64::from(if now == f64::from(max) { min } else { max }))
                }
                (Domain::Choice(choices), Value::Name(now)) => {
                    Value::Name(choices.iter().find(|c| c.name != now).expect("two choices").name)
                }
                (Domain::Switch, Value::Switch(now)) => Value::Switch(!now),
                (Domain::Shares { .. }, _) => Value::Shares(vec![1.0, 0.5]),
                (domain, value) => panic!("{}: {domain:?} holds {value:?}", knob.name),
            };
            assert_eq!(knob.set(&mut moved, other.clone()), Ok(None), "{}", knob.name);
            assert_eq!(knob.text(&knob.get(&moved)), knob.text(&other), "{}", knob.name);
            let default = Experiment::default();
            let changed: Vec<_> =
                KNOBS.iter().filter(|k| k.get(&moved) != k.get(&default)).map(|k| k.name).collect();
            assert_eq!(changed, [knob.name]);
        }
    }

    #[test]
    fn live_knobs_touch_only_live() {
        for knob in KNOBS {
            let mut moved = Experiment::default();
            let domain_end = match knob.domain {
                Domain::Number { max, .. } => Value::Number(max),
                Domain::Integer { max, .. } => Value::Number(f64::from(max)),
                Domain::Choice(choices) => Value::Name(choices[choices.len() - 1].name),
                Domain::Switch => match knob.get(&moved) {
                    Value::Switch(on) => Value::Switch(!on),
                    other => other,
                },
                Domain::Shares { .. } => Value::Shares(vec![0.0]),
            };
            knob.set(&mut moved, domain_end).expect(knob.name);
            let default = Experiment::default();
            let rest_moved = Experiment { live: default.live.clone(), ..moved.clone() } != default;
            let live_moved = moved.live != default.live;
            assert_eq!(
                (rest_moved, live_moved),
                (knob.timing == Timing::Restart, knob.timing == Timing::Live),
                "{}",
                knob.name
            );
        }
    }

    #[test]
    fn out_of_range_is_clamped_visibly_and_nonsense_rejected() {
        let knob = knob("learning_rate").expect("in the table");
        let mut experiment = Experiment::default();
        let clamped = knob.set(&mut experiment, Value::Number(50.0)).expect("clamps").expect("says so");
        assert_eq!(clamped.notice, "learning_rate=50 is above 10: using 10");
        assert_eq!(experiment.live.learning_rate, 10.0);
        assert!(knob.set(&mut experiment, Value::Number(f64::NAN)).is_err());
        assert!(knob.parse("fast").expect_err("text").to_string().starts_with("learning_rate: "));
        assert_eq!(experiment.live.learning_rate, 10.0);
    }

    #[test]
    fn names_are_unique() {
        for (index, knob) in KNOBS.iter().enumerate() {
            assert!(KNOBS[index + 1..].iter().all(|other| other.name != knob.name), "{}", knob.name);
        }
    }
}
