//! Boundaries between the modules, and tables in the README, checked by reading the sources.

use collapse_lab::experiment::{json, scenario};
use collapse_lab::page::options;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What the files below a path must never mention, and why.
const BOUNDARIES: &[(&str, &[&str], &str)] = &[
    (
        "src/experiment",
        &["burn::", "web_sys", "leptos", "plotters", "crate::fleet", "crate::session"],
        "the core's truth knows nobody",
    ),
    (
        "src/telemetry",
        &["burn::", "web_sys", "leptos", "plotters", "crate::fleet", "crate::session", "crate::chart"],
        "metrics know no tensors and no charts",
    ),
    (
        "src/diagnosis",
        &["burn::", "web_sys", "leptos", "plotters", "crate::fleet", "crate::session", "crate::data"],
        "rules see telemetry and experiment alone",
    ),
    (
        "src/clinic",
        &[
            "burn::",
            "web_sys",
            "leptos",
            "plotters",
            "js_sys",
            "crate::fleet",
            "crate::session",
            "crate::data",
        ],
        "other people's files are read and judged without a browser",
    ),
    (
        "src/export",
        &["burn_backend", "web_sys", "leptos", "plotters", "js_sys", "crate::session"],
        "files are made without a browser or tensors",
    ),
    (
        "src/own",
        &["burn::", "web_sys", "leptos", "plotters", "js_sys", "crate::fleet", "crate::session"],
        "the visitor's own data are read without a browser",
    ),
    (
        "src/chart",
        &["burn::", "web_sys", "leptos", "crate::fleet", "crate::session", "crate::data"],
        "charts see histories alone",
    ),
    ("src/data", &["burn::", "web_sys", "leptos", "plotters", "crate::fleet"], "data know no tensors"),
    (
        "src/supervisor",
        &["burn::", "web_sys", "leptos", "plotters", "js_sys"],
        "the ladder is a pure state machine",
    ),
    (
        "src/session",
        &["web_sys", "leptos", "plotters", "js_sys", "Instant"],
        "the session has no browser and no clock",
    ),
    (
        "src/lesson",
        &["burn::", "web_sys", "leptos", "plotters", "js_sys", "crate::session", "crate::fleet"],
        "a lesson is data and a state machine",
    ),
    (
        "src/page",
        &["burn::", "web_sys", "leptos", "plotters", "js_sys"],
        "the page's decisions are natively testable",
    ),
    (
        "src/fleet",
        &["web_sys", "leptos", "plotters", "crate::data", "crate::protocol", "crate::session"],
        "the fleet knows tensors alone",
    ),
    ("src/web/store", &["burn::"], "the page carries no burn"),
    ("src/web/app.rs", &["burn::"], "the page carries no burn"),
];

#[test]
fn modules_keep_their_boundaries() {
    let mut broken = Vec::new();
    for (place, banned, why) in BOUNDARIES {
        let mut files = sources(&Path::new(ROOT).join(place));
        files.extend(sources(&Path::new(ROOT).join(format!("{place}.rs"))));
        assert!(!files.is_empty(), "{place} has no sources: the table is out of date");
        for file in files {
            for (number, line) in code_lines(&file) {
                for word in *banned {
                    if line.contains(word) {
                        broken.push(format!("{}:{number}: {word} ({why})", file.display()));
                    }
                }
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Reading back from the device is slow everywhere and panics on WebGPU unless awaited.
#[test]
fn one_place_reads_back_from_the_device() {
    let reads = ["into_data", "to_data", "into_scalar", "execute_async", "try_into_scalar"];
    let allowed = ["probe.rs", "oracle.rs"];
    let mut found = Vec::new();
    for file in sources(&Path::new(ROOT).join("src")) {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if allowed.contains(&name) {
            continue;
        }
        for (number, line) in code_lines(&file) {
            if reads.iter().any(|read| line.contains(&format!("{read}("))) {
                found.push(format!("{}:{number}: {}", file.display(), line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_module_says_what_it_is_and_must_not_know() {
    for file in sources(&Path::new(ROOT).join("src")) {
        let text = fs::read_to_string(&file).expect("readable source");
        let head: Vec<&str> = text.lines().take_while(|line| line.starts_with("//!")).collect();
        assert!(!head.is_empty(), "{} has no opening sentence", file.display());
    }
}

#[test]
fn every_rule_is_documented() {
    let text = fs::read_to_string(Path::new(ROOT).join("docs/diagnosis.md")).expect("readable");
    for rule in collapse_lab::diagnosis::rule::RULES {
        let row = format!("| `{}` | {} |", rule.name, rule.looks_for);
        assert!(text.contains(&row), "docs/diagnosis.md lacks\n{row}");
    }
}

/// The README repeats tables of the code and must say what the code says. With `UPDATE_README=1` this
/// writes them instead.
#[test]
fn the_readme_repeats_the_tables_of_the_code() {
    let path = Path::new(ROOT).join("README.md");
    let mut readme = fs::read_to_string(&path).expect("there is a README");
    for table in [json::knob_table_markdown(), scenario::table_markdown(), options::table_markdown()] {
        let head = table.lines().next().expect("a table has a header");
        let start = readme.find(head).unwrap_or_else(|| panic!("README.md lacks the table\n{head}"));
        let end = readme[start..].find("\n\n").map_or(readme.len(), |length| start + length + 1);
        if std::env::var_os("UPDATE_README").is_some() {
            readme.replace_range(start..end, &table);
            fs::write(&path, &readme).expect("writable README");
        }
        let hint = "cargo test --test tidy with UPDATE_README=1 rewrites it";
        assert!(readme[start..].starts_with(&table), "README.md repeats an old table ({hint}):\n{head}");
    }
}

/// Rust files at or below `path`.
fn sources(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let Ok(entries) = fs::read_dir(path) else { return Vec::new() };
    let inner = entries.flatten().flat_map(|entry| sources(&entry.path()));
    inner.filter(|file| file.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// Numbered lines that are not comments.
fn code_lines(file: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(file).expect("readable source");
    let numbered = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    numbered.map(|(index, line)| (index + 1, line.to_owned())).collect()
}
