//! Parsers of what strangers make, fed with changed seeds; `cargo xtask fuzz` feeds them more.

use collapse_lab::own::parsers::{PARSERS, mutate};
use collapse_lab::stream::Stream;
use std::fs;
use std::path::Path;
use std::time::Instant;

/// Inputs of each parser unless the environment says otherwise.
const INPUTS: u64 = 20_000;

#[test]
fn no_input_makes_a_parser_panic() {
    let said = |name: &str| std::env::var(name).ok();
    let inputs = said("COLLAPSE_LAB_FUZZ_INPUTS").map_or(INPUTS, |count| count.parse().expect("a number"));
    let only = said("COLLAPSE_LAB_FUZZ_PARSER");
    assert!(
        only.is_none() || PARSERS.iter().any(|parser| Some(parser.name) == only.as_deref()),
        "no such parser"
    );
    for parser in PARSERS.iter().filter(|parser| only.as_deref().is_none_or(|only| only == parser.name)) {
        let seeds = seeds(parser.name);
        assert!(seeds.len() > 2, "{} has seeds", parser.name);
        seeds.iter().for_each(|seed| (parser.feed)(seed));
        let (begun, mut stream) = (Instant::now(), Stream::named(1, parser.name));
        for _ in 0..inputs {
            (parser.feed)(&mutate(&seeds, &mut stream));
        }
        println!("{}: {inputs} inputs in {:.0} s, no panic", parser.name, begun.elapsed().as_secs_f32());
    }
}

fn seeds(parser: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(parser);
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("seeds are in the repository")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    // In the same order everywhere.
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("readable seed")).collect()
}
