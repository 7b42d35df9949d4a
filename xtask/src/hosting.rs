//! Settings for other servers, so that they send what ours sends: `_headers` for Netlify and Cloudflare
//! Pages, `.htaccess` for Apache, and a file for nginx to include.
//!
//! The policy names the page's inline scripts by their hash, which changes with every build; so the build
//! writes these files. Must not know how our own server answers.

use crate::server::headers::{FIXED, SHARED, content_security_policy};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The text of a file for a policy.
type Writer = fn(&str) -> String;

/// Where the files lie in `dist/`, and what makes them.
const FILES: [(&str, Writer); 3] =
    [("_headers", underscore), (".htaccess", apache), ("hosting/nginx.conf", nginx)];

/// Writes the settings beside a built page.
///
/// # Errors
/// The page cannot be read, or a file not be written.
pub fn write(dist: &Path) -> Result<(), String> {
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index).map_err(|error| format!("{}: {error}", index.display()))?;
    let policy = content_security_policy(&html);
    for (name, text) in FILES {
        let path = dist.join(name);
        let folder = path.parent().unwrap_or(dist);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text(&policy)))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// What is sent with every file. The encodings are the servers' own business.
fn all(policy: &str) -> Vec<(&'static str, String)> {
    let fixed = FIXED.iter().chain([&SHARED]).filter(|(name, _)| *name != "Vary");
    let fixed = fixed.map(|(name, value)| (*name, (*value).to_owned()));
    fixed.chain([("Content-Security-Policy", policy.to_owned())]).collect()
}

fn underscore(policy: &str) -> String {
    all(policy).iter().fold("/*\n".to_owned(), |mut text, (name, value)| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {name}: {value}");
        text
    })
}

fn apache(policy: &str) -> String {
    let mut text = String::from("# Needs mod_headers and mod_mime, and AllowOverride FileInfo.\n");
    for (name, value) in all(policy) {
        let _ = writeln!(text, "Header always set {name} \"{value}\"");
    }
    text + "AddType application/wasm .wasm\nAddType text/javascript .js\n"
}

fn nginx(policy: &str) -> String {
    let mut text = String::from(
        "# location /lab/ { include /where/the/lab/lies/hosting/nginx.conf; }\n\
         # application/wasm has been in nginx's mime.types since 1.21; the .gz files are ready.\n\
         gzip_static on;\n",
    );
    for (name, value) in all(policy) {
        let _ = writeln!(text, "add_header {name} \"{value}\" always;");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_shows_what_the_build_writes() {
        let guide = include_str!("../../docs/embedding.md");
        // The hashes are of a build's own scripts.
        let policy = content_security_policy("<script>1</script>");
        let hash = policy.split(['\'', ';']).find(|word| word.starts_with("sha256-")).expect("a hash");
        let policy = policy.replace(hash, "sha256-…");
        for (name, text) in FILES {
            assert!(guide.contains(&text(&policy)), "docs/embedding.md lacks {name}:\n{}", text(&policy));
        }
    }

    #[test]
    fn every_file_carries_every_header() {
        for (name, text) in FILES {
            let text = text("default-src 'self'");
            for (header, value) in all("default-src 'self'") {
                assert!(text.contains(header) && text.contains(&value), "{name} lacks {header}");
            }
        }
    }
}
