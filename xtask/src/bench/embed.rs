//! The lab in somebody else's page: what the reader of that page pays for it.
//!
//! Must not know how a demo becomes live; it clicks, scrolls and listens.

use super::Task;
use super::figures::{Goal, row};
use super::markdown::table as markdown;
use super::results::{Results, VALUE, Values, values};
use crate::chromium::Options;
use crate::compress;
use crate::page::Page;
use crate::server::{self, Server};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// One row of the table.
struct Figure {
    /// What is measured.
    name: &'static str,
    most: f64,
    /// Whether host and lab are different sites to the browser, which then gives each a process.
    apart: bool,
    /// How the host's demos become live.
    loading: &'static str,
    /// Whether it needs `embed.js`; a picture does not.
    scripted: bool,
    /// Body of an async function in the host page.
    script: &'static str,
}

/// Longest time between two timers of 4 ms: no task of the main thread was longer.
const TEN: &str = "\
    let longest = 0, last = performance.now();\
    const timer = setInterval(() => { const now = performance.now(); longest = Math.max(longest, now - last); last = now }, 4);\
    for (const one of document.querySelectorAll('collapse-lab')) {\
      one.scrollIntoView({ block: 'center' });\
      const lab = await one.lab; let step = 0; lab.on('step', event => step = event.step);\
      await until(() => step > 50);\
    }\
    clearInterval(timer); return longest";

static FIGURES: &[Figure] = &[
    Figure {
        name: "navigation to the picture on screen",
        most: 300.0,
        apart: true,
        loading: "click",
        scripted: false,
        script: "return await new Promise((done, fail) => {\
                   setTimeout(() => fail(new Error('the largest thing painted is no picture')), 10000);\
                   new PerformanceObserver(list => {\
                     const seen = list.getEntries().filter(entry => entry.element?.localName === 'img').at(-1);\
                     if (seen) done(seen.startTime);\
                   }).observe({ type: 'largest-contentful-paint', buffered: true });\
                 })",
    },
    Figure {
        name: "click on the picture to the first step of the live run",
        most: 1500.0,
        apart: true,
        loading: "click",
        scripted: true,
        script: "const one = document.querySelector('collapse-lab'); await wait(500);\
                 const start = performance.now(); one.shadowRoot.querySelector('button').click();\
                 const lab = await one.lab;\
                 await new Promise(done => lab.on('step', ({ step }) => step > 0 && done()));\
                 return performance.now() - start",
    },
    Figure {
        name: "ten demos scrolled through: longest time the host page did not answer",
        most: 50.0,
        apart: true,
        loading: "lazy",
        scripted: true,
        script: TEN,
    },
    Figure {
        name: "the same with the lab on the host's own site",
        most: 50.0,
        apart: false,
        loading: "lazy",
        scripted: true,
        script: TEN,
    },
];

/// Scenarios whose demos stand in the host page.
const DEMOS: [&str; 10] = [
    "imbalance",
    "digits",
    "learning_rate",
    "dead_units",
    "zeros",
    "sorted",
    "by_heart",
    "wine",
    "focal",
    "offset",
];

const SCRIPT: &str = "import 'LABembed.js';\n\
    window.wait = ms => new Promise(done => setTimeout(done, ms));\n\
    window.until = async condition => {\n\
      for (const start = performance.now(); !condition(); await wait(20)) {\n\
        if (performance.now() - start > 60000) throw new Error('not in time: ' + condition);\n\
      }\n\
    };\n\
    window.there = true;\n";

/// The host's site: a page with ten demos for each way of loading.
struct Site {
    server: Server,
    folder: PathBuf,
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Site {
    fn begin(lab: &str) -> Result<Self, String> {
        let folder = std::env::temp_dir().join(format!("collapse-lab-embed-{}", std::process::id()));
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text.replace("LAB", lab))
                .map_err(|error| format!("{}: {error}", path.display()))
        };
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        write("host.js", SCRIPT)?;
        write("index.html", "<!DOCTYPE html>")?;
        // Two paragraphs, in any font smaller than a picture: the largest thing painted is to be one.
        let text = format!("<p>{}</p>", "Some text between two demos, as documentation has. ".repeat(20));
        for loading in ["click", "lazy"] {
            let demo = |id: &&str| {
                format!(
                    "<collapse-lab src=LAB preset={id} loading={loading}><a href=LAB#scenario={id}><img src=LABposters/{id}.svg \
                     width=700 height=420 alt={id}></a></collapse-lab>{text}{text}"
                )
            };
            let demos: String = DEMOS.iter().map(demo).collect();
            let head = "<!DOCTYPE html><meta charset=utf-8><title>Host</title><script type=module src=host.js></script>";
            write(&format!("{loading}.html"), &format!("{head}{demos}"))?;
        }
        let options = server::Options { policy: Some(String::new()), ..server::Options::new(&folder) };
        Ok(Self { server: Server::start(options)?, folder })
    }

    fn measure(&self, figure: &Figure) -> Result<Values, String> {
        // The browser takes ports of one host for one site, and names of one machine for two.
        let host = if figure.apart { "localhost" } else { "127.0.0.1" };
        let page = Page::start(Options::default())?;
        page.resize(1000, 900)?;
        page.open(&format!("http://{host}:{}/{}.html", self.server.port(), figure.loading))?;
        if figure.scripted {
            page.wait_for("window.there", Duration::from_secs(20))?;
        }
        values(&page.run(figure.script)?)
    }
}

/// What is measured with the lab at `url`.
///
/// # Errors
/// The host's site cannot be served.
pub fn tasks(url: &str) -> Result<Vec<Task>, String> {
    let site = Arc::new(Site::begin(url)?);
    let task = |figure: &'static Figure| {
        let site = Arc::clone(&site);
        Task { name: figure.name.to_owned(), measure: Box::new(move || site.measure(figure)) }
    };
    Ok(FIGURES.iter().map(task).collect())
}

/// The table: what, its goal, and what was measured.
///
/// # Errors
/// A file of the embed is missing in `dist`.
pub fn table(dist: &Path, results: &Results) -> Result<String, String> {
    let kilobytes = |bytes: usize| Some(bytes as f64 / 1000.0);
    let script = read(&dist.join("embed.js"))?;
    let script = compress::gzip(&script).map_err(|error| error.to_string())?.len();
    let mut pictures = Vec::new();
    crate::build::files_below(&dist.join("posters"), &mut pictures)?;
    pictures.retain(|path| path.extension().is_some_and(|extension| extension == "svg"));
    let mut largest = 0;
    for path in pictures {
        largest = largest.max(read(&path)?.len());
    }
    let mut rows = vec![
        row("embed.js (gzip)", Goal::AtMost(5.0), 2, "kB", kilobytes(script)),
        row("largest picture of a demo, not compressed", Goal::AtMost(30.0), 1, "kB", kilobytes(largest)),
    ];
    rows.extend(FIGURES.iter().map(|figure| {
        row(figure.name, Goal::AtMost(figure.most), 0, "ms", results.median(figure.name, VALUE))
    }));
    Ok(markdown(&["in somebody else's page", "goal", "measured"], &rows))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_demo_has_its_picture() {
        let posters = Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/posters");
        for id in DEMOS {
            assert!(posters.join(format!("{id}.svg")).is_file(), "{id}");
        }
    }

    #[test]
    fn the_script_is_under_its_budget() {
        let script = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/embed.js")).expect("there");
        let bytes = compress::gzip(&script).expect("in memory").len();
        assert!(bytes <= 5_000, "embed.js is {bytes} bytes after gzip");
    }
}
