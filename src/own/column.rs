//! One column while its cells arrive: numbers, categories as long as they are few, and gaps.
//!
//! Must not know its neighbours.

use super::limit::CATEGORIES;
use super::text;
use crate::csv::{is_empty, number};
use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Numbers.
    Number,
    /// A few different texts.
    Category,
    /// Many different texts: names, sentences, dates.
    Text,
    /// Whole numbers that only count the rows.
    Identifier,
    /// The same everywhere, or nothing.
    Constant,
}

impl Kind {
    /// Its name in `lang/`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Text => "text",
            Self::Identifier => "identifier",
            Self::Constant => "constant",
        }
    }
}

/// The cells of a column.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Its name, or its number where the file has no header.
    pub name: String,
    /// The number of each row; NaN where there is none.
    pub numbers: Vec<f32>,
    /// The category of each row, an index into `levels` or [`GAP`]; empty once there were too many.
    pub codes: Vec<u8>,
    /// The different texts, in order of appearance.
    pub levels: Vec<String>,
    /// Whether there were too many of them.
    pub is_varied: bool,
    /// Cells without a value.
    pub missing: usize,
    /// Cells that are no number.
    pub texts: usize,
    /// The first of them: its line and what it says.
    pub strange: Option<(usize, String)>,
}

/// The code of a cell without a value.
pub const GAP: u8 = u8::MAX;

impl Column {
    /// Takes in the next row's cell.
    pub fn push(&mut self, bytes: &[u8], line: usize) {
        let bytes = bytes.trim_ascii();
        if let Some(value) = quick(bytes) {
            self.numbers.push(value);
            return self.count_level(bytes);
        }
        let text = text::cell(bytes);
        if is_gap(&text) {
            self.missing += 1;
            self.numbers.push(f32::NAN);
            if !self.is_varied {
                self.codes.push(GAP);
            }
            return;
        }
        match number(&text).filter(|value| value.is_finite()) {
            Some(value) => self.numbers.push(value),
            None => {
                self.texts += 1;
                self.numbers.push(f32::NAN);
                if self.strange.is_none() {
                    self.strange = Some((line, text.clone()));
                }
            }
        }
        self.count_level(text.as_bytes());
    }

    fn count_level(&mut self, bytes: &[u8]) {
        if self.is_varied {
            return;
        }
        // Few enough to be looked through; rows often repeat what is near the front.
        let known = self.levels.iter().position(|level| level.as_bytes() == bytes);
        let code = known.unwrap_or_else(|| {
            self.levels.push(text::cell(bytes));
            self.levels.len() - 1
        });
        if code >= CATEGORIES {
            self.is_varied = true;
            self.codes = Vec::new();
            self.levels = Vec::new();
        } else {
            self.codes.push(code as u8);
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.numbers.len()
    }

    /// Cells with a value.
    pub fn filled(&self) -> usize {
        self.rows() - self.missing
    }

    /// What it holds, by what was seen.
    pub fn kind(&self) -> Kind {
        let numbers = self.filled() - self.texts;
        // One slip of the pen among numbers makes no category.
        let is_number = self.texts == 0 || numbers >= 20 && self.texts * 20 <= numbers;
        match () {
            () if !self.is_varied && self.levels.len() <= 1 => Kind::Constant,
            () if is_number && self.is_identifier() => Kind::Identifier,
            () if is_number => Kind::Number,
            () if !self.is_varied => Kind::Category,
            () if self.texts * 2 < self.filled() => Kind::Number,
            () => Kind::Text,
        }
    }

    /// Whole numbers, every one once, close together: they number the rows.
    fn is_identifier(&self) -> bool {
        if self.rows() < 20 || self.missing > 0 || self.texts > 0 {
            return false;
        }
        let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
        for &value in &self.numbers {
            if value.fract() != 0.0 || value.abs() > 16_777_216.0 {
                return false;
            }
            (low, high) = (low.min(value), high.max(value));
        }
        let span = (high - low) as usize + 1;
        if span > 2 * self.rows() {
            return false;
        }
        let mut seen = vec![false; span];
        self.numbers.iter().all(|&value| !std::mem::replace(&mut seen[(value - low) as usize], true))
    }
}

/// Whether a cell says that there is no value.
fn is_gap(text: &str) -> bool {
    is_empty(text) || matches!(text, "?" | "." | "nan" | "NaN" | "NAN" | "#N/A" | "n/a" | "na" | "-nan")
}

/// Powers of ten that a double holds exactly.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// A plain decimal such as `-12.5e-3` of few digits, which is nearly every number in nearly every file.
///
/// Exact as a double (Clinger 1990), then rounded once more; other spellings are [`number`]'s.
fn quick(bytes: &[u8]) -> Option<f32> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, bytes),
    };
    let (mut mantissa, mut exponent, mut count, mut pointed, mut at) = (0u64, 0i32, 0, false, 0);
    while let Some(&byte) = digits.get(at) {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + u64::from(byte - b'0');
                count += 1;
                exponent -= i32::from(pointed);
            }
            b'.' if !pointed => pointed = true,
            b'e' | b'E' if count > 0 => break,
            _ => return None,
        }
        if count > 15 {
            return None;
        }
        at += 1;
    }
    if count == 0 {
        return None;
    }
    if at < digits.len() {
        let (sign, power) = match &digits[at + 1..] {
            [b'-', rest @ ..] => (-1, rest),
            [b'+', rest @ ..] => (1, rest),
            rest => (1, rest),
        };
        if !(1..=3).contains(&power.len()) || !power.iter().all(u8::is_ascii_digit) {
            return None;
        }
        exponent += sign * power.iter().fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0'));
    }
    let ten = *TENS.get(exponent.unsigned_abs() as usize)?;
    let value = if exponent < 0 { mantissa as f64 / ten } else { mantissa as f64 * ten };
    let value = (if negative { -value } else { value }) as f32;
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    fn column(cells: &[&str]) -> Column {
        let mut column = Column::default();
        cells.iter().enumerate().for_each(|(row, cell)| column.push(cell.as_bytes(), row + 2));
        column
    }

    #[test]
    fn quick_numbers_are_those_of_the_slow_reader() {
        let mut stream = Stream::named(1, "quick numbers");
        let mut quicker = 0;
        for _ in 0..20_000 {
            let length = 1 + stream.below(14);
            let text: String =
                (0..length).map(|_| char::from(b"0123456789.-+eE5"[stream.below(16)])).collect();
            let slow = crate::decimal::f32(&text);
            if let Some(value) = quick(text.as_bytes()) {
                quicker += 1;
                let slow = slow.unwrap_or_else(|| panic!("{text} is {value} and no number"));
                // Twice rounded, it may be the neighbour.
                let apart = (value.to_bits() as i64 - slow.to_bits() as i64).abs();
                assert!(apart <= 1 || value == slow, "{text}: {value} {slow}");
            }
        }
        assert!(quicker > 1_000);
        for (text, value) in [("0.1", 0.1), ("-12.5e-3", -0.0125), ("1e22", 1e22), ("7", 7.0), ("+.5", 0.5)] {
            assert_eq!(quick(text.as_bytes()), Some(value));
        }
        for text in ["", "-", ".", "1e", "1e1000", "e5", "1.2.3", "0x1", "1,5", "12345678901234567"] {
            assert_eq!(quick(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn kinds_are_told_from_the_cells() {
        let count: Vec<String> = (0..30).map(|row| (row + 100).to_string()).collect();
        let count: Vec<&str> = count.iter().map(String::as_str).collect();
        let names: Vec<String> = (0..30).map(|row| format!("Mr {row}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut slip = vec!["1.5"; 30];
        (slip[3], slip[4]) = ("2.5", "1,5x");
        let cases: [(&[&str], Kind); 8] = [
            (&["1.5", "2", "?", "-3e2"], Kind::Number),
            (&["a", "b", "a", ""], Kind::Category),
            (&["a", "a", "a"], Kind::Constant),
            (&["", "", ""], Kind::Constant),
            (&count, Kind::Identifier),
            (&names, Kind::Text),
            (&slip, Kind::Number),
            (&["yes", "no"], Kind::Category),
        ];
        for (cells, kind) in cases {
            assert_eq!(column(cells).kind(), kind, "{cells:?}");
        }
        assert_eq!(column(&slip).strange, Some((6, "1,5x".to_owned())));
    }

    #[test]
    fn gaps_are_counted_and_kept_apart() {
        let column = column(&["1", "NA", "a", "?", "inf"]);
        assert_eq!((column.missing, column.texts, column.codes.len()), (2, 2, 5));
        assert_eq!(column.codes[1], GAP);
        assert!(column.numbers[1].is_nan() && column.numbers[0] == 1.0);
    }
}
