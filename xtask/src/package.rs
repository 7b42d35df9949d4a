//! `cargo xtask package`: the page as a zip for a USB stick, with servers for rooms without a network.
//!
//! Must not know how the page is built or served.

use crate::build::files_below;
use crate::{Repository, build, process};
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use zip::write::FileOptions;

/// Everything lies in a folder of this name, so that unpacking makes no mess.
const FOLDER: &str = "collapse-lab";
/// The server for any machine with Python, and what starts whichever server runs.
const SCRIPTS: [(&str, &str); 3] = [
    ("serve.py", include_str!("package/serve.py")),
    ("start.sh", include_str!("package/start.sh")),
    ("start.bat", include_str!("package/start.bat")),
];
const README: &str = include_str!("package/README.txt");

/// Builds the page (unless `--no-build`) and a server for this kind of machine, and packs them.
///
/// # Errors
/// An option is wrong, a build fails, or files cannot be read or written.
pub fn run(repository: &Repository, options: &[&str]) -> Result<(), String> {
    let (mut build_first, mut servers) = (true, Vec::new());
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match *option {
            "--no-build" => build_first = false,
            "--server" => servers.push(PathBuf::from(options.next().ok_or("--server needs a file")?)),
            other => return Err(format!("package has no option {other:?}")),
        }
    }
    if build_first {
        build::run(repository)?;
    }
    servers.insert(0, server(repository)?);
    let package = pack(&repository.dist(), &servers)?;
    let path = build::target_directory(repository)?.join("collapse-lab.zip");
    fs::write(&path, &package).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("Packed {} ({:.1} MB)", path.display(), package.len() as f64 / 1e6);
    Ok(())
}

/// The zip of a built page and the programs that serve it.
///
/// # Errors
/// A file cannot be read.
pub fn pack(dist: &Path, servers: &[PathBuf]) -> Result<Vec<u8>, String> {
    let mut files = Vec::new();
    files_below(dist, &mut files)?;
    files.sort();
    let failed = |error: zip::result::ZipError| error.to_string();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // One moment for all files: equal builds give equal packages.
    let plain =
        || FileOptions::default().last_modified_time(zip::DateTime::default()).unix_permissions(0o644);
    let mut put = |name: &str, content: &[u8], runs: bool| {
        let options = if runs { plain().unix_permissions(0o755) } else { plain() };
        zip.start_file(format!("{FOLDER}/{name}"), options).map_err(failed)?;
        zip.write_all(content).map_err(|error| format!("{name}: {error}"))
    };
    let mut build = String::new();
    for path in files {
        let name = path.strip_prefix(dist).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        // The package is compressed as a whole.
        if name.ends_with(".br") || name.ends_with(".gz") {
            continue;
        }
        if let Some((folder, _)) = name.split_once("/worker-cpu") {
            folder.clone_into(&mut build);
        }
        put(&format!("site/{name}"), &read(&path)?, false)?;
    }
    for server in servers {
        let name = server.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        put(&name, &read(server)?, true)?;
    }
    for (name, text) in SCRIPTS {
        put(name, text.as_bytes(), true)?;
    }
    let platform = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    let readme = README.replace("{platform}", &platform).replace("{build}", &build);
    // Windows editors of some age want their own line ends.
    put("README.txt", readme.replace('\n', "\r\n").as_bytes(), false)?;
    zip.finish().map(Cursor::into_inner).map_err(failed)
}

/// The server for this kind of machine; on Linux one that needs nothing of the system where that can be built.
fn server(repository: &Repository) -> Result<PathBuf, String> {
    let target = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
    let is_static = cfg!(target_os = "linux")
        && process::run(
            Command::new("rustup").args(["target", "add", &target]).current_dir(&repository.root),
        )
        .is_ok();
    let build = |target: Option<&str>| {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--release", "--locked", "-p", "xtask", "--bin", "collapse-lab-serve"]);
        cargo.args(target.iter().flat_map(|target| ["--target", target])).current_dir(&repository.root);
        process::run(&mut cargo)?;
        let name = format!("collapse-lab-serve{}", std::env::consts::EXE_SUFFIX);
        let folder = build::target_directory(repository)?.join(target.unwrap_or_default());
        Ok(folder.join("release").join(name))
    };
    if is_static && let Ok(server) = build(Some(&target)) {
        return Ok(server);
    }
    build(None)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_package_holds_the_page_its_servers_and_how_to_start_them() {
        let root = std::env::temp_dir().join(format!("collapse-lab-package-{}", std::process::id()));
        let dist = root.join("dist");
        fs::create_dir_all(dist.join("0123456789abcdef")).expect("writable");
        for name in ["index.html", "index.html.br", "0123456789abcdef/worker-cpu.js"] {
            fs::write(dist.join(name), name).expect("writable");
        }
        fs::write(root.join("server"), "#!").expect("writable");
        let packed = pack(&dist, &[root.join("server")]).expect("readable");
        assert_eq!(
            packed,
            pack(&dist, &[root.join("server")]).expect("readable"),
            "equal builds, equal packages"
        );
        let mut zip = zip::ZipArchive::new(Cursor::new(packed)).expect("a zip");
        let mut names: Vec<String> = zip.file_names().map(str::to_owned).collect();
        names.sort();
        let expected = [
            "README.txt",
            "serve.py",
            "server",
            "site/0123456789abcdef/worker-cpu.js",
            "site/index.html",
            "start.bat",
            "start.sh",
        ];
        assert_eq!(names, expected.map(|name| format!("collapse-lab/{name}")));
        assert_eq!(zip.by_name("collapse-lab/server").expect("there").unix_mode(), Some(0o100_755));
        let mut readme = String::new();
        zip.by_name("collapse-lab/README.txt").expect("there").read_to_string(&mut readme).expect("text");
        assert!(readme.contains("Build 0123456789abcdef."));
        assert!(!readme.contains("{platform}") && readme.contains("serve.py"));
        fs::remove_dir_all(root).expect("ours to remove");
    }
}
