//! The local server over real HTTP: what a browser is told about each file, and what it is refused.

use std::path::PathBuf;
use ureq::http::Response;
use xtask::compress;
use xtask::server::{Answer, Options, Server};

const PAGE: &str = "<!DOCTYPE html><script type=\"module\">alert(1)</script>";

/// A directory like a built page, removed when dropped.
struct Dist(PathBuf);

impl Dist {
    fn new(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("collapse-lab-server-{}-{name}", std::process::id()));
        let dist = root.join("dist");
        std::fs::create_dir_all(dist.join("1122334455667788")).expect("writable");
        std::fs::write(root.join("secret"), "secret").expect("writable");
        std::fs::write(dist.join("index.html"), PAGE).expect("writable");
        std::fs::write(dist.join("404.html"), "nothing here").expect("writable");
        std::fs::write(dist.join("1122334455667788/worker-cpu_bg.wasm"), vec![7; 5000]).expect("writable");
        compress::directory(&dist, &root.join("cache")).expect("compressible");
        Self(dist)
    }
}

impl Drop for Dist {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.0.parent().expect("made with a parent"));
    }
}

fn get(url: &str, headers: &[(&str, &str)]) -> (Response<()>, Vec<u8>) {
    let config = ureq::Agent::config_builder().proxy(None).http_status_as_error(false).max_redirects(0);
    let agent: ureq::Agent = config.build().into();
    let request = headers.iter().fold(agent.get(url), |request, (name, value)| request.header(*name, *value));
    let (parts, mut body) = request.call().expect("the server answers").into_parts();
    (Response::from_parts(parts, ()), body.read_to_vec().expect("a body"))
}

fn header<'a>(response: &'a Response<()>, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[test]
fn programs_are_typed_compressed_and_kept_for_ever() {
    let dist = Dist::new("programs");
    let server = Server::start(Options::new(&dist.0)).expect("starts");
    let url = format!("{}1122334455667788/worker-cpu_bg.wasm", server.url());
    for (accepted, encoding) in [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0", ""), ("", "")] {
        let (response, body) = get(&url, &[("Accept-Encoding", accepted)]);
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, "content-type"), "application/wasm");
        assert_eq!(header(&response, "content-encoding"), encoding, "accepting {accepted:?}");
        assert_eq!(header(&response, "vary"), "Accept-Encoding");
        assert!(header(&response, "cache-control").contains("immutable"));
        assert_eq!(body.len() < 5000, !encoding.is_empty());
        let tag = header(&response, "etag").to_owned();
        let (again, body) = get(&url, &[("Accept-Encoding", accepted), ("If-None-Match", &tag)]);
        assert_eq!((again.status().as_u16(), body.len()), (304, 0));
    }
}

#[test]
fn the_page_is_asked_for_again_and_carries_its_policy() {
    let dist = Dist::new("page");
    let server = Server::start(Options::new(&dist.0)).expect("starts");
    let (response, body) = get(&format!("{}?embed=1", server.url()), &[]);
    assert_eq!(body, PAGE.as_bytes());
    assert_eq!(header(&response, "cache-control"), "no-cache");
    assert_eq!(header(&response, "cross-origin-embedder-policy"), "require-corp");
    assert!(
        header(&response, "content-security-policy")
            .contains("'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='")
    );
}

#[test]
fn every_file_carries_the_policy_and_may_be_read_by_other_sites() {
    let dist = Dist::new("everywhere");
    let server = Server::start(Options::new(&dist.0)).expect("starts");
    let (page, _) = get(&server.url(), &[]);
    let (worker, _) = get(&format!("{}1122334455667788/worker-cpu_bg.wasm", server.url()), &[]);
    assert_eq!(header(&page, "content-security-policy"), header(&worker, "content-security-policy"));
    assert_eq!(header(&worker, "access-control-allow-origin"), "*");
}

#[test]
fn somebody_elses_policy_is_sent_and_what_it_forbids_is_collected() {
    let dist = Dist::new("reports");
    let policy = Some("default-src 'none'".to_owned());
    let options = Options { policy, watch: true, base: "/docs".to_owned(), ..Options::new(&dist.0) };
    let server = Server::start(options).expect("starts");
    let (page, _) = get(&server.url(), &[]);
    assert_eq!(header(&page, "content-security-policy"), "default-src 'none'; report-uri /docs/csp-report");
    assert_eq!(server.reports(), Vec::<String>::new());
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    let answer = agent.post(format!("{}csp-report", server.url())).send("forbidden").expect("taken");
    assert_eq!(answer.status(), 204);
    assert_eq!(server.reports(), ["forbidden"]);
    let none = Options { policy: Some(String::new()), ..Options::new(&dist.0) };
    let (page, _) = get(&Server::start(none).expect("starts").url(), &[]);
    assert_eq!(header(&page, "content-security-policy"), "");
}

#[test]
fn nothing_outside_the_directory_is_answered() {
    let dist = Dist::new("outside");
    let server = Server::start(Options::new(&dist.0)).expect("starts");
    for path in ["%2e%2e/secret", "..%2fsecret", "1122334455667788/%2e%2e/%2e%2e/secret", "nothing.html"] {
        let (response, body) = get(&format!("{}{path}", server.url()), &[]);
        assert_eq!(
            (response.status().as_u16(), body.as_slice()),
            (404, b"nothing here".as_slice()),
            "{path}"
        );
    }
    // Sent as it is, because clients tidy such paths up themselves.
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", server.port())).expect("connects");
    std::io::Write::write_all(
        &mut stream,
        b"GET /../secret HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )
    .expect("sent");
    let answer = std::io::read_to_string(&mut stream).expect("answered");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}

#[test]
fn a_sub_path_and_changed_files() {
    let dist = Dist::new("base");
    let change = Box::new(|path: &str| match path {
        "404.html" => Answer::Missing,
        "index.html" => Answer::Prepend("first ".to_owned()),
        _ => Answer::File,
    });
    let options = Options { base: "/some/path".to_owned(), change, ..Options::new(&dist.0) };
    let server = Server::start(options).expect("starts");
    assert!(server.url().ends_with("/some/path/"));
    let origin = server.url().replace("/some/path/", "");
    let (response, _) = get(&format!("{origin}/some/path"), &[]);
    assert_eq!((response.status().as_u16(), header(&response, "location")), (308, "/some/path/"));
    assert_eq!(get(&format!("{origin}/"), &[]).0.status(), 404);
    let (_, body) = get(&server.url(), &[]);
    assert_eq!(body, format!("first {PAGE}").as_bytes());
}

#[test]
fn a_taken_port_gives_the_next() {
    let dist = Dist::new("port");
    let first = Server::start(Options::new(&dist.0)).expect("starts");
    let second = Server::start(Options { port: first.port(), ..Options::new(&dist.0) }).expect("starts");
    assert!(second.port() > first.port());
}
