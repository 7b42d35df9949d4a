//! A text as a QR code, drawn as one SVG path.
//!
//! Must not know what the text is or where the picture goes.

use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;

/// White modules around a code that scanners need (ISO/IEC 18004).
const QUIET: i32 = 4;

/// A drawn code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Side in modules, quiet zone included: the SVG's view box is `0 0 side side`.
    pub side: i32,
    /// The dark modules, for the `d` of a path.
    pub path: String,
}

/// The code of `text`; `None` where it is too long for any code (2,953 bytes).
pub fn draw(text: &str) -> Option<Picture> {
    // Low correction: a link on a projector has no stains, and smaller modules scan worse.
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            // Runs of dark modules are one rectangle: a fifth of the bytes, and no hairlines between.
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count() as i32;
            if run > 0 {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    Some(Picture { side: code.size() + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dark_module_is_drawn_once() {
        let text = "https://example.org/lab/?goal=loss%3C=0.5#v=1&data=gaussians&imbalance=99";
        let picture = draw(text).expect("short enough");
        let code = QrCode::encode_text(text, QrCodeEcc::Low).expect("short enough");
        assert_eq!(picture.side, code.size() + 8);
        let dark = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
        let dark = dark.filter(|(x, y)| code.get_module(*x, *y)).count() as i32;
        let runs = picture.path.split('M').filter(|run| !run.is_empty());
        let drawn = runs.filter_map(|run| run.split(['h', 'v']).nth(1)?.parse::<i32>().ok());
        assert_eq!(drawn.sum::<i32>(), dark);
        // The corner of the first finder pattern, behind the quiet zone.
        assert!(picture.path.starts_with("M4 4h7v1h-7z"), "{}", &picture.path[..40]);
    }

    #[test]
    fn what_is_too_long_has_no_code() {
        assert!(draw(&"x".repeat(2953)).is_some());
        assert!(draw(&"x".repeat(2954)).is_none());
    }
}
