//! The causes of the challenge mode, and the healthy experiments they are put into.
//!
//! Words are `challenge.cause.<id>` and `.hint`, `.debrief` in `lang/`. A test trains every pair: the base
//! learns, the fault takes most of that away, and setting it right brings it back.

use super::{Base, Cause};

/// Healthy experiments, as links write them.
pub const BASES: &[Base] = &[
    Base { id: "digits", settings: "data=digits&learning_rate=0.003&steps=600" },
    Base { id: "deep", settings: "data=digits&optimizer=sgd&learning_rate=0.1&depth=3&init=he&steps=600" },
    Base { id: "gaussians", settings: "data=gaussians&train_size=5000&learning_rate=0.003&steps=600" },
    Base { id: "blobs", settings: "data=blobs&train_size=5000&learning_rate=0.01&steps=600" },
    Base { id: "swift", settings: "data=digits&learning_rate=0.03&steps=600" },
    Base { id: "moons", settings: "data=moons&learning_rate=0.01&steps=600" },
];

/// One way to spoil a run each; `faults` pairs a base with what is wrong in it.
#[rustfmt::skip]
pub const CAUSES: &[Cause] = &[
    Cause { id: "imbalance", faults: &[("digits", "imbalance=1000"), ("gaussians", "imbalance=500"), ("moons", "imbalance=300")] },
    Cause { id: "starved", faults: &[("digits", "shares=1,1,1,0,0,0,0,0,0,0"), ("blobs", "shares=1,1,0,0")] },
    Cause { id: "label_noise", faults: &[("digits", "label_noise=0.9"), ("gaussians", "label_noise=0.9")] },
    Cause { id: "mislabelled", faults: &[("gaussians", "label_flip=1"), ("moons", "label_flip=1")] },
    Cause { id: "unshuffled", faults: &[("swift", "shuffle=off"), ("deep", "shuffle=off")] },
    Cause { id: "faint_inputs", faults: &[("digits", "input_scale=0.001")] },
    Cause { id: "offset_inputs", faults: &[("digits", "input_offset=100"), ("gaussians", "input_offset=100")] },
    Cause { id: "test_scale", faults: &[("digits", "test_scale=0.01"), ("gaussians", "test_scale=0.001")] },
    Cause { id: "learning_rate_high", faults: &[("digits", "learning_rate=3"), ("deep", "learning_rate=10")] },
    Cause { id: "learning_rate_low", faults: &[("digits", "learning_rate=0.000001"), ("deep", "learning_rate=0.0001")] },
    Cause { id: "zero_init", faults: &[("digits", "init=zeros"), ("moons", "init=zeros"), ("blobs", "init=zeros")] },
    Cause { id: "faint_init", faults: &[("deep", "init=normal&init_scale=0.001"), ("deep", "init_scale=0.01")] },
    Cause { id: "vanishing", faults: &[("deep", "activation=sigmoid&depth=8"), ("deep", "activation=sigmoid&depth=5")] },
    Cause { id: "softmax_one_unit", faults: &[("gaussians", "loss=softmax_one_unit"), ("digits", "loss=softmax_one_unit"), ("moons", "loss=softmax_one_unit")] },
    Cause { id: "weight_decay", faults: &[("deep", "weight_decay=1")] },
    Cause { id: "narrow", faults: &[("digits", "width=1"), ("deep", "width=1")] },
];
