//! What the page needs to work without a network: the list of a release's files for its service worker.
//!
//! Must not know how files are kept; `public/sw.js` does.

use crate::build::files_below;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// The page's own file, which names the release and so cannot be part of its name.
const INDEX: &str = "index.html";
/// The service worker; browsers keep it themselves.
const WORKER: &str = "sw.js";
/// What lies beside the page for other sites and servers; the page itself never asks for it.
const FOR_OTHERS: [&str; 6] = ["cards/", "posters/", "s/", "hosting/", "_headers", "embed."];

/// Tells the page of `dist` its release and the service worker its files; the release's name. May be called
/// again after a file has changed.
///
/// # Errors
/// A file cannot be read or written, or lacks its place to fill in.
pub fn finish(dist: &Path, build: &str) -> Result<String, String> {
    let [index, worker] = [INDEX, WORKER].map(|name| dist.join(name));
    let html = mark_files(&read(&index)?, build);
    let files = hashes(dist)?;
    let mut hash = Sha256::new();
    hash.update(build);
    hash.update(set_attribute(&html, "")?);
    for (path, content) in files.iter().filter(|(path, _)| path != INDEX) {
        hash.update(path);
        hash.update(content);
    }
    let release: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let html = set_attribute(&html, &release)?;
    write(&index, &html)?;
    let list = files.iter().map(|(path, content)| match path.as_str() {
        INDEX => row("", &STANDARD.encode(Sha256::digest(&html))),
        path => row(path, content),
    });
    let list = format!("[\n{}]", list.collect::<String>());
    let mut script = read(&worker)?;
    for (name, value) in
        [("RELEASE", format!("{release:?}")), ("BUILD", format!("{build:?}")), ("FILES", list)]
    {
        script = set_constant(&script, name, &value)?;
    }
    write(&worker, &script)?;
    Ok(release)
}

/// Path below `dist` and hash of every file of a release, as SRI writes it, in the order of the paths.
fn hashes(dist: &Path) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    files_below(dist, &mut files)?;
    let mut hashes = Vec::new();
    for file in files {
        let path = file.strip_prefix(dist).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        // Compressed copies are another spelling of a file; a name that begins with a dot is nobody's to see.
        let is_copy = path.ends_with(".br") || path.ends_with(".gz");
        let is_for_others = FOR_OTHERS.iter().any(|start| path.starts_with(start));
        if path == WORKER || is_copy || is_for_others || path.split('/').any(|part| part.starts_with('.')) {
            continue;
        }
        let content = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        hashes.push((path, STANDARD.encode(Sha256::digest(content))));
    }
    hashes.sort();
    Ok(hashes)
}

/// A folder's page is asked for by the folder's address: some hosts redirect the other one.
fn row(path: &str, hash: &str) -> String {
    let path = path.strip_suffix(INDEX).filter(|folder| folder.ends_with('/')).unwrap_or(path);
    format!("[{path:?},{hash:?}],\n")
}

/// Files beside the page carry the build in their address, so that no cache between here and the visitor
/// mixes builds.
fn mark_files(html: &str, build: &str) -> String {
    [("href", "style.css"), ("src", "boot.js")].into_iter().fold(
        html.to_owned(),
        |html, (attribute, file)| {
            html.replace(&format!("{attribute}=\"{file}\""), &format!("{attribute}=\"{file}?{build}\""))
        },
    )
}

fn set_attribute(html: &str, release: &str) -> Result<String, String> {
    const BEFORE: &str = " data-release=\"";
    let parts = html.split_once(BEFORE).and_then(|(head, rest)| Some((head, rest.split_once('"')?.1)));
    let (head, tail) = parts.ok_or_else(|| format!("{INDEX}: no{BEFORE}"))?;
    Ok([head, BEFORE, release, "\"", tail].concat())
}

fn set_constant(script: &str, name: &str, value: &str) -> Result<String, String> {
    let before = format!("\nconst {name} = ");
    let parts = script.split_once(&before).and_then(|(head, rest)| Some((head, rest.split_once(";\n")?.1)));
    let (head, tail) = parts.ok_or_else(|| format!("{WORKER}: no const {name}"))?;
    Ok([head, &before, value, ";\n", tail].concat())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = "<script data-build=\"b\" data-release=\"dev\">1</script>\
        <link rel=\"stylesheet\" href=\"style.css\"><script src=\"boot.js\" defer></script>";
    const SCRIPT: &str =
        "\"use strict\";\nconst RELEASE = \"dev\";\nconst BUILD = \"dev\";\nconst FILES = [];\nrest();\n";

    fn dist(name: &str) -> std::path::PathBuf {
        let dist = std::env::temp_dir().join(format!("collapse-lab-offline-{}-{name}", std::process::id()));
        fs::create_dir_all(dist.join("s/moons")).expect("writable");
        fs::create_dir_all(dist.join("lessons")).expect("writable");
        for (path, text) in [
            ("index.html", HTML),
            ("sw.js", SCRIPT),
            ("style.css", "a {}"),
            ("style.css.br", "?"),
            ("s/moons/index.html", "for others"),
            ("lessons/index.html", "lessons"),
        ] {
            fs::write(dist.join(path), text).expect("writable");
        }
        dist
    }

    #[test]
    fn a_release_is_named_after_its_files_and_lists_them() {
        let dist = dist("list");
        let release = finish(&dist, "0123456789abcdef").expect("complete");
        let [html, script] = ["index.html", "sw.js"].map(|name| read(&dist.join(name)).expect("there"));
        assert!(
            html.contains(&format!("data-release=\"{release}\""))
                && html.contains("style.css?0123456789abcdef")
        );
        let hash = STANDARD.encode(Sha256::digest(&html));
        // printf 'a {}' | openssl dgst -sha256 -binary | base64
        let style = "[\"style.css\",\"mkSHzL7faOU7/U/v8Umg+058R69+vN2A2xmE3Fz1q98=\"],\n";
        for part in [
            &format!("[\"\",\"{hash}\"],\n[\"lessons/\","),
            style,
            "const BUILD = \"0123456789abcdef\";",
            "\nrest();\n",
        ] {
            assert!(script.contains(part), "{part}: {script}");
        }
        assert!(!script.contains(".br") && !script.contains("sw.js") && !script.contains("moons"));
        assert_eq!(finish(&dist, "0123456789abcdef"), Ok(release.clone()), "nothing has changed");
        fs::write(dist.join("style.css"), "b {}").expect("writable");
        assert_ne!(finish(&dist, "0123456789abcdef"), Ok(release));
        fs::remove_dir_all(dist).expect("ours to remove");
    }

    #[test]
    fn a_file_without_its_place_is_refused() {
        let dist = dist("place");
        fs::write(dist.join("sw.js"), "rest();").expect("writable");
        assert!(
            finish(&dist, "0123456789abcdef").is_err_and(|reason| reason.contains("sw.js: no const RELEASE"))
        );
        fs::remove_dir_all(dist).expect("ours to remove");
    }
}
