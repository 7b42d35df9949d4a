//! What Python prints, as JSON of the same length: `{'loss': [0.69, nan], 'acc': np.float64(0.5)}`.
//!
//! Equal lengths keep the line and column of whatever is wrong. Must not know what the text means.

/// `text` with Python's ways of writing replaced by JSON's; JSON stays as it is. `NaN` becomes `"n"`,
/// infinities `"i"` and `"-i"`, which [`super::number`] reads.
pub fn to_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // What closes each open bracket: a space for those of calls.
    let mut open: Vec<char> = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let taken = match letter {
            '"' | '\'' => string(rest, letter, &mut out),
            _ if letter.is_ascii_digit() => figures(rest, &mut out),
            _ if letter.is_ascii_alphabetic() || letter == '_' => name(rest, &mut out, &mut open),
            ',' if open.last() == Some(&' ') => further_arguments(rest, &mut out),
            ',' if rest[1..].trim_start().starts_with([']', '}', ')']) => blank(1, &mut out),
            _ => {
                match letter {
                    '(' => open.push(']'),
                    '[' | '{' => open.push(letter),
                    _ => {}
                }
                out.push(match letter {
                    '(' => '[',
                    ')' => open.pop().filter(|close| *close == ' ').unwrap_or(']'),
                    ']' | '}' => {
                        open.pop();
                        letter
                    }
                    _ => letter,
                });
                letter.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    out
}

/// A string with double quotes around it; how many bytes it took.
fn string(text: &str, quote: char, out: &mut String) -> usize {
    out.push('"');
    let mut escaped = false;
    for (index, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => {
                // JSON knows no escaped single quote.
                if letter == '\'' {
                    out.pop();
                    out.push(' ');
                }
                out.push(letter);
                escaped = false;
            }
            '\\' => {
                out.push(letter);
                escaped = true;
            }
            _ if letter == quote => {
                out.push('"');
                return index + 1;
            }
            '"' => out.push('\''),
            _ => out.push(letter),
        }
    }
    text.len()
}

/// A number; numpy's `1.` loses its point.
fn figures(text: &str, out: &mut String) -> usize {
    let is_part = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E');
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() && (is_part(bytes[end]) || is_sign_of_exponent(bytes, end)) {
        end += 1;
    }
    match text[..end].strip_suffix('.') {
        Some(whole) => {
            out.push_str(whole);
            out.push(' ');
        }
        None => out.push_str(&text[..end]),
    }
    end
}

fn is_sign_of_exponent(bytes: &[u8], at: usize) -> bool {
    matches!(bytes[at], b'+' | b'-') && at > 0 && matches!(bytes[at - 1], b'e' | b'E')
}

/// A word: a value, or a call whose only argument counts.
fn name(text: &str, out: &mut String, open: &mut Vec<char>) -> usize {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.';
    let end = text.find(|letter| !is_part(letter)).unwrap_or(text.len());
    let word = &text[..end];
    if text[end..].starts_with('(') {
        open.push(' ');
        return blank(end + 1, out);
    }
    let is_negative = out.ends_with('-');
    let value = match word {
        "None" => "null",
        "True" => "true",
        "False" => "false",
        "nan" | "NaN" => "\"n\"",
        "inf" | "Infinity" if is_negative => "\"-i\"",
        "inf" | "Infinity" => "\"i\"",
        _ => word,
    };
    let mut length = end;
    if is_negative && value.starts_with('"') {
        out.pop();
        length += 1;
    }
    out.push_str(value);
    blank(length - value.len(), out);
    end
}

/// `, dtype=float32` up to the bracket that closes the call.
fn further_arguments(text: &str, out: &mut String) -> usize {
    let mut depth = 0;
    for (index, letter) in text.char_indices() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return blank(index, out),
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    blank(text.len(), out)
}

fn blank(length: usize, out: &mut String) -> usize {
    out.extend(std::iter::repeat_n(' ', length));
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_prints_becomes_json_of_the_same_length() {
        let cases = [
            ("{'loss': [0.5, nan, -inf], 'ok': True}", r#"{"loss": [0.5, "n", "-i"], "ok": true}"#),
            ("[NaN, -Infinity, Infinity, None,]", r#"["n", "-i"     , "i"     , null ]"#),
            ("[np.float64(0.5), 1., 2e-3]", "[           0.5 , 1 , 2e-3]"),
            ("array([[1, 2], [3, 4]], dtype=int64)", "      [[1, 2], [3, 4]]              "),
            ("(1, 2,)", "[1, 2 ]"),
            (r#"{"it's": 'a "b"'}"#, r#"{"it's": "a 'b'"}"#),
            (r"['it\'s']", r#"["it 's"]"#),
        ];
        for (python, json) in cases {
            assert_eq!(to_json(python), json);
            assert_eq!(python.len(), json.len(), "{python}");
        }
    }

    #[test]
    fn json_stays_as_it_is() {
        let json = r#"{"a": [1.5, -2e+3, null, true], "b\"": {"0": "x, y"}}"#;
        assert_eq!(to_json(json), json);
    }
}
