//! The package for a USB stick: unpacked by another program, started as its README says, trains.

use browser_tests::{Setup, repository};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use xtask::{build, package};

/// A package on disk, removed when dropped with what was started from it.
struct Stick {
    root: PathBuf,
    server: Option<Child>,
    /// What the server says, kept open: a closed pipe would stop one that has more to say.
    said: Option<BufReader<ChildStdout>>,
}

impl Stick {
    fn unpacked(name: &str, servers: &[PathBuf]) -> Self {
        let root = std::env::temp_dir().join(format!("collapse-lab-stick-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&root).expect("writable");
        let packed = package::pack(&repository().dist(), servers).expect("a built page");
        std::fs::write(root.join("lab.zip"), packed).expect("writable");
        let unpacked =
            Command::new("python3").args(["-m", "zipfile", "-e", "lab.zip", "."]).current_dir(&root).status();
        assert!(unpacked.is_ok_and(|status| status.success()), "python3 unpacks it");
        Self { root, server: None, said: None }
    }

    fn folder(&self) -> PathBuf {
        self.root.join("collapse-lab")
    }

    /// Starts a server and waits for the address it prints.
    fn start(&mut self, command: &mut Command) -> String {
        let mut server = command.current_dir(self.folder()).stdout(Stdio::piped()).spawn().expect("starts");
        let said = server.stdout.take().map(BufReader::new);
        self.server = Some(server);
        let said = self.said.insert(said.expect("piped"));
        let address = |line: String| {
            line.split_whitespace().find(|word| word.starts_with("http://")).map(str::to_owned)
        };
        said.by_ref().lines().map_while(Result::ok).find_map(address).expect("it prints its address")
    }
}

impl Drop for Stick {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            let _ = server.kill();
            let _ = server.wait();
        }
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

fn trains(url: String) {
    let lab = Setup::default().browse(url);
    lab.visit("");
    lab.wait("m.step > 0", 30);
    lab.visit("#v=1&data=wine");
    lab.wait("m.step > 0", 30);
    lab.assert_quiet();
}

#[test]
fn a_computer_with_python_serves_it() {
    let mut stick = Stick::unpacked("python", &[]);
    let url = stick.start(Command::new("python3").args(["serve.py", "18080"]));
    trains(url);
}

#[test]
fn the_server_inside_serves_it() {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--profile", "dev", "-p", "xtask", "--bin", "collapse-lab-serve"]);
    let built = cargo.current_dir(repository().root).status();
    assert!(built.is_ok_and(|status| status.success()), "the server is built");
    let name = format!("collapse-lab-serve{}", std::env::consts::EXE_SUFFIX);
    let server = build::target_directory(&repository()).expect("cargo knows").join("debug").join(name);
    let mut stick = Stick::unpacked("server", &[server]);
    let program = stick.folder().join("collapse-lab-serve");
    make_executable(&program);
    // Started from elsewhere, it finds the page beside itself.
    let url = stick.start(Command::new(&program).args(["--port", "18180"]).current_dir("/"));
    trains(url);
}

#[cfg(unix)]
fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    // Python's own unpacking drops it; unzip and file managers do not.
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("ours");
}

#[cfg(not(unix))]
fn make_executable(_: &Path) {}
