//! Somebody else's page around ours: a few files on an origin of their own.
//!
//! Must not know what a test does there.

use serde_json::Value;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use xtask::chromium::Options;
use xtask::page::Page;
use xtask::server::{self, Change, Server};

/// A host page, the site it lies on, and the site the lab lies on.
pub struct Host {
    /// The browser's tab.
    pub page: Page,
    lab: Server,
    site: Server,
    folder: PathBuf,
}

/// How the two sites are set up.
pub struct Sites<'a> {
    /// Body of the host page; `LAB` stands for the lab's address.
    pub body: &'a str,
    /// Other files of the host's site.
    pub files: &'a [(&'a str, &'a str)],
    /// The host page's Content-Security-Policy; `LAB` and `ORIGIN` stand for the lab's address and origin.
    pub policy: &'a str,
    /// Path under which the lab lies.
    pub base: &'a str,
    /// Files of the lab that are not answered as they are.
    pub change: Change,
    /// Script run before those of every page and frame.
    pub before: &'a str,
}

impl Default for Sites<'_> {
    fn default() -> Self {
        Self {
            body: "<main></main>",
            files: &[],
            policy: "",
            base: "/",
            change: Box::new(|_| server::Answer::File),
            before: "",
        }
    }
}

/// The module's exports on the window, and what most tests do with them.
const SCRIPT: &str = "\
    import * as embedding from 'LABembed.js';\n\
    window.embedding = embedding;\n\
    window.lab_address = 'LAB';\n\
    window.wait = ms => new Promise(done => setTimeout(done, ms));\n\
    window.until = async (condition, seconds = 30) => {\n\
      for (const start = performance.now(); performance.now() - start < seconds * 1000; await wait(30)) {\n\
        const value = await condition();\n\
        if (value) return value;\n\
      }\n\
      throw new Error('not in time: ' + condition);\n\
    };\n\
    window.caught = promise => promise.then(\n\
      value => 'no error: ' + JSON.stringify(value),\n\
      error => [error.name, error.field, error.message, error instanceof embedding.LabError].join('|'));\n";

impl Sites<'_> {
    /// Serves both and opens the host page.
    pub fn open(self) -> Host {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("collapse-lab-host-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("writable");
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells tests their folder");
        let mut options = server::Options::new(&PathBuf::from(manifest).join("../../dist"));
        (options.base, options.change) = (self.base.to_owned(), self.change);
        let lab = Server::start(options).unwrap_or_else(|error| panic!("{error}"));
        let origin = format!("http://127.0.0.1:{}", lab.port());
        let filled = |text: &str| text.replace("LAB", &lab.url()).replace("ORIGIN", &origin);
        let html = format!(
            "<!DOCTYPE html><html lang=en><meta charset=utf-8><link rel=icon href='favicon.svg'>\
             <link rel=stylesheet href=host.css><title>Host</title>\
             <script src=host.js type=module></script>{}",
            self.body
        );
        let style = "body{margin:0 auto;max-width:700px;font:16px sans-serif}.far{height:3000px}";
        let icon = "<svg xmlns='http://www.w3.org/2000/svg'/>";
        let own = [("index.html", &*html), ("host.css", style), ("host.js", SCRIPT), ("favicon.svg", icon)];
        for (name, text) in own.iter().chain(self.files) {
            std::fs::write(folder.join(name), filled(text)).expect("writable");
        }
        let site = server::Options { policy: Some(filled(self.policy)), ..server::Options::new(&folder) };
        let site = Server::start(site).unwrap_or_else(|error| panic!("{error}"));
        let page = Page::start(Options::default()).unwrap_or_else(|error| panic!("{error}"));
        page.resize(900, 800).expect("the window has a size");
        if !self.before.is_empty() {
            page.run_before_pages(self.before).expect("scripts can be added");
        }
        let host = Host { page, lab, site, folder };
        host.page.open(&host.site.url()).expect("the page opens");
        host.wait("window.embedding", 20);
        host
    }
}

impl Host {
    /// A host page with this body.
    pub fn with(body: &str) -> Self {
        Sites { body, ..Sites::default() }.open()
    }

    /// The lab's address.
    pub fn lab(&self) -> String {
        self.lab.url()
    }

    /// Runs the body of an async function in the host page.
    pub fn run(&self, body: &str) -> Value {
        self.page.run(body).unwrap_or_else(|error| panic!("{body}\n{error}\n{:#?}", self.page.console()))
    }

    /// What [`Host::run`] gives, as text.
    pub fn text(&self, body: &str) -> String {
        let value = self.run(body);
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }

    /// Waits until a JavaScript expression, which may await, is truthy.
    pub fn wait(&self, condition: &str, seconds: u64) -> Value {
        self.page
            .wait_for(condition, Duration::from_secs(seconds))
            .unwrap_or_else(|error| panic!("{error}\n{:#?}", self.page.console()))
    }

    /// What the console reports that is wrong.
    pub fn complaints(&self) -> Vec<String> {
        let console = self.page.console().expect("the console is logged").into_iter();
        let is_wrong = |(level, message): &(String, String)| {
            level == "SEVERE" || message.contains("Content Security Policy")
        };
        console.filter(is_wrong).map(|(_, message)| message).collect()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // A folder of the system's for passing things; somebody else tidies it, too.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
