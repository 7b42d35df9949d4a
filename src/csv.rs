//! Comma-separated text: the sign between cells, records with the line they begin on, numbers.
//!
//! `csv-core` reads quotes and line ends; this finds what a file does not say. Must not know what columns mean.

mod number;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
pub use number::{is_empty, number};

/// Signs between cells, the surer first where a file reads well with several: prose and decimals hold
/// commas, hardly anything else holds tabs and semicolons.
const DELIMITERS: [u8; 4] = [b'\t', b';', b'|', b','];
/// Records that are looked at to find the sign.
const LOOK: usize = 30;

/// A record: where it begins, and its cells.
pub type Record = (usize, Vec<String>);

/// The sign between cells: the one with which the first records have equally many cells, most of them; a
/// space where none has two.
pub fn delimiter(text: &str) -> u8 {
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

/// Whether the first record names the columns; `is_known` says which words do so wherever they stand.
pub fn has_header(first: &[String], text: &str, delimiter: u8, is_known: fn(&str) -> bool) -> bool {
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
    if first.iter().any(|cell| is_known(cell)) {
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

/// The records of a text, blank lines left out.
pub struct Records<'a> {
    /// `None` splits at runs of spaces.
    reader: Option<Reader>,
    rest: &'a [u8],
    line: usize,
    cells: Vec<u8>,
    ends: Vec<usize>,
}

impl<'a> Records<'a> {
    /// From the first record on.
    pub fn new(text: &'a str, delimiter: u8) -> Self {
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
