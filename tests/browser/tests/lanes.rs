//! What trains beside the run: lanes, seeds, the past, and all of it in one link.

use browser_tests::Lab;
use serde_json::Value;

const RUN: &str = "?backend=cpu#v=1&data=gaussians&imbalance=99&steps=100000";

fn lanes(lab: &Lab) -> Value {
    lab.run("return await lab.getLanes()")
}

fn click(lab: &Lab, selector: &str) {
    lab.run(&format!("document.querySelector('{selector}').click()"));
}

#[test]
fn a_fork_goes_on_beside_the_run_and_a_restart_waits_for_nobody() {
    let lab = Lab::open(RUN);
    lab.train_from_start(300);
    lab.wait("document.querySelector('[data-testid=fork]')", 10);
    click(&lab, "[data-testid=fork]");
    lab.run("await lab.setState({ ...await lab.getState(), weighting: 'inverse_frequency' })");
    lab.run("await lab.step(400)");
    let seen = lanes(&lab);
    assert_eq!(seen["lanes"][0]["lane"], "B", "{seen}");
    assert_eq!(seen["lanes"][0]["step"], 700, "{seen}");
    assert!(seen["lanes"][0]["name"].as_str().is_some_and(|name| name.contains("None")), "{seen}");
    let apart =
        lab.metric("balanced_accuracy") - seen["lanes"][0]["balanced_accuracy"].as_f64().unwrap_or(1.0);
    assert!(apart > 0.05, "class weights help: {apart} {seen}");
    // Another seed begins again; the lane stays where it is until the run has caught up.
    lab.run("await lab.fork({ seed_weights: 7 }); await lab.pause(); await lab.step(100)");
    let seen = lanes(&lab);
    assert_eq!((&seen["lanes"][0]["step"], &seen["lanes"][1]["lane"]), (&700.into(), &"C".into()), "{seen}");
    lab.run("await lab.play()");
    lab.wait("m.step > 1500", 20);
    lab.run("await lab.pause()");
    let (seen, step) = (lanes(&lab), lab.metric("step"));
    assert_eq!(seen["lanes"][0]["step"].as_f64(), Some(step), "{seen}");
    click(&lab, "[data-lane=B] button");
    assert_eq!(lanes(&lab)["lanes"].as_array().map(Vec::len), Some(1));
    lab.assert_quiet();
}

#[test]
fn seeds_train_at_once_and_say_how_many_collapsed() {
    let lab = Lab::open(RUN);
    lab.train_from_start(200);
    lab.run("lab.setSeeds(8)");
    lab.wait("document.querySelector('[data-testid=fate]').textContent.includes('of 8 seeds')", 15);
    lab.run("await lab.step(50)");
    let seen = lanes(&lab);
    assert_eq!(seen["seeds"], serde_json::json!({ "wanted": 8, "trained": 8, "step": 250 }));
    lab.assert_quiet();
}

#[test]
fn the_past_can_be_visited_and_gone_on_from() {
    let lab = Lab::open(RUN);
    lab.train_from_start(600);
    assert_eq!(lab.run("return await lab.rewind(250)"), 250);
    lab.wait("document.querySelector('[data-testid=visit]').textContent.includes('250')", 5);
    assert_eq!(lab.metric("step"), 600.0, "the run itself stays");
    lab.run("await lab.rewind()");
    assert_eq!(lanes(&lab)["visit"], Value::Null);
    lab.run("await lab.rewind(250); await lab.fork()");
    lab.run("await lab.step(350)");
    let seen = lanes(&lab);
    assert_eq!(lab.metric("step"), 600.0);
    // Nothing was changed: the same steps again end in the same place.
    let accuracy = seen["lanes"][0]["balanced_accuracy"].as_f64().expect("a number");
    assert!((accuracy - lab.metric("balanced_accuracy")).abs() < 1e-6, "{seen}");
    lab.assert_quiet();
}

#[test]
fn a_comparison_is_one_link() {
    let lab = Lab::open(RUN);
    lab.train_from_start(100);
    lab.run("await lab.fork({ learning_rate: 0.03 }); lab.setSeeds(8); await lab.step(200)");
    lab.wait("location.hash.includes('lane_b') && location.hash.includes('seeds=8')", 5);
    let (before, accuracy) = (lanes(&lab), lab.metric("balanced_accuracy"));
    let settings = lab.run("return location.hash");
    let again = Lab::open(&format!("?backend=cpu{}", settings.as_str().expect("an address with settings")));
    again.train_from_start(300);
    let seen = lanes(&again);
    assert_eq!(seen["lanes"], before["lanes"], "the lane is trained again to the same numbers");
    assert_eq!(seen["seeds"]["trained"], 8);
    assert!(
        (again.metric("balanced_accuracy") - accuracy).abs() < 0.2,
        "the run has its settings from the start"
    );

    let broken = Lab::open("#v=1&data=gaussians&lane_b=nonsense");
    broken.wait("m.step > 0", 15);
    assert!(broken.notices().contains("lane_b=nonsense"), "{}", broken.notices());
}

#[test]
fn a_device_can_be_measured_while_the_run_waits() {
    let lab = Lab::open(RUN);
    lab.train_from_start(50);
    let speed = lab.run("return await lab.debug.measure({ lanes: 16, millis: 200 })");
    assert_eq!((&speed["lanes"], &speed["backend"]), (&16.into(), &"cpu".into()));
    assert!(speed["steps"].as_u64().is_some_and(|steps| steps > 0), "{speed}");
    assert_eq!(lab.metric("step"), 50.0);
}
