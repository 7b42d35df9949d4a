//! The table of causes: each with its tests and their evidence in nats of log odds.
//!
//! Weights are judgement, not fitted: 1 is a hint, 2 to 3 nearly decides, 4 and more settles it. To add a
//! cause, add a row and its words. Must not know where numbers come from.

use super::Test::{Answer, Sign as Number};
use super::{Cause, Test};
use crate::clinic::question::Question as Q;
use crate::clinic::sign::Sign as S;

/// A model that does well has hardly any of these causes, one near chance has some.
const WELL: Test = Number(S::Skill, 3.0, |skill| match skill {
    0.85.. => -3.0,
    0.6.. => -1.0,
    ..0.3 => 0.5,
    _ => 0.0,
});

/// A loss that has not moved.
const FLAT: Test = Number(S::LossFall, 1.5, |fall| match fall {
    ..0.05 => 1.0,
    0.4.. => -1.5,
    _ => 0.0,
});

/// A loss at `ln K`: nothing has been learned.
const IGNORANT: Test = Number(S::LossLast, 2.0, |loss| match loss {
    0.9..1.15 => 0.7,
    ..0.5 => -2.0,
    _ => 0.0,
});

/// Much better on training data than on others.
const GAP: Test = Number(S::AccuracyGap, 2.5, |gap| match gap {
    0.25.. => 1.5,
    0.12.. => 0.5,
    ..0.06 => -2.5,
    _ => 0.0,
});

/// Some causes need a model that has learned its training data.
const LEARNED: Test = Number(S::AccuracyTrain, 2.0, |accuracy| match accuracy {
    0.9.. => 0.5,
    ..0.7 => -2.0,
    _ => 0.0,
});

/// A hint where a condition holds.
const fn hint(holds: bool, weight: f32) -> f32 {
    if holds { weight } else { 0.0 }
}

/// Every cause, in the order of the field's checklist: data, settings, generalisation.
pub static CAUSES: &[Cause] = &[
    Cause {
        name: "class_imbalance",
        scenario: "imbalance",
        prior: -1.5,
        tests: &[
            Number(S::Imbalance, 4.0, |ratio| match ratio {
                10.0.. => 2.0,
                3.0.. => 1.0,
                ..2.0 => -4.0,
                _ => -1.0,
            }),
            Number(S::FavouriteIsMajority, 2.0, |share| match share {
                0.7.. => 1.5,
                0.0 => -2.0,
                _ => 0.0,
            }),
            Number(S::AccuracyOverMajority, 1.5, |over| match over {
                -0.02..0.01 => 1.5,
                0.03.. => -1.0,
                _ => 0.0,
            }),
            Number(S::LossOverPrior, 1.0, |ratio| match ratio {
                0.85..1.15 => 1.0,
                ..0.5 => -1.0,
                _ => 0.0,
            }),
            Number(S::AccuracyRepeats, 0.5, |share| hint(share > 0.6, 0.5)),
            WELL,
        ],
    },
    Cause {
        name: "starved_class",
        scenario: "digits_starved",
        prior: -2.0,
        tests: &[
            Number(S::Rarest, 2.0, |count| match count {
                ..20.0 => 1.5,
                200.0.. => -2.0,
                _ => 0.0,
            }),
            Number(S::RecallWorst, 3.0, |recall| match recall {
                ..0.05 => 1.0,
                0.3.. => -3.0,
                _ => 0.0,
            }),
            Number(S::RecallMedian, 1.5, |recall| match recall {
                0.6.. => 1.0,
                ..0.3 => -1.5,
                _ => 0.0,
            }),
        ],
    },
    Cause {
        name: "no_signal",
        scenario: "imbalance_as_written",
        prior: -1.5,
        tests: &[
            Number(S::SkillHigh, 2.0, |high| match high {
                ..0.1 => 2.0,
                ..0.25 => 1.0,
                _ => 0.0,
            }),
            Number(S::SkillLow, 4.0, |low| hint(low > 0.05, -4.0)),
            Number(S::Favourite, 0.5, |share| hint(share < 0.7, 0.5)),
            Number(S::AccuracyOverMajority, 3.0, |over| match over {
                ..0.01 => 0.7,
                0.05.. => -3.0,
                _ => 0.0,
            }),
            Number(S::LossOverPrior, 0.7, |ratio| hint((0.93..1.15).contains(&ratio), 0.7)),
            Number(S::Rate, 1.0, |rate| match rate {
                -0.6..0.6 => 0.5,
                1.0.. => -1.0,
                _ => 0.0,
            }),
            Answer(Q::ByHeart, &[("yes", 1.0), ("no", -1.5)]),
        ],
    },
    Cause {
        name: "label_noise",
        scenario: "label_noise",
        prior: -2.0,
        tests: &[
            Answer(Q::Labels, &[("noisy", 2.5), ("checked", -2.0), ("unchecked", 0.3)]),
            Number(S::AccuracyGap, 0.5, |gap| hint(gap > 0.2, 0.5)),
            Number(S::Skill, 3.0, |skill| match skill {
                0.9.. => -3.0,
                0.2..0.7 => 0.5,
                _ => 0.0,
            }),
            Number(S::ValidationRise, 0.5, |rise| hint(rise > 1.2, 0.5)),
        ],
    },
    Cause {
        name: "mislabelled",
        scenario: "mislabelled",
        prior: -2.5,
        tests: &[
            Number(S::Confused, 3.0, |share| match share {
                0.6.. => 2.0,
                ..0.3 => -3.0,
                _ => 0.0,
            }),
            Number(S::RecallMedian, 1.5, |recall| match recall {
                0.7.. => 1.5,
                ..0.5 => -1.5,
                _ => 0.0,
            }),
            Number(S::Imbalance, 1.0, |ratio| if ratio < 2.0 { 0.7 } else { -1.0 }),
            Answer(Q::Labels, &[("noisy", 1.0), ("checked", -1.5)]),
        ],
    },
    Cause {
        name: "unnormalised_inputs",
        scenario: "offset",
        prior: -2.0,
        tests: &[
            Answer(Q::Scaling, &[("raw", 2.5), ("unit", -3.0), ("standardised", -4.0)]),
            Number(S::LossFirst, 1.0, |loss| hint(loss > 2.0, 1.0)),
            Number(S::LossPeak, 0.5, |peak| hint(peak > 3.0, 0.5)),
            Answer(Q::BatchNorm, &[("yes", -1.5)]),
            WELL,
        ],
    },
    Cause {
        name: "sorted_batches",
        scenario: "sorted",
        prior: -2.5,
        tests: &[
            Answer(Q::Shuffling, &[("no", 4.0), ("yes", -4.0)]),
            Number(S::LossJumps, 1.0, |jumps| hint(jumps > 0.3, 1.0)),
            WELL,
        ],
    },
    Cause {
        name: "one_unit",
        scenario: "one_unit",
        prior: -3.0,
        tests: &[
            Answer(
                Q::LastLayer,
                &[
                    ("softmax_one", 6.0),
                    ("softmax", -6.0),
                    ("linear", -6.0),
                    ("sigmoid_one", -6.0),
                    ("linear_one", -6.0),
                ],
            ),
            Number(S::LossFall, 0.7, |fall| hint(fall.abs() < 0.002, 0.7)),
            Number(S::AccuracyRepeats, 0.5, |share| hint(share > 0.9, 0.5)),
        ],
    },
    Cause {
        name: "wrong_loss",
        scenario: "squared_error",
        prior: -2.5,
        tests: &[
            Number(S::LossMismatch, 3.5, |mismatch| if mismatch > 0.0 { 3.5 } else { -2.0 }),
            Answer(Q::Loss, &[("squared", 2.5), ("other", 0.5)]),
            Number(S::LossFall, 0.5, |fall| hint(fall < 0.1, 0.5)),
            WELL,
        ],
    },
    Cause {
        name: "zero_init",
        scenario: "zeros",
        prior: -3.0,
        tests: &[
            Answer(Q::Init, &[("zero", 4.5), ("usual", -3.0), ("own", 0.5)]),
            Answer(Q::Depth, &[("none", -4.0)]),
            Number(S::LossFirst, 0.5, |loss| if (0.9..1.02).contains(&loss) { 0.3 } else { -0.5 }),
            Number(S::Favourite, 1.0, |share| if share > 0.95 { 0.5 } else { -1.0 }),
            FLAT,
        ],
    },
    Cause {
        name: "large_init",
        scenario: "loud",
        prior: -2.5,
        tests: &[
            Number(S::LossFirst, 2.5, |loss| match loss {
                3.0.. => 2.5,
                1.5.. => 0.5,
                ..1.2 => -2.0,
                _ => 0.0,
            }),
            Answer(Q::Init, &[("own", 1.0), ("usual", -1.0), ("zero", -4.0)]),
            Answer(Q::Scaling, &[("raw", -0.5)]),
        ],
    },
    Cause {
        name: "learning_rate_high",
        scenario: "learning_rate",
        prior: -1.5,
        tests: &[
            Number(S::Rate, 2.5, |rate| match rate {
                1.8.. => 2.5,
                0.9.. => 1.5,
                0.4.. => 0.5,
                ..0.1 => -2.0,
                _ => 0.0,
            }),
            Number(S::LossPeak, 1.5, |peak| match peak {
                3.0.. => 1.5,
                1.5.. => 0.5,
                _ => 0.0,
            }),
            Number(S::LossJumps, 1.0, |jumps| match jumps {
                0.3.. => 1.0,
                ..0.02 => -0.3,
                _ => 0.0,
            }),
            Number(S::LossFall, 1.0, |fall| match fall {
                ..0.05 => 0.5,
                0.5.. => -1.0,
                _ => 0.0,
            }),
            Number(S::NotFinite, 0.7, |not_finite| hint(not_finite > 0.0, 0.7)),
            WELL,
        ],
    },
    Cause {
        name: "exploding",
        scenario: "diverged",
        prior: -2.0,
        tests: &[
            Number(S::NotFinite, 4.0, |not_finite| if not_finite > 0.0 { 4.0 } else { -2.0 }),
            Number(S::LossPeak, 2.0, |peak| hint(peak > 100.0, 2.0)),
            Number(S::Rate, 1.0, |rate| hint(rate > 0.9, 1.0)),
            Answer(Q::Scaling, &[("raw", 0.5)]),
        ],
    },
    Cause {
        name: "learning_rate_low",
        scenario: "learning_rate_low",
        prior: -2.0,
        tests: &[
            Number(S::Rate, 3.0, |rate| match rate {
                ..-1.9 => 3.0,
                ..-0.9 => 1.0,
                -0.2.. => -3.0,
                _ => 0.0,
            }),
            Number(S::LossFall, 2.0, |fall| match fall {
                0.0..0.1 => 1.5,
                0.4.. => -2.0,
                _ => 0.0,
            }),
            Number(S::LossJumps, 1.0, |jumps| match jumps {
                ..0.03 => 0.5,
                0.3.. => -1.0,
                _ => 0.0,
            }),
            WELL,
        ],
    },
    Cause {
        name: "too_few_steps",
        scenario: "too_few_steps",
        prior: -2.0,
        tests: &[
            Number(S::LossStillFalling, 2.0, |fall| match fall {
                0.1.. => 2.0,
                0.04.. => 1.0,
                ..0.01 => -2.0,
                _ => 0.0,
            }),
            Number(S::Steps, 2.0, |steps| match steps {
                ..200.0 => 1.5,
                ..1000.0 => 0.3,
                5000.0.. => -2.0,
                _ => 0.0,
            }),
            Number(S::ValidationRise, 1.5, |rise| hint(rise > 1.2, -1.5)),
            WELL,
        ],
    },
    Cause {
        name: "vanishing",
        scenario: "sigmoid_deep",
        prior: -2.5,
        tests: &[
            Answer(Q::Activation, &[("sigmoid", 1.5), ("relu", -0.7), ("leaky", -0.7)]),
            Answer(Q::Depth, &[("many", 1.5), ("few", -1.0), ("none", -4.0)]),
            Answer(Q::BatchNorm, &[("yes", -1.0)]),
            FLAT,
            IGNORANT,
        ],
    },
    Cause {
        name: "dead_units",
        scenario: "dead_units",
        prior: -2.5,
        tests: &[
            Answer(Q::Activation, &[("relu", 0.7), ("leaky", -3.0), ("sigmoid", -3.0)]),
            Number(S::Rate, 1.5, |rate| match rate {
                0.9.. => 1.5,
                ..0.1 => -0.7,
                _ => 0.0,
            }),
            Number(S::AccuracyRepeats, 1.0, |share| match share {
                0.6.. => 1.0,
                ..0.1 => -0.5,
                _ => 0.0,
            }),
            Answer(Q::Depth, &[("none", -4.0)]),
            Answer(Q::BatchNorm, &[("yes", -1.0)]),
            FLAT,
            WELL,
        ],
    },
    Cause {
        name: "underfit",
        scenario: "too_shallow",
        prior: -2.5,
        tests: &[
            Answer(Q::Depth, &[("none", 1.5), ("few", -0.5), ("many", -1.0)]),
            Answer(Q::ByHeart, &[("no", 1.0), ("yes", -1.5)]),
            Number(S::LossStillFalling, 1.0, |fall| match fall {
                0.05.. => -1.0,
                ..0.01 => 0.5,
                _ => 0.0,
            }),
            Number(S::AccuracyGap, 2.0, |gap| match gap {
                ..0.05 => 0.5,
                0.15.. => -2.0,
                _ => 0.0,
            }),
            Number(S::AccuracyTrain, 3.0, |accuracy| hint(accuracy > 0.95, -3.0)),
            Number(S::Skill, 3.0, |skill| match skill {
                0.15..0.6 => 1.0,
                0.85.. => -3.0,
                _ => 0.0,
            }),
        ],
    },
    Cause {
        name: "over_regularised",
        scenario: "weight_decay",
        prior: -2.5,
        tests: &[
            Answer(Q::Regularisation, &[("strong", 3.0), ("usual", -1.0), ("none", -5.0)]),
            IGNORANT,
            Number(S::AccuracyGap, 2.0, |gap| match gap {
                ..-0.05 => 0.7,
                0.15.. => -2.0,
                _ => 0.0,
            }),
            WELL,
        ],
    },
    Cause {
        name: "harmful_augmentation",
        scenario: "upside_down",
        prior: -3.0,
        tests: &[
            Answer(Q::Augmentation, &[("strong", 2.5), ("mild", -0.5), ("none", -6.0)]),
            Number(S::AccuracyGap, 2.0, |gap| match gap {
                ..-0.05 => 1.0,
                0.15.. => -2.0,
                _ => 0.0,
            }),
            WELL,
        ],
    },
    Cause {
        name: "overfit",
        scenario: "by_heart",
        prior: -2.0,
        tests: &[
            Number(S::ValidationRise, 2.0, |rise| match rise {
                1.5.. => 2.0,
                1.15.. => 1.0,
                ..1.03 => -1.5,
                _ => 0.0,
            }),
            GAP,
            Number(S::LossGap, 1.0, |gap| match gap {
                2.0.. => 1.0,
                ..1.2 => -1.0,
                _ => 0.0,
            }),
            LEARNED,
            Answer(Q::Regularisation, &[("none", 0.3), ("strong", -1.5)]),
        ],
    },
    Cause {
        name: "missing_augmentation",
        scenario: "augmentation",
        prior: -3.0,
        tests: &[
            Answer(Q::Augmentation, &[("none", 1.0), ("strong", -2.5)]),
            Answer(Q::Split, &[("other", 0.7)]),
            GAP,
            LEARNED,
        ],
    },
    Cause {
        name: "stale_averages",
        scenario: "stale_averages",
        prior: -3.5,
        tests: &[
            Answer(Q::BatchNorm, &[("yes", 1.5), ("no", -6.0)]),
            GAP,
            Number(S::LossGap, 1.0, |gap| match gap {
                3.0.. => 1.0,
                ..1.5 => -1.0,
                _ => 0.0,
            }),
            Number(S::Steps, 1.0, |steps| match steps {
                ..300.0 => 1.0,
                2000.0.. => -1.0,
                _ => 0.0,
            }),
        ],
    },
    Cause {
        name: "preparation",
        scenario: "test_scale",
        prior: -2.5,
        tests: &[
            Answer(Q::Preparation, &[("different", 4.0), ("same", -3.5)]),
            GAP,
            LEARNED,
            Number(S::Favourite, 0.5, |share| hint(share > 0.8, 0.5)),
        ],
    },
    Cause {
        name: "other_world",
        scenario: "test_shift",
        prior: -2.5,
        tests: &[
            Answer(Q::Split, &[("other", 2.0), ("random", -2.5)]),
            GAP,
            LEARNED,
            Number(S::Favourite, 0.5, |share| hint(share > 0.8, 0.3)),
        ],
    },
];
