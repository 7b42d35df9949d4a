//! The binary file of a real table: a short header that describes itself, then labels, names and numbers.
//!
//! Must not know which set it reads, nor what is put where a value is missing; little endian throughout.
//!
//! | bytes | meaning |
//! |---|---|
//! | 8 | `CLABDATA` |
//! | 1 | version, 2 (1 is [images](super::format)) |
//! | 1 | classes |
//! | 2 | features |
//! | 4 | examples |
//! | examples | labels |
//! | features x (1 + n) | name of each feature: its length n, then UTF-8 |
//! | features x examples x 4 | f32, feature after feature; NaN is a missing value |

const MAGIC: &[u8; 8] = b"CLABDATA";
const VERSION: u8 = 2;
const HEADER: usize = 16;

/// A file's content.
#[derive(Debug, PartialEq)]
pub struct Table<'a> {
    /// Number of classes.
    pub classes: usize,
    /// Class of each example, below `classes`.
    pub labels: &'a [u8],
    /// Name of each feature.
    pub names: Vec<&'a str>,
    /// `[examples, features]`, row-major; NaN is missing, nothing else is not finite.
    pub values: Vec<f32>,
}

/// Reads a file.
///
/// # Errors
/// In words, when the bytes are not a whole, consistent file; nothing is trusted.
pub fn read(bytes: &[u8]) -> Result<Table<'_>, String> {
    let Some((header, body)) = bytes.split_at_checked(HEADER) else {
        return Err(format!("{} bytes are too few for a header", bytes.len()));
    };
    if &header[..8] != MAGIC {
        return Err("it is not a data file of this page (perhaps an error page sent instead)".to_owned());
    }
    if header[8] != VERSION {
        return Err(format!("its version is {}, this page reads {VERSION}", header[8]));
    }
    let classes = usize::from(header[9]);
    let features = usize::from(u16::from_le_bytes([header[10], header[11]]));
    let count = u32::from_le_bytes([header[12], header[13], header[14], header[15]]) as usize;
    if features == 0 || count == 0 {
        return Err("its header describes no values".to_owned());
    }
    let cut = || format!("{} bytes follow the header, which promises more", body.len());
    let (labels, mut rest) = body.split_at_checked(count).ok_or_else(cut)?;
    if let Some(label) = labels.iter().find(|&&label| usize::from(label) >= classes) {
        return Err(format!("it has a label {label} with only {classes} classes"));
    }
    let mut names = Vec::new();
    for _ in 0..features {
        let (&length, after) = rest.split_first().ok_or_else(cut)?;
        let (name, after) = after.split_at_checked(usize::from(length)).ok_or_else(cut)?;
        names.push(std::str::from_utf8(name).map_err(|_| "a feature's name is not text".to_owned())?);
        rest = after;
    }
    // In u64, because the product of a garbage header overflows wasm's 32 bits.
    if rest.len() as u64 != 4 * features as u64 * count as u64 {
        return Err(format!("{} bytes of values do not make {count} x {features} numbers", rest.len()));
    }
    let mut values = vec![0.0; features * count];
    for (at, bytes) in rest.chunks_exact(4).enumerate() {
        let value = f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        if value.is_infinite() {
            return Err("it has an infinite value".to_owned());
        }
        values[at % count * features + at / count] = value;
    }
    Ok(Table { classes, labels, names, values })
}

/// The bytes that [`read`] reads: `columns` are the features with their names, as long as there are labels.
pub fn write(classes: usize, labels: &[u8], columns: &[(&str, &[f32])]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + labels.len() + columns.len() * (16 + 4 * labels.len()));
    bytes.extend_from_slice(MAGIC);
    bytes.extend([VERSION, classes as u8]);
    bytes.extend((columns.len() as u16).to_le_bytes());
    bytes.extend((labels.len() as u32).to_le_bytes());
    bytes.extend_from_slice(labels);
    columns.iter().for_each(|(name, _)| super::own::write_name(name, &mut bytes));
    for (_, values) in columns {
        bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    /// Three examples of two classes with two features, the last value missing.
    fn small() -> Vec<u8> {
        let mut bytes = b"CLABDATA".to_vec();
        bytes.extend([2, 2, 2, 0, 3, 0, 0, 0]);
        bytes.extend([0, 1, 1]);
        bytes.extend(b"\x01a\x02bc");
        for value in [1.0, 2.0, 3.0, 4.0, 5.0, f32::NAN] {
            bytes.extend(f32::to_le_bytes(value));
        }
        bytes
    }

    #[track_caller]
    fn check(change: impl Fn(&mut Vec<u8>), reason: &str) {
        let mut bytes = small();
        change(&mut bytes);
        let error = read(&bytes).expect_err("damaged");
        assert!(error.contains(reason), "{error}");
    }

    #[test]
    fn a_whole_file_is_read_row_by_row() {
        let bytes = small();
        let table = read(&bytes).expect("whole");
        assert_eq!((table.classes, table.labels), (2, &[0u8, 1, 1][..]));
        assert_eq!(table.names, ["a", "bc"]);
        assert_eq!(table.values[..5], [1.0, 4.0, 2.0, 5.0, 3.0]);
        assert!(table.values[5].is_nan());
    }

    #[test]
    fn what_is_written_is_read() {
        let columns: [(&str, &[f32]); 2] = [("a", &[1.0, 2.0, 3.0]), ("bc", &[4.0, 5.0, f32::NAN])];
        assert_eq!(write(2, &[0, 1, 1], &columns), small());
    }

    #[test]
    fn each_kind_of_damage_is_told() {
        check(|bytes| bytes.clear(), "too few for a header");
        check(|bytes| bytes[0] = b'c', "not a data file");
        check(|bytes| bytes[8] = 1, "version is 1");
        check(|bytes| bytes[10] = 0, "no values");
        check(|bytes| bytes.truncate(18), "promises more");
        check(|bytes| bytes.truncate(20), "promises more");
        check(|bytes| bytes.push(0), "25 bytes of values");
        check(|bytes| bytes[9] = 1, "label 1 with only 1 classes");
        check(|bytes| bytes[20] = 255, "not text");
        check(|bytes| bytes[24..28].copy_from_slice(&f32::INFINITY.to_le_bytes()), "infinite");
    }

    #[test]
    fn no_bytes_make_it_panic_or_pass_unchecked() {
        let mut stream = Stream::named(1, "corruption");
        for _ in 0..20_000 {
            let mut bytes = small();
            for _ in 0..1 + stream.below(3) {
                let at = stream.below(bytes.len());
                bytes[at] = stream.below(256) as u8;
            }
            bytes.truncate(bytes.len() - stream.below(3));
            if let Ok(table) = read(&bytes) {
                assert_eq!(table.values.len(), table.labels.len() * table.names.len());
                assert!(table.labels.iter().all(|&label| usize::from(label) < table.classes));
                assert!(table.values.iter().all(|value| !value.is_infinite()));
            }
        }
    }
}
