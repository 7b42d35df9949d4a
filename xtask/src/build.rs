//! The release page: trunk compiles the programs into `dist/`, then worker files get a directory
//! of their own per build and everything is compressed.
//!
//! Must not know how `dist/` is served.

use crate::tools::Tools;
use crate::{Repository, compress, hosting, offline, process, share, shorten};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds `dist/`, installing the tools first if they are missing.
///
/// # Errors
/// A tool is missing and cannot be installed, the build fails, or files cannot be written.
pub fn run(repository: &Repository) -> Result<(), String> {
    let build = bundle(repository, "index.html")?;
    shorten_names(&repository.dist())?;
    split_words(&repository.dist().join("lang"))?;
    name_build(repository, &build)?;
    hosting::write(&repository.dist())?;
    share::write(repository)?;
    offline::finish(&repository.dist(), &build)?;
    compress::directory(&repository.dist(), &target_directory(repository)?.join("compressed"))?;
    println!("Built {} (build {build})", repository.dist().display());
    Ok(())
}

/// Builds `dist/` for looking at a change: only `programs`, hardly optimised, not compressed. Not for
/// measuring; what is left out is missing on the page.
///
/// # Errors
/// There is no such program; otherwise as [`run`].
pub fn quick(repository: &Repository, programs: &[&str]) -> Result<(), String> {
    let path = |name: &str| repository.root.join(name);
    let failed = |error| format!("index.html: {error}");
    let html = fs::read_to_string(path("index.html")).map_err(failed)?;
    fs::write(path(QUICK), only(&html, programs)?).map_err(failed)?;
    let build = bundle(repository, QUICK);
    fs::remove_file(path(QUICK)).map_err(failed)?;
    let build = build?;
    let [written, wanted] = [QUICK, "index.html"].map(|name| repository.dist().join(name));
    if written.exists() {
        fs::rename(written, wanted).map_err(failed)?;
    }
    split_words(&repository.dist().join("lang"))?;
    name_build(repository, &build)?;
    hosting::write(&repository.dist())?;
    share::write(repository)?;
    offline::finish(&repository.dist(), &build)?;
    println!("Built {} in {} for a quick look", programs.join(", "), repository.dist().display());
    Ok(())
}

/// What [`quick`] builds unless told otherwise.
pub const QUICK_PROGRAMS: [&str; 2] = ["page", "worker-cpu"];

/// The page [`quick`] gives to trunk, beside the real one because trunk looks for files there.
const QUICK: &str = "index.quick.html";

/// `html` with only these programs, in the profile `quick`.
fn only(html: &str, programs: &[&str]) -> Result<String, String> {
    let mark = |program: &str| format!("data-bin=\"{program}\"");
    if let Some(unknown) = programs.iter().find(|program| !html.contains(&mark(program))) {
        return Err(format!("index.html has no program {unknown:?}"));
    }
    let kept = html.lines().filter_map(|line| {
        if !line.contains("data-trunk rel=\"rust\"") {
            return Some(line.to_owned());
        }
        let wanted = programs.iter().any(|program| line.contains(&mark(program)));
        let (before, rest) = line.split_once("data-cargo-profile=\"").filter(|_| wanted)?;
        let (_, after) = rest.split_once('"')?;
        Some(format!("{before}data-cargo-profile=\"quick\"{after}"))
    });
    Ok(kept.fold(String::new(), |html, line| html + &line + "\n"))
}

/// Compiles the programs that the page `target` names and gives their files their places in `dist/`;
/// returns the build's name.
fn bundle(repository: &Repository, target: &str) -> Result<String, String> {
    let tools = Tools::install(repository)?;
    let build = identity(repository)?;
    let mut trunk = tools.command("trunk");
    trunk.args(["build", target]).current_dir(&repository.root);
    trunk.env("COLLAPSE_LAB_BUILD", &build);
    // trunk reads NO_COLOR as a boolean of its own and stops at other values.
    trunk.env_remove("NO_COLOR");
    process::run(&mut trunk)?;
    move_workers(&repository.dist(), &build)?;
    Ok(build)
}

/// Name of a build: equal for equal sources, dependencies and compiler, different otherwise, so that
/// a page never talks to a worker of another build and worker files can be cached for ever.
fn identity(repository: &Repository) -> Result<String, String> {
    let mut inputs = Vec::new();
    for name in [
        "Cargo.toml",
        "Cargo.lock",
        "Trunk.toml",
        "index.html",
        "build.rs",
        ".cargo/config.toml",
        "xtask/src/build.rs",
        "xtask/src/shorten.rs",
    ] {
        inputs.push(repository.root.join(name));
    }
    for directory in ["src", "worker", "lang"] {
        files_below(&repository.root.join(directory), &mut inputs)?;
    }
    inputs.sort();
    let mut hash = Sha256::new();
    hash.update(process::output(Command::new("rustc").arg("-vV").current_dir(&repository.root))?);
    for path in inputs {
        let content = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.strip_prefix(&repository.root).unwrap_or(&path).to_string_lossy().into_owned();
        for part in [name.as_bytes(), &content] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    Ok(hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

/// Tells `index.html` the build and the languages, so that it can ask for files of theirs.
fn name_build(repository: &Repository, build: &str) -> Result<(), String> {
    let mut languages = Vec::new();
    files_below(&repository.root.join("lang"), &mut languages)?;
    languages.sort();
    let codes: Vec<_> =
        languages.iter().filter_map(|path| path.file_stem()).map(|code| code.to_string_lossy()).collect();
    let index = repository.dist().join("index.html");
    let failed = |error| format!("{}: {error}", index.display());
    let html = fs::read_to_string(&index).map_err(failed)?;
    let (before, after) = (r#"data-build="dev" data-languages="en""#, codes.join(" "));
    if !html.contains(before) {
        return Err(format!("{}: no {before}", index.display()));
    }
    let after = format!(r#"data-build="{build}" data-languages="{after}""#);
    fs::write(&index, html.replace(before, &after)).map_err(failed)
}

/// Programs that the page starts instead of itself when the address asks for them, or beside itself.
const OTHERS: [&str; 5] = ["classroom", "map", "clinic", "export", "desk"];

/// The module that starts one of [`OTHERS`]; the page adds it when somebody wants in.
fn start_script(program: &str) -> String {
    format!("import init from \"./{program}.js\";init().catch(e=>setTimeout(()=>{{throw e}}));\n")
}

/// Whether a file is a program's whose name has no hash: a worker's, or one of [`OTHERS`].
fn is_moved(name: &str) -> bool {
    let is_others = |program: &&str| {
        name.strip_prefix(program).is_some_and(|rest| rest == ".js" || rest.starts_with('_'))
    };
    name.starts_with("worker-") || OTHERS.iter().any(is_others)
}

/// trunk hashes the page's file names but not those of the workers and the other programs; a directory
/// per build does it for them.
fn move_workers(dist: &Path, build: &str) -> Result<(), String> {
    let target = dist.join(build);
    fs::create_dir_all(&target).map_err(|error| format!("{}: {error}", target.display()))?;
    for program in OTHERS {
        let start = target.join(format!("{program}_start.js"));
        fs::write(&start, start_script(program)).map_err(|error| format!("{}: {error}", start.display()))?;
    }
    let entries = fs::read_dir(dist).map_err(|error| format!("{}: {error}", dist.display()))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_moved(&name) {
            fs::rename(entry.path(), target.join(name))
                .map_err(|error| format!("{}: {error}", entry.path().display()))?;
        }
    }
    for program in ["worker-cpu", "worker-gpu", "worker-desk"] {
        let [loader, script] = ["_loader.js", ".js"].map(|end| target.join([program, end].concat()));
        if !loader.exists() {
            continue;
        }
        let read =
            |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
        let whole = whole_loader(program, &read(&loader)?, &read(&script)?)?;
        fs::write(&loader, whole).map_err(|error| format!("{}: {error}", loader.display()))?;
        fs::remove_file(&script).map_err(|error| format!("{}: {error}", script.display()))?;
    }
    Ok(())
}

/// trunk's loader with the script it imports, which saves a request before the program can be fetched.
/// A program that does not arrive rejects a promise nobody holds; thrown, it reaches the page.
fn whole_loader(program: &str, loader: &str, script: &str) -> Result<String, String> {
    let import = format!("importScripts(\"./{program}.js\");");
    match loader.trim_end().trim_end_matches(';').strip_prefix(&import) {
        Some(start) => Ok(format!("{script}\n{start}.catch(e=>setTimeout(()=>{{throw e}}));")),
        None => Err(format!("{program}_loader.js does not begin with {import}")),
    }
}

/// Every program and its script agree on shorter names.
fn shorten_names(dist: &Path) -> Result<(), String> {
    let mut files = Vec::new();
    files_below(dist, &mut files)?;
    for program in files {
        let Some(stem) = program.to_str().and_then(|path| path.strip_suffix("_bg.wasm")) else { continue };
        let script = ["_loader.js", ".js"].map(|end| PathBuf::from([stem, end].concat()));
        let script = script.iter().find(|path| path.exists()).ok_or_else(|| format!("{stem}: no script"))?;
        let failed = |error| format!("{stem}: {error}");
        let content = fs::read(&program).map_err(failed)?;
        let text = fs::read_to_string(script).map_err(failed)?;
        let (content, text) =
            shorten::shorten(&content, &text).map_err(|error| format!("{stem}: {error}"))?;
        fs::write(&program, content).and_then(|()| fs::write(script, text)).map_err(failed)?;
    }
    Ok(())
}

/// Each language's file becomes several: what the page says at once, and what it fetches for a class, for the
/// collapse map, for the clinic, for exports and for the data desk.
/// Words that a language lacks are said in English; a test keeps that from happening unnoticed.
fn split_words(directory: &Path) -> Result<(), String> {
    let mut files = Vec::new();
    files_below(directory, &mut files)?;
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let english = parts(&read(&directory.join("en.txt"))?);
    for path in files {
        let failed = |error| format!("{}: {error}", path.display());
        let parts = parts(&read(&path)?);
        for ((part, english), extension) in parts.iter().zip(&english).zip(PARTS) {
            fs::write(path.with_extension(extension), filled(part, english)).map_err(failed)?;
        }
    }
    Ok(())
}

/// `words` and those lines of `english` whose keys it lacks.
fn filled(words: &str, english: &str) -> String {
    let key = |line: &str| line.split(" = ").next().unwrap_or(line).to_owned();
    let known: std::collections::HashSet<String> = words.lines().map(key).collect();
    let lacking = english.lines().filter(|line| !line.starts_with(['@', '[']) && !known.contains(&key(line)));
    words.lines().chain(lacking).fold(String::new(), |text, line| text + line + "\n")
}

/// How the files of a language end: the page's, the class's, the map's, the clinic's, the exports' and the desk's.
const PARTS: [&str; 6] = ["txt", "class.txt", "map.txt", "clinic.txt", "export.txt", "desk.txt"];

/// The lines of each of [`PARTS`] of a language file, without comments.
fn parts(text: &str) -> [String; 6] {
    let mut parts = [const { String::new() }; 6];
    let mut part = 0;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        part = match line {
            "[page]" => 0,
            "[class]" => 1,
            "[map]" => 2,
            "[clinic]" => 3,
            "[export]" => 4,
            "[desk]" => 5,
            _ => part,
        };
        parts[part] += line;
        parts[part].push('\n');
    }
    parts
}

/// Every file below a directory, in no order.
///
/// # Errors
/// A directory cannot be read.
pub fn files_below(directory: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = fs::read_dir(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() { files_below(&path, found)? } else { found.push(path) }
    }
    Ok(())
}

/// Where cargo puts what it builds.
///
/// # Errors
/// Cargo does not say.
pub fn target_directory(repository: &Repository) -> Result<PathBuf, String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(&repository.root);
    let metadata: serde_json::Value = serde_json::from_str(&process::output(&mut cargo)?)
        .map_err(|error| format!("cargo metadata: {error}"))?;
    let directory =
        metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
    Ok(PathBuf::from(directory))
}

#[cfg(test)]
mod tests {
    use super::{filled, is_moved, only, parts, whole_loader};

    #[test]
    fn a_quick_look_leaves_other_programs_out() {
        let html = "<p>\n<link data-trunk rel=\"rust\" data-bin=\"a\" data-cargo-profile=\"page\">\n\
                    <link data-trunk rel=\"rust\" data-bin=\"b\" data-cargo-profile=\"page\">\n";
        let quick = "<p>\n<link data-trunk rel=\"rust\" data-bin=\"b\" data-cargo-profile=\"quick\">\n";
        assert_eq!(only(html, &["b"]).as_deref(), Ok(quick));
        assert!(only(html, &["c"]).is_err());
    }

    #[test]
    fn programs_move_and_their_style_sheets_stay() {
        for name in ["worker-cpu.js", "classroom_bg.wasm", "map.js", "map_bg.wasm", "clinic.js", "export.js"]
        {
            assert!(is_moved(name), "{name}");
        }
        for name in ["map.css", "clinic.css", "mapped.js", "page-1234.js", "index.html"] {
            assert!(!is_moved(name), "{name}");
        }
    }

    #[test]
    fn a_language_is_split_by_its_sections() {
        let text = "# comment\n@name = X\n[page]\na = 1\n\n[class]\nb = 2\n[page]\nc = 3\n[map]\nd = 4\n[clinic]\ne = 5\n[export]\nf = 6\n[desk]\ng = 7\n";
        let [page, class, map, clinic, export, desk] = parts(text);
        assert_eq!(export, "[export]\nf = 6\n");
        assert_eq!(desk, "[desk]\ng = 7\n");
        assert_eq!(clinic, "[clinic]\ne = 5\n");
        assert_eq!(map, "[map]\nd = 4\n");
        assert_eq!(page, "@name = X\n[page]\na = 1\n[page]\nc = 3\n");
        assert_eq!(class, "[class]\nb = 2\n");
        assert_eq!(filled("[page]\na = un\n", &page), "[page]\na = un\nc = 3\n");
    }

    #[test]
    fn a_loader_carries_its_script_and_throws_what_fails() {
        let loader =
            whole_loader("worker-cpu", "importScripts(\"./worker-cpu.js\");start(\"x.wasm\");\n", "let a;");
        assert_eq!(loader.as_deref(), Ok("let a;\nstart(\"x.wasm\").catch(e=>setTimeout(()=>{throw e}));"));
        assert!(whole_loader("worker-cpu", "import x from \"y\"", "").is_err());
    }
}
