//! The visitor's own data as bytes: a title and the names of the classes, then a file of examples.
//!
//! Must not know where the data came from; little endian throughout.
//!
//! | bytes | meaning |
//! |---|---|
//! | 8 | `CLABOWN1` |
//! | 1 + n | title: its length n, then UTF-8 |
//! | 1 | classes |
//! | classes x (1 + n) | name of each class, likewise |
//! | the rest | a file of [images](super::format) or a [table](super::table) |

use super::{Set, Source};
use crate::experiment::knob::MAX_CLASSES;
use crate::experiment::{DataName, Own};

/// The row of the table; what it leaves open the experiment says.
pub static SET: Set = Set {
    name: DataName::Own,
    classes: &[],
    image: None,
    features: 0,
    probe: &[],
    source: Source::Own,
    attribution: "The visitor's own; they do not leave the machine.",
};

const MAGIC: &[u8; 8] = b"CLABOWN1";

/// A file's content.
#[derive(Debug, PartialEq)]
pub struct OwnFile<'a> {
    /// What the visitor calls the data.
    pub title: String,
    /// Name of each class.
    pub classes: Vec<String>,
    /// A file of images or a table.
    pub examples: &'a [u8],
}

/// Reads a file up to its examples.
///
/// # Errors
/// In words, when the bytes do not begin as such a file does.
pub fn read(bytes: &[u8]) -> Result<OwnFile<'_>, String> {
    let rest = bytes.strip_prefix(MAGIC).ok_or("it is not a data file of this page")?;
    let (title, rest) = name(rest)?;
    let (&count, mut rest) = rest.split_first().ok_or_else(cut)?;
    if !(2..=MAX_CLASSES).contains(&usize::from(count)) {
        return Err(format!("it has {count} classes, 2 to {MAX_CLASSES} are possible"));
    }
    let mut classes = Vec::new();
    for _ in 0..count {
        let (class, after) = name(rest)?;
        classes.push(class);
        rest = after;
    }
    Ok(OwnFile { title, classes, examples: rest })
}

/// The bytes that [`read`] reads; `examples` as [`super::format::write`] or [`super::table::write`] make them.
pub fn write(title: &str, classes: &[String], examples: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    write_name(title, &mut bytes);
    bytes.push(classes.len() as u8);
    classes.iter().for_each(|class| write_name(class, &mut bytes));
    bytes.extend_from_slice(examples);
    bytes
}

/// Which data these are, whatever their title: the same file is known again under another name.
pub fn id(bytes: &[u8]) -> u64 {
    let title = bytes.get(MAGIC.len()).map_or(0, |length| usize::from(*length));
    Own::hash(bytes.get(MAGIC.len() + 1 + title..).unwrap_or_default())
}

/// A name with its length before it, cut to 255 bytes.
pub(super) fn write_name(name: &str, bytes: &mut Vec<u8>) {
    let mut end = name.len().min(255);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    bytes.push(end as u8);
    bytes.extend_from_slice(&name.as_bytes()[..end]);
}

fn name(bytes: &[u8]) -> Result<(String, &[u8]), String> {
    let (&length, rest) = bytes.split_first().ok_or_else(cut)?;
    let (name, rest) = rest.split_at_checked(usize::from(length)).ok_or_else(cut)?;
    let name = std::str::from_utf8(name).map_err(|_| "a name is not text")?;
    Ok((name.to_owned(), rest))
}

fn cut() -> String {
    "it ends too early".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    fn small() -> Vec<u8> {
        write("Irises", &["setosa".to_owned(), "été".to_owned()], &[1, 2, 3])
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = small();
        let file = read(&bytes).expect("whole");
        assert_eq!((file.title.as_str(), file.examples), ("Irises", &[1u8, 2, 3][..]));
        assert_eq!(file.classes, ["setosa", "été"]);
    }

    #[test]
    fn long_names_are_cut_between_letters() {
        let bytes = write(&"é".repeat(200), &["a".to_owned(), "b".to_owned()], &[]);
        assert_eq!(read(&bytes).expect("whole").title, "é".repeat(127));
    }

    #[test]
    fn the_title_does_not_change_which_data_they_are() {
        let classes = ["a", "b"].map(str::to_owned);
        let [one, other] = ["x.csv", "pasted text"].map(|title| id(&write(title, &classes, &[1, 2])));
        assert_eq!(one, other);
        assert_ne!(one, id(&write("x.csv", &classes, &[1, 3])));
    }

    #[test]
    fn each_kind_of_damage_is_told() {
        let check = |bytes: &[u8], reason: &str| {
            let error = read(bytes).expect_err("damaged");
            assert!(error.contains(reason), "{error}");
        };
        check(b"CLABDATA", "not a data file");
        check(&small()[..12], "too early");
        check(&write("", &["a".to_owned()], &[]), "1 classes");
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let mut stream = Stream::named(1, "own corruption");
        for _ in 0..20_000 {
            let mut bytes = small();
            for _ in 0..1 + stream.below(3) {
                let at = stream.below(bytes.len());
                bytes[at] = stream.below(256) as u8;
            }
            bytes.truncate(bytes.len() - stream.below(3));
            if let Ok(file) = read(&bytes) {
                assert!(file.classes.len() >= 2 && file.examples.len() < bytes.len());
            }
        }
    }
}
