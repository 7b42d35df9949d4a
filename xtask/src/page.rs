//! A page in a real browser, over W3C WebDriver with the few commands we need.
//!
//! Must not know our page: only addresses, scripts and keys.

use crate::chromium::{Chromium, Options};
use crate::engines::Engine;
use crate::trace;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// One tab of one browser with a fresh profile; closed when dropped.
pub struct Page {
    agent: ureq::Agent,
    session: String,
    drivers: Vec<Child>,
    profile: PathBuf,
}

/// Virtual key codes of the keys that move focus and sliders.
const NUMBERED: [(&str, u32); 8] = [
    ("Tab", 9),
    ("Enter", 13),
    ("Escape", 27),
    (" ", 32),
    ("End", 35),
    ("Home", 36),
    ("ArrowLeft", 37),
    ("ArrowRight", 39),
];

/// The driver keeps that many entries of a log and drops others without a word.
const FULL: usize = 100_000;

impl Page {
    /// Starts a browser with an empty tab.
    ///
    /// # Errors
    /// Chromium is missing or does not start.
    pub fn start(options: Options) -> Result<Self, String> {
        let chromium = Chromium::find()?;
        let (driver, port) = chromium.start_driver()?;
        Self::behind((vec![driver], port), |profile| Ok(chromium.capabilities(profile, &options)))
    }

    /// Starts another engine with an empty tab. Commands of Chromium's own protocol fail there: sizes,
    /// colour schemes, keys, the console.
    ///
    /// # Errors
    /// The engine is missing or does not start.
    pub fn start_other(engine: Engine) -> Result<Self, String> {
        Self::behind(engine.start_driver()?, |profile| engine.capabilities(profile))
    }

    fn behind(
        (drivers, port): (Vec<Child>, u16),
        capabilities: impl FnOnce(&Path) -> Result<Value, String>,
    ) -> Result<Self, String> {
        // A system-wide proxy must not see requests to our own driver.
        let config = ureq::Agent::config_builder().proxy(None).http_status_as_error(false);
        let agent: ureq::Agent = config.timeout_global(Some(Duration::from_secs(320))).build().into();
        let profile = fresh_profile()?;
        let mut page = Self { agent, session: format!("http://127.0.0.1:{port}/session"), drivers, profile };
        let created = page.post("", &capabilities(&page.profile)?)?;
        let id = created["sessionId"].as_str().ok_or("the driver gave no session")?;
        page.session = format!("{}/{id}", page.session);
        Ok(page)
    }

    /// Goes to an address and waits for its load event.
    ///
    /// # Errors
    /// The page does not load.
    pub fn open(&self, url: &str) -> Result<(), String> {
        self.post("/url", &json!({ "url": url })).map(drop)
    }

    /// Runs the body of an async function in the page; what it returns, or the error it throws.
    ///
    /// # Errors
    /// The script throws, rejects or does not end in time.
    pub fn run(&self, body: &str) -> Result<Value, String> {
        let script = format!(
            "const done = arguments[arguments.length - 1];\
             (async () => {{ {body} }})().then(\
               value => done({{ value: value === undefined ? null : value }}),\
               error => done({{ error: String(error && error.message || error) }}));"
        );
        let mut answer = self.post("/execute/async", &json!({ "script": script, "args": [] }))?;
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer["value"].take()),
        }
    }

    /// Waits until a JavaScript expression (which may await) is truthy, and gives its value.
    ///
    /// # Errors
    /// It stays falsy for `limit`; the message holds its last value or error.
    pub fn wait_for(&self, condition: &str, limit: Duration) -> Result<Value, String> {
        let start = Instant::now();
        let body = format!("const value = {condition}; return [Boolean(value), value];");
        loop {
            let last = match self.run(&body) {
                Ok(mut answer) if answer[0] == true => return Ok(answer[1].take()),
                Ok(answer) => answer[1].to_string(),
                Err(error) => error,
            };
            if start.elapsed() > limit {
                return Err(format!("not within {limit:?}: {condition}; last: {last}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// A command of Chromium's own protocol.
    ///
    /// # Errors
    /// The browser refuses it.
    pub fn devtools(&self, command: &str, parameters: &Value) -> Result<Value, String> {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Runs a script before any script of every page opened from now on.
    ///
    /// # Errors
    /// The browser refuses it.
    pub fn run_before_pages(&self, script: &str) -> Result<(), String> {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": script })).map(drop)
    }

    /// Makes the visible part this many CSS pixels, as on a phone when narrow.
    ///
    /// # Errors
    /// The browser refuses it.
    pub fn resize(&self, width: u32, height: u32) -> Result<(), String> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", &size).map(drop)
    }

    /// Makes the visitor's system light or dark.
    ///
    /// # Errors
    /// The browser refuses it.
    pub fn prefer_colour_scheme(&self, scheme: &str) -> Result<(), String> {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", &features).map(drop)
    }

    /// Presses and releases a key, named as in `KeyboardEvent.key`, where the focus is.
    ///
    /// # Errors
    /// The browser refuses it.
    pub fn press(&self, key: &str) -> Result<(), String> {
        let mut down =
            json!({ "type": "keyDown", "key": key, "code": if key == " " { "Space" } else { key } });
        if key.chars().count() == 1 {
            down["text"] = json!(key);
        }
        // Keys that the browser itself acts on are known to it by number only.
        if let Some((_, number)) = NUMBERED.iter().find(|(name, _)| *name == key) {
            down["windowsVirtualKeyCode"] = json!(number);
        }
        if key == "Enter" {
            down["text"] = json!("\r");
        }
        self.devtools("Input.dispatchKeyEvent", &down)?;
        down["type"] = json!("keyUp");
        self.devtools("Input.dispatchKeyEvent", &down).map(drop)
    }

    /// A real click in the middle of the first element `selector` finds.
    ///
    /// # Errors
    /// There is none, or it is covered or invisible.
    pub fn click(&self, selector: &str) -> Result<(), String> {
        let found = self.post("/element", &json!({ "using": "css selector", "value": selector }))?;
        let id = found.as_object().and_then(|object| object.values().next()).and_then(Value::as_str);
        let id = id.ok_or_else(|| format!("no element {selector}"))?;
        self.post(&format!("/element/{id}/click"), &json!({})).map(drop)
    }

    /// Runs what follows inside the frame that a JavaScript expression gives, until [`Page::leave_frames`].
    ///
    /// # Errors
    /// It gives none.
    pub fn enter_frame(&self, expression: &str) -> Result<(), String> {
        let found = self.run(&format!("return {expression}"))?;
        self.post("/frame", &json!({ "id": found })).map(drop)
    }

    /// Runs what follows in the page itself again.
    ///
    /// # Errors
    /// The page is gone.
    pub fn leave_frames(&self) -> Result<(), String> {
        self.post("/frame", &json!({ "id": null })).map(drop)
    }

    /// What the console has said since it was last asked: level and message.
    ///
    /// # Errors
    /// The driver keeps no log.
    pub fn console(&self) -> Result<Vec<(String, String)>, String> {
        let log = self.post("/se/log", &json!({ "type": "browser" }))?;
        let entry = |entry: &Value| {
            let text = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
            (text("level"), text("message"))
        };
        Ok(log.as_array().map(|entries| entries.iter().map(entry).collect()).unwrap_or_default())
    }

    /// Milliseconds of the longest task of the page's main thread in the `time` from now on, in a browser that
    /// is traced.
    ///
    /// # Errors
    /// The browser is not traced.
    pub fn longest_task(&self, time: Duration) -> Result<f64, String> {
        // What was before does not count. The driver stops recording with every answer and begins again with
        // the next question, whose answer is empty.
        for _ in 0..3 {
            if self.trace()?.is_empty() {
                break;
            }
        }
        std::thread::sleep(time);
        let entries = self.trace()?;
        if entries.len() >= FULL {
            return Err(format!("the driver's log is full: {FULL} entries"));
        }
        trace::longest_task(entries.iter().filter_map(|entry| entry["message"].as_str()))
    }

    fn trace(&self) -> Result<Vec<Value>, String> {
        match self.post("/se/log", &json!({ "type": "performance" }))? {
            Value::Array(entries) => Ok(entries),
            _ => Err("the driver gave no trace".to_owned()),
        }
    }

    /// Writes the visible part as PNG.
    ///
    /// # Errors
    /// The picture cannot be taken or written.
    pub fn screenshot(&self, path: &Path) -> Result<(), String> {
        use base64::Engine;
        let picture = self.get("/screenshot")?;
        let engine = base64::engine::general_purpose::STANDARD;
        let bytes = engine.decode(picture.as_str().unwrap_or_default()).map_err(|error| error.to_string())?;
        std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        let sent = self.agent.post(format!("{}{path}", self.session)).send_json(body);
        answer(path, sent)
    }

    fn get(&self, path: &str) -> Result<Value, String> {
        answer(path, self.agent.get(format!("{}{path}", self.session)).call())
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // Ends the browser; if that fails, ending the driver is all that is left.
        let _ = self.agent.delete(&self.session).call();
        for driver in self.drivers.iter_mut().rev() {
            let _ = driver.kill();
            let _ = driver.wait();
        }
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

type Sent = Result<ureq::http::Response<ureq::Body>, ureq::Error>;

fn answer(path: &str, sent: Sent) -> Result<Value, String> {
    let mut response = sent.map_err(|error| format!("WebDriver {path}: {error}"))?;
    // Screenshots are larger than the client's usual limit for one answer.
    let body = response.body_mut().with_config().limit(100_000_000);
    let mut json: Value = body.read_json().map_err(|error| format!("WebDriver {path}: {error}"))?;
    let value = json["value"].take();
    if response.status().is_success() {
        Ok(value)
    } else {
        let text = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
        Err(format!(
            "WebDriver {path}: {}: {}",
            text("error"),
            text("message").lines().next().unwrap_or_default()
        ))
    }
}

fn fresh_profile() -> Result<PathBuf, String> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let profile = std::env::temp_dir().join(format!("collapse-lab-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&profile).map_err(|error| format!("{}: {error}", profile.display()))?;
    Ok(profile)
}
