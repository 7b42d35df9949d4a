//! Finds the blocks of a chapter and replaces them.
//!
//! Must not know books or what the markup means.

use crate::markup::{self, Target};
use crate::table;

/// `text` with every fenced block called `collapse-lab` replaced. `defaults` are options set for the whole
/// book. Blocks inside other fences, which show how to write one, stay.
///
/// # Errors
/// Line in `text`, counted from 1, and what is wrong there.
pub fn replace(text: &str, defaults: &[(String, String)], target: Target) -> Result<String, (usize, String)> {
    let mut written = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n').enumerate();
    while let Some((index, line)) = lines.next() {
        let Some(fence) = Fence::opened_by(line) else {
            written += line;
            continue;
        };
        if !fence.is_ours {
            written += line;
            for (_, line) in lines.by_ref() {
                written += line;
                if fence.is_closed_by(line) {
                    break;
                }
            }
            continue;
        }
        let mut inside = Vec::new();
        loop {
            match lines.next() {
                Some((_, line)) if fence.is_closed_by(line) => break,
                Some((_, line)) => inside.push(line),
                None => return Err((index + 1, "this block is not closed".to_owned())),
            }
        }
        let markup = block(&inside, defaults, target).map_err(|(line, error)| (index + 1 + line, error))?;
        // Raw HTML begins after a blank line and ends at one.
        written += "\n";
        for line in markup.lines() {
            if !line.is_empty() {
                written += fence.indent;
            }
            written += line;
            written.push('\n');
        }
        written += "\n";
    }
    Ok(written)
}

/// The markup for the lines of a block, `name: value` each.
///
/// # Errors
/// Line in the block (0 is its fence), and what is wrong there.
pub fn block(
    lines: &[&str],
    defaults: &[(String, String)],
    target: Target,
) -> Result<String, (usize, String)> {
    let mut own: Vec<(String, String)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let failed = |error: String| (index + 1, error);
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let (name, value) =
            line.split_once(':').ok_or_else(|| failed(format!("\"{line}\": expected name: value")))?;
        let (name, value) = (name.trim(), value.trim());
        table::check(name, value).map_err(failed)?;
        if own.iter().any(|(known, _)| known == name) {
            return Err(failed(format!("{name} is given twice")));
        }
        own.push((name.to_owned(), value.to_owned()));
    }
    let options: Vec<_> = defaults.iter().cloned().chain(own).collect();
    markup::write(&options, target).map_err(|error| (0, error))
}

/// An opened fence.
struct Fence<'a> {
    indent: &'a str,
    character: char,
    length: usize,
    is_ours: bool,
}

impl<'a> Fence<'a> {
    fn opened_by(line: &'a str) -> Option<Self> {
        let text = line.trim_start();
        let character = text.chars().next().filter(|first| matches!(first, '`' | '~'))?;
        let info = text.trim_start_matches(character);
        let length = text.len() - info.len();
        // A line of backticks with more of them in it is code in a sentence.
        if length < 3 || (character == '`' && info.contains('`')) {
            return None;
        }
        let is_ours = info.split_whitespace().next() == Some("collapse-lab");
        Some(Self { indent: &line[..line.len() - text.len()], character, length, is_ours })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let text = line.trim();
        text.len() >= self.length && text.chars().all(|each| each == self.character)
    }
}
