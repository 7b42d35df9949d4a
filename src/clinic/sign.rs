//! Numbers that can be worked out from a case, each with what is needed for it.
//!
//! Must not know what they speak for.

mod measure;

use super::case::Case;
use super::metric::{Kind, Split};
use super::question::Question;
use crate::words;
use measure::{counted, course, last, mismatch, predicted, rate, steps};

/// A number about a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sign {
    /// Share of the most predicted class, all classes counted alike.
    Favourite,
    /// Share of the most predicted class less that of the most frequent in training, 0 where they differ.
    FavouriteIsMajority,
    /// `(balanced accuracy - 1/K) / (1 - 1/K)`, lower bound of its interval.
    SkillLow,
    /// The same, upper bound.
    SkillHigh,
    /// The same, as measured.
    Skill,
    /// Lowest recall of a class.
    RecallWorst,
    /// Median recall.
    RecallMedian,
    /// Largest share of a class that goes to one other class.
    Confused,
    /// Most frequent training class over the rarest.
    Imbalance,
    /// Training examples of the rarest class.
    Rarest,
    /// A loss that is not finite: 1, else 0.
    NotFinite,
    /// First training loss over `ln K`.
    LossFirst,
    /// Last training loss over `ln K`.
    LossLast,
    /// Last training loss over the entropy of the class shares.
    LossOverPrior,
    /// Fall of the training loss, as a share of the first.
    LossFall,
    /// Fall of the training loss over the last quarter of the run, as a share of the first.
    LossStillFalling,
    /// Highest over first training loss.
    LossPeak,
    /// Typical jump of the training loss from point to point in the second half, over its mean.
    LossJumps,
    /// Last over lowest validation loss.
    ValidationRise,
    /// Last validation loss over the last training loss.
    LossGap,
    /// Last training accuracy.
    AccuracyTrain,
    /// Last validation accuracy.
    AccuracyValidation,
    /// Training accuracy less validation accuracy.
    AccuracyGap,
    /// Validation accuracy less the share of the most frequent class.
    AccuracyOverMajority,
    /// Share of points whose validation accuracy is that of the point before, to the last digit.
    AccuracyRepeats,
    /// Powers of ten between the learning rate and the usual one of the optimiser.
    Rate,
    /// Optimiser steps.
    Steps,
    /// 1 where the loss expects another last layer: softmax twice, or logits taken for probabilities.
    LossMismatch,
}

/// What would have to be known for a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// An answer.
    Answer(Question),
    /// Losses or accuracies over time.
    Curves,
    /// The same on validation data.
    Validation,
    /// Predictions with labels, or a confusion matrix.
    Predictions,
}

impl Sign {
    /// Its value; `None` where something for it is not known.
    pub fn of(self, case: &Case) -> Option<f32> {
        let value = match self {
            Self::Favourite | Self::FavouriteIsMajority | Self::SkillLow | Self::SkillHigh => {
                predicted(self, case)?
            }
            Self::Skill | Self::RecallWorst | Self::RecallMedian | Self::Confused => predicted(self, case)?,
            Self::Imbalance | Self::Rarest => counted(self, case)?,
            Self::Rate => rate(case)?,
            Self::Steps => steps(case)?,
            Self::LossMismatch => mismatch(case)?,
            _ => course(self, case)?,
        };
        (!value.is_nan()).then_some(value)
    }

    /// What is missing when [`Self::of`] is `None`.
    pub fn need(self, case: &Case) -> Need {
        let curves_or = |need| if case.curves.is_some() { need } else { Need::Curves };
        match self {
            Self::Favourite
            | Self::FavouriteIsMajority
            | Self::Skill
            | Self::SkillLow
            | Self::SkillHigh
            | Self::RecallWorst
            | Self::RecallMedian
            | Self::Confused => Need::Predictions,
            Self::Imbalance | Self::Rarest => Need::Answer(Question::ClassCounts),
            Self::Rate => Need::Answer(Question::LearningRate),
            Self::LossMismatch if case.answers.get(Question::Loss).is_some() => {
                Need::Answer(Question::LastLayer)
            }
            Self::LossMismatch => Need::Answer(Question::Loss),
            Self::Steps if case.examples().is_some() => Need::Answer(Question::BatchSize),
            Self::LossFirst | Self::LossLast | Self::LossOverPrior | Self::Steps => {
                curves_or(Need::Answer(Question::ClassCounts))
            }
            Self::AccuracyOverMajority if last(case, Kind::Accuracy, Split::Validation).is_some() => {
                Need::Answer(Question::ClassCounts)
            }
            Self::ValidationRise
            | Self::LossGap
            | Self::AccuracyValidation
            | Self::AccuracyGap
            | Self::AccuracyOverMajority
            | Self::AccuracyRepeats => curves_or(Need::Validation),
            _ => Need::Curves,
        }
    }

    /// Its name and value, for a clue.
    pub fn text(self, value: f32) -> String {
        let number = match self {
            Self::NotFinite | Self::LossMismatch => {
                let key = if value > 0.0 { "" } else { ".not" };
                return words::say(&["clinic.sign.", self.name(), key].concat()).to_owned();
            }
            Self::FavouriteIsMajority if value > 0.0 => {
                return words::say("clinic.sign.favourite_is_majority").to_owned();
            }
            Self::FavouriteIsMajority => {
                return words::say("clinic.sign.favourite_is_majority.not").to_owned();
            }
            Self::Favourite
            | Self::RecallWorst
            | Self::RecallMedian
            | Self::Confused
            | Self::LossFall
            | Self::LossStillFalling
            | Self::LossJumps
            | Self::AccuracyTrain
            | Self::AccuracyValidation
            | Self::AccuracyRepeats => words::percent(value),
            Self::AccuracyGap | Self::AccuracyOverMajority => words::decimal(value * 100.0, 1),
            Self::Rate => words::short(10_f32.powf(value)),
            _ => words::short(value),
        };
        words::fill(&["clinic.sign.", self.name()].concat(), &[("n", number.into())])
    }

    /// Stable name, of its words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Favourite => "favourite",
            Self::FavouriteIsMajority => "favourite_is_majority",
            Self::SkillLow => "skill_low",
            Self::SkillHigh => "skill_high",
            Self::Skill => "skill",
            Self::RecallWorst => "recall_worst",
            Self::RecallMedian => "recall_median",
            Self::Confused => "confused",
            Self::Imbalance => "imbalance",
            Self::Rarest => "rarest",
            Self::NotFinite => "not_finite",
            Self::LossFirst => "loss_first",
            Self::LossLast => "loss_last",
            Self::LossOverPrior => "loss_over_prior",
            Self::LossFall => "loss_fall",
            Self::LossStillFalling => "loss_still_falling",
            Self::LossPeak => "loss_peak",
            Self::LossJumps => "loss_jumps",
            Self::ValidationRise => "validation_rise",
            Self::LossGap => "loss_gap",
            Self::AccuracyTrain => "accuracy_train",
            Self::AccuracyValidation => "accuracy_validation",
            Self::AccuracyGap => "accuracy_gap",
            Self::AccuracyOverMajority => "accuracy_over_majority",
            Self::AccuracyRepeats => "accuracy_repeats",
            Self::Rate => "rate",
            Self::Steps => "steps",
            Self::LossMismatch => "loss_mismatch",
        }
    }
}

impl Need {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Answer(question) => question.label(),
            Self::Curves => words::say("clinic.need.curves"),
            Self::Validation => words::say("clinic.need.validation"),
            Self::Predictions => words::say("clinic.need.predictions"),
        }
    }
}
