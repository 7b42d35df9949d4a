//! How each generator is called: for the site, for a fault that it must report with its place, and for
//! outputs in which no script runs.
//!
//! Must not know what a browser makes of the site.

use super::{Workshop, append, copy, refuses, told_without_scripts};
use crate::tools::Tools;
use crate::{build, process};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// A block with an option that is none, for Markdown.
const FAULT: &str = "\n```collapse-lab\npreset: digits\ncolour: red\n```\n";
/// What every integration says of it.
const COMPLAINT: &str = "collapse-lab has no option \"colour\"";
/// What remains of the sites' scenario where no script runs: the link and what it promises.
const TOLD: [&str; 2] = ["#scenario=digits_majority", "Zeros everywhere"];
const POSTER: &str = "/lab/posters/digits_majority.svg";

pub(super) fn mdbook(workshop: &Workshop) -> Result<(), String> {
    preprocessor(workshop)?;
    let own = build::target_directory(&workshop.repository)?.join("debug");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([own].into_iter().chain(std::env::split_paths(&path)))
        .map_err(|error| format!("PATH: {error}"))?;
    let program = Tools::install_mdbook()?;
    let source = workshop.source("mdbook");
    let book = || {
        let mut mdbook = Command::new(&program);
        mdbook.arg("build").arg(&source).env("PATH", &path);
        mdbook
    };
    process::run(&mut book())?;
    copy(&source.join("book/html"), &workshop.target("mdbook"))?;
    told_without_scripts(&source.join("book/markdown/index.md"), &[TOLD[0], TOLD[1], POSTER])?;
    append(&source.join("src/index.md"), FAULT)?;
    refuses(&mut book(), &format!("src/index.md:30: {COMPLAINT}"))
}

/// Our preprocessor's program.
fn preprocessor(workshop: &Workshop) -> Result<PathBuf, String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--profile", "dev", "--locked", "-p", "mdbook-collapse-lab"]);
    process::run(cargo.current_dir(&workshop.repository.root))?;
    Ok(build::target_directory(&workshop.repository)?.join("debug/mdbook-collapse-lab"))
}

pub(super) fn rustdoc(workshop: &Workshop) -> Result<(), String> {
    let header = workshop.integration("rustdoc").join("header.html");
    let text = fs::read_to_string(&header).map_err(|error| format!("{}: {error}", header.display()))?;
    let source = workshop.source("rustdoc");
    let own = source.join("header.html");
    fs::write(&own, text.replace("https://example.org", ""))
        .map_err(|error| format!("{}: {error}", own.display()))?;
    let mut rustdoc = Command::new("rustdoc");
    rustdoc.args(["-D", "warnings", "--edition", "2024", "--crate-name", "tiny", "--html-in-header"]);
    process::run(rustdoc.arg(own).arg(source.join("lib.rs")).arg("-o").arg(workshop.target("rustdoc")))?;
    // Written by hand, with what the preprocessor prints for such pages.
    let program = preprocessor(workshop)?;
    let printed = process::output(Command::new(&program).args([
        "html",
        "src=/lab/",
        "preset=digits_majority",
        "lock=data",
    ]))?;
    let page = workshop.target("rustdoc").join("tiny/index.html");
    let html = fs::read_to_string(&page).map_err(|error| format!("{}: {error}", page.display()))?;
    let element = printed.lines().take(3).collect::<Vec<_>>().join("\n");
    if !html.contains(&element) {
        return Err(format!("{}: lacks\n{element}", page.display()));
    }
    refuses(Command::new(program).args(["html", "src=/lab/", "preset=digits", "colour=red"]), COMPLAINT)
}

pub(super) fn sphinx(workshop: &Workshop) -> Result<(), String> {
    workshop.toolbox.package()?;
    let source = workshop.source("sphinx");
    let build = |builder: &str, target: PathBuf| {
        let mut sphinx = workshop.toolbox.python("python");
        // The trees are no part of an EPUB.
        sphinx
            .args(["-m", "sphinx", "-q", "-W", "--keep-going", "-b", builder, "-d"])
            .arg(workshop.sources.join("sphinx-trees"));
        sphinx.arg(&source).arg(target);
        sphinx
    };
    process::run(
        workshop
            .toolbox
            .python("python")
            .args(["-m", "unittest", "discover", "-s"])
            .arg(workshop.integration("python").join("tests")),
    )?;
    process::run(&mut build("html", workshop.target("sphinx")))?;
    for (builder, file) in [("text", "index.txt"), ("latex", "atinymanual.tex")] {
        let target = workshop.sources.join(format!("sphinx-{builder}"));
        process::run(&mut build(builder, target.clone()))?;
        told_without_scripts(&target.join(file), &["Zeros everywhere", "Everything becomes a 0"])?;
    }
    let book = workshop.sources.join("sphinx-epub");
    process::run(&mut build("epub", book.clone()))?;
    told_without_scripts(&book.join("index.xhtml"), &TOLD)?;
    append(&source.join("index.rst"), "\n.. collapse-lab:: digits\n   :loading: soon\n")?;
    let wanted = "index.rst:15: ERROR: loading: \"soon\" is none of lazy, click, eager";
    refuses(&mut build("html", workshop.sources.join("sphinx-fault")), wanted)
}

pub(super) fn mkdocs(workshop: &Workshop) -> Result<(), String> {
    workshop.toolbox.package()?;
    let source = workshop.source("mkdocs");
    let build = |target: PathBuf| {
        let mut mkdocs = workshop.toolbox.python("mkdocs");
        mkdocs.args(["build", "--quiet", "--strict", "--site-dir"]).arg(target).current_dir(&source);
        mkdocs
    };
    process::run(&mut build(workshop.target("mkdocs")))?;
    append(&source.join("docs/index.md"), FAULT)?;
    refuses(&mut build(workshop.sources.join("mkdocs-fault")), &format!("index.md:25: {COMPLAINT}"))
}

/// Quarto itself is on no registry; pandoc, which it runs with our filter, is.
pub(super) fn quarto(workshop: &Workshop) -> Result<(), String> {
    let program = workshop.toolbox.pandoc()?;
    let extension = workshop.integration("quarto");
    process::run(Command::new(&program).args(["lua", "tests/cases.lua"]).current_dir(&extension))?;
    let filter = extension.join("_extensions/collapse-lab/collapse-lab.lua");
    let source = workshop.source("quarto");
    let pandoc = |target: PathBuf| {
        let mut pandoc = Command::new(&program);
        pandoc.args(["--standalone", "--from", "markdown", "--lua-filter"]).arg(&filter).arg("index.qmd");
        pandoc.arg("--output").arg(target).current_dir(&source);
        pandoc
    };
    let folder = workshop.target("quarto");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    process::run(&mut pandoc(folder.join("index.html")))?;
    let latex = source.join("index.tex");
    process::run(&mut pandoc(latex.clone()))?;
    told_without_scripts(&latex, &[TOLD[0], TOLD[1]])?;
    let markdown = source.join("index.gfm.md");
    process::run(pandoc(markdown.clone()).args(["--to", "gfm"]))?;
    told_without_scripts(&markdown, &[TOLD[0], TOLD[1], POSTER])?;
    append(&source.join("index.qmd"), FAULT)?;
    refuses(
        &mut pandoc(source.join("fault.html")),
        &format!("index.qmd: block 3 of collapse-lab, line 2: {COMPLAINT}"),
    )
}

pub(super) fn jupyter(workshop: &Workshop) -> Result<(), String> {
    workshop.toolbox.package()?;
    let source = workshop.source("jupyter");
    let convert = |format: &str, target: PathBuf| {
        let mut jupyter = workshop.toolbox.python("jupyter-nbconvert");
        jupyter.args(["--execute", "--log-level=ERROR", "--to", format, "index.ipynb", "--output-dir"]);
        jupyter.arg(target).current_dir(&source);
        jupyter
    };
    process::run(&mut convert("html", workshop.target("jupyter")))?;
    process::run(&mut convert("markdown", source.clone()))?;
    // nbconvert prefers HTML to Markdown where it may; the link and the picture are in either.
    let markdown = source.join("index.md");
    let text = fs::read_to_string(&markdown).map_err(|error| format!("{}: {error}", markdown.display()))?;
    if !TOLD.into_iter().chain([POSTER]).all(|wanted| text.contains(wanted)) {
        return Err(format!("{}: lacks the link or the picture", markdown.display()));
    }
    let notebook = source.join("index.ipynb");
    let text = fs::read_to_string(&notebook).map_err(|error| format!("{}: {error}", notebook.display()))?;
    fs::write(&notebook, text.replace("height=600", "colour=600"))
        .map_err(|error| format!("{}: {error}", notebook.display()))?;
    refuses(&mut convert("html", source.join("fault")), COMPLAINT)
}

pub(super) fn docusaurus(workshop: &Workshop) -> Result<(), String> {
    let folder = workshop.toolbox.npm();
    process::run(
        Command::new("node").args(["--test", "tests/"]).current_dir(workshop.integration("docusaurus")),
    )?;
    for name in ["docs", "src", "docusaurus.config.js"] {
        let (from, to) = (workshop.source("docusaurus").join(name), folder.join(name));
        if from.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(&from, &to).map_err(|error| format!("{}: {error}", to.display()))?;
        }
    }
    let mut docusaurus = Command::new("node");
    docusaurus.args([
        "node_modules/@docusaurus/core/bin/docusaurus.mjs",
        "build",
        "--no-minify",
        "--out-dir",
    ]);
    // Nothing about the machine is sent anywhere.
    docusaurus
        .arg(workshop.target("docusaurus"))
        .env("DOCUSAURUS_NO_TELEMETRY", "1")
        .env("DO_NOT_TRACK", "1");
    process::run(docusaurus.current_dir(folder))
}
