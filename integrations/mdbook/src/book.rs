//! mdBook's protocol: `[context, book]` comes in, the book goes out.
//!
//! Must not know what a block means.

use crate::chapter;
use crate::markup::Target;
use serde_json::Value;

/// Keys of `[preprocessor.collapse-lab]` that are mdBook's own.
const MDBOOK: [&str; 6] = ["command", "before", "after", "renderer", "renderers", "optional"];

/// The book with every block replaced, as JSON. Other renderers than `html` get a link and a picture.
///
/// # Errors
/// The input is no book, or a block or the configuration is wrong; the message names file and line.
pub fn process(input: &str) -> Result<String, String> {
    let input: Value =
        serde_json::from_str(input).map_err(|error| format!("no book of mdBook's: {error}"))?;
    let Value::Array(parts) = input else { return Err("no book of mdBook's: expected a list".to_owned()) };
    let [context, mut book] =
        <[Value; 2]>::try_from(parts).map_err(|_| "no book of mdBook's: expected two parts".to_owned())?;
    let target = if context["renderer"] == "html" { Target::Html } else { Target::Markdown };
    let source = context["config"]["book"]["src"].as_str().unwrap_or("src");
    let defaults = defaults(&context["config"]["preprocessor"]["collapse-lab"])?;
    // mdBook 0.5 says `items`, earlier ones `sections`.
    let key = if book["items"].is_array() { "items" } else { "sections" };
    items(&mut book[key], &mut |chapter| {
        let path = chapter["source_path"].as_str().or_else(|| chapter["path"].as_str()).unwrap_or("?");
        let text = chapter["content"].as_str().unwrap_or_default();
        let replaced = chapter::replace(text, &defaults, target)
            .map_err(|(line, error)| format!("{source}/{path}:{line}: {error}"))?;
        chapter["content"] = Value::String(replaced);
        Ok(())
    })?;
    Ok(book.to_string())
}

/// Options for every block, from `book.toml`.
fn defaults(config: &Value) -> Result<Vec<(String, String)>, String> {
    let mut defaults = Vec::new();
    for (name, value) in config.as_object().into_iter().flatten() {
        if MDBOOK.contains(&name.as_str()) {
            continue;
        }
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        crate::table::check(name, &value)
            .map_err(|error| format!("book.toml: [preprocessor.collapse-lab]: {error}"))?;
        defaults.push((name.clone(), value));
    }
    Ok(defaults)
}

/// Calls `change` with every chapter, outer ones first.
fn items(list: &mut Value, change: &mut impl FnMut(&mut Value) -> Result<(), String>) -> Result<(), String> {
    for item in list.as_array_mut().into_iter().flatten() {
        if let Some(chapter) = item.get_mut("Chapter") {
            change(chapter)?;
            items(&mut chapter["sub_items"], change)?;
        }
    }
    Ok(())
}
