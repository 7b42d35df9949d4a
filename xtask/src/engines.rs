//! Firefox and WebKit beside Chromium: found or installed, and started behind their WebDriver servers.
//!
//! Must not know what is tested in them.

use crate::process;
use crate::tools::cache;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A browser engine that is not Chromium's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Gecko: Firefox ESR behind geckodriver.
    Firefox,
    /// WebKitGTK: its MiniBrowser behind WebKitWebDriver, on a virtual screen.
    WebKit,
}

/// Pinned, and only for this: Debian has no package of it.
const GECKODRIVER: &str = "0.37.1";
/// Where Debian puts the browser that WebKit's driver starts, below the libraries' folder.
const MINI_BROWSER: &str = "webkit2gtk-4.1/MiniBrowser";

impl Engine {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Firefox, Self::WebKit];

    /// Debian's packages of it.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Firefox => &["firefox-esr"],
            Self::WebKit => &["webkit2gtk-driver", "xvfb"],
        }
    }

    fn driver(self) -> Result<PathBuf, String> {
        match self {
            Self::Firefox => on_path("geckodriver")
                .or_else(|| own_geckodriver().ok().filter(|own| own.is_file()))
                .ok_or_else(|| "geckodriver was not found".to_owned()),
            Self::WebKit => {
                on_path("WebKitWebDriver").ok_or_else(|| "WebKitWebDriver was not found".to_owned())
            }
        }
    }

    fn browser(self) -> Result<PathBuf, String> {
        let found = match self {
            Self::Firefox => on_path("firefox-esr").or_else(|| on_path("firefox")),
            Self::WebKit => {
                libraries().into_iter().map(|folder| folder.join(MINI_BROWSER)).find(|path| path.is_file())
            }
        };
        found.ok_or_else(|| format!("{self:?}'s browser was not found"))
    }

    /// Installs what is missing: Debian's packages when run as root, geckodriver with cargo.
    ///
    /// # Errors
    /// Something is missing and cannot be installed.
    pub fn install(self) -> Result<(), String> {
        let lacks = |name: &str| self == Self::WebKit && on_path(name).is_none();
        if self.browser().is_err() || lacks("Xvfb") || lacks("WebKitWebDriver") {
            println!("Installing {} with apt", self.packages().join(" and "));
            let apt = || {
                let mut apt = Command::new("apt-get");
                apt.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
                apt
            };
            process::run(apt().args(["update", "-q"]))?;
            let install = ["install", "-y", "-q", "--no-install-recommends"];
            process::run(apt().args(install).args(self.packages()))?;
        }
        if self.driver().is_err() {
            let cache = cache()?;
            println!("Installing geckodriver {GECKODRIVER} (a few minutes, once) into {}", cache.display());
            let mut cargo = Command::new("cargo");
            cargo.args(["install", "--locked", "--root"]).arg(cache.join("gecko"));
            cargo.arg(format!("geckodriver@{GECKODRIVER}")).current_dir(std::env::temp_dir());
            // It runs for seconds: compile it fast rather than make it fast.
            cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
            process::run(cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"))?;
        }
        self.driver().and_then(|_| self.browser()).map(drop)
    }

    /// The session's wishes; `profile` is a folder that is removed afterwards.
    ///
    /// # Errors
    /// The browser is missing.
    pub fn capabilities(self, profile: &Path) -> Result<Value, String> {
        let timeouts = json!({ "script": 300_000, "pageLoad": 60_000 });
        let browser = self.browser()?;
        let wishes = match self {
            Self::Firefox => json!({
                "moz:firefoxOptions": {
                    "binary": browser,
                    "args": ["-headless", "-profile", profile],
                    // Nobody is to be asked or told anything.
                    "prefs": { "datareporting.policy.dataSubmissionEnabled": false, "app.update.enabled": false,
                        "network.proxy.type": 0 },
                },
                "timeouts": timeouts,
            }),
            Self::WebKit => json!({
                "webkitgtk:browserOptions": { "binary": browser, "args": ["--automation"] },
                "timeouts": timeouts,
            }),
        };
        Ok(json!({ "capabilities": { "alwaysMatch": wishes } }))
    }

    /// Starts the driver on a free port, WebKit's on a screen of its own; all processes, the driver last.
    ///
    /// # Errors
    /// It does not start, or does not listen in time.
    pub fn start_driver(self) -> Result<(Vec<Child>, u16), String> {
        let (port, path) = (free_port()?, self.driver()?);
        let mut driver = Command::new(&path);
        driver.arg(format!("--port={port}"));
        let mut processes = Vec::new();
        if self == Self::WebKit {
            let (screen, display) = virtual_screen()?;
            processes.push(screen);
            driver.env("DISPLAY", display);
            // The sandbox of its web process needs user namespaces, which containers do not have.
            driver.env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
        }
        // A system-wide proxy must not see our own pages.
        for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
            driver.env_remove(name);
        }
        processes.push(spawn(driver.stdout(Stdio::null()))?);
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if start.elapsed() > Duration::from_secs(20) {
                processes.iter_mut().for_each(|process| drop(process.kill()));
                return Err(format!("{} does not listen", path.display()));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok((processes, port))
    }
}

/// A screen that nobody sees, and its name.
fn virtual_screen() -> Result<(Child, String), String> {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", "1280x1000x24", "-nolisten", "tcp"]);
    let mut screen = spawn(command.stdout(Stdio::piped()))?;
    let mut number = String::new();
    let output = screen.stdout.take().ok_or("Xvfb has no output")?;
    BufReader::new(output).read_line(&mut number).map_err(|error| format!("Xvfb: {error}"))?;
    Ok((screen, format!(":{}", number.trim())))
}

fn spawn(command: &mut Command) -> Result<Child, String> {
    let child = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn();
    child.map_err(|error| format!("{:?}: cannot be started: {error}", command.get_program()))
}

/// Where [`Engine::install`] puts it.
fn own_geckodriver() -> Result<PathBuf, String> {
    Ok(cache()?.join("gecko").join("bin").join("geckodriver"))
}

/// The folders of libraries by machine, `/usr/lib/x86_64-linux-gnu`.
fn libraries() -> Vec<PathBuf> {
    let entries = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.to_string_lossy().ends_with("-linux-gnu")).collect()
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(name)).find(|path| path.is_file())
}
