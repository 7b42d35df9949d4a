//! The table itself: one row per scenario. `tests/promises.rs` holds each to its promise.

use super::Expectation::{CollapsesThenRecovers, Healthy, NoSignal};
use super::{Cure, Group, Scenario};

/// Every scenario in gallery order.
pub static SCENARIOS: &[Scenario] = &[
    Scenario {
        id: "digits",
        group: Group::Digits,
        expectation: Healthy { by_step: 1000 },
        settings: "learning_rate=0.003&weight_decay=1",
        cure: None,
    },
    Scenario {
        id: "digits_majority",
        group: Group::Digits,
        expectation: CollapsesThenRecovers { by_step: 300, after_steps: 500 },
        settings: "imbalance=1000&steps=300",
        cure: Some(Cure { settings: "imbalance=1&steps=2000", needs_restart: false }),
    },
    Scenario {
        id: "digits_starved",
        group: Group::Digits,
        expectation: CollapsesThenRecovers { by_step: 1000, after_steps: 500 },
        settings: "shares=1,1,1,0",
        cure: Some(Cure { settings: "shares=", needs_restart: false }),
    },
    Scenario {
        id: "imbalance",
        group: Group::Curable,
        // Ten epochs, as in the article; run on, it learns its few rare examples by heart.
        expectation: CollapsesThenRecovers { by_step: 300, after_steps: 500 },
        settings: "data=gaussians&imbalance=99&steps=300",
        cure: Some(Cure { settings: "weighting=inverse_frequency&steps=2000", needs_restart: false }),
    },
    Scenario {
        id: "augmentation",
        group: Group::Curable,
        expectation: CollapsesThenRecovers { by_step: 100, after_steps: 300 },
        settings: "data=shapes&train_size=80&model=cnn",
        cure: Some(Cure { settings: "flip_horizontal=0.5&flip_vertical=0.5", needs_restart: false }),
    },
    Scenario {
        id: "learning_rate",
        group: Group::Curable,
        expectation: CollapsesThenRecovers { by_step: 200, after_steps: 650 },
        settings: "data=linear&train_size=400&learning_rate=1",
        cure: Some(Cure { settings: "learning_rate=0.001", needs_restart: true }),
    },
    Scenario {
        id: "imbalance_as_written",
        group: Group::AsWritten,
        expectation: NoSignal { by_step: 400 },
        settings: "data=gaussians&separation=0&imbalance=19",
        cure: None,
    },
    Scenario {
        id: "augmentation_as_written",
        group: Group::AsWritten,
        expectation: NoSignal { by_step: 100 },
        settings: "data=noise&train_size=80&input_scale=255&model=cnn",
        cure: None,
    },
    Scenario {
        id: "learning_rate_as_written",
        group: Group::AsWritten,
        expectation: NoSignal { by_step: 400 },
        settings: "data=linear&train_size=400&label_noise=1&learning_rate=0.1",
        cure: None,
    },
];
