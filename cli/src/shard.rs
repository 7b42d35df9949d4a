//! A part of the work for one of several machines: `3/8` is the third of eight.
//!
//! Must not know what the work is.

/// Every `of`-th piece of work, beginning with the `number`-th.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 1, as Slurm arrays and GNU parallel count unless told otherwise.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

impl Shard {
    /// All of the work.
    pub const WHOLE: Self = Self { number: 1, of: 1 };
    /// More parts than any map has cells help nobody.
    const MOST: usize = 100_000;

    /// Reads `i/n`.
    ///
    /// # Errors
    /// What is wrong and what is allowed.
    pub fn read(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(number, of)| {
            Some(Self { number: number.trim().parse().ok()?, of: of.trim().parse().ok()? })
        });
        parts
            .filter(|shard| (1..=Self::MOST).contains(&shard.of) && (1..=shard.of).contains(&shard.number))
            .ok_or_else(|| {
                format!("'{text}' is no part of the work; use i/n with i from 1 to n, such as 3/8")
            })
    }

    /// Whether a piece of work belongs to this part; pieces are dealt like cards, so that slow neighbours
    /// end up in different parts.
    pub fn has(self, piece: usize) -> bool {
        piece % self.of == self.number - 1
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn every_piece_belongs_to_exactly_one_part() {
        for of in [1, 3, 8] {
            let shards: Vec<Shard> = (1..=of).map(|number| Shard { number, of }).collect();
            for piece in 0..20 {
                assert_eq!(shards.iter().filter(|shard| shard.has(piece)).count(), 1);
            }
        }
    }

    #[test]
    fn parts_that_cannot_be_are_refused() {
        assert_eq!(Shard::read("3/8"), Ok(Shard { number: 3, of: 8 }));
        for wrong in ["", "3", "0/8", "9/8", "1/0", "a/b", "-1/4", "1/4/2", "1/100001"] {
            assert!(Shard::read(wrong).expect_err(wrong).contains("such as 3/8"));
        }
    }
}
