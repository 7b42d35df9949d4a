//! After one visit everything works without a network, and no page ever meets another release's files.

use browser_tests::{Answer, Lab, Options, Setup, repository};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use xtask::build::files_below;
use xtask::offline;

/// The service worker holds every file and answers for this page.
const KEPT: &str = "(await navigator.serviceWorker.ready).active.state === 'activated' && navigator.serviceWorker.controller";
/// Fetching a whole release on a busy machine.
const PATIENCE: u64 = 60;

fn visit_once(setup: Setup) -> Lab {
    let lab = setup.open("");
    lab.wait("m.step > 0", 20);
    lab.wait(KEPT, PATIENCE);
    lab
}

fn wait(lab: &Lab, condition: &str, seconds: u64) {
    let found = lab.page.wait_for(condition, Duration::from_secs(seconds));
    found.unwrap_or_else(|error| panic!("{condition}: {error}\n{}", lab.text()));
}

/// Opens an address of a program that has no `window.lab`.
fn open(lab: &Lab, address: &str) {
    lab.page.open("about:blank").expect("an empty page opens");
    lab.page.open(&format!("{}{address}", lab.url())).expect("the page opens");
}

/// Goes on in the same tab: with no page of this site open, a waiting release would start.
fn go(lab: &Lab, address: &str) {
    lab.page.open(&format!("{}{address}", lab.url())).expect("the page opens");
}

#[test]
fn after_one_visit_everything_works_without_a_network() {
    let mut lab = visit_once(Setup { base: "/some/where/", ..Setup::default() });
    lab.unplug();
    let fails = lab.run("try { await fetch('nothing-of-ours.txt'); return false } catch { return true }");
    assert_eq!(fails, true, "the network was meant to be gone");
    // The failure just asked for; from here on there must be none.
    lab.page.console().expect("the console is logged");
    // Another set and another language than those of the visit.
    lab.visit("?lang=fr#v=1&data=wine");
    lab.wait("m.step > 0 && document.documentElement.lang === 'fr'", 20);
    lab.visit("#v=1&data=mnist");
    lab.wait("m.step > 0", 20);
    // Programs of their own, none of which the visit has shown.
    lab.visit("?lesson=imbalance");
    lab.wait("document.querySelector('.lesson')", 20);
    open(&lab, "?map=learning_rate,imbalance&grid=2x2&seeds=1&steps=20#v=1&data=gaussians");
    wait(&lab, "window.map && document.querySelector('#map-train')", 20);
    assert_eq!(lab.run("return (await map.run()).done"), 4);
    open(&lab, "?diagnose");
    wait(&lab, "document.querySelector('textarea')", 20);
    open(&lab, "index.html");
    lab.wait("m.step > 0", 20);
    lab.assert_quiet();
}

/// What the page was made of: builds named in the addresses of its files and workers.
const BUILDS: &str = "return [...new Set([document.querySelector('[data-build]').dataset.build,\
    ...performance.getEntriesByType('resource').map(entry => entry.name).join(' ').match(/\\b[0-9a-f]{16}\\b(?=\\/|$| )/g) || []])]";

#[test]
fn a_new_release_waits_for_the_visitor_and_never_mixes() {
    let old = build_in(&repository().dist());
    let new: String = old.chars().rev().collect();
    let second = Variant::of(&repository().dist(), &old, &new);
    let deployed = Arc::new(AtomicBool::new(false));
    let (seen, root) = (Arc::clone(&deployed), second.0.clone());
    let change = move |_: &str| {
        if seen.load(Ordering::Relaxed) { Answer::Below(root.clone()) } else { Answer::File }
    };
    let lab = visit_once(Setup { change: Box::new(change), ..Setup::default() });
    lab.visit("#v=1&data=linear&width=7");
    lab.wait("m.step > 0", 20);
    deployed.store(true, Ordering::Relaxed);
    lab.run("await (await navigator.serviceWorker.getRegistration()).update()");
    lab.wait("document.querySelector('#new-release button')", PATIENCE);
    assert!(lab.notices().contains("new version"), "{}", lab.notices());

    // Until then the page is the old one, whole, although the server has nothing of it any more.
    assert_eq!(lab.run(BUILDS), json!([old]));
    go(&lab, "?lesson=imbalance");
    lab.wait("document.querySelector('.lesson')", 20);
    assert_eq!(lab.run(BUILDS), json!([old]));
    go(&lab, "#v=1&data=linear&width=7");
    lab.wait("m.step > 0 && document.querySelector('#new-release button')", 30);

    // Another tab may take the new release; this one goes on with its own files and a new worker of its own.
    lab.run(
        "(await navigator.serviceWorker.getRegistration()).waiting.postMessage('take over');\
        await new Promise(done => navigator.serviceWorker.addEventListener('controllerchange', done))",
    );
    let step = lab.metric("step");
    lab.run("await lab.play(); void lab.debug.kill()");
    lab.set("data: 'wine'");
    lab.wait(&format!("m.playing && m.step > 0 && m.step !== {step}"), 30);
    assert_eq!(lab.run(BUILDS), json!([old]));

    lab.page.click("#new-release button").expect("there is a button");
    lab.wait(
        &format!("document.querySelector('[data-build]').dataset.build === '{new}' && m && m.step > 0"),
        30,
    );
    assert_eq!(lab.run(BUILDS), json!([new]));
    assert_eq!(lab.state()["width"], 7, "the experiment stays");
    assert!(!lab.notices().contains("new version"), "{}", lab.notices());
    lab.visit("");
    lab.wait("(await caches.keys()).length === 1", 10);
}

/// Pressing the button is the usual way: the waiting release takes over and the page loads again.
#[test]
fn the_button_brings_the_new_release() {
    let old = build_in(&repository().dist());
    let new: String = old.chars().rev().collect();
    let second = Variant::of(&repository().dist(), &old, &new);
    let deployed = Arc::new(AtomicBool::new(false));
    let (seen, root) = (Arc::clone(&deployed), second.0.clone());
    let change = move |_: &str| {
        if seen.load(Ordering::Relaxed) { Answer::Below(root.clone()) } else { Answer::File }
    };
    let lab = visit_once(Setup { change: Box::new(change), ..Setup::default() });
    deployed.store(true, Ordering::Relaxed);
    lab.set("depth: 3");
    lab.wait("location.hash.includes('depth=3')", 5);
    lab.run("await (await navigator.serviceWorker.getRegistration()).update()");
    lab.wait("document.querySelector('#new-release button')", PATIENCE);
    lab.page.click("#new-release button").expect("there is a button");
    lab.wait(
        &format!("document.querySelector('[data-build]').dataset.build === '{new}' && m && m.step > 0"),
        30,
    );
    assert_eq!((lab.run(BUILDS), lab.state()["depth"].as_u64()), (json!([new]), Some(3)));
}

/// A deployment in the middle of the first visit: what does not belong together is not kept.
#[test]
fn a_release_that_is_not_whole_is_not_kept() {
    let change = |path: &str| {
        if path == "data/wine.bin" { Answer::Prepend("other".to_owned()) } else { Answer::File }
    };
    let lab = Setup { change: Box::new(change), ..Setup::default() }.open("");
    lab.wait("m.step > 0", 20);
    lab.wait("(await caches.keys()).length > 0", PATIENCE);
    lab.wait("!(await navigator.serviceWorker.getRegistration())", PATIENCE);
    assert_eq!(lab.run("return Boolean(navigator.serviceWorker.controller)"), false);
    let step = lab.metric("step");
    lab.wait(&format!("m.step > {step}"), 10);
}

#[test]
fn where_nothing_may_be_kept_the_page_trains_all_the_same() {
    let options = Options { storage: false, ..Options::default() };
    let lab = Setup { options, ..Setup::default() }.open("");
    lab.wait("m.step > 0", 20);
    // Long enough for the attempt.
    lab.wait("performance.now() > 5000", 20);
    assert_eq!(lab.notices(), "");
    lab.assert_quiet();
}

#[test]
fn another_sites_visitors_and_those_who_save_data_are_left_alone() {
    let registrations = "return (await navigator.serviceWorker.getRegistrations()).length";
    let lab = Setup::default().serve();
    // A page of this host, so that the frame's registrations can be seen.
    lab.page.open(&format!("{}lang/en.txt", lab.url())).expect("opens");
    lab.run(
        "const frame = document.body.appendChild(document.createElement('iframe'));\
        frame.src = '../?embed=1&start=playing'; frame.width = 700; frame.height = 600;",
    );
    wait(&lab, "frames[0].lab && (await frames[0].lab.getMetrics()).step > 0", 30);
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(lab.run(registrations), 0);

    let before =
        "Object.defineProperty(Navigator.prototype, 'connection', { get: () => ({ saveData: true }) })";
    let lab = Setup { before, ..Setup::default() }.open("");
    lab.wait("m.step > 0 && performance.now() > 5000", 20);
    assert_eq!(lab.run(registrations), 0);
}

#[test]
fn it_can_be_installed() {
    let lab = visit_once(Setup { base: "/some/where/", ..Setup::default() });
    lab.page.devtools("Page.enable", &json!({})).expect("the browser answers");
    let found = lab.page.devtools("Page.getInstallabilityErrors", &json!({})).expect("the browser answers");
    assert_eq!(found["installabilityErrors"], json!([]));
    let manifest = lab.page.devtools("Page.getAppManifest", &json!({})).expect("the browser answers");
    assert_eq!(manifest["errors"], json!([]), "{manifest}");
    assert!(manifest["url"].as_str().is_some_and(|url| url.ends_with("/some/where/manifest.webmanifest")));
    let icons = "const manifest = await (await fetch('manifest.webmanifest')).json();\
        return await Promise.all(manifest.icons.filter(icon => icon.sizes !== 'any').map(async icon => {\
          const image = new Image(); image.src = icon.src; await image.decode();\
          return `${image.naturalWidth}x${image.naturalHeight}` === icon.sizes }))";
    assert_eq!(lab.run(icons), json!([true, true, true]));
    lab.assert_quiet();
}

/// The build whose folder a built page has.
fn build_in(dist: &Path) -> String {
    let entries = std::fs::read_dir(dist).expect("a built page");
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let is_build = |name: &String| name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    names.into_iter().find(is_build).expect("`cargo xtask build` makes a folder of the build")
}

/// The same page as if it were another build, removed when dropped.
struct Variant(PathBuf);

impl Variant {
    fn of(dist: &Path, old: &str, new: &str) -> Self {
        let root = std::env::temp_dir().join(format!("collapse-lab-{new}-{:?}", std::thread::current().id()));
        let _ = std::fs::remove_dir_all(&root);
        let mut files = Vec::new();
        files_below(dist, &mut files).expect("readable");
        for path in files {
            let name = path.strip_prefix(dist).expect("below").to_string_lossy().replace(old, new);
            if name.ends_with(".br") || name.ends_with(".gz") {
                continue;
            }
            let target = root.join(name);
            std::fs::create_dir_all(target.parent().expect("below the root")).expect("writable");
            std::fs::write(target, replaced(&std::fs::read(&path).expect("readable"), old, new))
                .expect("writable");
        }
        offline::finish(&root, new).expect("a built page");
        Self(root)
    }
}

impl Drop for Variant {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A build's name is a text of fixed length, in programs too.
fn replaced(content: &[u8], old: &str, new: &str) -> Vec<u8> {
    let mut content = content.to_vec();
    let mut at = 0;
    while let Some(found) = content[at..].windows(old.len()).position(|part| part == old.as_bytes()) {
        content[at + found..at + found + old.len()].copy_from_slice(new.as_bytes());
        at += found + old.len();
    }
    content
}
