//! Vectors from a CSV into the layout of `src/data/table.rs`.
//!
//! Must not know where the CSV came from.

/// What the lines of the CSV mean.
pub struct Table {
    /// Name of each feature; empty if the first line gives them.
    pub names: &'static [&'static str],
    /// What the label's cell says for each class.
    pub labels: &'static [&'static str],
    /// Whether the label comes first in its line, not last.
    pub label_first: bool,
}

/// The file of `src/data/table.rs`.
///
/// `text`: one example a line; a cell is a number, `?` for a missing value, or one of the words of
/// yes (`t`, `y`, `F` for female) and no (`f`, `n`, `M`).
///
/// # Errors
/// The line that is not an example.
pub fn convert(table: &Table, text: &str) -> Result<Vec<u8>, String> {
    let cells = |line: &str| -> Vec<String> {
        line.split(',').map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
    };
    let mut lines = text.lines().enumerate();
    let names: Vec<String> = if table.names.is_empty() {
        let (_, first) = lines.next().ok_or("it is empty")?;
        let mut names = cells(first);
        names.remove(if table.label_first { 0 } else { names.len() - 1 });
        names
    } else {
        table.names.iter().map(|&name| name.to_owned()).collect()
    };
    let mut labels = Vec::new();
    let mut columns = vec![Vec::new(); names.len()];
    for (line, row) in lines {
        let broken = |reason: &str| format!("line {}: {reason}", line + 1);
        let mut cells = cells(row);
        if cells.len() != names.len() + 1 {
            return Err(broken(&format!("it has {} cells, expected {}", cells.len(), names.len() + 1)));
        }
        let label = cells.remove(if table.label_first { 0 } else { names.len() });
        let class = table.labels.iter().position(|&name| name == label);
        labels.push(class.ok_or_else(|| broken(&format!("its label is {label}")))? as u8);
        for (column, cell) in columns.iter_mut().zip(&cells) {
            column.push(value(cell).ok_or_else(|| broken(&format!("{cell} is not a value")))?);
        }
    }
    let mut bytes = b"CLABDATA".to_vec();
    bytes.extend([2, table.labels.len() as u8]);
    bytes.extend((names.len() as u16).to_le_bytes());
    bytes.extend((labels.len() as u32).to_le_bytes());
    bytes.extend(&labels);
    for name in &names {
        bytes.push(name.len() as u8);
        bytes.extend(name.as_bytes());
    }
    bytes.extend(columns.concat().into_iter().flat_map(f32::to_le_bytes));
    Ok(bytes)
}

fn value(cell: &str) -> Option<f32> {
    match cell {
        "?" => Some(f32::NAN),
        "t" | "y" | "F" => Some(1.0),
        "f" | "n" | "M" => Some(0.0),
        number => number.parse().ok().filter(|value: &f32| value.is_finite()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINE: Table = Table { names: &[], labels: &["3", "4"], label_first: false };

    #[test]
    fn columns_follow_labels_and_names() {
        let bytes = convert(&WINE, "\"a\",\"bc\",\"quality\"\n1,t,4\n2.5,?,3\n").expect("right");
        assert_eq!(bytes[..23], *b"CLABDATA\x02\x02\x02\0\x02\0\0\0\x01\0\x01a\x02bc");
        let values: Vec<f32> = bytes[23..]
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes(bytes.try_into().expect("four")))
            .collect();
        assert_eq!(values[..3], [1.0, 2.5, 1.0]);
        assert!(values[3].is_nan());
    }

    #[test]
    fn a_label_may_come_first() {
        let table = Table { names: &["x"], label_first: true, ..WINE };
        assert_eq!(convert(&table, "4,7\n").expect("right")[16..19], [1, 1, b'x']);
    }

    #[test]
    fn a_wrong_row_is_named() {
        for row in ["1,2", "1,2,5", "1,x,3", "1,inf,3", ""] {
            let error = convert(&WINE, &format!("a,b,q\n{row}\n")).expect_err(row);
            assert!(error.starts_with("line 2: "), "{error}");
        }
    }
}
