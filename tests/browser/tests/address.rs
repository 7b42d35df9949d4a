//! The address bar is the experiment.

use browser_tests::{Lab, Setup};

#[test]
fn a_link_opens_the_experiment_it_was_copied_from() {
    let lab = Lab::open("#v=1&data=gaussians&imbalance=99&learning_rate=0.01");
    lab.set("weighting: 'oversampling', width: 8");
    let state = lab.state();
    assert_eq!((&state["data"], &state["weighting"]), (&"gaussians".into(), &"oversampling".into()));
    lab.wait("location.hash.includes('oversampling')", 3);
    let hash = lab.run("return location.hash");
    lab.visit(hash.as_str().expect("an address"));
    assert_eq!(lab.state(), state);
    lab.assert_quiet();
}

#[test]
fn a_changed_address_changes_the_experiment() {
    let lab = Lab::open("#v=1&data=linear");
    lab.run("location.hash = '#v=1&data=gaussians&imbalance=50'");
    lab.wait("(await lab.getState()).data === 'gaussians'", 5);
    assert_eq!(lab.state()["imbalance"].as_f64(), Some(50.0));
}

#[test]
fn nonsense_in_a_link_gives_defaults_and_a_notice() {
    let lab = Lab::open("#v=1&data=unicorns&learning_rate=abc&imbalance=-5");
    assert_eq!(lab.state()["data"], "digits");
    let notices = lab.notices();
    for field in ["unicorns", "abc"] {
        assert!(notices.contains(field), "no notice of {field} in {notices:?}");
    }
    lab.wait("m.step > 0", 5);
}

#[test]
fn works_under_any_path_of_a_host() {
    let lab = Setup { base: "/some/deep/path/", ..Setup::default() }.open("");
    lab.wait("m.step > 0", 10);
    lab.assert_quiet();
}
