//! The page in the engines that are not Chromium's: it trains, and its policy forbids nothing it does.
//!
//! On request, because they have to be installed: `cargo xtask test engines`.

use std::path::PathBuf;
use std::time::Duration;
use xtask::engines::Engine;
use xtask::page::Page;
use xtask::server::{Options, Server};

#[test]
#[ignore = "installs a browser: cargo xtask test engines"]
fn firefox_trains_under_the_strict_policy() {
    trains_in(Engine::Firefox);
}

#[test]
#[ignore = "installs a browser: cargo xtask test engines"]
fn webkit_trains_under_the_strict_policy() {
    trains_in(Engine::WebKit);
}

fn trains_in(engine: Engine) {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells tests their folder");
    let dist = PathBuf::from(folder).join("../../dist");
    let options = Options { base: "/docs/lab".to_owned(), watch: true, ..Options::new(&dist) };
    let server = Server::start(options).unwrap_or_else(|error| panic!("{error}"));
    let page = Page::start_other(engine).unwrap_or_else(|error| panic!("{engine:?}: {error}"));
    for address in ["", "?embed=1&start=playing#scenario=imbalance"] {
        page.open("about:blank").expect("an empty page");
        page.open(&format!("{}{address}", server.url())).expect("the page opens");
        let trained = "window.lab && (await lab.getMetrics()).step > 100 && await lab.getMetrics()";
        let metrics = page.wait_for(trained, Duration::from_secs(60)).unwrap_or_else(|error| {
            panic!("{engine:?}: {error}\n{:?}", page.run("return document.body.innerText"))
        });
        assert_eq!(metrics["backend"], "cpu", "{engine:?}: {metrics:#}");
        let svg = page.run("return await (await lab.screenshot({ format: 'svg' })).text()");
        assert!(svg.is_ok_and(|svg| svg.as_str().is_some_and(|svg| svg.starts_with("<svg"))), "{engine:?}");
    }
    assert_eq!(server.reports(), Vec::<String>::new(), "{engine:?}: the policy forbids something");
    // The reports arrive at all: what the policy must forbid is forbidden and told.
    page.run("const script = document.createElement('script'); script.textContent = '1'; document.body.append(script)")
        .expect("a script is added");
    let start = std::time::Instant::now();
    while server.reports().is_empty() && start.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(!server.reports().is_empty(), "{engine:?} does not report");
}
