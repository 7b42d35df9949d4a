//! A table that arrives in pieces: the head says how it is written, then row follows row.
//!
//! Holds one number per cell, never the text. Must not know what becomes of the columns.

use super::column::Column;
use super::fault::{Fault, Problem};
use super::limit::Limit;
use super::sheet::{HEAD, Note, Sheet};
use super::text::{self, Decoder};
use crate::csv;
use csv_core::{ReadRecordResult, ReaderBuilder};

/// What is looked at before the first row is taken in.
const LOOK: usize = 1 << 16;

/// Reads a table piece by piece.
#[derive(Default)]
pub struct Reader {
    decoder: Decoder,
    /// Text that was not read yet.
    text: Vec<u8>,
    bytes: usize,
    rows: Option<Rows>,
}

impl Reader {
    /// Takes in the next bytes of the file.
    ///
    /// # Errors
    /// What is wrong with them, with line and column.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.bytes += bytes.len();
        if self.bytes > Limit::FileBytes.most() {
            return Err(Fault::whole(Problem::TooMuch(Limit::FileBytes)));
        }
        self.decoder.decode(bytes, false, &mut self.text);
        if self.rows.is_some() || self.text.len() >= LOOK { self.read() } else { Ok(()) }
    }

    /// Rows taken in so far.
    pub fn rows(&self) -> usize {
        self.rows.as_ref().map_or(0, |rows| rows.taken)
    }

    /// The table, once every piece was taken in.
    ///
    /// # Errors
    /// What is wrong with the last piece, or with the whole.
    pub fn finish(mut self) -> Result<Sheet, Fault> {
        self.decoder.decode(&[], true, &mut self.text);
        self.read()?;
        let rows = self.rows.take().ok_or_else(|| Fault::whole(Problem::Empty))?;
        rows.finish()
    }

    fn read(&mut self) -> Result<(), Fault> {
        if self.rows.is_none() {
            self.rows = Rows::open(&self.text)?;
        }
        if let Some(rows) = &mut self.rows {
            rows.take(&self.text)?;
            self.text.clear();
        }
        Ok(())
    }
}

/// Rows on their way into columns.
struct Rows {
    reader: csv_core::Reader,
    /// Cells are parted by runs of spaces.
    is_spaced: bool,
    /// The byte that ends a line.
    line_end: u8,
    /// The line being read, from 1, and the one the record under way began on.
    line: usize,
    begun: usize,
    /// Whether a record is under way.
    is_open: bool,
    cells: Vec<u8>,
    ends: Vec<usize>,
    written: usize,
    ended: usize,
    skip_header: bool,
    taken: usize,
    columns: Vec<Column>,
    head: Vec<Vec<String>>,
    notes: Vec<Note>,
    /// A row too short, which only the last may be.
    short: Option<Fault>,
}

impl Rows {
    /// How a file is written, by its beginning; `None` where there is nothing.
    fn open(start: &[u8]) -> Result<Option<Self>, Fault> {
        let start = &start[..start.len().min(LOOK)];
        if is_binary(start) {
            return Err(Fault::whole(Problem::NotText));
        }
        let text = text_of(start);
        if text.trim().is_empty() {
            return Ok(None);
        }
        let delimiter = csv::delimiter(&text);
        let Some((_, first)) = csv::Records::new(&text, delimiter).next() else { return Ok(None) };
        let has_header = csv::has_header(&first, &text, delimiter, |_| false);
        let mut names = first;
        while names.len() > 1 && names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        if names.len() > Limit::Columns.most() {
            return Err(Fault::line(1, Problem::TooMuch(Limit::Columns)));
        }
        let column = |(index, name): (usize, &String)| {
            let named = has_header && !name.is_empty();
            Column { name: if named { name.clone() } else { (index + 1).to_string() }, ..Column::default() }
        };
        let columns = names.iter().enumerate().map(column).collect();
        let is_old = !text.contains('\n') && text.contains('\r');
        Ok(Some(Self {
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            is_spaced: delimiter == b' ',
            line_end: if is_old { b'\r' } else { b'\n' },
            line: 1,
            begun: 1,
            is_open: false,
            cells: vec![0; 4096],
            ends: vec![0; 64],
            written: 0,
            ended: 0,
            skip_header: has_header,
            taken: 0,
            columns,
            head: Vec::new(),
            notes: Vec::new(),
            short: None,
        }))
    }

    fn take(&mut self, mut text: &[u8]) -> Result<(), Fault> {
        while !text.is_empty() {
            if !self.is_open {
                match text[0] {
                    b'\n' | b'\r' => {
                        self.line += usize::from(text[0] == self.line_end);
                        text = &text[1..];
                        continue;
                    }
                    _ => (self.is_open, self.begun) = (true, self.line),
                }
            }
            let read = self.step(text)?;
            text = &text[read..];
        }
        Ok(())
    }

    /// Reads on until a record ends or the text does; tells how much was read.
    fn step(&mut self, text: &[u8]) -> Result<usize, Fault> {
        let (result, read, written, ended) =
            self.reader.read_record(text, &mut self.cells[self.written..], &mut self.ends[self.ended..]);
        (self.written, self.ended) = (self.written + written, self.ended + ended);
        self.line += text[..read].iter().filter(|byte| **byte == self.line_end).count();
        match result {
            ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            ReadRecordResult::OutputFull => {
                let start = self.ended.checked_sub(1).map_or(0, |last| self.ends[last]);
                if self.written - start > Limit::CellBytes.most() {
                    return Err(self.long_cell());
                }
                self.cells.resize(self.cells.len() * 2, 0);
            }
            ReadRecordResult::OutputEndsFull => {
                if self.ended > 4 * Limit::Columns.most() {
                    return Err(Fault::line(self.begun, Problem::TooMuch(Limit::Columns)));
                }
                self.ends.resize(self.ends.len() * 2, 0);
            }
            ReadRecordResult::Record => self.record()?,
        }
        Ok(read)
    }

    /// A cell that does not end is nearly always a quotation mark that nothing closes.
    fn long_cell(&self) -> Fault {
        let problem =
            if self.line > self.begun { Problem::OpenQuote } else { Problem::TooMuch(Limit::CellBytes) };
        Fault::at(self.begun, self.ended + 1, self.name(self.ended), problem)
    }

    fn name(&self, column: usize) -> &str {
        self.columns.get(column).map_or("", |column| &column.name)
    }

    fn record(&mut self) -> Result<(), Fault> {
        self.is_open = false;
        let (count, begun) = (self.ended, self.begun);
        (self.written, self.ended) = (0, 0);
        let cells = |index: usize| {
            let start = if index == 0 { 0 } else { self.ends[index - 1] };
            &self.cells[start..self.ends[index]]
        };
        let mut cells: Vec<&[u8]> = (0..count).map(cells).collect();
        if self.is_spaced {
            cells.retain(|cell| !cell.is_empty());
        }
        // A line of spaces or commas.
        if cells.iter().all(|cell| cell.trim_ascii().is_empty()) {
            return Ok(());
        }
        if let Some(fault) = self.short.take() {
            return Err(fault);
        }
        let wanted = self.columns.len();
        while cells.len() > wanted && cells.last().is_some_and(|cell| cell.trim_ascii().is_empty()) {
            cells.pop();
        }
        if let Some(long) = cells.iter().position(|cell| cell.len() > Limit::CellBytes.most()) {
            let problem = Problem::TooMuch(Limit::CellBytes);
            return Err(Fault::at(begun, long + 1, self.name(long), problem));
        }
        if cells.len() != wanted {
            let found = cells.len();
            let at = found.min(wanted);
            let fault = Fault::at(begun, at + 1, self.name(at), Problem::Width { found, wanted });
            if found > wanted {
                return Err(fault);
            }
            self.short = Some(fault);
            return Ok(());
        }
        if std::mem::take(&mut self.skip_header) {
            return Ok(());
        }
        if self.taken >= Limit::Examples.most() {
            return Err(Fault::line(begun, Problem::TooMuch(Limit::Examples)));
        }
        if self.head.len() < HEAD {
            self.head.push(cells.iter().map(|cell| text::cell(cell)).collect());
        }
        self.taken += 1;
        self.columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell, begun));
        Ok(())
    }

    fn finish(mut self) -> Result<Sheet, Fault> {
        // Empty input tells the reader that this was all; a full buffer asks once more.
        while self.is_open {
            let before = (self.cells.len(), self.ends.len());
            self.step(&[])?;
            if self.is_open && before == (self.cells.len(), self.ends.len()) {
                break;
            }
        }
        if let Some(fault) = self.short.take() {
            // Cut off while being written or copied.
            if self.taken < 2 {
                return Err(fault);
            }
            self.notes.push(Note::CutLine);
        }
        if self.taken == 0 {
            return Err(Fault::whole(Problem::Empty));
        }
        for (index, column) in self.columns.iter().enumerate() {
            if let Some((line, text)) =
                column.strange.clone().filter(|_| column.kind() == super::column::Kind::Number)
            {
                let note = Note::NotNumbers { column: index, count: column.texts, line, text };
                self.notes.push(note);
            }
        }
        Ok(Sheet::new(self.columns, self.head, self.notes))
    }
}

fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // Cut within a letter, or Latin-1: either way the signs between cells are where they are.
        Err(error) if bytes.len() - error.valid_up_to() < 4 => {
            String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned()
        }
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// Workbooks, archives and pictures begin with or soon hold what no text does.
fn is_binary(start: &[u8]) -> bool {
    let look = &start[..start.len().min(4_000)];
    let control = look.iter().filter(|byte| **byte < 9 || (14..32).contains(*byte)).count();
    start.starts_with(b"PK\x03\x04")
        || start.starts_with(b"%PDF")
        || look.contains(&0)
        || control * 50 > look.len()
}
