//! The options and scenarios, from the one table all integrations share.
//!
//! Must not know what markup looks like.

use serde_json::Value;
use std::sync::LazyLock;

/// `integrations/options.json`.
static TABLE: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../options.json")).expect("the committed table is JSON")
});

/// Names of all options, in the order in which they are written.
pub fn names() -> impl Iterator<Item = &'static str> {
    options().iter().filter_map(|option| option["name"].as_str())
}

/// Title and promise of a scenario.
pub fn scenario(id: &str) -> Option<(&'static str, &'static str)> {
    let scenario = TABLE["scenarios"].get(id)?;
    Some((scenario["title"].as_str()?, scenario["promise"].as_str()?))
}

/// Why `value` is none for the option called `name`.
///
/// # Errors
/// There is no such option, or it does not take this value; the message says what it takes.
pub fn check(name: &str, value: &str) -> Result<(), String> {
    let Some(option) = options().iter().find(|option| option["name"] == name) else {
        let names: Vec<&str> = names().collect();
        return Err(format!("collapse-lab has no option \"{name}\"; there are {}", names.join(", ")));
    };
    let wrong = |what: &str| Err(format!("{name}: \"{value}\" is {what}"));
    match option["kind"].as_str().unwrap_or_default() {
        "address" if !is_address(value) => wrong("no address (https://… or a path that begins with / or .)"),
        "scenario" if scenario(value).is_none() => wrong("no scenario"),
        "whole" if !is_whole(value) => wrong("no whole number"),
        "height" if value != "auto" && !is_whole(value) => wrong("neither auto nor a number of pixels"),
        "choice" => {
            let choices: Vec<&str> =
                option["choices"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if choices.contains(&value) { Ok(()) } else { wrong(&format!("none of {}", choices.join(", "))) }
        }
        _ => Ok(()),
    }
}

fn options() -> &'static [Value] {
    TABLE["options"].as_array().map_or(&[], Vec::as_slice)
}

/// Anything else, such as `javascript:`, must not become a link.
fn is_address(value: &str) -> bool {
    ["https://", "http://", "/", "./", "../"].iter().any(|start| value.starts_with(start))
}

fn is_whole(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())
}
