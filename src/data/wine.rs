//! Red wines and how they tasted: six classes, of which one has 681 wines and one has 10.
//!
//! Must not know the file's format.

use super::{Set, Source};
use crate::experiment::DataName;

/// 1,599 wines, eleven chemical measurements each, graded 3 to 8 by at least three tasters.
///
/// Rare grades cannot give 30 to the probe set: they give about 40 % of what they have.
pub static SET: Set = Set {
    name: DataName::Wine,
    classes: &["3", "4", "5", "6", "7", "8"],
    image: None,
    features: 11,
    probe: &[4, 21, 30, 30, 30, 7],
    source: Source::File("data/wine.bin"),
    attribution: "Wine Quality (red), P. Cortez, A. Cerdeira, F. Almeida, T. Matos and J. Reis, UCI Machine \
                  Learning Repository (2009), CC BY 4.0; taken from linfa-datasets (MIT/Apache-2.0).",
};
