//! Names that come from the worker, of classes and layers, in the language in use.
//!
//! The names themselves are stable, in English, and stay so in `window.lab` and messages. Must not
//! know which names there are.

use super::{fill, find};

/// What a visitor reads for a class or layer called `name`; the name itself where there are no words.
///
/// "above the plane" is `name.above_the_plane`, "conv 2" is `name.conv_n` with `n`; a bare number
/// is its own name.
pub fn name(name: &str) -> String {
    let number = name.rsplit_once(' ').filter(|(_, last)| last.parse::<u32>().is_ok());
    match number {
        Some((kind, number)) => {
            let key = [&key(kind), "_n"].concat();
            find(&key).map_or_else(|| name.to_owned(), |_| fill(&key, &[("n", number.into())]))
        }
        None => find(&key(name)).unwrap_or(name).to_owned(),
    }
}

fn key(name: &str) -> String {
    ["name.", &name.to_lowercase().replace(' ', "_")].concat()
}
