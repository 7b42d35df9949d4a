//! The binary file of a real data set: a short header that describes itself, then one byte per
//! label and pixel.
//!
//! Must not know which set it reads; little endian throughout.
//!
//! | bytes | meaning |
//! |---|---|
//! | 8 | `CLABDATA` |
//! | 1 | version: order of the pixels, 1 or 2 |
//! | 1 | classes |
//! | 1 | white: the byte that means 1.0 |
//! | 1 | channels |
//! | 2 | height |
//! | 2 | width |
//! | 4 | examples |
//! | examples | labels |
//! | examples x channels x height x width | pixels, 0 to white |
//!
//! Version 1 has the pixels as `[examples, C, H, W]`. Version 2 has them as `[C, H, W, examples]` with the
//! examples sorted by class (those of a class keep their order), which compresses better where images are
//! small: the digits by a sixth.

use crate::order;
use std::borrow::Cow;

const MAGIC: &[u8; 8] = b"CLABDATA";
const BY_EXAMPLE: u8 = 1;
const BY_PLACE: u8 = 2;
const HEADER: usize = 20;

/// A file's content, borrowed where the file has it in this order.
#[derive(Debug, PartialEq, Eq)]
pub struct Images<'a> {
    /// Number of classes.
    pub classes: usize,
    /// Channels, height, width.
    pub image: [usize; 3],
    /// The pixel byte that means 1.0.
    pub white: u8,
    /// Class of each example, below `classes`.
    pub labels: &'a [u8],
    /// `[examples, C, H, W]`, at most `white` each.
    pub pixels: Cow<'a, [u8]>,
}

/// Reads a file.
///
/// # Errors
/// In words, when the bytes are not a whole, consistent file; nothing is trusted.
pub fn read(bytes: &[u8]) -> Result<Images<'_>, String> {
    let Some((header, body)) = bytes.split_at_checked(HEADER) else {
        return Err(format!("{} bytes are too few for a header", bytes.len()));
    };
    if &header[..8] != MAGIC {
        return Err("it is not a data file of this page (perhaps an error page sent instead)".to_owned());
    }
    let version = header[8];
    if ![BY_EXAMPLE, BY_PLACE].contains(&version) {
        return Err(format!("its version is {version}, this page reads {BY_EXAMPLE} and {BY_PLACE}"));
    }
    let (classes, white) = (usize::from(header[9]), header[10]);
    let short = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let image = [usize::from(header[11]), short(12), short(14)];
    let count = u32::from_le_bytes([header[16], header[17], header[18], header[19]]);
    // In u64, because the product of a garbage header overflows wasm's 32 bits.
    let pixels_each = image.iter().map(|&side| side as u64).product::<u64>();
    let expected = u64::from(count).saturating_mul(pixels_each + 1);
    if body.len() as u64 != expected {
        return Err(format!("{} bytes follow the header, which promises {expected}", body.len()));
    }
    if white == 0 || pixels_each == 0 || count == 0 {
        return Err("its header describes no pixels".to_owned());
    }
    let (labels, pixels) = body.split_at(count as usize);
    if let Some(label) = labels.iter().find(|&&label| usize::from(label) >= classes) {
        return Err(format!("it has a label {label} with only {classes} classes"));
    }
    if let Some(pixel) = pixels.iter().find(|&&pixel| pixel > white) {
        return Err(format!("it has a pixel {pixel} above white, {white}"));
    }
    let pixels = match version {
        BY_PLACE => Cow::Owned(by_example(pixels, labels)),
        _ => Cow::Borrowed(pixels),
    };
    Ok(Images { classes, image, white, labels, pixels })
}

/// The bytes that [`read`] reads, white at 255: `pixels` are `[examples, C, H, W]`.
pub fn write(classes: usize, image: [usize; 3], labels: &[u8], pixels: &[u8]) -> Vec<u8> {
    let [channels, height, width] = image;
    let mut bytes = Vec::with_capacity(HEADER + labels.len() + pixels.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend([BY_EXAMPLE, classes as u8, 255, channels as u8]);
    bytes.extend((height as u16).to_le_bytes());
    bytes.extend((width as u16).to_le_bytes());
    bytes.extend((labels.len() as u32).to_le_bytes());
    bytes.extend_from_slice(labels);
    bytes.extend_from_slice(pixels);
    bytes
}

/// From the order of version 2 to that of version 1.
fn by_example(pixels: &[u8], labels: &[u8]) -> Vec<u8> {
    let each = pixels.len() / labels.len();
    let mut sorted: Vec<usize> = (0..labels.len()).collect();
    order::sort_by(&mut sorted, |&a, &b| labels[a].cmp(&labels[b]));
    let mut images = vec![0; pixels.len()];
    for (place, row) in pixels.chunks_exact(labels.len()).enumerate() {
        for (&pixel, &example) in row.iter().zip(&sorted) {
            images[example * each + place] = pixel;
        }
    }
    images
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    /// Two 2x1 images of two classes.
    fn small() -> Vec<u8> {
        let mut bytes = b"CLABDATA".to_vec();
        bytes.extend([1, 2, 16, 1, 1, 0, 2, 0, 2, 0, 0, 0]);
        bytes.extend([0, 1]);
        bytes.extend([3, 16, 0, 7]);
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
    fn a_whole_file_is_read() {
        let expected = Images {
            classes: 2,
            image: [1, 1, 2],
            white: 16,
            labels: &[0, 1],
            pixels: Cow::Borrowed(&[3, 16, 0, 7]),
        };
        assert_eq!(read(&small()), Ok(expected));
    }

    #[test]
    fn pixels_sorted_by_place_and_class_find_their_examples() {
        let mut bytes = b"CLABDATA".to_vec();
        bytes.extend([2, 2, 16, 1, 1, 0, 2, 0, 4, 0, 0, 0]);
        bytes.extend([1, 0, 1, 0]);
        // The first pixel of examples 1, 3, 0, 2, then the second.
        bytes.extend([1, 3, 10, 12, 5, 7, 14, 16]);
        let images = read(&bytes).expect("readable");
        assert_eq!(images.labels, [1, 0, 1, 0]);
        assert_eq!(*images.pixels, [10, 14, 1, 5, 12, 16, 3, 7]);
    }

    #[test]
    fn each_kind_of_damage_is_told() {
        check(|bytes| bytes.clear(), "too few for a header");
        check(|bytes| bytes[0] = b'c', "not a data file");
        check(|bytes| bytes[8] = 3, "version is 3");
        check(|bytes| bytes.truncate(25), "5 bytes follow the header, which promises 6");
        check(|bytes| bytes.push(0), "7 bytes follow");
        check(|bytes| bytes[9] = 1, "label 1 with only 1 classes");
        check(|bytes| bytes[25] = 17, "pixel 17 above white");
        check(|bytes| bytes[10] = 0, "no pixels");
        check(|bytes| bytes[12..20].fill(255), "promises");
        check(
            |bytes| {
                bytes[16] = 0;
                bytes.truncate(HEADER);
            },
            "no pixels",
        );
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
            if let Ok(images) = read(&bytes) {
                let each: usize = images.image.iter().product();
                assert_eq!(images.pixels.len(), images.labels.len() * each);
                assert!(images.labels.iter().all(|&label| usize::from(label) < images.classes));
                assert!(images.pixels.iter().all(|&pixel| pixel <= images.white));
            }
        }
    }
}
