//! How each number is worked out.
//!
//! Must not know what it speaks for.

use super::Sign;
use crate::clinic::case::Case;
use crate::clinic::import::{Axis, Series};
use crate::clinic::metric::{Kind, Split};
use crate::clinic::question::Question;
use crate::telemetry::confusion::argmax;

pub(super) fn predicted(sign: Sign, case: &Case) -> Option<f32> {
    let confusion = &case.matrix.as_ref()?.confusion;
    let mut recall: Vec<f32> = confusion.recall().into_iter().filter(|recall| recall.is_finite()).collect();
    recall.sort_by(f32::total_cmp);
    Some(match sign {
        Sign::Favourite => confusion.favourite()?.1,
        Sign::FavouriteIsMajority => {
            let shares = case.shares()?;
            let (favourite, share) = confusion.favourite()?;
            if argmax(&shares)? == favourite { share } else { 0.0 }
        }
        Sign::Skill => confusion.skill().value,
        Sign::SkillLow => confusion.skill().low,
        Sign::SkillHigh => confusion.skill().high,
        Sign::RecallWorst => *recall.first()?,
        // The lower of two in the middle.
        Sign::RecallMedian => *recall.get(recall.len().checked_sub(1)? / 2)?,
        _ => {
            let classes = confusion.classes();
            let pairs = (0..classes).flat_map(|a| (0..classes).map(move |b| (a, b))).filter(|(a, b)| a != b);
            let share =
                |(a, b): (usize, usize)| confusion.count(a, b) as f32 / confusion.support(a).max(1) as f32;
            pairs.map(share).fold(0.0, f32::max)
        }
    })
}

pub(super) fn counted(sign: Sign, case: &Case) -> Option<f32> {
    if sign == Sign::Rarest {
        case.examples()?;
        return case.answers.class_counts()?.into_iter().min_by(f32::total_cmp);
    }
    let shares = case.shares()?;
    let rarest = shares.iter().copied().filter(|share| *share > 0.0).fold(f32::INFINITY, f32::min);
    Some(shares.iter().copied().fold(0.0, f32::max) / rarest)
}

/// The learning rate beside the usual one: 1e-3 for Adam (Kingma & Ba 2015), 1e-2 for SGD.
pub(super) fn rate(case: &Case) -> Option<f32> {
    let logged = || {
        let series = case.curves.as_ref()?.find(Kind::Rate, Split::Train)?;
        series.values().filter(|rate| rate.is_finite() && *rate > 0.0).max_by(f32::total_cmp)
    };
    let rate = case.answers.number(Question::LearningRate).or_else(logged)?;
    let usual: f32 = if case.answers.get(Question::Optimizer) == Some("sgd") { 1e-2 } else { 1e-3 };
    Some((rate / usual).log10())
}

/// Whether loss and last layer fit, where both are known and cross-entropy is meant.
pub(super) fn mismatch(case: &Case) -> Option<f32> {
    let last = case.answers.get(Question::LastLayer)?;
    let is_probability = !last.starts_with("linear");
    match case.answers.get(Question::Loss)? {
        "from_logits" => Some(f32::from(is_probability)),
        "from_probabilities" => Some(f32::from(!is_probability)),
        _ => None,
    }
}

pub(super) fn steps(case: &Case) -> Option<f32> {
    let curves = case.curves.as_ref()?;
    let last = curves.series.iter().filter_map(|series| series.points.last()).map(|point| point.0);
    let last = last.fold(0.0, f32::max);
    match curves.axis {
        Axis::Step => Some(last),
        Axis::Epoch => {
            let batch = case.answers.number(Question::BatchSize)?;
            let epochs = curves.series.iter().map(|series| series.points.len()).max()?;
            Some(epochs as f32 * (case.examples()? / batch).ceil())
        }
        Axis::Call | Axis::Row => None,
    }
}

fn finite(series: &Series) -> Vec<f32> {
    series.values().filter(|value| value.is_finite()).collect()
}

/// The last value, as far as it is finite, of a metric.
pub(super) fn last(case: &Case, kind: Kind, split: Split) -> Option<f32> {
    case.curves.as_ref()?.find(kind, split).and_then(|series| finite(series).last().copied())
}

/// Accuracy, balanced where a log has only that.
fn accuracy(case: &Case, split: Split) -> Option<f32> {
    last(case, Kind::Accuracy, split).or_else(|| last(case, Kind::BalancedAccuracy, split))
}

/// Signs that come from curves.
pub(super) fn course(sign: Sign, case: &Case) -> Option<f32> {
    let curves = case.curves.as_ref()?;
    let find = |split| curves.find(Kind::Loss, split);
    let ignorance = || case.classes().map(|classes| (classes as f32).ln());
    match sign {
        Sign::NotFinite => {
            let mut losses =
                curves.series.iter().filter(|series| series.metric.kind == Kind::Loss).peekable();
            losses.peek()?;
            return Some(f32::from(losses.flat_map(Series::values).any(|value| !value.is_finite())));
        }
        Sign::AccuracyTrain => return accuracy(case, Split::Train),
        Sign::AccuracyValidation => return accuracy(case, Split::Validation),
        Sign::AccuracyGap => {
            return Some(accuracy(case, Split::Train)? - accuracy(case, Split::Validation)?);
        }
        Sign::AccuracyOverMajority => {
            let majority = case.shares()?.into_iter().fold(0.0, f32::max);
            return Some(last(case, Kind::Accuracy, Split::Validation)? - majority);
        }
        Sign::AccuracyRepeats => {
            let series = curves.find(Kind::Accuracy, Split::Validation)?;
            let values = finite(series);
            let pairs = values.windows(2).count();
            // Perfect for good repeats too.
            let same = values.windows(2).filter(|pair| pair[0] == pair[1] && pair[0] < 0.9999).count();
            return (pairs >= 3).then(|| same as f32 / pairs as f32);
        }
        _ => {}
    }
    let validation = || find(Split::Validation).map(finite).filter(|values| !values.is_empty());
    if sign == Sign::ValidationRise {
        let values = validation()?;
        let lowest = values.iter().copied().fold(f32::INFINITY, f32::min);
        return (values.len() >= 3 && lowest > 0.0).then(|| values[values.len() - 1] / lowest);
    }
    // A log without a training loss is judged by the other.
    let values = finite(find(Split::Train).or_else(|| find(Split::Validation))?);
    let (first, end) = (*values.first()?, *values.last()?);
    let positive = |value: f32| (value > 0.0).then_some(value);
    match sign {
        Sign::LossFirst => Some(first / ignorance()?),
        Sign::LossLast => Some(end / ignorance()?),
        Sign::LossOverPrior => {
            let shares = case.shares()?;
            let entropy: f32 =
                shares.iter().filter(|share| **share > 0.0).map(|share| -share * share.ln()).sum();
            Some(end / positive(entropy)?)
        }
        Sign::LossFall => (values.len() > 1).then(|| (first - end) / first.abs().max(1e-6)),
        Sign::LossStillFalling => {
            let quarter = values.len().checked_sub(values.len().div_ceil(4) + 1)?;
            (values.len() >= 4).then(|| (values[quarter] - end) / first.abs().max(1e-6))
        }
        Sign::LossPeak => {
            (values.len() > 1).then(|| values.iter().copied().fold(0.0, f32::max) / first.abs().max(1e-6))
        }
        Sign::LossJumps => {
            let half = &values[values.len() / 2..];
            let mean = half.iter().sum::<f32>() / half.len() as f32;
            let jumps = half.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f32>();
            let pairs = half.len().saturating_sub(1);
            (pairs >= 3 && mean > 0.0).then(|| jumps / pairs as f32 / mean)
        }
        Sign::LossGap => {
            find(Split::Train)?;
            Some(*validation()?.last()? / positive(end)?)
        }
        _ => None,
    }
}
