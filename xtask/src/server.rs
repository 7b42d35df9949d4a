//! A small static server for `dist/`, for visitors of this machine and for the browser tests.
//!
//! Must not know how the page is built; headers are in [`headers`], file look-up in [`files`].

pub mod files;
pub mod headers;

use files::Files;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tiny_http::{Method, Request};

/// Enough for a browser's six connections and a worker's.
const THREADS: usize = 8;
/// Where browsers send what a policy forbids, below the base.
const REPORTS: &str = "csp-report";
/// Bytes of a report that are read.
const REPORT: u64 = 10_000;
/// Ports tried after the one asked for.
const NEXT_PORTS: u16 = 50;

/// What to serve and where.
pub struct Options {
    /// The directory.
    pub root: PathBuf,
    /// First port tried; 0 lets the system choose.
    pub port: u16,
    /// Path under which the files appear, `/` or `/some/path/`.
    pub base: String,
    /// Answers of a test instead of a file.
    pub change: Change,
    /// Content-Security-Policy of every file instead of our own page's, for pages around ours; empty
    /// sends none.
    pub policy: Option<String>,
    /// Whether browsers are asked to report what the policy forbids, to [`Server::reports`].
    pub watch: bool,
}

/// Decides, from the path below the base, whether a file is answered as it is.
pub type Change = Box<dyn Fn(&str) -> Answer + Send + Sync>;

/// How a file is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// As it is.
    File,
    /// As if it did not exist.
    Missing,
    /// With this text before it, uncompressed.
    Prepend(String),
    /// As the file of the same path below this directory, as after another deployment.
    Below(PathBuf),
}

impl Options {
    /// The directory on a port the system chooses, at `/`, unchanged.
    pub fn new(root: &Path) -> Self {
        let change: Change = Box::new(|_| Answer::File);
        Self { root: root.to_owned(), port: 0, base: "/".to_owned(), change, policy: None, watch: false }
    }
}

type Reports = Arc<Mutex<Vec<String>>>;

/// A running server; stops when dropped.
pub struct Server {
    http: Arc<tiny_http::Server>,
    threads: Vec<JoinHandle<()>>,
    port: u16,
    base: String,
    reports: Reports,
}

impl Server {
    /// Starts serving to this machine only, on the first free port from `options.port` on.
    ///
    /// # Errors
    /// There is nothing to serve, or no port is free.
    pub fn start(options: Options) -> Result<Self, String> {
        if !options.root.join("index.html").is_file() {
            let root = options.root.display();
            return Err(format!("{root} has no index.html; run `cargo xtask build` first"));
        }
        let base = format!("/{}/", options.base.trim_matches('/')).replace("//", "/");
        let http = Arc::new(listen(options.port)?);
        let port = http.server_addr().to_ip().map_or(0, |address| address.port());
        let watch = if options.watch { format!("; report-uri {base}{REPORTS}") } else { String::new() };
        let files = Files::new(options.root, base.clone(), options.change, options.policy).watched(watch);
        let (files, reports) = (Arc::new(files), Reports::default());
        let thread = |_| {
            let (http, files, reports) = (Arc::clone(&http), Arc::clone(&files), Arc::clone(&reports));
            std::thread::spawn(move || {
                while let Ok(request) = http.recv() {
                    answer(request, &files, &reports);
                }
            })
        };
        let threads = (0..THREADS).map(thread).collect();
        Ok(Self { http, threads, port, base, reports })
    }

    /// The page's address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}{}", self.port, self.base)
    }

    /// The port in use.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What browsers have reported as forbidden so far, in their words.
    pub fn reports(&self) -> Vec<String> {
        // A thread that panicked with the lock has only read a body.
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        for thread in std::mem::take(&mut self.threads) {
            // A thread ends only when the server does; there is nothing to tell apart.
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for _ in 0..self.threads.len() {
            self.http.unblock();
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn listen(port: u16) -> Result<tiny_http::Server, String> {
    let mut reason = String::new();
    for port in port..=port.saturating_add(NEXT_PORTS) {
        match tiny_http::Server::http(("127.0.0.1", port)) {
            Ok(server) => return Ok(server),
            Err(error) => reason = error.to_string(),
        }
    }
    Err(format!("no free port from {port} on: {reason}; choose another with --port"))
}

fn answer(mut request: Request, files: &Files, reports: &Reports) {
    let found = match request.method() {
        Method::Post if request.url().ends_with(REPORTS) => {
            let mut report = String::new();
            // A report that cannot be read is still one.
            let _ = request.as_reader().take(REPORT).read_to_string(&mut report);
            reports.lock().unwrap_or_else(PoisonError::into_inner).push(report);
            files::Found { status: 204, headers: Vec::new(), body: Vec::new() }
        }
        Method::Get | Method::Head => files.find(request.url(), |name| header(&request, name)),
        _ => files::Found { status: 405, headers: vec![("Allow", "GET, HEAD".to_owned())], body: Vec::new() },
    };
    let mut response = format!("HTTP/1.1 {} \r\n", found.status);
    // Closed after each answer, which tiny_http cannot say: it may queue a connection behind one that is
    // kept alive although it could start a thread, and a page that asks for six files at once then waits
    // for ever (tiny_http 0.12, `TaskPool::spawn` counts threads that are already spoken for as idle).
    response += "Connection: close\r\n";
    if found.status != 304 {
        response += &format!("Content-Length: {}\r\n", found.body.len());
    }
    for (name, value) in found.headers {
        // Names and values are ours and ASCII; anything else is left out rather than sent broken.
        if value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            response += &format!("{name}: {value}\r\n");
        }
    }
    response += "\r\n";
    let mut response = response.into_bytes();
    if *request.method() != Method::Head {
        response.extend(found.body);
    }
    let mut writer = request.into_writer();
    // A visitor who closes the tab early is no error of ours.
    let _ = writer.write_all(&response).and_then(|()| writer.flush());
}

fn header(request: &Request, name: &str) -> Option<String> {
    let field =
        request.headers().iter().find(|header| header.field.as_str().as_str().eq_ignore_ascii_case(name))?;
    Some(field.value.as_str().to_owned())
}
