//! The programs a build needs: the wasm target, trunk and wasm-bindgen, installed when missing.
//!
//! Must not know what is built with them.

use crate::{Repository, process};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// Newer ones need a newer compiler than ours.
const TRUNK: &str = "0.21.14";
const MDBOOK: &str = "0.5.4";

/// The installed tools.
#[derive(Clone, Debug)]
pub struct Tools {
    bin: PathBuf,
}

impl Tools {
    /// Installs what is missing and says so; does nothing when all is there.
    ///
    /// # Errors
    /// Something cannot be installed; the message says what to do.
    pub fn install(repository: &Repository) -> Result<Self, String> {
        install_wasm_target()?;
        let tools = Self { bin: cache()?.join("tools").join("bin") };
        let features = ["--locked", "--no-default-features", "--features", "rustls"];
        tools.install_program("trunk", "trunk", TRUNK, &features)?;
        let version = wasm_bindgen_version(repository)?;
        tools.install_program("wasm-bindgen", "wasm-bindgen-cli", &version, &[])?;
        Ok(tools)
    }

    /// mdBook, for its tests only; where its program is.
    ///
    /// # Errors
    /// It cannot be installed.
    pub fn install_mdbook() -> Result<PathBuf, String> {
        let tools = Self { bin: cache()?.join("tools").join("bin") };
        tools.install_program("mdbook", "mdbook", MDBOOK, &["--locked", "--no-default-features"])?;
        Ok(tools.bin.join("mdbook"))
    }

    /// A command that finds the installed tools first.
    pub fn command(&self, program: &str) -> Command {
        let own = self.bin.join(program);
        let mut command = if own.is_file() { Command::new(own) } else { Command::new(program) };
        command.env("PATH", self.path());
        command
    }

    fn path(&self) -> OsString {
        let mut path = self.bin.clone().into_os_string();
        if let Some(rest) = std::env::var_os("PATH") {
            path.push(if cfg!(windows) { ";" } else { ":" });
            path.push(rest);
        }
        path
    }

    fn install_program(&self, name: &str, package: &str, version: &str, more: &[&str]) -> Result<(), String> {
        let found = process::output(self.command(name).arg("--version")).unwrap_or_default();
        if found.split_whitespace().nth(1).map(|found| found.trim_start_matches('v')) == Some(version) {
            return Ok(());
        }
        println!("Installing {package} {version} (a few minutes, once) into {}", self.bin.display());
        let cache = cache()?;
        let mut cargo = Command::new("cargo");
        cargo.args(["install", "--root"]).arg(cache.join("tools"));
        cargo.arg(format!("{package}@{version}")).args(more);
        // These run for seconds, mdBook for a moment: compile them fast rather than make them fast.
        cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", if package == "mdbook" { "0" } else { "1" });
        cargo.env("CARGO_PROFILE_RELEASE_LTO", "off");
        cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        cargo.env("CARGO_TARGET_DIR", cache.join("tools-target"));
        // Outside the repository, so that its compiler flags do not apply.
        std::fs::create_dir_all(&cache).map_err(|error| format!("{}: {error}", cache.display()))?;
        process::run(cargo.current_dir(&cache)).map_err(|error| {
            format!(
                "{error}\n{package} {version} could not be installed; it needs the network and a C compiler \
                 (Debian: apt install build-essential)"
            )
        })
    }
}

/// Where tools are kept between builds: `$COLLAPSE_LAB_CACHE` or `~/.cache/collapse-lab`.
///
/// # Errors
/// There is no home directory.
pub fn cache() -> Result<PathBuf, String> {
    if let Some(cache) = std::env::var_os("COLLAPSE_LAB_CACHE") {
        return Ok(PathBuf::from(cache));
    }
    let home =
        std::env::home_dir().ok_or("no home directory; set COLLAPSE_LAB_CACHE to a directory for tools")?;
    Ok(home.join(".cache").join("collapse-lab"))
}

fn install_wasm_target() -> Result<(), String> {
    let target = "wasm32-unknown-unknown";
    let libdir =
        process::output(Command::new("rustc").args(["--print", "target-libdir", "--target", target]))?;
    if PathBuf::from(libdir).is_dir() {
        return Ok(());
    }
    println!("Installing the Rust target {target}");
    process::run(Command::new("rustup").args(["target", "add", target])).map_err(|error| {
        format!(
            "{error}\nRust's {target} target is missing and rustup could not add it; install rustup \
             (https://rustup.rs), or your distribution's package of that target"
        )
    })
}

/// The version in `Cargo.lock`, which the command line must equal.
fn wasm_bindgen_version(repository: &Repository) -> Result<String, String> {
    let path = repository.root.join("Cargo.lock");
    let lock = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    locked_version(&lock, "wasm-bindgen").ok_or_else(|| format!("{}: no wasm-bindgen", path.display()))
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn version_is_that_of_the_package_itself() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
