//! The page trains, collapses and recovers, on the CPU and on WebGPU.

use browser_tests::Lab;

#[test]
fn digits_are_learned_within_seconds_of_opening() {
    let lab = Lab::open("");
    assert_eq!(lab.state()["data"], "digits");
    lab.wait("m.step > 0", 5);
    lab.wait("m.balanced_accuracy > 0.8", 20);
    let metrics = lab.metrics();
    assert_eq!(metrics["recall"].as_array().map(Vec::len), Some(10));
    assert_eq!(metrics["confusion"].as_array().map(Vec::len), Some(10));
    assert!(metrics["n_eff"].as_f64().is_some_and(|classes| classes > 8.0), "{metrics}");
    let skill = &metrics["skill"];
    assert!(
        skill["low"].as_f64() <= skill["value"].as_f64() && skill["value"].as_f64() <= skill["high"].as_f64()
    );
    lab.assert_quiet();
}

#[test]
fn the_speed_holds_from_the_first_step() {
    let lab = Lab::open("?backend=cpu#v=1&imbalance=99");
    lab.wait("m.step > 0", 5);
    // At 250 a second since navigation there can be no more, however late the page hears of them.
    let ahead = lab.run("const { step } = await lab.getMetrics(); return step - performance.now() / 4");
    assert!(ahead.as_f64().is_some_and(|steps| steps < 20.0), "{ahead} steps too many");
    lab.assert_quiet();
}

#[test]
fn imbalance_collapses_and_class_weights_recover_without_a_reset() {
    let lab = Lab::open("#v=1&data=gaussians&imbalance=99");
    lab.train_from_start(300);
    let collapsed = lab.metrics();
    assert!(collapsed["n_eff"].as_f64().is_some_and(|classes| classes < 1.05), "{collapsed}");
    assert_eq!(collapsed["verdict"]["kind"], "collapsed", "{collapsed}");
    lab.set("weighting: 'inverse_frequency'");
    assert_eq!(lab.metric("step"), 300.0, "a live knob does not restart the run");
    lab.run("await lab.step(2000)");
    lab.wait("m.step === 2300", 30);
    let recovered = lab.metrics();
    assert!(recovered["n_eff"].as_f64().is_some_and(|classes| classes > 1.6), "{recovered}");
    assert!(recovered["balanced_accuracy"].as_f64().is_some_and(|accuracy| accuracy > 0.75), "{recovered}");
    lab.assert_quiet();
}

#[test]
fn equal_experiments_give_equal_curves_on_the_cpu() {
    let lab = Lab::open("?backend=cpu#v=1&data=linear");
    let train = || {
        lab.train_from_start(200);
        let metrics = lab.metrics();
        (metrics["loss_probe"].clone(), metrics["confusion"].clone())
    };
    let first = train();
    assert!(first.0.is_number(), "{first:?}");
    assert_eq!(train(), first);
}

#[test]
fn webgpu_trains_and_agrees_with_the_cpu() {
    // What kernels of our own compute, and what is left to tensor operations; `tests/webgpu.rs` goes
    // through the rest.
    for (experiment, steps) in [
        ("data=linear", 60),
        ("data=linear&depth=3&activation=tanh&loss=focal&weighting=inverse_frequency&l2=0.01", 40),
        ("data=shapes&model=cnn&channels=8&batch_size=16", 12),
        ("data=linear&dropout=0.3&activation=gelu", 30),
    ] {
        let course = |backend: &str| {
            let lab = Lab::open(&format!("?backend={backend}#v=1&{experiment}"));
            // A software adapter compiles its first pipelines for many seconds.
            lab.wait(&format!("m.backend === '{backend}' && m.step > 0"), 120);
            lab.train_from_start(steps);
            lab.assert_quiet();
            lab.metrics()
        };
        let (gpu, cpu) = (course("gpu"), course("cpu"));
        for (name, tolerance) in [("loss_probe", 2e-3), ("balanced_accuracy", 0.02), ("n_eff", 0.05)] {
            let difference = (gpu[name].as_f64().expect(name) - cpu[name].as_f64().expect(name)).abs();
            assert!(
                difference <= tolerance,
                "{experiment}: {name} differs by {difference}: gpu {gpu}, cpu {cpu}"
            );
        }
    }
}
