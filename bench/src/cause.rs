//! Causes, the words in which faults, remedies and opinions are compared, and which rule means which.
//!
//! Must not know how a cause is injected or found.

/// A cause; `class_imbalance` is the rule, [`Cause::Imbalance`] what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// One class is far more frequent than others.
    Imbalance,
    /// The learning rate is too high.
    RateHigh,
    /// The learning rate is, or has become, too low.
    RateLow,
    /// Training ended too early.
    FewSteps,
    /// All units of a layer begin alike.
    SymmetricInit,
    /// The initial weights are too large.
    InitLarge,
    /// The initial weights are too small.
    InitSmall,
    /// Gradients shrink on their way to the input.
    Vanishing,
    /// Gradients grow on their way to the input.
    Exploding,
    /// Units answer nothing whatever the input.
    DeadUnits,
    /// Units or outputs are stuck at an end of their range.
    Saturated,
    /// The model cannot express what is to be learned.
    TooSmall,
    /// Too few distinct examples.
    Duplicates,
    /// Labels are wrong.
    LabelNoise,
    /// The inputs are far from mean 0 and deviation 1.
    Unnormalised,
    /// The training examples are learned by heart.
    Overfit,
    /// Augmentation destroys what distinguishes classes.
    HarmfulAugmentation,
    /// Test data differ in a way that augmentation would cover.
    Shift,
    /// Batches hold one class after the other.
    Sorted,
    /// Weight decay, penalties or dropout hold the weights down.
    OverRegularised,
    /// The running statistics are not usable yet.
    BatchNormStatistics,
    /// Test data are prepared otherwise than training data.
    Preprocessing,
    /// The loss does not fit the last layer.
    WrongLoss,
    /// Batches of so few examples that their gradients are noise.
    SmallBatch,
    /// Labels do not depend on inputs.
    NoSignal,
}

use Cause::{
    BatchNormStatistics, DeadUnits, Duplicates, Exploding, FewSteps, HarmfulAugmentation, Imbalance,
    InitLarge, InitSmall, LabelNoise, NoSignal, OverRegularised, Overfit, Preprocessing, RateHigh, RateLow,
    Saturated, Shift, Sorted, SymmetricInit, TooSmall, Unnormalised, Vanishing, WrongLoss,
};

/// What each rule of the page says, by its stable name.
pub static RULES: &[(&str, &[Cause])] = &[
    ("no_signal", &[NoSignal]),
    ("label_noise", &[LabelNoise]),
    ("mislabelled_class", &[LabelNoise]),
    ("duplicates", &[Duplicates]),
    ("class_imbalance", &[Imbalance]),
    ("starved_class", &[Imbalance]),
    ("unnormalised_inputs", &[Unnormalised]),
    ("preprocessing_mismatch", &[Preprocessing]),
    ("sorted_batches", &[Sorted]),
    ("wrong_loss", &[WrongLoss]),
    ("zero_init", &[SymmetricInit]),
    ("constant_init", &[SymmetricInit]),
    ("small_init", &[InitSmall]),
    ("large_init", &[InitLarge]),
    ("vanishing_gradients", &[Vanishing]),
    ("exploding_gradients", &[Exploding]),
    ("saturated_outputs", &[Saturated]),
    ("learning_rate_high", &[RateHigh]),
    ("learning_rate_low", &[RateLow]),
    ("too_few_steps", &[FewSteps]),
    ("dead_units", &[DeadUnits, Saturated]),
    ("underfit", &[TooSmall]),
    ("stale_statistics", &[BatchNormStatistics]),
    ("over_regularisation", &[OverRegularised]),
    ("overfit", &[Overfit]),
    ("harmful_augmentation", &[HarmfulAugmentation]),
    ("position_shift", &[Shift]),
];

/// What a rule says; nothing for a rule that is not in the table, which a test forbids.
pub fn of_rule(rule: &str) -> &'static [Cause] {
    RULES.iter().find(|(name, _)| *name == rule).map_or(&[], |(_, causes)| causes)
}

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn every_rule_of_the_page_says_something_and_no_other() {
        let known: Vec<&str> = collapse_lab::diagnosis::rule::RULES.iter().map(|rule| rule.name).collect();
        let listed: Vec<&str> = RULES.iter().map(|(name, _)| *name).collect();
        let missing: Vec<_> = known.iter().filter(|name| !listed.contains(name)).collect();
        let extra: Vec<_> = listed.iter().filter(|name| !known.contains(name)).collect();
        assert!(missing.is_empty() && extra.is_empty(), "missing {missing:?}, extra {extra:?}");
    }
}
