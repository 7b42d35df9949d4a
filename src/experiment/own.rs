//! What an experiment says about data that are the visitor's own: their shape, and which bytes they are.
//!
//! Must not know the data themselves: they stay on the visitor's machine, beside the experiment.

use super::knob::MAX_CLASSES;
use serde::{Deserialize, Serialize};

/// The visitor's own data as an experiment sees them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Own {
    /// [`Own::hash`] of the data's bytes; 0 before any were chosen.
    pub id: u64,
    /// Channels (1 or 3), height, width of images; `None` for tables and points.
    pub image: Option<[usize; 3]>,
    /// Numbers per example, 1 to [`FEATURES`].
    pub features: usize,
    /// Examples of each class, two at least, held as floats because they are the natural shares.
    pub counts: Vec<f32>,
    /// Per cent of each class that is held out for validation, 5 to 50.
    pub held_out: u32,
}

/// Most numbers of one example: a picture of 32x32 in colour.
pub const FEATURES: usize = 3_072;
/// Most numbers of one example that is not a picture.
pub const COLUMNS: usize = 256;
/// Most examples.
pub const EXAMPLES: usize = 100_000;
/// Longest side of a picture.
pub const SIDE: usize = 32;
/// Most validation examples of a class, so that looking at them stays quick.
pub const HELD_OUT: usize = 200;
/// How much of each class may be held out, in per cent.
pub const SHARE: std::ops::RangeInclusive<u32> = 5..=50;

impl Default for Own {
    fn default() -> Self {
        Self { id: 0, image: None, features: 2, counts: vec![1.0; 2], held_out: 20 }
    }
}

impl Own {
    /// Which bytes these are: FNV-1a over 64 bits, never 0. Tells files apart; no protection against forgery.
    pub fn hash(bytes: &[u8]) -> u64 {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, step).max(1)
    }

    /// Validation examples of a class: the share held out, one at least, [`HELD_OUT`] at most.
    pub fn probe(&self, class: usize) -> usize {
        let count = self.counts[class] as usize;
        let wanted = (count * self.held_out as usize + 50) / 100;
        wanted.clamp(1, HELD_OUT).min(count.saturating_sub(1))
    }

    /// Name of the data between page and worker.
    pub fn file(&self) -> String {
        format!("own/{:016x}", self.id)
    }

    /// As links write it: `0123456789abcdef.3x28x28.40-60.20`.
    pub fn text(&self) -> String {
        let shape = match self.image {
            Some([channels, height, width]) => format!("{channels}x{height}x{width}"),
            None => self.features.to_string(),
        };
        let counts: Vec<String> = self.counts.iter().map(|count| (*count as usize).to_string()).collect();
        format!("{:016x}.{shape}.{}.{}", self.id, counts.join("-"), self.held_out)
    }

    /// Reads what [`Own::text`] writes; `None` for anything else, and for what is over a limit.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let id = u64::from_str_radix(parts.next()?, 16).ok().filter(|id| *id > 0)?;
        let sides: Vec<usize> = parts.next()?.split('x').map(whole).collect::<Option<_>>()?;
        let counts: Vec<usize> = parts.next()?.split('-').map(whole).collect::<Option<_>>()?;
        let held_out = whole(parts.next()?)? as u32;
        let (image, features) = match sides[..] {
            [features] if (1..=COLUMNS).contains(&features) => (None, features),
            [channels @ (1 | 3), height, width] if is_side(height) && is_side(width) => {
                (Some([channels, height, width]), channels * height * width)
            }
            _ => return None,
        };
        let fits = parts.next().is_none()
            && (2..=MAX_CLASSES).contains(&counts.len())
            && counts.iter().all(|count| *count >= 2)
            && counts.iter().sum::<usize>() <= EXAMPLES
            && SHARE.contains(&held_out);
        let counts = counts.into_iter().map(|count| count as f32).collect();
        fits.then_some(Self { id, image, features, counts, held_out })
    }
}

/// Convolution and pooling halve a side twice.
fn is_side(side: usize) -> bool {
    (4..=SIDE).contains(&side) && side.is_multiple_of(4)
}

/// A whole number of at most six digits.
fn whole(text: &str) -> Option<usize> {
    let is_short = (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_short)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    #[test]
    fn what_links_write_is_read_back() {
        let table = Own { id: 0x12ab, counts: vec![40.0, 60.0, 2.0], features: 7, ..Own::default() };
        assert_eq!(table.text(), "00000000000012ab.7.40-60-2.20");
        let images = Own { image: Some([3, 28, 28]), features: 2352, id: u64::MAX, ..table.clone() };
        for own in [table, images] {
            assert_eq!(Own::parse(&own.text()), Some(own));
        }
    }

    #[test]
    fn what_is_over_a_limit_is_not_read() {
        assert!(Own::parse("1.4.2-2.20").is_some());
        for wrong in [
            "",
            "0.4.2-2.20",
            "1.0.2-2.20",
            "1.257.2-2.20",
            "1.2x28x28.2-2.20",
            "1.1x30x28.2-2.20",
            "1.1x64x64.2-2.20",
            "1.4.2.20",
            "1.4.2-1.20",
            "1.4.2-2-2-2-2-2-2-2-2-2-2.20",
            "1.4.99999-99999.20",
            "1.4.2-2.60",
            "1.4.2-2.20.1",
            "1.4.2--2.20",
        ] {
            assert_eq!(Own::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_class_keeps_an_example_on_either_side() {
        let own = Own { counts: vec![2.0, 3.0, 100.0, 90_000.0], ..Own::default() };
        let held: Vec<usize> = (0..4).map(|class| own.probe(class)).collect();
        assert_eq!(held, [1, 1, 20, HELD_OUT]);
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // FNV-1a, 64 bits, of "foobar" (Noll's test vectors).
        assert_eq!(Own::hash(b"foobar"), 0x85944171f73967e8);
    }

    #[test]
    fn no_text_makes_it_panic() {
        let mut stream = Stream::named(1, "own text");
        for _ in 0..20_000 {
            let mut text = b"00000000000012ab.3x28x28.40-60-2.20".to_vec();
            for _ in 0..1 + stream.below(4) {
                let at = stream.below(text.len());
                text[at] = b"0123456789abcdef.x- 9"[stream.below(21)];
            }
            if let Some(own) = Own::parse(std::str::from_utf8(&text).expect("ascii")) {
                assert_eq!(Own::parse(&own.text()), Some(own));
            }
        }
    }
}
