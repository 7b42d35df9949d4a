//! The page's shapes: desktop, phone, embed, light, dark.

use browser_tests::{Lab, Setup};
use std::time::Duration;

/// Violations of the Content-Security-Policy, collected from the first script on.
const WATCH_POLICY: &str = "window.violations = [];\
    addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective + ' ' + event.blockedURI))";

#[test]
fn nothing_scrolls_sideways_on_a_phone() {
    let lab = Setup { size: (390, 844), ..Setup::default() }.open("");
    lab.wait("m.step > 100", 15);
    let widest = lab.run(
        "const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1);\
         return [document.documentElement.scrollWidth, innerWidth, wide.slice(0, 5).map(e => e.outerHTML.slice(0, 80))]",
    );
    assert!(widest[0].as_f64().is_some_and(|width| width <= 390.0), "{widest:#}");
}

#[test]
fn an_embed_has_no_chrome_and_starts_on_click() {
    let lab = Setup { size: (700, 600), ..Setup::default() }.open("?embed=1#v=1&data=gaussians&imbalance=99");
    std::thread::sleep(Duration::from_secs(2));
    let metrics = lab.metrics();
    assert_eq!(metrics["playing"], false, "{metrics}");
    assert!(metrics["step"].as_f64().unwrap_or(0.0) == 0.0, "{metrics}");
    let chrome = lab
        .run("return [...document.querySelectorAll('header.top')].filter(e => e.checkVisibility()).length");
    assert_eq!(chrome, 0, "an embed shows no page header");
    lab.page.click("button").expect("an embed has a button to start");
    lab.wait("m.step > 0", 10);
    let scroll = lab.run("return document.documentElement.scrollWidth <= innerWidth");
    assert_eq!(scroll, true, "an embed does not scroll sideways");
    lab.assert_quiet();
}

#[test]
fn themes_differ_and_follow_the_system() {
    let lab = Setup::default().serve();
    let background = |address: &str, scheme: &str| {
        lab.page.prefer_colour_scheme(scheme).expect("schemes can be emulated");
        lab.visit(address);
        lab.run("return getComputedStyle(document.documentElement).backgroundColor + getComputedStyle(document.body).backgroundColor")
    };
    let light = background("", "light");
    let dark = background("", "dark");
    assert_ne!(light, dark, "the page follows the system");
    assert_eq!(background("?theme=dark", "light"), dark);
    assert_eq!(background("?theme=light", "dark"), light);
}

#[test]
fn the_policy_forbids_nothing_the_page_does() {
    let lab = Setup { before: WATCH_POLICY, ..Setup::default() }.open("");
    lab.wait("m.step > 1000", 20);
    lab.run("await lab.pause()");
    assert_eq!(lab.run("return violations"), serde_json::json!([]));
    lab.assert_quiet();
}

#[test]
fn the_page_stays_live_while_training() {
    let lab = Lab::open("#v=1&data=digits&width=256&depth=3&steps=100000");
    lab.wait("m.step > 100", 20);
    let frames = lab.run(
        "let frames = 0; const count = () => { frames++; requestAnimationFrame(count); }; requestAnimationFrame(count);\
         await new Promise(done => setTimeout(done, 3000)); return frames / 3",
    );
    // The bench measures the real figure; this fails only when the page is stuck on a busy machine.
    assert!(frames.as_f64().is_some_and(|frames| frames > 15.0), "{frames} frames per second");
}
