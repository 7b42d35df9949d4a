//! The program, a folder to work in, and the fields of its lines as the documentation has them.
#![allow(dead_code, reason = "each test program uses its part")]

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs the program to its end.
pub fn lab(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_collapse-lab")).args(arguments).output().expect("the program starts")
}

/// What it prints, when it ends well.
pub fn ok(arguments: &[&str]) -> String {
    let output = lab(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("text")
}

/// What it says, when it ends with this status.
pub fn fails(status: i32, arguments: &[&str]) -> String {
    let output = lab(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty(), "{arguments:?} wrote results");
    said
}

/// A folder of one test, removed when dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("collapse-lab-cli-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("writable");
        Self(folder)
    }

    pub fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).expect("written")
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).expect("writable");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The tables of `docs/command-line.md`: heading, then field and type.
pub struct Schema(Vec<(String, Vec<(String, String)>)>);

pub fn schema() -> Schema {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/command-line.md");
    let text = std::fs::read_to_string(path).expect("there is documentation");
    let mut tables = Vec::new();
    for part in text.split("\n### ").skip(1) {
        let heading = part.lines().next().unwrap_or_default().to_owned();
        let row = |line: &str| {
            let mut cells = line.strip_prefix("| `")?.split(" | ");
            Some((cells.next()?.trim_end_matches('`').to_owned(), cells.next()?.to_owned()))
        };
        tables.push((heading, part.lines().map_while_table(row)));
    }
    Schema(tables)
}

/// The rows of the first table.
trait Table<'a> {
    fn map_while_table<T>(self, row: impl Fn(&'a str) -> Option<T>) -> Vec<T>;
}

impl<'a, I: Iterator<Item = &'a str>> Table<'a> for I {
    fn map_while_table<T>(self, row: impl Fn(&'a str) -> Option<T>) -> Vec<T> {
        let table = self.skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
        table.filter_map(row).collect()
    }
}

impl Schema {
    /// Fails unless the line has exactly the documented fields, each of its type.
    pub fn check(&self, heading: &str, line: &Value) {
        let (_, fields) = self
            .0
            .iter()
            .find(|(known, _)| known == heading)
            .unwrap_or_else(|| panic!("no table for {heading}"));
        let documented: BTreeSet<&str> = fields.iter().map(|(field, _)| field.as_str()).collect();
        let written: BTreeSet<&str> =
            line.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(written, documented, "{heading}");
        for (field, kinds) in fields {
            let value = &line[field];
            let fits = kinds.split(" or ").any(|kind| match kind {
                "text" => value.is_string(),
                "integer" => value.is_u64(),
                "number" => value.is_number(),
                "boolean" => value.is_boolean(),
                "array" => value.is_array(),
                "object" => value.is_object(),
                "null" => value.is_null(),
                other => panic!("{heading}: {field} is documented as {other:?}"),
            });
            assert!(fits, "{heading}: {field} is {value}, documented as {kinds}");
        }
    }
}
