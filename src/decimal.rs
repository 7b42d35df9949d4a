//! Numbers from text, correctly rounded.
//!
//! The standard library's `parse` does the same faster, with a table of 10 kB that does not compress:
//! twice in the download, for a few numbers a second. Must not know what the numbers mean; a number
//! that is shown is [`crate::words::number`]'s.

/// The `f64` nearest to a decimal such as `-1.5e-3`, `inf` or `nan`; ties to even, as everywhere.
pub fn f64(text: &str) -> Option<f64> {
    parse(text, Precision { digits: 53, least: -1074 })
}

/// The `f32` nearest to a decimal.
pub fn f32(text: &str) -> Option<f32> {
    // Rounded to the precision of an `f32` already: the cast changes nothing but overflow to infinity.
    parse(text, Precision { digits: 24, least: -149 }).map(|value| value as f32)
}

/// The decimal digits of an `f32` taken as an `f64`: 0.9 and not 0.899999976.
pub fn widen(value: f32) -> f64 {
    f64(&value.to_string()).unwrap_or(f64::from(value))
}

/// A binary floating-point format.
#[derive(Clone, Copy)]
struct Precision {
    /// Binary digits of a normal number.
    digits: i32,
    /// Power of two of the least positive number.
    least: i32,
}

/// Significant digits that can decide between two neighbours (an exact half has up to 767).
const DIGITS: usize = 800;
/// Beyond this power of ten, and this far below, every number of [`DIGITS`] is infinite or zero.
const EXPONENT: i64 = 2_000;

fn parse(text: &str, precision: Precision) -> Option<f64> {
    let (negative, magnitude) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    let value = match () {
        () if magnitude.eq_ignore_ascii_case("inf") => f64::INFINITY,
        () if magnitude.eq_ignore_ascii_case("infinity") => f64::INFINITY,
        () if magnitude.eq_ignore_ascii_case("nan") => f64::NAN,
        () => finite(magnitude.as_bytes(), precision)?,
    };
    Some(if negative { -value } else { value })
}

/// Digits with at most one point, and perhaps an exponent.
fn finite(text: &[u8], precision: Precision) -> Option<f64> {
    let end = text.iter().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(text.len());
    let mut exponent = if end < text.len() { whole(&text[end + 1..])? } else { 0 };
    let mut digits = Natural::default();
    let (mut seen, mut kept, mut pointed, mut more) = (false, 0, false, false);
    for &byte in &text[..end] {
        match byte {
            b'.' if !pointed => pointed = true,
            b'0'..=b'9' => {
                seen = true;
                exponent -= i64::from(pointed);
                if kept < DIGITS {
                    digits.times_plus(10, u32::from(byte - b'0'));
                    kept += usize::from(!digits.is_zero());
                } else {
                    exponent += 1;
                    more |= byte != b'0';
                }
            }
            _ => return None,
        }
    }
    if more {
        // Whatever follows only matters as being more than an exact half.
        digits.times_plus(10, 1);
        exponent -= 1;
    }
    seen.then(|| nearest(digits, exponent.clamp(-EXPONENT, EXPONENT) as i32, precision))
}

/// A whole number with an optional sign; what does not fit is far outside every format anyway.
fn whole(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let add = |sum: i64, digit: &u8| sum.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
    // Halved, so that the places after the point can be taken off without overflow.
    Some(sign * digits.iter().fold(0, add).min(i64::MAX / 2))
}

/// `digits * 10^exponent`, rounded.
fn nearest(digits: Natural, exponent: i32, precision: Precision) -> f64 {
    if digits.is_zero() {
        return 0.0;
    }
    // The number as a fraction of two naturals, scaled by powers of two until the quotient has one
    // binary digit more than the format holds.
    let (mut above, mut below) = (digits, Natural::one());
    let side = if exponent < 0 { &mut below } else { &mut above };
    for _ in 0..exponent.unsigned_abs() {
        side.times_plus(10, 0);
    }
    let size = above.bits() - below.bits();
    // One less where the quotient's first digit turns out to be 0; then one digit more is worked out.
    let mut power = (size - precision.digits - 1).max(precision.least - 1);
    if power < 0 {
        above.shift(power.unsigned_abs());
    } else {
        below.shift(power.unsigned_abs());
    }
    let (mut quotient, mut inexact) = above.divide(&below);
    while quotient >> (precision.digits + 1) != 0 {
        inexact |= quotient & 1 != 0;
        quotient >>= 1;
        power += 1;
    }
    let half = quotient & 1 != 0;
    let mut kept = quotient >> 1;
    if half && (inexact || kept & 1 != 0) {
        kept += 1;
    }
    // Exact: at most 53 binary digits, moved by powers of two that stay inside the format.
    scale(kept as f64, power + 1)
}

/// `value * 2^power` for a whole `value` whose result is zero, exact or beyond every number.
fn scale(mut value: f64, mut power: i32) -> f64 {
    while power > 0 && value.is_finite() {
        value *= 2.0;
        power -= 1;
    }
    while power < 0 && value != 0.0 {
        value *= 0.5;
        power += 1;
    }
    value
}

/// A natural number of any size, least significant word first, without leading zeros.
#[derive(Clone, Default)]
struct Natural(Vec<u32>);

impl Natural {
    fn one() -> Self {
        Self(vec![1])
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn times_plus(&mut self, factor: u32, addend: u32) {
        let mut carry = u64::from(addend);
        for word in &mut self.0 {
            carry += u64::from(*word) * u64::from(factor);
            *word = carry as u32;
            carry >>= 32;
        }
        if carry != 0 {
            self.0.push(carry as u32);
        }
    }

    /// Number of binary digits.
    fn bits(&self) -> i32 {
        self.0.last().map_or(0, |word| 32 * self.0.len() as i32 - word.leading_zeros() as i32)
    }

    /// Multiplies by a power of two.
    fn shift(&mut self, power: u32) {
        self.times_plus(1 << (power % 32), 0);
        self.0.splice(..0, std::iter::repeat_n(0, (power / 32) as usize));
    }

    /// Quotient, which must have at most 64 binary digits, and whether there is a remainder.
    fn divide(mut self, divisor: &Self) -> (u64, bool) {
        let mut quotient = 0;
        for place in (0..=(self.bits() - divisor.bits()).max(0)).rev() {
            let mut part = divisor.clone();
            part.shift(place.unsigned_abs());
            quotient <<= 1;
            quotient += u64::from(self.take(&part));
        }
        (quotient, !self.is_zero())
    }

    /// Subtracts `other` unless it is larger; whether it did.
    fn take(&mut self, other: &Self) -> bool {
        if self
            .0
            .len()
            .cmp(&other.0.len())
            .then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
            .is_lt()
        {
            return false;
        }
        let mut borrow = 0;
        for (index, word) in self.0.iter_mut().enumerate() {
            borrow += i64::from(*word) - i64::from(other.0.get(index).copied().unwrap_or(0));
            *word = borrow as u32;
            borrow >>= 32;
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use crate::stream::Stream;

    /// Parsed by us as by the standard library, to the bit.
    fn check(text: &str) {
        let bits = |value: Option<f64>| value.map(f64::to_bits);
        assert_eq!(bits(super::f64(text)), bits(text.parse().ok()), "{text} as f64");
        let bits = |value: Option<f32>| value.map(f32::to_bits);
        assert_eq!(bits(super::f32(text)), bits(text.parse().ok()), "{text} as f32");
    }

    #[test]
    fn as_the_standard_library_says() {
        for text in [
            "0",
            "-0",
            "+1",
            "1.",
            ".5",
            "-12.75",
            "0.1",
            "1e5",
            "1E+5",
            "1.5e-7",
            "inf",
            "-Infinity",
            "NaN",
            "-nan",
            "",
            ".",
            "-",
            "e5",
            "1e",
            "1e+",
            "1.2.3",
            "1_000",
            " 1",
            "1 ",
            "0x10",
            "1,5",
            "infinit",
            "١",
            "1e308",
            "1.7976931348623157e308",
            "1.7976931348623159e308",
            "1e309",
            "1e-323",
            "5e-324",
            "2.4e-324",
            "2.5e-324",
            "3.4028235e38",
            "3.4028236e38",
            "1e-45",
            "7e-46",
            "8e-46",
            "1.1754944e-38",
            "1e99999999999",
            "1e-99999999999",
            "0e99999999999",
            "1e99999999999999999999999",
        ] {
            check(text);
        }
    }

    #[test]
    fn numbers_of_every_size_and_length() {
        let mut random = Stream::named(1, "decimal");
        for _ in 0..3_000 {
            let mut digits: String =
                (0..=random.below(25)).map(|_| char::from(b'0' + random.below(10) as u8)).collect();
            digits.insert(random.below(digits.len()), '.');
            check(&format!("{digits}e{}", random.below(700) as i32 - 350));
            check(&format!("{digits}e{}", random.below(90) as i32 - 45));
            let single = f32::from_bits((random.below(1 << 32)) as u32);
            check(&single.to_string());
            check(&format!("{single:e}"));
        }
    }

    #[test]
    fn exact_halves_go_to_the_even_neighbour_and_a_trace_more_goes_up() {
        let mut random = Stream::named(2, "decimal");
        for _ in 0..300 {
            let low = f32::from_bits(random.below(0x7f7f_ffff) as u32);
            let half = f64::from(low).midpoint(f64::from(low.next_up()));
            let exact = format!("{half:.160}");
            for text in [exact.clone(), exact.clone() + "1", exact.clone() + &"0".repeat(900) + "1"] {
                check(&text);
            }
        }
        for text in
            ["9007199254740993", "9007199254740993.00001", "9007199254740992.99999", "9007199254740995"]
        {
            check(text);
        }
    }

    #[test]
    fn many_digits_and_zeros() {
        for count in [100, 767, 800, 801, 3_000] {
            let zeros = "0".repeat(count);
            for text in [
                format!("0.{zeros}123e{count}"),
                format!("123{zeros}e-{count}"),
                format!("{zeros}7"),
                "3".repeat(count) + "e-300",
                format!("0.{}", "6".repeat(count)),
            ] {
                check(&text);
            }
        }
    }

    #[test]
    fn widening_keeps_the_digits_as_written() {
        assert_eq!(super::widen(0.9), 0.9);
        assert_eq!(super::widen(f32::INFINITY), f64::INFINITY);
        assert!(super::widen(f32::NAN).is_nan());
    }
}
