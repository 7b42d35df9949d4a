//! One table of options and scenarios, `integrations/options.json`, held to everything that must agree with it.
//!
//! With `UPDATE_README=1` the scenarios are taken from `lang/en.txt` and the packages' copies are written.

use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use xtask::Repository;
use xtask::share::scenarios;

const TABLE: &str = "integrations/options.json";
/// Packages cannot hold files from outside; each has a copy, the last one as a module.
const COPIES: [&str; 3] = [
    "integrations/python/collapse_lab/options.json",
    "integrations/quarto/_extensions/collapse-lab/options.json",
    "integrations/docusaurus/src/options.js",
];
const HINT: &str = "cargo test -p xtask --test integrations with UPDATE_README=1 writes it";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn names(table: &Value) -> Vec<&str> {
    let options = table["options"].as_array().expect("options");
    options.iter().map(|option| option["name"].as_str().expect("a name")).collect()
}

/// The table as it is kept: an option or scenario a line.
fn written(table: &Value) -> String {
    let lines = |lines: Vec<String>| format!("\n    {}\n  ", lines.join(",\n    "));
    let option = |option: &Value| {
        let pair = |key: &str| Some(format!("\"{key}\": {}", inline(option.get(key)?)));
        let pairs: Vec<String> = ["name", "kind", "choices", "help"].into_iter().filter_map(pair).collect();
        format!("{{{}}}", pairs.join(", "))
    };
    let options = table["options"].as_array().expect("options").iter().map(option).collect();
    let found = scenarios(&Repository { root: root() }).expect("scenarios");
    let scenario = |scenario: &xtask::share::Told| {
        let [title, promise] = [&scenario.title, &scenario.promise].map(|text| json!(text).to_string());
        format!("\"{}\": {{\"title\": {title}, \"promise\": {promise}}}", scenario.id)
    };
    format!(
        "{{\n  \"options\": [{}],\n  \"scenarios\": {{{}}}\n}}\n",
        lines(options),
        lines(found.iter().map(scenario).collect())
    )
}

fn inline(value: &Value) -> String {
    match value.as_array() {
        Some(list) => format!("[{}]", list.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")),
        None => value.to_string(),
    }
}

#[test]
fn the_table_has_every_scenario_and_the_packages_have_the_table() {
    let table: Value = serde_json::from_str(&read(TABLE)).expect("JSON");
    let text = written(&table);
    let module = format!(
        "// Written from {TABLE} by xtask/tests/integrations.rs; do not edit.\nexport default {};\n",
        text.trim_end()
    );
    let files = [(TABLE, &text), (COPIES[0], &text), (COPIES[1], &text), (COPIES[2], &module)];
    for (name, text) in files {
        if std::env::var_os("UPDATE_README").is_some() {
            fs::write(root().join(name), text).expect("writable");
        }
        assert!(read(name) == *text, "{name} is out of date: {HINT}");
    }
    let again: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(again["options"], table["options"]);
}

#[test]
fn the_options_are_those_of_the_element() {
    let table: Value = serde_json::from_str(&read(TABLE)).expect("JSON");
    let names = names(&table);
    let script = read("public/embed.js");
    let listed = script.split_once("const OPTIONS =").expect("a list of options").1;
    let listed = listed.split('"').nth(1).expect("a text");
    assert_eq!(listed.split_whitespace().collect::<Vec<_>>(), names, "public/embed.js");
    let types = read("public/embed.d.ts");
    let options = types.split_once("export interface Options {").expect("a type").1;
    let options = options.split_once("\n}").expect("its end").0;
    let typed: Vec<&str> =
        options.lines().filter_map(|line| line.trim().split_once("?:")).map(|(name, _)| name).collect();
    assert_eq!(typed, names, "public/embed.d.ts");
}

#[test]
fn choices_are_those_of_the_types() {
    let table: Value = serde_json::from_str(&read(TABLE)).expect("JSON");
    let types = read("public/embed.d.ts");
    let mut checked = 0;
    for option in table["options"].as_array().expect("options") {
        let Some(choices) = option["choices"].as_array() else { continue };
        let choices = choices.iter().map(Value::to_string).collect::<Vec<_>>().join(" | ");
        let line = format!("{}?: {choices};", option["name"].as_str().expect("a name"));
        assert!(types.contains(&line), "public/embed.d.ts lacks {line}");
        checked += 1;
    }
    assert_eq!(checked, 2, "loading and theme");
}

#[test]
fn the_guide_says_every_option() {
    let table: Value = serde_json::from_str(&read(TABLE)).expect("JSON");
    let guide = read("docs/embedding.md");
    let rows = guide.split_once("| attribute | meaning |").expect("a table").1;
    let rows = rows.split_once("\n\n").expect("its end").0;
    let mut said: Vec<&str> = rows
        .lines()
        .filter_map(|row| row.strip_prefix("| ")?.split(" | ").next())
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    let mut names = names(&table);
    said.sort_unstable();
    names.sort_unstable();
    assert_eq!(said, names, "docs/embedding.md");
}

/// Every integration reads the same cases; a kind nobody tests would be free to differ.
#[test]
fn the_shared_cases_try_every_option_and_every_kind() {
    let table: Value = serde_json::from_str(&read(TABLE)).expect("JSON");
    let cases: Value = serde_json::from_str(&read("integrations/cases.json")).expect("JSON");
    let cases = cases.as_array().expect("cases");
    let texts = |key: &str| cases.iter().filter_map(|case| case[key].as_str()).collect::<Vec<_>>();
    let mut kinds = Map::new();
    for option in table["options"].as_array().expect("options") {
        let name = option["name"].as_str().expect("a name");
        assert!(
            texts("html").iter().any(|html| html.contains(&format!(" {name}=\""))),
            "{name} is not tried"
        );
        if texts("error").iter().any(|error| error.starts_with(&format!("{name}: "))) {
            kinds.insert(option["kind"].to_string(), Value::Null);
        }
        kinds.remove("\"text\"");
    }
    assert_eq!(kinds.len(), 5, "address, scenario, whole, choice and height refuse something: {kinds:?}");
}
