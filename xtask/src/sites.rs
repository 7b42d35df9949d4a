//! `cargo xtask test sites`: tiny real sites, built by the real generators with our integrations, and opened in
//! a real browser beside the built page.
//!
//! Must not know how a generator is installed ([`tools`]) or called ([`generators`]).

mod generators;
mod tools;
mod visit;

use crate::page::Page;
use crate::server::headers::content_security_policy;
use crate::server::{Options, Server};
use crate::{Repository, process};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use tools::Toolbox;

/// A site that is built and opened.
struct Site {
    /// The generator, as its folder in `tests/sites/` is called.
    tool: &'static str,
    /// The page that is opened, below the folder of all sites.
    page: &'static str,
    /// Builds it, and tries a fault and outputs without scripts.
    build: fn(&Workshop) -> Result<(), String>,
}

/// Cheap ones first.
static SITES: [Site; 7] = [
    Site { tool: "rustdoc", page: "rustdoc/tiny/", build: generators::rustdoc },
    Site { tool: "mdbook", page: "mdbook/", build: generators::mdbook },
    Site { tool: "sphinx", page: "sphinx/", build: generators::sphinx },
    Site { tool: "mkdocs", page: "mkdocs/", build: generators::mkdocs },
    Site { tool: "quarto", page: "quarto/", build: generators::quarto },
    Site { tool: "jupyter", page: "jupyter/", build: generators::jupyter },
    Site { tool: "docusaurus", page: "docusaurus/", build: generators::docusaurus },
];

/// Where sites are built, and with what.
struct Workshop {
    repository: Repository,
    toolbox: Toolbox,
    /// Copies of the sources, so that nothing is written into the repository.
    sources: PathBuf,
    /// The finished sites, served as one.
    finished: PathBuf,
}

/// Builds every site, or only those of the generators `named`, and opens it beside `dist/`, which must be
/// there. What could not be installed is returned as reasons for skipping.
///
/// # Errors
/// A generator is unknown, a generator fails, or a page does not do what it should; all sites are tried first.
pub fn run(repository: &Repository, named: Option<&[&str]>) -> Result<Vec<String>, String> {
    let known: Vec<&str> = SITES.iter().map(|site| site.tool).collect();
    if let Some(unknown) = named.and_then(|named| named.iter().find(|name| !known.contains(name))) {
        return Err(format!("there is no site of {unknown:?}; there are {}", known.join(", ")));
    }
    let workshop = Workshop::prepare(repository)?;
    let mut skipped = Vec::new();
    let mut failures = Vec::new();
    let mut built = Vec::new();
    for site in SITES.iter().filter(|site| named.is_none_or(|named| named.contains(&site.tool))) {
        let start = Instant::now();
        if let Err(reason) = workshop.toolbox.install_for(site.tool) {
            let reason = format!("the site of {} was SKIPPED: {reason}", site.tool);
            println!("{reason}");
            skipped.push(reason);
            continue;
        }
        let installed = start.elapsed();
        match (site.build)(&workshop) {
            Ok(()) => {
                let building = (start.elapsed() - installed).as_secs_f32();
                let installing = installed.as_secs_f32();
                println!("{}: installed in {installing:.1} s, built in {building:.1} s", site.tool);
                built.push(site);
            }
            Err(error) => failures.push(format!("{}: {error}", site.tool)),
        }
    }
    let mut options = Options::new(&workshop.finished);
    options.policy = Some(workshop.policy(&built)?);
    let server = Server::start(options)?;
    for site in &built {
        let start = Instant::now();
        // A browser of its own: nothing of another site is cached or still training.
        let page = Page::start(crate::chromium::Options::default())?;
        match visit::open(&page, &format!("{}{}", server.url(), site.page)) {
            Ok(step) => {
                let seconds = start.elapsed().as_secs_f32();
                println!("{}: live, step {step} after {seconds:.1} s", site.tool);
            }
            Err(error) => {
                let picture = workshop.finished.join(format!("{}.png", site.tool));
                // The picture is for whoever looks into the failure; without it there is still the message.
                let _ = page.screenshot(&picture);
                failures.push(format!("{}: {error} (see {})", site.tool, picture.display()));
            }
        }
    }
    println!("{} passed, {} failed, {} skipped", built.len(), failures.len(), skipped.len());
    if failures.is_empty() { Ok(skipped) } else { Err(failures.join("\n")) }
}

impl Workshop {
    fn prepare(repository: &Repository) -> Result<Self, String> {
        let root = crate::tools::cache()?.join("sites");
        let (sources, finished) = (root.join("sources"), root.join("finished"));
        for folder in [&sources, &finished] {
            if folder.exists() {
                fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            }
        }
        copy(&repository.root.join("tests/sites"), &sources)?;
        copy(&repository.dist(), &finished.join("lab"))?;
        let links: String = SITES
            .iter()
            .map(|site| format!("<p><a href=\"{}\">{}</a></p>\n", site.page, site.tool))
            .collect();
        let index = finished.join("index.html");
        fs::write(
            &index,
            format!("<!DOCTYPE html>\n<html lang=\"en\"><title>Sites</title>\n{links}</html>\n"),
        )
        .map_err(|error| format!("{}: {error}", index.display()))?;
        let toolbox = Toolbox::new(&root, repository);
        Ok(Self { repository: repository.clone(), toolbox, sources, finished })
    }

    /// As strict as our own page's, with the generators' inline scripts by their hashes.
    fn policy(&self, sites: &[&Site]) -> Result<String, String> {
        let pages = sites.iter().map(|site| site.page).chain(["lab/"]);
        let mut html = String::new();
        for page in pages {
            let path = self.finished.join(page).join("index.html");
            html += &fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(content_security_policy(&html))
    }

    /// The copy of a site's sources.
    fn source(&self, tool: &str) -> PathBuf {
        self.sources.join(tool)
    }

    /// Where a site is served from.
    fn target(&self, tool: &str) -> PathBuf {
        self.finished.join(tool)
    }

    /// A folder of the repository.
    fn integration(&self, name: &str) -> PathBuf {
        self.repository.root.join("integrations").join(name)
    }
}

/// Copies a folder with everything in it.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let mut files = Vec::new();
    crate::build::files_below(from, &mut files)?;
    for path in files {
        let target = to.join(path.strip_prefix(from).unwrap_or(&path));
        let folder = target.parent().unwrap_or(to);
        fs::create_dir_all(folder)
            .and_then(|()| fs::copy(&path, &target))
            .map_err(|error| format!("{}: {error}", target.display()))?;
    }
    Ok(())
}

/// Adds `text` to a file.
fn append(path: &Path, text: &str) -> Result<(), String> {
    let failed = |error| format!("{}: {error}", path.display());
    let before = fs::read_to_string(path).map_err(failed)?;
    fs::write(path, before + text).map_err(failed)
}

/// Fails unless the file has all of `wanted` and no element that needs scripts.
fn told_without_scripts(path: &Path, wanted: &[&str]) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    match wanted.iter().find(|wanted| !text.contains(**wanted)) {
        Some(missing) => Err(format!("{}: lacks {missing}", path.display())),
        None if text.contains("<collapse-lab") => Err(format!("{}: has the element", path.display())),
        None => Ok(()),
    }
}

/// Fails unless the program does, saying `wanted`.
fn refuses(command: &mut Command, wanted: &str) -> Result<(), String> {
    let (succeeded, said) = process::outcome(command)?;
    if succeeded {
        return Err(format!("built in spite of a fault; expected {wanted}"));
    }
    if said.contains(wanted) { Ok(()) } else { Err(format!("does not say {wanted}, but\n{said}")) }
}
