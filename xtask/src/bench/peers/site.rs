//! The page in which a peer trains: its files, served and watched, and one measurement.
//!
//! Must not know what is compared with what.

use super::{JOBS, Job, PEERS, Peer};
use crate::bench::results::{Values, values};
use crate::bench::{COUNTERS, Task, packages};
use crate::chromium::Options as Browser;
use crate::compress;
use crate::page::Page;
use crate::server::{Answer, Options, Server};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Scripts of the site, written anew each time, below `race/`; the page itself is beside that folder.
pub(super) const SCRIPTS: [(&str, &str); 6] = [
    ("page.js", include_str!("page.js")),
    ("job.js", include_str!("job.js")),
    ("race.js", include_str!("race.js")),
    ("plain.js", include_str!("plain.js")),
    ("tfjs.js", include_str!("tfjs.js")),
    ("jax.js", include_str!("jax.js")),
];
const INDEX: &str = include_str!("index.html");

/// Nats; the libraries' rounding differs by a tenth of this.
const LOSS_TOLERANCE: f64 = 1e-4;

/// The site with the peers, served.
pub struct Site {
    root: PathBuf,
    server: Server,
    /// Paths asked for since somebody last looked.
    fetched: Arc<Mutex<BTreeSet<String>>>,
    /// Bytes after brotli by path, because compressing takes seconds.
    weights: Mutex<BTreeMap<String, usize>>,
}

impl Site {
    /// Fetches the packages where they are missing and serves them with our scripts.
    ///
    /// # Errors
    /// The packages cannot be had, or files cannot be written.
    pub fn prepare() -> Result<Arc<Self>, String> {
        let root = packages::install()?;
        let write = |path: PathBuf, text: &str| {
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
        };
        let race = root.join("race");
        fs::create_dir_all(&race).map_err(|error| format!("{}: {error}", race.display()))?;
        for (name, text) in SCRIPTS {
            write(race.join(name), text)?;
        }
        write(root.join("index.html"), INDEX)?;
        let fetched = Arc::new(Mutex::new(BTreeSet::new()));
        let server = Server::start(watching(&root, Arc::clone(&fetched)))?;
        Ok(Arc::new(Self { root, server, fetched, weights: Mutex::default() }))
    }

    /// Every peer on every job it can do.
    pub(crate) fn tasks(self: &Arc<Self>) -> Vec<Task> {
        let mut tasks = Vec::new();
        for job in &JOBS {
            for peer in PEERS.iter().filter(|peer| peer.can(job)) {
                let site = Arc::clone(self);
                tasks.push(Task { name: peer.task(job), measure: Box::new(move || site.measure(peer, job)) });
            }
        }
        tasks
    }

    /// Lets one peer do one job in a fresh browser.
    fn measure(&self, peer: &Peer, job: &Job) -> Result<Values, String> {
        self.fetched.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let page = Page::start(Browser::default())?;
        let (script, backend) = (peer.script, peer.backend.replace(' ', "-"));
        page.open(&format!("{}?trainer={script}&backend={backend}&job={}", self.server.url(), job.id))?;
        let answer = page.run(
            "const deadline = performance.now() + 240000;\
             while (!race.done && !race.error) {\
               if (performance.now() > deadline) throw new Error('not done in time');\
               await new Promise(done => setTimeout(done, 200));\
             }\
             return race",
        )?;
        if let Some(error) = answer["error"].as_str() {
            return Err(error.to_owned());
        }
        let mut values = values(&answer)?;
        check(&values, job)?;
        values.insert("bytes".to_owned(), self.bytes(peer)? as f64);
        Ok(values)
    }

    /// Bytes after brotli of what the library made the browser fetch; of the plain trainer, its script.
    fn bytes(&self, peer: &Peer) -> Result<usize, String> {
        let fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let own = format!("race/{}.js", peer.script);
        let counts = |path: &&String| {
            path.contains('/') && (!path.starts_with("race/") || peer.version.is_empty() && **path == own)
        };
        let mut weights = self.weights.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sum = 0;
        for path in fetched.iter().filter(counts) {
            if !weights.contains_key(path) {
                let file = self.root.join(path);
                let failed = |error| format!("{}: {error}", file.display());
                let content = fs::read(&file).map_err(failed)?;
                weights.insert(path.clone(), compress::brotli(&content).map_err(failed)?.len());
            }
            sum += weights[path];
        }
        Ok(sum)
    }
}

/// Serves `root`, counts the workers' calls of WebGPU, and keeps the paths asked for.
fn watching(root: &Path, fetched: Arc<Mutex<BTreeSet<String>>>) -> Options {
    let change = move |path: &str| {
        fetched.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        let is_library_worker = matches!(path, "race/tfjs.js" | "race/jax.js");
        if is_library_worker { Answer::Prepend(COUNTERS.to_owned()) } else { Answer::File }
    };
    Options { change: Box::new(change), ..Options::new(root) }
}

/// Whether a peer did the job and not another.
fn check(values: &Values, job: &Job) -> Result<(), String> {
    let loss = |key: &str| values.get(key).copied().unwrap_or(f64::NAN);
    let (first, fifth, last) = (loss("loss_first"), loss("loss_fifth"), loss("loss_last"));
    let is_alike = (fifth - job.loss_fifth).abs() <= LOSS_TOLERANCE;
    if !is_alike {
        return Err(format!("other work: the fifth loss is {fifth}, not {}", job.loss_fifth));
    }
    if last < first { Ok(()) } else { Err(format!("it does not learn: from {first} to {last}")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn other_work_and_work_without_effect_are_refused() {
        let [job, _] = &JOBS;
        let losses = |fifth: f64, last: f64| {
            values(&json!({ "loss_first": 0.705, "loss_fifth": fifth, "loss_last": last })).expect("object")
        };
        assert_eq!(check(&losses(job.loss_fifth + 5e-5, 0.01), job), Ok(()));
        assert!(check(&losses(job.loss_fifth + 5e-4, 0.01), job).is_err());
        assert!(check(&losses(job.loss_fifth, 0.8), job).is_err());
        assert!(check(&losses(job.loss_fifth, f64::NAN), job).is_err());
        assert!(check(&Values::new(), job).is_err());
    }
}
