//! The peers' files, fetched once with npm into the cache of tools. Must not know how they are used.
//!
//! Only the files that a page loads are unpacked, and only after the archive's hash was found to be the
//! one written here.

use crate::process;
use crate::tools::cache;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha512};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One package of one version.
struct Package {
    name: &'static str,
    version: &'static str,
    /// SHA-512 of the archive, Base64.
    sha512: &'static str,
    /// Name of its folder on the site.
    folder: &'static str,
    /// Files of its `dist/` that a page loads.
    files: &'static [&'static str],
}

pub const TENSORFLOW: &str = "4.22.0";
pub const JAX: &str = "0.1.25";

static PACKAGES: &[Package] = &[
    Package {
        name: "@tensorflow/tfjs",
        version: TENSORFLOW,
        sha512: "0TrIrXs6/b7FLhLVNmfh8Sah6JgjBPH4mZ8JGb7NU6WW+cx00qK5BcAZxw7NCzxj6N8MRAIfHq+oNbPUNG5VAg==",
        folder: "tfjs",
        files: &["tf.min.js"],
    },
    Package {
        name: "@tensorflow/tfjs-backend-wasm",
        version: TENSORFLOW,
        sha512: "/IYhReRIp4jg/wYW0OwbbJZG8ON87mbz0PgkiP3CdcACRSvUN0h8rvC0O3YcDtkTQtFWF/tcXq/KlVDyV49wmA==",
        folder: "tfjs-wasm",
        files: &["tf-backend-wasm.min.js", "tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm"],
    },
    Package {
        name: "@tensorflow/tfjs-backend-webgpu",
        version: TENSORFLOW,
        sha512: "lvIc7Af4Tl2BCdYp43iQmSCRq3asaKT0q2xaErphXiUZ+jqeB0bQa0ZvQys1Xatvto0U4/c90DVsHPfvkn5ftg==",
        folder: "tfjs-webgpu",
        files: &["tf-backend-webgpu.min.js"],
    },
    Package {
        name: "@jax-js/jax",
        version: JAX,
        sha512: "g6PxWa6ZLjeQdDAM0ImBSqpdYnC6InCUTCCbMLxhMHMsMNu+JbHRjIQZ/anjBcP69of6hiqfGmTl+3gBn1qu/A==",
        folder: "jax",
        files: &[
            "index.js",
            "rolldown-runtime-D7D4PA-g.js",
            "backend-CnjgxpXq.js",
            "webgl-d1MbwhuX.js",
            "webgpu-D5edCWOx.js",
        ],
    },
];

/// The directory with a folder for every package; fetches what is missing and says so.
///
/// # Errors
/// npm is missing or fails, or an archive is not the one we know.
pub fn install() -> Result<PathBuf, String> {
    let site = cache()?.join("tools").join("bench-peers");
    for package in PACKAGES {
        let complete = |file: &&str| site.join(package.folder).join(file).is_file();
        if !package.files.iter().all(complete) || !package.is_current(&site) {
            package
                .install(&site)
                .map_err(|error| format!("{} {}: {error}", package.name, package.version))?;
        }
    }
    Ok(site)
}

impl Package {
    /// Whether the folder is of this version.
    fn is_current(&self, site: &Path) -> bool {
        fs::read_to_string(site.join(self.folder).join("version")).is_ok_and(|text| text == self.sha512)
    }

    fn install(&self, site: &Path) -> Result<(), String> {
        process::output(Command::new(NPM).arg("--version"))
            .map_err(|_| "npm is missing; it comes with Node.js (Debian: apt install npm)".to_owned())?;
        println!("Fetching {} {} with npm into {}", self.name, self.version, site.display());
        let unpacked = site.join(format!("{}.new", self.folder));
        fresh(&unpacked)?;
        let mut npm = Command::new(NPM);
        npm.args(["pack", "--silent", "--ignore-scripts", "--pack-destination"]).arg(&unpacked);
        let printed = process::output(npm.arg(format!("{}@{}", self.name, self.version)))?;
        let archive = unpacked.join(printed.lines().last().unwrap_or_default());
        let content = fs::read(&archive).map_err(|error| format!("{}: {error}", archive.display()))?;
        verify(&content, self.sha512)?;
        let mut tar = Command::new("tar");
        tar.arg("-xzf").arg(&archive).arg("-C").arg(&unpacked);
        process::output(tar.args(self.files.iter().map(|file| format!("package/dist/{file}"))))?;

        let dist = unpacked.join("package").join("dist");
        let failed = |error| format!("{}: {error}", dist.display());
        fs::write(dist.join("version"), self.sha512).map_err(failed)?;
        let folder = site.join(self.folder);
        // Missing the first time.
        let _ = fs::remove_dir_all(&folder);
        fs::rename(&dist, &folder).map_err(failed)?;
        fs::remove_dir_all(&unpacked).map_err(|error| format!("{}: {error}", unpacked.display()))
    }
}

const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// An empty directory.
fn fresh(path: &Path) -> Result<(), String> {
    // Left over from an attempt that failed, or not there.
    let _ = fs::remove_dir_all(path);
    fs::create_dir_all(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn verify(content: &[u8], sha512: &str) -> Result<(), String> {
    let found = STANDARD.encode(Sha512::digest(content));
    if found == sha512 { Ok(()) } else { Err(format!("the archive's SHA-512 is {found}, not {sha512}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_archive_is_refused() {
        // printf abc | openssl dgst -sha512 -binary | base64 -w0
        let hash = "3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";
        assert_eq!(verify(b"abc", hash), Ok(()));
        assert!(verify(b"abd", hash).is_err());
    }
}
