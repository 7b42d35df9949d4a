//! A finished map packed into a link: one byte per number, checked, so that it opens without training.
//!
//! A link carries each cell's summary, not its runs: 24 by 24 cells take 5.4 kB. Must not know the
//! address around it.

use super::grid::Grid;
use super::measure::Measure;
use super::outcome::Summary;
use super::query;
use super::spec::MapSpec;
use crate::t;

/// First byte of everything packed; another layout gets another number.
const VERSION: u8 = 1;
/// Version and checksum before the cells.
const HEAD: usize = 5;
/// Bytes of a cell.
const CELL: usize = 7;
/// A byte for "no number".
const NONE: u8 = 255;

/// The trained cells of a map for its link; the inverse of [`unpack`] up to a 250th of each range.
pub fn pack(spec: &MapSpec, grid: &Grid) -> String {
    let classes = spec.base.classes() as f32;
    let mut cells = Vec::with_capacity(grid.len() * CELL);
    for cell in 0..grid.len() {
        let Some(summary) = grid.summary(cell) else {
            cells.extend([0; CELL]);
            continue;
        };
        // Seeds are 1 to 8, so that 0 tells a cell that is not trained.
        cells.push(summary.seeds as u8);
        cells.push((summary.collapsed as u8) << 4 | summary.diverged as u8);
        cells.push(byte(summary.n_eff, 1.0, classes));
        cells.push(byte(summary.skill, SKILL.0, SKILL.1));
        cells.push(byte(summary.skill_range.0, SKILL.0, SKILL.1));
        cells.push(byte(summary.skill_range.1, SKILL.0, SKILL.1));
        cells.push(byte(summary.minority_recall, 0.0, 1.0));
    }
    let mut bytes = vec![VERSION];
    bytes.extend(checksum(spec, &cells).to_le_bytes());
    bytes.extend(cells);
    encode(&bytes)
}

/// The cells that a link carries for this very map.
///
/// # Errors
/// What is wrong with them, for the visitor: cut off, damaged, of a newer page, or of another map.
pub fn unpack(spec: &MapSpec, packed: &str) -> Result<Grid, String> {
    let broken = || t!("map.link.broken").to_owned();
    let bytes = decode(packed).ok_or_else(broken)?;
    let (columns, rows) = spec.size();
    match bytes.first() {
        None => return Err(broken()),
        Some(version) if *version > VERSION => return Err(t!("map.link.newer").to_owned()),
        Some(_) => {}
    }
    if bytes.len() != HEAD + columns * rows * CELL {
        return Err(t!("map.link.length", cells = columns * rows));
    }
    let cells = &bytes[HEAD..];
    if bytes[1..HEAD] != checksum(spec, cells).to_le_bytes() {
        return Err(t!("map.link.checksum").to_owned());
    }
    let classes = spec.base.classes() as f32;
    Ok(Grid::of_summaries(cells.chunks_exact(CELL).map(|cell| summary(cell, classes)).collect()))
}

/// Skill may lie below chance, but not far.
const SKILL: (f32, f32) = (-0.25, 1.0);

fn summary(cell: &[u8], classes: f32) -> Option<Summary> {
    let &[seeds, counts, n_eff, skill, low, high, minority] = cell else { return None };
    (seeds > 0).then(|| Summary {
        seeds: u32::from(seeds),
        collapsed: u32::from(counts >> 4),
        diverged: u32::from(counts & 15),
        n_eff: number(n_eff, 1.0, classes),
        skill: number(skill, SKILL.0, SKILL.1),
        skill_range: (number(low, SKILL.0, SKILL.1), number(high, SKILL.0, SKILL.1)),
        minority_recall: number(minority, 0.0, 1.0),
    })
}

/// Steps of a packed number: a multiple of ten, so that chance and perfection come back exactly.
const STEPS: f32 = 250.0;

fn byte(value: f32, low: f32, high: f32) -> u8 {
    match value.is_finite() {
        true => ((value - low) / (high - low) * STEPS).round().clamp(0.0, STEPS) as u8,
        false => NONE,
    }
}

fn number(byte: u8, low: f32, high: f32) -> f32 {
    if byte == NONE { f32::NAN } else { low + (high - low) * f32::from(byte) / STEPS }
}

/// FNV-1a over the map and its cells: outcomes never appear under another experiment.
fn checksum(spec: &MapSpec, cells: &[u8]) -> u32 {
    let map = [query::write(spec, Measure::default()), query::fragment(spec, None)].join("#");
    let bytes = map.bytes().chain(cells.iter().copied());
    bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The alphabet of base64url (RFC 4648, section 5), written without padding.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().enumerate().fold(0, |word, (at, byte)| word | u32::from(*byte) << (16 - 8 * at));
        for digit in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(word >> (18 - 6 * digit) & 63) as usize]));
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let digits: Option<Vec<u32>> = text
        .bytes()
        .map(|byte| ALPHABET.iter().position(|known| *known == byte).map(|at| at as u32))
        .collect();
    for chunk in digits?.chunks(4) {
        // One digit alone holds no byte.
        (chunk.len() > 1).then_some(())?;
        let word = chunk.iter().enumerate().fold(0, |word, (at, digit)| word | digit << (18 - 6 * at));
        bytes.extend((0..chunk.len() - 1).map(|at| (word >> (16 - 8 * at)) as u8));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;

    fn spec(columns: u32, rows: u32) -> MapSpec {
        MapSpec { columns, rows, ..MapSpec::new(Experiment::default()) }
    }

    fn cell(skill: f32) -> Summary {
        Summary {
            seeds: 8,
            collapsed: 3,
            diverged: 2,
            n_eff: 1.0 + 9.0 * skill.max(0.0),
            skill,
            skill_range: (skill - 0.1, skill.max(0.9)),
            minority_recall: 0.333,
        }
    }

    fn grid() -> Grid {
        let lost = Summary {
            diverged: 8,
            n_eff: f32::NAN,
            skill: f32::NAN,
            skill_range: (f32::NAN, f32::NAN),
            minority_recall: f32::NAN,
            ..cell(0.0)
        };
        Grid::of_summaries(vec![None, Some(cell(0.0)), Some(cell(0.777)), Some(lost), Some(cell(1.0)), None])
    }

    #[test]
    fn a_map_comes_back_to_within_half_a_step() {
        let spec = spec(3, 2);
        let back = unpack(&spec, &pack(&spec, &grid())).expect("just packed");
        for at in 0..6 {
            let (before, after) = (grid().summary(at).copied(), back.summary(at).copied());
            let Some((before, after)) = before.zip(after) else {
                assert_eq!((before, after), (None, None));
                continue;
            };
            assert_eq!((after.seeds, after.collapsed, after.diverged), (8, 3, before.diverged));
            let near = |a: f32, b: f32, range: f32| {
                (a.is_nan() && b.is_nan()) || (a - b).abs() <= 0.51 * range / 250.0
            };
            assert!(near(before.n_eff, after.n_eff, 9.0) && near(before.skill, after.skill, 1.25));
            assert!(near(before.minority_recall, after.minority_recall, 1.0));
        }
        assert_eq!(back.summary(1).map(|cell| (cell.skill, cell.n_eff)), Some((0.0, 1.0)));
    }

    #[test]
    fn the_largest_map_is_a_link_of_less_than_six_kilobytes() {
        let spec = spec(24, 24);
        let grid = Grid::of_summaries(vec![Some(cell(0.5)); 576]);
        assert!(pack(&spec, &grid).len() < 6000);
    }

    #[test]
    fn what_is_broken_is_refused_and_why() {
        let spec = spec(3, 2);
        let packed = pack(&spec, &grid());
        let refused = |spec: &MapSpec, packed: &str| unpack(spec, packed).expect_err("refused");
        let cut = &packed[..packed.len() - 4];
        assert!(refused(&spec, cut).contains("cut"), "{}", refused(&spec, cut));
        let mut swapped = packed.clone();
        swapped.replace_range(20..21, if &packed[20..21] == "A" { "B" } else { "A" });
        assert!(refused(&spec, &swapped).contains("another"));
        let other = MapSpec { steps: 301, ..spec.clone() };
        assert!(refused(&other, &packed).contains("another"));
        let newer = encode(&[&[VERSION + 1][..], &decode(&packed).expect("packed")[1..]].concat());
        assert!(refused(&spec, &newer).contains("newer"));
        for garbage in ["", "A", "!!!!", "ÄÖÜ", "AAAA", &"_".repeat(9000)] {
            assert!(unpack(&spec, garbage).is_err(), "{garbage}");
        }
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        // RFC 4648, section 10, without padding.
        for (bytes, text) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(encode(&[251, 255]), "-_8");
    }
}
