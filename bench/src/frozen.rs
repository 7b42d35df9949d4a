//! The settings that are frozen before the final run: split, severities, ranges, counts and what counts as
//! harm. Their SHA-256 is recorded beside them and checked.
//!
//! Must not know what is done with them.

use crate::fault::Kind;
use crate::train::root;
use collapse_lab::experiment::DataName;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// `bench/frozen.json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frozen {
    /// Where every stream of the generator begins.
    pub seed: u32,
    /// What the rules may be tuned on.
    pub tuning: Split,
    /// What they are judged on.
    pub held_out: Split,
    /// Attempts for every kind of fault; most configurations do not hurt enough or do not learn unbroken.
    pub attempts: usize,
    /// Harmful faults kept of each kind, the first ones.
    pub kept: usize,
    /// Attempts for double faults …
    pub double_attempts: usize,
    /// … and how many are kept: a fifth of all.
    pub double_kept: usize,
    /// Attempts for healthy controls of each sort …
    pub healthy_attempts: usize,
    /// … and how many of each are kept.
    pub healthy_kept: usize,
    /// Configurations whose labels are made independent of the inputs.
    pub unlearnable: usize,
    /// Seeds of each of the article's three examples.
    pub article_seeds: u32,
    /// Seeds of a pair of twins.
    pub pairs: u32,
    /// Seeds over which a remedy is judged.
    pub remedy_seeds: u32,
    /// Balanced accuracy that a harmful fault costs at least, and by which a remedy shows that a control was
    /// not healthy.
    pub harm: f64,
    /// One-sided p below which the cost is believed.
    pub p: f64,
    /// Share of the gap that a remedy must close.
    pub restores: f64,
    /// Balanced accuracy that makes a twin healthy, by set.
    pub floors: BTreeMap<String, f64>,
    /// Range of each kind's severity, by name.
    pub ranges: BTreeMap<String, [f32; 2]>,
}

/// One part of the split.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// Names of its data sets.
    pub sets: Vec<String>,
    /// Bands of severity within 0 to 1.
    pub bands: Vec<[f32; 2]>,
}

impl Frozen {
    /// The settings as they are in the repository.
    ///
    /// # Errors
    /// The file is missing or is not what it should be.
    pub fn load() -> Result<Self, String> {
        let path = settings_path();
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The range of a kind.
    pub fn range(&self, kind: &Kind) -> Option<[f32; 2]> {
        self.ranges.get(kind.name).copied()
    }

    /// A healthy twin's least balanced accuracy on that set.
    pub fn floor(&self, set: DataName) -> f64 {
        self.floors.get(set.name()).copied().unwrap_or(1.0)
    }
}

impl Split {
    /// Its data sets.
    pub fn sets(&self) -> Vec<DataName> {
        self.sets.iter().filter_map(|name| DataName::named(name)).collect()
    }
}

fn settings_path() -> PathBuf {
    root().join("bench/frozen.json")
}

/// SHA-256 of the settings' file if it is the recorded one.
///
/// # Errors
/// It is another: then the held-out part is not what it was when the rules were finished.
pub fn checked_hash() -> Result<String, String> {
    let path = settings_path();
    let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let recorded = root().join("bench/frozen.sha256");
    let recorded =
        std::fs::read_to_string(&recorded).map_err(|error| format!("{}: {error}", recorded.display()))?;
    compared(&bytes, recorded.split_whitespace().next().unwrap_or_default())
}

fn compared(bytes: &[u8], recorded: &str) -> Result<String, String> {
    let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if hash == recorded {
        return Ok(hash);
    }
    Err(format!(
        "bench/frozen.json has SHA-256 {hash}, but bench/frozen.sha256 records {recorded}: the split or the \
         generator changed after it was frozen, so the held-out part would not be held out. Restore the file, \
         or run --part tuning"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::KINDS;

    #[test]
    fn the_recorded_hash_is_that_of_the_file() {
        let hash = checked_hash().expect("frozen");
        assert_eq!(hash.len(), 64);
    }

    #[test]
    fn a_changed_file_is_refused_by_name() {
        // SHA-256 of the three bytes "abc", FIPS 180-2 appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(compared(b"abc", abc), Ok(abc.to_owned()));
        let refused = compared(b"abd", abc).expect_err("another file");
        assert!(refused.contains("frozen.json") && refused.contains(abc), "{refused}");
    }

    #[test]
    fn parts_share_no_band_and_no_set_but_shapes() {
        let frozen = Frozen::load().expect("readable");
        for split in [&frozen.tuning, &frozen.held_out] {
            assert_eq!(split.sets().len(), split.sets.len(), "an unknown set");
            assert!(split.sets.len() >= 6);
            assert!(split.sets().iter().all(|set| frozen.floor(*set) < 1.0), "a set without a floor");
        }
        // Only shapes can be shifted; there the severities and seeds differ.
        let shared: Vec<_> =
            frozen.tuning.sets.iter().filter(|set| frozen.held_out.sets.contains(set)).collect();
        assert_eq!(shared, ["shapes"]);
        for [low, high] in &frozen.tuning.bands {
            assert!(
                frozen
                    .held_out
                    .bands
                    .iter()
                    .all(|[other_low, other_high]| other_high <= low || other_low >= high)
            );
        }
        assert!(KINDS.iter().all(|kind| frozen.range(kind).is_some()));
        assert_eq!(frozen.ranges.len(), KINDS.len());
    }
}
