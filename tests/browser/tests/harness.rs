//! The means of the other tests: what the browser is like that they assume, on a page of our own.

use browser_tests::{Options, Page};
use std::time::Duration;
use xtask::server::Server;

const PAGE: &str = "<!DOCTYPE html><link rel=icon href='data:,'><button onclick='1'>Press</button>\
    <script>window.keys = []; addEventListener('keydown', event => keys.push(event.key));\
    document.querySelector('button').addEventListener('click', () => keys.push('click'))</script>";

fn with_page(name: &str, options: Options, check: impl Fn(&Page)) {
    let root = std::env::temp_dir().join(format!("collapse-lab-harness-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&root).expect("writable");
    std::fs::write(root.join("index.html"), PAGE).expect("writable");
    let server = Server::start(xtask::server::Options::new(&root)).expect("starts");
    let page = Page::start(options).unwrap_or_else(|error| panic!("{error}"));
    page.open(&server.url()).expect("opens");
    check(&page);
    std::fs::remove_dir_all(&root).expect("ours to remove");
}

#[test]
fn scripts_answer_and_fail_with_their_message() {
    with_page("scripts", Options::default(), |page| {
        assert_eq!(
            page.run("return await Promise.resolve({ a: [1, 'b'] })"),
            Ok(serde_json::json!({ "a": [1, "b"] }))
        );
        assert_eq!(page.run("throw new Error('no such knob')"), Err("no such knob".to_owned()));
        let waited = page.wait_for("performance.now() > 300", Duration::from_secs(5));
        assert_eq!(waited, Ok(true.into()));
        let error = page.wait_for("window.never", Duration::from_millis(200)).expect_err("never true");
        assert!(error.contains("window.never"), "{error}");
    });
}

#[test]
fn keys_and_clicks_reach_the_page() {
    with_page("keys", Options::default(), |page| {
        page.press(" ").expect("a key");
        page.press("s").expect("a key");
        page.click("button").expect("a click");
        assert_eq!(page.run("return keys"), Ok(serde_json::json!([" ", "s", "click"])));
    });
}

#[test]
fn phones_are_narrow_and_schemes_can_be_dark() {
    with_page("shape", Options::default(), |page| {
        page.resize(390, 844).expect("a size");
        assert_eq!(page.run("return document.documentElement.clientWidth > 300"), Ok(true.into()));
        page.prefer_colour_scheme("dark").expect("a scheme");
        assert_eq!(page.run("return matchMedia('(prefers-color-scheme: dark)').matches"), Ok(true.into()));
        let picture = std::env::temp_dir().join(format!("collapse-lab-{}.png", std::process::id()));
        page.screenshot(&picture).expect("a picture");
        assert!(std::fs::read(&picture).expect("written").starts_with(b"\x89PNG"));
        std::fs::remove_file(&picture).expect("ours to remove");
    });
}

#[test]
fn the_console_reports_forbidden_scripts_and_missing_files() {
    with_page("console", Options::default(), |page| {
        // The page's own inline handler is not in the policy; its script is.
        let console = page.console().expect("a log");
        assert!(
            console.iter().any(|(_, message)| message.contains("Content Security Policy")),
            "{console:?}"
        );
        page.run("await fetch('nothing.bin')").expect("a fetch");
        let console = page.console().expect("a log");
        assert!(
            console.iter().any(|(level, message)| level == "SEVERE" && message.contains("nothing.bin")),
            "{console:?}"
        );
    });
}

#[test]
fn webgpu_and_storage_are_there_only_when_asked_for() {
    const ADAPTER: &str = "return Boolean(navigator.gpu && await navigator.gpu.requestAdapter())";
    const STORAGE: &str = "try { localStorage.length; return true } catch { return false }";
    for there in [true, false] {
        with_page("features", Options { webgpu: there, storage: there, ..Options::default() }, |page| {
            assert_eq!(page.run(ADAPTER), Ok(there.into()), "WebGPU");
            assert_eq!(page.run(STORAGE), Ok(there.into()), "storage");
        });
    }
}
