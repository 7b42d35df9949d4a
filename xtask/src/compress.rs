//! Compressed copies beside the files of a directory, so that no server has to compress.
//!
//! Must not know what the files are for.

use crate::build::files_below;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Writes `.br` and `.gz` beside every file of `directory` that shrinks. `cache` keeps results by
/// content, because brotli 11 takes seconds for a large program.
///
/// # Errors
/// A file cannot be read or written.
pub fn directory(directory: &Path, cache: &Path) -> Result<(), String> {
    fs::create_dir_all(cache).map_err(|error| format!("{}: {error}", cache.display()))?;
    let mut files = Vec::new();
    files_below(directory, &mut files)?;
    for path in files.iter().filter(|path| is_compressible(path)) {
        compress(path, cache).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn compress(path: &Path, cache: &Path) -> io::Result<()> {
    let content = fs::read(path)?;
    let hash: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
    for (extension, encode) in [("br", brotli as fn(&[u8]) -> io::Result<Vec<u8>>), ("gz", gzip)] {
        let kept = cache.join(format!("{hash}.{extension}"));
        let encoded = if let Ok(encoded) = fs::read(&kept) {
            encoded
        } else {
            let encoded = encode(&content)?;
            fs::write(&kept, &encoded)?;
            encoded
        };
        if encoded.len() < content.len() {
            let mut name = path.as_os_str().to_owned();
            name.push(".");
            name.push(extension);
            fs::write(name, encoded)?;
        }
    }
    Ok(())
}

/// Brotli at its best level, as a static host would serve it.
///
/// # Errors
/// Never for bytes in memory.
pub fn brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 24);
    encoder.write_all(content)?;
    encoder.flush()?;
    Ok(encoder.into_inner())
}

/// gzip at its best level, for clients without brotli.
///
/// # Errors
/// Never for bytes in memory.
pub fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

fn is_compressible(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(
        extension,
        Some("html" | "css" | "js" | "wasm" | "json" | "svg" | "txt" | "bin" | "map" | "xml" | "webmanifest")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn both_encodings_give_the_bytes_back() {
        let content = b"one class, one class, one class, another class".repeat(20);
        let mut plain = Vec::new();
        let encoded = brotli(&content).expect("memory");
        brotli::Decompressor::new(encoded.as_slice(), 4096).read_to_end(&mut plain).expect("valid brotli");
        assert_eq!(plain, content);
        plain.clear();
        let encoded = gzip(&content).expect("memory");
        flate2::read::GzDecoder::new(encoded.as_slice()).read_to_end(&mut plain).expect("valid gzip");
        assert_eq!(plain, content);
    }
}
