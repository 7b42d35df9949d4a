//! Measured values by task and key, and what they come to. Must not know what they mean.

use serde_json::Value;
use std::collections::BTreeMap;

/// What one measurement gave, by key.
pub type Values = BTreeMap<String, f64>;

/// Key of a measurement that gives one number.
pub const VALUE: &str = "value";

/// What a page returned: a number under [`VALUE`], the numbers of an object under their names, nothing
/// of null.
///
/// # Errors
/// It is anything else.
pub fn values(json: &Value) -> Result<Values, String> {
    match json {
        Value::Null => Ok(Values::new()),
        Value::Number(number) => {
            Ok(number.as_f64().map(|value| (VALUE.to_owned(), value)).into_iter().collect())
        }
        Value::Object(fields) => {
            let number = |(key, value): (&String, &Value)| value.as_f64().map(|value| (key.clone(), value));
            Ok(fields.iter().filter_map(number).collect())
        }
        other => Err(format!("{other} is not a number")),
    }
}

/// Everything measured.
#[derive(Clone, Debug, Default)]
pub struct Results(BTreeMap<(String, String), Vec<f64>>);

impl Results {
    /// Keeps one measurement of a task.
    pub fn add(&mut self, task: &str, values: Values) {
        for (key, value) in values {
            self.0.entry((task.to_owned(), key)).or_default().push(value);
        }
    }

    /// The median of a task's values under a key; `None` if there are none.
    pub fn median(&self, task: &str, key: &str) -> Option<f64> {
        median(self.0.get(&(task.to_owned(), key.to_owned()))?)
    }
}

/// The middle value, the mean of the two middle ones; `None` of nothing.
fn median(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    let lower = values[(values.len() - 1) / 2];
    Some((lower + upper) / 2.0)
}

/// How many times as large `ours` is as `theirs`; `None` where one is missing or theirs is 0.
pub fn ratio(ours: Option<f64>, theirs: Option<f64>) -> Option<f64> {
    let theirs = theirs.filter(|theirs| *theirs > 0.0)?;
    Some(ours? / theirs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn median_is_the_middle_of_the_sorted_values() {
        assert_eq!(median(&[9.0, 1.0, 5.0]), Some(5.0));
        assert_eq!(median(&[2.0, 1.0]), Some(1.5));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn results_are_kept_by_task_and_key() {
        let mut results = Results::default();
        for value in [3.0, 1.0, 2.0] {
            results.add("speed", values(&json!({ "a": value, "b": 10.0, "note": "text" })).expect("object"));
        }
        results.add("speed", values(&Value::Null).expect("nothing"));
        assert_eq!(results.median("speed", "a"), Some(2.0));
        assert_eq!(results.median("speed", "b"), Some(10.0));
        assert_eq!(results.median("speed", "note"), None);
        assert_eq!(results.median("size", "a"), None);
    }

    #[test]
    fn a_page_answers_with_a_number_an_object_or_nothing() {
        assert_eq!(values(&json!(4.5)).expect("number").get(VALUE), Some(&4.5));
        assert!(values(&json!("fast")).is_err());
    }

    #[test]
    fn a_ratio_needs_both_sides() {
        assert_eq!(ratio(Some(6.0), Some(2.0)), Some(3.0));
        for (ours, theirs) in [(None, Some(1.0)), (Some(1.0), None), (Some(1.0), Some(0.0))] {
            assert_eq!(ratio(ours, theirs), None);
        }
    }
}
