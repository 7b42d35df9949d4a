//! The core as the browser runs it: compiled to WebAssembly, inside a worker.
//!
//! What is checked here is what could differ from the native tests: arithmetic, sizes, encodings.

#![cfg(target_arch = "wasm32")]

use collapse_lab::experiment::Experiment;
use collapse_lab::protocol::{Command, RunId, decode, encode};
use collapse_lab::stream::Stream;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
fn streams_give_the_native_numbers() {
    let mut stream = Stream::named(7, "order");
    let drawn: Vec<usize> = (0..6).map(|_| stream.below(1000)).collect();
    // The golden numbers of the native test in `stream`.
    assert_eq!(drawn, [98, 244, 922, 331, 565, 480]);
}

#[wasm_bindgen_test]
fn messages_survive_and_keep_nan() {
    let mut experiment = Experiment::default();
    experiment.live.learning_rate = f32::NAN;
    let command = Command::Start { run: RunId(2), experiment: Box::new(experiment), from: None, play: true };
    let Ok(Command::Start { run, experiment, play, .. }) = decode(&encode(&command)) else {
        panic!("a start command decodes as one");
    };
    assert!(run == RunId(2) && play && experiment.live.learning_rate.is_nan());
}
