//! The real data sets, inside the program, so that it runs wherever it is copied to.
//!
//! Must not know what the bytes mean.

/// The files of `public/data/` by the address that the core asks for.
const FILES: &[(&str, &[u8])] = &[
    ("data/digits.bin", include_bytes!("../../public/data/digits.bin")),
    ("data/hypothyroid.bin", include_bytes!("../../public/data/hypothyroid.bin")),
    ("data/mnist.bin", include_bytes!("../../public/data/mnist.bin")),
    ("data/wine.bin", include_bytes!("../../public/data/wine.bin")),
];

/// The bytes of a data file.
///
/// # Errors
/// There is no such file.
pub fn read(name: &str) -> Result<Vec<u8>, String> {
    let known = FILES.iter().find(|(known, _)| *known == name);
    known.map(|(_, bytes)| bytes.to_vec()).ok_or_else(|| "this program does not carry it".to_owned())
}

#[cfg(test)]
mod tests {
    use collapse_lab::data::{SETS, Source};

    #[test]
    fn every_set_with_a_file_finds_it() {
        for set in SETS {
            if let Source::File(name) = set.source {
                assert!(super::read(name).is_ok_and(|bytes| !bytes.is_empty()), "{name}");
            }
        }
        assert!(super::read("data/cats.bin").is_err());
    }
}
