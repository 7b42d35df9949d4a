//! The collapse map: it fills, its cells open as experiments, and its link opens without training.

use browser_tests::{Lab, Setup, repository};
use serde_json::json;
use std::process::Command;
use std::time::Duration;
use xtask::build;

/// A map of nine cells, quick to train.
const SMALL: &str = "?map=learning_rate,imbalance&x=0.0001:0.1&grid=3x3&seeds=2&steps=100#v=1&data=gaussians";

/// Opens an address of the map and waits for its scripting object.
fn open(lab: &Lab, address: &str) {
    lab.page.open("about:blank").expect("an empty page opens");
    lab.page.open(&format!("{}{address}", lab.url())).expect("the page opens");
    wait(lab, "window.map && document.querySelector('#map-train')", 20);
}

fn wait(lab: &Lab, condition: &str, seconds: u64) {
    let found = lab.page.wait_for(condition, Duration::from_secs(seconds));
    found.unwrap_or_else(|error| panic!("{condition}: {error}\n{}", lab.text()));
}

#[test]
fn a_map_fills_and_its_link_opens_without_training() {
    let lab = Setup::default().serve();
    open(&lab, SMALL);
    assert_eq!(lab.run("return map.getState().done"), 0);
    let end = lab.run("return await map.run()");
    assert_eq!((&end["done"], &end["total"], &end["phase"]), (&9.into(), &9.into(), &"finished".into()));
    assert!(end["millis"].as_f64().is_some_and(|millis| millis > 0.0), "{end}");
    // Balanced data with a fair rate are learned, a thousand to one are not.
    let skill = |cell: usize| end["cells"][cell]["skill"].as_f64().expect("trained");
    assert!(skill(1) > 0.3 && skill(7) < 0.2, "{end}");
    let link = lab.run("return map.link()");
    let address = link.as_str().expect("a link").to_owned();
    assert_eq!(lab.run("return location.href"), address, "the address bar holds it too");

    lab.page.open("about:blank").expect("an empty page opens");
    lab.page.open(&address).expect("the page opens");
    wait(&lab, "window.map && map.getState().done === 9", 20);
    let opened = lab.run("return map.getState()");
    assert_eq!((&opened["opened"], &opened["workers"]["cpu"]), (&true.into(), &0.into()));
    let again = opened["cells"][7]["skill"].as_f64().expect("known");
    assert!((again - skill(7)).abs() < 0.01, "{again}");
    lab.assert_quiet();
}

#[test]
fn the_keyboard_reads_cells_and_leads_to_their_experiment() {
    let lab = Setup::default().serve();
    open(&lab, SMALL);
    lab.run("await map.run(); document.querySelector('#map-plot').focus()");
    for key in ["ArrowUp", "ArrowUp", "ArrowRight"] {
        lab.run(&format!(
            "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true }}))"
        ));
    }
    wait(&lab, "document.querySelectorAll('.atlas-reading dd').length > 5", 5);
    // The first key steps onto the map, the next two go up and right.
    let address = lab.run("return document.querySelector('#map-open').href");
    let address = address.as_str().expect("a link").to_owned();
    assert!(address.contains("imbalance=32") && address.contains("steps=100"), "{address}");
    lab.page.open(&address).expect("the page opens");
    lab.wait("m.step > 0", 20);
    let state = lab.state();
    assert_eq!((&state["data"], &state["steps"]), (&"gaussians".into(), &100.into()));
    lab.assert_quiet();
}

#[test]
fn a_broken_worker_and_a_broken_link_are_said_and_the_map_goes_on() {
    let lab = Setup::default().serve();
    open(&lab, "?map&grid=8x8&seeds=4&steps=300#v=1&data=gaussians&cells=AAAA");
    assert!(lab.text().contains("trained anew"), "{}", lab.text());
    lab.run("window.end = map.run()");
    wait(&lab, "map.getState().workers.cpu > 0", 20);
    lab.run("map.breakWorker()");
    lab.run("map.pause(true)");
    assert_eq!(lab.run("return map.getState().phase"), "paused");
    lab.run("map.pause(false)");
    let end = lab.run("return await window.end");
    assert_eq!(end["done"], 64);
}

#[test]
fn the_page_leads_to_the_map_of_its_experiment() {
    let lab = Lab::open("#v=1&data=moons&width=8");
    lab.run("document.querySelector('a[href^=\"?map\"]').click()");
    wait(&lab, "window.map && map.getState().fragment.includes('data=moons')", 20);
    assert!(lab.run("return map.getState().fragment").as_str().is_some_and(|link| link.contains("width=8")));
}

/// What the command line trains, the page opens; and what the page trains itself is the same.
#[test]
fn a_map_of_the_command_line_opens_and_has_the_pages_numbers() {
    let path = std::env::temp_dir().join(format!("collapse-lab-map-{}.json", std::process::id()));
    let lab = Setup::default().serve();
    // As the native tests compiled it: the same packages, or Burn would be compiled again.
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--quiet", "--no-run", "-p", "collapse-lab", "-p", "collapse-lab-cli"]);
    cargo.args(["--test", "command_line"]).current_dir(repository().root);
    assert!(cargo.status().is_ok_and(|status| status.success()), "{cargo:?}");
    let program = format!("collapse-lab{}", std::env::consts::EXE_SUFFIX);
    let program = build::target_directory(&repository()).expect("cargo knows").join("debug").join(program);
    let mut sweep = Command::new(program);
    sweep.args(["sweep", "-q", "--force"]).arg(format!("{}{SMALL}", lab.url())).arg("--out").arg(&path);
    assert!(sweep.status().is_ok_and(|status| status.success()), "{sweep:?}");

    open(&lab, "?map");
    let input = json!({ "expression": "document.querySelector('input[type=file]')" });
    let found = lab.page.devtools("Runtime.evaluate", &input).expect("the browser answers");
    let choose = json!({ "files": [path], "objectId": found["result"]["objectId"] });
    lab.page.devtools("DOM.setFileInputFiles", &choose).expect("there is an input for files");
    wait(&lab, "map.getState().done === 9", 10);
    std::fs::remove_file(&path).expect("ours to remove");
    let opened = lab.run("return map.getState()");
    assert_eq!((&opened["opened"], &opened["query"]), (&true.into(), &SMALL[1..].split('#').next().into()));
    let trained = lab.run("return await map.run()");
    for cell in 0..9 {
        for (measure, tolerance) in [("n_eff", 0.02), ("skill", 0.02), ("collapsed", 0.0), ("diverged", 0.0)]
        {
            let [here, there] = [&trained, &opened].map(|map| map["cells"][cell][measure].as_f64());
            let apart = here.zip(there).map(|(here, there)| (here - there).abs());
            assert!(
                apart.is_some_and(|apart| apart <= tolerance),
                "cell {cell}: {measure} {here:?}, natively {there:?}"
            );
        }
    }
    lab.assert_quiet();
}
