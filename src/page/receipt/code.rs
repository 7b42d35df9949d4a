//! Bytes as text that links hold as they are: base64 with the alphabet for addresses (RFC 4648), unpadded.
//!
//! Must not know what the bytes are.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// `bytes` as text.
pub fn write(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits =
            group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for index in 0..=group.len() {
            text.push(char::from(ALPHABET[(bits >> (18 - 6 * index) & 63) as usize]));
        }
    }
    text
}

/// The bytes of `text`. White space, which mail programs put in, is passed over; so are bits that make no
/// whole byte, since a checksum follows.
///
/// # Errors
/// The first character outside the alphabet, and its place from 1.
pub fn read(text: &str) -> Result<Vec<u8>, (char, usize)> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for (index, character) in text.chars().enumerate() {
        if character.is_whitespace() || character == '=' {
            continue;
        }
        let value = ALPHABET.iter().position(|known| char::from(*known) == character);
        let value = value.ok_or((character, index + 1))?;
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_codes() {
        // RFC 4648, section 10, without padding.
        for (bytes, text) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")]
        {
            assert_eq!((write(bytes.as_bytes()).as_str(), read(text)), (text, Ok(bytes.as_bytes().to_vec())));
        }
        assert_eq!(write(&[0xfb, 0xff]), "-_8");
        assert_eq!(read("Zm 9v\n"), Ok(b"foo".to_vec()));
        assert_eq!(read("Zm!v"), Err(('!', 3)));
    }
}
