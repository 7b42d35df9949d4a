//! What the browser tests share: the built page, opened in a real browser, and its `window.lab`.
//!
//! Must not know how the page works inside. A test that cannot get its page panics with the reason.

pub mod host;

use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;
pub use xtask::Repository;
pub use xtask::chromium::Options;
pub use xtask::page::Page;
pub use xtask::server::Answer;
use xtask::server::{Change, Server};

/// An open page and the server it came from.
pub struct Lab {
    /// The browser's tab.
    pub page: Page,
    server: Option<Server>,
    url: String,
}

/// The checkout under test.
pub fn repository() -> Repository {
    // Read when run, not when compiled: checkouts may share a target directory.
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells tests their folder");
    Repository { root: PathBuf::from(folder).join("../..") }
}

/// How a page is opened.
pub struct Setup {
    /// Browser features.
    pub options: Options,
    /// Path of the server under which the page lies.
    pub base: &'static str,
    /// Files that are not answered as they are.
    pub change: Change,
    /// Width and height in CSS pixels.
    pub size: (u32, u32),
    /// Script run before the page's own.
    pub before: &'static str,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            options: Options::default(),
            base: "/",
            change: Box::new(|_| Answer::File),
            size: (1280, 900),
            before: "",
        }
    }
}

impl Lab {
    /// Opens the page at `address` (query and fragment) and waits for its scripting object.
    pub fn open(address: &str) -> Self {
        Setup::default().open(address)
    }

    /// Opens another address in the same tab.
    pub fn visit(&self, address: &str) {
        // The same path with another fragment would not load again.
        self.page.open("about:blank").expect("an empty page opens");
        self.page.open(&format!("{}{address}", self.url)).expect("the page opens");
        self.wait("window.lab && await window.lab.getMetrics()", 15);
    }

    /// Where the page is served.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Stops the server: from now on there is no network.
    pub fn unplug(&mut self) {
        self.server = None;
    }

    /// Runs the body of an async function in the page.
    pub fn run(&self, body: &str) -> Value {
        self.page.run(body).unwrap_or_else(|error| panic!("{body}\n{error}\n{}", self.report()))
    }

    /// Waits until a JavaScript expression is truthy; `m` is the result of `getMetrics()`.
    pub fn wait(&self, condition: &str, seconds: u64) -> Value {
        let expression = format!(
            "await (async () => {{ const m = window.lab && await lab.getMetrics(); return {condition}; }})()"
        );
        self.page
            .wait_for(&expression, Duration::from_secs(seconds))
            .unwrap_or_else(|error| panic!("{error}\n{}", self.report()))
    }

    /// The page's metrics.
    pub fn metrics(&self) -> Value {
        self.run("return await lab.getMetrics()")
    }

    /// One number of the metrics; NaN where it is null.
    pub fn metric(&self, name: &str) -> f64 {
        self.metrics()[name].as_f64().unwrap_or(f64::NAN)
    }

    /// The experiment as flat JSON.
    pub fn state(&self) -> Value {
        self.run("return await lab.getState()")
    }

    /// Changes some settings of the experiment, given as the inside of a JavaScript object.
    pub fn set(&self, changes: &str) {
        self.run(&format!("await lab.setState({{ ...await lab.getState(), {changes} }})"));
    }

    /// Trains exactly `steps` steps from the beginning, paused afterwards; looked at every 20 steps, so
    /// that the verdict has something to go by.
    pub fn train_from_start(&self, steps: u32) {
        self.wait("m.backend && m.step > 0", 120);
        self.run(&format!(
            "await lab.pause(); await lab.reset(); await lab.pause();\
             for (let left = {steps}; left > 0; left -= 20) {{\
               await lab.step(Math.min(left, 20)); await new Promise(done => setTimeout(done, 60));\
             }}"
        ));
        self.wait(&format!("m.step === {steps}"), 60);
    }

    /// Text of every visible status line and notice.
    pub fn notices(&self) -> String {
        let body = "return [...document.querySelectorAll('[role=status], [role=alert], .notice')]\
                    .filter(element => element.checkVisibility()).map(element => element.innerText).join('\\n')";
        self.run(body).as_str().unwrap_or_default().to_owned()
    }

    /// Everything visible on the page.
    pub fn text(&self) -> String {
        self.run("return document.body.innerText").as_str().unwrap_or_default().to_owned()
    }

    /// Fails if the console has reported an error, such as a missing file or a forbidden script.
    pub fn assert_quiet(&self) {
        let errors: Vec<_> = self
            .page
            .console()
            .expect("the console is logged")
            .into_iter()
            .filter(|(level, message)| level == "SEVERE" || message.contains("Content Security Policy"))
            .collect();
        assert!(errors.is_empty(), "the console reports {errors:#?}");
    }

    fn report(&self) -> String {
        let console = self.page.console().unwrap_or_default();
        let text = self.page.run("return document.body.innerText.slice(0, 600)").unwrap_or_default();
        format!("console: {console:#?}\ntext: {text}")
    }
}

impl Setup {
    /// Opens the page and waits for its scripting object.
    pub fn open(self, address: &str) -> Lab {
        let lab = self.serve();
        lab.visit(address);
        lab
    }

    /// Starts server and browser without opening the page.
    pub fn serve(mut self) -> Lab {
        let mut options = xtask::server::Options::new(&repository().dist());
        options.base = self.base.to_owned();
        let unchanged: Change = Box::new(|_| Answer::File);
        options.change = std::mem::replace(&mut self.change, unchanged);
        let server = Server::start(options).unwrap_or_else(|error| panic!("{error}"));
        let url = server.url();
        Lab { server: Some(server), ..self.browse(url) }
    }

    /// Starts only the browser, for a page that somebody else serves at `url`.
    pub fn browse(self, url: String) -> Lab {
        let page = Page::start(self.options).unwrap_or_else(|error| panic!("{error}"));
        page.resize(self.size.0, self.size.1).expect("the window has a size");
        if !self.before.is_empty() {
            page.run_before_pages(self.before).expect("scripts can be added");
        }
        Lab { page, server: None, url }
    }
}
