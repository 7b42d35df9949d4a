//! What goes wrong outside our control ends in a message and, where possible, in training on.

use browser_tests::{Answer, Lab, Options, Setup};
use std::sync::atomic::{AtomicBool, Ordering};

/// Slow enough that a run is still going on when it is interrupted.
const LONG_RUN: &str = "v=1&data=shapes&model=cnn&steps=100000";

/// Storage as a browser that forbids it shows it: every access throws.
const NO_STORAGE: &str = "for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])\
    Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError') } })";

#[test]
fn without_a_gpu_it_trains_on_the_cpu_and_says_so() {
    let options = Options { webgpu: false, ..Options::default() };
    let lab = Setup { options, ..Setup::default() }.open("?backend=gpu");
    lab.wait("m.step > 0", 20);
    assert_eq!(lab.metrics()["backend"], "cpu");
    lab.wait("/WebGPU|GPU/.test(document.body.innerText)", 5);
    assert!(lab.notices().contains("GPU"), "no notice of the fallback in {:?}", lab.notices());
}

#[test]
fn a_killed_worker_is_replaced() {
    resumes_after("?backend=cpu", "lab.debug.kill()");
}

#[test]
fn a_panic_in_the_worker_is_survived() {
    resumes_after("?backend=cpu", "lab.debug.panic()");
}

#[test]
fn a_lost_device_is_survived() {
    let lab = Lab::open("?backend=gpu#v=1&data=linear&steps=100000");
    lab.wait("m.backend === 'gpu' && m.step > 800", 120);
    interrupt(&lab, "lab.debug.loseDevice()");
}

#[test]
fn blocked_storage_does_not_stop_it() {
    let lab = Setup { before: NO_STORAGE, ..Setup::default() }.open("");
    let blocked = lab.run("try { localStorage.length; return false } catch { return true }");
    assert_eq!(blocked, true, "this browser was meant to block storage");
    lab.wait("m.step > 0", 10);
    lab.assert_quiet();
}

#[test]
fn a_missing_data_file_is_named() {
    let change =
        Box::new(|path: &str| if path == "data/digits.bin" { Answer::Missing } else { Answer::File });
    let lab = Setup { change, ..Setup::default() }.open("");
    lab.wait("/digits/.test([...document.querySelectorAll('[role=status], [role=alert], .notice')].map(e => e.innerText).join())", 10);
    // Data made on the spot needs no file.
    lab.set("data: 'linear'");
    lab.run("await lab.play()");
    lab.wait("m.step > 0", 10);
}

/// The worker starts before the page's program: what went wrong until then is told all the same.
#[test]
fn a_worker_that_did_not_arrive_is_asked_for_again() {
    let asked = AtomicBool::new(false);
    let change = Box::new(move |path: &str| {
        let fails = path.ends_with("worker-cpu_loader.js") && !asked.swap(true, Ordering::Relaxed);
        if fails { Answer::Missing } else { Answer::File }
    });
    let lab = Setup { change, ..Setup::default() }.open("");
    lab.wait("m.step > 0", 20);
    assert!(lab.notices().contains("script could not be loaded"), "{:?}", lab.notices());
}

fn resumes_after(query: &str, interruption: &str) {
    let lab = Lab::open(&format!("{query}#{LONG_RUN}"));
    // Long enough for checkpoints, one a second, to exist however fast the machine is.
    lab.wait("m.playing && m.step > 200", 60);
    lab.run("await new Promise(done => setTimeout(done, 3000))");
    interrupt(&lab, interruption);
}

/// Breaks the run and waits for it to go on. Generous: a busy machine is slow, not wrong.
fn interrupt(lab: &Lab, interruption: &str) {
    // A panic never settles its promise, so nobody waits for one.
    let before = lab.run(&format!(
        "void {interruption}; await new Promise(done => setTimeout(done, 100)); return (await lab.getMetrics()).step"
    ));
    let before = before.as_f64().expect("a step");
    let after = lab.wait(&format!("m.playing && m.step !== {before} && m.step"), 20);
    let after = after.as_f64().expect("a step");
    assert!(after > 20.0, "the run began again at {after} instead of going on near {before}");
    lab.wait("[...document.querySelectorAll('.notice')].some(notice => notice.checkVisibility())", 5);
    lab.wait(&format!("m.step > {before}"), 20);
}
