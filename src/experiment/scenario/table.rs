//! The table itself: one row per scenario. `tests/promises.rs` holds each to its promise;
//! `tests/explore.rs` shows what becomes of settings before they are a row.

use super::Expectation::{Collapses, Fails, Healthy, NoSignal, Odd};
use super::Group::{
    Architecture, AsWritten, Augmentation, Data, Imbalance, Odd as LooksOdd, Training, Validation,
};
use super::{Cure, Oddity, Scenario};

/// A cure that a running model can take.
const fn live(settings: &'static str) -> Option<Cure> {
    Some(Cure { settings, needs_restart: false })
}

/// A cure for a model that begins again, since what happened cannot be undone.
const fn restart(settings: &'static str) -> Option<Cure> {
    Some(Cure { settings, needs_restart: true })
}

/// Every scenario in gallery order.
pub static SCENARIOS: &[Scenario] = &[
    Scenario {
        id: "digits",
        group: Data,
        expectation: Healthy { by_step: 1000 },
        settings: "learning_rate=0.003&weight_decay=1",
        cure: None,
    },
    Scenario {
        id: "digits_starved",
        group: Data,
        expectation: Collapses { by_step: 1000, after_steps: 500 },
        settings: "shares=1,1,1,0",
        cure: live("shares="),
    },
    Scenario {
        id: "mislabelled",
        group: Data,
        expectation: Collapses { by_step: 600, after_steps: 600 },
        settings: "label_flip=1&flip_from=7&flip_to=1",
        cure: live("label_flip=0"),
    },
    Scenario {
        id: "label_noise",
        group: Data,
        expectation: Fails { by_step: 400, skill_below: 0.5, after_steps: 500 },
        settings: "label_noise=0.9",
        cure: live("label_noise=0"),
    },
    Scenario {
        id: "copies",
        group: Data,
        expectation: Fails { by_step: 600, skill_below: 0.8, after_steps: 600 },
        settings: "duplicates=0.98",
        cure: live("duplicates=0"),
    },
    Scenario {
        id: "offset",
        group: Data,
        expectation: Collapses { by_step: 400, after_steps: 500 },
        settings: "input_offset=100",
        cure: live("standardise=true"),
    },
    Scenario {
        id: "augmentation",
        group: Augmentation,
        expectation: Collapses { by_step: 100, after_steps: 300 },
        settings: "data=shapes&train_size=80&model=cnn",
        cure: live("flip_horizontal=0.5&flip_vertical=0.5"),
    },
    Scenario {
        id: "upside_down",
        group: Augmentation,
        expectation: Fails { by_step: 600, skill_below: 0.75, after_steps: 300 },
        settings: "rotation=180&flip_vertical=0.5",
        cure: live("rotation=0&flip_vertical=0"),
    },
    Scenario {
        id: "digits_majority",
        group: Imbalance,
        expectation: Collapses { by_step: 300, after_steps: 500 },
        settings: "imbalance=1000&steps=300",
        cure: live("imbalance=1&steps=2000"),
    },
    Scenario {
        id: "imbalance",
        group: Imbalance,
        // Ten epochs, as in the article; run on, it learns its few rare examples by heart.
        expectation: Collapses { by_step: 300, after_steps: 500 },
        settings: "data=gaussians&imbalance=99&steps=300",
        cure: live("weighting=inverse_frequency&steps=2000"),
    },
    Scenario {
        id: "rare_moon",
        group: Imbalance,
        expectation: Collapses { by_step: 400, after_steps: 600 },
        settings: "data=moons&imbalance=99&steps=400",
        cure: live("weighting=oversampling&steps=2000"),
    },
    Scenario {
        id: "hypothyroid",
        group: Imbalance,
        expectation: Fails { by_step: 80, skill_below: 0.5, after_steps: 500 },
        settings: "data=hypothyroid&standardise=true&steps=80",
        cure: live("weighting=inverse_frequency&steps=2000"),
    },
    Scenario {
        id: "wine",
        group: Imbalance,
        expectation: Collapses { by_step: 200, after_steps: 400 },
        settings: "data=wine&standardise=true&train_size=5000&learning_rate=0.003&steps=200",
        cure: live("weighting=oversampling&steps=2000"),
    },
    Scenario {
        id: "focal",
        group: Imbalance,
        expectation: Fails { by_step: 300, skill_below: 0.4, after_steps: 500 },
        settings: "data=gaussians&imbalance=99&loss=focal&steps=300",
        cure: live("weighting=inverse_frequency&steps=2000"),
    },
    Scenario {
        id: "straight_line",
        group: Architecture,
        expectation: Collapses { by_step: 600, after_steps: 600 },
        settings: "data=circles&depth=0&imbalance=2&learning_rate=0.01",
        cure: live("depth=1"),
    },
    Scenario {
        id: "too_shallow",
        group: Architecture,
        expectation: Fails { by_step: 600, skill_below: 0.5, after_steps: 600 },
        settings: "data=spirals&depth=0&learning_rate=0.01",
        cure: live("depth=2"),
    },
    Scenario {
        id: "narrow",
        group: Architecture,
        expectation: Fails { by_step: 800, skill_below: 0.5, after_steps: 500 },
        settings: "width=2",
        cure: live("width=32"),
    },
    Scenario {
        id: "zeros",
        group: Architecture,
        expectation: Collapses { by_step: 300, after_steps: 500 },
        settings: "init=zeros",
        cure: live("init=glorot"),
    },
    Scenario {
        id: "all_the_same",
        group: Architecture,
        expectation: Collapses { by_step: 400, after_steps: 500 },
        settings: "init=constant&init_scale=0.1",
        cure: live("init=glorot&init_scale=1"),
    },
    Scenario {
        id: "faint",
        group: Architecture,
        expectation: Collapses { by_step: 300, after_steps: 500 },
        settings: "init=normal&init_scale=0.01&depth=8",
        cure: live("init=he&init_scale=1"),
    },
    Scenario {
        id: "sigmoid_deep",
        group: Architecture,
        expectation: Collapses { by_step: 400, after_steps: 600 },
        settings: "activation=sigmoid&depth=8",
        cure: live("activation=relu&init=he"),
    },
    Scenario {
        id: "loud",
        group: Architecture,
        expectation: Fails { by_step: 300, skill_below: 0.3, after_steps: 500 },
        settings: "init_scale=100",
        cure: live("init_scale=1"),
    },
    Scenario {
        id: "dead_units",
        group: Architecture,
        expectation: Collapses { by_step: 300, after_steps: 600 },
        settings: "learning_rate=0.3",
        cure: live("activation=leaky_relu"),
    },
    Scenario {
        id: "learning_rate",
        group: Training,
        expectation: Collapses { by_step: 200, after_steps: 650 },
        settings: "data=linear&train_size=400&learning_rate=1",
        cure: restart("learning_rate=0.001"),
    },
    Scenario {
        id: "diverged",
        group: Training,
        expectation: Fails { by_step: 200, skill_below: 0.5, after_steps: 600 },
        settings: "data=linear&train_size=400&optimizer=sgd&learning_rate=10&depth=2&activation=leaky_relu",
        cure: restart("learning_rate=0.01"),
    },
    Scenario {
        id: "learning_rate_low",
        group: Training,
        expectation: Fails { by_step: 300, skill_below: 0.3, after_steps: 500 },
        settings: "learning_rate=0.000001",
        cure: live("learning_rate=0.001"),
    },
    Scenario {
        id: "too_few_steps",
        group: Training,
        expectation: Fails { by_step: 40, skill_below: 0.6, after_steps: 600 },
        settings: "steps=40&learning_rate=0.0003",
        cure: live("steps=640"),
    },
    Scenario {
        id: "one_at_a_time",
        group: Training,
        expectation: Collapses { by_step: 500, after_steps: 500 },
        settings: "batch_size=1&learning_rate=0.1",
        cure: live("batch_size=32&learning_rate=0.001"),
    },
    Scenario {
        id: "sorted",
        group: Training,
        expectation: Collapses { by_step: 600, after_steps: 500 },
        settings: "optimizer=sgd&learning_rate=0.05&shuffle=false",
        cure: restart("shuffle=true"),
    },
    Scenario {
        id: "one_unit",
        group: Training,
        expectation: Collapses { by_step: 300, after_steps: 400 },
        settings: "data=moons&learning_rate=0.01&loss=softmax_one_unit",
        cure: live("loss=cross_entropy"),
    },
    Scenario {
        id: "squared_error",
        group: Training,
        expectation: Fails { by_step: 400, skill_below: 0.4, after_steps: 800 },
        settings: "input_scale=255&loss=mse",
        cure: live("loss=cross_entropy"),
    },
    Scenario {
        id: "weight_decay",
        group: Training,
        expectation: Collapses { by_step: 300, after_steps: 500 },
        settings: "optimizer=sgd&learning_rate=0.1&weight_decay=1&depth=3",
        cure: restart("weight_decay=0"),
    },
    Scenario {
        id: "by_heart",
        group: Validation,
        expectation: Fails { by_step: 500, skill_below: 0.8, after_steps: 500 },
        settings: "train_size=20",
        cure: live("train_size=1000"),
    },
    Scenario {
        id: "test_scale",
        group: Validation,
        expectation: Collapses { by_step: 600, after_steps: 500 },
        settings: "test_scale=0.004",
        cure: live("test_scale=1"),
    },
    Scenario {
        id: "test_shift",
        group: Validation,
        expectation: Collapses { by_step: 600, after_steps: 500 },
        settings: "data=gaussians&test_shift=3",
        cure: live("test_shift=0"),
    },
    Scenario {
        id: "rare_but_learned",
        group: LooksOdd,
        expectation: Odd { oddity: Oddity::Imbalance(19.0), by_step: 1500 },
        settings: "data=gaussians&separation=1.5&imbalance=19",
        cure: None,
    },
    Scenario {
        id: "few_at_first",
        group: LooksOdd,
        expectation: Odd { oddity: Oddity::FewClassesAtFirst(7.0), by_step: 1500 },
        settings: "learning_rate=0.0002",
        cure: None,
    },
    Scenario {
        id: "loss_spike",
        group: LooksOdd,
        expectation: Odd { oddity: Oddity::LossSpike(2.0), by_step: 1600 },
        settings: "optimizer=sgd&momentum=0&learning_rate=2&batch_size=256&activation=leaky_relu",
        cure: None,
    },
    Scenario {
        id: "low_ceiling",
        group: LooksOdd,
        expectation: Odd { oddity: Oddity::LowCeiling(0.3), by_step: 1000 },
        settings: "data=gaussians&separation=0.2",
        cure: None,
    },
    Scenario {
        id: "imbalance_as_written",
        group: AsWritten,
        expectation: NoSignal { by_step: 400 },
        settings: "data=gaussians&separation=0&imbalance=19",
        cure: None,
    },
    Scenario {
        id: "augmentation_as_written",
        group: AsWritten,
        expectation: NoSignal { by_step: 100 },
        settings: "data=noise&train_size=80&input_scale=255&model=cnn",
        cure: None,
    },
    Scenario {
        id: "learning_rate_as_written",
        group: AsWritten,
        expectation: NoSignal { by_step: 400 },
        settings: "data=linear&train_size=400&label_noise=1&learning_rate=0.1",
        cure: None,
    },
];
