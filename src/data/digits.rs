//! The optical-recognition digits of UCI: small, real, and shipped with the page.
//!
//! Must not know the file's format.

use super::{Set, Source};
use crate::experiment::DataName;

/// 1,797 handwritten digits, 8x8 greys, 174 to 183 a class.
pub static SET: Set = Set {
    name: DataName::Digits,
    classes: &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    image: Some([1, 8, 8]),
    features: 64,
    probe: &[35; 10],
    source: Source::File("data/digits.bin"),
    attribution: "Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI Machine \
                  Learning Repository (1998), CC BY 4.0; taken from scikit-learn (BSD-3-Clause).",
};
