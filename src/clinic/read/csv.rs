//! Comma-separated values: the sign between cells, the header, and rows of equal width.
//!
//! `csv-core` reads quotes and line ends; this finds what a file does not say. Must not know what
//! columns mean beyond telling a header from data.

use super::number::{is_empty, number};
use super::table::Table;
use crate::clinic::fault::{Fault, Problem};
use crate::clinic::import::Note;
use crate::clinic::metric;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use std::borrow::Cow;

/// Signs between cells, the surer first where a file reads well with several: prose and decimals hold
/// commas, hardly anything else holds tabs and semicolons.
const DELIMITERS: [u8; 4] = [b'\t', b';', b'|', b','];
/// Records that are looked at to find the sign.
const LOOK: usize = 30;

/// A record: where it begins, and its cells.
type Record = (usize, Vec<String>);

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
    if has_header(&first, &text, delimiter) {
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

/// The sign between cells: the one with which the first records have equally many cells, most of them; a
/// space where none has two.
fn delimiter(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let widths: Vec<usize> =
            Records::new(text, delimiter).take(LOOK).map(|(_, cells)| cells.len()).collect();
        let first = widths.first().copied().unwrap_or(0);
        // The last line may be cut off.
        let alike = widths.iter().filter(|width| **width == first).count() + 1 >= widths.len();
        (first > 1).then_some((alike, first))
    };
    let scored = DELIMITERS.iter().filter_map(|delimiter| Some((score(*delimiter)?, *delimiter)));
    let alike = scored.clone().find(|((alike, _), _)| *alike);
    // A file with one ragged line is still told where it is ragged.
    let best = alike.or_else(|| scored.max_by_key(|((_, width), _)| *width));
    best.map_or(b' ', |(_, delimiter)| delimiter)
}

/// Whether the first record names the columns.
fn has_header(first: &[String], text: &str, delimiter: u8) -> bool {
    let is_word = |cell: &String| !is_empty(cell) && number(cell).is_none();
    // Over the names of rows there is nothing, even where classes are numbers.
    if let [corner, rest @ ..] = first
        && corner.is_empty()
        && rest.len() > 1
        && rest.iter().all(|cell| !cell.is_empty())
    {
        return true;
    }
    if !first.iter().any(is_word) {
        return false;
    }
    let is_known = |cell: &String| metric::column(cell).is_some() || super::predictions::is_role(cell);
    if first.iter().any(is_known) {
        return true;
    }
    let below: Vec<Record> = Records::new(text, delimiter).skip(1).take(LOOK).collect();
    let column = |index: usize| below.iter().filter_map(move |(_, cells)| cells.get(index));
    // A word over numbers, or one that never comes again.
    (0..first.len()).any(|index| is_word(&first[index]) && column(index).all(|cell| number(cell).is_some()))
        && !below.is_empty()
        || first.iter().all(is_word)
            && (0..first.len()).all(|index| column(index).all(|cell| *cell != first[index]))
}

fn drop_empty_end(cells: &mut Vec<String>) {
    while cells.len() > 1 && cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
}

/// The records of a text, blank lines left out.
struct Records<'a> {
    /// `None` splits at runs of spaces.
    reader: Option<Reader>,
    rest: &'a [u8],
    line: usize,
    cells: Vec<u8>,
    ends: Vec<usize>,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, delimiter: u8) -> Self {
        let reader = (delimiter != b' ').then(|| ReaderBuilder::new().delimiter(delimiter).build());
        Self { reader, rest: text.as_bytes(), line: 1, cells: vec![0; 256], ends: vec![0; 16] }
    }

    /// Passes over empty lines, which `csv-core` would not count.
    fn skip_blank(&mut self) {
        loop {
            let blank = self.rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
            match blank.map(|at| (at, self.rest[at])) {
                Some((at, b'\n')) => {
                    self.line += 1;
                    self.rest = &self.rest[at + 1..];
                }
                // Ends of old text files are a bare carriage return.
                _ if self.rest.first() == Some(&b'\r') => {
                    self.line += usize::from(self.rest.get(1) != Some(&b'\n'));
                    self.rest = &self.rest[1..];
                }
                Some(_) => return,
                None => self.rest = &[],
            }
            if self.rest.is_empty() {
                return;
            }
        }
    }

    fn advance(&mut self, bytes: usize) {
        let (done, rest) = self.rest.split_at(bytes);
        let bare = done.windows(2).filter(|pair| pair[0] == b'\r' && pair[1] != b'\n').count();
        let last = done.last() == Some(&b'\r') && rest.first() != Some(&b'\n');
        self.line += done.iter().filter(|byte| **byte == b'\n').count() + bare + usize::from(last);
        self.rest = rest;
    }

    fn spaced(&mut self) -> Record {
        let end =
            self.rest.iter().position(|byte| *byte == b'\n' || *byte == b'\r').unwrap_or(self.rest.len());
        let line = self.line;
        let cells = String::from_utf8_lossy(&self.rest[..end])
            .split_whitespace()
            .map(|cell| cell.trim_end_matches(',').to_owned())
            .collect();
        self.advance(end);
        (line, cells)
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        self.skip_blank();
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        if self.reader.is_none() {
            return Some(self.spaced());
        }
        let (mut written, mut ended) = (0, 0);
        loop {
            let reader = self.reader.as_mut().expect("looked at above");
            let (result, read, wrote, ends) =
                reader.read_record(self.rest, &mut self.cells[written..], &mut self.ends[ended..]);
            (written, ended) = (written + wrote, ended + ends);
            self.advance(read);
            match result {
                // An empty rest tells the reader that this was all.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.cells.resize(self.cells.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return None,
            }
        }
        let start = |index: usize| if index == 0 { 0 } else { self.ends[index - 1] };
        let cell = |index: usize| {
            let bytes = &self.cells[start(index)..self.ends[index]];
            String::from_utf8_lossy(bytes).trim().to_owned()
        };
        Some((line, (0..ended).map(cell).collect()))
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
