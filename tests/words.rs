//! Every word a visitor reads lies in `lang/`, and nothing else does: checked by reading the sources.

use collapse_lab::words;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Keys that the program puts together while it runs, by how they begin, and from what.
const COMPOSED: &[(&str, &str)] = &[
    ("chart.", "the chart table"),
    ("choice.", "choices of settings"),
    ("knob.", "the knob table"),
    ("name.", "names of classes and layers"),
    ("scenario.", "the scenario table"),
    ("scenario_ending.", "the scenario table"),
    ("lesson.", "the lesson files"),
    ("glossary.", "the glossary table"),
    ("challenge.", "the causes of challenges"),
    ("checklist.", "the checklist table"),
    ("option.", "the table of options"),
    ("own.limit.", "the table of limits"),
    ("own.kind.", "kinds of columns"),
    ("clinic.ask.", "questions and their choices"),
    ("clinic.cause.", "the table of causes"),
    ("clinic.sign.", "signs"),
    ("clinic.sample.", "the samples"),
    ("offline.", "public/offline.js"),
];

/// Literals that look like prose but no visitor reads them as the page's words: file, a part of the
/// text, why.
const NO_WORDS: &[(&str, &str, &str)] = &[
    ("canvas.rs", "system-ui", "a font"),
    ("canvas.rs", "gives the canvas no", "the chart is then only a table"),
    ("charts.rs", "card chart", "classes of the style sheet"),
    ("dom.rs", "no", "the caller says it in words"),
    ("findings.rs", "button", "classes of the style sheet"),
    ("keyboard.rs", "input", "selectors"),
    ("panel.rs", "button primary", "classes of the style sheet"),
    ("notices.rs", "notice ", "classes of the style sheet"),
    // Programs call these, in English.
    ("lab.rs", "", "the scripting object"),
    ("counter.rs", "", "the scripting object's errors"),
    ("picture.rs", "", "the scripting object's pictures"),
    ("export_door.rs", "did not arrive", "the caller says it in words"),
];

/// The workers' side: what goes wrong there reaches the page as a reason inside the page's sentence.
const WORKER_SIDE: &[&str] = &["gpu.rs", "worker.rs", "mailbox.rs", "intake.rs"];

#[test]
fn every_key_that_is_said_has_words() {
    let mut missing = BTreeSet::new();
    for file in sources(&Path::new(ROOT).join("src")) {
        let text = fs::read_to_string(&file).expect("readable source");
        for (index, _) in text.match_indices("t!(") {
            // Not the end of `assert!(` or `format!(`.
            let before = text[..index].chars().next_back();
            if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == '`') {
                continue;
            }
            let argument = text[index + 3..].trim_start();
            if let Some(key) = argument.strip_prefix('"').and_then(|rest| rest.split('"').next())
                && words::find(key).is_none()
            {
                missing.insert(format!("{}: {key}", file.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_key_is_said_somewhere() {
    let sources: Vec<String> = sources(&Path::new(ROOT).join("src"))
        .iter()
        .map(|file| fs::read_to_string(file).expect("readable source"))
        .collect();
    let said: BTreeSet<&str> = sources.iter().flat_map(|text| literals(text)).collect();
    let idle: Vec<_> = words::current()
        .entries()
        .iter()
        .map(|(key, _)| *key)
        .filter(|key| !said.contains(key) && !COMPOSED.iter().any(|(begin, _)| key.starts_with(begin)))
        .collect();
    assert!(idle.is_empty(), "nobody says {idle:#?}");
}

#[test]
fn the_page_holds_no_words_of_its_own() {
    let mut found = Vec::new();
    for file in sources(&Path::new(ROOT).join("src/web")) {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if WORKER_SIDE.contains(&name) {
            continue;
        }
        let text = fs::read_to_string(&file).expect("readable source");
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            // A text node of one word.
            if line.split(">\"").skip(1).any(|rest| rest.starts_with(char::is_alphabetic)) {
                found.push(format!("{}: {}", file.display(), line.trim()));
            }
            for literal in literals(line).filter(|literal| is_prose(literal)) {
                let is_class = line.contains("class=") && !literal.contains(|c: char| c.is_uppercase());
                let is_allowed =
                    NO_WORDS.iter().any(|(known, part, _)| *known == name && literal.contains(part));
                if !is_class && !is_allowed && !line.contains(".expect(") {
                    found.push(format!("{}: {literal}", file.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "put these into lang/en.txt and say them with t!: {found:#?}");
}

/// Two words of two letters or more with a space between.
fn is_prose(literal: &str) -> bool {
    let is_word = |word: &&str| {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation() && !"{}".contains(c));
        word.len() > 1 && word.chars().all(char::is_alphabetic)
    };
    let words: Vec<&str> = literal.split(' ').collect();
    words.windows(2).any(|pair| pair.iter().all(is_word))
}

/// Insides of the string literals of Rust source, roughly: escapes stay, raw strings are not known.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let begin = rest.find('"')? + 1;
        let mut end = begin;
        let mut escaped = false;
        for letter in rest[begin..].chars() {
            match letter {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => break,
                _ => {}
            }
            end += letter.len_utf8();
        }
        let literal = &rest[begin..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        Some(literal)
    })
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
