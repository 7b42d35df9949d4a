//! Comma-separated values: the header, and rows of equal width.
//!
//! Must not know what columns mean beyond telling a header from data.

use super::table::Table;
use crate::clinic::fault::{Fault, Problem};
use crate::clinic::import::Note;
use crate::clinic::metric;
use crate::csv::{Records, delimiter, has_header};
use std::borrow::Cow;

/// The table of a file, and what was left out.
///
/// # Errors
/// A row is longer or shorter than the others; more rows or columns than are read.
pub fn table(text: &str) -> Result<(Table, Vec<Note>), Fault> {
    let text = plain(text);
    let delimiter = delimiter(&text);
    let mut records = Records::new(&text, delimiter);
    let (line, mut first) = records.next().ok_or_else(|| Fault::whole(Problem::Empty))?;
    // numpy writes its header as a comment.
    if first.first().is_some_and(|cell| cell == "#") {
        first.remove(0);
    } else if let Some(stripped) = first.first().and_then(|cell| cell.strip_prefix("# ")) {
        first[0] = stripped.to_owned();
    }
    drop_empty_end(&mut first);
    let width = first.len();
    let mut rows = Table::new(Vec::new(), width)?;
    let is_known = |cell: &str| metric::column(cell).is_some() || super::predictions::is_role(cell);
    if has_header(&first, &text, delimiter, is_known) {
        rows.names = first;
    } else {
        rows.push(Some(line), first.iter().map(String::as_str))?;
    }
    let mut notes = Vec::new();
    let mut records = records.peekable();
    while let Some((line, mut cells)) = records.next() {
        // Logs of a run that was continued repeat their header.
        if cells == rows.names {
            continue;
        }
        while cells.len() > width && cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if cells.len() != width {
            // Cut off while being written or copied.
            if cells.len() < width && records.peek().is_none() && rows.rows() > 0 {
                notes.push(Note::CutLine);
                break;
            }
            let problem = Problem::Width { found: cells.len(), wanted: width };
            return Err(Fault::at(line, cells.len().min(width) + 1, "", problem));
        }
        rows.push(Some(line), cells.iter().map(String::as_str))?;
    }
    Ok((rows, notes))
}

/// Rows as numpy prints them, `[[50  0] [50  0]]`, become lines without brackets of the same number.
fn plain(text: &str) -> Cow<'_, str> {
    if !text.trim_start().starts_with(['[', '(']) {
        return Cow::Borrowed(text);
    }
    let (mut lines, mut filled) = (String::with_capacity(text.len()), false);
    for letter in text.chars() {
        match letter {
            ']' | ')' => {
                // The next row may follow on the same line.
                if std::mem::take(&mut filled) {
                    lines.push('\n');
                }
            }
            '[' | '(' => lines.push(' '),
            // numpy breaks long rows.
            '\n' | '\r' => lines.push(' '),
            _ => {
                filled |= !letter.is_whitespace() && letter != ',';
                lines.push(if letter == ',' && !filled { ' ' } else { letter });
            }
        }
    }
    Cow::Owned(lines)
}

fn drop_empty_end(cells: &mut Vec<String>) {
    while cells.len() > 1 && cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<String> {
        let (table, _) = table(text).expect("a table");
        let row =
            |row: usize| (0..table.width).map(|column| table.cell(row, column)).collect::<Vec<_>>().join("|");
        std::iter::once(table.names.join("|")).chain((0..table.rows()).map(row)).collect()
    }

    #[test]
    fn every_sign_between_cells_is_found() {
        for sign in [",", ";", "\t", "|", "   "] {
            let text = "epoch,loss,val_loss\r\n0,0.5,0.6\r\n\r\n1,0.4,0.7\r\n".replace(',', sign);
            assert_eq!(rows(&text), ["epoch|loss|val_loss", "0|0.5|0.6", "1|0.4|0.7"], "{sign:?}");
        }
        assert_eq!(rows("epoch;loss\n0;0,5\n1;0,25\n"), ["epoch|loss", "0|0,5", "1|0,25"]);
    }

    #[test]
    fn quotes_hold_signs_and_line_ends() {
        assert_eq!(rows("a,loss\n\"x, y\",\"1,5\"\n\"p\nq\",2\n"), ["a|loss", "x, y|1,5", "p\nq|2"]);
    }

    #[test]
    fn printed_arrays_are_rows() {
        assert_eq!(rows("[[50  0]\n [48  2]]"), ["", "50|0", "48|2"]);
        assert_eq!(rows("[[1 2 3\n 4] [5 6\n7 8]]"), ["", "1|2|3|4", "5|6|7|8"]);
    }

    #[test]
    fn headers_are_told_from_data() {
        assert_eq!(rows("cat,dog\ncat,cat\ndog,cat")[0], "");
        assert_eq!(rows("mine,theirs\ncat,cat\ndog,cat")[0], "mine|theirs");
        assert_eq!(rows("1,0\n1,1")[0], "");
        assert_eq!(rows("# epoch loss\n1 0.5")[0], "epoch|loss");
    }

    #[test]
    fn ragged_rows_are_named_and_a_cut_end_is_left_out() {
        let fault = table("epoch,loss\n0,1\n\n1,2,3\n2,1\n").expect_err("ragged");
        assert_eq!((fault.line, fault.problem), (Some(4), Problem::Width { found: 3, wanted: 2 }));
        let (cut, notes) = table("epoch,loss,acc\n0,1,1\n1,0.").expect("cut");
        assert_eq!((cut.rows(), notes), (1, vec![Note::CutLine]));
        assert_eq!(rows("epoch,loss,\n0,1,\n1,2,"), ["epoch|loss", "0|1", "1|2"]);
    }

    #[test]
    fn lines_are_counted_through_every_kind_of_line_end() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["epoch,loss", "0,1", "", "1,\"2", "2\"", "3"].join(end);
            let text = [&text, end, "4,5,6", end, "7,8"].concat();
            let fault = table(&text).expect_err("ragged");
            assert_eq!(fault.line, Some(6), "{end:?}: {fault:?}");
        }
    }
}
