//! The binary file of a real data set: a short header that describes itself, then one byte per
//! label and pixel.
//!
//! Must not know which set it reads; little endian throughout.
//!
//! | bytes | meaning |
//! |---|---|
//! | 8 | `CLABDATA` |
//! | 1 | version, 1 |
//! | 1 | classes |
//! | 1 | white: the byte that means 1.0 |
//! | 1 | channels |
//! | 2 | height |
//! | 2 | width |
//! | 4 | examples |
//! | examples | labels |
//! | examples x channels x height x width | pixels, `[examples, C, H, W]`, 0 to white |

const MAGIC: &[u8; 8] = b"CLABDATA";
const VERSION: u8 = 1;
const HEADER: usize = 20;

/// A file's content, borrowed.
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
    pub pixels: &'a [u8],
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
    if header[8] != VERSION {
        return Err(format!("its version is {}, this page reads {VERSION}", header[8]));
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
    Ok(Images { classes, image, white, labels, pixels })
}
