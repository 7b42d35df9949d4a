//! An experiment as one flat JSON object, `{"v":1,"data":"digits","imbalance":99,…}`, and back.
//!
//! The form of `window.lab.getState()` and `setState()`. Unlike links, a program that sends
//! something wrong is told so and nothing changes. Must not know the browser.

use super::knob::{Domain, KNOBS, Knob, MAX_CLASSES, Rejected, Timing, Value, knob};
use super::link::{OWN, VERSION};
use super::{Experiment, Own};
use crate::decimal;
use serde_json::{Map, Value as Json};

/// Every knob of `experiment` by name, and the version `v`.
pub fn to_json(experiment: &Experiment) -> Json {
    let mut object = Map::from_iter([("v".to_owned(), Json::from(VERSION))]);
    for knob in KNOBS {
        let value = match knob.get(experiment) {
            Value::Number(value) => number(value as f32),
            Value::Name(name) => Json::from(name),
            Value::Switch(on) => Json::from(on),
            Value::Shares(shares) => shares.into_iter().map(number).collect(),
        };
        object.insert(knob.name.to_owned(), value);
    }
    if experiment.own().is_some() {
        object.insert(OWN.to_owned(), Json::from(experiment.data.own.text()));
    }
    Json::Object(object)
}

/// `base` with the knobs that `object` names set; the others stay.
///
/// # Errors
/// Not an object, a name of no knob, a value of another kind, outside its range or not one of the
/// choices, or a newer `v`. The first wrong field is named with what is allowed.
pub fn from_json(object: &Json, base: &Experiment) -> Result<Experiment, Rejected> {
    let Json::Object(fields) = object else {
        return Err(rejected("experiment", "expected an object of settings"));
    };
    let mut experiment = base.clone();
    for (name, value) in fields {
        if name == "v" {
            version(value)?;
            continue;
        }
        if name == OWN {
            let own = value.as_str().and_then(Own::parse);
            experiment.data.own = own.ok_or_else(|| rejected(name, format!("{value} is no own data")))?;
            continue;
        }
        let Some(knob) = knob(name) else {
            let known: Vec<_> = KNOBS.iter().map(|knob| knob.name).collect();
            return Err(rejected(name, format!("no such setting; use {}", known.join(", "))));
        };
        let wrong = || rejected(name, format!("{value} is not allowed; use {}", allowed(knob)));
        let value = convert(knob, value).ok_or_else(wrong)?;
        if knob.set(&mut experiment, value)?.is_some() {
            return Err(wrong());
        }
    }
    Ok(experiment)
}

/// The README's table of knobs: name, what, default, allowed values, when a change takes effect.
pub fn knob_table_markdown() -> String {
    let defaults = Experiment::default();
    let mut table =
        String::from("| setting | what | default | allowed | takes effect |\n|---|---|---|---|---|\n");
    for knob in KNOBS {
        let default = match knob.domain {
            Domain::Shares { .. } => "all 1".to_owned(),
            _ => knob.text(&knob.get(&defaults)),
        };
        let unit = if knob.unit().is_empty() { String::new() } else { format!(" ({})", knob.unit()) };
        let when = match knob.timing {
            Timing::Live => "at the next step",
            Timing::Restart => "by a restart",
        };
        table += &format!(
            "| `{}` | {}{unit} | {default} | {} | {when} |\n",
            knob.name,
            knob.help(),
            knob.allowed()
        );
    }
    table
}

fn version(value: &Json) -> Result<(), Rejected> {
    match value.as_u64() {
        Some(version) if version <= u64::from(VERSION) => Ok(()),
        _ => Err(rejected("v", format!("{value} is not a version this page reads; use {VERSION}"))),
    }
}

/// `None` when the JSON is of another kind than the knob.
fn convert(knob: &Knob, value: &Json) -> Option<Value> {
    match (knob.domain, value) {
        (Domain::Number { .. }, Json::Number(number)) => number.as_f64().map(Value::Number),
        (Domain::Integer { .. }, Json::Number(number)) => {
            number.as_f64().filter(|number| number.fract() == 0.0).map(Value::Number)
        }
        (Domain::Choice(choices), Json::String(name)) => {
            choices.iter().find(|choice| choice.name == name).map(|choice| Value::Name(choice.name))
        }
        (Domain::Switch, Json::Bool(on)) => Some(Value::Switch(*on)),
        (Domain::Shares { .. }, Json::Array(shares)) if shares.len() <= MAX_CLASSES => {
            let numbers: Option<Vec<f32>> = shares.iter().map(|s| s.as_f64().map(|s| s as f32)).collect();
            numbers.map(Value::Shares)
        }
        _ => None,
    }
}

/// The allowed values as JSON has them.
fn allowed(knob: &Knob) -> String {
    match knob.domain {
        Domain::Switch => "true or false".to_owned(),
        Domain::Shares { .. } => format!("an array of up to {MAX_CLASSES}: {}", knob.allowed()),
        _ => knob.allowed(),
    }
}

/// The shortest number that is the f32: 0.001, not 0.0010000000474974513.
fn number(value: f32) -> Json {
    let digits = decimal::widen(value);
    // JavaScript programs expect 32, not 32.0.
    if digits.fract() == 0.0 && digits.abs() < 1e9 { Json::from(digits as i64) } else { Json::from(digits) }
}

fn rejected(field: &str, reason: impl Into<String>) -> Rejected {
    Rejected { field: field.to_owned(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{DataName, Weighting};
    use serde_json::json;

    #[test]
    fn the_whole_state_by_name() {
        let mut experiment = Experiment::default();
        experiment.live.imbalance = 99.0;
        experiment.live.shares = vec![1.0, 0.1];
        let state = to_json(&experiment);
        assert_eq!(state["v"], 1);
        assert_eq!(state["data"], "digits");
        assert_eq!(state["train_size"].to_string(), "1000");
        assert_eq!(state["learning_rate"].to_string(), "0.001");
        assert_eq!(state["shares"].to_string(), "[1,0.1]");
        assert_eq!(state["position_shift"], true);
        assert_eq!(state.as_object().map(Map::len), Some(KNOBS.len() + 1));
        assert_eq!(from_json(&state, &Experiment::default()), Ok(experiment));
    }

    #[test]
    fn a_partial_object_changes_only_what_it_names() {
        let mut base = Experiment::default();
        base.data.name = DataName::Linear;
        let changed = from_json(&json!({"weighting": "oversampling"}), &base).expect("valid");
        assert_eq!(changed.live.weighting, Weighting::Oversampling);
        base.live.weighting = Weighting::Oversampling;
        assert_eq!(changed, base);
    }

    #[test]
    fn every_limit_is_allowed_and_nothing_beyond() {
        for knob in KNOBS {
            let (min, max) = match knob.domain {
                Domain::Number { min, max, .. } => (min, max),
                Domain::Integer { min, max, .. } => (f64::from(min), f64::from(max)),
                _ => continue,
            };
            let send = |number: f64| from_json(&json!({ knob.name: number }), &Experiment::default());
            assert!(send(min).is_ok() && send(max).is_ok(), "{}", knob.name);
            for outside in [min - 1.0, max * 1.01 + 1.0] {
                let rejected = send(outside).expect_err(knob.name);
                assert_eq!(rejected.field, knob.name);
                assert!(rejected.reason.ends_with(&knob.allowed()), "{rejected}");
            }
        }
    }

    #[test]
    fn a_wrong_field_is_named_with_what_is_allowed() {
        let cases = [
            (json!({"learnign_rate": 1}), "learnign_rate: no such setting; use data, train_size"),
            (json!({"learning_rate": "fast"}), "learning_rate: \"fast\" is not allowed; use 0.000001 to 10"),
            (json!({"learning_rate": null}), "learning_rate: null is not allowed"),
            (json!({"depth": 1.5}), "depth: 1.5 is not allowed; use 0 to 8, whole"),
            (json!({"data": "cats"}), "data: \"cats\" is not allowed; use digits, mnist"),
            (json!({"position_shift": 1}), "position_shift: 1 is not allowed; use true or false"),
            (json!({"shares": [1, 2]}), "shares: [1,2] is not allowed; use an array of up to 10: one number"),
            (json!({"shares": [1, "a"]}), "shares: [1,\"a\"] is not allowed"),
            (json!({"v": 2}), "v: 2 is not a version this page reads; use 1"),
            (json!([1]), "experiment: expected an object of settings"),
        ];
        for (object, message) in cases {
            let rejected = from_json(&object, &Experiment::default()).expect_err(message).to_string();
            assert!(rejected.starts_with(message), "{rejected}");
        }
    }

    #[test]
    fn the_readme_table_has_a_row_per_knob() {
        let table = knob_table_markdown();
        assert_eq!(table.lines().count(), KNOBS.len() + 2);
        assert!(table.contains(
            "| `learning_rate` | Size of each training step. | 0.001 | 0.000001 to 10 | at the next step |"
        ));
        assert!(table.lines().all(|line| line.matches('|').count() == 6), "{table}");
    }
}
