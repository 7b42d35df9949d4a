//! What is worth saying about the numbers that go into a model, in words.
//!
//! Must not know which setting made them so: several can.

use crate::experiment::DataSpec;
use crate::order;
use crate::protocol::{Fed, FedFeature};
use crate::{t, words};

/// Root mean square of the inputs above which the first steps overshoot; pixels from 0 to 1 have about
/// 0.5, standardised features 1, raw pixels 80.
const LARGE: f32 = 5.0;
/// Below this all sums are near 0 and learning takes long to begin.
const SMALL: f32 = 0.05;
/// Mean over standard deviation above which inputs are hardly more than a constant.
const OFF_CENTRE: f32 = 2.0;
/// Widest over narrowest feature above which one learning rate does not suit all.
const UNEVEN: f32 = 30.0;
/// Standard deviations between training and test inputs that no fair split shows.
const SHIFTED: f32 = 0.75;
/// The same for how wide they are.
const STRETCHED: f32 = 3.0;

/// "Numbers from 0 to 255, mean 33, standard deviation 79."
pub fn numbers(fed: &Fed) -> String {
    let spread = fed.train;
    t!(
        "inputs.numbers",
        low = spread.low,
        high = spread.high,
        mean = words::decimal(spread.mean, decimals(spread.deviation)),
        deviation = spread.deviation,
    )
}

/// Decimals with which a mean is told beside a deviation of that size.
fn decimals(deviation: f32) -> usize {
    if deviation > 0.0 { (1.0 - deviation.log10().floor()).clamp(0.0, 6.0) as usize } else { 2 }
}

/// What may keep a model from learning from these numbers, one sentence each; empty when all is well.
pub fn doubts(fed: &Fed) -> Vec<String> {
    let mut doubts = Vec::new();
    let spread = fed.train;
    let size = (spread.mean.powi(2) + spread.deviation.powi(2)).sqrt();
    if size > LARGE {
        doubts.push(t!("inputs.large", n = size));
    } else if size < SMALL {
        doubts.push(t!("inputs.small", n = size));
    }
    if spread.mean.abs() > OFF_CENTRE * spread.deviation.max(0.5) {
        doubts.push(t!("inputs.off_centre", n = spread.mean));
    }
    if let Some((widest, narrowest)) = extremes(&fed.features) {
        let ratio = widest.deviation / narrowest.deviation;
        if ratio > UNEVEN {
            let (wide, narrow) = (feature_name(widest), feature_name(narrowest));
            doubts.push(t!("inputs.uneven", wide = wide, narrow = narrow, n = ratio.round() as u32));
        }
    }
    if fed.shift.abs() > SHIFTED {
        doubts.push(t!("inputs.shifted", n = words::decimal(fed.shift.abs(), 1)));
    }
    if fed.stretch > STRETCHED {
        doubts.push(t!("inputs.wider", n = fed.stretch));
    } else if fed.stretch > 0.0 && fed.stretch < 1.0 / STRETCHED {
        doubts.push(t!("inputs.narrower", n = 1.0 / fed.stretch));
    }
    doubts
}

/// What a visitor reads for a feature.
pub fn feature_name(feature: &FedFeature) -> String {
    let name = words::name(&feature.name);
    if feature.is_indicator { t!("inputs.indicator", name = name) } else { name }
}

/// The features that vary most and least; constant ones are left out.
fn extremes(features: &[FedFeature]) -> Option<(&FedFeature, &FedFeature)> {
    let varying = || features.iter().filter(|feature| feature.deviation > 0.0);
    let by = |a: &&FedFeature, b: &&FedFeature| a.deviation.total_cmp(&b.deviation);
    Some((varying().max_by(by)?, varying().min_by(by)?))
}

/// What should be known about classes that are rare in a real set itself, the rarest first; `probe`: the
/// probe examples of each class.
pub fn rare_classes(data: &DataSpec, probe: &[u32], class_name: impl Fn(usize) -> String) -> Vec<String> {
    let natural = data.natural_shares();
    let mut rare: Vec<usize> = (0..natural.len().min(probe.len())).filter(|&at| probe[at] < RARE).collect();
    order::sort_by(&mut rare, |&a, &b| natural[a].total_cmp(&natural[b]));
    rare.into_iter()
        .map(|class| {
            let (all, tested) = (natural[class] as u32, probe[class]);
            let step = words::percent(1.0 / tested.max(1) as f32);
            t!("data.rare", name = class_name(class), n = all, tested = tested, step = step)
        })
        .collect()
}

/// Fewer probe examples than this are worth a word.
const RARE: u32 = 30;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{DataName, Experiment};
    use crate::protocol::Spread;

    fn fed(mean: f32, deviation: f32) -> Fed {
        let spread = Spread { low: mean - deviation, high: mean + deviation, mean, deviation };
        Fed {
            train: spread,
            probe: spread,
            shift: 0.0,
            stretch: 1.0,
            pictures: Vec::new(),
            features: Vec::new(),
            points: Vec::new(),
        }
    }

    #[track_caller]
    fn check(fed: &Fed, expected: &[&str]) {
        let found = doubts(fed);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        assert!(found.iter().zip(expected).all(|(found, part)| found.contains(part)), "{found:?}");
    }

    #[test]
    fn usual_inputs_raise_no_doubt() {
        check(&fed(0.0, 1.0), &[]);
        check(&fed(0.13, 0.31), &[]);
        check(&fed(0.5, 0.29), &[]);
    }

    #[test]
    fn each_kind_of_unusual_inputs_is_told() {
        check(&fed(33.0, 79.0), &["large"]);
        check(&fed(0.000_13, 0.000_31), &["tiny"]);
        check(&fed(4.0, 1.0), &["zero"]);
        check(&Fed { shift: -1.5, ..fed(0.0, 1.0) }, &["1.5"]);
        check(&Fed { stretch: 255.0, ..fed(0.0, 1.0) }, &["255"]);
        check(&Fed { stretch: 0.01, ..fed(0.0, 1.0) }, &["100"]);
    }

    #[test]
    fn features_of_very_different_size_are_named() {
        let feature = |name: &str, deviation| FedFeature {
            name: name.to_owned(),
            is_indicator: name == "T3",
            deviation,
            values: Vec::new(),
        };
        let uneven = |last| vec![feature("TSH", 40.0), feature("flat", 0.0), feature("T3", last)];
        check(&Fed { features: uneven(0.1), ..fed(0.0, 1.0) }, &["TSH"]);
        check(&Fed { features: uneven(4.0), ..fed(0.0, 1.0) }, &[]);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(numbers(&fed(33.3, 78.6)), "Numbers from -45.3 to 112, mean 33, standard deviation 78.6.");
    }

    #[test]
    fn only_classes_with_few_test_examples_are_mentioned_the_rarest_first() {
        let of = |name| DataSpec { name, ..Experiment::default().data };
        let told =
            rare_classes(&of(DataName::Wine), &[4, 21, 30, 30, 30, 7], |class| (class + 3).to_string());
        assert_eq!(told.len(), 3);
        assert!(told[0].contains("10 examples") && told[0].contains("4 of them") && told[0].contains("25%"));
        assert!(told[1].contains("18 examples") && told[2].contains("53 examples"));
        assert!(rare_classes(&of(DataName::Digits), &[35; 10], |class| class.to_string()).is_empty());
    }
}
