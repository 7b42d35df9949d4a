//! Numbers as loggers, spreadsheets and people write them.
//!
//! Must not know tables.

use crate::decimal;

/// The number of a cell: `0.69`, `0,69`, `1.234,5`, `83 %` (as 0.83), `nan`, `-inf`, `tensor(0.69, …)`.
pub fn number(text: &str) -> Option<f32> {
    let text = text.trim();
    if let Some(inside) = wrapped(text) {
        return number(inside);
    }
    if let Some(share) = text.strip_suffix('%') {
        return number(share).map(|value| value / 100.0);
    }
    match text {
        "" => None,
        "n" | "#N/A" | "-nan" | "NaN" | "nan" => Some(f32::NAN),
        "∞" | "i" => Some(f32::INFINITY),
        "-∞" | "-i" => Some(f32::NEG_INFINITY),
        _ if text.contains(',') => decimal::f32(&with_point(text)?),
        _ => decimal::f32(text),
    }
}

/// Whether a cell says that there is no value; `nan` does not, it says that the value is not a number.
pub fn is_empty(text: &str) -> bool {
    matches!(text.trim(), "" | "-" | "–" | "None" | "none" | "null" | "NULL" | "NA" | "N/A" | "<NA>")
}

/// The inside of `tensor(0.69, device='cuda:0')` or `np.float64(0.69)`.
fn wrapped(text: &str) -> Option<&str> {
    let (name, inside) = text.strip_suffix(')')?.split_once('(')?;
    let is_known = name == "tensor" || name.rsplit('.').next().is_some_and(|name| name.starts_with("float"));
    is_known.then(|| inside.split(',').next().unwrap_or(inside)).filter(|inside| !inside.contains('('))
}

/// `1.234,5` and `1,234.5` with a point and nothing between thousands.
fn with_point(text: &str) -> Option<String> {
    match (text.rfind(','), text.rfind('.')) {
        (Some(comma), Some(point)) if point > comma => Some(text.replace(',', "")),
        (Some(comma), _) if text.matches(',').count() == 1 => {
            let (whole, rest) = text.split_at(comma);
            Some([&whole.replace('.', ""), ".", &rest[1..]].concat())
        }
        // Thousands.
        _ => Some(text.replace(',', "")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let cases = [
            ("0.69", 0.69),
            (" 0,69 ", 0.69),
            ("1.234,5", 1234.5),
            ("1,234.5", 1234.5),
            ("1,234,567", 1_234_567.0),
            ("83 %", 0.83),
            ("1e-3", 1e-3),
            ("-INF", f32::NEG_INFINITY),
            ("tensor(0.6875, device='cuda:0')", 0.6875),
            ("np.float64(0.5)", 0.5),
        ];
        for (text, expected) in cases {
            assert_eq!(number(text), Some(expected), "{text}");
        }
        assert!(number("NaN").is_some_and(f32::is_nan));
        for wrong in ["", "abc", "1..2", "tensor(", "float(float(1))", "%", "12 apples", "()"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
        assert!(is_empty(" ") && is_empty("None") && !is_empty("nan") && !is_empty("0"));
    }
}
