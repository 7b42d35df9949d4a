//! From a requested address to a file below one directory, and never outside it.
//!
//! Must not know the network.

use super::headers::{FIXED, SHARED, cache_control, content_security_policy, media_type};
use super::{Answer, Change};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The files of one directory under one base path.
pub struct Files {
    root: PathBuf,
    base: String,
    change: Change,
    policy: Option<String>,
    /// Put behind every policy.
    watch: String,
}

/// A complete answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// HTTP status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The bytes, encoded as the headers say.
    pub body: Vec<u8>,
}

impl Files {
    /// `base` begins and ends with a slash; `policy` takes the place of our own page's.
    pub fn new(root: PathBuf, base: String, change: Change, policy: Option<String>) -> Self {
        Self { root, base, change, policy, watch: String::new() }
    }

    /// Puts `directives` behind every policy.
    pub fn watched(self, directives: String) -> Self {
        Self { watch: directives, ..self }
    }

    /// The answer to a request for `url` (path and query) with the request headers `header`.
    pub fn find(&self, url: &str, header: impl Fn(&str) -> Option<String>) -> Found {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        if format!("{path}/") == self.base {
            // Relative addresses need the slash.
            return Found { status: 308, headers: vec![("Location", self.base.clone())], body: Vec::new() };
        }
        let Some(relative) = path.strip_prefix(&self.base).and_then(safe_path) else {
            return self.not_found();
        };
        match (self.change)(&relative) {
            Answer::File => {}
            Answer::Missing => return self.not_found(),
            Answer::Prepend(text) => return self.prepended(&relative, text),
            Answer::Below(root) => {
                return self.file(&root, &relative, header).unwrap_or_else(|| self.not_found());
            }
        }
        self.file(&self.root, &relative, header).unwrap_or_else(|| self.not_found())
    }

    fn file(&self, root: &Path, relative: &str, header: impl Fn(&str) -> Option<String>) -> Option<Found> {
        let plain = root.join(relative);
        if !plain.is_file() {
            return None;
        }
        let accepted = header("Accept-Encoding").unwrap_or_default();
        let (encoding, path) = encoded(&plain, &accepted);
        let tag = entity_tag(&path, encoding)?;
        let mut headers = headers(relative);
        headers.push(("ETag", tag.clone()));
        if !encoding.is_empty() {
            headers.push(("Content-Encoding", encoding.to_owned()));
        }
        if header("If-None-Match").is_some_and(|known| known.split(',').any(|known| known.trim() == tag)) {
            return Some(Found { status: 304, headers, body: Vec::new() });
        }
        let body = std::fs::read(&path).ok()?;
        // The page's, with every file: a worker obeys the policy of its own script.
        let policy = match &self.policy {
            Some(policy) => policy.clone(),
            None => content_security_policy(&std::fs::read_to_string(root.join("index.html")).ok()?),
        };
        if !policy.is_empty() {
            headers.push(("Content-Security-Policy", policy + &self.watch));
        }
        Some(Found { status: 200, headers, body })
    }

    fn prepended(&self, relative: &str, mut text: String) -> Found {
        let Ok(content) = std::fs::read_to_string(self.root.join(relative)) else { return self.not_found() };
        text.push_str(&content);
        let mut headers = headers(relative);
        headers.retain(|(name, _)| *name != "Cache-Control");
        headers.push(("Cache-Control", "no-store".to_owned()));
        Found { status: 200, headers, body: text.into_bytes() }
    }

    fn not_found(&self) -> Found {
        let body = std::fs::read(self.root.join("404.html")).unwrap_or_else(|_| b"Not found".to_vec());
        Found { status: 404, headers: headers("404.html"), body }
    }
}

fn headers(relative: &str) -> Vec<(&'static str, String)> {
    let mut headers: Vec<_> = FIXED.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    headers.push(("Content-Type", media_type(relative).to_owned()));
    headers.push(("Cache-Control", cache_control(relative).to_owned()));
    headers.push((SHARED.0, SHARED.1.to_owned()));
    headers
}

/// The file's path below the root, `index.html` for directories; `None` for anything that could
/// leave the root. Our file names need no percent-encoding, so an encoded one is never ours.
fn safe_path(path: &str) -> Option<String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./~".contains(&byte);
    let hidden = |part: &str| part.starts_with('.');
    if !path.bytes().all(allowed) || path.starts_with('/') || path.split('/').any(hidden) {
        return None;
    }
    if path.is_empty() || path.ends_with('/') {
        Some(format!("{path}index.html"))
    } else {
        Some(path.to_owned())
    }
}

/// The best precompressed copy the client accepts.
fn encoded(plain: &Path, accepted: &str) -> (&'static str, PathBuf) {
    for (encoding, extension) in [("br", "br"), ("gzip", "gz")] {
        let named = |part: &str| {
            let mut words = part.split(';').map(str::trim);
            words.next() == Some(encoding) && !words.any(|word| word == "q=0")
        };
        let mut copy = plain.as_os_str().to_owned();
        copy.push(".");
        copy.push(extension);
        let copy = PathBuf::from(copy);
        if accepted.split(',').any(named) && copy.is_file() {
            return (encoding, copy);
        }
    }
    ("", plain.to_owned())
}

/// Changes whenever the file is written again, and differs per encoding.
fn entity_tag(path: &Path, encoding: &str) -> Option<String> {
    let metadata = path.metadata().ok()?;
    let written = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("\"{:x}-{:x}{encoding}\"", metadata.len(), written.as_nanos()))
}

#[cfg(test)]
mod tests {
    use super::safe_path;

    #[test]
    fn no_path_leaves_the_directory() {
        for path in
            ["../secret", "a/../../secret", "%2e%2e/secret", "/etc/passwd", "a\\..\\b", ".stage/x", "a/./b"]
        {
            assert_eq!(safe_path(path), None, "{path}");
        }
        assert_eq!(safe_path("").as_deref(), Some("index.html"));
        assert_eq!(safe_path("data/digits.bin").as_deref(), Some("data/digits.bin"));
    }
}
