//! Texts with gaps: `{{name}}` is replaced, and a line that only held a gap goes with an empty filling.
//!
//! Must not know what is written.

/// `text` with its gaps filled; several lines take over the indentation of a gap that stands alone.
pub fn fill(text: &str, gaps: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(2 * text.len());
    for line in text.lines() {
        let trimmed = line.trim();
        let alone = trimmed.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
        match alone.and_then(|name| gaps.iter().find(|(known, _)| *known == name)) {
            Some((_, filling)) => {
                let indent = &line[..line.len() - line.trim_start().len()];
                for part in filling.lines() {
                    let start = if part.is_empty() { "" } else { indent };
                    filled.extend([start, part, "\n"]);
                }
            }
            None => {
                let mut line = line.to_owned();
                for (name, filling) in gaps {
                    line = line.replace(&["{{", name, "}}"].concat(), filling);
                }
                filled.extend([&line, "\n"]);
            }
        }
    }
    filled
}

/// `text` moved to the right by so many spaces.
pub fn indented(text: &str, spaces: usize) -> String {
    let indent = " ".repeat(spaces);
    let line = |line: &str| if line.is_empty() { String::new() } else { [&indent, line].concat() };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// A number as it was set: 0.001, not 0.0010000000474974513.
pub fn number(value: f32) -> String {
    let digits = crate::decimal::widen(value);
    if digits == 0.0 || (1e-4..1e7).contains(&digits.abs()) {
        format!("{digits:?}")
    } else {
        format!("{digits:e}")
    }
}

/// Numbers between brackets.
pub fn numbers(values: &[f32]) -> String {
    let texts: Vec<String> = values.iter().map(|value| exact(*value)).collect();
    ["[", &texts.join(", "), "]"].concat()
}

/// The shortest digits that give the same f32, with a point.
fn exact(value: f32) -> String {
    format!("{value:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_only_held_a_gap_goes_with_it() {
        let text = "a {{x}}\n    {{block}}\n    {{none}}\nz\n";
        let gaps = [("x", "1".to_owned()), ("block", "b\n\nc".to_owned()), ("none", String::new())];
        assert_eq!(fill(text, &gaps), "a 1\n    b\n\n    c\nz\n");
    }

    #[test]
    fn numbers_are_written_as_they_were_set() {
        let written = [1e-8, 0.001, 0.9, 0.0, 3.0, 1e-4].map(number);
        assert_eq!(written, ["1e-8", "0.001", "0.9", "0.0", "3.0", "0.0001"]);
        assert_eq!(numbers(&[1.0, 0.1]), "[1.0, 0.1]");
    }
}
