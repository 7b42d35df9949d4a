//! `window.lab`, the object that pages around an embed will use.

use browser_tests::Lab;

#[test]
fn a_wrong_field_rejects_with_its_name() {
    let lab = Lab::open("");
    let before = lab.state();
    for (change, field) in [
        ("lerning_rate: 0.1", "lerning_rate"),
        ("learning_rate: 'fast'", "learning_rate"),
        ("learning_rate: -1", "learning_rate"),
        ("data: 'unicorns'", "data"),
        ("batch_size: 0.5", "batch_size"),
    ] {
        let call = format!("await lab.setState({{ ...await lab.getState(), {change} }})");
        let error = lab.page.run(&call).expect_err(change);
        assert!(error.contains(field), "{change} says {error:?}");
    }
    assert_eq!(lab.state(), before, "a rejected state changes nothing");
}

#[test]
fn promises_resolve_when_the_worker_has_done_it() {
    let lab = Lab::open("#v=1&data=linear");
    lab.run("await lab.pause()");
    assert_eq!(lab.metrics()["playing"], false);
    lab.run("await lab.reset(); await lab.pause()");
    lab.wait("m.step === 0 && !m.playing", 5);
    lab.run("await lab.step(7)");
    lab.wait("m.step === 7", 2);
    lab.run("await lab.play()");
    lab.wait("m.playing && m.step > 7", 5);
}

#[test]
fn state_round_trips() {
    let lab = Lab::open("");
    lab.set("data: 'gaussians', imbalance: 20, learning_rate: 0.01");
    let state = lab.state();
    assert_eq!(state["data"], "gaussians");
    assert!((state["imbalance"].as_f64().expect("a number") - 20.0).abs() < 1e-4);
    lab.run("await lab.setState(await lab.getState())");
    assert_eq!(lab.state(), state);
}

#[test]
fn keyboard_plays_and_pauses() {
    let lab = Lab::open("#v=1&data=shapes&model=cnn&steps=100000");
    lab.wait("m.playing && m.step > 0", 15);
    lab.run("document.activeElement && document.activeElement.blur()");
    lab.page.press(" ").expect("a key can be pressed");
    lab.wait("!m.playing", 3);
    lab.page.press(" ").expect("a key can be pressed");
    lab.wait("m.playing", 3);
}
