//! Chromium and its driver: found, or installed where that is possible without asking.
//!
//! Must not know what is tested in them.

use crate::process;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where the two programs are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chromium {
    /// The browser.
    pub browser: PathBuf,
    /// Its WebDriver server, of the same version.
    pub driver: PathBuf,
}

impl Chromium {
    /// From `CHROME` and `CHROMEDRIVER`, else from the search path.
    ///
    /// # Errors
    /// One of them is not there; the message says which and how to get it.
    pub fn find() -> Result<Self, String> {
        let names = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome"];
        let browser = program("CHROME", &names)?;
        let driver = program("CHROMEDRIVER", &["chromedriver", "chromium.chromedriver"])?;
        match (browser, driver) {
            (Some(browser), Some(driver)) => Ok(Self { browser, driver }),
            (browser, _) => {
                let missing = if browser.is_none() { "Chromium" } else { "chromedriver" };
                Err(format!(
                    "{missing} was not found. Install Chromium and the chromedriver of the same version \
                     (Debian: apt install chromium chromium-driver), or name them in CHROME and CHROMEDRIVER"
                ))
            }
        }
    }

    /// [`Chromium::find`], after installing both on Debian and its relatives when run as root.
    ///
    /// # Errors
    /// They are missing and cannot be installed.
    pub fn find_or_install() -> Result<Self, String> {
        let missing = match Self::find() {
            Ok(found) => return Ok(found),
            Err(missing) => missing,
        };
        install(&["chromium", "chromium-driver"]).map_err(|error| match error {
            Some(error) => format!("{error}\n{missing}"),
            None => missing,
        })?;
        Self::find()
    }

    /// The session's wishes: a headless browser with a profile of its own, quiet on the network.
    pub fn capabilities(&self, profile: &Path, options: &Options) -> Value {
        let mut arguments = vec![
            "--headless=new".to_owned(),
            // Containers have no user namespaces; only our own page is opened.
            "--no-sandbox".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-quic".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--no-first-run".to_owned(),
            format!("--user-data-dir={}", profile.display()),
        ];
        if options.webgpu {
            arguments.push("--enable-unsafe-webgpu".to_owned());
        }
        let mut preferences = json!({});
        if !options.storage {
            preferences["profile.default_content_setting_values.cookies"] = json!(2);
        }
        let mut chrome = json!({ "binary": self.browser, "args": arguments, "prefs": preferences });
        let mut logs = json!({ "browser": "ALL" });
        if options.traced {
            logs["performance"] = json!("ALL");
            chrome["perfLoggingPrefs"] =
                json!({ "enableNetwork": false, "enablePage": false, "traceCategories": "toplevel" });
        }
        json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": chrome,
            "goog:loggingPrefs": logs,
            "timeouts": { "script": 300_000, "pageLoad": 60_000 },
        } } })
    }

    /// Starts the driver on a port of its own choice.
    ///
    /// # Errors
    /// It cannot be started or does not say where it listens.
    pub fn start_driver(&self) -> Result<(Child, u16), String> {
        let mut driver = Command::new(&self.driver)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: cannot be started: {error}", self.driver.display()))?;
        let output = driver.stdout.take().ok_or("chromedriver has no output")?;
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            line.split_once("successfully on port ")?.1.trim_end_matches('.').parse::<u16>().ok()
        });
        // Somebody has to read on, or the driver stops at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        match port {
            Some(port) => Ok((driver, port)),
            None => {
                let _ = driver.kill();
                let _ = driver.wait();
                Err(format!("{} ended without listening", self.driver.display()))
            }
        }
    }
}

/// Installs packages on Debian and its relatives when run as root.
///
/// # Errors
/// It is not possible here (`None`), or apt says why it failed.
pub fn install(packages: &[&str]) -> Result<(), Option<String>> {
    let is_root = process::output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0");
    if !is_root || on_path("apt-get").is_none() {
        return Err(None);
    }
    println!("Installing {} with apt", packages.join(" and "));
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        apt
    };
    process::run(apt().args(["update", "-q"]))?;
    process::run(apt().args(["install", "-y", "-q", "--no-install-recommends"]).args(packages))?;
    Ok(())
}

/// How a browser differs from the usual one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// WebGPU, on a software adapter where there is no other; without it the adapter is null.
    pub webgpu: bool,
    /// Storage for pages; without it every access throws.
    pub storage: bool,
    /// The tasks of all threads are recorded, see [`Page::longest_task`](crate::page::Page::longest_task).
    pub traced: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { webgpu: true, storage: true, traced: false }
    }
}

fn program(variable: &str, names: &[&str]) -> Result<Option<PathBuf>, String> {
    let Some(named) = std::env::var_os(variable).map(PathBuf::from) else {
        return Ok(names.iter().find_map(|name| on_path(name)));
    };
    if named.is_file() {
        Ok(Some(named))
    } else {
        Err(format!("{variable}={}: no such file", named.display()))
    }
}

/// The program of this name on the search path.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(name)).find(|path| path.is_file())
}
