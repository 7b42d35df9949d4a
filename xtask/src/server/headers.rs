//! The response headers: media types, caching, and what the page may do. Must not read files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Media type by file extension.
pub fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}

/// For ever where the name changes with the content, else asked again every time.
pub fn cache_control(path: &str) -> &'static str {
    if is_hashed(path) { "public, max-age=31536000, immutable" } else { "no-cache" }
}

/// Whether a path contains a build's or a file's hash: 16 hexadecimal digits, fewer where trunk left
/// out leading zeros.
fn is_hashed(path: &str) -> bool {
    let is_hash =
        |word: &str| (13..=16).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    path.split(['/', '-', '.', '_']).any(is_hash)
}

/// Sent with every file. The page may be framed by any site; the isolation headers let even a
/// cross-origin-isolated site do so, and cost nothing because the page loads only its own files.
pub const FIXED: [(&str, &str); 5] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Vary", "Accept-Encoding"),
];

/// Sent with every file, too: a module such as `embed.js` is only given to pages it allows. All files are
/// public, and no answer depends on who asks.
pub const SHARED: (&str, &str) = ("Access-Control-Allow-Origin", "*");

/// What the page may load and run: its own files, WebAssembly, and exactly the inline scripts `html`
/// contains.
pub fn content_security_policy(html: &str) -> String {
    let mut scripts = String::from("'self' 'wasm-unsafe-eval'");
    for script in inline_scripts(html) {
        scripts.push_str(&format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script))));
    }
    format!(
        "default-src 'self'; script-src {scripts}; worker-src 'self'; style-src 'self'; \
         img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; \
         object-src 'none'; base-uri 'self'; form-action 'none'"
    )
}

/// The text of every `<script>` without `src`. Our own page only: no comments or templates with
/// scripts inside.
fn inline_scripts(html: &str) -> Vec<&str> {
    let mut scripts = Vec::new();
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once("<script") {
        let Some((attributes, body)) = tag.split_once('>') else { break };
        let Some((script, after)) = body.split_once("</script>") else { break };
        if !attributes.contains("src=") {
            scripts.push(script);
        }
        rest = after;
    }
    scripts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        for path in
            ["page-1f2e3d4c5b6a7988.js", "page-f2e3d4c5b6a7988_bg.wasm", "00112233445566aa/worker-cpu.js"]
        {
            assert!(is_hashed(path), "{path}");
        }
        for path in ["index.html", "data/digits.bin", "worker-cpu_loader.js", "embed.js", "page-cafe.js"] {
            assert!(!is_hashed(path), "{path}");
        }
    }

    #[test]
    fn policy_names_each_inline_script_by_its_hash() {
        let html = "<script src=\"a.js\"></script><script type=\"module\">alert(1)</script>";
        assert_eq!(inline_scripts(html), ["alert(1)"]);
        // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
        let hash = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='";
        let policy = content_security_policy(html);
        assert!(policy.contains(&format!("script-src 'self' 'wasm-unsafe-eval' {hash};")), "{policy}");
    }
}
