//! Numbers as the language in use writes them; never for links, JSON or files.
//!
//! Must not know what is counted.

use super::current;

/// A value to fill into words: text, or a number that also chooses plural forms.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    text: String,
    amount: f64,
}

impl Word {
    /// The text to put in.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The number behind it, for plural forms; 0 for text.
    pub fn amount(&self) -> f64 {
        self.amount
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), amount: 0.0 }
    }
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        Self { text, amount: 0.0 }
    }
}

impl From<&String> for Word {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<u32> for Word {
    fn from(number: u32) -> Self {
        Self { text: count(number), amount: f64::from(number) }
    }
}

impl From<usize> for Word {
    fn from(number: usize) -> Self {
        u32::try_from(number).unwrap_or(u32::MAX).into()
    }
}

impl From<f32> for Word {
    fn from(number: f32) -> Self {
        Self { text: short(number), amount: f64::from(number) }
    }
}

/// A whole number with its thousands apart: `12,000`; four digits stay together (`2000`).
pub fn count(number: u32) -> String {
    group(&number.to_string())
}

/// A number with that many decimals: `0.50`; "–" where there is none.
pub fn decimal(number: f32, decimals: usize) -> String {
    if !number.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{number:.decimals$}");
    match text.split_once('.') {
        Some((whole, fraction)) => [&group(whole), current().decimal, fraction].concat(),
        None => group(&text),
    }
}

/// A number as short as three significant digits allow: `0.001`, `1.25`, `12,000`, `3e-7`.
pub fn short(number: f32) -> String {
    let size = number.abs();
    if !number.is_finite() {
        return "–".to_owned();
    }
    if size != 0.0 && !(1e-4..1e9).contains(&size) {
        let text = format!("{number:.2e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return [&localised(trimmed(digits)), "e", exponent].concat();
    }
    let decimals = if size >= 100.0 || size == 0.0 { 0 } else { (2.0 - size.log10().floor()) as usize };
    let text = format!("{number:.decimals$}");
    localised(if decimals > 0 { trimmed(&text) } else { &text })
}

/// A share as a percentage: `50%`, `0.5%` below one, `99.5%` above ninety-nine; never `0%` or `100%`
/// for almost.
pub fn percent(share: f32) -> String {
    if !share.is_finite() {
        return "–".to_owned();
    }
    let hundredths = share * 100.0;
    let number = match hundredths {
        tiny if tiny > 0.0 && tiny < 0.05 => ["<", &decimal(0.1, 1)].concat(),
        huge if huge > 99.95 && huge < 100.0 => [">", &decimal(99.9, 1)].concat(),
        near if (near > 0.0 && near < 0.95) || (near > 99.05 && near < 100.0) => decimal(near, 1),
        // Adding zero turns -0 into 0.
        whole => decimal(whole + 0.0, 0),
    };
    current().percent.replace("{n}", &number)
}

/// Digits with a point (`1.50`, `2.5e-7`) as the language writes them.
pub fn written(digits: &str) -> String {
    match digits.split_once('e') {
        Some((lead, exponent)) => [&localised(lead), "e", exponent].concat(),
        None => localised(digits),
    }
}

/// Digits with a point as a text box shows them: the language's decimal sign, nothing between thousands.
pub fn plain(digits: &str) -> String {
    digits.replace('.', current().decimal)
}

/// What a visitor typed, with a point for the decimal sign: in a language that writes a comma, both
/// are understood.
pub fn read(typed: &str) -> String {
    let digits = typed.replace(['\u{202f}', '\u{a0}', ' '], "");
    if current().decimal == "," { digits.replace(',', ".") } else { digits }
}

fn localised(text: &str) -> String {
    match text.split_once('.') {
        Some((whole, fraction)) => [&group(whole), current().decimal, fraction].concat(),
        None => group(text),
    }
}

/// Without trailing zeros after the point.
fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

fn group(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    if digits.len() < 5 {
        return [sign, digits].concat();
    }
    let mut grouped = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped += current().group;
        }
        grouped.push(digit);
    }
    grouped
}
