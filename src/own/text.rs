//! Bytes that arrive piece by piece as UTF-8: a byte-order mark says what they are.
//!
//! Must not know what the text means. Without a mark bytes stay as they are, and cells that are not UTF-8
//! are read as Latin-1, the only other way spreadsheets still save text.

/// How the bytes of a file are letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Encoding {
    /// The first bytes have not come.
    #[default]
    Unknown,
    Bytes,
    Utf16 {
        big_endian: bool,
    },
}

/// Turns the bytes of a file into bytes of UTF-8.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    encoding: Encoding,
    /// Bytes that wait for the ones after them: a mark, half a unit, or half of a pair of units.
    rest: Vec<u8>,
}

impl Decoder {
    /// Adds the text of the next bytes to `text`; `last` when none follow.
    pub fn decode(&mut self, bytes: &[u8], last: bool, text: &mut Vec<u8>) {
        if self.encoding == Encoding::Bytes && self.rest.is_empty() {
            text.extend_from_slice(bytes);
            return;
        }
        self.rest.extend_from_slice(bytes);
        if self.encoding == Encoding::Unknown {
            if self.rest.len() < 3 && !last {
                return;
            }
            let (encoding, mark) = match self.rest[..] {
                [0xef, 0xbb, 0xbf, ..] => (Encoding::Bytes, 3),
                [0xff, 0xfe, ..] => (Encoding::Utf16 { big_endian: false }, 2),
                [0xfe, 0xff, ..] => (Encoding::Utf16 { big_endian: true }, 2),
                _ => (Encoding::Bytes, 0),
            };
            self.encoding = encoding;
            self.rest.drain(..mark);
        }
        match self.encoding {
            Encoding::Utf16 { big_endian } => self.utf16(big_endian, last, text),
            _ => text.append(&mut self.rest),
        }
    }

    fn utf16(&mut self, big_endian: bool, last: bool, text: &mut Vec<u8>) {
        let unit = |pair: &[u8]| {
            let pair = [pair[0], pair[1]];
            if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
        };
        let mut end = self.rest.len() / 2 * 2;
        // The first half of a pair waits for the second.
        if !last && end >= 2 && (0xd800..0xdc00).contains(&unit(&self.rest[end - 2..])) {
            end -= 2;
        }
        let units = self.rest[..end].chunks_exact(2).map(unit);
        let mut buffer = [0; 4];
        for letter in char::decode_utf16(units) {
            let letter = letter.unwrap_or(char::REPLACEMENT_CHARACTER);
            text.extend_from_slice(letter.encode_utf8(&mut buffer).as_bytes());
        }
        self.rest.drain(..end);
    }
}

/// A cell's bytes as text without spaces around it: UTF-8, or Latin-1 where they are not.
pub fn cell(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim().to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect::<String>().trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of bytes that arrive in pieces of `size`.
    fn decoded(bytes: &[u8], size: usize) -> String {
        let (mut decoder, mut text) = (Decoder::default(), Vec::new());
        bytes.chunks(size).for_each(|piece| decoder.decode(piece, false, &mut text));
        decoder.decode(&[], true, &mut text);
        cell(&text)
    }

    #[test]
    fn every_encoding_is_read_however_the_bytes_are_cut() {
        let text = "été, 数, 🙂";
        let [little, big] = [u16::to_le_bytes, u16::to_be_bytes]
            .map(|bytes| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>());
        for size in 1..8 {
            assert_eq!(decoded(text.as_bytes(), size), text);
            assert_eq!(decoded(&[b"\xef\xbb\xbf", text.as_bytes()].concat(), size), text);
            assert_eq!(decoded(&[b"\xff\xfe", &little[..]].concat(), size), text);
            assert_eq!(decoded(&[b"\xfe\xff", &big[..]].concat(), size), text);
            assert_eq!(decoded(b"\xe9t\xe9", size), "été");
        }
        assert_eq!(decoded(b"", 1), "");
        assert_eq!(decoded(b"\xff\xfe\x00\xd8", 1), "\u{fffd}");
    }
}
