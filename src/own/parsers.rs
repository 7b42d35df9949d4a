//! Every parser that reads what a stranger made, with what must hold whatever it is fed; for fuzzing.
//!
//! Must not know who feeds it.

use super::advice::judge;
use super::{Reader, pack, zip};
use crate::data::Dataset;
use crate::data::format;
use crate::experiment::{DataName, DataSpec, Experiment, Own, link};
use crate::stream::Stream;

/// A parser and what must hold.
#[derive(Debug)]
pub struct Parser {
    /// Its name, and that of its seeds' folder below `fuzz/seeds/`.
    pub name: &'static str,
    /// Feeds it.
    ///
    /// # Panics
    /// Something that must hold does not.
    pub feed: fn(&[u8]),
}

/// All of them.
pub static PARSERS: &[Parser] = &[
    Parser { name: "table", feed: table },
    Parser { name: "archive", feed: archive },
    Parser { name: "packed", feed: packed },
    Parser { name: "link", feed: link },
];

/// What is read can be judged and packed as planned, or there is a fault; what is packed is read again.
fn table(bytes: &[u8]) {
    let mut reader = Reader::default();
    // Pieces end anywhere; the first byte says where.
    let size = bytes.first().map_or(1, |byte| usize::from(*byte) + 1);
    let read = bytes.chunks(size).try_for_each(|piece| reader.push(piece));
    let Ok(sheet) = read.and_then(|()| reader.finish()) else { return };
    let summary = sheet.summary("fuzz");
    assert_eq!(summary.columns.len(), summary.plan.used.len(), "a decision for every column");
    let judged = judge(&sheet, &summary.plan);
    match pack::sheet(&sheet, &summary.plan) {
        Ok(packed) => {
            let judged = judged.expect("what can be packed can be judged");
            assert_eq!(judged.features, packed.own.features, "the same columns");
            let again = pack::reopen(packed.bytes.clone(), packed.own.held_out);
            assert_eq!(again.as_ref(), Ok(&packed), "what is packed is read again");
        }
        Err(fault) => assert_eq!(judged.err(), Some(fault), "the same fault"),
    }
}

/// What is unpacked keeps the limits, whatever the archive says.
fn archive(bytes: &[u8]) {
    if let Ok(pictures) = zip::pictures(bytes) {
        let most = super::limit::Limit::EntryBytes.most();
        assert!(
            pictures.iter().all(|(class, bytes)| !class.is_empty() && bytes.len() <= most),
            "limits hold"
        );
    }
}

/// What is taken for data loads, or fails in words.
fn packed(bytes: &[u8]) {
    let Ok(packed) = pack::reopen(bytes.to_vec(), 20) else { return };
    assert_eq!(Own::parse(&packed.own.text()).as_ref(), Some(&packed.own), "links can say it");
    let data = DataSpec { name: DataName::Own, own: packed.own, ..Experiment::default().data };
    if let Ok(dataset) = Dataset::load(&data, 1, Some(bytes)) {
        assert!(
            dataset.pool.labels.iter().all(|label| usize::from(*label) < dataset.classes.len()),
            "labels"
        );
    }
    // Whatever else it may be.
    let _ = format::read(bytes);
}

/// Every text opens to an experiment that is written and read without change.
fn link(bytes: &[u8]) {
    let experiment = link::read(&String::from_utf8_lossy(bytes)).experiment;
    assert_eq!(link::read(&link::write(&experiment)).experiment, experiment, "a link is read as written");
}

/// One of `seeds`, changed in a few places: bytes overwritten, left out, doubled, swapped with another seed's.
pub fn mutate(seeds: &[Vec<u8>], stream: &mut Stream) -> Vec<u8> {
    const SIGNS: &[u8] = b"\n\r,;\t\"' .-+e09PK\0\xff\xfe=&x";
    let mut bytes = seeds[stream.below(seeds.len())].clone();
    for _ in 0..1 + stream.below(5) {
        if bytes.is_empty() {
            bytes.push(stream.below(256) as u8);
        }
        let at = stream.below(bytes.len());
        let length = (1 + stream.below(8)).min(bytes.len() - at);
        match stream.below(7) {
            0 => bytes[at] = stream.below(256) as u8,
            1 => bytes[at] = SIGNS[stream.below(SIGNS.len())],
            2 => bytes[at] ^= 1 << stream.below(8),
            3 => drop(bytes.drain(at..at + length)),
            4 => {
                let piece = bytes[at..at + length].to_vec();
                bytes.splice(at..at, piece);
            }
            5 => bytes.truncate(at),
            _ => {
                let other = &seeds[stream.below(seeds.len())];
                let from = stream.below(other.len().max(1));
                let piece: Vec<u8> =
                    other[from.min(other.len())..].iter().take(length * 4).copied().collect();
                bytes.splice(at..at + length, piece);
            }
        }
    }
    bytes
}
