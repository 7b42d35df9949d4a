//! Experiments as a user names them: files, links, scenarios.
//!
//! Must not know what they are wanted for.

use crate::failure::Failure;
use collapse_lab::experiment::knob::knob;
use collapse_lab::experiment::{Experiment, json, link, scenario};
use collapse_lab::map::query;
use collapse_lab::page::lanes::{self, Lanes};
use serde_json::Value;
use std::io::Read;
use std::path::Path;

/// An experiment with what its link trains beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// What the user called it, for messages and lines.
    pub name: String,
    /// What to train.
    pub experiment: Experiment,
    /// Lanes and seeds of a link.
    pub lanes: Lanes,
    /// What was changed or not understood.
    pub warnings: Vec<String>,
}

/// What an input holds, before anybody knows what it is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// JSON, with the place for messages.
    Json(String, Value),
    /// A link or the name of a scenario.
    Text(String),
}

/// Reads `input`: `-`, a file, or else the text itself.
///
/// # Errors
/// It cannot be read, or is meant as JSON and is none.
pub fn read(input: &str) -> Result<Content, Failure> {
    let (place, text) = if input == "-" {
        let mut text = String::new();
        let read = std::io::stdin().read_to_string(&mut text);
        read.map_err(|error| Failure::Impossible(format!("the standard input: {error}")))?;
        ("the standard input", text)
    } else if Path::new(input).is_file() {
        let read = std::fs::read_to_string(input);
        (input, read.map_err(|error| Failure::file(Path::new(input), &error))?)
    } else if input.trim_start().starts_with(['{', '[']) {
        ("the argument", input.to_owned())
    } else {
        return Ok(Content::Text(input.to_owned()));
    };
    let text = text.trim().trim_start_matches('\u{feff}');
    if text.starts_with(['{', '[']) {
        let value = serde_json::from_str(text)
            .map_err(|error| Failure::wrong_in(place, format!("this is not JSON: {error}")))?;
        Ok(Content::Json(place.to_owned(), value))
    } else if text.is_empty() {
        Err(Failure::wrong_in(place, "there is nothing in it"))
    } else {
        Ok(Content::Text(text.to_owned()))
    }
}

/// The experiments of one input: several where its JSON is an array.
///
/// # Errors
/// What is wrong, with the field's name where it is a field.
pub fn experiments(input: &str) -> Result<Vec<Named>, Failure> {
    of_content(read(input)?)
}

/// [`experiments`] of what was read.
///
/// # Errors
/// As [`experiments`].
pub fn of_content(content: Content) -> Result<Vec<Named>, Failure> {
    match content {
        Content::Json(place, Value::Array(items)) => {
            let name = |index: usize| format!("{place}, number {}", index + 1);
            items.iter().enumerate().map(|(index, item)| of_json(&name(index), item)).collect()
        }
        Content::Json(place, value) => Ok(vec![of_json(&place, &value)?]),
        Content::Text(text) => Ok(vec![of_text(&text)?]),
    }
}

/// An experiment as JSON; `scenario` names one to begin from.
///
/// # Errors
/// The first wrong field by name, with what is allowed.
pub fn of_json(place: &str, value: &Value) -> Result<Named, Failure> {
    let wrong = |reason: &dyn std::fmt::Display| Failure::wrong_in(place, reason);
    let mut fields = value.clone();
    let mut base = Experiment::default();
    if let Some(object) = fields.as_object_mut() {
        if object.contains_key("collapse_map") || object.contains_key("x") || object.contains_key("y") {
            return Err(wrong(&"this is a map; `collapse-lab sweep` trains it"));
        }
        if let Some(id) = object.remove("scenario") {
            let known = id.as_str().and_then(scenario::named);
            let known = known.ok_or_else(|| wrong(&format!("scenario: {id} is none; {SEE_SCENARIOS}")))?;
            base = known.experiment();
        }
    }
    let experiment = json::from_json(&fields, &base).map_err(|rejected| wrong(&rejected))?;
    Ok(Named { name: place.to_owned(), experiment, lanes: Lanes::default(), warnings: Vec::new() })
}

const SEE_SCENARIOS: &str = "`collapse-lab scenarios` lists them";

/// An experiment as a link or by the name of its scenario.
///
/// # Errors
/// It is neither, or a map's link.
pub fn of_text(text: &str) -> Result<Named, Failure> {
    let text = text.trim();
    if let Some(scenario) = scenario::named(text) {
        return Ok(Named {
            name: text.to_owned(),
            experiment: scenario.experiment(),
            lanes: Lanes::default(),
            warnings: Vec::new(),
        });
    }
    let (before, fragment) = text.split_once('#').unwrap_or(("", text));
    if query::is_wanted(before.split_once('?').map_or("", |(_, query)| query)) {
        return Err(Failure::Wrong("this link is a map's; `collapse-lab sweep` trains it".to_owned()));
    }
    if !fragment.contains('=') {
        let said = link::read(&format!("scenario={text}"));
        let known = said.notices.into_iter().next().unwrap_or_default();
        return Err(Failure::Wrong(format!("'{text}' is no file, no link and no scenario. {known}")));
    }
    let linked = link::read(fragment);
    let mut unknown = linked.unknown;
    let (lanes, notices) = lanes::link::read(&mut unknown);
    let warnings = linked.notices.into_iter().chain(notices).collect();
    Ok(Named { name: "link".to_owned(), experiment: linked.experiment, lanes, warnings })
}

/// Changes settings as `--set name=value` says.
///
/// # Errors
/// There is no such setting, or the value is not allowed; both named.
pub fn set(experiment: &mut Experiment, settings: &[(String, String)]) -> Result<(), Failure> {
    for (name, value) in settings {
        let wrong =
            |reason: &dyn std::fmt::Display| Failure::wrong_in(format!("--set {name}={value}"), reason);
        let knob = knob(name)
            .ok_or_else(|| wrong(&"there is no such setting; `collapse-lab settings` lists them"))?;
        let read = knob.parse(value).map_err(|rejected| wrong(&rejected.reason))?;
        if knob.set(experiment, read).map_err(|rejected| wrong(&rejected.reason))?.is_some() {
            return Err(wrong(&format!("outside its range; use {}", knob.allowed())));
        }
    }
    Ok(())
}

/// Says warnings, or fails with the first where the user wants to be strict.
///
/// # Errors
/// `strict`, and there is a warning.
pub fn heed(warnings: &[String], place: &str, common: crate::command::Common) -> Result<(), Failure> {
    match warnings.first() {
        Some(first) if common.strict => Err(Failure::wrong_in(place, first)),
        _ => {
            warnings
                .iter()
                .for_each(|warning| crate::output::warn(common.quiet, &format!("{place}: {warning}")));
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(input: &str) -> String {
        let failure = experiments(input).expect_err(input);
        assert_eq!(failure.code(), 2, "{input}");
        failure.message().unwrap_or_default().to_owned()
    }

    #[test]
    fn one_experiment_has_many_spellings() {
        let wanted = scenario::named("digits").expect("in the table").experiment();
        for input in [
            "digits",
            "#v=1&scenario=digits",
            "v=1&scenario=digits",
            "https://example.org/lab/?theme=dark#scenario=digits",
            r#"{"scenario": "digits"}"#,
            r#"[{"v": 1, "scenario": "digits"}]"#,
        ] {
            assert_eq!(experiments(input).expect(input)[0].experiment, wanted, "{input}");
        }
        let many = experiments(r#"[{"depth": 2}, {"depth": 3}]"#).expect("valid");
        assert_eq!(many.iter().map(|named| named.experiment.model.depth).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn what_is_wrong_is_named_by_its_field() {
        let cases = [
            (r#"{"learning_rate": "fast"}"#, "learning_rate: \"fast\" is not allowed; use 0.000001 to 10"),
            (r#"{"learnign_rate": 1}"#, "learnign_rate: no such setting"),
            (r#"{"depth": 1,}"#, "line 1 column"),
            (r#"[{}, {"depth": 99}]"#, "number 2: depth: 99 is not allowed"),
            (r#"{"scenario": "cats"}"#, "scenario: \"cats\" is none"),
            (r#"{"collapse_map": 1}"#, "collapse-lab sweep"),
            ("cats.json", "'cats.json' is no file, no link and no scenario"),
            ("https://example.org/?map#v=1", "collapse-lab sweep"),
        ];
        for (input, part) in cases {
            assert!(failure(input).contains(part), "{input}: {}", failure(input));
        }
    }

    #[test]
    fn links_warn_and_bring_their_lanes() {
        let named =
            &experiments("#v=1&learning_rate=50&seeds=8&lane_b=other|0:v=1&width=4").expect("a link")[0];
        assert_eq!((named.lanes.seeds, named.lanes.branches.len()), (8, 1));
        assert!(named.warnings[0].contains("learning_rate=50 is above 10"), "{:?}", named.warnings);
    }

    #[test]
    fn settings_win_and_must_be_right() {
        let mut experiment = Experiment::default();
        let of = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        set(&mut experiment, &of("imbalance", "99")).expect("allowed");
        assert_eq!(experiment.live.imbalance, 99.0);
        for (name, value, part) in [
            ("imbalance", "1e9", "1 to 1000"),
            ("imbalance", "many", "imbalance=many"),
            ("speed", "1", "no such setting"),
        ] {
            let failure = set(&mut experiment, &of(name, value)).expect_err(value);
            assert!(failure.message().is_some_and(|said| said.contains(part)), "{failure:?}");
        }
    }
}
