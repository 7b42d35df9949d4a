//! The core gives the same numbers natively and as the browser runs it: these tests are compiled
//! for both, `cargo xtask test wasm` runs them in a worker of a real browser.
//!
//! What is checked here is what could differ: integer widths, float arithmetic, encodings.
#![cfg(feature = "cpu")]

use collapse_lab::experiment::{DataName, Experiment};
use collapse_lab::protocol::{Backend, Command, Control, Event, RunId, decode, encode};
use collapse_lab::session::Session;
use collapse_lab::stream::Stream;
use collapse_lab::telemetry::LaneSnapshot;
use std::cell::Cell;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[test]
fn streams_give_the_same_numbers() {
    let mut stream = Stream::named(7, "order");
    let drawn: Vec<usize> = (0..6).map(|_| stream.below(1000)).collect();
    assert_eq!(drawn, [98, 244, 922, 331, 565, 480]);
}

#[test]
fn messages_survive_and_keep_nan() {
    let mut experiment = Experiment::default();
    experiment.live.learning_rate = f32::NAN;
    let command = Command::Start {
        run: RunId(2),
        experiment: Box::new(experiment),
        lanes: Vec::new(),
        keep: None,
        from: None,
        play: true,
    };
    let Ok(Command::Start { run, experiment, play, .. }) = decode(&encode(&command)) else {
        panic!("a start command decodes as one");
    };
    assert!(run == RunId(2) && play && experiment.live.learning_rate.is_nan());
}

#[test]
fn training_is_repeatable_and_the_same_everywhere() {
    let first = loss_after(200);
    assert_eq!(first.to_bits(), loss_after(200).to_bits(), "the same experiment twice");
    // Simd widths and the platform's logarithm change last digits, hence the tolerance.
    assert!((first - GOLDEN_LOSS).abs() < 1e-4, "{first} instead of {GOLDEN_LOSS}");
}

/// Probe loss of the default network on two Gaussians after 200 steps, measured in Chromium's
/// WebAssembly. Changes with the initialisation, the order of draws or the optimiser, on purpose only.
const GOLDEN_LOSS: f32 = 0.214_588_4;

fn loss_after(steps: u32) -> f32 {
    let mut experiment = Experiment::default();
    experiment.data.name = DataName::Gaussians;
    let run = RunId(1);
    let mut session = Session::new(collapse_lab::fleet::Device::default(), Backend::Cpu);
    let no_files = |file: &str| Err(format!("no {file} here"));
    let start = Command::Start {
        run,
        experiment: Box::new(experiment),
        lanes: Vec::new(),
        keep: None,
        from: None,
        play: false,
    };
    session.handle(start, &no_files, 0.0);
    session.handle(Command::Control { run, request: 1, control: Control::Step(steps) }, &no_files, 0.0);
    let now = Cell::new(0.0);
    let clock = || {
        now.set(now.get() + 1.0);
        now.get()
    };
    for _ in 0..10_000 {
        // The CPU answers at once; nothing here ever waits.
        for event in pollster::block_on(session.burst(&clock)) {
            let Event::Observed { snapshot, .. } = event else { continue };
            if snapshot.step == steps {
                let lane: &LaneSnapshot = &snapshot.lanes[0];
                return lane.loss_probe;
            }
            session.handle(Command::Ack { run }, &no_files, now.get());
        }
    }
    panic!("step {steps} was never observed");
}
