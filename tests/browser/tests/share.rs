//! Links made for previews lead on to the scenario, and say enough where no script runs.

use browser_tests::{Lab, Setup};
use std::time::Duration;

#[test]
fn a_shared_link_opens_its_scenario_under_any_path() {
    let lab = Setup { base: "/some/path/", ..Setup::default() }.open("s/imbalance/");
    assert_eq!(lab.run("return location.pathname"), "/some/path/");
    lab.wait("(await lab.getState()).imbalance === 99", 10);
    lab.assert_quiet();
}

#[test]
fn a_shared_link_names_its_picture_and_links_to_the_scenario() {
    let lab: Lab = Setup::default().serve();
    // Here the script leads nowhere: the address of its page is another.
    lab.page.open(&lab.url()).expect("the page opens");
    let page = "const text = await (await fetch('s/imbalance/')).text();\
                const page = new DOMParser().parseFromString(text, 'text/html');\
                const here = new URL('s/imbalance/', location.href);\
                const link = page.querySelector('a').getAttribute('href');\
                const picture = page.querySelector('meta[property=\"og:image\"]').content;\
                const card = await fetch(new URL(picture, here));\
                return [page.querySelector('meta[property=\"og:title\"]').content, new URL(link, here).href,\
                        card.ok, card.headers.get('Content-Type')]";
    let expected = ["Example 1: a rare class", &format!("{}#scenario=imbalance", lab.url())]
        .map(serde_json::Value::from);
    let found = lab.page.wait_for(&format!("await (async () => {{ {page} }})()"), Duration::from_secs(10));
    let found = found.expect("a page");
    assert_eq!(found.as_array().expect("answers")[..2], expected);
    assert_eq!(found[2], true);
    assert_eq!(found[3], "image/png");
}
