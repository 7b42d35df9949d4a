//! Tables and numbers as the README shows them. Must not know what they are about.

/// What stands where nothing was measured.
pub const NOTHING: &str = "–";

/// A table with these columns; rows are cells.
pub fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
    let rule = format!("|{}\n", "---|".repeat(columns.len()));
    rows.iter().fold(line(&head) + &rule, |text, row| text + &line(row))
}

/// A number with `digits` after the point and commas between thousands.
pub fn number(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let is_zero = text.chars().all(|c| matches!(c, '0' | '.'));
    let sign = if value < 0.0 && !is_zero { "-" } else { "" };
    format!("{sign}{grouped}{rest}")
}

/// A number with as many digits as its size deserves: three that count, none after the point from 100 on.
pub fn significant(value: f64) -> String {
    let digits = match value.abs() {
        size if size < 1.0 => 3,
        size if size < 10.0 => 2,
        size if size < 100.0 => 1,
        _ => 0,
    };
    number(value, digits)
}

/// [`significant`], or a dash of nothing.
pub fn cell(value: Option<f64>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), significant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_rounded() {
        for (value, digits, text) in [
            (1_234_567.0, 0, "1,234,567"),
            (999.5, 0, "1,000"),
            (12.345, 1, "12.3"),
            (-1234.5, 1, "-1,234.5"),
            (-0.001, 1, "0.0"),
        ] {
            assert_eq!(number(value, digits), text);
        }
        assert_eq!([0.0512, 1.066, 44.12, 161.4].map(significant), ["0.051", "1.07", "44.1", "161"]);
        assert_eq!(cell(None), NOTHING);
    }

    #[test]
    fn tables_are_markdown() {
        let rows = [vec!["plain".to_owned(), "1".to_owned()]];
        assert_eq!(table(&["who", "rate"], &rows), "| who | rate |\n|---|---|\n| plain | 1 |\n");
    }
}
