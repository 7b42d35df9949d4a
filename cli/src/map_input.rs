//! Maps as a user names them: a grid's file, a map's file, a map's link.
//!
//! Every spelling becomes the address of the page's map, so that limits and messages are the page's. Must not
//! know what is done with a map.

use crate::command::SweepOptions;
use crate::failure::Failure;
use crate::input::{self, Content};
use collapse_lab::experiment::link;
use collapse_lab::map::{Grid, MapSpec, Measure, file, query, share};
use serde_json::{Map, Value};
use std::path::Path;

/// A map and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// What is trained.
    pub spec: MapSpec,
    /// What its colours show.
    pub measure: Measure,
    /// Outcomes that came with it.
    pub grid: Grid,
    /// What was changed or not understood in a link.
    pub warnings: Vec<String>,
}

/// Reads the map of a sweep, with the options that win over it.
///
/// # Errors
/// What is wrong, with the field's or option's name.
pub fn of_sweep(options: &SweepOptions) -> Result<Named, Failure> {
    let mut named = read(&options.input)?;
    input::heed(&named.warnings, &options.input, options.common)?;
    let before = named.spec.clone();
    input::set(&mut named.spec.base, &options.set)?;
    // The page's own reading of the same keys: one place knows what is allowed.
    let mut pairs = Vec::new();
    pairs.extend(options.grid.as_ref().map(|grid| format!("&grid={grid}")));
    pairs.extend(options.seeds.map(|seeds| format!("&seeds={seeds}")));
    pairs.extend(options.steps.map(|steps| format!("&steps={steps}")));
    let asked = query::read(
        &(query::write(&named.spec, named.measure) + &pairs.concat()),
        &link::write(&named.spec.base),
    );
    if let Some(wrong) = asked.notices.first() {
        return Err(Failure::Wrong(format!("--grid, --seeds or --steps: {wrong}")));
    }
    named.spec = asked.spec;
    if named.spec != before {
        named.grid = Grid::default();
    }
    Ok(named)
}

/// Reads a map.
///
/// # Errors
/// What is wrong, with the field's name where it is a field.
pub fn read(input: &str) -> Result<Named, Failure> {
    of_content(input::read(input)?)
}

/// [`read`] of what was read.
///
/// # Errors
/// As [`read`].
pub fn of_content(content: Content) -> Result<Named, Failure> {
    match content {
        Content::Json(place, value) if value.get("collapse_map").is_some() => {
            let (spec, measure, grid) =
                file::read(&value.to_string()).map_err(|reason| Failure::wrong_in(&place, reason))?;
            Ok(Named { spec, measure, grid, warnings: Vec::new() })
        }
        Content::Json(place, value) => of_grid(&place, &value),
        Content::Text(text) => of_link(&text),
    }
}

/// A map's file as it is.
///
/// # Errors
/// It cannot be read or is none.
pub fn of_file(path: &Path) -> Result<(MapSpec, Measure, Grid), Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    file::read(&text).map_err(|reason| Failure::wrong_in(path.display(), reason))
}

fn of_link(text: &str) -> Result<Named, Failure> {
    let (before, fragment) = text.split_once('#').unwrap_or((text, ""));
    let query = before.split_once('?').map_or("", |(_, query)| query);
    if !query::is_wanted(query) {
        let reason = "is no file and no link of a map; a map's link has ?map in it";
        return Err(Failure::Wrong(format!("'{text}' {reason}")));
    }
    let asked = query::read(query, fragment);
    let grid = match &asked.packed {
        Some(packed) => {
            share::unpack(&asked.spec, packed).map_err(|reason| Failure::wrong_in("the link", reason))?
        }
        None => Grid::default(),
    };
    Ok(Named { spec: asked.spec, measure: asked.measure, grid, warnings: asked.notices })
}

/// The fields of a grid's file.
const FIELDS: [&str; 7] = ["x", "y", "grid", "seeds", "steps", "show", "experiment"];

/// A grid as JSON: `{"x": {"setting", "from", "to"}, "y": …, "grid": [16, 16], "seeds", "steps", "show",
/// "experiment"}`, every field optional.
fn of_grid(place: &str, value: &Value) -> Result<Named, Failure> {
    let wrong = |reason: String| Failure::wrong_in(place, reason);
    let object = value.as_object().ok_or_else(|| wrong("expected an object with a grid".to_owned()))?;
    if let Some(unknown) = object.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        return Err(wrong(format!("{unknown}: no such field; use {}", FIELDS.join(", "))));
    }
    let query = to_query(object).map_err(wrong)?;
    let fragment = match object.get("experiment") {
        // The data about which theory says most, as the page's own empty map.
        None => String::new(),
        Some(Value::String(text)) => link::write(&input::of_text(text)?.experiment),
        Some(fields) => {
            let named = input::of_json(&format!("{place}, experiment"), fields)?;
            link::write(&named.experiment)
        }
    };
    let asked = query::read(&query, &fragment);
    match asked.notices.into_iter().next() {
        Some(notice) => Err(wrong(notice)),
        None => Ok(Named {
            spec: asked.spec,
            measure: asked.measure,
            grid: Grid::default(),
            warnings: Vec::new(),
        }),
    }
}

/// The grid as the page's address says it.
fn to_query(object: &Map<String, Value>) -> Result<String, String> {
    let usual = query::read("map", "").spec;
    let names = [("x", usual.x.knob.name), ("y", usual.y.knob.name)];
    let mut settings = Vec::new();
    let mut query = String::new();
    for (field, usual) in names {
        let axis = match object.get(field) {
            None => None,
            Some(Value::String(setting)) => Some((setting.as_str(), None)),
            Some(Value::Object(axis)) => Some(axis_of(field, axis)?),
            Some(other) => return Err(format!("{field}: {other} is no axis; use {AXIS}")),
        };
        let (setting, range) = axis.unwrap_or((usual, None));
        settings.push(setting);
        query += &range.map_or_else(String::new, |(low, high)| format!("&{field}={low}:{high}"));
    }
    query += &match object.get("grid") {
        None => String::new(),
        Some(Value::String(text)) => format!("&grid={text}"),
        Some(sides) => match sides.as_array().map(Vec::as_slice) {
            Some([columns, rows]) => format!("&grid={columns}x{rows}"),
            _ => return Err(format!("grid: {sides} is no size; use [columns, rows]")),
        },
    };
    for field in ["seeds", "steps", "show"] {
        query += &match object.get(field) {
            None => String::new(),
            Some(Value::String(text)) => format!("&{field}={text}"),
            Some(value) => format!("&{field}={value}"),
        };
    }
    Ok(format!("map={}{query}", settings.join(",")))
}

const AXIS: &str = "{\"setting\": \"learning_rate\", \"from\": 0.0001, \"to\": 1}";

type Range = (f64, f64);

fn axis_of<'a>(field: &str, axis: &'a Map<String, Value>) -> Result<(&'a str, Option<Range>), String> {
    if let Some(unknown) = axis.keys().find(|key| !["setting", "from", "to"].contains(&key.as_str())) {
        return Err(format!("{field}.{unknown}: no such field; use {AXIS}"));
    }
    let setting = axis.get("setting").and_then(Value::as_str);
    let setting = setting.ok_or_else(|| format!("{field}.setting: missing; use {AXIS}"))?;
    let number = |key: &str| {
        axis.get(key)
            .map(|value| value.as_f64().ok_or_else(|| format!("{field}.{key}: {value} is no number")))
    };
    match (number("from").transpose()?, number("to").transpose()?) {
        (Some(from), Some(to)) => Ok((setting, Some((from, to)))),
        (None, None) => Ok((setting, None)),
        _ => Err(format!("{field}: `from` and `to` come together")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: &str = r#"{"x": {"setting": "width", "from": 2, "to": 64}, "y": "imbalance", "grid": [8, 4],
        "seeds": 2, "steps": 100, "show": "skill", "experiment": {"data": "gaussians", "depth": 2}}"#;

    #[test]
    fn one_map_has_three_spellings() {
        let named = read(GRID).expect("a grid");
        assert_eq!(
            query::write(&named.spec, named.measure),
            "map=width,imbalance&x=2:64&grid=8x4&seeds=2&steps=100&show=skill"
        );
        assert_eq!(link::write(&named.spec.base), "v=1&data=gaussians&depth=2");
        let link = format!(
            "https://example.org/?{}#{}",
            query::write(&named.spec, named.measure),
            query::fragment(&named.spec, None)
        );
        assert_eq!(read(&link).expect("a link").spec, named.spec);
        let map = file::write(&named.spec, named.measure, &Grid::new(32));
        assert_eq!(read(&map).expect("a file").spec, named.spec);
        assert_eq!(read("{}").expect("the usual map").spec, query::read("map", "").spec);
    }

    #[test]
    fn options_win_and_are_held_to_the_pages_limits() {
        let mut options = SweepOptions { input: GRID.to_owned(), seeds: Some(3), ..SweepOptions::default() };
        options.grid = Some("5x6".to_owned());
        options.set = vec![("separation".to_owned(), "2".to_owned())];
        let spec = of_sweep(&options).expect("allowed").spec;
        assert_eq!((spec.size(), spec.seeds, spec.steps, spec.base.data.separation), ((5, 6), 3, 100, 2.0));
        options.seeds = Some(99);
        assert!(
            of_sweep(&options)
                .is_err_and(|failure| failure.message().is_some_and(|said| said.contains("1 to 8")))
        );
    }

    #[test]
    fn a_wrong_field_is_named() {
        let cases = [
            ("[1]", "expected an object"),
            (r#"{"gird": [2, 2]}"#, "gird: no such field; use x, y, grid"),
            (r#"{"x": 3}"#, "x: 3 is no axis"),
            (r#"{"x": {"from": 1, "to": 2}}"#, "x.setting: missing"),
            (r#"{"x": {"setting": "width", "low": 1}}"#, "x.low: no such field"),
            (r#"{"x": {"setting": "width", "from": 1}}"#, "x: `from` and `to`"),
            (r#"{"x": {"setting": "width", "from": "a", "to": 2}}"#, "x.from: \"a\" is no number"),
            (r#"{"x": {"setting": "width", "from": 9, "to": 2}}"#, "1 to 512"),
            (r#"{"y": "data"}"#, "'data'"),
            (r#"{"grid": 4}"#, "grid: 4 is no size"),
            (r#"{"grid": [4, 99]}"#, "2 to 24"),
            (r#"{"seeds": 0}"#, "1 to 8"),
            (r#"{"steps": 1}"#, "10 to 20,000"),
            (r#"{"show": "loss"}"#, "n_eff, skill"),
            (r#"{"experiment": {"depth": 99}}"#, "experiment: depth: 99 is not allowed"),
            (r#"{"collapse_map": 1}"#, "no collapse map"),
            ("digits", "?map"),
        ];
        for (input, part) in cases {
            let failure = read(input).expect_err(input);
            assert!(
                failure.code() == 2 && failure.message().is_some_and(|said| said.contains(part)),
                "{input}: {failure:?}"
            );
        }
    }
}
